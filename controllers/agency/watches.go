package agency

import (
	"context"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/selection"
	"k8s.io/apimachinery/pkg/types"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/predicate"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/controllers/internal/apply"
	"chuan.dev/chuan/controllers/internal/trigger"
)

// The fields by which the cache finds agencies and calendars.
const (
	indexCode   = "agency.spec.code"
	indexParent = "agency.spec.parent.name"
	indexSeries = "spec.calendar.series"
)

// ownedKinds are the kinds that the controllers of this package make, watch and prune.
var ownedKinds = []schema.GroupVersionKind{
	corev1.SchemeGroupVersion.WithKind("ServiceAccount"),
	corev1.SchemeGroupVersion.WithKind("ConfigMap"),
	corev1.SchemeGroupVersion.WithKind("Service"),
	networkingv1.SchemeGroupVersion.WithKind("NetworkPolicy"),
	policyv1.SchemeGroupVersion.WithKind("PodDisruptionBudget"),
	appsv1.SchemeGroupVersion.WithKind("StatefulSet"),
}

// CacheByObject restricts the manager's cache to what these controllers need: of the kinds that they make, the objects that
// an operator of Chuan made; of ControllerRevisions, accepted procedures and not those of StatefulSets.
func CacheByObject() map[client.Object]cache.ByObject {
	made := labels.SelectorFromSet(labels.Set{v1alpha1.LabelManagedBy: v1alpha1.ManagedByValue})
	byObject := map[client.Object]cache.ByObject{
		&appsv1.ControllerRevision{}: {Label: labels.NewSelector().Add(accepted)},
		&appsv1.StatefulSet{}:        {Label: made, Transform: slimStatefulSet},
	}
	for _, kind := range ownedKinds {
		if kind.Kind != "StatefulSet" {
			byObject[metadataOf(kind)] = cache.ByObject{Label: made}
		}
	}
	return byObject
}

// accepted matches the label of recorded revisions of procedures. A label that is there is all it asks for.
var accepted = func() labels.Requirement {
	requirement, err := labels.NewRequirement(v1alpha1.LabelProcedure, selection.Exists, nil)
	if err != nil {
		panic("agency: the label of procedures is not a label: " + err.Error())
	}
	return *requirement
}()

// slimStatefulSet keeps of a StatefulSet what a pass reads: metadata, the number of replicas, the status.
func slimStatefulSet(object any) (any, error) {
	if sts, ok := object.(*appsv1.StatefulSet); ok {
		sts.ManagedFields = nil
		sts.Spec = appsv1.StatefulSetSpec{Replicas: sts.Spec.Replicas}
	}
	return object, nil
}

func metadataOf(kind schema.GroupVersionKind) *metav1.PartialObjectMetadata {
	metadata := &metav1.PartialObjectMetadata{}
	metadata.SetGroupVersionKind(kind)
	return metadata
}

// index tells the cache by which fields it is asked.
func index(ctx context.Context, indexer client.FieldIndexer) error {
	if err := indexer.IndexField(ctx, &v1alpha1.Agency{}, indexCode, codeOf); err != nil {
		return err
	}
	if err := indexer.IndexField(ctx, &v1alpha1.Agency{}, indexParent, parentNameOf); err != nil {
		return err
	}
	if err := indexer.IndexField(ctx, &v1alpha1.Agency{}, indexSeries, seriesFollowed); err != nil {
		return err
	}
	return indexer.IndexField(ctx, &v1alpha1.WorkCalendar{}, indexSeries, seriesOf)
}

func codeOf(object client.Object) []string {
	return []string{object.(*v1alpha1.Agency).Spec.Code}
}

func parentNameOf(object client.Object) []string {
	if parent := parentOf(object.(*v1alpha1.Agency)); parent != "" {
		return []string{parent}
	}
	return nil
}

func seriesFollowed(object client.Object) []string {
	return []string{string(object.(*v1alpha1.Agency).Spec.Calendar.Series)}
}

func seriesOf(object client.Object) []string {
	return []string{string(object.(*v1alpha1.WorkCalendar).Spec.Series)}
}

// ownAgency is the agency for which an object was made.
func ownAgency(object client.Object) types.NamespacedName {
	return types.NamespacedName{Namespace: object.GetNamespace(), Name: object.GetLabels()[v1alpha1.LabelAgency]}
}

