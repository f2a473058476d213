package qualityprocedure

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	appsv1 "k8s.io/api/apps/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/controllers/internal/revision"
)

func lines(text ...string) string { return strings.Join(text, "\n") }

func TestFirstRevisionIsAccepted(t *testing.T) {
	h := newHarness(t, morning, draft(), luat())
	result, p := h.reconcile()

	want := lines(
		"Ready=True Succeeded: revision 1 is in force",
		"Effective=True InForce: revision 1 is in force since 2026-01-01",
		"LegalBasisInForce=True InForce: every legal basis is in force",
		"TimeBudgetMet=Unknown CalendarNotFound: there is no WorkCalendar by which days could be counted: add one for every year",
		"Valid=True Accepted: revision 1 is accepted and recorded; 2 warnings: V09, V11: chuan lint shows them",
	)
	if diff := cmp.Diff(want, conditions(p)); diff != "" {
		t.Errorf("conditions (-want +got):\n%s", diff)
	}
	if got, want := standings(p), "accepted 1, in force 1: 1 from 2026-01-01 in xac-nhan-r1"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if p.Status.ObservedGeneration != 1 || result.RequeueAfter != h.untilNewYear() {
		t.Errorf("observedGeneration %d, comes again in %s; want 1 and at the turn of the year", p.Status.ObservedGeneration, result.RequeueAfter)
	}
	if diff := cmp.Diff([]string{"create xac-nhan-r1", "patch status"}, h.calls); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"Normal Succeeded: revision 1 is in force"}, h.recorder.events); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
}

func TestWhatIsRecorded(t *testing.T) {
	suspend := false
	h := newHarness(t, morning, draft(func(p *v1alpha1.QualityProcedure) { p.Spec.Suspend = &suspend }), luat())
	_, p := h.reconcile()

	record := &appsv1.ControllerRevision{}
	if err := h.client.Get(t.Context(), client.ObjectKey{Namespace: key.Namespace, Name: "xac-nhan-r1"}, record); err != nil {
		t.Fatal(err)
	}
	isController := true
	want := metav1.ObjectMeta{
		Labels:      map[string]string{v1alpha1.LabelManagedBy: v1alpha1.ManagedByValue, v1alpha1.LabelProcedure: "xac-nhan"},
		Annotations: map[string]string{v1alpha1.AnnotationEffectiveFrom: "2026-01-01"},
		OwnerReferences: []metav1.OwnerReference{{
			APIVersion: "qms.chuan.dev/v1alpha1", Kind: "QualityProcedure", Name: "xac-nhan", UID: p.UID, Controller: &isController,
		}},
	}
	got := metav1.ObjectMeta{Labels: record.Labels, Annotations: record.Annotations, OwnerReferences: record.OwnerReferences}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("metadata of the record (-want +got):\n%s", diff)
	}
	text, err := revision.Read(record)
	if err != nil {
		t.Fatal(err)
	}
	approved := p.Spec
	approved.Suspend = nil
	if diff := cmp.Diff(&revision.Text{Spec: approved, Labels: p.Labels}, text); diff != "" {
		t.Errorf("text of the record (-want +got):\n%s", diff)
	}
	if record.Revision != 1 {
		t.Errorf("the record has the number %d", record.Revision)
	}
}

func TestNextRevisionTakesThePlace(t *testing.T) {
	h := newHarness(t, morning, draft(), luat())
	h.reconcile()
	h.issue(2, "2026-06-15")
	_, p := h.reconcile()

	if got, want := standings(p), "accepted 2, in force 2: 1 from 2026-01-01 in xac-nhan-r1, 2 from 2026-06-15 in xac-nhan-r2"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if got, want := said(p, v1alpha1.ConditionReady), "True Succeeded: revision 2 is in force"; got != want {
		t.Errorf("Ready is %s, want %s", got, want)
	}
}

