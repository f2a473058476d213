package qualityprocedure

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	appsv1 "k8s.io/api/apps/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/controllers/internal/revision"
	"chuan.dev/chuan/controllers/internal/status"
	"chuan.dev/chuan/controllers/internal/status/statustest"
	"chuan.dev/chuan/internal/calendar"
)

var key = client.ObjectKey{Namespace: "dien-bien", Name: "xac-nhan"}

// morning is when tests begin: a Monday in Vietnam.
const morning = "2026-06-15 08:00"

// harness is a Reconciler over a fake client and a clock that stands still until it is moved.
type harness struct {
	t          *testing.T
	client     client.Client
	reconciler *Reconciler
	recorder   recorder
	now        time.Time
	// calls are the writes of the Reconciler, as "create name", "delete name uid" and "patch status".
	calls []string
	// quiet keeps what the test itself writes out of calls.
	quiet bool
	// fault, when set, decides which calls of the Reconciler fail: list, create, delete or patch.
	fault func(verb string, object runtime.Object) error
	// behind keeps the cache from showing any record, stale makes it show an older procedure.
	behind bool
	stale  *v1alpha1.QualityProcedure
	uids   int
}

// recorder keeps the events as "type reason: note".
type recorder struct{ events []string }

func (r *recorder) Eventf(_, _ runtime.Object, eventType, reason, _, note string, args ...any) {
	r.events = append(r.events, eventType+" "+reason+": "+fmt.Sprintf(note, args...))
}

