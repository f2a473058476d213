package agency

import (
	"sync"

	appsv1 "k8s.io/api/apps/v1"
	"k8s.io/apimachinery/pkg/types"

	"chuan.dev/chuan/internal/workload"
)

// rollout bounds how many agencies are unavailable at once because their pods are being replaced. It counts from the
// StatefulSets that the cache reports, so a restarted operator knows as much as the one before it.
type rollout struct {
	percent int

	mu    sync.Mutex
	fleet map[types.NamespacedName]member
	// away is the number of members that are not rolled out.
	away int
}

// member is one agency's service.
type member struct {
	rolledOut bool
	// template is one that was let through and that the cache has not reported yet; empty when there is none.
	template string
}

func newRollout(percent int) *rollout {
	return &rollout{percent: percent, fleet: map[types.NamespacedName]member{}}
}

// mayReplace decides whether the pods of one more agency may be replaced: of a number of agencies with some of them away,
// at most a part may be away, and always one. An agency that is away itself loses nothing.
func mayReplace(away, agencies, percent int, awayItself bool) bool {
	return awayItself || away < max(1, agencies*percent/100)
}

// observe takes note of a StatefulSet that the cache reports.
func (r *rollout) observe(sts *appsv1.StatefulSet) {
	r.mu.Lock()
	defer r.mu.Unlock()
	key := types.NamespacedName{Namespace: sts.Namespace, Name: sts.Name}
	if expected := r.fleet[key].template; expected != "" && sts.Annotations[workload.AnnotationPodTemplate] != expected {
		// The cache has not seen yet what was let through.
		return
	}
	r.put(key, member{rolledOut: rolledOut(sts)})
}

// admit says whether the pods of an agency may be replaced by those of another template now. If so, the agency counts as
// away until the cache reports that they are.
func (r *rollout) admit(key types.NamespacedName, template string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !mayReplace(r.away, len(r.fleet), r.percent, !r.fleet[key].rolledOut) {
		return false
	}
	r.put(key, member{template: template})
	return true
}

// withdraw takes an admission back that was not made use of: the agency is as the cache reported it.
func (r *rollout) withdraw(key types.NamespacedName, sts *appsv1.StatefulSet) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.put(key, member{rolledOut: rolledOut(sts)})
}

// remove drops an agency that is gone.
func (r *rollout) remove(key types.NamespacedName) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if m, found := r.fleet[key]; found && !m.rolledOut {
		r.away--
	}
	delete(r.fleet, key)
}

func (r *rollout) put(key types.NamespacedName, m member) {
	if before, found := r.fleet[key]; found && !before.rolledOut {
		r.away--
	}
	if !m.rolledOut {
		r.away++
	}
	r.fleet[key] = m
}