func TestBrokenRevisionLeavesTheGoodOneInForce(t *testing.T) {
	h := newHarness(t, morning, draft(), luat())
	h.reconcile()
	h.change(func(p *v1alpha1.QualityProcedure) { issued(2, "2026-06-15")(p); broken(p) })
	result, p := h.reconcile()

	for _, conditionType := range []string{v1alpha1.ConditionReady, v1alpha1.ConditionStalled, v1alpha1.ConditionValid} {
		got := said(p, conditionType)
		for _, part := range []string{"RuleViolated: ", "G2 spec.steps[1].actions[0].to: ", "B9", "R1 spec.steps[1].role: ", "van-thu"} {
			if !strings.Contains(got, part) {
				t.Errorf("%s is %s, which lacks %q", conditionType, got, part)
			}
		}
	}
	if got := said(p, v1alpha1.ConditionReady); !strings.Contains(got, "revision 2 is not accepted") {
		t.Errorf("Ready is %s", got)
	}
	if got, want := said(p, v1alpha1.ConditionEffective), "True InForce: revision 1 is in force since 2026-01-01"; got != want {
		t.Errorf("Effective is %s, want %s", got, want)
	}
	if got, want := standings(p), "accepted 1, in force 1: 1 from 2026-01-01 in xac-nhan-r1"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if diff := cmp.Diff([]string{"patch status"}, h.calls); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
	if result.RequeueAfter != h.untilNewYear() || p.Status.ObservedGeneration != 2 {
		t.Errorf("comes again in %s, observedGeneration %d; want at the turn of the year and 2", result.RequeueAfter, p.Status.ObservedGeneration)
	}

	h.change(mended)
	_, p = h.reconcile()
	if got, want := said(p, v1alpha1.ConditionReady), "True Succeeded: revision 2 is in force"; got != want {
		t.Errorf("when mended, Ready is %s, want %s", got, want)
	}
	if got := said(p, v1alpha1.ConditionStalled); got != "absent" {
		t.Errorf("when mended, Stalled is %s", got)
	}
	if last := h.recorder.events[len(h.recorder.events)-2]; !strings.HasPrefix(last, "Warning RuleViolated: revision 2 is not accepted") {
		t.Errorf("the event of the fault is %q", last)
	}
}

func TestBrokenFirstRevisionIsNotRecorded(t *testing.T) {
	h := newHarness(t, morning, draft(broken), luat())
	_, p := h.reconcile()

	if got, want := said(p, v1alpha1.ConditionEffective), "False NoAcceptedRevision: no revision has been accepted"; got != want {
		t.Errorf("Effective is %s, want %s", got, want)
	}
	if records := h.records(); len(records) != 0 || p.Status.AcceptedRevision != nil {
		t.Errorf("records %v, accepted %v; want none", records, p.Status.AcceptedRevision)
	}
}

func TestManyFindingsAreCounted(t *testing.T) {
	h := newHarness(t, morning, draft(func(p *v1alpha1.QualityProcedure) {
		for _, role := range []v1alpha1.ID{"a", "b", "c", "d"} {
			step := *p.Spec.Steps[1].DeepCopy()
			step.ID, step.Role = "B-"+role, role
			step.Actions[0].To = "B9"
			p.Spec.Steps = append(p.Spec.Steps, step)
		}
	}), luat())
	_, p := h.reconcile()

	got := said(p, v1alpha1.ConditionValid)
	for _, part := range []string{"G2, R1: 8 findings: G2 spec.steps[2].actions[0].to", "and 5 more: chuan lint shows all"} {
		if !strings.Contains(got, part) {
			t.Errorf("Valid is %s, which lacks %q", got, part)
		}
	}
}

// TestAcceptedTextDoesNotChange: the API server refuses such changes as long as the status is there; should it have been
// lost, the record decides.
func TestAcceptedTextDoesNotChange(t *testing.T) {
	h := newHarness(t, morning, draft(), luat())
	h.reconcile()
	h.change(func(p *v1alpha1.QualityProcedure) { p.Spec.Title = "Khác"; p.Status.AcceptedRevision = nil })
	_, p := h.reconcile()

	const want = "True RevisionChanged: revision 1 was accepted with another text: issue this one under the next number"
	if got := said(p, v1alpha1.ConditionStalled); got != want {
		t.Errorf("Stalled is %s, want %s", got, want)
	}
	if got := said(p, v1alpha1.ConditionValid); !strings.HasPrefix(got, "False RevisionChanged: ") {
		t.Errorf("Valid is %s", got)
	}
	if diff := cmp.Diff([]string{"patch status"}, h.calls); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
	if got, want := standings(p), "accepted 1, in force 1: 1 from 2026-01-01 in xac-nhan-r1"; got != want {
		t.Errorf("%s, want %s", got, want)
	}

	h.issue(2, "2026-06-15")
	if _, p = h.reconcile(); !strings.HasPrefix(said(p, v1alpha1.ConditionReady), "True ") {
		t.Errorf("under the next number, Ready is %s", said(p, v1alpha1.ConditionReady))
	}
}

