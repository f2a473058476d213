package procedure

import (
	"fmt"

	"chuan.dev/chuan/api/v1alpha1"
)

// rule is one rule that procedures keep to. A rule is added by an entry in the catalogue and a case of TestRules that
// breaks it. Ids are stable and never reused.
type rule struct {
	id       string
	severity Severity
	// sound asks that every rule before it holds, for a rule that makes no sense over a broken graph.
	sound bool
	check func(*subject) []violation
}

// catalogue is the order in which rules are checked and their findings reported. Several entries may share an id: they
// are parts of one rule.
var catalogue = []rule{
	{id: "S1", severity: Error, check: checkIdentity},
	{id: "S1", severity: Error, check: checkDurations},
	{id: "S1", severity: Error, check: checkDates},
	{id: "S1", severity: Error, check: checkKinds},
	{id: "S1", severity: Error, check: checkPatterns},
	{id: "G2", severity: Error, check: checkTargets},
	{id: "G2", severity: Error, check: checkOutcomesDeclared},
	{id: "G2", severity: Error, check: checkBranchLists},
	{id: "G2", severity: Error, check: checkLines},
	{id: "G2", severity: Error, check: checkJoins, sound: true},
	{id: "G1", severity: Error, check: checkIntake},
	{id: "G1", severity: Error, check: checkReachable, sound: true},
	{id: "G1", severity: Error, check: checkDeadEnds, sound: true},
	{id: "G2", severity: Error, check: checkOutcomesUsed, sound: true},
	{id: "G2", severity: Error, check: checkOutcomeSet, sound: true},
	{id: "T1", severity: Error, check: checkTimeBudget, sound: true},
	{id: "R1", severity: Error, check: checkRolesDeclared},
	{id: "R1", severity: Error, check: checkAssignments},
	{id: "R1", severity: Warning, check: checkRolesUsed},
	{id: "F1", severity: Error, check: checkForms},
	{id: "F1", severity: Error, check: checkDocumentsAndFees},
	{id: "F1", severity: Error, check: checkClockStart},
	{id: "E1", severity: Error, check: checkExpressions},
	{id: "Q1", severity: Error, check: checkRecords},
}

// subject is what the rules look at.
type subject struct {
	*graph
	// faults are the conditions that do not compile.
	faults []violation
}

// violation is a place at which a rule is broken, before the rule puts its name to it.
type violation struct {
	path, message, messageVi string
}

// at words a violation in both languages; the arguments are the same for both.
func at(path, english, vietnamese string, args ...any) violation {
	return violation{path: path, message: fmt.Sprintf(english, args...), messageVi: fmt.Sprintf(vietnamese, args...)}
}

// check runs the catalogue.
func check(s *subject) []Finding {
	var findings []Finding
	broken := false
	for _, r := range catalogue {
		if r.sound && broken {
			continue
		}
		for _, v := range r.check(s) {
			findings = append(findings, Finding{
				Rule: r.id, Severity: r.severity, Path: v.path, Message: v.message, MessageVi: v.messageVi,
			})
			broken = broken || r.severity == Error
		}
	}
	return findings
}

// beyondBounds refuses what the CRD would not admit, so that the work of the rules is bounded whoever calls.
func beyondBounds(spec *v1alpha1.QualityProcedureSpec) []Finding {
	var findings []Finding
	limit := func(path string, n, most int) {
		if n > most {
			findings = append(findings, Finding{
				Rule: "S1", Severity: Error, Path: path,
				Message:   fmt.Sprintf("%d entries; at most %d are allowed, so split the procedure", n, most),
				MessageVi: fmt.Sprintf("có %d mục; tối đa %d mục, cần tách quy trình", n, most),
			})
		}
	}
	limit("spec.steps", len(spec.Steps), 100)
	limit("spec.roles", len(spec.Roles), 30)
	limit("spec.outcomes", len(spec.Outcomes), 30)
	limit("spec.documents", len(spec.Documents), 60)
	limit("spec.fees", len(spec.Fees), 20)
	limit("spec.forms", len(spec.Forms), 40)
	limit("spec.records", len(spec.Records), 30)
	limit("spec.objectives", len(spec.Objectives), 20)
	for i := range spec.Steps {
		limit(stepPath(i)+".actions", len(spec.Steps[i].Actions), 20)
		limit(stepPath(i)+".branches", len(spec.Steps[i].Branches), 10)
		for b, branch := range spec.Steps[i].Branches {
			limit(fmt.Sprintf("%s.branches[%d]", stepPath(i), b), len(branch), 20)
		}
	}
	for i := range spec.Forms {
		limit(fmt.Sprintf("spec.forms[%d].fields", i), len(spec.Forms[i].Fields), 100)
	}
	return findings
}
