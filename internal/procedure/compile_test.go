package procedure

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/calendar"
	"chuan.dev/chuan/internal/rule"
)

// buildingPermit is a procedure with every kind of step; it breaks no rule.
func buildingPermit(tb testing.TB) *v1alpha1.QualityProcedure {
	tb.Helper()
	return readProcedure(tb, "testdata/qt-xd-07.yaml")
}

func readProcedure(tb testing.TB, file string) *v1alpha1.QualityProcedure {
	tb.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		tb.Fatal(err)
	}
	var procedure v1alpha1.QualityProcedure
	if err := yaml.UnmarshalStrict(data, &procedure); err != nil {
		tb.Fatalf("%s: %v", file, err)
	}
	return &procedure
}

func compiled(tb testing.TB) *Procedure {
	tb.Helper()
	source := buildingPermit(tb)
	p, findings := Compile(source.Name, &source.Spec)
	if p == nil || len(findings) > 0 {
		tb.Fatalf("the building permit must break no rule, got %v", findings)
	}
	return p
}

func TestCompileFindsTheWay(t *testing.T) {
	p := compiled(t)
	if got := p.Intake().ID; got != "B1" {
		t.Errorf("Intake() = %s, want B1", got)
	}
	if step, ok := p.Step("B4"); !ok || step.Kind != v1alpha1.StepParallel {
		t.Errorf("Step(B4) = %v, %t, want the parallel step", step, ok)
	}
	if _, ok := p.Step("B44"); ok {
		t.Error("Step(B44) was found")
	}
	if action, ok := p.Action("B6", "tra-lai"); !ok || action.To != "B5" {
		t.Errorf("Action(B6, tra-lai) = %v, %t, want one that leads to B5", action, ok)
	}
	if _, ok := p.Action("B44", "tra-lai"); ok {
		t.Error("an action of an unknown step was found")
	}
	if _, ok := p.Action("B6", "ky"); ok {
		t.Error("an action of another step was found")
	}
	if outcome, ok := p.Outcome("cap-phep"); !ok || outcome.Result != v1alpha1.ResultGranted {
		t.Errorf("Outcome(cap-phep) = %v, %t, want a granting one", outcome, ok)
	}
	if _, ok := p.Outcome("cap"); ok {
		t.Error("an unknown outcome was found")
	}
	if got := p.Limit(); got != (calendar.Duration{Quarters: 60, Unit: calendar.CalendarDays}) {
		t.Errorf("Limit() = %v, want 15d", got)
	}
	if got, ok := p.Time("B3"); !ok || got.String() != "2wd" {
		t.Errorf("Time(B3) = %v, %t, want 2wd", got, ok)
	}
	if _, ok := p.Time("CHO-NOP-LAI"); ok {
		t.Error("a wait without a time has one")
	}
	if around, branch, ok := p.Branch("B4B"); !ok || around.ID != "B4" || branch != 1 {
		t.Errorf("Branch(B4B) = %v, %d, %t, want branch 1 of B4", around, branch, ok)
	}
	if _, _, ok := p.Branch("B5"); ok {
		t.Error("a step of the main line lies in a branch")
	}
}

func TestCompileKeepsItsOwnText(t *testing.T) {
	source := buildingPermit(t)
	p, _ := Compile(source.Name, &source.Spec)
	source.Spec.Steps[0].ID = "changed"
	if got := p.Intake().ID; got != "B1" {
		t.Errorf("a change of the source reached the compiled procedure: intake %s", got)
	}
}

func TestParseTarget(t *testing.T) {
	for target, want := range map[v1alpha1.Target]Destination{
		"B2":           {Step: "B2"},
		"join":         {Join: true},
		"end/cap-phep": {End: true, Outcome: "cap-phep"},
		"end/outcome":  {End: true},
	} {
		if got := ParseTarget(target); got != want {
			t.Errorf("ParseTarget(%q) = %+v, want %+v", target, got, want)
		}
	}
}

