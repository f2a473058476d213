package qualityprocedure

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"chuan.dev/chuan/api/v1alpha1"
)

func request() ctrl.Request { return ctrl.Request{NamespacedName: key} }

func TestOldRevisionsAreRemoved(t *testing.T) {
	const last = 12
	all := make([]string, 0, last)
	for number := 1; number <= last; number++ {
		all = append(all, fmt.Sprintf("xac-nhan-r%d", number))
	}
	tests := map[string]struct {
		from    func(number int32) v1alpha1.Date
		removed []string
		inForce int32
	}{
		"all past": {
			from:    func(int32) v1alpha1.Date { return "2026-01-01" },
			removed: []string{"xac-nhan-r1", "xac-nhan-r2"},
			inForce: 12,
		},
		"the first in force, all others to come": {
			from: func(number int32) v1alpha1.Date {
				if number == 1 {
					return "2026-01-01"
				}
				return v1alpha1.Date(fmt.Sprintf("2026-07-%02d", number))
			},
			inForce: 1,
		},
		"the first in force, the last to come in its place": {
			from: func(number int32) v1alpha1.Date {
				if number == 1 {
					return "2026-01-01"
				}
				return "2026-07-01"
			},
			removed: []string{"xac-nhan-r2"},
			inForce: 1,
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			h := newHarness(t, morning, draft(), luat())
			var p *v1alpha1.QualityProcedure
			for number := int32(1); number <= last; number++ {
				h.issue(number, tt.from(number))
				_, p = h.reconcile()
			}
			want := slices.DeleteFunc(slices.Clone(all), func(name string) bool { return slices.Contains(tt.removed, name) })
			slices.Sort(want)
			if got := h.records(); !slices.Equal(got, want) {
				t.Errorf("records %v, want %v", got, want)
			}
			if *p.Status.RevisionInForce != tt.inForce || *p.Status.AcceptedRevision != last {
				t.Errorf("%s, want %d in force and %d accepted", standings(p), tt.inForce, last)
			}
			if n, first := len(p.Status.Revisions), p.Status.Revisions[0].Revision; n != 10 || first != 3 {
				t.Errorf("the status lists %d revisions from %d on, want the last ten", n, first)
			}
		})
	}
}

// TestOnlyTheRecordThatWasSeenIsRemoved: a record that was made again under the same name is another one.
func TestOnlyTheRecordThatWasSeenIsRemoved(t *testing.T) {
	h := newHarness(t, morning, draft(), luat())
	for number := int32(1); number <= 10; number++ {
		h.issue(number, "2026-01-01")
		h.reconcile()
	}
	h.fault = func(verb string, object runtime.Object) error {
		if verb == "delete" {
			return apierrors.NewNotFound(appsv1.Resource("controllerrevisions"), object.(client.Object).GetName())
		}
		return nil
	}
	h.issue(11, "2026-01-01")
	_, p := h.reconcile()
	if got, want := h.calls, []string{"create xac-nhan-r11", "delete xac-nhan-r1 uid-1", "patch status"}; !slices.Equal(got, want) {
		t.Errorf("calls %v, want %v", got, want)
	}
	if !strings.HasPrefix(said(p, v1alpha1.ConditionReady), "True ") {
		t.Errorf("when a record is gone already, Ready is %s", said(p, v1alpha1.ConditionReady))
	}
}

func TestRecordThatWasRemovedIsMadeAgain(t *testing.T) {
	h := newHarness(t, morning, draft(), luat())
	h.reconcile()
	h.others(func(c client.Client) error {
		return c.Delete(t.Context(), &appsv1.ControllerRevision{ObjectMeta: metav1.ObjectMeta{Namespace: key.Namespace, Name: "xac-nhan-r1"}})
	})
	// The cache has shown the record before.
	h.now = h.now.Add(settleTime + time.Second)
	h.reconcile()
	if got, want := h.calls, []string{"create xac-nhan-r1"}; !slices.Equal(got, want) {
		t.Errorf("calls %v, want %v", got, want)
	}
}

func TestCacheBehindItsOwnWriter(t *testing.T) {
	h := newHarness(t, morning, draft(), luat())
	h.reconcile()
	h.behind = true
	if _, p := h.reconcile(); len(h.calls) != 0 {
		t.Errorf("calls %v, %s; want that the record is known although the cache does not show it", h.calls, standings(p))
	}
	h.now = h.now.Add(settleTime + time.Second)
	result, p := h.reconcile()
	if got := said(p, v1alpha1.ConditionReconciling); !strings.HasPrefix(got, "True Progressing: revision 1 cannot be recorded") {
		t.Errorf("after a time, Reconciling is %s", got)
	}
	if result.RequeueAfter != collectionDelay {
		t.Errorf("comes again in %s, want %s", result.RequeueAfter, collectionDelay)
	}
}

