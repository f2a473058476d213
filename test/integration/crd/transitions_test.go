package crd_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"chuan.dev/chuan/api/v1alpha1"
)

const (
	neverBack      = "the revision number never goes back; to return to an older text, issue it again under the next number"
	frozen         = "an accepted revision does not change: raise spec.issue.revision"
	sizeFixed      = "the size is fixed once the Agency is made: enlarge the PersistentVolumeClaim itself"
	classFixed     = "the storage class of a claim cannot change"
	databaseFixed  = "records do not move by themselves between a file and a database: export and import them into a new Agency"
	documentsFixed = "documents do not move by themselves between a volume and a store: export and import them into a new Agency"
	replicasField  = "spec.service.replicas"
	databaseField  = "spec.service.database"
	documentsField = "spec.service.documents"
	sizeField      = "spec.service.storage.size"
	classField     = "spec.service.storage.className"
	revisionPath   = "spec.issue.revision"
)

// refusedUpdate is a change of a stored object that breaks one rule and no other.
type refusedUpdate struct {
	rule
	field string
	// stored is how the object differs from the valid one before the update.
	stored []change
	// accepted is the accepted revision in the status of a procedure; 0 when there is none.
	accepted int
	changes  []change
}

var refusedUpdates = []refusedUpdate{
	{
		rule:    rule{"Agency", "spec.code", "the code is printed on slips and never changes; make a new Agency for a new code"},
		field:   "spec.code",
		changes: []change{{"spec.code", "H18.35.02"}},
	},
	{rule: rule{"Agency", "spec", sizeFixed}, field: sizeField, stored: []change{{sizeField, "2Gi"}}, changes: []change{{sizeField, "3Gi"}}},
	// The claim of an agency that states no size has one all the same.
	{rule: rule{"Agency", "spec", sizeFixed}, field: sizeField, stored: []change{{"spec.service", ""}}, changes: []change{{sizeField, "2Gi"}}},
	{
		rule: rule{"Agency", "spec", sizeFixed}, field: sizeField,
		stored:  []change{{sizeField, "2Gi"}, {replicasField, ""}, {databaseField, ""}, {documentsField, ""}},
		changes: []change{{"spec.service", ""}},
	},
	{
		rule: rule{"Agency", "spec", databaseFixed}, field: databaseField,
		changes: []change{{replicasField, ""}, {databaseField, ""}},
	},
	{
		rule: rule{"Agency", "spec", documentsFixed}, field: documentsField,
		stored:  []change{{replicasField, ""}, {databaseField, ""}},
		changes: []change{{documentsField, ""}},
	},
	{rule: rule{"Agency", "spec", classFixed}, field: classField, stored: []change{{classField, "ssd"}}, changes: []change{{classField, "hdd"}}},
	{rule: rule{"Agency", "spec", classFixed}, field: classField, changes: []change{{classField, "ssd"}}},
	{rule: rule{"Agency", "spec", classFixed}, field: classField, stored: []change{{classField, "ssd"}}, changes: []change{{classField, ""}}},
	{rule: rule{"WorkCalendar", "spec.series", "the series cannot change"}, field: "spec.series", changes: []change{{"spec.series", "vn-khac"}}},
	{
		rule:    rule{"WorkCalendar", "spec.year", "the year cannot change"},
		field:   "spec.year",
		changes: []change{{"spec.year", "2027"}, {"spec.exceptions", ""}},
	},
	{rule: rule{"QualityProcedure", "", neverBack}, field: revisionPath, changes: []change{{revisionPath, "2"}}},
	{rule: rule{"QualityProcedure", "", neverBack}, field: revisionPath, accepted: 3, changes: []change{{revisionPath, "2"}}},
	{rule: rule{"QualityProcedure", "", frozen}, field: revisionPath, accepted: 3, changes: []change{{"spec.steps[3].time", "4wd"}}},
}

// stored creates an object, with the accepted revision in its status when there is one.
func stored(t *testing.T, kind string, changes []change, accepted int) *unstructured.Unstructured {
	t.Helper()
	object := create(t, changed(t, valid(t, kind), changes...))
	if accepted > 0 {
		setStatus(t, object, fmt.Sprintf("{observedGeneration: 1, acceptedRevision: %d}", accepted))
	}
	return object
}

func TestEveryTransitionRuleRefusesWhatBreaksIt(t *testing.T) {
	for _, u := range refusedUpdates {
		t.Run(fmt.Sprintf("%s/%s/%v", u.kind, u.message, u.changes), func(t *testing.T) {
			object := stored(t, u.kind, u.stored, u.accepted)
			wantOneCause(t, env.Client(t).Update(t.Context(), changed(t, object, u.changes...)), u.field, u.message)
		})
	}
}

