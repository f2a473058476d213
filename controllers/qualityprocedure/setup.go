package qualityprocedure

import (
	"context"
	"slices"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	"k8s.io/client-go/util/workqueue"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/controllers/internal/trigger"
)

// passTimeout bounds one pass.
const passTimeout = time.Minute

// coalescing is how long news of an agency waits for more, so that onboarding a thousand agencies is a few passes over a
// procedure and not a thousand.
const coalescing = time.Second

// Setup adds the controller of procedures to a manager.
func Setup(manager ctrl.Manager, options Options) error {
	options = options.withDefaults()
	r, err := newReconciler(manager.GetClient(), manager.GetEventRecorder(FieldOwner), options)
	if err != nil {
		return err
	}
	return ctrl.NewControllerManagedBy(manager).
		Named("qualityprocedure").
		For(&v1alpha1.QualityProcedure{}, builder.WithPredicates(trigger.SpecLabelsOrRequest())).
		Owns(&appsv1.ControllerRevision{}).
		Watches(&v1alpha1.Agency{}, r.afterAWhile(), builder.WithPredicates(trigger.SpecOrLabels())).
		Watches(&v1alpha1.LegalDocument{}, handler.EnqueueRequestsFromMapFunc(r.resting),
			builder.WithPredicates(predicate.GenerationChangedPredicate{})).
		WithOptions(controller.Options{MaxConcurrentReconciles: options.Concurrency, ReconciliationTimeout: passTimeout}).
		Complete(r)
}

// resting returns the procedures that rest on a legal document, by their present text or by an accepted one.
func (r *Reconciler) resting(ctx context.Context, document client.Object) []reconcile.Request {
	name := document.GetName()
	return r.procedures(ctx, func(p *v1alpha1.QualityProcedure) bool {
		return slices.ContainsFunc(p.Spec.LegalBasis, func(b v1alpha1.LegalBasis) bool { return b.Ref == name }) ||
			r.records.rests(client.ObjectKeyFromObject(p), name)
	})
}

// afterAWhile asks for a pass over all procedures of an agency's namespace, some time after the agency has changed: requests
// that come in between are one.
func (r *Reconciler) afterAWhile() handler.EventHandler {
	type queue = workqueue.TypedRateLimitingInterface[reconcile.Request]
	enqueue := func(ctx context.Context, agency client.Object, q queue) {
		all := r.procedures(ctx, func(*v1alpha1.QualityProcedure) bool { return true }, client.InNamespace(agency.GetNamespace()))
		for _, request := range all {
			q.AddAfter(request, coalescing)
		}
	}
	return handler.Funcs{
		CreateFunc: func(ctx context.Context, e event.CreateEvent, q queue) { enqueue(ctx, e.Object, q) },
		UpdateFunc: func(ctx context.Context, e event.UpdateEvent, q queue) { enqueue(ctx, e.ObjectNew, q) },
		DeleteFunc: func(ctx context.Context, e event.DeleteEvent, q queue) { enqueue(ctx, e.Object, q) },
	}
}

// procedures returns a request for every procedure that a condition holds for. It reads from the cache; were that to fail,
// the procedures would be looked at again at the next resync.
func (r *Reconciler) procedures(
	ctx context.Context, concerned func(*v1alpha1.QualityProcedure) bool, options ...client.ListOption,
) []reconcile.Request {
	var all v1alpha1.QualityProcedureList
	if err := r.client.List(ctx, &all, append(options, client.UnsafeDisableDeepCopy)...); err != nil {
		ctrl.LoggerFrom(ctx).Error(err, "Cannot find the procedures that a change concerns")
		return nil
	}
	var requests []reconcile.Request
	for i := range all.Items {
		if p := &all.Items[i]; concerned(p) {
			requests = append(requests, reconcile.Request{NamespacedName: client.ObjectKeyFromObject(p)})
		}
	}
	return requests
}
