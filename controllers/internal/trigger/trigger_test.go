package trigger_test

import (
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/predicate"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/controllers/internal/trigger"
)

func agency(edit func(*metav1.ObjectMeta)) *v1alpha1.Agency {
	a := &v1alpha1.Agency{ObjectMeta: metav1.ObjectMeta{Name: "xa-a", Generation: 1, ResourceVersion: "7"}}
	if edit != nil {
		edit(&a.ObjectMeta)
	}
	return a
}

func TestUpdates(t *testing.T) {
	tests := map[string]struct {
		edit                                     func(*metav1.ObjectMeta)
		specOrRequest, withLabels, ofAnotherKind bool
	}{
		"resync":     {nil, true, true, false},
		"status":     {func(m *metav1.ObjectMeta) { m.ResourceVersion = "8" }, false, false, false},
		"spec":       {func(m *metav1.ObjectMeta) { m.ResourceVersion, m.Generation = "8", 2 }, true, true, true},
		"labels":     {func(m *metav1.ObjectMeta) { m.ResourceVersion, m.Labels = "8", map[string]string{"a": "b"} }, false, true, true},
		"annotation": {func(m *metav1.ObjectMeta) { m.ResourceVersion, m.Annotations = "8", map[string]string{"a": "b"} }, false, false, false},
		"waiver": {func(m *metav1.ObjectMeta) {
			m.ResourceVersion, m.Annotations = "8", map[string]string{v1alpha1.AnnotationWaivePrefix + "T3": "2027-03-31: known"}
		}, true, true, false},
		"request": {func(m *metav1.ObjectMeta) {
			m.ResourceVersion, m.Annotations = "8", map[string]string{v1alpha1.AnnotationRequestedAt: "1"}
		}, true, true, false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			update := event.UpdateEvent{ObjectOld: agency(nil), ObjectNew: agency(tt.edit)}
			for _, check := range []struct {
				name      string
				predicate predicate.Predicate
				want      bool
			}{
				{"SpecOrRequest", trigger.SpecOrRequest(), tt.specOrRequest},
				{"SpecLabelsOrRequest", trigger.SpecLabelsOrRequest(), tt.withLabels},
				{"SpecOrLabels", trigger.SpecOrLabels(), tt.ofAnotherKind},
			} {
				if got := check.predicate.Update(update); got != check.want {
					t.Errorf("%s passes it: %t, want %t", check.name, got, check.want)
				}
			}
		})
	}
}

func TestComingAndGoing(t *testing.T) {
	for name, p := range map[string]predicate.Predicate{
		"SpecOrRequest": trigger.SpecOrRequest(), "SpecLabelsOrRequest": trigger.SpecLabelsOrRequest(), "SpecOrLabels": trigger.SpecOrLabels(),
	} {
		if !p.Create(event.CreateEvent{Object: agency(nil)}) || !p.Delete(event.DeleteEvent{Object: agency(nil)}) {
			t.Errorf("%s does not pass an object that comes or goes", name)
		}
	}
}

func TestRequested(t *testing.T) {
	request := func(text string) *v1alpha1.Agency {
		return agency(func(m *metav1.ObjectMeta) { m.Annotations = map[string]string{v1alpha1.AnnotationRequestedAt: text} })
	}
	if got := trigger.Requested(agency(nil)); got != "" {
		t.Errorf("without the annotation, %q is requested", got)
	}
	if got := trigger.Requested(request("lần 2")); got != "lần 2" {
		t.Errorf("requested %q", got)
	}
	if got := trigger.Requested(request(strings.Repeat("ế", 300))); got != strings.Repeat("ế", 253) {
		t.Errorf("of an overlong request %d bytes are kept, want 253 characters", len(got))
	}
}
