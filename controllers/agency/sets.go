package agency

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/controllers/internal/apply"
	rules "chuan.dev/chuan/internal/agency"
	"chuan.dev/chuan/internal/calendar"
	"chuan.dev/chuan/internal/rule"
	"chuan.dev/chuan/internal/workload"
)

// The least time between two passes over a namespace: after one that changed something, so that a commit with a hundred
// procedures is a few passes and not a hundred, and after one that did not.
const (
	changeSpacing = time.Second
	quietSpacing  = 200 * time.Millisecond
)

// pruneGrace is how long a set stays after it was last found in use. Pods that have just been told to mount it, or are being
// replaced, may not show in the cache yet.
const pruneGrace = time.Minute

// sets stores the procedure sets of a namespace and deletes those that nobody wants or mounts. A request is a namespace.
//
// It works out what every agency adopts, and wakes those whose adoption has changed or whose set has just been stored.
// Agencies are not woken by a new revision of a procedure that they adopt already: the set is all that changes.
type sets struct {
	client  client.Client
	now     func() time.Time
	library *library
	applier *apply.Applier

	mu sync.Mutex
	// wake queues an agency for a pass.
	wake       func(types.NamespacedName)
	namespaces map[string]*district
}

// district is what is remembered of a namespace.
type district struct {
	// rest is until when there is no further pass.
	rest time.Time
	// unused are the sets that nobody wants or mounts, with the time at which they were first found so.
	unused map[string]time.Time
	// stored are the sets that are stored and up to date.
	stored map[string]bool
	// awaited are the agencies whose pods wait for a set to be stored, by set.
	awaited map[string]map[string]bool
	// overtaken says that someone changed a part while this pass applied it.
	overtaken bool
	// known are the adoptions that the last passes over agencies went by.
	known map[string]*adoption
	// crossing are the findings on agencies beside one another, by agency; nil before the first pass. Curious are the agencies
	// that have asked before that.
	crossing map[string][]rule.Finding
	curious  map[string]bool
}

func newSets(c client.Client, now func() time.Time) *sets {
	return &sets{
		client:     c,
		now:        now,
		library:    newLibrary(c, now),
		applier:    apply.New(c, ProcedureSetFieldOwner),
		wake:       func(types.NamespacedName) {},
		namespaces: map[string]*district{},
	}
}

// setWake says how to queue an agency for a pass.
func (r *sets) setWake(wake func(types.NamespacedName)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.wake = wake
}

// stored says whether a procedure set is there for the pods of an agency to mount. If it is not, the agency is woken when
// it is.
func (r *sets) stored(agency types.NamespacedName, set string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	d := r.district(agency.Namespace)
	if d.stored[set] {
		return true
	}
	if d.awaited[set] == nil {
		d.awaited[set] = map[string]bool{}
	}
	d.awaited[set][agency.Name] = true
	return false
}

// knows takes note of the adoption that a pass over an agency goes by. The agency is woken when it is another one.
func (r *sets) knows(agency types.NamespacedName, a *adoption) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.district(agency.Namespace).known[agency.Name] = a
}

// crossingOf returns the findings on an agency beside the others of its namespace, as of the last pass over that. Before the
// first one nothing is known; a curious agency is woken when it is.
func (r *sets) crossingOf(agency types.NamespacedName, curious bool) (found []rule.Finding, known bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	d := r.district(agency.Namespace)
	if d.crossing == nil {
		if curious {
			d.curious[agency.Name] = true
		}
		return nil, false
	}
	return d.crossing[agency.Name], true
}

// crossingOf looks at the agencies of a namespace beside one another.
func crossingOf(agencies []v1alpha1.Agency, today calendar.Day) map[string][]rule.Finding {
	all := make([]*v1alpha1.Agency, 0, len(agencies))
	for i := range agencies {
		if agencies[i].DeletionTimestamp.IsZero() {
			all = append(all, &agencies[i])
		}
	}
	slices.SortFunc(all, func(a, b *v1alpha1.Agency) int { return cmp.Compare(a.Name, b.Name) })
	found := map[string][]rule.Finding{}
	for i, of := range rules.CheckAll(all, today) {
		found[all[i].Name] = of
	}
	return found
}

