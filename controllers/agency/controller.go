package agency

import (
	"context"
	"fmt"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/controllers/internal/apply"
	"chuan.dev/chuan/controllers/internal/events"
	"chuan.dev/chuan/controllers/internal/pass"
	"chuan.dev/chuan/controllers/internal/status"
	"chuan.dev/chuan/controllers/internal/surroundings"
	"chuan.dev/chuan/controllers/internal/trigger"
	"chuan.dev/chuan/internal/workload"
)

// The field owners of what this package writes.
const (
	FieldOwner             = "chuan-agency"
	ProcedureSetFieldOwner = "chuan-procedure-set"
)

// Options of the controllers of this package.
type Options struct {
	// Workload is what all agencies' services have in common.
	Workload workload.Options
	// Concurrency is the number of agencies that are worked on at once. Default 16.
	Concurrency int
	// MaxUnavailablePercent bounds how many of all agencies may be unavailable when the pods of another one are replaced:
	// this part of them, and always at least one. Default 10.
	MaxUnavailablePercent int
	// Now is the clock. Default time.Now.
	Now func() time.Time
}

func (o Options) withDefaults() Options {
	if o.Concurrency == 0 {
		o.Concurrency = 16
	}
	if o.MaxUnavailablePercent == 0 {
		o.MaxUnavailablePercent = 10
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return o
}

// Reconciler reconciles agencies.
type Reconciler struct {
	client    client.Client
	options   Options
	calendars almanac
	around    *surroundings.Keeper
	drafts    drafts
	examined  examinations
	applier   *apply.Applier
	sets      *sets
	rollout   *rollout
	writer    *status.Writer
	finisher  pass.Finisher[*v1alpha1.Agency]
}

// newReconciler returns a Reconciler without any memory, and the reconciler of procedure sets that goes with it.
func newReconciler(c client.Client, recorder events.Recorder, options Options) (*Reconciler, *sets) {
	options = options.withDefaults()
	sets := newSets(c, options.Now)
	writer := status.NewWriter(c, FieldOwner)
	return &Reconciler{
		client:   c,
		options:  options,
		around:   surroundings.NewKeeper(c),
		applier:  apply.New(c, FieldOwner),
		sets:     sets,
		rollout:  newRollout(options.MaxUnavailablePercent),
		writer:   writer,
		finisher: pass.Finisher[*v1alpha1.Agency]{Fields: status.OfAgency, Writer: writer, Recorder: recorder},
	}, sets
}

// Permissions. Caches list and watch; server-side apply creates and patches; pruning deletes. Secrets are created and never
// read.
//
// +kubebuilder:rbac:groups=qms.chuan.dev,resources=agencies;qualityprocedures;workcalendars;legaldocuments,verbs=list;watch
// +kubebuilder:rbac:groups=qms.chuan.dev,resources=agencies/status,verbs=patch
// +kubebuilder:rbac:groups="",resources=serviceaccounts;configmaps;services,verbs=list;watch;create;patch;delete
// +kubebuilder:rbac:groups="",resources=secrets,verbs=create
// +kubebuilder:rbac:groups=apps,resources=statefulsets,verbs=list;watch;create;patch;delete
// +kubebuilder:rbac:groups=apps,resources=controllerrevisions,verbs=list;watch
// +kubebuilder:rbac:groups=networking.k8s.io,resources=networkpolicies,verbs=list;watch;create;patch;delete
// +kubebuilder:rbac:groups=policy,resources=poddisruptionbudgets,verbs=list;watch;create;patch;delete
// +kubebuilder:rbac:groups=events.k8s.io,resources=events,verbs=create;patch

// Reconcile makes one pass over an agency.
func (r *Reconciler) Reconcile(ctx context.Context, request ctrl.Request) (ctrl.Result, error) {
	agency := &v1alpha1.Agency{}
	more, result, err := pass.Begin(ctx, r.client, r.writer, request, agency, func() { r.forget(request.NamespacedName) })
	if !more {
		return result, err
	}
	s, err := r.newScope(ctx, agency)
	if err != nil {
		return ctrl.Result{}, err
	}
	phases, outcome := r.phases(), status.Outcome{}
	if suspended(agency) {
		phases, outcome = []phase{r.observe}, status.Suspended()
	}
	for _, phase := range phases {
		s.fail(phase(ctx, s))
	}
	if wait := r.holdBack(s); wait > 0 {
		priority := reportPriority
		return ctrl.Result{RequeueAfter: wait, Priority: &priority}, nil
	}
	return r.finisher.Finish(ctx, pass.Pass[*v1alpha1.Agency]{
		Before: s.before, After: s.after, Now: s.now,
		Errors: s.errors, Success: "the workflow service runs", Outcome: outcome, Next: s.next,
	})
}

// phase is one step of a pass. Its error is collected; the phases after it run all the same.
type phase func(context.Context, *scope) error

func (r *Reconciler) phases() []phase {
	return []phase{
		r.guard,
		r.resolveCalendars,
		r.resolveProcedures,
		r.examine,
		judgeSelf,
		judgeRoles,
		judgeCover,
		judgeAnnouncement,
		judgeEdition,
		r.apply,
		r.prune,
		r.observe,
	}
}

// holdBack says for how long the report of a pass is held back, because it would say nothing but what is about to pass; 0
// when it is to be written now.
func (r *Reconciler) holdBack(s *scope) time.Duration {
	due := !s.next.IsZero() && !s.next.After(s.now)
	if due || observed(s.before) || asked(s.before) || !onlyPassing(s.errors) {
		return 0
	}
	return r.drafts.hold(s.key, s.applied, s.now)
}

// observed says whether the status speaks of the present spec.
func observed(agency *v1alpha1.Agency) bool {
	return agency.Status.ObservedGeneration == agency.Generation
}

func (r *Reconciler) newScope(ctx context.Context, agency *v1alpha1.Agency) (*scope, error) {
	after := agency.DeepCopy()
	s := &scope{
		key:     client.ObjectKeyFromObject(agency),
		now:     r.options.Now(),
		before:  agency,
		after:   after,
		applied: inventory{},
	}
	if observed(agency) {
		r.drafts.drop(s.key)
	}
	s.draft = r.drafts.get(s.key)
	s.set = status.NewSetter(status.OfAgency(after), agency.Generation, s.now)
	statefulSet := &appsv1.StatefulSet{}
	err := r.client.Get(ctx, s.key, statefulSet, client.UnsafeDisableDeepCopy)
	switch {
	case err == nil:
		s.statefulSet = statefulSet
	case !apierrors.IsNotFound(err):
		return nil, fmt.Errorf("read the StatefulSet of agency %s: %w", s.key, err)
	}
	return s, nil
}

// forget drops all memory of an agency that is gone.
func (r *Reconciler) forget(key types.NamespacedName) {
	r.applier.Forget(key)
	r.drafts.drop(key)
	r.examined.forget(key)
	r.sets.forget(key)
}

// asked says whether a person asks for a pass that has not been reported yet.
func asked(agency *v1alpha1.Agency) bool {
	return trigger.Requested(agency) != agency.Status.LastHandledReconcileAt
}

func suspended(agency *v1alpha1.Agency) bool {
	return agency.Spec.Suspend != nil && *agency.Spec.Suspend
}
