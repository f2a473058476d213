package auditplan

import (
	"context"
	"time"

	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/controllers/internal/events"
	"chuan.dev/chuan/controllers/internal/pass"
	"chuan.dev/chuan/controllers/internal/status"
	"chuan.dev/chuan/controllers/internal/surroundings"
)

// FieldOwner is the field owner of the status that this package writes.
const FieldOwner = "chuan-auditplan"

// Options of the controller.
type Options struct {
	// Concurrency is the number of plans that are worked on at once. Default 4.
	Concurrency int
	// Now is the clock. Default time.Now.
	Now func() time.Time
}

func (o Options) withDefaults() Options {
	if o.Concurrency == 0 {
		o.Concurrency = 4
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return o
}

// Reconciler reconciles audit plans.
type Reconciler struct {
	client   client.Client
	now      func() time.Time
	around   *surroundings.Keeper
	writer   *status.Writer
	finisher pass.Finisher[*v1alpha1.AuditPlan]
}

func newReconciler(c client.Client, recorder events.Recorder, options Options) *Reconciler {
	writer := status.NewWriter(c, FieldOwner)
	return &Reconciler{
		client:   c,
		now:      options.withDefaults().Now,
		around:   surroundings.NewKeeper(c),
		writer:   writer,
		finisher: pass.Finisher[*v1alpha1.AuditPlan]{Fields: status.OfAuditPlan, Writer: writer, Recorder: recorder},
	}
}

// Permissions. All reading is through caches, which list and watch; the only writes are those of the status and of events.
//
// +kubebuilder:rbac:groups=qms.chuan.dev,resources=auditplans;agencies;qualityprocedures;workcalendars,verbs=list;watch
// +kubebuilder:rbac:groups=qms.chuan.dev,resources=auditplans/status,verbs=patch
// +kubebuilder:rbac:groups=events.k8s.io,resources=events,verbs=create;patch

// Reconcile makes one pass over a plan.
func (r *Reconciler) Reconcile(ctx context.Context, request ctrl.Request) (ctrl.Result, error) {
	plan := &v1alpha1.AuditPlan{}
	more, result, err := pass.Begin(ctx, r.client, r.writer, request, plan, func() {})
	if !more {
		return result, err
	}
	s := newScope(plan, r.now())
	outcome := status.Outcome{}
	if suspended(plan) {
		outcome = status.Suspended()
	} else {
		for _, phase := range r.phases() {
			s.fail(phase(ctx, s))
		}
		s.report()
	}
	return r.finisher.Finish(ctx, pass.Pass[*v1alpha1.AuditPlan]{
		Before: s.before, After: s.after, Now: s.now,
		Errors: s.errors, Success: s.success(), Outcome: outcome, Next: s.next(),
	})
}

// phase is one step of a pass. Its error is collected; the phases after it run all the same.
type phase func(context.Context, *scope) error

func (r *Reconciler) phases() []phase {
	return []phase{
		validate,
		r.resolveCalendar,
		evaluate,
		r.resolveAuditees,
		r.examine,
	}
}

func suspended(plan *v1alpha1.AuditPlan) bool {
	return plan.Spec.Suspend != nil && *plan.Spec.Suspend
}