// forget drops what is remembered of an agency that is gone.
func (r *sets) forget(agency types.NamespacedName) {
	r.mu.Lock()
	defer r.mu.Unlock()
	d := r.namespaces[agency.Namespace]
	if d == nil {
		return
	}
	delete(d.known, agency.Name)
	delete(d.curious, agency.Name)
	for _, agencies := range d.awaited {
		delete(agencies, agency.Name)
	}
}

// district returns the memory of a namespace. The lock must be held, by the caller and for the maps that agencies read and
// write; the rest belongs to the one pass over the namespace that runs at a time.
func (r *sets) district(namespace string) *district {
	d := r.namespaces[namespace]
	if d == nil {
		d = &district{
			stored: map[string]bool{}, awaited: map[string]map[string]bool{},
			known: map[string]*adoption{}, unused: map[string]time.Time{}, curious: map[string]bool{},
		}
		r.namespaces[namespace] = d
	}
	return d
}

// Reconcile makes one pass over the procedure sets of a namespace.
func (r *sets) Reconcile(ctx context.Context, request ctrl.Request) (ctrl.Result, error) {
	namespace := request.Name
	r.mu.Lock()
	d := r.district(namespace)
	r.mu.Unlock()
	now := r.now()
	if early := d.rest.Sub(now); early > 0 {
		return ctrl.Result{RequeueAfter: early}, nil
	}
	shelf, err := r.library.shelf(ctx, namespace)
	if err != nil {
		return ctrl.Result{}, err
	}
	var agencies v1alpha1.AgencyList
	if err := r.client.List(ctx, &agencies, client.InNamespace(namespace), client.UnsafeDisableDeepCopy); err != nil {
		return ctrl.Result{}, fmt.Errorf("list the agencies of namespace %s: %w", namespace, err)
	}
	parts, err := r.parts(ctx, namespace)
	if err != nil {
		return ctrl.Result{}, err
	}
	demand := demandOf(agencies.Items, shelf)
	d.overtaken = false
	stored, err := r.store(ctx, namespace, d, demand, shelf, parts, now)
	collected := []error{err}
	var again time.Duration
	if err == nil {
		again, err = r.prune(ctx, namespace, d, demand, parts, now)
		collected = append(collected, err)
	}
	crossing := crossingOf(agencies.Items, calendar.DayOf(now, defaultZone))
	woken := r.tell(namespace, d, demand, crossing)
	d.rest = now.Add(quietSpacing)
	if stored || woken {
		d.rest = now.Add(changeSpacing)
	}
	if len(agencies.Items)+len(parts) == 0 {
		r.leave(namespace)
	}
	if d.overtaken {
		again = quietSpacing
	}
	return ctrl.Result{RequeueAfter: again}, errors.Join(collected...)
}

// leave drops the memory of a namespace in which there is nothing.
func (r *sets) leave(namespace string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.namespaces, namespace)
}

// parts returns the ConfigMaps of procedure sets in a namespace, by name, as the cache has them.
func (r *sets) parts(ctx context.Context, namespace string) (map[string]*metav1.PartialObjectMetadata, error) {
	var list metav1.PartialObjectMetadataList
	list.SetGroupVersionKind(configMapKind.GroupVersion().WithKind("ConfigMapList"))
	err := r.client.List(ctx, &list, client.InNamespace(namespace),
		client.HasLabels{v1alpha1.LabelProcedureSet}, client.UnsafeDisableDeepCopy)
	if err != nil {
		return nil, fmt.Errorf("list the procedure sets of namespace %s: %w", namespace, err)
	}
	parts := make(map[string]*metav1.PartialObjectMetadata, len(list.Items))
	for i := range list.Items {
		parts[list.Items[i].Name] = &list.Items[i]
	}
	return parts, nil
}

// store applies the sets that are wanted. It says whether one was stored that was not before.
func (r *sets) store(ctx context.Context, namespace string, d *district, wanted demand, from *shelf,
	parts map[string]*metav1.PartialObjectMetadata, now time.Time,
) (fresh bool, err error) {
	var collected []error
	for _, set := range slices.Sorted(maps.Keys(wanted.sets)) {
		objects, err := workload.ProcedureSet(namespace, set, from.manifests(wanted.sets[set]))
		if err != nil {
			collected = append(collected, err)
			continue
		}
		if err := r.applyParts(ctx, namespace, set, d, objects, parts, now); err != nil {
			collected = append(collected, err)
			continue
		}
		r.mu.Lock()
		fresh = fresh || !d.stored[set]
		d.stored[set] = true
		r.mu.Unlock()
	}
	return fresh, errors.Join(collected...)
}