func TestSuspensionIsNoChangeOfText(t *testing.T) {
	h := newHarness(t, morning, draft(), luat())
	h.reconcile()
	no := false
	h.change(func(p *v1alpha1.QualityProcedure) { p.Spec.Suspend = &no })
	if _, p := h.reconcile(); !strings.HasPrefix(said(p, v1alpha1.ConditionReady), "True ") {
		t.Errorf("Ready is %s", said(p, v1alpha1.ConditionReady))
	}
}

func TestLowerNumberIsRefused(t *testing.T) {
	h := newHarness(t, morning, draft(), luat())
	for number := int32(1); number <= 4; number++ {
		h.issue(number, "2026-01-01")
		h.reconcile()
	}
	h.issue(2, "2026-06-15")
	_, p := h.reconcile()

	const want = "True RevisionChanged: revision 4 was accepted already: issue this text under a higher number than 4"
	if got := said(p, v1alpha1.ConditionStalled); got != want {
		t.Errorf("Stalled is %s, want %s", got, want)
	}
	if *p.Status.RevisionInForce != 4 || *p.Status.AcceptedRevision != 4 {
		t.Errorf("%s, want 4 accepted and in force", standings(p))
	}
}

// TestRulesGrow: a text that was accepted by an operator that knew fewer rules.
func TestRulesGrow(t *testing.T) {
	p := draft(broken)
	h := newHarness(t, morning, p, luat(), recordOf(t, p))
	_, p = h.reconcile()
	if got := said(p, v1alpha1.ConditionStalled); !strings.Contains(got, "RuleViolated: revision 1 was accepted before and breaks a rule now: ") {
		t.Errorf("Stalled is %s", got)
	}
	if got := said(p, v1alpha1.ConditionEffective); !strings.HasPrefix(got, "True InForce: revision 1") {
		t.Errorf("Effective is %s", got)
	}
}

func TestNothingIsWrittenWhenNothingChanged(t *testing.T) {
	for name, p := range map[string]*v1alpha1.QualityProcedure{
		"ready": draft(), "stalled": draft(broken), "not yet in force": draft(issued(1, "2026-07-01")),
		"suspended": draft(func(p *v1alpha1.QualityProcedure) { yes := true; p.Spec.Suspend = &yes }),
	} {
		t.Run(name, func(t *testing.T) {
			h := newHarness(t, morning, p, luat())
			h.reconcile()
			h.restart()
			h.now = h.now.Add(time.Hour)
			h.reconcile()
			if len(h.calls) != 0 {
				t.Errorf("the second pass wrote: %v", h.calls)
			}
			if len(h.recorder.events) > 1 {
				t.Errorf("events %v", h.recorder.events)
			}
		})
	}
}

func TestSuspended(t *testing.T) {
	h := newHarness(t, morning, draft(), luat())
	h.reconcile()
	h.issue(2, "2026-07-01")
	h.reconcile()
	yes := true
	h.change(func(p *v1alpha1.QualityProcedure) { issued(3, "2026-06-15")(p); p.Spec.Suspend = &yes })
	result, p := h.reconcile()

	if got, want := said(p, v1alpha1.ConditionReady), "Unknown Suspended: spec.suspend is set: nothing is changed until it is unset"; got != want {
		t.Errorf("Ready is %s, want %s", got, want)
	}
	if got, want := h.records(), []string{"xac-nhan-r1", "xac-nhan-r2"}; !slices.Equal(got, want) {
		t.Errorf("records %v, want %v", got, want)
	}
	// What was accepted comes into force all the same.
	h.now = h.now.Add(result.RequeueAfter)
	_, p = h.reconcile()
	if got, want := said(p, v1alpha1.ConditionEffective), "True InForce: revision 2 is in force since 2026-07-01"; got != want {
		t.Errorf("Effective is %s, want %s", got, want)
	}

	h.change(func(p *v1alpha1.QualityProcedure) { p.Spec.Suspend = nil })
	_, p = h.reconcile()
	if got, want := said(p, v1alpha1.ConditionReady), "True Succeeded: revision 3 is in force"; got != want {
		t.Errorf("Ready is %s, want %s", got, want)
	}
}

func TestRequestIsHandled(t *testing.T) {
	h := newHarness(t, morning, draft(func(p *v1alpha1.QualityProcedure) {
		p.Annotations = map[string]string{v1alpha1.AnnotationRequestedAt: "lần 1"}
	}), luat())
	if _, p := h.reconcile(); p.Status.LastHandledReconcileAt != "lần 1" {
		t.Errorf("handled %q", p.Status.LastHandledReconcileAt)
	}
	h.change(func(p *v1alpha1.QualityProcedure) { p.Annotations[v1alpha1.AnnotationRequestedAt] = "lần 2" })
	if _, p := h.reconcile(); p.Status.LastHandledReconcileAt != "lần 2" {
		t.Errorf("handled %q", p.Status.LastHandledReconcileAt)
	}
}