// ownSet is the procedure set of which an object is a part.
func ownSet(object client.Object) types.NamespacedName {
	return types.NamespacedName{Namespace: object.GetNamespace(), Name: object.GetLabels()[v1alpha1.LabelProcedureSet]}
}

// agencyChanged passes what a person changes on an agency, and the occasional resync, in case an event was lost.
func agencyChanged() predicate.Predicate {
	return predicate.Or(trigger.SpecLabelsOrRequest(), predicate.Funcs{
		UpdateFunc: func(e event.UpdateEvent) bool {
			return e.ObjectOld.GetResourceVersion() == e.ObjectNew.GetResourceVersion()
		},
	})
}

// familyChanged passes changes that may matter to other agencies: one comes, goes, or gets another parent. Codes do not
// change.
func familyChanged() predicate.Predicate {
	return predicate.Funcs{
		UpdateFunc: func(e event.UpdateEvent) bool {
			return parentOf(e.ObjectOld.(*v1alpha1.Agency)) != parentOf(e.ObjectNew.(*v1alpha1.Agency))
		},
	}
}

// relatives are the agencies to which it matters that an agency has come, gone or moved: all below it, and those with its
// code.
func (r *Reconciler) relatives(ctx context.Context, object client.Object) []ctrl.Request {
	agency := object.(*v1alpha1.Agency)
	found := r.descendants(ctx, client.ObjectKeyFromObject(agency))
	var same v1alpha1.AgencyList
	if r.list(ctx, &same, client.MatchingFields{indexCode: agency.Spec.Code}) {
		for i := range same.Items {
			found[client.ObjectKeyFromObject(&same.Items[i])] = true
		}
	}
	delete(found, client.ObjectKeyFromObject(agency))
	return requests(found)
}

// descendants are the agencies below an agency, at any depth. In a circle the agency is its own descendant.
func (r *Reconciler) descendants(ctx context.Context, agency types.NamespacedName) map[types.NamespacedName]bool {
	found := map[types.NamespacedName]bool{}
	for above := []string{agency.Name}; len(above) > 0; {
		var children v1alpha1.AgencyList
		parent := above[0]
		above = above[1:]
		if !r.list(ctx, &children, client.InNamespace(agency.Namespace), client.MatchingFields{indexParent: parent}) {
			continue
		}
		for i := range children.Items {
			child := client.ObjectKeyFromObject(&children.Items[i])
			if !found[child] {
				found[child] = true
				above = append(above, child.Name)
			}
		}
	}
	return found
}

// followers are the agencies that follow the series of a calendar.
func (r *Reconciler) followers(ctx context.Context, object client.Object) []ctrl.Request {
	series := string(object.(*v1alpha1.WorkCalendar).Spec.Series)
	found := map[types.NamespacedName]bool{}
	var agencies v1alpha1.AgencyList
	if r.list(ctx, &agencies, client.MatchingFields{indexSeries: series}) {
		for i := range agencies.Items {
			found[client.ObjectKeyFromObject(&agencies.Items[i])] = true
		}
	}
	return requests(found)
}

// all are all agencies.
func (r *Reconciler) all(ctx context.Context, _ client.Object) []ctrl.Request {
	found := map[types.NamespacedName]bool{}
	var agencies v1alpha1.AgencyList
	if r.list(ctx, &agencies) {
		for i := range agencies.Items {
			found[client.ObjectKeyFromObject(&agencies.Items[i])] = true
		}
	}
	return requests(found)
}

// catalogueChanged passes what changes of legal documents that say which administrative procedures there are.
func catalogueChanged() predicate.Predicate {
	has := func(object client.Object) bool {
		document, ok := object.(*v1alpha1.LegalDocument)
		return ok && len(document.Spec.Catalogue)+len(document.Spec.Abolishes) > 0
	}
	return predicate.Funcs{
		CreateFunc: func(e event.CreateEvent) bool { return has(e.Object) },
		UpdateFunc: func(e event.UpdateEvent) bool {
			return e.ObjectOld.GetGeneration() != e.ObjectNew.GetGeneration() && (has(e.ObjectOld) || has(e.ObjectNew))
		},
		DeleteFunc: func(e event.DeleteEvent) bool { return has(e.Object) },
	}
}

