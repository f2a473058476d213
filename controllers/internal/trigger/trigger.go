// Package trigger says what makes a controller look at an object again: a change of what it asks for or of a waiver, or a
// person's request; and a resync, in case the news of any was lost. A change of status alone does not.
package trigger

import (
	"maps"
	"strings"

	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/predicate"

	"chuan.dev/chuan/api/v1alpha1"
)

// maxRequest is the length of a handled request that the status keeps.
const maxRequest = 253

// Requested returns the request that an object carries in its requested-at annotation, as the status keeps it once it
// was handled; empty when there is none. Of an overlong one the beginning counts.
func Requested(object client.Object) string {
	request := []rune(object.GetAnnotations()[v1alpha1.AnnotationRequestedAt])
	return string(request[:min(len(request), maxRequest)])
}

// SpecOrRequest passes an object whose spec or waivers have changed or that was given a new request, and every object at a
// resync.
func SpecOrRequest() predicate.Predicate {
	return predicate.Or[client.Object](predicate.GenerationChangedPredicate{}, waiversChanged(), requestChanged(), resynced())
}

// SpecLabelsOrRequest passes, besides, an object whose labels have changed: for kinds whose labels decide something.
func SpecLabelsOrRequest() predicate.Predicate {
	return predicate.Or[client.Object](SpecOrRequest(), predicate.LabelChangedPredicate{})
}

// SpecOrLabels passes an object of another kind, on which one depends, whose spec or labels have changed.
func SpecOrLabels() predicate.Predicate {
	return predicate.Or[client.Object](predicate.GenerationChangedPredicate{}, predicate.LabelChangedPredicate{})
}

// requestChanged passes an object that was given a new request.
func requestChanged() predicate.Predicate {
	return predicate.Funcs{UpdateFunc: func(e event.UpdateEvent) bool {
		if e.ObjectOld == nil || e.ObjectNew == nil {
			return false
		}
		return Requested(e.ObjectOld) != Requested(e.ObjectNew)
	}}
}

// waiversChanged passes an object whose waivers have changed. They are annotations, which no generation counts.
func waiversChanged() predicate.Predicate {
	return predicate.Funcs{UpdateFunc: func(e event.UpdateEvent) bool {
		if e.ObjectOld == nil || e.ObjectNew == nil {
			return false
		}
		return !maps.Equal(waivers(e.ObjectOld), waivers(e.ObjectNew))
	}}
}

func waivers(object client.Object) map[string]string {
	found := map[string]string{}
	for key, value := range object.GetAnnotations() {
		if strings.HasPrefix(key, v1alpha1.AnnotationWaivePrefix) {
			found[key] = value
		}
	}
	return found
}

// resynced passes an object that the cache reports again without a change.
func resynced() predicate.Predicate {
	return predicate.Funcs{UpdateFunc: func(e event.UpdateEvent) bool {
		if e.ObjectOld == nil || e.ObjectNew == nil {
			return false
		}
		return e.ObjectOld.GetResourceVersion() == e.ObjectNew.GetResourceVersion()
	}}
}