// applyParts applies the parts of a set in their order. A part that fails stops the rest: see [workload.ProcedureSet].
func (r *sets) applyParts(ctx context.Context, namespace, set string, d *district, objects []workload.Object,
	parts map[string]*metav1.PartialObjectMetadata, now time.Time,
) error {
	owner := types.NamespacedName{Namespace: namespace, Name: set}
	for _, object := range objects {
		var live metav1.Object
		if part := parts[object.Name()]; part != nil {
			live = part
		}
		applied, err := r.applier.Apply(ctx, owner, apply.Object(object), live, now)
		d.overtaken = d.overtaken || applied.Overtaken
		if err != nil {
			return err
		}
	}
	for part := len(objects); part < workload.MaxParts; part++ {
		if surplus := parts[workload.PartName(set, part)]; surplus != nil {
			if err := r.delete(ctx, surplus); err != nil {
				return err
			}
		}
	}
	return nil
}

// prune deletes the sets that no agency has wanted and no pod has mounted for some time. It returns when the next one may
// be due, or 0.
func (r *sets) prune(ctx context.Context, namespace string, d *district, wanted demand,
	parts map[string]*metav1.PartialObjectMetadata, now time.Time,
) (again time.Duration, err error) {
	used := map[string]bool{}
	for _, set := range wanted.mounted {
		used[set] = true
	}
	for set := range wanted.sets {
		used[set] = true
	}
	present := map[string]bool{}
	for _, name := range slices.Sorted(maps.Keys(parts)) {
		set := parts[name].Labels[v1alpha1.LabelProcedureSet]
		present[set] = true
		if used[set] {
			continue
		}
		if d.unused[set].IsZero() {
			d.unused[set] = now
		}
		if left := pruneGrace - now.Sub(d.unused[set]); left > 0 {
			again = sooner(again, left)
			continue
		}
		r.unstore(d, set)
		if err := r.delete(ctx, parts[name]); err != nil {
			return again, err
		}
		r.applier.Forget(types.NamespacedName{Namespace: namespace, Name: set})
	}
	maps.DeleteFunc(d.unused, func(set string, _ time.Time) bool { return used[set] || !present[set] })
	return again, nil
}

func (r *sets) unstore(d *district, set string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(d.stored, set)
}

// sooner returns the shorter of two times, where 0 means never.
func sooner(a, b time.Duration) time.Duration {
	if a == 0 {
		return b
	}
	return min(a, b)
}

func (r *sets) delete(ctx context.Context, part *metav1.PartialObjectMetadata) error {
	uid := part.UID
	object := &metav1.PartialObjectMetadata{ObjectMeta: metav1.ObjectMeta{Namespace: part.Namespace, Name: part.Name}}
	object.SetGroupVersionKind(configMapKind)
	err := r.client.Delete(ctx, object, client.Preconditions{UID: &uid})
	if err == nil || apierrors.IsNotFound(err) || apierrors.IsConflict(err) {
		return nil
	}
	return fmt.Errorf("delete ConfigMap %s, a part of an unused procedure set: %w", part.Name, err)
}

// tell wakes the agencies whose last pass went by another adoption, those of which something else is found among the others,
// and those whose pods have waited for a set that is stored by now. It says whether there were any. An agency without a pass so far has one coming.
func (r *sets) tell(namespace string, d *district, wanted demand, crossing map[string][]rule.Finding) bool {
	r.mu.Lock()
	wake, names := r.wake, map[string]bool{}
	for name, a := range wanted.adoptions {
		if known := d.known[name]; known != nil && !a.equal(known, wanted.mounted[name] != "") {
			names[name] = true
		}
	}
	for name := range wanted.adoptions {
		if d.known[name] != nil && !slices.Equal(crossing[name], d.crossing[name]) {
			names[name] = true
		}
	}
	maps.Copy(names, d.curious)
	clear(d.curious)
	d.crossing = crossing
	for set, agencies := range d.awaited {
		if d.stored[set] {
			maps.Copy(names, agencies)
			delete(d.awaited, set)
		}
	}
	r.mu.Unlock()
	for _, name := range slices.Sorted(maps.Keys(names)) {
		wake(types.NamespacedName{Namespace: namespace, Name: name})
	}
	return len(names) > 0
}

var configMapKind = corev1.SchemeGroupVersion.WithKind("ConfigMap")
