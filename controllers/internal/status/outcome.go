package status

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"chuan.dev/chuan/api/v1alpha1"
)

// Outcome is what a reconciliation came to, from which the kstatus trio is summarised. The zero Outcome says that nothing
// can be said, as after a conflict: the trio and the observed generation stay as they are.
type Outcome struct {
	ready       metav1.ConditionStatus
	reconciling bool
	stalled     bool
	partial     bool
	reason      string
	message     string
}

// Succeeded is the outcome of an object that is what its spec asks for.
func Succeeded(message string) Outcome {
	return Outcome{ready: metav1.ConditionTrue, reason: v1alpha1.ReasonSucceeded, message: message}
}

// Waiting is the outcome of an object that waits for something that will come by itself or by another object.
func Waiting(reason, message string) Outcome {
	return Outcome{ready: metav1.ConditionFalse, reconciling: true, reason: reason, message: message}
}

// Failing is the outcome of a pass that broke off at a call that is tried again. Whether the object is ready is not
// known, and its spec does not count as observed.
func Failing(message string) Outcome {
	return Outcome{
		ready: metav1.ConditionUnknown, reconciling: true, partial: true,
		reason: v1alpha1.ReasonTransientError, message: message,
	}
}

// Stalled is the outcome of an object that no retry can help: the message says what a person has to change.
func Stalled(reason, message string) Outcome {
	return Outcome{ready: metav1.ConditionFalse, stalled: true, reason: reason, message: message}
}

// Suspended is the outcome of an object with spec.suspend: what it asks for is not looked at, and nothing is changed.
func Suspended() Outcome {
	return Outcome{
		ready: metav1.ConditionUnknown, reason: v1alpha1.ReasonSuspended,
		message: "spec.suspend is set: nothing is changed until it is unset",
	}
}

// IsZero says whether the outcome leaves the status as it is.
func (o Outcome) IsZero() bool { return o.ready == "" }

// Observed says whether the pass that came to this outcome took the whole spec into account.
func (o Outcome) Observed() bool { return !o.IsZero() && !o.partial }

// Summarize sets Ready, Reconciling and Stalled from the outcome. Reconciling and Stalled are present only while True.
func (s Setter) Summarize(o Outcome) {
	if o.IsZero() {
		return
	}
	s.set(v1alpha1.ConditionReady, o.ready, o.reason, o.message)
	s.presentWhen(o.reconciling, v1alpha1.ConditionReconciling, o)
	s.presentWhen(o.stalled, v1alpha1.ConditionStalled, o)
}

func (s Setter) presentWhen(present bool, conditionType string, o Outcome) {
	if !present {
		s.Remove(conditionType)
		return
	}
	s.True(conditionType, o.reason, o.message)
}
