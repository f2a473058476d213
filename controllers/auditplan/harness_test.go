package auditplan

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/controllers/internal/status"
	"chuan.dev/chuan/controllers/internal/status/statustest"
	"chuan.dev/chuan/internal/calendar"
)

var planKey = client.ObjectKey{Namespace: "dien-bien", Name: "dgnb-2026"}

// harness is a Reconciler over a fake client and a clock that stands still until it is moved.
type harness struct {
	t          *testing.T
	client     client.Client
	reconciler *Reconciler
	now        time.Time
	patches    int
	listError  error
	recorder   recorder
}

// recorder keeps the events as "type reason: note".
type recorder struct{ events []string }

func (r *recorder) Eventf(_, _ runtime.Object, eventType, reason, _, note string, args ...any) {
	r.events = append(r.events, eventType+" "+reason+": "+fmt.Sprintf(note, args...))
}

func scheme(t *testing.T) *runtime.Scheme {
	t.Helper()
	s := runtime.NewScheme()
	if err := v1alpha1.AddToScheme(s); err != nil {
		t.Fatal(err)
	}
	return s
}

func newHarness(t *testing.T, now string, objects ...client.Object) *harness {
	t.Helper()
	h := &harness{t: t, now: local(t, now)}
	// All agencies adopt this one.
	objects = append(objects, &v1alpha1.QualityProcedure{ObjectMeta: metav1.ObjectMeta{Namespace: planKey.Namespace, Name: "xac-nhan"}})
	h.client = fake.NewClientBuilder().WithScheme(scheme(t)).WithObjects(objects...).
		WithStatusSubresource(&v1alpha1.AuditPlan{}).
		WithInterceptorFuncs(interceptor.Funcs{
			SubResourcePatch: func(ctx context.Context, c client.Client, subresource string, object client.Object, patch client.Patch, options ...client.SubResourcePatchOption) error {
				h.patches++
				return c.SubResource(subresource).Patch(ctx, object, patch, options...)
			},
			List: func(ctx context.Context, c client.WithWatch, list client.ObjectList, options ...client.ListOption) error {
				if h.listError != nil {
					return h.listError
				}
				return c.List(ctx, list, options...)
			},
		}).Build()
	h.reconciler = newReconciler(h.client, &h.recorder, Options{Now: func() time.Time { return h.now }})
	return h
}

// reconcile makes one pass, which must not fail, and returns its result and the plan after it.
func (h *harness) reconcile() (ctrl.Result, *v1alpha1.AuditPlan) {
	h.t.Helper()
	result, plan, err := h.pass()
	if err != nil {
		h.t.Fatalf("at %s: %v", h.now, err)
	}
	return result, plan
}

// pass makes one pass. The status is checked against the contract of statuses after each, once there is one.
func (h *harness) pass() (ctrl.Result, *v1alpha1.AuditPlan, error) {
	h.t.Helper()
	result, err := h.reconciler.Reconcile(h.t.Context(), ctrl.Request{NamespacedName: planKey})
	plan := h.plan()
	if plan.DeletionTimestamp.IsZero() {
		statustest.Check(h.t, plan, status.OfAuditPlan(plan))
	}
	return result, plan, err
}

func (h *harness) plan() *v1alpha1.AuditPlan {
	h.t.Helper()
	plan := &v1alpha1.AuditPlan{}
	if err := h.client.Get(h.t.Context(), planKey, plan); err != nil {
		h.t.Fatal(err)
	}
	return plan
}

// change changes the spec or the annotations of the plan, as a person would.
func (h *harness) change(edit func(*v1alpha1.AuditPlan)) {
	h.t.Helper()
	plan := h.plan()
	edit(plan)
	if err := h.client.Update(h.t.Context(), plan); err != nil {
		h.t.Fatal(err)
	}
}

func (h *harness) create(object client.Object) {
	h.t.Helper()
	if err := h.client.Create(h.t.Context(), object); err != nil {
		h.t.Fatal(err)
	}
}

