package operator_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	eventsv1 "k8s.io/api/events/v1"
	networkingv1 "k8s.io/api/networking/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/calendar"
	"chuan.dev/chuan/internal/manifest"
)

// world is a namespace with what a test puts into it.
type world struct {
	t         *testing.T
	client    client.Client
	namespace string
}

// newWorld makes a namespace. When the test ends, what is in it is removed, so that the operators of other tests have
// nothing to do with it: agencies meet across namespaces.
func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, client: env.Client(t), namespace: env.Namespace(t)}
	t.Cleanup(func() {
		for _, kind := range namespacedKinds() {
			// The test's own context has ended by now.
			if err := w.client.DeleteAllOf(context.WithoutCancel(t.Context()), kind, client.InNamespace(w.namespace)); err != nil {
				t.Errorf("remove every %T: %v", kind, err)
			}
		}
	})
	return w
}

// namespacedKinds are the kinds that a test or the operator makes in a namespace, those first on which the operator acts.
func namespacedKinds() []client.Object {
	return []client.Object{
		&v1alpha1.AuditPlan{}, &v1alpha1.Agency{}, &v1alpha1.QualityProcedure{},
		&appsv1.StatefulSet{}, &appsv1.ControllerRevision{}, &networkingv1.NetworkPolicy{},
		&corev1.Service{}, &corev1.ServiceAccount{}, &corev1.ConfigMap{}, &corev1.Secret{}, &eventsv1.Event{},
	}
}

// create makes objects, those that have a namespace in the test's own. What has none is removed when the test ends.
func (w *world) create(objects ...client.Object) {
	w.t.Helper()
	for _, object := range objects {
		switch object.(type) {
		case *v1alpha1.WorkCalendar, *v1alpha1.LegalDocument:
			w.t.Cleanup(func() { w.delete(object) })
		default:
			object.SetNamespace(w.namespace)
		}
		if err := w.client.Create(w.t.Context(), object); err != nil {
			w.t.Fatalf("create %T %s: %v", object, object.GetName(), err)
		}
	}
}

// delete removes an object, if it is there.
func (w *world) delete(object client.Object) {
	w.t.Helper()
	if err := w.client.Delete(context.WithoutCancel(w.t.Context()), object); err != nil && !apierrors.IsNotFound(err) {
		w.t.Errorf("delete %T %s: %v", object, object.GetName(), err)
	}
}

// change changes an object as a person would, and returns it.
func change[T client.Object](w *world, object T, edit func(T)) T {
	w.t.Helper()
	original := w.read(object).DeepCopyObject().(client.Object)
	edit(object)
	if err := w.client.Patch(w.t.Context(), object, client.MergeFrom(original)); err != nil {
		w.t.Fatalf("change %T %s: %v", object, object.GetName(), err)
	}
	return object
}

// read brings an object up to date with the API server.
func (w *world) read(object client.Object) client.Object {
	w.t.Helper()
	object.SetNamespace(w.namespace)
	if err := w.client.Get(w.t.Context(), client.ObjectKeyFromObject(object), object); err != nil {
		w.t.Fatalf("read %T %s: %v", object, object.GetName(), err)
	}
	return object
}

// populate puts the district of the examples into the world, with calendars for the years around the present one.
func (w *world) populate() {
	w.t.Helper()
	set, problems := manifest.Load(os.DirFS(filepath.Join("..", "..", "..", "examples", "dien-bien")))
	if blocking := manifest.Blocking(problems); len(blocking) > 0 {
		w.t.Fatalf("the examples have problems: %v", blocking)
	}
	w.create(calendars("vn")...)
	for _, o := range set.LegalDocuments {
		w.create(o.Value)
	}
	for _, o := range set.Agencies {
		w.create(o.Value)
	}
	for _, o := range set.Procedures {
		w.create(o.Value)
	}
	for _, o := range set.AuditPlans {
		w.create(o.Value)
	}
}

