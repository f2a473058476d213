// Package events tells people what happened to an object. Events are not written where things happen: they are read off
// the difference between the conditions before and after a reconciliation, so that one is made for each change and none
// for each pass.
package events

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"chuan.dev/chuan/api/v1alpha1"
)

// maxNote is the length of a note in bytes that the events API accepts.
const maxNote = 1024

// Action is what the controller was doing, as every event says.
const Action = "Reconcile"

// Recorder records events; the recorder of a manager is one.
type Recorder interface {
	Eventf(regarding, related runtime.Object, eventType, reason, action, note string, args ...any)
}

// Event is something worth telling.
type Event struct {
	// Type is Normal or Warning.
	Type string
	// Reason is the reason of the condition that changed.
	Reason string
	// Note is the message of that condition.
	Note string
}

// Between returns what is worth telling about a change of conditions: that the object has become ready, that it is no
// longer ready or stays so for another reason, that it stalls, that a call keeps failing, that it was suspended. Progress
// that comes and goes by itself is not.
func Between(before, after []metav1.Condition) []Event {
	if stalled := meta.FindStatusCondition(after, v1alpha1.ConditionStalled); stalled != nil {
		if same(stalled, meta.FindStatusCondition(before, v1alpha1.ConditionStalled)) {
			return nil
		}
		return []Event{newEvent(corev1.EventTypeWarning, stalled)}
	}
	ready := meta.FindStatusCondition(after, v1alpha1.ConditionReady)
	if ready == nil || same(ready, meta.FindStatusCondition(before, v1alpha1.ConditionReady)) {
		return nil
	}
	switch {
	case ready.Status == metav1.ConditionTrue, ready.Reason == v1alpha1.ReasonSuspended:
		return []Event{newEvent(corev1.EventTypeNormal, ready)}
	case ready.Reason == v1alpha1.ReasonProgressing:
		return nil
	default:
		return []Event{newEvent(corev1.EventTypeWarning, ready)}
	}
}

// Emit records events about an object.
func Emit(recorder Recorder, object runtime.Object, all []Event) {
	for _, event := range all {
		recorder.Eventf(object, nil, event.Type, event.Reason, Action, "%s", event.Note)
	}
}

func same(a, b *metav1.Condition) bool {
	return b != nil && a.Status == b.Status && a.Reason == b.Reason
}

func newEvent(eventType string, condition *metav1.Condition) Event {
	return Event{Type: eventType, Reason: condition.Reason, Note: cut(condition.Message)}
}

// cut shortens a note to what the API accepts, without splitting a character.
func cut(note string) string {
	if len(note) <= maxNote {
		return note
	}
	const ellipsis = "…"
	end := 0
	for position := range note {
		if position > maxNote-len(ellipsis) {
			break
		}
		end = position
	}
	return note[:end] + ellipsis
}
