package agency

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/util/workqueue"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/controller/priorityqueue"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
	"sigs.k8s.io/controller-runtime/pkg/source"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/controllers/internal/trigger"
)

// passTimeout bounds one pass.
const passTimeout = time.Minute

// The delays after which a pass that met an error is repeated: the first, doubling with every further one, and the longest.
const (
	firstRetry = 200 * time.Millisecond
	lastRetry  = 5 * time.Minute
)

// Setup adds the controllers of this package to a manager, whose cache must be restricted by [CacheByObject].
func Setup(mgr ctrl.Manager, options Options) error {
	if err := index(context.Background(), mgr.GetFieldIndexer()); err != nil {
		return fmt.Errorf("index agencies and calendars: %w", err)
	}
	r, sets := newReconciler(mgr.GetClient(), mgr.GetEventRecorder(FieldOwner), options)
	if err := r.setup(mgr); err != nil {
		return fmt.Errorf("set up the controller of agencies: %w", err)
	}
	if err := sets.setup(mgr); err != nil {
		return fmt.Errorf("set up the controller of procedure sets: %w", err)
	}
	return nil
}

func (r *Reconciler) setup(mgr ctrl.Manager) error {
	owner := handler.EnqueueRequestForOwner(mgr.GetScheme(), mgr.GetRESTMapper(), &v1alpha1.Agency{}, handler.OnlyControllerOwner())
	b := ctrl.NewControllerManagedBy(mgr).
		Named("agency").
		For(&v1alpha1.Agency{}, builder.WithPredicates(agencyChanged())).
		Watches(&v1alpha1.Agency{}, handler.EnqueueRequestsFromMapFunc(r.relatives), builder.WithPredicates(familyChanged())).
		Watches(&v1alpha1.WorkCalendar{}, handler.EnqueueRequestsFromMapFunc(r.followers), builder.WithPredicates(r.calendarChanged())).
		Watches(&v1alpha1.LegalDocument{}, trigger.AfterAWhile(r.all), builder.WithPredicates(catalogueChanged())).
		Watches(&appsv1.StatefulSet{}, owner, builder.WithPredicates(r.statefulSetNews())).
		WatchesRawSource(source.Func(r.woken)).
		WithOptions(controllerOptions(r.options.Concurrency))
	for _, kind := range ownedKinds {
		if kind.Kind != "StatefulSet" {
			b = b.WatchesMetadata(metadataOf(kind), owner, builder.WithPredicates(agencyNews(r.applier, kind)))
		}
	}
	return b.Complete(r)
}

// woken lets the reconciler of procedure sets queue agencies. There may be a thousand of them, so they come after what a
// person has just changed.
func (r *Reconciler) woken(_ context.Context, queue workqueue.TypedRateLimitingInterface[ctrl.Request]) error {
	byPriority, ok := queue.(priorityqueue.PriorityQueue[ctrl.Request])
	if !ok {
		return fmt.Errorf("the queue of agencies is a %T and knows no priorities", queue)
	}
	low := handler.LowPriority
	r.sets.setWake(func(key types.NamespacedName) {
		byPriority.AddWithOpts(priorityqueue.AddOpts{Priority: &low}, ctrl.Request{NamespacedName: key})
	})
	return nil
}

func (r *sets) setup(mgr ctrl.Manager) error {
	return ctrl.NewControllerManagedBy(mgr).
		Named("procedureset").
		Watches(&appsv1.ControllerRevision{}, handler.EnqueueRequestsFromMapFunc(r.shelved)).
		Watches(&v1alpha1.QualityProcedure{}, handler.EnqueueRequestsFromMapFunc(r.shelved), builder.WithPredicates(becameExamined())).
		Watches(&v1alpha1.Agency{}, handler.EnqueueRequestsFromMapFunc(namespaceOf), builder.WithPredicates(demandChanged())).
		WatchesMetadata(metadataOf(configMapKind), handler.EnqueueRequestsFromMapFunc(namespaceOf), builder.WithPredicates(r.partNews())).
		WithOptions(controllerOptions(2)).
		Complete(r)
}

func controllerOptions(concurrency int) controller.Options {
	recovers := true
	return controller.Options{
		MaxConcurrentReconciles: concurrency,
		RecoverPanic:            &recovers,
		ReconciliationTimeout:   passTimeout,
		RateLimiter:             newRateLimiter(),
	}
}

// rateLimiter delays repeated passes over an object that met an error, longer every time, and spread by a fifth so that
// objects which failed together do not come back together.
type rateLimiter struct {
	workqueue.TypedRateLimiter[reconcile.Request]
}

func newRateLimiter() workqueue.TypedRateLimiter[reconcile.Request] {
	return rateLimiter{workqueue.NewTypedItemExponentialFailureRateLimiter[reconcile.Request](firstRetry, lastRetry)}
}

// When returns how long to wait before the next pass over an object.
func (l rateLimiter) When(request reconcile.Request) time.Duration {
	delay := l.TypedRateLimiter.When(request)
	return delay + rand.N(delay/5)
}
