package crd_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// The message is what a person reads who made the mistake, so it has to name what is expected.
func TestBoundsRefuseWithAMessageThatHelps(t *testing.T) {
	for _, test := range []struct {
		name, kind string
		changes    []change
		field      string
		message    string
	}{
		{
			"level of nowhere", "Agency", []change{{"spec.level", "Ward"}},
			"spec.level", `Unsupported value: "Ward": supported values: "Central", "Province", "District", "Commune"`,
		},
		{"code in lower case", "Agency", []change{{"spec.code", "h18.35"}}, "spec.code", `Invalid value: "h18.35": spec.code in body should match`},
		{"title too long", "Agency", []change{{"spec.title", strings.Repeat("ă", 301)}}, "spec.title", "may not be more than 300"},
		{"no title", "Agency", []change{{"spec.title", ""}}, "spec.title", "Required value"},
		{"empty title", "Agency", []change{{"spec.title", `""`}}, "spec.title", "should be at least 1 chars long"},
		{"two officers with one id", "Agency", []change{{"spec.officers[1]", "{id: lo-van-an, title: Lò Văn Ân}"}}, "spec.officers[1]", "Duplicate value"},
		{"one role twice", "Agency", []change{{"spec.officers[0].roles", "[mot-cua, mot-cua]"}}, "spec.officers[0].roles[1]", `Duplicate value: "mot-cua"`},
		{"opening at seven", "Agency", []change{{"spec.calendar.workingHours[0].periods[0].from", "'7:00'"}}, "spec.calendar.workingHours[0].periods[0].from", "should match"},
		{"size that is no quantity", "Agency", []change{{sizeField, "two"}}, sizeField, "should match"},
		{"duration in words", "QualityProcedure", []change{{"spec.deadline.limit", "3 days"}}, "spec.deadline.limit", `Invalid value: "3 days": spec.deadline.limit in body should match`},
		{"duration without a unit", "QualityProcedure", []change{{"spec.steps[3].time", "'3'"}}, "spec.steps[3].time", "should match"},
		{"half a calendar day", "QualityProcedure", []change{{"spec.deadline.limit", "0.5d"}}, "spec.deadline.limit", "should match"},
		{"two steps with one id", "QualityProcedure", []change{{"spec.steps[3].id", "B1"}}, "spec.steps[3]", "Duplicate value"},
		{"no steps", "QualityProcedure", []change{{"spec.steps", "[]"}}, "spec.steps", "should have at least 1 items"},
		{"too many channels", "QualityProcedure", []change{{"spec.channels", "[counter, online, post, fax]"}}, "spec.channels", "must have at most 3 items"},
		{"revision 0", "QualityProcedure", []change{{"spec.issue.revision", "0"}}, "spec.issue.revision", "should be greater than or equal to 1"},
		{"form of no circular", "QualityProcedure", []change{{"spec.steps[0].actions[0].prints", "[M08]"}}, "spec.steps[0].actions[0].prints[0]", `supported values: "M01"`},
		{"day of no month", "LegalDocument", []change{{"spec.effectiveFrom", "'2015-13-01'"}}, "spec.effectiveFrom", "should match"},
		{"year out of range", "WorkCalendar", []change{{"spec.year", "1945"}, {"spec.exceptions", ""}}, "spec.year", "should be greater than or equal to 1990"},
		{"two exceptions on one day", "WorkCalendar", []change{{"spec.exceptions[1].date", "'2026-09-01'"}}, "spec.exceptions[1]", "Duplicate value"},
		{"window in working days", "AuditPlan", []change{{"spec.schedule.window", "30wd"}}, "spec.schedule.window", "should match"},
		{"nobody in the team", "AuditPlan", []change{{"spec.team", "[]"}}, "spec.team", "should have at least 1 items"},
	} {
		t.Run(test.kind+"/"+test.name, func(t *testing.T) {
			wantCause(t, tryCreate(t, changed(t, valid(t, test.kind), test.changes...)), test.field, test.message)
		})
	}
}

func TestUnknownFieldsAreRefused(t *testing.T) {
	err := tryCreate(t, changed(t, valid(t, "QualityProcedure"), change{"spec.steps[1].expires.afterwards", "5d"}))
	if want := `unknown field "spec.steps[1].expires.afterwards"`; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got the answer %v, want %s", err, want)
	}
}

// defaults are what an object has that says nothing of these fields, as a Go client reads them.
var defaults = map[string]map[string]string{
	"Agency": {
		"spec.type": "PeoplesCommittee", "spec.deletionPolicy": "Retain", "spec.service.placement": "Dedicated",
		"spec.service.storage.size": "1Gi", "spec.service.resources.cpu": "10m", "spec.service.resources.memory": "128Mi",
		"spec.service.database.key": "uri", "spec.service.peers.key": "peers.yaml", "spec.signIn.accountClaim": "preferred_username", "spec.signIn.groupsClaim": "groups",
		"status": "map[observedGeneration:-1]",
	},
	"AuditPlan": {
		"spec.schedule.day": "1", "spec.schedule.shift": "None", "spec.schedule.timeZone": "Asia/Ho_Chi_Minh",
		"spec.schedule.leadTime": "30d", "spec.schedule.gracePeriod": "0d", "status": "map[observedGeneration:-1]",
	},
	"LegalDocument": {},
	"QualityProcedure": {
		"spec.deadline.extension.times": "1", "spec.deadline.extension.reason": "required", "spec.documents[].kind": "copy",
		"spec.documents[].copies": "1", "spec.fees[].currency": "VND", "spec.steps[].clock": "running",
		"status": "map[observedGeneration:-1]",
	},
	"WorkCalendar": {"spec.timeZone": "Asia/Ho_Chi_Minh"},
}

func TestEveryDefaultIsStored(t *testing.T) {
	for kind, crd := range crds(t) {
		t.Run(kind, func(t *testing.T) {
			object := create(t, valid(t, kind))
			stored := &unstructured.Unstructured{}
			stored.SetGroupVersionKind(object.GroupVersionKind())
			if err := env.Client(t).Get(t.Context(), client.ObjectKeyFromObject(object), stored); err != nil {
				t.Fatal(err)
			}
			got := map[string]string{}
			walk(crd.Spec.Versions[0].Schema.OpenAPIV3Schema, "", func(path string, schema *apiextensionsv1.JSONSchemaProps) {
				if schema.Default != nil {
					got[path] = fmt.Sprint(first(stored.Object, steps(path)))
				}
			})
			if diff := cmp.Diff(defaults[kind], got); diff != "" {
				t.Errorf("defaults (-want +got):\n%s", diff)
			}
		})
	}
}

// first returns the value to which a path leads, through the first item of every list.
func first(node any, path []string) any {
	if list, ok := node.([]any); ok {
		return first(list[0], path)
	}
	if len(path) == 0 {
		return node
	}
	fields, _ := node.(map[string]any)
	return first(fields[path[0]], path[1:])
}
