package agency

import (
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
	// told are the adoptions that agencies know of.
	told map[string]*adoption
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

// stored says whether a procedure set is there for pods to mount.
func (r *sets) stored(namespace, set string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	d := r.namespaces[namespace]
	return d != nil && d.stored[set]
}

// district returns the memory of a namespace. Only one pass over a namespace runs at a time, so that what it holds needs no
// lock, except for stored, which agencies read.
func (r *sets) district(namespace string) *district {
	r.mu.Lock()
	defer r.mu.Unlock()
	d := r.namespaces[namespace]
	if d == nil {
		d = &district{stored: map[string]bool{}, unused: map[string]time.Time{}}
		r.namespaces[namespace] = d
	}
	return d
}

// Reconcile makes one pass over the procedure sets of a namespace.
func (r *sets) Reconcile(ctx context.Context, request ctrl.Request) (ctrl.Result, error) {
	namespace := request.Name
	d, now := r.district(namespace), r.now()
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
	fresh, err := r.store(ctx, namespace, d, demand, shelf, parts, now)
	collected := []error{err}
	var again time.Duration
	if err == nil {
		again, err = r.prune(ctx, namespace, d, demand, parts, now)
		collected = append(collected, err)
	}
	woken := r.tell(namespace, d, demand, fresh)
	d.rest = now.Add(quietSpacing)
	if len(fresh)+woken > 0 {
		d.rest = now.Add(changeSpacing)
	}
	if len(agencies.Items)+len(parts) == 0 {
		r.leave(namespace)
	}
	return ctrl.Result{RequeueAfter: again}, errors.Join(collected...)
}

// leave drops the memory of a namespace in which there is nothing.
func (r *sets) leave(namespace string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.namespaces, namespace)
}

// demand is what the agencies of a namespace ask for.
type demand struct {
	// adoptions by agency.
	adoptions map[string]*adoption
	// mounted is the set that the pods of an agency mount, by agency.
	mounted map[string]string
	// sets are the members of the sets wanted.
	sets map[string][]string
}

// demandOf works out what the agencies of a namespace ask for. As long as some procedure has not been examined, an agency
// without pods does not count: its set may not be complete.
func demandOf(agencies []v1alpha1.Agency, from *shelf) demand {
	d := demand{adoptions: map[string]*adoption{}, mounted: map[string]string{}, sets: map[string][]string{}}
	for i := range agencies {
		agency := &agencies[i]
		a := adopt(agency, from)
		d.adoptions[agency.Name] = a
		if mounted := agency.Status.ProcedureSet; mounted != "" {
			d.mounted[agency.Name] = mounted
		}
		complete := !a.early || d.mounted[agency.Name] != ""
		if a.set != "" && a.malformed == nil && complete && agency.DeletionTimestamp.IsZero() {
			d.sets[a.set] = a.members
		}
	}
	return d
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

// store applies the sets that are wanted, and returns those that were not stored before.
func (r *sets) store(ctx context.Context, namespace string, d *district, wanted demand, from *shelf,
	parts map[string]*metav1.PartialObjectMetadata, now time.Time,
) (fresh map[string]bool, err error) {
	fresh = map[string]bool{}
	var collected []error
	for _, set := range slices.Sorted(maps.Keys(wanted.sets)) {
		objects, err := workload.ProcedureSet(namespace, set, from.manifests(wanted.sets[set]))
		if err != nil {
			collected = append(collected, err)
			continue
		}
		if err := r.applyParts(ctx, namespace, set, objects, parts, now); err != nil {
			collected = append(collected, err)
			continue
		}
		r.mu.Lock()
		if !d.stored[set] {
			d.stored[set], fresh[set] = true, true
		}
		r.mu.Unlock()
	}
	return fresh, errors.Join(collected...)
}

// applyParts applies the parts of a set in their order. A part that fails stops the rest: see [workload.ProcedureSet].
func (r *sets) applyParts(ctx context.Context, namespace, set string, objects []workload.Object,
	parts map[string]*metav1.PartialObjectMetadata, now time.Time,
) error {
	owner := types.NamespacedName{Namespace: namespace, Name: set}
	for _, object := range objects {
		var live metav1.Object
		if part := parts[object.Name()]; part != nil {
			live = part
		}
		if _, err := r.applier.Apply(ctx, owner, apply.Object(object), live, now); err != nil {
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

// tell wakes the agencies whose adoption is not what they were last told, and those whose set has just been stored and is
// not mounted yet. It returns how many these are. An agency that is met for the first time has a pass coming anyway.
func (r *sets) tell(namespace string, d *district, wanted demand, fresh map[string]bool) int {
	r.mu.Lock()
	wake := r.wake
	r.mu.Unlock()
	woken := 0
	for _, name := range slices.Sorted(maps.Keys(wanted.adoptions)) {
		a, before := wanted.adoptions[name], d.told[name]
		mounted := wanted.mounted[name]
		changed := before != nil && !a.equal(before, mounted != "")
		if changed || (fresh[a.set] && mounted != a.set) {
			wake(types.NamespacedName{Namespace: namespace, Name: name})
			woken++
		}
	}
	d.told = wanted.adoptions
	return woken
}

var configMapKind = corev1.SchemeGroupVersion.WithKind("ConfigMap")
