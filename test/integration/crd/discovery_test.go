package crd_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"chuan.dev/chuan/api/v1alpha1"
)

func TestNamesByWhichKindsAreFound(t *testing.T) {
	clients, err := discovery.NewDiscoveryClientForConfig(env.Config())
	if err != nil {
		t.Fatal(err)
	}
	resources, err := clients.ServerResourcesForGroupVersion(v1alpha1.GroupVersion.String())
	if err != nil {
		t.Fatal(err)
	}
	type found struct {
		Kind, ShortName string
		Namespaced      bool
		Categories      []string
	}
	got := map[string]found{}
	for _, r := range resources.APIResources {
		if len(r.ShortNames) == 1 {
			got[r.Name] = found{r.Kind, r.ShortNames[0], r.Namespaced, r.Categories}
		} else {
			got[r.Name] = found{Kind: r.Kind, Namespaced: r.Namespaced}
		}
	}
	category := []string{"chuan"}
	want := map[string]found{
		"agencies":                 {"Agency", "agc", true, category},
		"agencies/status":          {Kind: "Agency", Namespaced: true},
		"auditplans":               {"AuditPlan", "ap", true, category},
		"auditplans/status":        {Kind: "AuditPlan", Namespaced: true},
		"legaldocuments":           {"LegalDocument", "legal", false, category},
		"qualityprocedures":        {"QualityProcedure", "qp", true, category},
		"qualityprocedures/status": {Kind: "QualityProcedure", Namespaced: true},
		"workcalendars":            {"WorkCalendar", "wcal", false, category},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("resources (-want +got):\n%s", diff)
	}
}

func TestListsAreFilteredByField(t *testing.T) {
	tested := map[string][]string{}
	for _, test := range []struct {
		kind, field, value string
		// other is the object that the list leaves out.
		other []change
	}{
		{"Agency", ".spec.level", "Commune", []change{{"spec.level", "District"}}},
		{"Agency", ".spec.code", "H18.35.01", []change{{"spec.code", "H18.35.02"}}},
		{"AuditPlan", ".spec.kind", "Internal", []change{{"spec.kind", "Inspection"}}},
		{"QualityProcedure", ".spec.code", "QT-XD-07", []change{{"spec.code", "QT-XD-08"}}},
		{"WorkCalendar", ".spec.series", "chi-mot", []change{{"spec.series", "chi-hai"}}},
	} {
		tested[test.kind] = append(tested[test.kind], test.field)
		t.Run(test.kind+test.field, func(t *testing.T) {
			wanted := create(t, changed(t, valid(t, test.kind), change{test.field, test.value}))
			other := changed(t, valid(t, test.kind), append(test.other, change{"metadata.name", "khac"})...)
			if other = placed(t, other); wanted.GetNamespace() != "" {
				other.SetNamespace(wanted.GetNamespace())
			}
			if err := env.Client(t).Create(t.Context(), other); err != nil {
				t.Fatal(err)
			}
			list := &unstructured.UnstructuredList{}
			list.SetGroupVersionKind(wanted.GroupVersionKind())
			err := env.Client(t).List(t.Context(), list, client.InNamespace(wanted.GetNamespace()), client.MatchingFields{test.field[1:]: test.value})
			if err != nil {
				t.Fatal(err)
			}
			if len(list.Items) != 1 || list.Items[0].GetName() != wanted.GetName() {
				t.Errorf("listed %d objects, want %s alone", len(list.Items), wanted.GetName())
			}
		})
	}
	for kind, crd := range crds(t) {
		var selectable []string
		for _, field := range crd.Spec.Versions[0].SelectableFields {
			selectable = append(selectable, field.JSONPath)
		}
		slices.Sort(selectable)
		slices.Sort(tested[kind])
		if diff := cmp.Diff(selectable, tested[kind]); diff != "" {
			t.Errorf("%s: selectable fields (-in the CRD +tested):\n%s", kind, diff)
		}
	}
}

// column is a column of kubectl get, with what it says of the object of the test.
type column struct{ name, cell string }

// now stands for how long ago the object was made.
const now = "just now"

