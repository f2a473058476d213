package pass_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/controllers/internal/errclass"
	"chuan.dev/chuan/controllers/internal/pass"
	"chuan.dev/chuan/controllers/internal/status"
)

var now = time.Date(2026, 6, 15, 1, 0, 0, 0, time.UTC)

// recorder keeps the events as "type reason: note".
type recorder struct{ events []string }

func (r *recorder) Eventf(_, _ runtime.Object, eventType, reason, _, note string, args ...any) {
	r.events = append(r.events, eventType+" "+reason+": "+fmt.Sprintf(note, args...))
}

// end is what the end of a pass came to.
type end struct {
	After    time.Duration
	Retried  bool
	Ready    string
	Observed int64
	Handled  string
	Events   []string
}

// finish ends a pass over a plan of generation 3, which status says 2 of, whose requested-at annotation is "now".
// refusal is the answer of the API server to the status, when there is one.
func finish(t *testing.T, p pass.Pass[*v1alpha1.AuditPlan], refusal error) end {
	t.Helper()
	scheme := runtime.NewScheme()
	if err := v1alpha1.AddToScheme(scheme); err != nil {
		t.Fatal(err)
	}
	plan := &v1alpha1.AuditPlan{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: "dien-bien", Name: "noi-bo", Generation: 3,
			Annotations: map[string]string{v1alpha1.AnnotationRequestedAt: "now"},
		},
		Status: v1alpha1.AuditPlanStatus{ObservedGeneration: 2, LastHandledReconcileAt: "before"},
	}
	c := fake.NewClientBuilder().WithScheme(scheme).WithObjects(plan).WithStatusSubresource(plan).
		WithInterceptorFuncs(interceptor.Funcs{
			SubResourcePatch: func(ctx context.Context, inner client.Client, subresource string, object client.Object, patch client.Patch, options ...client.SubResourcePatchOption) error {
				if refusal != nil {
					return refusal
				}
				return inner.SubResource(subresource).Patch(ctx, object, patch, options...)
			},
		}).Build()
	if err := c.Get(t.Context(), client.ObjectKeyFromObject(plan), plan); err != nil {
		t.Fatal(err)
	}
	p.Before, p.After, p.Now, p.Success = plan, plan.DeepCopy(), now, "four occurrences are scheduled"
	told := &recorder{}
	finisher := pass.Finisher[*v1alpha1.AuditPlan]{
		Fields: status.OfAuditPlan, Writer: status.NewWriter(c, "chuan-auditplan"), Recorder: told,
	}
	result, err := finisher.Finish(t.Context(), p)

	stored := &v1alpha1.AuditPlan{}
	if err := c.Get(t.Context(), client.ObjectKeyFromObject(plan), stored); err != nil {
		t.Fatal(err)
	}
	got := end{
		After: result.RequeueAfter, Retried: err != nil, Events: told.events,
		Observed: stored.Status.ObservedGeneration, Handled: stored.Status.LastHandledReconcileAt,
	}
	if len(stored.Status.Conditions) > 0 {
		got.Ready = fmt.Sprintf("%s %s", stored.Status.Conditions[0].Status, stored.Status.Conditions[0].Reason)
	}
	return got
}

func TestFinish(t *testing.T) {
	var (
		resource = schema.GroupResource{Group: v1alpha1.Group, Resource: "auditplans"}
		invalid  = errclass.NewTerminal("InvalidSchedule", errors.New("no window ever opens"))
		missing  = errclass.NewWaiting("AuditeeNotFound", time.Hour, errors.New("xa-a does not exist"))
		refused  = errors.New("connection refused")
	)
	tests := map[string]struct {
		errors  []error
		outcome status.Outcome
		next    time.Time
		refusal error
		want    end
	}{
		"nothing will change by itself": {
			want: end{
				Ready: "True Succeeded", Observed: 3, Handled: "now",
				Events: []string{"Normal Succeeded: four occurrences are scheduled"},
			},
		},
		"comes again at the next instant": {
			next: now.Add(90 * 24 * time.Hour),
			want: end{
				After: 90 * 24 * time.Hour, Ready: "True Succeeded", Observed: 3, Handled: "now",
				Events: []string{"Normal Succeeded: four occurrences are scheduled"},
			},
		},
		"comes again at once when the instant has just passed": {
			next: now.Add(-time.Second),
			want: end{
				After: 10 * time.Millisecond, Ready: "True Succeeded", Observed: 3, Handled: "now",
				Events: []string{"Normal Succeeded: four occurrences are scheduled"},
			},
		},
		"waits no longer than until the next instant": {
			errors: []error{missing}, next: now.Add(time.Minute),
			want: end{
				After: time.Minute, Ready: "False AuditeeNotFound", Observed: 3, Handled: "now",
				Events: []string{"Warning AuditeeNotFound: xa-a does not exist"},
			},
		},
		"waits until something comes": {
			errors: []error{nil, missing}, next: now.Add(24 * time.Hour),
			want: end{
				After: time.Hour, Ready: "False AuditeeNotFound", Observed: 3, Handled: "now",
				Events: []string{"Warning AuditeeNotFound: xa-a does not exist"},
			},
		},
		"a stalled plan is not tried again, but days go by": {
			errors: []error{invalid}, next: now.Add(time.Hour),
			want: end{
				After: time.Hour, Ready: "False InvalidSchedule", Observed: 3, Handled: "now",
				Events: []string{"Warning InvalidSchedule: no window ever opens"},
			},
		},
		"a failed call is tried again, and the spec does not count as observed": {
			errors: []error{refused}, next: now.Add(time.Hour),
			want: end{
				Retried: true, Ready: "Unknown TransientError", Observed: 2, Handled: "before",
				Events: []string{"Warning TransientError: connection refused"},
			},
		},
		"a suspended plan says so, whatever else is wrong": {
			errors: []error{invalid}, outcome: status.Suspended(),
			want: end{
				Ready: "Unknown Suspended", Observed: 3, Handled: "now",
				Events: []string{"Normal Suspended: spec.suspend is set: nothing is changed until it is unset"},
			},
		},
		"a conflict changes nothing and is silent": {
			errors: []error{errclass.NewConflict(refused)},
			want:   end{After: errclass.ConflictDelay, Observed: 2, Handled: "before"},
		},
		"a conflict over the status is silent": {
			next: now.Add(time.Hour), refusal: apierrors.NewConflict(resource, "noi-bo", errors.New("changed")),
			want: end{After: errclass.ConflictDelay, Observed: 2, Handled: "before"},
		},
		"a failed call is retried as such even when the status meets a conflict": {
			errors: []error{refused}, refusal: apierrors.NewConflict(resource, "noi-bo", errors.New("changed")),
			want: end{Retried: true, Observed: 2, Handled: "before"},
		},
		"a plan that is gone is no error": {
			refusal: apierrors.NewNotFound(resource, "noi-bo"),
			want:    end{Observed: 2, Handled: "before"},
		},
		"a status that cannot be written is tried again": {
			next: now.Add(time.Hour), refusal: apierrors.NewInternalError(errors.New("no leader")),
			want: end{Retried: true, Observed: 2, Handled: "before"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := finish(t, pass.Pass[*v1alpha1.AuditPlan]{Errors: test.errors, Outcome: test.outcome, Next: test.next}, test.refusal)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("end of the pass (-want +got):\n%s", diff)
			}
		})
	}
}
