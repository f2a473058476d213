package procedure

import (
	"cmp"
	"fmt"
	"slices"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/rule"
)

// ruleCheck is one rule that procedures keep to, or a part of one. Its id is that of an entry of the catalogue of package
// rule; a case of TestRules breaks it.
type ruleCheck struct {
	id       rule.ID
	severity rule.Severity
	// sound asks that every check before it finds no error, for a rule that makes no sense over a broken graph.
	sound bool
	check func(*subject) []violation
}

// checks is the order in which rules are checked and their findings reported.
var checks = slices.Concat(shapeChecks, graphChecks, timeChecks, referenceChecks)

var shapeChecks = []ruleCheck{
	{id: "S1", severity: rule.Error, check: checkIdentity},
	{id: "S1", severity: rule.Error, check: checkDurations},
	{id: "S1", severity: rule.Error, check: checkDates},
	{id: "S1", severity: rule.Error, check: checkKinds},
	{id: "S1", severity: rule.Error, check: checkPatterns},
}

var graphChecks = []ruleCheck{
	{id: "G2", severity: rule.Error, check: checkTargets},
	{id: "G2", severity: rule.Error, check: checkOutcomesDeclared},
	{id: "G2", severity: rule.Error, check: checkBranchLists},
	{id: "G2", severity: rule.Error, check: checkLines},
	{id: "G2", severity: rule.Error, check: checkJoins, sound: true},
	{id: "G1", severity: rule.Error, check: checkIntake},
	{id: "G1", severity: rule.Error, check: checkReachable, sound: true},
	{id: "G1", severity: rule.Error, check: checkDeadEnds, sound: true},
	{id: "G2", severity: rule.Error, check: checkOutcomesUsed, sound: true},
	{id: "G2", severity: rule.Error, check: checkOutcomeSet, sound: true},
}

var timeChecks = []ruleCheck{
	{id: "T1", severity: rule.Error, check: checkTimeBudget, sound: true},
}

var referenceChecks = []ruleCheck{
	{id: "R1", severity: rule.Error, check: checkRolesDeclared},
	{id: "R1", severity: rule.Error, check: checkAssignments},
	{id: "R1", severity: rule.Warning, check: checkRolesUsed},
	{id: "F1", severity: rule.Error, check: checkForms},
	{id: "F1", severity: rule.Error, check: checkDocumentsAndFees},
	{id: "F1", severity: rule.Error, check: checkClockStart},
	{id: "E1", severity: rule.Error, check: checkExpressions},
	{id: "Q1", severity: rule.Error, check: checkRecords},
}

// proof is one rule that a procedure keeps to in its surroundings.
type proof struct {
	id       rule.ID
	severity rule.Severity
	check    func(*Procedure, *Surroundings) []violation
}

// proofs is the order in which procedures are held against their surroundings.
var proofs = slices.Concat(timeProofs, lawProofs)

var timeProofs = []proof{}

var lawProofs = []proof{}

// subject is what the rules look at.
type subject struct {
	*graph
	// faults are the conditions that do not compile.
	faults []violation
}

// violation is a place at which a rule is broken, before the rule puts its name to it.
type violation struct {
	path, message, messageVi string
	// severity is empty for that of the check.
	severity rule.Severity
}

// at words a violation in both languages; the arguments are the same for both.
func at(path, english, vietnamese string, args ...any) violation {
	return violation{path: path, message: fmt.Sprintf(english, args...), messageVi: fmt.Sprintf(vietnamese, args...)}
}

// check runs all checks.
func check(s *subject) []rule.Finding {
	var findings []rule.Finding
	broken := false
	for _, c := range checks {
		if c.sound && broken {
			continue
		}
		for _, v := range c.check(s) {
			f := finding(c.id, c.severity, v)
			findings = append(findings, f)
			broken = broken || f.Severity == rule.Error
		}
	}
	return findings
}

// finding puts the name of a rule to a violation.
func finding(id rule.ID, severity rule.Severity, v violation) rule.Finding {
	return rule.Finding{
		Rule: id, Severity: cmp.Or(v.severity, severity), Path: v.path, Message: v.message, MessageVi: v.messageVi,
	}
}

// beyondBounds refuses what the CRD would not admit, so that the work of the rules is bounded whoever calls.
func beyondBounds(spec *v1alpha1.QualityProcedureSpec) []rule.Finding {
	var findings []rule.Finding
	limit := func(path string, n, most int) {
		if n > most {
			findings = append(findings, rule.Finding{
				Rule: "S1", Severity: rule.Error, Path: path,
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