// TestSomethingElseHasTheName: a ControllerRevision that is no record, so that no cache shows it.
func TestSomethingElseHasTheName(t *testing.T) {
	other := &appsv1.ControllerRevision{ObjectMeta: metav1.ObjectMeta{Namespace: key.Namespace, Name: "xac-nhan-r1"}, Revision: 7}
	h := newHarness(t, morning, draft(), luat(), other)
	result, p := h.reconcile()

	const want = "False Progressing: revision 1 cannot be recorded as long as there is another ControllerRevision xac-nhan-r1: " +
		"should it not go by itself, delete it"
	if got := said(p, v1alpha1.ConditionReady); got != want {
		t.Errorf("Ready is %s, want %s", got, want)
	}
	if result.RequeueAfter != collectionDelay || p.Status.AcceptedRevision != nil {
		t.Errorf("comes again in %s, %s; want %s and nothing accepted", result.RequeueAfter, standings(p), collectionDelay)
	}
	h.others(func(c client.Client) error { return c.Delete(t.Context(), other) })
	if _, p = h.reconcile(); !strings.HasPrefix(said(p, v1alpha1.ConditionReady), "True ") {
		t.Errorf("when it is gone, Ready is %s", said(p, v1alpha1.ConditionReady))
	}
}

// TestRecordsOfADeletedProcedure: they are not those of a procedure that was made again under the same name.
func TestRecordsOfADeletedProcedure(t *testing.T) {
	old := recordOf(t, draft(func(p *v1alpha1.QualityProcedure) { p.UID = "deleted"; p.Spec.Title = "Cũ" }))
	h := newHarness(t, morning, draft(), luat(), old)
	result, p := h.reconcile()

	const want = "True Progressing: waiting until the records of a deleted procedure of the same name are removed"
	if got := said(p, v1alpha1.ConditionReconciling); got != want {
		t.Errorf("Reconciling is %s, want %s", got, want)
	}
	if result.RequeueAfter != collectionDelay || p.Status.AcceptedRevision != nil || !slices.Equal(h.calls, []string{"patch status"}) {
		t.Errorf("comes again in %s, %s, calls %v", result.RequeueAfter, standings(p), h.calls)
	}
	h.others(func(c client.Client) error { return c.Delete(t.Context(), old) })
	if _, p = h.reconcile(); standings(p) != "accepted 1, in force 1: 1 from 2026-01-01 in xac-nhan-r1" {
		t.Errorf("when they are removed, %s", standings(p))
	}
}

// TestOrphanedRecords: a procedure that was deleted without its records, and made again, goes on where it was.
func TestOrphanedRecords(t *testing.T) {
	orphan := recordOf(t, draft(issued(3, "2026-02-01")), func(r *appsv1.ControllerRevision) { r.OwnerReferences, r.UID = nil, "orphan" })
	h := newHarness(t, morning, draft(issued(4, "2026-07-01")), luat(), orphan)
	_, p := h.reconcile()
	if got, want := standings(p), "accepted 4, in force 3: 3 from 2026-02-01 in xac-nhan-r3, 4 from 2026-07-01 in xac-nhan-r4"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestRecordThatCannotBeRead(t *testing.T) {
	tests := map[string]struct {
		damage  func(*appsv1.ControllerRevision)
		message string
	}{
		"without its day":    {func(r *appsv1.ControllerRevision) { r.Annotations = nil }, "lacks the annotation qms.chuan.dev/effective-from: delete it"},
		"without its number": {func(r *appsv1.ControllerRevision) { r.Revision = 0 }, "has the number 0, which no procedure has: delete it"},
		"of another form": {
			func(r *appsv1.ControllerRevision) { r.Data.Raw = []byte(`{"spec":7}`) },
			"read the text of the ControllerRevision xac-nhan-r1",
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			p := draft()
			h := newHarness(t, morning, p, luat(), recordOf(t, p, tt.damage))
			_, p = h.reconcile()
			if got := said(p, v1alpha1.ConditionStalled); !strings.HasPrefix(got, "True InvalidSpec: ") || !strings.Contains(got, tt.message) {
				t.Errorf("Stalled is %s, want it to say %q", got, tt.message)
			}
			if got, want := h.calls, []string{"patch status"}; !slices.Equal(got, want) {
				t.Errorf("calls %v, want %v", got, want)
			}
		})
	}
}

func TestRecordThatTheAPIServerRefuses(t *testing.T) {
	h := newHarness(t, morning, draft(), luat())
	h.fault = func(verb string, _ runtime.Object) error {
		if verb == "create" {
			return apierrors.NewRequestEntityTooLargeError("limit is 1572864")
		}
		return nil
	}
	_, p := h.reconcile()
	const want = "True InvalidSpec: revision 1 cannot be recorded: Request entity too large: limit is 1572864"
	if got := said(p, v1alpha1.ConditionStalled); got != want {
		t.Errorf("Stalled is %s, want %s", got, want)
	}
}
