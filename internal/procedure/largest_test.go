package procedure

import (
	"fmt"
	"strings"

	"chuan.dev/chuan/api/v1alpha1"
)

// largest is as large as the CRD admits, with as many ways through it as there can be.
func largest() *v1alpha1.QualityProcedureSpec {
	spec := &v1alpha1.QualityProcedureSpec{
		Code: "QT-1", Title: "Lớn nhất",
		Issue: v1alpha1.Issue{
			Revision: 1, EffectiveFrom: "2026-01-01",
			Decision: v1alpha1.Decision{Number: "1/QĐ", Date: "2026-01-01"},
		},
		Deadline: v1alpha1.Deadline{Limit: "9999d"},
		Roles:    []v1alpha1.Role{{ID: "vai", Title: "Vai"}},
		Outcomes: []v1alpha1.Outcome{{ID: "xong", Result: v1alpha1.ResultGranted}},
		Forms: []v1alpha1.Form{{ID: "don", Title: "Đơn", Fields: []v1alpha1.FormField{
			{Name: "so", Title: "Số", Type: v1alpha1.FieldInteger},
		}}},
	}
	for i := range 100 {
		step := v1alpha1.Step{ID: stepID(i), Kind: v1alpha1.StepTask, Title: "Bước", Role: "vai", Time: "1wh"}
		if i == 0 {
			step.Kind = v1alpha1.StepIntake
		}
		for a := range 20 {
			step.Actions = append(step.Actions, v1alpha1.Action{
				ID: v1alpha1.ID(fmt.Sprintf("a%d", a)), To: v1alpha1.Target(stepID((i + a + 1) % 100)),
				When: v1alpha1.Expression(fmt.Sprintf("form('don').so == %d", i*20+a) + strings.Repeat(" || form('don').so > 1", 40)),
			})
		}
		step.Actions[19].To = "end/xong"
		spec.Steps = append(spec.Steps, step)
	}
	return spec
}

func stepID(i int) v1alpha1.ID { return v1alpha1.ID(fmt.Sprintf("B%d", i)) }