func TestStartsClock(t *testing.T) {
	named := compiled(t)
	source := buildingPermit(t)
	source.Spec.Deadline.StartsAt = ""
	unnamed, _ := Compile(source.Name, &source.Spec)
	for _, c := range []struct {
		step, action v1alpha1.ID
		want         bool
	}{
		{"B1", "tiep-nhan", true},
		{"B1", "yeu-cau-bo-sung", false},
		{"B1", "tu-choi", false},
		{"B1", "khong-co", false},
		{"B2", "phan-cong", false},
	} {
		if got := named.StartsClock(c.step, c.action); got != c.want {
			t.Errorf("startsAt B1/tiep-nhan: StartsClock(%s, %s) = %t, want %t", c.step, c.action, got, c.want)
		}
		if got := unnamed.StartsClock(c.step, c.action); got != c.want {
			t.Errorf("without startsAt: StartsClock(%s, %s) = %t, want %t", c.step, c.action, got, c.want)
		}
	}
}

func TestErrorsLeavesWarningsOut(t *testing.T) {
	findings := []rule.Finding{{Rule: "R1", Severity: rule.Warning}, {Rule: "G1", Severity: rule.Error, Path: "spec.steps", Message: "no step"}}
	got := rule.Errors(findings)
	if diff := cmp.Diff(findings[1:], got); diff != "" {
		t.Errorf("Errors (-want +got):\n%s", diff)
	}
	if want := "G1 spec.steps: no step"; got[0].String() != want {
		t.Errorf("String() = %q, want %q", got[0].String(), want)
	}
}

// TestCompileIsBounded compiles the most that the CRD admits: 100 steps of 20 actions, each with a condition of its own,
// every action leading to every other step.
func TestCompileIsBounded(t *testing.T) {
	spec := largest()
	began := time.Now()
	p, findings := Compile("largest", spec)
	if took := time.Since(began); took > 30*time.Second {
		t.Errorf("Compile took %s", took)
	}
	if p != nil || !slices.ContainsFunc(findings, func(f rule.Finding) bool {
		return f.Rule == "E1" && strings.Contains(f.Message, "more than 1000 different conditions")
	}) {
		t.Errorf("more conditions than are allowed were accepted: %d findings", len(findings))
	}
	spec.Steps = append(spec.Steps, spec.Steps[99])
	if _, findings := Compile("beyond", spec); len(findings) != 1 || findings[0].Path != "spec.steps" {
		t.Errorf("101 steps gave %v, want one finding at spec.steps", findings)
	}
}

func BenchmarkCompile(b *testing.B) {
	source := buildingPermit(b)
	b.ReportAllocs()
	for b.Loop() {
		Compile(source.Name, &source.Spec)
	}
}

// TestCompileAccepted: what was accepted before is run although it breaks rules that judge, and nothing that cannot be run
// is.
func TestCompileAccepted(t *testing.T) {
	for name, tt := range map[string]struct {
		spoil func(*spec)
		runs  bool
	}{
		"no rule is broken":               {func(*spec) {}, true},
		"too little time":                 {func(s *spec) { s.Deadline.Limit = "1d" }, true},
		"no records, templates and bases": {func(s *spec) { s.Records, s.Templates, s.LegalBasis = nil, nil, nil }, true},
		"an uncovered decision":           {func(s *spec) { s.Forms[1].Fields[0].Values = []string{"dat", "khong-dat", "khac"} }, true},
		"an action to an unknown step":    {func(s *spec) { stepOf(s, "B5").Actions[0].To = "B66" }, false},
		"an unknown role":                 {func(s *spec) { stepOf(s, "B5").Role = "khong-ai" }, false},
		"an unsound condition":            {func(s *spec) { stepOf(s, "B4B").When = "form('x').y" }, false},
		"a broken pattern":                {func(s *spec) { s.Forms[0].Fields[1].Pattern = "[" }, false},
	} {
		t.Run(name, func(t *testing.T) {
			source := buildingPermit(t)
			tt.spoil(&source.Spec)
			p, findings := CompileAccepted(source.Name, &source.Spec)
			if (p != nil) != tt.runs || (len(findings) == 0) != tt.runs {
				t.Errorf("procedure %v with %v, want one that can be run: %t", p != nil, findings, tt.runs)
			}
		})
	}
}
