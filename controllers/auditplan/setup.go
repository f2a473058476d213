package auditplan

import (
	"context"
	"slices"

	"k8s.io/apimachinery/pkg/labels"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/controllers/internal/trigger"
	"chuan.dev/chuan/internal/audit"
)

// Setup adds the controller of audit plans to a manager.
func Setup(manager ctrl.Manager, options Options) error {
	options = options.withDefaults()
	r := newReconciler(manager.GetClient(), manager.GetEventRecorder(FieldOwner), options)
	return ctrl.NewControllerManagedBy(manager).
		Named("auditplan").
		For(&v1alpha1.AuditPlan{}, builder.WithPredicates(trigger.SpecOrRequest())).
		Watches(&v1alpha1.Agency{}, trigger.AfterAWhile(r.plansOfAgency), builder.WithPredicates(trigger.SpecOrLabels())).
		Watches(&v1alpha1.QualityProcedure{}, trigger.AfterAWhile(r.plansOfNamespace), builder.WithPredicates(trigger.SpecOrLabels())).
		Watches(&v1alpha1.WorkCalendar{}, handler.EnqueueRequestsFromMapFunc(r.plansOfCalendar),
			builder.WithPredicates(predicate.GenerationChangedPredicate{})).
		WithOptions(controller.Options{MaxConcurrentReconciles: options.Concurrency}).
		Complete(r)
}

// plansOfAgency returns the plans that name or select an agency, as an auditee or for a member of the team. Of an agency whose labels have changed it is asked twice,
// with the labels before and after.
func (r *Reconciler) plansOfAgency(ctx context.Context, agency client.Object) []reconcile.Request {
	return r.plans(ctx, func(plan *v1alpha1.AuditPlan) bool {
		isTeams := func(m v1alpha1.AuditTeamMember) bool {
			return m.Agency == agency.GetName() || slices.Contains(m.MayNotAudit, agency.GetName())
		}
		if slices.Contains(plan.Spec.Auditees.Names, agency.GetName()) || slices.ContainsFunc(plan.Spec.Team, isTeams) {
			return true
		}
		selector, err := selectorOf(&plan.Spec.Auditees)
		return err == nil && selector.Matches(labels.Set(agency.GetLabels()))
	}, client.InNamespace(agency.GetNamespace()))
}

// plansOfNamespace returns the plans of a procedure's namespace: any of their auditees may adopt it.
func (r *Reconciler) plansOfNamespace(ctx context.Context, object client.Object) []reconcile.Request {
	return r.plans(ctx, func(*v1alpha1.AuditPlan) bool { return true }, client.InNamespace(object.GetNamespace()))
}

// plansOfCalendar returns the plans whose schedule is computed with the series of a calendar.
func (r *Reconciler) plansOfCalendar(ctx context.Context, object client.Object) []reconcile.Request {
	workCalendar, ok := object.(*v1alpha1.WorkCalendar)
	if !ok {
		return nil
	}
	return r.plans(ctx, func(plan *v1alpha1.AuditPlan) bool {
		schedule := &plan.Spec.Schedule
		return audit.NeedsCalendar(schedule) && schedule.Calendar == workCalendar.Spec.Series
	})
}

// plans returns a request for every plan that a condition holds for. It reads from the cache; were that to fail, the plans
// would be looked at again at the next resync.
func (r *Reconciler) plans(
	ctx context.Context, concerned func(*v1alpha1.AuditPlan) bool, options ...client.ListOption,
) []reconcile.Request {
	var all v1alpha1.AuditPlanList
	if err := r.client.List(ctx, &all, append(options, client.UnsafeDisableDeepCopy)...); err != nil {
		ctrl.LoggerFrom(ctx).Error(err, "Cannot find the audit plans that a change concerns")
		return nil
	}
	var requests []reconcile.Request
	for i := range all.Items {
		if plan := &all.Items[i]; concerned(plan) {
			requests = append(requests, reconcile.Request{NamespacedName: client.ObjectKeyFromObject(plan)})
		}
	}
	return requests
}
