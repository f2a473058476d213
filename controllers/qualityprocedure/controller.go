package qualityprocedure

import (
	"context"
	"fmt"
	"time"

	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/controllers/internal/events"
	"chuan.dev/chuan/controllers/internal/pass"
	"chuan.dev/chuan/controllers/internal/status"
	"chuan.dev/chuan/controllers/internal/surroundings"
	"chuan.dev/chuan/internal/calendar"
)

// FieldOwner is the field owner of what this package writes.
const FieldOwner = "chuan-qualityprocedure"

// Options of the controller.
type Options struct {
	// Concurrency is the number of procedures that are worked on at once. Default 4.
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

// Reconciler reconciles procedures.
type Reconciler struct {
	client   client.Client
	now      func() time.Time
	zone     *time.Location
	records  *memory
	proofs   proofs
	around   *surroundings.Keeper
	writer   *status.Writer
	finisher pass.Finisher[*v1alpha1.QualityProcedure]
}

func newReconciler(c client.Client, recorder events.Recorder, options Options) (*Reconciler, error) {
	zone, err := calendar.LoadZone("")
	if err != nil {
		return nil, fmt.Errorf("load the zone in which days begin: %w", err)
	}
	writer := status.NewWriter(c, FieldOwner)
	return &Reconciler{
		client:   c,
		now:      options.withDefaults().Now,
		zone:     zone,
		records:  newMemory(),
		around:   surroundings.NewKeeper(c),
		writer:   writer,
		finisher: pass.Finisher[*v1alpha1.QualityProcedure]{Fields: status.OfQualityProcedure, Writer: writer, Recorder: recorder},
	}, nil
}

// Permissions. All reading is through caches, which list and watch. Records are made once and removed when they are old;
// nothing may change them.
//
// +kubebuilder:rbac:groups=qms.chuan.dev,resources=qualityprocedures;agencies;legaldocuments;workcalendars,verbs=list;watch
// +kubebuilder:rbac:groups=qms.chuan.dev,resources=qualityprocedures/status,verbs=patch
// +kubebuilder:rbac:groups=apps,resources=controllerrevisions,verbs=list;watch;create;delete
// +kubebuilder:rbac:groups=events.k8s.io,resources=events,verbs=create;patch

// Reconcile makes one pass over a procedure.
func (r *Reconciler) Reconcile(ctx context.Context, request ctrl.Request) (ctrl.Result, error) {
	procedure := &v1alpha1.QualityProcedure{}
	more, result, err := pass.Begin(ctx, r.client, r.writer, request, procedure, func() {
		r.records.forget(request.NamespacedName)
		r.proofs.forget(request.NamespacedName)
	})
	if !more {
		return result, err
	}
	s := newScope(procedure, r.now(), r.zone)
	outcome := status.Outcome{}
	phases := r.phases()
	if suspended(procedure) {
		outcome, phases = status.Suspended(), r.phasesSuspended()
	}
	for _, phase := range phases {
		s.fail(phase(ctx, s))
	}
	return r.finisher.Finish(ctx, pass.Pass[*v1alpha1.QualityProcedure]{
		Before: s.before, After: s.after, Now: s.now,
		Errors: s.errors, Success: s.success(), Outcome: outcome, Next: s.next,
	})
}

// phase is one step of a pass. Its error is collected; the phases after it run all the same.
type phase func(context.Context, *scope) error

func (r *Reconciler) phases() []phase {
	return []phase{
		r.readRecords,
		r.survey,
		r.examine,
		check,
		r.record,
		inForce,
		r.examineInForce,
		judgeText,
		judgeTime,
		judgeLaw,
		adopters,
		r.trim,
	}
}

// phasesSuspended are those that accept nothing and change nothing. What was accepted stays in force, and days go by.
func (r *Reconciler) phasesSuspended() []phase {
	return []phase{
		r.readRecords,
		r.survey,
		inForce,
		r.examineInForce,
		judgeTime,
		judgeLaw,
		adopters,
	}
}

func suspended(procedure *v1alpha1.QualityProcedure) bool {
	return procedure.Spec.Suspend != nil && *procedure.Spec.Suspend
}