func TestTransitionRulesLetThroughWhatIsAllowed(t *testing.T) {
	for _, test := range []struct {
		name, kind string
		stored     []change
		accepted   int
		changes    []change
	}{
		{
			name: "size in another notation", kind: "Agency",
			stored: []change{{sizeField, "0.5Gi"}}, changes: []change{{sizeField, "512Mi"}},
		},
		{
			name: "the size that was the default", kind: "Agency",
			stored: []change{{"spec.service", ""}}, changes: []change{{sizeField, "1Gi"}},
		},
		{
			name: "a year's notice", kind: "WorkCalendar",
			stored:  []change{{"spec.standing", "Provisional"}, {"spec.notice", ""}},
			changes: []change{{"spec.standing", "Official"}, {"spec.notice", `{number: 9441/TB-BNV, date: "2025-10-16"}`}},
		},
		{
			name: "another text, not yet accepted", kind: "QualityProcedure",
			changes: []change{{"spec.steps[3].time", "4wd"}},
		},
		{
			name: "another text while the revision before is the accepted one", kind: "QualityProcedure",
			accepted: 2, changes: []change{{"spec.steps[3].time", "4wd"}},
		},
		{
			name: "another text under the next number", kind: "QualityProcedure",
			accepted: 3, changes: []change{{"spec.steps[3].time", "4wd"}, {revisionPath, "4"}},
		},
		{
			name: "suspend of an accepted revision", kind: "QualityProcedure",
			accepted: 3, changes: []change{{"spec.suspend", "true"}},
		},
		{
			name: "end of the suspension of an accepted revision", kind: "QualityProcedure",
			stored: []change{{"spec.suspend", "true"}}, accepted: 3, changes: []change{{"spec.suspend", ""}},
		},
		{
			name: "labels of an accepted revision", kind: "QualityProcedure",
			accepted: 3, changes: []change{{"metadata.labels", "{linh-vuc: xay-dung}"}},
		},
	} {
		t.Run(test.kind+"/"+test.name, func(t *testing.T) {
			object := stored(t, test.kind, test.stored, test.accepted)
			wantAccepted(t, env.Client(t).Update(t.Context(), changed(t, object, test.changes...)))
		})
	}
}

// Every field of a procedure is part of the approved text, unless it is named here.
var notFrozen = []string{"suspend"}

// anotherText changes every part of the approved text.
var anotherText = map[string]change{
	"code":                    {"spec.code", "QT-XD-08"},
	"title":                   {"spec.title", "Cấp giấy phép xây dựng"},
	"appliesTo":               {"spec.appliesTo.levels", "[Commune, Province]"},
	"administrativeProcedure": {"spec.administrativeProcedure.field", "Xây dựng"},
	"issue":                   {"spec.issue.changes", "Sửa câu chữ."},
	"legalBasis":              {"spec.legalBasis[0].articles", `["96"]`},
	"deadline":                {"spec.deadline.limit", "20d"},
	"channels":                {"spec.channels", "[counter]"},
	"documents":               {"spec.documents[0].copies", "2"},
	"fees":                    {"spec.fees[0].amount", "80000"},
	"forms":                   {"spec.forms[0].fields[1].maximum", "9"},
	"roles":                   {"spec.roles[1].separateFrom", ""},
	"steps":                   {"spec.steps[3].time", "4wd"},
	"templates":               {"spec.templates[0].title", "Giấy phép"},
	"outcomes":                {"spec.outcomes[0].number", "'{seq}/GPXD'"},
	"records":                 {"spec.records[0].retention", "20y"},
	"objectives":              {"spec.objectives[0].period", "year"},
	"transition":              {"spec.transition.openCases", "onApplicantRequest"},
}

func TestNoPartOfAnAcceptedRevisionChanges(t *testing.T) {
	spec := crds(t)[v1alpha1.QualityProcedureKind].Spec.Versions[0].Schema.OpenAPIV3Schema.Properties["spec"]
	fields := slices.DeleteFunc(slices.Sorted(maps.Keys(spec.Properties)), func(field string) bool {
		return slices.Contains(notFrozen, field)
	})
	if diff := cmp.Diff(fields, slices.Sorted(maps.Keys(anotherText))); diff != "" {
		t.Fatalf("fields (-in the CRD +tested):\n%s", diff)
	}
	accepted := stored(t, v1alpha1.QualityProcedureKind, nil, 3)
	for _, field := range fields {
		t.Run(field, func(t *testing.T) {
			err := env.Client(t).Update(t.Context(), changed(t, accepted, anotherText[field]))
			wantOneCause(t, err, revisionPath, frozen)
		})
		if slices.Contains(spec.Required, field) {
			continue
		}
		t.Run(field+" taken away", func(t *testing.T) {
			err := env.Client(t).Update(t.Context(), changed(t, accepted, change{path: "spec." + field}))
			wantOneCause(t, err, revisionPath, frozen)
		})
		t.Run(field+" added", func(t *testing.T) {
			without := stored(t, v1alpha1.QualityProcedureKind, []change{{path: "spec." + field}}, 3)
			without.Object["spec"].(map[string]any)[field] = accepted.Object["spec"].(map[string]any)[field]
			wantOneCause(t, env.Client(t).Update(t.Context(), without), revisionPath, frozen)
		})
	}
}

func TestStatusOfAnAcceptedRevisionIsWritten(t *testing.T) {
	object := stored(t, v1alpha1.QualityProcedureKind, nil, 3)
	for _, status := range []string{
		"{observedGeneration: 1, acceptedRevision: 3, revisionInForce: 3}",
		"{observedGeneration: 1, acceptedRevision: 2}",
		"{observedGeneration: 1}",
	} {
		setStatus(t, object, status)
	}
}
