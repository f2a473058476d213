package procedure

import (
	"fmt"
	"os"
	"slices"
	"sync"
	"testing"
	"unicode/utf8"

	"sigs.k8s.io/yaml"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/rule"
)

// FuzzCompile compiles whatever decodes: nothing may panic, a procedure is there exactly when there is no error, and the
// same text gives the same findings.
func FuzzCompile(f *testing.F) {
	seed, err := os.ReadFile("testdata/qt-xd-07.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(seed)
	f.Add([]byte("spec: {steps: [{id: B1, kind: intake, actions: [{id: a, to: join}]}]}"))
	f.Add([]byte("spec: {steps: [{id: P, kind: parallel, to: P, branches: [[P], [Q]]}, {id: Q, kind: parallel, branches: [[P], []]}]}"))
	f.Add([]byte(`spec: {deadline: {startsAt: "/"}, forms: [{id: d, fields: [{name: int, type: integer, requiredWhen: int > 0}]}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var source v1alpha1.QualityProcedure
		if yaml.Unmarshal(data, &source) == nil {
			compileBothWays(t, &source.Spec)
		}
	})
}

// compileBothWays compiles a text in every way that there is and holds the results against each other.
func compileBothWays(t *testing.T, spec *v1alpha1.QualityProcedureSpec) {
	t.Helper()
	p, findings := Compile("fuzz", spec)
	if (p == nil) != (len(rule.Errors(findings)) > 0) {
		t.Fatalf("procedure %v with findings %v", p, findings)
	}
	if _, again := Compile("fuzz", spec); !slices.Equal(again, findings) {
		t.Fatalf("findings %v, then %v", findings, again)
	}
	accepted, faults := CompileAccepted("fuzz", spec)
	if p != nil && accepted == nil {
		t.Fatalf("what breaks no rule cannot be run: %v", faults)
	}
	for _, f := range findings {
		if f.Message == "" || f.MessageVi == "" || !utf8.ValidString(f.Message) {
			t.Fatalf("a finding without words: %#v", f)
		}
	}
	if accepted != nil {
		accepted.Intake()
		Digest(accepted.Spec)
		MissingRoles(accepted, nil)
	}
}

// FuzzCondition puts an expression to every use that there is of one, over a form with a field of every type, and
// evaluates it.
func FuzzCondition(f *testing.F) {
	for _, seed := range []string{
		"form('don').soTang > 3 && form('don').lienKe",
		"has(form('don').ten) ? form('don').ten == 'x' : form('don').ngay <= '2026-02-30'",
		"form('don').loai in ['a', 'b'] || !(form('don').dienTich * 2.0 < -1e300)",
		"loai == 'a' && soTang != 9223372036854775807",
		"form('don').ghiChu.matches('(a+)+$')", "form(form('don').ten)", "[form('don')] == [1]", "@forms",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > maxExpressionLength {
			return
		}
		spec := conditional(v1alpha1.Expression(text))
		compileBothWays(t, spec)
		p, _ := CompileAccepted("fuzz", spec)
		if p == nil {
			return
		}
		for _, forms := range []Forms{nil, {"don": {}}, {"don": {
			"ten": "x", "ghiChu": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "soTang": 4.0, "dienTich": 0.5, "lienKe": true, "ngay": "2026-03-01", "loai": "b", "anh": "a.jpg",
		}}} {
			first, err := p.ActionApplies("B2", "a", forms)
			again, errAgain := p.ActionApplies("B2", "a", forms)
			if first != again || (err == nil) != (errAgain == nil) {
				t.Fatalf("%q is %t (%v), then %t (%v)", text, first, err, again, errAgain)
			}
		}
	})
}

// conditional is a procedure that decides by an expression wherever one may stand.
func conditional(text v1alpha1.Expression) *v1alpha1.QualityProcedureSpec {
	spec := largest()
	spec.Steps = spec.Steps[:3]
	spec.Forms[0].Fields = []v1alpha1.FormField{
		{Name: "ten", Type: v1alpha1.FieldString, Pattern: "[a-z]+"},
		{Name: "ghiChu", Type: v1alpha1.FieldText},
		{Name: "soTang", Type: v1alpha1.FieldInteger, Minimum: new(int64(1)), Required: new(true)},
		{Name: "dienTich", Type: v1alpha1.FieldNumber, Maximum: new(int64(1000))},
		{Name: "lienKe", Type: v1alpha1.FieldBoolean, Required: new(true)},
		{Name: "ngay", Type: v1alpha1.FieldDate},
		{Name: "loai", Type: v1alpha1.FieldEnum, Values: []string{"a", "b", "c"}},
		{Name: "anh", Type: v1alpha1.FieldFile},
	}
	spec.Documents = []v1alpha1.RequiredDocument{{ID: "giay", When: text}}
	for i := range spec.Steps {
		spec.Steps[i].Actions = []v1alpha1.Action{
			{ID: "a", To: "end/xong", When: text}, {ID: "b", To: "end/xong", When: "!(" + text + ")"},
		}
	}
	spec.Steps[0].Actions = []v1alpha1.Action{{ID: "a", To: "B1"}}
	spec.Steps[1].Actions = []v1alpha1.Action{{ID: "a", To: "B2"}}
	spec.Steps[1].When = text
	return spec
}

// FuzzGraph compiles procedures whose ways are drawn by bytes: three for every action.
func FuzzGraph(f *testing.F) {
	f.Add([]byte{3, 1, 0, 0, 2, 1, 7, 3, 2, 9})
	f.Add([]byte{12, 0, 1, 2, 4, 5, 6, 4, 5, 7, 8, 9, 10, 11, 255, 254, 253})
	f.Add([]byte{99, 4, 4, 4, 8, 8, 8, 12, 12, 12, 250, 251, 252})
	f.Fuzz(func(t *testing.T, drawn []byte) { compileBothWays(t, drawnBy(drawn)) })
}

// drawnBy builds steps of all kinds: the first byte says how many, and of each three that follow the first says whose
// action it is, the second where it leads, and the third what else it does.
func drawnBy(drawn []byte) *v1alpha1.QualityProcedureSpec {
	spec := withoutSteps().DeepCopy()
	if len(drawn) == 0 {
		return spec
	}
	n := 1 + int(drawn[0])%100
	spec.Steps = make([]v1alpha1.Step, n)
	kinds := []v1alpha1.StepKind{
		v1alpha1.StepTask, v1alpha1.StepWait, v1alpha1.StepApprove, v1alpha1.StepConsult, v1alpha1.StepHandover, v1alpha1.StepIssue,
	}
	for i := range spec.Steps {
		spec.Steps[i] = v1alpha1.Step{ID: stepID(i), Kind: kinds[i%len(kinds)], Role: "vai", Time: "1wh", Agency: &v1alpha1.ConsultedAgency{Kind: "so"}}
	}
	spec.Steps[0].Kind = v1alpha1.StepIntake
	for bytes := range slices.Chunk(drawn[1:], 3) {
		if len(bytes) == 3 {
			draw(spec, int(bytes[0])%n, int(bytes[1]), int(bytes[2]))
		}
	}
	return spec
}

// withoutSteps is a procedure around steps that are yet to be drawn. It asks for nothing but them, so that inputs are quick.
var withoutSteps = sync.OnceValue(func() *v1alpha1.QualityProcedureSpec {
	spec := largest()
	spec.Steps, spec.Forms, spec.Documents = nil, nil, nil
	return spec
})

// draw adds one way.
func draw(spec *v1alpha1.QualityProcedureSpec, from, to, how int) {
	step := &spec.Steps[from]
	target := v1alpha1.Target(stepID(to % len(spec.Steps)))
	switch {
	case to >= 250:
		target = "end/xong"
	case to >= 240:
		target = "end/outcome"
	case to >= 220:
		target = join
	}
	switch how % 8 {
	case 0: // a parallel step takes the next two steps into its branches
		*step = v1alpha1.Step{
			ID: step.ID, Kind: v1alpha1.StepParallel, To: target, Join: []string{"all", joinAny}[how/8%2],
			Branches: []v1alpha1.Branch{{stepID(from + 1)}, {stepID(from + 2), stepID(how % len(spec.Steps))}},
		}
		return
	case 1:
		step.Expires = &v1alpha1.Expiry{After: "30d", To: target}
		return
	}
	if step.Kind == v1alpha1.StepParallel || len(step.Actions) == 20 {
		return
	}
	action := v1alpha1.Action{ID: v1alpha1.ID(fmt.Sprintf("a%d", len(step.Actions))), To: target, MaxTimes: int32(how % 3)}
	if how%5 == 0 {
		action.Sets = &v1alpha1.ActionEffects{Outcome: "xong"}
	}
	if how%7 == 0 {
		action.When = v1alpha1.Expression(fmt.Sprintf("form('don').so > %d", how))
	}
	step.Actions = append(step.Actions, action)
}