func TestTablesShowWhatPeopleAskFor(t *testing.T) {
	const ready = "conditions: [{type: Ready, status: 'False', reason: R, message: say why, lastTransitionTime: '2026-03-01T00:00:00Z'}"
	for kind, test := range map[string]struct {
		status string
		want   []column
		wide   []column
	}{
		"Agency": {
			ready + "], procedureCount: 3, replicas: 1, readyReplicas: 1, url: 'http://xa:8080'",
			[]column{{"Ready", "False"}, {"Code", "H18.35.01"}, {"Level", "Commune"}, {"Procedures", "3"}, {"Replicas", "1"}, {"Age", now}, {"Message", "say why"}},
			[]column{{"Title", "UBND xã Thanh Nưa"}, {"URL", "http://xa:8080"}, {"Suspended", "<nil>"}},
		},
		"AuditPlan": {
			ready + ", {type: WindowOpen, status: 'True', reason: R, message: m, lastTransitionTime: '2026-03-01T00:00:00Z'}], auditeeCount: 15, " +
				"next: {slot: '20991101', dueSoon: '2099-10-01T17:00:00Z', opens: '2099-10-31T17:00:00Z', closes: '2099-11-30T17:00:00Z', overdue: '2099-11-30T17:00:00Z'}",
			[]column{{"Ready", "False"}, {"Kind", "Internal"}, {"Every", "Year"}, {"Window", "True"}, {"Next", "20991101"}, {"Auditees", "15"}, {"Age", now}, {"Message", "say why"}},
			nil,
		},
		"LegalDocument": {
			"",
			[]column{{"Number", "50/2014/QH13"}, {"From", "2015-01-01"}, {"To", "2026-12-31"}, {"Replaced by", "luat-xay-dung-moi"}, {"Title", "Luật Xây dựng"}},
			nil,
		},
		"QualityProcedure": {
			ready + "], revisionInForce: 2, adopterCount: 15",
			[]column{{"Ready", "False"}, {"Code", "QT-XD-07"}, {"Revision", "3"}, {"In force", "2"}, {"Used by", "15"}, {"Age", now}, {"Message", "say why"}},
			[]column{{"Title", "Cấp giấy phép xây dựng nhà ở riêng lẻ"}},
		},
		"WorkCalendar": {
			"",
			[]column{{"Series", "vn"}, {"Year", "2026"}, {"Standing", "Official"}, {"Notice", "9441/TB-BNV"}, {"Age", now}},
			nil,
		},
	} {
		t.Run(kind, func(t *testing.T) {
			object := create(t, valid(t, kind))
			if test.status != "" {
				setStatus(t, object, "{observedGeneration: 1, "+test.status+"}")
			}
			usual, wide := columns(t, kind, object)
			if diff := cmp.Diff(append([]column{{"Name", object.GetName()}}, test.want...), usual, cmp.AllowUnexported(column{})); diff != "" {
				t.Errorf("columns (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.wide, wide, cmp.AllowUnexported(column{})); diff != "" {
				t.Errorf("columns of -o wide (-want +got):\n%s", diff)
			}
		})
	}
}

// columns asks for an object as kubectl get does and returns the usual columns and those of -o wide.
func columns(t *testing.T, kind string, object client.Object) (usual, wide []column) {
	t.Helper()
	config := env.Config()
	config.GroupVersion = &v1alpha1.GroupVersion
	config.APIPath = "/apis"
	config.NegotiatedSerializer = scheme.Codecs.WithoutConversion()
	rests, err := rest.RESTClientFor(config)
	if err != nil {
		t.Fatal(err)
	}
	text, err := rests.Get().
		NamespaceIfScoped(object.GetNamespace(), object.GetNamespace() != "").
		Resource(crds(t)[kind].Spec.Names.Plural).Name(object.GetName()).
		SetHeader("Accept", "application/json;as=Table;v=v1;g=meta.k8s.io").
		DoRaw(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	table := &metav1.Table{}
	if err := json.Unmarshal(text, table); err != nil {
		t.Fatal(err)
	}
	for i, definition := range table.ColumnDefinitions {
		cell := column{definition.Name, fmt.Sprint(table.Rows[0].Cells[i])}
		switch {
		case definition.Name == "Age" && len(cell.cell) == 2: // 0s to 9s
			usual = append(usual, column{definition.Name, now})
		case definition.Priority == 0:
			usual = append(usual, cell)
		default:
			wide = append(wide, cell)
		}
	}
	return usual, wide
}