func scheme(t *testing.T) *runtime.Scheme {
	t.Helper()
	s := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{v1alpha1.AddToScheme, appsv1.AddToScheme} {
		if err := add(s); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

func newHarness(t *testing.T, now string, objects ...client.Object) *harness {
	t.Helper()
	h := &harness{t: t, now: local(t, now)}
	h.client = fake.NewClientBuilder().WithScheme(scheme(t)).WithObjects(objects...).
		WithStatusSubresource(&v1alpha1.QualityProcedure{}).
		WithInterceptorFuncs(interceptor.Funcs{
			Get: h.onGet, List: h.onList, Create: h.onCreate, Delete: h.onDelete, SubResourcePatch: h.onPatch,
		}).
		Build()
	h.restart()
	return h
}

// restart forgets what the Reconciler remembers.
func (h *harness) restart() {
	h.t.Helper()
	r, err := newReconciler(h.client, &h.recorder, Options{Now: func() time.Time { return h.now }})
	if err != nil {
		h.t.Fatal(err)
	}
	h.reconciler = r
}

func (h *harness) called(verb, name string, object runtime.Object) error {
	if h.quiet {
		return nil
	}
	if verb != "list" {
		h.calls = append(h.calls, verb+" "+name)
	}
	if h.fault == nil {
		return nil
	}
	return h.fault(verb, object)
}

// onCreate gives objects a uid, as an API server does.
func (h *harness) onCreate(ctx context.Context, c client.WithWatch, object client.Object, options ...client.CreateOption) error {
	if err := h.called("create", object.GetName(), object); err != nil {
		return err
	}
	h.uids++
	object.SetUID(types.UID(fmt.Sprintf("uid-%d", h.uids)))
	return c.Create(ctx, object, options...)
}

func (h *harness) onDelete(ctx context.Context, c client.WithWatch, object client.Object, options ...client.DeleteOption) error {
	var asked client.DeleteOptions
	asked.ApplyOptions(options)
	which := "any"
	if asked.Preconditions != nil && asked.Preconditions.UID != nil {
		which = string(*asked.Preconditions.UID)
	}
	if err := h.called("delete", object.GetName()+" "+which, object); err != nil {
		return err
	}
	return c.Delete(ctx, object, options...)
}

func (h *harness) onGet(ctx context.Context, c client.WithWatch, at client.ObjectKey, object client.Object, options ...client.GetOption) error {
	if p, is := object.(*v1alpha1.QualityProcedure); is && h.stale != nil {
		h.stale.DeepCopyInto(p)
		return nil
	}
	return c.Get(ctx, at, object, options...)
}

func (h *harness) onList(ctx context.Context, c client.WithWatch, list client.ObjectList, options ...client.ListOption) error {
	if err := h.called("list", "", list); err != nil {
		return err
	}
	if _, records := list.(*appsv1.ControllerRevisionList); records && h.behind && !h.quiet {
		return nil
	}
	return c.List(ctx, list, options...)
}

func (h *harness) onPatch(ctx context.Context, c client.Client, subresource string, object client.Object, patch client.Patch, options ...client.SubResourcePatchOption) error {
	if err := h.called("patch", subresource, object); err != nil {
		return err
	}
	return c.SubResource(subresource).Patch(ctx, object, patch, options...)
}

// reconcile makes one pass, which must not fail, and returns its result and the procedure after it.
func (h *harness) reconcile() (ctrl.Result, *v1alpha1.QualityProcedure) {
	h.t.Helper()
	result, err := h.pass()
	if err != nil {
		h.t.Fatalf("at %s: %v", h.now, err)
	}
	return result, h.procedure()
}

// pass makes one pass. The status is checked against the contract of statuses after each.
func (h *harness) pass() (ctrl.Result, error) {
	h.t.Helper()
	h.calls = nil
	result, err := h.reconciler.Reconcile(h.t.Context(), ctrl.Request{NamespacedName: key})
	p := h.procedure()
	statustest.Check(h.t, p, status.OfQualityProcedure(p))
	return result, err
}

func (h *harness) procedure() *v1alpha1.QualityProcedure {
	h.t.Helper()
	p := &v1alpha1.QualityProcedure{}
	if err := h.client.Get(h.t.Context(), key, p); err != nil {
		h.t.Fatal(err)
	}
	return p
}

// change changes the procedure, as a person would: with a new generation.
func (h *harness) change(edit func(*v1alpha1.QualityProcedure)) {
	h.t.Helper()
	p := h.procedure()
	edit(p)
	p.Generation++
	if err := h.client.Update(h.t.Context(), p); err != nil {
		h.t.Fatal(err)
	}
}

// issue changes the procedure into another revision.
func (h *harness) issue(number int32, from v1alpha1.Date) {
	h.t.Helper()
	h.change(func(p *v1alpha1.QualityProcedure) { issued(number, from)(p) })
}

// others makes and removes objects that are not the Reconciler's doing.
func (h *harness) others(do func(client.Client) error) {
	h.t.Helper()
	h.quiet = true
	defer func() { h.quiet = false }()
	if err := do(h.client); err != nil {
		h.t.Fatal(err)
	}
}

func (h *harness) create(objects ...client.Object) {
	h.t.Helper()
	for _, object := range objects {
		h.others(func(c client.Client) error { return c.Create(h.t.Context(), object) })
	}
}

// records returns the names of the ControllerRevisions that there are.
func (h *harness) records() []string {
	h.t.Helper()
	var all appsv1.ControllerRevisionList
	h.others(func(c client.Client) error { return c.List(h.t.Context(), &all) })
	var names []string
	for i := range all.Items {
		names = append(names, all.Items[i].Name)
	}
	return names
}

// recordOf returns the record of a procedure's text as it stands.
func recordOf(t *testing.T, p *v1alpha1.QualityProcedure, edits ...func(*appsv1.ControllerRevision)) *appsv1.ControllerRevision {
	t.Helper()
	record, err := revision.New(p)
	if err != nil {
		t.Fatal(err)
	}
	for _, edit := range edits {
		edit(record)
	}
	return record
}

// local reads a time in Vietnam as 2026-03-02 15:00.
func local(t *testing.T, s string) time.Time {
	t.Helper()
	zone, err := calendar.LoadZone("")
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := time.ParseInLocation("2006-01-02 15:04", s, zone)
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

// untilNewYear is the time to the next year, in which dossiers are received on other days.
func (h *harness) untilNewYear() time.Duration {
	return local(h.t, "2027-01-01 00:00").Sub(h.now)
}

// draft is the first revision of a procedure, in force since the beginning of 2026, that rests on the document luat.
func draft(edits ...func(*v1alpha1.QualityProcedure)) *v1alpha1.QualityProcedure {
	p := &v1alpha1.QualityProcedure{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: key.Namespace, Name: key.Name, UID: "procedure", Generation: 1, Labels: map[string]string{"framework": "dien-bien"},
		},
		Spec: v1alpha1.QualityProcedureSpec{
			Code: "QT-01", Title: "Xác nhận",
			AppliesTo: &v1alpha1.AppliesTo{Levels: []v1alpha1.AgencyLevel{v1alpha1.AgencyLevelCommune}},
			Issue: v1alpha1.Issue{
				Revision: 1, EffectiveFrom: "2026-01-01", Decision: v1alpha1.Decision{Number: "1/QĐ-UBND", Date: "2025-12-01"},
			},
			LegalBasis: []v1alpha1.LegalBasis{{Ref: "luat", Supports: []v1alpha1.Supported{"deadline"}}},
			Deadline:   v1alpha1.Deadline{Limit: "1wd"},
			Channels:   []v1alpha1.Channel{v1alpha1.ChannelCounter},
			Roles:      []v1alpha1.Role{{ID: "mot-cua", Title: "Một cửa"}, {ID: "lanh-dao", Title: "Lãnh đạo"}},
			Steps: []v1alpha1.Step{
				{ID: "B1", Kind: v1alpha1.StepIntake, Title: "Tiếp nhận", Role: "mot-cua", Time: "2wh", Actions: []v1alpha1.Action{
					{ID: "tiep-nhan", Title: "Tiếp nhận", To: "B2"},
				}},
				{ID: "B2", Kind: v1alpha1.StepIssue, Title: "Ký, phát hành", Role: "lanh-dao", Time: "4wh", Actions: []v1alpha1.Action{
					{ID: "ky", Title: "Ký", To: "end/xac-nhan"},
				}},
			},
			Outcomes: []v1alpha1.Outcome{{ID: "xac-nhan", Title: "Giấy xác nhận", Result: v1alpha1.ResultGranted}},
			Records: []v1alpha1.QualityRecord{{
				ID: "so", Title: "Sổ theo dõi", Keeps: []v1alpha1.ID{"M07"}, Keeper: "mot-cua", Retention: "20y", Basis: "luat",
			}},
		},
		Status: v1alpha1.QualityProcedureStatus{ObservedGeneration: -1},
	}
	for _, edit := range edits {
		edit(p)
	}
	return p
}

// issued makes another revision of a procedure.
func issued(number int32, from v1alpha1.Date) func(*v1alpha1.QualityProcedure) {
	return func(p *v1alpha1.QualityProcedure) { p.Spec.Issue.Revision, p.Spec.Issue.EffectiveFrom = number, from }
}

// broken makes a procedure name a role and a step that it does not have.
func broken(p *v1alpha1.QualityProcedure) {
	p.Spec.Steps[1].Role = "van-thu"
	p.Spec.Steps[1].Actions[0].To = "B9"
}

func mended(p *v1alpha1.QualityProcedure) {
	p.Spec.Steps[1].Role = "lanh-dao"
	p.Spec.Steps[1].Actions[0].To = "end/xac-nhan"
}

// document is a legal document with the number "so <name>". An empty end is none.
func document(name string, from, to v1alpha1.Date) *v1alpha1.LegalDocument {
	return &v1alpha1.LegalDocument{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec:       v1alpha1.LegalDocumentSpec{Number: "so " + name, Title: "Luật", EffectiveFrom: from, EffectiveTo: to},
	}
}

// luat is the document on which the draft rests, in force without an end.
func luat() *v1alpha1.LegalDocument { return document("luat", "2020-01-01", "") }

// conditions writes the conditions of a procedure as "Type=Status Reason: message", one a line.
func conditions(p *v1alpha1.QualityProcedure) string {
	lines := make([]string, 0, len(p.Status.Conditions))
	for _, c := range p.Status.Conditions {
		lines = append(lines, fmt.Sprintf("%s=%s %s: %s", c.Type, c.Status, c.Reason, c.Message))
	}
	return strings.Join(lines, "\n")
}

// said writes a condition of a procedure as "Status Reason: message".
func said(p *v1alpha1.QualityProcedure, conditionType string) string {
	c := meta.FindStatusCondition(p.Status.Conditions, conditionType)
	if c == nil {
		return "absent"
	}
	return fmt.Sprintf("%s %s: %s", c.Status, c.Reason, c.Message)
}

// standings writes which revisions a status says are accepted and in force, and which are recorded.
func standings(p *v1alpha1.QualityProcedure) string {
	number := func(n *int32) string {
		if n == nil {
			return "none"
		}
		return strconv.Itoa(int(*n))
	}
	var recorded []string
	for _, r := range p.Status.Revisions {
		recorded = append(recorded, fmt.Sprintf("%d from %s in %s", r.Revision, r.EffectiveFrom, r.Name))
	}
	return fmt.Sprintf("accepted %s, in force %s: %s",
		number(p.Status.AcceptedRevision), number(p.Status.RevisionInForce), strings.Join(recorded, ", "))
}