// list reads agencies from the cache for a mapping from one object to others, which has nowhere to return an error to.
func (r *Reconciler) list(ctx context.Context, into *v1alpha1.AgencyList, options ...client.ListOption) bool {
	if err := r.client.List(ctx, into, append(options, client.UnsafeDisableDeepCopy)...); err != nil {
		ctrl.LoggerFrom(ctx).Error(err, "Could not list agencies to find those that an event concerns")
		return false
	}
	return true
}

func requests(keys map[types.NamespacedName]bool) []ctrl.Request {
	all := make([]ctrl.Request, 0, len(keys))
	for key := range keys {
		all = append(all, ctrl.Request{NamespacedName: key})
	}
	return all
}

// statefulSetNews passes what was not done by this controller, and what the status says of the pods. On the way it keeps
// the count of agencies that are away.
func (r *Reconciler) statefulSetNews() predicate.Predicate {
	news := r.applier.News(appsv1.SchemeGroupVersion.WithKind("StatefulSet").GroupKind(), ownAgency)
	return predicate.Funcs{
		CreateFunc: func(e event.CreateEvent) bool {
			r.rollout.observe(e.Object.(*appsv1.StatefulSet))
			return news.Create(e)
		},
		UpdateFunc: func(e event.UpdateEvent) bool {
			before, after := e.ObjectOld.(*appsv1.StatefulSet), e.ObjectNew.(*appsv1.StatefulSet)
			r.rollout.observe(after)
			return news.Update(e) || podsChanged(before, after)
		},
		DeleteFunc: func(e event.DeleteEvent) bool {
			r.rollout.remove(client.ObjectKeyFromObject(e.Object))
			return news.Delete(e)
		},
	}
}

// podsChanged says whether a status says something else of the pods that a pass would report.
func podsChanged(before, after *appsv1.StatefulSet) bool {
	return before.Status.ReadyReplicas != after.Status.ReadyReplicas ||
		available(before) != available(after) ||
		rolledOut(before) != rolledOut(after)
}

// calendarChanged passes what a person changes on a calendar, and lets go of one that is gone.
func (r *Reconciler) calendarChanged() predicate.Predicate {
	return predicate.And(trigger.SpecOrLabels(), predicate.Funcs{
		DeleteFunc: func(e event.DeleteEvent) bool {
			r.calendars.drop(e.Object.GetName())
			return true
		},
	})
}

// demandChanged passes changes of an agency that may change which procedure sets are needed.
func demandChanged() predicate.Predicate {
	return predicate.Or(trigger.SpecOrLabels(), predicate.Funcs{
		UpdateFunc: func(e event.UpdateEvent) bool {
			before := e.ObjectOld.(*v1alpha1.Agency).Status.ProcedureSet
			return before != "" && before != e.ObjectNew.(*v1alpha1.Agency).Status.ProcedureSet
		},
	})
}

// becameExamined passes procedures that come, go, or have been looked at for the first time.
func becameExamined() predicate.Predicate {
	return predicate.Funcs{
		UpdateFunc: func(e event.UpdateEvent) bool {
			return examined(e.ObjectOld.(*v1alpha1.QualityProcedure)) != examined(e.ObjectNew.(*v1alpha1.QualityProcedure))
		},
	}
}

// namespaceOf asks for a pass over the procedure sets of an object's namespace.
func namespaceOf(_ context.Context, object client.Object) []ctrl.Request {
	return []ctrl.Request{{NamespacedName: types.NamespacedName{Name: object.GetNamespace()}}}
}

// shelved is namespaceOf for objects from which the library is read.
func (r *sets) shelved(ctx context.Context, object client.Object) []ctrl.Request {
	r.library.outdated(object.GetNamespace())
	return namespaceOf(ctx, object)
}

// partNews passes parts of procedure sets that someone else has changed.
func (r *sets) partNews() predicate.Predicate {
	isPart := predicate.NewPredicateFuncs(func(object client.Object) bool {
		return object.GetLabels()[v1alpha1.LabelProcedureSet] != ""
	})
	return predicate.And(isPart, r.applier.News(configMapKind.GroupKind(), ownSet))
}

// agencyNews passes objects made for an agency that someone else has changed.
func agencyNews(applier *apply.Applier, kind schema.GroupVersionKind) predicate.Predicate {
	isAgencys := predicate.NewPredicateFuncs(func(object client.Object) bool {
		return object.GetLabels()[v1alpha1.LabelAgency] != ""
	})
	return predicate.And(isAgencys, applier.News(kind.GroupKind(), ownAgency))
}