func TestCallsThatFailAreTriedAgain(t *testing.T) {
	refused := errors.New("connection refused")
	kinds := map[string]func(verb string, object runtime.Object) bool{
		"list the accepted revisions": func(_ string, object runtime.Object) bool {
			_, is := object.(*appsv1.ControllerRevisionList)
			return is
		},
		"list the legal documents": func(_ string, object runtime.Object) bool { _, is := object.(*v1alpha1.LegalDocumentList); return is },
		"list the agencies":        func(_ string, object runtime.Object) bool { _, is := object.(*v1alpha1.AgencyList); return is },
		"record revision 2":        func(verb string, _ runtime.Object) bool { return verb == "create" },
	}
	for what, fails := range kinds {
		t.Run(what, func(t *testing.T) {
			h := newHarness(t, morning, draft(), luat())
			h.reconcile()
			h.issue(2, "2026-06-15")
			h.fault = func(verb string, object runtime.Object) error {
				if fails(verb, object) {
					return refused
				}
				return nil
			}
			if _, err := h.pass(); !errors.Is(err, refused) || !strings.Contains(err.Error(), what) {
				t.Errorf("the pass returns %v", err)
			}
			p := h.procedure()
			if got := said(p, v1alpha1.ConditionReady); !strings.HasPrefix(got, "Unknown TransientError: ") {
				t.Errorf("Ready is %s", got)
			}
			if *p.Status.AcceptedRevision < 1 || p.Status.ObservedGeneration != 1 {
				t.Errorf("%s, observedGeneration %d", standings(p), p.Status.ObservedGeneration)
			}
			h.fault = nil
			if _, p = h.reconcile(); standings(p) != "accepted 2, in force 2: 1 from 2026-01-01 in xac-nhan-r1, 2 from 2026-06-15 in xac-nhan-r2" {
				t.Errorf("afterwards %s", standings(p))
			}
		})
	}
}

// TestProcedureOlderThanItsStatus: a cache that does not show the last write yet.
func TestProcedureOlderThanItsStatus(t *testing.T) {
	h := newHarness(t, morning, draft(), luat())
	before := h.procedure()
	h.reconcile()
	h.calls, h.stale = nil, before
	result, err := h.reconciler.Reconcile(t.Context(), request())
	if err != nil || result.RequeueAfter != 100*time.Millisecond || len(h.calls) != 0 {
		t.Errorf("the pass returns %v, %v after %v; want to come again in 100ms and nothing done", result, err, h.calls)
	}
}

func TestConflictIsSilent(t *testing.T) {
	h := newHarness(t, morning, draft(), luat())
	h.fault = func(verb string, _ runtime.Object) error {
		if verb == "patch" {
			return apierrors.NewConflict(schema.GroupResource{Resource: "qualityprocedures"}, key.Name, errors.New("changed"))
		}
		return nil
	}
	result, err := h.reconciler.Reconcile(t.Context(), request())
	if err != nil || result.RequeueAfter != 100*time.Millisecond {
		t.Errorf("the pass returns %v, %v; want to come again in 100ms", result, err)
	}
	if len(h.recorder.events) != 0 {
		t.Errorf("events %v", h.recorder.events)
	}
	h.fault = nil
	if _, p := h.reconcile(); standings(p) != "accepted 1, in force 1: 1 from 2026-01-01 in xac-nhan-r1" {
		t.Errorf("afterwards %s", standings(p))
	}
}

func TestGoneAndGoing(t *testing.T) {
	now := metav1.Now()
	going := draft(func(p *v1alpha1.QualityProcedure) {
		p.DeletionTimestamp, p.Finalizers = &now, []string{"example.org/keep"}
	})
	for name, objects := range map[string][]client.Object{"gone": nil, "going": {going}} {
		t.Run(name, func(t *testing.T) {
			h := newHarness(t, morning, objects...)
			result, err := h.reconciler.Reconcile(t.Context(), request())
			if err != nil || !result.IsZero() || len(h.calls) != 0 {
				t.Errorf("result %v, error %v, calls %v; want nothing", result, err, h.calls)
			}
		})
	}
}