// runPods says of every StatefulSet that its pods are ready, as a cluster would after a time.
func (w *world) runPods() {
	w.t.Helper()
	var all appsv1.StatefulSetList
	w.list(&all)
	for i := range all.Items {
		sts := &all.Items[i]
		running := appsv1.StatefulSetStatus{
			ObservedGeneration: sts.Generation, Replicas: 1, ReadyReplicas: 1, AvailableReplicas: 1, CurrentReplicas: 1, UpdatedReplicas: 1,
		}
		if sts.Status.ObservedGeneration == sts.Generation && sts.Status.AvailableReplicas == 1 {
			continue
		}
		sts.Status = running
		if err := w.client.Status().Update(w.t.Context(), sts); err != nil && !apierrors.IsConflict(err) {
			w.t.Fatalf("say that the pods of %s are ready: %v", sts.Name, err)
		}
	}
}

func (w *world) list(into client.ObjectList) {
	w.t.Helper()
	if err := w.client.List(w.t.Context(), into, client.InNamespace(w.namespace)); err != nil {
		w.t.Fatalf("list %T: %v", into, err)
	}
}

// awaitReady waits until everything in the world is ready, and lets pods run meanwhile.
func (w *world) awaitReady() {
	w.t.Helper()
	eventually(w.t, "every agency, procedure and plan is Ready", func() (bool, string) {
		w.runPods()
		var waiting []string
		note := func(object client.Object, conditions []metav1.Condition) {
			ready := meta.FindStatusCondition(conditions, v1alpha1.ConditionReady)
			if ready == nil || ready.Status != metav1.ConditionTrue || ready.ObservedGeneration != object.GetGeneration() {
				waiting = append(waiting, fmt.Sprintf("%s: %s", object.GetName(), describe(ready)))
			}
		}
		var agencies v1alpha1.AgencyList
		w.list(&agencies)
		for i := range agencies.Items {
			note(&agencies.Items[i], agencies.Items[i].Status.Conditions)
		}
		var procedures v1alpha1.QualityProcedureList
		w.list(&procedures)
		for i := range procedures.Items {
			note(&procedures.Items[i], procedures.Items[i].Status.Conditions)
		}
		var plans v1alpha1.AuditPlanList
		w.list(&plans)
		for i := range plans.Items {
			note(&plans.Items[i], plans.Items[i].Status.Conditions)
		}
		return len(waiting) == 0 && len(agencies.Items) > 0, strings.Join(waiting, "\n")
	})
}

// versions returns the resourceVersion of every object in the world and of those that have no namespace, by kind and name.
func (w *world) versions() map[string]string {
	w.t.Helper()
	all := map[string]string{}
	for _, kind := range append(namespacedKinds(), &v1alpha1.WorkCalendar{}, &v1alpha1.LegalDocument{}) {
		gvk, err := w.client.GroupVersionKindFor(kind)
		if err != nil {
			w.t.Fatal(err)
		}
		list := &metav1.PartialObjectMetadataList{}
		list.SetGroupVersionKind(gvk.GroupVersion().WithKind(gvk.Kind + "List"))
		w.list(list)
		for i := range list.Items {
			all[gvk.Kind+" "+list.Items[i].Name] = string(list.Items[i].UID) + " " + list.Items[i].ResourceVersion
		}
	}
	return all
}

// describe writes a condition as "Status Reason: message".
func describe(c *metav1.Condition) string {
	if c == nil {
		return "absent"
	}
	return fmt.Sprintf("%s %s: %s", c.Status, c.Reason, c.Message)
}

// calendars returns the calendars of a series for the year before the present one, that year and the two after it, so that
// the tests hold in every year and on its last day.
func calendars(series v1alpha1.ID) []client.Object {
	zone, err := calendar.LoadZone("")
	if err != nil {
		panic(err)
	}
	var all []client.Object
	for offset := range 4 {
		all = append(all, workCalendar(series, time.Now().In(zone).Year()-1+offset))
	}
	return all
}

func workCalendar(series v1alpha1.ID, year int) *v1alpha1.WorkCalendar {
	return &v1alpha1.WorkCalendar{
		ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("%s-%d", strings.ToLower(string(series)), year)},
		Spec: v1alpha1.WorkCalendarSpec{
			Series: series, Year: int32(year), Standing: v1alpha1.CalendarProvisional,
			WorkingHours: []v1alpha1.WeeklyHours{{
				Days:    []v1alpha1.Weekday{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday"},
				Periods: []v1alpha1.Period{{From: "07:30", To: "11:30"}, {From: "13:30", To: "17:30"}},
			}},
		},
	}
}
