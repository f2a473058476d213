package crd_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
)

// rule is a CEL rule of a CRD, told by where it stands in the schema and by its message.
type rule struct{ kind, at, message string }

// violation is a change of the valid object of a kind that breaks one rule and no other.
type violation struct {
	rule
	// field is the one that the refusal names.
	field   string
	changes []change
}

const (
	badPeriod     = "a period ends after it begins"
	badRun        = "the last day is not before the first"
	halfDay       = "a HalfDay names its periods"
	noPeriods     = "only a HalfDay or a MakeUp day has periods"
	parallelShape = "a parallel step has branches and to, and no actions; only a parallel step has branches, join and to"
	month         = "month counts within the period: 1-12 of a Year, 1-6 of a HalfYear, 1-3 of a Quarter; a Month has none"
	otherYear     = "every exception lies in the calendar's own year"
	enumValues    = "an enum field, and no other, lists its values"
	patternField  = "only a string field has a pattern"
	minimumAbove  = "the minimum is not above the maximum"
	numberBounds  = "only a number has a minimum and a maximum"
	agencyName    = "the name of an Agency is at most 52 lower-case letters, digits and hyphens and begins with a letter: " +
		"its Service and its pods are named after it"
)

// violations has at least one row for every rule that holds for an object by itself; updates are in transitions_test.go.
var violations = []violation{
	{rule{"Agency", "", "an agency cannot be its own parent"}, "spec.parent.name", []change{{"spec.parent.name", "ubnd-xa-thanh-nua"}}},
	{rule{"Agency", "", agencyName}, wholeObject, []change{{"metadata.name", strings.Repeat("x", 53)}}},
	{rule{"Agency", "", agencyName}, wholeObject, []change{{"metadata.name", "xa.thanh-nua"}}},
	{rule{"Agency", "", agencyName}, wholeObject, []change{{"metadata.name", "15-xa"}}},
	{rule{"Agency", "spec", "every officer's unit must be one of spec.units"}, "spec.officers", []change{{"spec.officers[0].unit", "phong-xa-la"}}},
	{rule{"Agency", "spec", "every officer's unit must be one of spec.units"}, "spec.officers", []change{{"spec.units", ""}}},
	{
		rule{"Agency", "spec.service", "several replicas share a database: name one, or run one replica"},
		"spec.service.replicas",
		[]change{{"spec.service.database", ""}, {"spec.service.documents", ""}},
	},
	{
		rule{"Agency", "spec.service", "a service on a database has no volume: name a document store too"},
		"spec.service.documents",
		[]change{{"spec.service.documents", ""}},
	},
	{
		rule{"Agency", "spec.service.storage.size", "the size must be more than zero"},
		"spec.service.storage.size",
		[]change{{"spec.service.storage.size", "0"}},
	},
	{
		rule{"Agency", "spec.calendar.workingHours[].periods[]", badPeriod},
		"spec.calendar.workingHours[0].periods[1]",
		[]change{{"spec.calendar.workingHours[0].periods[1].to", `"13:30"`}},
	},
	{rule{"Agency", "spec.calendar.exceptions[]", badRun}, "spec.calendar.exceptions[0].to", []change{{"spec.calendar.exceptions[0].to", `"2026-05-06"`}}},
	{rule{"Agency", "spec.calendar.exceptions[]", halfDay}, "spec.calendar.exceptions[1].periods", []change{{"spec.calendar.exceptions[1].periods", ""}}},
	{rule{"Agency", "spec.calendar.exceptions[]", noPeriods}, "spec.calendar.exceptions[1].periods", []change{{"spec.calendar.exceptions[1].kind", "Closure"}}},
	{
		rule{"Agency", "spec.calendar.exceptions[].periods[]", badPeriod},
		"spec.calendar.exceptions[1].periods[0]",
		[]change{{"spec.calendar.exceptions[1].periods[0].to", `"06:00"`}},
	},
	{
		rule{"Agency", "spec.lifecycle", "an agency is not dissolved before it is established"},
		"spec.lifecycle.dissolvedOn",
		[]change{{"spec.lifecycle.dissolvedOn", `"2018-03-31"`}},
	},
	{
		rule{"Agency", "spec.lifecycle", "only an agency that was dissolved has successors"},
		"spec.lifecycle.successors",
		[]change{{"spec.lifecycle.dissolvedOn", ""}},
	},
	{
		rule{"Agency", "spec.officers[].delegatesTo[]", "a delegation does not end before it begins"},
		"spec.officers[0].delegatesTo[0].until",
		[]change{{"spec.officers[0].delegatesTo[0].until", `"2026-05-31"`}},
	},
	ownFieldViolation(enumValues, "[2].values", change{"[2].values", ""}),
	ownFieldViolation(patternField, "[0].pattern", change{"[0].type", "text"}),
	ownFieldViolation(numberBounds, "[1]", change{"[1].type", "date"}, change{"[1].maximum", ""}),
	ownFieldViolation(minimumAbove, "[1].minimum", change{"[1].minimum", "1000"}),

	{
		rule{"AuditPlan", "", "the name of an AuditPlan is at most 52 characters, so that the names of its occurrences fit"},
		wholeObject,
		[]change{{"metadata.name", strings.Repeat("x", 53)}},
	},
	{rule{"AuditPlan", "spec.auditees", "name the auditees, or select them by their labels"}, "spec.auditees", []change{{"spec.auditees", "{}"}}},
	{rule{"AuditPlan", "spec.schedule", badRun}, "spec.schedule.until", []change{{"spec.schedule.until", `"2025-12-31"`}}},
	{rule{"AuditPlan", "spec.schedule", month}, "spec.schedule.month", []change{{"spec.schedule.every", "Month"}, {"spec.schedule.month", "1"}}},
	{rule{"AuditPlan", "spec.schedule", month}, "spec.schedule.month", []change{{"spec.schedule.every", "Quarter"}, {"spec.schedule.month", "4"}}},
	{rule{"AuditPlan", "spec.schedule", month}, "spec.schedule.month", []change{{"spec.schedule.every", "HalfYear"}, {"spec.schedule.month", "7"}}},
	{
		rule{"AuditPlan", "spec.schedule", "a shift to a working day needs the calendar series that knows them"},
		"spec.schedule.calendar",
		[]change{{"spec.schedule.shift", "Next"}},
	},
	{rule{"AuditPlan", "spec.team", "a team has exactly one Lead"}, "spec.team", []change{{"spec.team[0].role", "Auditor"}}},
	{rule{"AuditPlan", "spec.team", "a team has exactly one Lead"}, "spec.team", []change{{"spec.team[1].role", "Lead"}}},

	{
		rule{"LegalDocument", "spec", "the last day in force is not before the first"},
		"spec.effectiveTo",
		[]change{{"spec.effectiveTo", `"2014-12-31"`}},
	},

	{rule{"WorkCalendar", "spec", "an Official calendar cites the notice it rests on"}, "spec.notice", []change{{"spec.notice", ""}}},
	{rule{"WorkCalendar", "spec", otherYear}, "spec.exceptions", []change{{"spec.exceptions[1].date", `"2027-08-22"`}}},
	{rule{"WorkCalendar", "spec", otherYear}, "spec.exceptions", []change{{"spec.exceptions[0].to", `"2027-01-01"`}}},
	{rule{"WorkCalendar", "spec.workingHours[].periods[]", badPeriod}, "spec.workingHours[0].periods[0]", []change{{"spec.workingHours[0].periods[0].from", `"12:00"`}}},
	{rule{"WorkCalendar", "spec.exceptions[]", badRun}, "spec.exceptions[0].to", []change{{"spec.exceptions[0].to", `"2026-08-31"`}}},
	{rule{"WorkCalendar", "spec.exceptions[]", halfDay}, "spec.exceptions[2].periods", []change{{"spec.exceptions[2].periods", ""}}},
	{rule{"WorkCalendar", "spec.exceptions[]", noPeriods}, "spec.exceptions[2].periods", []change{{"spec.exceptions[2].kind", "Holiday"}}},
	{rule{"WorkCalendar", "spec.exceptions[].periods[]", badPeriod}, "spec.exceptions[2].periods[0]", []change{{"spec.exceptions[2].periods[0].to", `"07:30"`}}},

	{
		rule{"QualityProcedure", "", "the name of a QualityProcedure is at most 52 characters, so that the names of its revisions fit"},
		wholeObject,
		[]change{{"metadata.name", strings.Repeat("x", 53)}},
	},
	{
		rule{"QualityProcedure", "spec.issue", "the decision is not signed after the day from which it is in force"},
		"spec.issue.effectiveFrom",
		[]change{{"spec.issue.effectiveFrom", `"2026-02-19"`}},
	},
	fieldViolation(enumValues, "[2].values", change{"[2].values", ""}),
	fieldViolation(enumValues, "[0].values", change{"[0].values", "[a, b]"}),
	fieldViolation(patternField, "[0].pattern", change{"[0].type", "text"}),
	fieldViolation(numberBounds, "[1]", change{"[1].type", "date"}, change{"[1].maximum", ""}),
	fieldViolation(numberBounds, "[1]", change{"[1].type", "date"}, change{"[1].minimum", ""}),
	fieldViolation(minimumAbove, "[1].minimum", change{"[1].minimum", "8"}),

	stepViolation(parallelShape, "[4]", change{"[4].branches", ""}),
	stepViolation(parallelShape, "[4]", change{"[4].to", ""}),
	stepViolation(parallelShape, "[4]", change{"[4].actions", "[{id: xong, to: B6}]"}),
	stepViolation(parallelShape, "[3]", change{"[3].branches", "[[C1], [C2]]"}),
	stepViolation(parallelShape, "[3]", change{"[3].join", "all"}),
	stepViolation(parallelShape, "[3]", change{"[3].to", "B6"}),
	stepViolation("a step offers at least one action", "[3].actions", change{"[3].actions", ""}),
	stepViolation("the step needs the role that acts in it", "[3].role", change{"[3].role", ""}),
	stepViolation("the step needs its time, as 4wh; 0wh when it takes none", "[5].time", change{"[5].time", ""}),
	stepViolation("an assign step, and no other, says what it assigns", "[2].assigns", change{"[2].assigns", ""}),
	stepViolation("an assign step, and no other, says what it assigns", "[3].assigns", change{"[3].assigns", "{step: B4, role: tham-dinh}"}),
	stepViolation("a consult step, and no other, names the agency that is asked", "[5].agency", change{"[5].agency", ""}),
	stepViolation("a consult step, and no other, names the agency that is asked", "[3].agency", change{"[3].agency", "{name: so-xay-dung}"}),
	stepViolation("only a consult step has silence and sends", "[3]", change{"[3].silence", "consent"}),
	stepViolation("only a consult step has silence and sends", "[3]", change{"[3].sends", "{forms: [don]}"}),
	stepViolation("a wait step, and no other, says for whom it waits", "[1].for", change{"[1].for", ""}),
	stepViolation("a wait step, and no other, says for whom it waits", "[3].for", change{"[3].for", "payment"}),
	stepViolation("only a wait step expires", "[3].expires", change{"[3].expires", "{after: 5d, to: B6}"}),
	{
		rule{"QualityProcedure", "spec.transition", "migrate, and no other, maps the steps of the previous revision"},
		"spec.transition.steps",
		[]change{{"spec.transition.openCases", "migrate"}},
	},
	{
		rule{"QualityProcedure", "spec.steps[].agency", "name one agency, or the kind of agency that is asked"},
		"spec.steps[5].agency",
		[]change{{"spec.steps[5].agency.name", "so-xay-dung"}},
	},
	{
		rule{"QualityProcedure", "spec.steps[].agency", "name one agency, or the kind of agency that is asked"},
		"spec.steps[5].agency",
		[]change{{"spec.steps[5].agency", "{}"}},
	},
}

