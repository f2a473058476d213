package proceduretest

import (
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
	"sigs.k8s.io/yaml"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/procedure"
	"chuan.dev/chuan/internal/rule"
)

// TestDraw draws many procedures: each keeps to every rule, and together they use all of the language.
func TestDraw(t *testing.T) {
	seen := map[string]int{}
	for seed := range uint64(2000) {
		spec := Draw(rand.New(rand.NewPCG(seed, 0)))
		if _, findings := procedure.Compile("rut-tham", spec); len(rule.Errors(findings)) > 0 {
			text, _ := yaml.Marshal(spec)
			t.Fatalf("seed %d: %v\n%s", seed, rule.Errors(findings), text)
		}
		note(seen, spec)
	}
	for _, what := range []string{
		"intake", "wait", "assign", "task", "approve", "consult", "parallel", "issue", "handover", "join all", "join any",
		"nested", "silence consent", "silence refusal", "silence nothing", "step when", "action when", "parallel when", "return",
		"not after", "extension", "fee", "number", "clock stopped", "delegation", "cutoff",
	} {
		if seen[what] < 100 {
			t.Errorf("%q occurs in %d of 2000 procedures", what, seen[what])
		}
	}
}

// note counts what a procedure uses.
func note(seen map[string]int, spec *v1alpha1.QualityProcedureSpec) {
	uses := map[string]bool{
		"extension": spec.Deadline.Extension != nil, "fee": len(spec.Fees) > 0, "cutoff": spec.Deadline.ReceiptCutoff != "",
		"number": spec.Outcomes[0].Number != "",
	}
	parallel := map[v1alpha1.ID]bool{}
	for i := range spec.Steps {
		parallel[spec.Steps[i].ID] = spec.Steps[i].Kind == v1alpha1.StepParallel
	}
	for i := range spec.Steps {
		step := &spec.Steps[i]
		uses[string(step.Kind)] = true
		uses["silence "+step.Silence] = true
		uses["join "+step.Join] = true
		uses["step when"] = uses["step when"] || step.When != ""
		uses["parallel when"] = uses["parallel when"] || step.When != "" && parallel[step.ID]
		uses["clock "+string(step.Clock)] = true
		for _, branch := range step.Branches {
			for _, id := range branch {
				uses["nested"] = uses["nested"] || parallel[id]
			}
		}
		for _, action := range step.Actions {
			uses["action when"] = uses["action when"] || action.When != "" && step.Drafts == ""
			uses["return"] = uses["return"] || action.ID == "tra-lai" && step.Sign == nil
			uses["not after"] = uses["not after"] || action.NotAfter != ""
		}
	}
	for _, role := range spec.Roles {
		uses["delegation"] = uses["delegation"] || *role.CanDelegate
	}
	for what, used := range uses {
		if used {
			seen[what]++
		}
	}
}

// TestRapid shows that chance may come from package rapid, which shrinks what it finds.
func TestRapid(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		if p, findings := procedure.Compile("rut-tham", Draw(Rapid(t))); p == nil {
			t.Fatal(rule.Errors(findings))
		}
	})
}