// local reads a time in Vietnam as 2026-03-02 15:00.
func local(t *testing.T, s string) time.Time {
	t.Helper()
	loc, err := calendar.LoadZone("")
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := time.ParseInLocation("2006-01-02 15:04", s, loc)
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

// quarterly is a plan that opens for twenty days on the tenth of every quarter, with five days of grace, for two named communes.
func quarterly(edits ...func(*v1alpha1.AuditPlan)) *v1alpha1.AuditPlan {
	plan := &v1alpha1.AuditPlan{
		ObjectMeta: metav1.ObjectMeta{Namespace: planKey.Namespace, Name: planKey.Name, Generation: 3},
		Spec: v1alpha1.AuditPlanSpec{
			Title:    "Đánh giá nội bộ năm 2026",
			Kind:     "Internal",
			Decision: v1alpha1.Decision{Number: "12/KH-UBND", Date: "2025-12-20"},
			Criteria: []string{"tcvn-iso-9001-2015"},
			Schedule: v1alpha1.AuditSchedule{
				Every: "Quarter", Day: 10, Shift: "None", TimeZone: "Asia/Ho_Chi_Minh",
				From: "2026-01-01", Window: "20d", LeadTime: "30d", GracePeriod: "5d",
			},
			Auditees: v1alpha1.Auditees{Names: []string{"xa-thanh-nua", "xa-thanh-an"}},
			Team:     []v1alpha1.AuditTeamMember{{ID: "truong-doan", Title: "Nguyễn Thị Thu", Role: "Lead"}},
		},
		Status: v1alpha1.AuditPlanStatus{ObservedGeneration: -1},
	}
	for _, edit := range edits {
		edit(plan)
	}
	return plan
}

// shifted makes the schedule depend on the calendar of series vn.
func shifted(plan *v1alpha1.AuditPlan) {
	plan.Spec.Schedule.Shift, plan.Spec.Schedule.Calendar = "Next", "vn"
}

// selecting makes the plan select communes instead of naming them.
func selecting(plan *v1alpha1.AuditPlan) {
	plan.Spec.Auditees = v1alpha1.Auditees{Selector: &metav1.LabelSelector{MatchLabels: map[string]string{"level": "commune"}}}
}

func agency(name string, labels map[string]string) *v1alpha1.Agency {
	return &v1alpha1.Agency{
		ObjectMeta: metav1.ObjectMeta{Namespace: planKey.Namespace, Name: name, Labels: labels},
		Spec:       v1alpha1.AgencySpec{Procedures: &v1alpha1.AdoptedProcedures{Refs: []v1alpha1.AdoptedProcedure{{Name: "xac-nhan"}}}},
	}
}

func workCalendar(series v1alpha1.ID, year int32, standing v1alpha1.CalendarStanding) *v1alpha1.WorkCalendar {
	return &v1alpha1.WorkCalendar{
		ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("%s-%d", series, year)},
		Spec: v1alpha1.WorkCalendarSpec{
			Series: series, Year: year, Standing: standing,
			WorkingHours: []v1alpha1.WeeklyHours{{
				Days:    []v1alpha1.Weekday{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday"},
				Periods: []v1alpha1.Period{{From: "07:30", To: "11:30"}, {From: "13:30", To: "17:30"}},
			}},
		},
	}
}

// conditions writes the conditions of a plan as "Type=Status Reason: message", one a line.
func conditions(plan *v1alpha1.AuditPlan) string {
	lines := make([]string, 0, len(plan.Status.Conditions))
	for _, c := range plan.Status.Conditions {
		lines = append(lines, fmt.Sprintf("%s=%s %s: %s", c.Type, c.Status, c.Reason, c.Message))
	}
	return strings.Join(lines, "\n")
}

// state writes a condition of a plan as "Status Reason".
func state(plan *v1alpha1.AuditPlan, conditionType string) string {
	c := meta.FindStatusCondition(plan.Status.Conditions, conditionType)
	if c == nil {
		return "absent"
	}
	return string(c.Status) + " " + c.Reason
}
