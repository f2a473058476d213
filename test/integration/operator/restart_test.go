package operator_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/testenv"
)

// TestRestartMovesNothing: an operator that comes to a converged cluster without any memory sends what it wants once more,
// in case someone has changed it meanwhile, and nothing comes of it.
func TestRestartMovesNothing(t *testing.T) {
	w := newWorld(t)
	w.populate()
	first := startOperator(t)
	w.awaitReady()
	first.settle(t)
	first.stop(t)
	before, made := w.versions(), passes(t)

	second := startOperator(t)
	awaitPasses(t, made, map[string]int{"agency": 16, "qualityprocedure": 3, "procedureset": 1, "auditplan": 1})
	second.settle(t)
	if diff := cmp.Diff(before, w.versions()); diff != "" {
		t.Errorf("uids and resource versions before and after (-before +after):\n%s", diff)
	}
	for request, count := range second.requests.Counts() {
		if request.Write() && request.Verb != "patch" {
			t.Errorf("%d times %s %s: after a restart objects are applied, and nothing else is done", count, request.Verb, request.Resource)
		}
	}
	if n := second.requests.Total(func(r testenv.Request) bool {
		return r == testenv.Request{Verb: "patch", Resource: "statefulsets.apps"}
	}); n != 16 {
		t.Errorf("%d StatefulSets were applied, want each of 16 once", n)
	}
}

// TestRestartPutsRight: what someone has changed or removed while no operator ran is put right when one comes.
func TestRestartPutsRight(t *testing.T) {
	w := newWorld(t)
	w.create(calendars("vn")...)
	w.create(legalDocument("luat"), procedure("xac-nhan", "luat"), agency("xa-a", "H18.01", "xac-nhan"))
	first := startOperator(t)
	w.awaitReady()
	first.settle(t)
	first.stop(t)

	made := metav1.ObjectMeta{Namespace: w.namespace, Name: "xa-a"}
	change(w, &corev1.Service{ObjectMeta: made}, func(s *corev1.Service) { s.Spec.Selector = map[string]string{"app": "khac"} })
	w.delete(&networkingv1.NetworkPolicy{ObjectMeta: made})
	startOperator(t)
	eventually(t, "the Service and the NetworkPolicy are as they should be", func() (bool, string) {
		service := &corev1.Service{ObjectMeta: made}
		w.read(service)
		var policies networkingv1.NetworkPolicyList
		w.list(&policies)
		selector := service.Spec.Selector
		right := selector[v1alpha1.LabelInstance] == "xa-a" && selector["app"] == "" && len(policies.Items) == 1
		return right, fmt.Sprintf("selector %v, %d NetworkPolicies", selector, len(policies.Items))
	})
	w.awaitReady()
}
