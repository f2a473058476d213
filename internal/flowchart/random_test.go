package flowchart

import (
	"fmt"
	"math/rand/v2"

	"chuan.dev/chuan/api/v1alpha1"
)

// anyProcedure makes up a procedure with every construct: returns, waits that expire, branches with conditions and joins
// of both kinds, consults with all meanings of silence. It need not be a sound one; charts are drawn of any.
func anyProcedure(seed uint64) *v1alpha1.QualityProcedureSpec {
	r := rand.New(rand.NewPCG(seed, 7))
	spec := &v1alpha1.QualityProcedureSpec{
		Code: "QT-1", Title: "Quy trình thử",
		Outcomes: []v1alpha1.Outcome{{ID: "xong", Title: "Đã giải quyết"}, {ID: "tra", Result: v1alpha1.ResultRefused}},
	}
	for i := range 1 + r.IntN(6) {
		spec.Roles = append(spec.Roles, v1alpha1.Role{
			ID: roleID(i), Title: v1alpha1.Title(fmt.Sprintf("Công chức thứ %d của cơ quan", i)),
		})
	}
	g := &generator{Rand: r, spec: spec}
	spec.Steps = append(spec.Steps, g.step(0, v1alpha1.StepIntake))
	count := 2 + r.IntN(18)
	for len(spec.Steps) < count {
		if r.IntN(5) == 0 {
			g.parallel()
			continue
		}
		kinds := []v1alpha1.StepKind{
			v1alpha1.StepTask, v1alpha1.StepApprove, v1alpha1.StepWait, v1alpha1.StepConsult, v1alpha1.StepIssue,
		}
		spec.Steps = append(spec.Steps, g.step(len(spec.Steps), kinds[r.IntN(len(kinds))]))
	}
	for i := range spec.Steps {
		g.connect(&spec.Steps[i], i, len(spec.Steps))
	}
	return spec
}

type generator struct {
	*rand.Rand
	spec     *v1alpha1.QualityProcedureSpec
	branches map[v1alpha1.ID]bool
}

func roleID(i int) v1alpha1.ID { return v1alpha1.ID(fmt.Sprintf("vai-%d", i)) }
func stepID(i int) v1alpha1.ID { return v1alpha1.ID(fmt.Sprintf("B%d", i)) }

func (g *generator) step(i int, kind v1alpha1.StepKind) v1alpha1.Step {
	step := v1alpha1.Step{
		ID: stepID(i), Kind: kind, Role: roleID(g.IntN(len(g.spec.Roles))), Time: "4wh",
		Title: v1alpha1.Title([]string{
			"Ký", "Thẩm định hồ sơ và lập tờ trình gửi lãnh đạo", "Nghiêngnghiêngnghiêngnghiêngnghiêngnghiêng",
		}[g.IntN(3)]),
	}
	switch kind {
	case v1alpha1.StepWait:
		step.Expires = &v1alpha1.Expiry{After: "30d", To: "end/tra"}
		if g.IntN(2) == 0 {
			step.Role = ""
		}
	case v1alpha1.StepConsult:
		step.Agency = &v1alpha1.ConsultedAgency{Kind: v1alpha1.ID([]string{"cong-an", "so-van-hoa"}[g.IntN(2)])}
		step.Silence = []string{"", "consent", "refusal", "nothing"}[g.IntN(4)]
	}
	if kind != v1alpha1.StepIntake && g.IntN(5) == 0 {
		step.When = "form('don').coNha"
	}
	return step
}

func (g *generator) parallel() {
	at := len(g.spec.Steps)
	step := v1alpha1.Step{ID: stepID(at), Kind: v1alpha1.StepParallel, Title: "Làm đồng thời", Join: []string{"all", "any"}[g.IntN(2)]}
	steps := []v1alpha1.Step{}
	if g.branches == nil {
		g.branches = map[v1alpha1.ID]bool{}
	}
	for range 2 + g.IntN(2) {
		var branch v1alpha1.Branch
		for range 1 + g.IntN(2) {
			inner := g.step(at+1+len(steps), v1alpha1.StepTask)
			steps = append(steps, inner)
			branch = append(branch, inner.ID)
			g.branches[inner.ID] = true
		}
		step.Branches = append(step.Branches, branch)
	}
	g.spec.Steps = append(append(g.spec.Steps, step), steps...)
}

// connect gives a step its ways out: mostly to the next step, at times back, aside or to an end.
func (g *generator) connect(step *v1alpha1.Step, i, count int) {
	next := v1alpha1.Target("end/outcome")
	if i+1 < count {
		next = v1alpha1.Target(stepID(i + 1))
	}
	if step.Kind == v1alpha1.StepParallel {
		step.To = next
		return
	}
	for a := range 1 + g.IntN(4) {
		action := v1alpha1.Action{ID: v1alpha1.ID(fmt.Sprintf("a%d", a)), Title: "Trả lại để sửa", To: next}
		switch inside := g.branches[step.ID]; {
		case a == 0 && inside:
			action.To = "join"
		case a == 0:
		case g.IntN(3) == 0:
			action.To = "end/tra"
		default:
			action.To = v1alpha1.Target(stepID(g.IntN(count)))
		}
		step.Actions = append(step.Actions, action)
	}
}
