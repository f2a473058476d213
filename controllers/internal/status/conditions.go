package status

import (
	"cmp"
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"chuan.dev/chuan/api/v1alpha1"
)

// Setter sets conditions that speak of one generation of an object at one time. It keeps the list sorted: the kstatus
// trio first, the others by name.
type Setter struct {
	conditions *[]metav1.Condition
	generation int64
	now        metav1.Time
}

// NewSetter returns a Setter over the conditions of an object whose spec has the given generation. The time becomes the
// lastTransitionTime of the conditions whose status changes; it is cut to the second that the API keeps.
func NewSetter(fields Fields, generation int64, now time.Time) Setter {
	return Setter{conditions: fields.Conditions, generation: generation, now: metav1.NewTime(now.Truncate(time.Second))}
}

// True says that a condition holds.
func (s Setter) True(conditionType, reason, message string) {
	s.set(conditionType, metav1.ConditionTrue, reason, message)
}

// False says that a condition does not hold.
func (s Setter) False(conditionType, reason, message string) {
	s.set(conditionType, metav1.ConditionFalse, reason, message)
}

// Unknown says that it cannot be told whether a condition holds.
func (s Setter) Unknown(conditionType, reason, message string) {
	s.set(conditionType, metav1.ConditionUnknown, reason, message)
}

// Remove takes a condition away, if it is there.
func (s Setter) Remove(conditionType string) {
	meta.RemoveStatusCondition(s.conditions, conditionType)
}

func (s Setter) set(conditionType string, status metav1.ConditionStatus, reason, message string) {
	meta.SetStatusCondition(s.conditions, metav1.Condition{
		Type:               conditionType,
		Status:             status,
		ObservedGeneration: s.generation,
		LastTransitionTime: s.now,
		Reason:             reason,
		Message:            Message(message),
	})
	slices.SortStableFunc(*s.conditions, Compare)
}

// Compare orders conditions as they are stored: Ready, Reconciling, Stalled, then the others by their type.
func Compare(a, b metav1.Condition) int {
	return cmp.Or(cmp.Compare(rank(a.Type), rank(b.Type)), cmp.Compare(a.Type, b.Type))
}

func rank(conditionType string) int {
	switch conditionType {
	case v1alpha1.ConditionReady:
		return 0
	case v1alpha1.ConditionReconciling:
		return 1
	case v1alpha1.ConditionStalled:
		return 2
	default:
		return 3
	}
}