// stepViolation breaks a rule of a step; paths begin with the step's index.
func stepViolation(message, field string, changes ...change) violation {
	return below("spec.steps", message, field, changes)
}

// fieldViolation breaks a rule of a field of the form; paths begin with the field's index.
func fieldViolation(message, field string, changes ...change) violation {
	v := below("spec.forms[0].fields", message, field, changes)
	v.at = "spec.forms[].fields[]"
	return v
}

// ownFieldViolation breaks a rule of a field of a form that an agency adds; paths begin with the field's index.
func ownFieldViolation(message, field string, changes ...change) violation {
	v := below("spec.procedures.refs[0].overrides.forms[0].fields", message, field, changes)
	v.kind, v.at = "Agency", "spec.procedures.refs[].overrides.forms[].fields[]"
	return v
}

func below(list, message, field string, changes []change) violation {
	v := violation{rule: rule{"QualityProcedure", list + "[]", message}, field: list + field}
	for _, c := range changes {
		v.changes = append(v.changes, change{list + c.path, c.value})
	}
	return v
}

func TestEveryRuleRefusesWhatBreaksIt(t *testing.T) {
	for _, v := range violations {
		t.Run(fmt.Sprintf("%s/%s/%v", v.kind, v.message, v.changes), func(t *testing.T) {
			wantOneCause(t, tryCreate(t, changed(t, valid(t, v.kind), v.changes...)), v.field, v.message)
		})
	}
}

