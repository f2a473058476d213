package auditplan

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	ctrl "sigs.k8s.io/controller-runtime"

	"chuan.dev/chuan/api/v1alpha1"
)

// TestEachInstantFlipsOnTime sleeps exactly as long as each pass asks for, through a year, and looks at what has changed.
func TestEachInstantFlipsOnTime(t *testing.T) {
	h := newHarness(t, "2026-01-05 09:30", quarterly(), agency("xa-thanh-nua", nil), agency("xa-thanh-an", nil))
	const passes = 10
	log := make([]string, 0, passes)
	for range passes {
		result, plan := h.reconcile()
		log = append(log, fmt.Sprintf("%s %s, Ready %s, next %s, sleeps %s", h.now.Format("2006-01-02 15:04"),
			state(plan, "WindowOpen"), state(plan, "Ready"), plan.Status.Next.Slot, result.RequeueAfter))

		patches := h.patches
		before := h.now
		h.now = h.now.Add(result.RequeueAfter - time.Nanosecond)
		if early, _ := h.reconcile(); h.patches != patches {
			t.Errorf("a nanosecond before %s the status was written", h.now)
		} else if early.RequeueAfter != 10*time.Millisecond {
			t.Errorf("a nanosecond before %s the pass asks for %s", h.now, early.RequeueAfter)
		}
		h.now = before.Add(result.RequeueAfter)
	}
	want := []string{
		"2026-01-05 09:30 False DueSoon, Ready True Succeeded, next 20260110, sleeps 110h30m0s",
		"2026-01-10 00:00 True WindowOpen, Ready True Succeeded, next 20260410, sleeps 480h0m0s",
		"2026-01-30 00:00 False InGrace, Ready True Succeeded, next 20260410, sleeps 120h0m0s",
		"2026-02-04 00:00 False BetweenWindows, Ready True Succeeded, next 20260410, sleeps 840h0m0s",
		"2026-03-11 00:00 False DueSoon, Ready True Succeeded, next 20260410, sleeps 720h0m0s",
		"2026-04-10 00:00 True WindowOpen, Ready True Succeeded, next 20260710, sleeps 480h0m0s",
		"2026-04-30 00:00 False InGrace, Ready True Succeeded, next 20260710, sleeps 120h0m0s",
		"2026-05-05 00:00 False BetweenWindows, Ready True Succeeded, next 20260710, sleeps 864h0m0s",
		"2026-06-10 00:00 False DueSoon, Ready True Succeeded, next 20260710, sleeps 720h0m0s",
		"2026-07-10 00:00 True WindowOpen, Ready True Succeeded, next 20261010, sleeps 480h0m0s",
	}
	if diff := cmp.Diff(want, log); diff != "" {
		t.Errorf("log (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"Normal Succeeded: the schedule is valid; 2 agencies are audited"}, h.recorder.events); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
}

func TestStatusOfAnOpenWindow(t *testing.T) {
	h := newHarness(t, "2026-04-12 08:00", quarterly(), agency("xa-thanh-nua", nil), agency("xa-thanh-an", nil))
	_, plan := h.reconcile()
	want := strings.Join([]string{
		"Ready=True Succeeded: the schedule is valid; 2 agencies are audited",
		"ScheduleValid=True Scheduled: the next windows are known",
		"WindowOpen=True WindowOpen: the window of 20260410 is open",
	}, "\n")
	if diff := cmp.Diff(want, conditions(plan)); diff != "" {
		t.Errorf("conditions (-want +got):\n%s", diff)
	}
	for _, c := range plan.Status.Conditions {
		if c.ObservedGeneration != 3 || !c.LastTransitionTime.Equal(&metav1.Time{Time: h.now}) {
			t.Errorf("%s speaks of generation %d and has held since %s", c.Type, c.ObservedGeneration, c.LastTransitionTime)
		}
	}
	if plan.Status.ObservedGeneration != 3 || plan.Status.AuditeeCount == nil || *plan.Status.AuditeeCount != 2 {
		t.Errorf("observedGeneration %d, auditeeCount %v", plan.Status.ObservedGeneration, plan.Status.AuditeeCount)
	}
	current := v1alpha1.AuditOccurrence{
		Slot:    "20260410",
		DueSoon: metav1.NewTime(local(t, "2026-03-11 00:00")),
		Opens:   metav1.NewTime(local(t, "2026-04-10 00:00")),
		Closes:  metav1.NewTime(local(t, "2026-04-30 00:00")),
		Overdue: metav1.NewTime(local(t, "2026-05-05 00:00")),
	}
	if diff := cmp.Diff(&current, plan.Status.Current); diff != "" {
		t.Errorf("current (-want +got):\n%s", diff)
	}
	slots := make([]string, 0, len(plan.Status.Upcoming))
	for _, o := range plan.Status.Upcoming {
		slots = append(slots, o.Slot)
	}
	if diff := cmp.Diff([]string{"20260710", "20261010", "20270110", "20270410"}, slots); diff != "" {
		t.Errorf("upcoming (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(&plan.Status.Upcoming[0], plan.Status.Next); diff != "" {
		t.Errorf("next is not the first of upcoming:\n%s", diff)
	}
}

func TestNothingIsWrittenWhenNothingHasChanged(t *testing.T) {
	h := newHarness(t, "2026-04-12 08:00", quarterly(), agency("xa-thanh-nua", nil), agency("xa-thanh-an", nil))
	h.reconcile()
	if h.patches != 1 {
		t.Fatalf("the first pass wrote the status %d times", h.patches)
	}
	for range 3 {
		h.now = h.now.Add(37 * time.Hour)
		h.reconcile()
	}
	h.create(agency("xa-muong-phang", nil))
	h.reconcile()
	if h.patches != 1 {
		t.Errorf("the status was written %d times, want 1", h.patches)
	}
}

func TestWhatIsMissingIsMetByAWatch(t *testing.T) {
	h := newHarness(t, "2026-04-12 08:00", quarterly(shifted))
	if _, plan := h.reconcile(); state(plan, "Ready") != "False DependencyNotFound" {
		t.Fatalf("Ready is %s", state(plan, "Ready"))
	}
	h.create(workCalendar("vn", 2026, v1alpha1.CalendarOfficial))
	if _, plan := h.reconcile(); state(plan, "Ready") != "False AuditeeNotFound" || state(plan, "WindowOpen") != "True WindowOpen" {
		t.Errorf("with the calendar Ready is %s, WindowOpen %s", state(plan, "Ready"), state(plan, "WindowOpen"))
	}
	h.create(agency("xa-thanh-nua", nil))
	h.create(agency("xa-thanh-an", nil))
	_, plan := h.reconcile()
	if state(plan, "Ready") != "True Succeeded" || state(plan, "Reconciling") != "absent" {
		t.Errorf("with all Ready is %s, Reconciling %s", state(plan, "Ready"), state(plan, "Reconciling"))
	}
	want := []string{
		`Warning DependencyNotFound: series "vn" has no WorkCalendar: add one for every year that is needed; spec.auditees.names: not in this namespace: xa-thanh-an, xa-thanh-nua: make these agencies, or correct the names`,
		`Warning AuditeeNotFound: spec.auditees.names: not in this namespace: xa-thanh-an, xa-thanh-nua: make these agencies, or correct the names`,
		`Normal Succeeded: the schedule is valid; 2 agencies are audited`,
	}
	if diff := cmp.Diff(want, h.recorder.events); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
}

func TestAPlanThatBecomesInvalidNamesNoOccurrences(t *testing.T) {
	h := newHarness(t, "2026-04-12 08:00", quarterly(), agency("xa-thanh-nua", nil), agency("xa-thanh-an", nil))
	h.reconcile()
	h.change(func(p *v1alpha1.AuditPlan) { p.Spec.Schedule.Window, p.Generation = "400d", 4 })
	_, plan := h.reconcile()
	if plan.Status.Current != nil || plan.Status.Next != nil || plan.Status.Upcoming != nil {
		t.Errorf("current %v, next %v, upcoming %v", plan.Status.Current, plan.Status.Next, plan.Status.Upcoming)
	}
	if plan.Status.ObservedGeneration != 4 || state(plan, "Stalled") != "True InvalidSchedule" {
		t.Errorf("observedGeneration %d, Stalled %s", plan.Status.ObservedGeneration, state(plan, "Stalled"))
	}
}

func TestSuspend(t *testing.T) {
	h := newHarness(t, "2026-04-12 08:00", quarterly(), agency("xa-thanh-nua", nil), agency("xa-thanh-an", nil))
	_, before := h.reconcile()
	yes := true
	h.change(func(p *v1alpha1.AuditPlan) { p.Spec.Suspend, p.Generation = &yes, 4 })
	h.now = local(t, "2026-05-20 08:00")
	result, plan := h.reconcile()
	if !result.IsZero() {
		t.Errorf("a suspended plan asks for %+v", result)
	}
	if state(plan, "Ready") != "Unknown Suspended" || plan.Status.ObservedGeneration != 4 {
		t.Errorf("Ready %s, observedGeneration %d", state(plan, "Ready"), plan.Status.ObservedGeneration)
	}
	if diff := cmp.Diff(before.Status.Current, plan.Status.Current); diff != "" || state(plan, "WindowOpen") != "True WindowOpen" {
		t.Errorf("a suspended plan has moved on: WindowOpen %s, current:\n%s", state(plan, "WindowOpen"), diff)
	}
	h.change(func(p *v1alpha1.AuditPlan) { p.Spec.Suspend, p.Generation = nil, 5 })
	if _, plan = h.reconcile(); state(plan, "Ready") != "True Succeeded" || state(plan, "WindowOpen") != "False BetweenWindows" {
		t.Errorf("after the suspension Ready is %s, WindowOpen %s", state(plan, "Ready"), state(plan, "WindowOpen"))
	}
}

func TestARequestIsHandledOnce(t *testing.T) {
	h := newHarness(t, "2026-04-12 08:00", quarterly(), agency("xa-thanh-nua", nil), agency("xa-thanh-an", nil))
	h.reconcile()
	h.change(func(p *v1alpha1.AuditPlan) {
		p.Annotations = map[string]string{v1alpha1.AnnotationRequestedAt: "2026-04-12T08:01:00+07:00"}
	})
	for range 2 {
		_, plan := h.reconcile()
		if got := plan.Status.LastHandledReconcileAt; got != "2026-04-12T08:01:00+07:00" {
			t.Errorf("lastHandledReconcileAt = %q", got)
		}
	}
	if h.patches != 2 {
		t.Errorf("the status was written %d times, want 2", h.patches)
	}
}

func TestAFailedCallKeepsWhatIsKnown(t *testing.T) {
	h := newHarness(t, "2026-04-12 08:00", quarterly(shifted), agency("xa-thanh-nua", nil), agency("xa-thanh-an", nil),
		workCalendar("vn", 2026, v1alpha1.CalendarOfficial))
	_, before := h.reconcile()
	h.listError = errors.New("connection refused")
	h.change(func(p *v1alpha1.AuditPlan) { p.Generation = 4 })
	_, plan, err := h.pass()
	if !errors.Is(err, h.listError) {
		t.Fatalf("Reconcile returns %v, want the failure, so that it is tried again", err)
	}
	if state(plan, "Ready") != "Unknown TransientError" || plan.Status.ObservedGeneration != 3 {
		t.Errorf("Ready %s, observedGeneration %d", state(plan, "Ready"), plan.Status.ObservedGeneration)
	}
	if diff := cmp.Diff(before.Status.Upcoming, plan.Status.Upcoming); diff != "" || state(plan, "WindowOpen") != "True WindowOpen" {
		t.Errorf("WindowOpen %s, upcoming (-before +after):\n%s", state(plan, "WindowOpen"), diff)
	}
}

func TestAPlanThatIsGone(t *testing.T) {
	h := newHarness(t, "2026-04-12 08:00")
	result, err := h.reconciler.Reconcile(t.Context(), ctrl.Request{NamespacedName: planKey})
	if err != nil || !result.IsZero() {
		t.Errorf("Reconcile of nothing gives %+v, %v", result, err)
	}
}

func TestAPlanThatIsBeingDeletedIsLeftAlone(t *testing.T) {
	now := metav1.Now()
	h := newHarness(t, "2026-04-12 08:00", quarterly(func(p *v1alpha1.AuditPlan) {
		p.DeletionTimestamp, p.Finalizers = &now, []string{"example.com/keep"}
	}))
	if result, _ := h.reconcile(); !result.IsZero() || h.patches != 0 {
		t.Errorf("result %+v, %d writes", result, h.patches)
	}
}
