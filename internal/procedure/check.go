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
	// runs says that a dossier cannot be led through a text that breaks it. Other rules judge a text that can be run.
	runs bool
	// sound asks that every check before it without which the text cannot run finds no error, for a rule that makes no sense
	// over a broken text.
	sound bool
	// unless is a rule whose error says the same more exactly.
	unless rule.ID
	check  func(*subject) []violation
}

// checks is the order in which rules are checked and their findings reported.
var checks = slices.Concat(shapeChecks, graphChecks, timeChecks, referenceChecks, decisionChecks, formChecks, feeChecks,
	stepChecks, qualityChecks)

var shapeChecks = []ruleCheck{
	{id: "S1", severity: rule.Error, runs: true, check: checkIdentity},
	{id: "S1", severity: rule.Error, runs: true, check: checkDurations},
	{id: "S1", severity: rule.Error, runs: true, check: checkDates},
	{id: "S1", severity: rule.Error, runs: true, check: checkKinds},
	{id: "S1", severity: rule.Error, runs: true, check: checkPatterns},
}

var graphChecks = []ruleCheck{
	{id: "G2", severity: rule.Error, runs: true, check: checkTargets},
	{id: "G2", severity: rule.Error, runs: true, check: checkOutcomesDeclared},
	{id: "G2", severity: rule.Error, runs: true, check: checkBranchLists},
	{id: "G2", severity: rule.Error, runs: true, check: checkLines},
	{id: "G2", severity: rule.Error, runs: true, check: checkJoins, sound: true},
	{id: "G1", severity: rule.Error, runs: true, check: checkIntake},
	{id: "G1", severity: rule.Error, runs: true, check: checkReachable, sound: true},
	{id: "G1", severity: rule.Error, runs: true, check: checkDeadEnds, sound: true},
	{id: "G2", severity: rule.Error, runs: true, check: checkOutcomesUsed, sound: true},
	{id: "G2", severity: rule.Error, runs: true, check: checkOutcomeSet, sound: true},
	{id: "G6", severity: rule.Error, check: checkCycles, sound: true},
	{id: "G7", severity: rule.Error, check: checkWaits},
}

var referenceChecks = []ruleCheck{
	{id: "R1", severity: rule.Error, runs: true, check: checkRolesDeclared},
	{id: "R1", severity: rule.Error, runs: true, check: checkAssignments},
	{id: "R1", severity: rule.Warning, check: checkRolesUsed},
	{id: "F1", severity: rule.Error, runs: true, check: checkForms},
	{id: "F1", severity: rule.Error, runs: true, check: checkDocumentsAndFees},
	{id: "F1", severity: rule.Error, runs: true, check: checkClockStart},
	{id: "E1", severity: rule.Error, runs: true, check: checkExpressions},
	{id: "E1", severity: rule.Error, check: checkSteering},
}

var decisionChecks = []ruleCheck{
	{id: "G3", severity: rule.Warning, check: checkDeadActions, sound: true},
	{id: "G4", severity: rule.Error, check: checkUncovered, sound: true},
	{id: "G5", severity: rule.Warning, check: checkOverlaps, sound: true},
}

var formChecks = []ruleCheck{
	{id: "F1", severity: rule.Error, check: checkTemplates, sound: true},
	{id: "F1", severity: rule.Error, check: checkPlaceholders, sound: true},
	{id: "F2", severity: rule.Error, check: checkFilledIn, sound: true},
	{id: "F4", severity: rule.Error, check: checkPersonal},
}

var feeChecks = []ruleCheck{
	{id: "F5", severity: rule.Error, check: checkFeeBasis},
	{id: "F5", severity: rule.Error, check: checkFeesCollected, sound: true},
	{id: "L1", severity: rule.Error, check: checkSupport},
	{id: "V14", severity: rule.Error, check: checkDecision},
	{id: "V25", severity: rule.Error, check: checkDisadvantaged},
}

var stepChecks = []ruleCheck{
	{id: "V08", severity: rule.Error, check: checkStepTimes},
	{id: "V09", severity: rule.Error, check: checkBeginning},
	{id: "V09", severity: rule.Error, check: checkEnding, sound: true},
	{id: "V09", severity: rule.Warning, check: checkSignature, sound: true},
	{id: "V10", severity: rule.Error, check: checkFourEyes, sound: true},
	{id: "V11", severity: rule.Warning, check: checkBranchesPresent},
}

var qualityChecks = []ruleCheck{
	{id: "Q1", severity: rule.Error, check: checkRecords},
	{id: "Q1", severity: rule.Error, check: checkOutcomesRecorded, sound: true},
	{id: "Q2", severity: rule.Warning, check: checkEvidence},
	{id: "Q3", severity: rule.Error, check: checkObjectives, sound: true},
}

// proof is one rule that a procedure keeps to in its surroundings.
type proof struct {
	id       rule.ID
	severity rule.Severity
	check    func(*Procedure, *Surroundings) []violation
}

// proofs is the order in which procedures are held against their surroundings.
var proofs = slices.Concat(timeProofs, lawProofs)

// subject is what the rules look at.
type subject struct {
	*graph
	// conditions are those that compile, and faults say what is wrong with the others.
	conditions conditions
	faults     []violation
	// accepted says that the text was accepted before.
	accepted bool
	// evaluations of conditions that the rules may still spend.
	evaluations int
	// known is what flow has worked out, once it was asked.
	known *flow
	// decided is what decisions has worked out, once it was asked.
	decided []decisions
}

func newSubject(g *graph) *subject {
	compiled, faults := compileConditions(g)
	return &subject{graph: g, conditions: compiled, faults: faults, evaluations: maxEvaluations}
}

// flow is what has surely happened to the dossiers that come to every place of a sound text.
func (s *subject) flow() *flow {
	if s.known == nil {
		s.known = newFlow(s.graph, s.conditions)
	}
	return s.known
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

// check runs all checks or, of a text that was accepted before, the ones without which it cannot be run.
func check(s *subject) []rule.Finding {
	var findings []rule.Finding
	broken := false
	for _, c := range checks {
		if c.sound && broken || s.accepted && !c.runs || said(findings, c.unless) {
			continue
		}
		for _, v := range c.check(s) {
			f := finding(c.id, c.severity, v)
			findings = append(findings, f)
			broken = broken || c.runs && f.Severity == rule.Error
		}
	}
	return findings
}

// said says whether there is a finding of a rule.
func said(findings []rule.Finding, id rule.ID) bool {
	return id != "" && slices.ContainsFunc(findings, func(f rule.Finding) bool { return f.Rule == id })
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
	limit("spec.templates", len(spec.Templates), 20)
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