// The other side of the rules that tell cases apart: what they must let through.
func TestRulesLetThroughWhatIsAllowed(t *testing.T) {
	for _, test := range []struct {
		name, kind string
		changes    []change
	}{
		{"name of 52 characters", "Agency", []change{{"metadata.name", strings.Repeat("x", 52)}}},
		{"name of one letter", "Agency", []change{{"metadata.name", "x"}}},
		{"officer without a unit, agency without units", "Agency", []change{{"spec.officers[0].unit", ""}, {"spec.units", ""}}},
		{"size as a bare number of bytes", "Agency", []change{{"spec.service.storage.size", "1073741824"}}},
		{"work until midnight", "Agency", []change{{"spec.calendar.workingHours[0].periods[1].to", `"24:00"`}}},
		{"make-up day without periods", "WorkCalendar", []change{{"spec.exceptions[1].periods", ""}}},
		{"run of one day", "WorkCalendar", []change{{"spec.exceptions[0].to", `"2026-09-01"`}}},
		{"provisional calendar without a notice", "WorkCalendar", []change{{"spec.standing", "Provisional"}, {"spec.notice", ""}}},
		{"plan for every month", "AuditPlan", []change{{"spec.schedule.every", "Month"}, {"spec.schedule.month", ""}}},
		{"last month of a quarter", "AuditPlan", []change{{"spec.schedule.every", "Quarter"}, {"spec.schedule.month", "3"}}},
		{"last month of a half-year", "AuditPlan", []change{{"spec.schedule.every", "HalfYear"}, {"spec.schedule.month", "6"}}},
		{"shift with a calendar", "AuditPlan", []change{{"spec.schedule.shift", "Previous"}, {"spec.schedule.calendar", "vn"}}},
		{"auditees by labels", "AuditPlan", []change{{"spec.auditees", "{selector: {}}"}}},
		{"plan of a single day", "AuditPlan", []change{{"spec.schedule.until", `"2026-01-01"`}}},
		{"in force for one day", "LegalDocument", []change{{"spec.effectiveTo", `"2015-01-01"`}}},
		{"in force without an end", "LegalDocument", []change{{"spec.effectiveTo", ""}}},
		{"signed on the day it is in force", "QualityProcedure", []change{{"spec.issue.effectiveFrom", `"2026-02-20"`}}},
		{"consultation without a role", "QualityProcedure", []change{{"spec.steps[5].role", ""}}},
		{"consultation of a named agency", "QualityProcedure", []change{{"spec.steps[5].agency", "{name: so-xay-dung}"}}},
		{"number with equal bounds", "QualityProcedure", []change{{"spec.forms[0].fields[1].minimum", "7"}}},
	} {
		t.Run(test.kind+"/"+test.name, func(t *testing.T) {
			wantAccepted(t, tryCreate(t, changed(t, valid(t, test.kind), test.changes...)))
		})
	}
}

// A new rule needs a row that breaks it, and a rule that is gone takes its rows along.
func TestEveryRuleHasAViolation(t *testing.T) {
	var want []string
	for kind, crd := range crds(t) {
		walk(crd.Spec.Versions[0].Schema.OpenAPIV3Schema, "", func(path string, schema *apiextensionsv1.JSONSchemaProps) {
			for _, validation := range schema.XValidations {
				want = append(want, fmt.Sprintf("%+v", rule{kind, path, validation.Message}))
			}
		})
	}
	got := make([]string, 0, len(violations)+len(refusedUpdates))
	for _, v := range violations {
		got = append(got, fmt.Sprintf("%+v", v.rule))
	}
	for _, v := range refusedUpdates {
		got = append(got, fmt.Sprintf("%+v", v.rule))
	}
	if diff := cmp.Diff(sortedLines(want), sortedLines(got)); diff != "" {
		t.Errorf("rules (-in the CRDs +tested):\n%s", diff)
	}
}
