package qualityprocedure

import (
	"context"
	"slices"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/controllers/internal/trigger"
)

// passTimeout bounds one pass.
const passTimeout = time.Minute

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
		Watches(&v1alpha1.Agency{}, trigger.AfterAWhile(r.ofNamespace), builder.WithPredicates(trigger.SpecOrLabels())).
		Watches(&v1alpha1.LegalDocument{}, trigger.AfterAWhile(r.resting), builder.WithPredicates(predicate.GenerationChangedPredicate{})).
		Watches(&v1alpha1.WorkCalendar{}, trigger.AfterAWhile(r.all), builder.WithPredicates(predicate.GenerationChangedPredicate{})).
		WithOptions(controller.Options{MaxConcurrentReconciles: options.Concurrency, ReconciliationTimeout: passTimeout}).
		Complete(r)
}

// resting returns the procedures that may rest on a legal document: by their present text or by an accepted one. One that
// says more than that it is in force, as that others are abolished, may concern any.
func (r *Reconciler) resting(ctx context.Context, object client.Object) []reconcile.Request {
	document, ok := object.(*v1alpha1.LegalDocument)
	if !ok {
		return nil
	}
	if len(document.Spec.Catalogue)+len(document.Spec.Abolishes)+len(document.Spec.PrintForms) > 0 {
		return r.all(ctx, object)
	}
	return r.procedures(ctx, func(p *v1alpha1.QualityProcedure) bool {
		return slices.ContainsFunc(p.Spec.LegalBasis, func(b v1alpha1.LegalBasis) bool { return b.Ref == document.Name }) ||
			r.records.rests(client.ObjectKeyFromObject(p), document.Name)
	})
}

// ofNamespace returns all procedures of an object's namespace, and all returns all that there are.
func (r *Reconciler) ofNamespace(ctx context.Context, object client.Object) []reconcile.Request {
	return r.procedures(ctx, anyOf, client.InNamespace(object.GetNamespace()))
}

func (r *Reconciler) all(ctx context.Context, _ client.Object) []reconcile.Request {
	return r.procedures(ctx, anyOf)
}

func anyOf(*v1alpha1.QualityProcedure) bool { return true }

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
