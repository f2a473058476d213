// Package statustest checks, in tests, that an object keeps the status contract, so that kubectl wait, Flux, Argo CD and
// every other reader of kstatus understand it.
package statustest

import (
	"fmt"
	"regexp"
	"slices"
	"testing"
	"unicode/utf8"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/controllers/internal/status"
)

// reason is the form of a reason that the API accepts and our reference documents: one CamelCase word.
var reason = regexp.MustCompile(`^[A-Z][A-Za-z0-9]*$`)

// Check fails a test when a reconciled object breaks the status contract.
func Check(t testing.TB, object client.Object, fields status.Fields) {
	t.Helper()
	for _, problem := range Problems(object.GetGeneration(), fields) {
		t.Errorf("status of %s: %s", object.GetName(), problem)
	}
}

// Problems returns where the status of an object of the given generation breaks the contract, in a fixed order.
func Problems(generation int64, fields status.Fields) []string {
	conditions := *fields.Conditions
	problems := trioProblems(conditions)
	if observed := *fields.ObservedGeneration; observed > generation {
		problems = append(problems, fmt.Sprintf("observedGeneration %d is beyond the generation %d", observed, generation))
	}
	if !slices.IsSortedFunc(conditions, status.Compare) {
		problems = append(problems, "conditions are not sorted")
	}
	for i := range conditions {
		problems = append(problems, conditionProblems(generation, &conditions[i])...)
	}
	return problems
}

func trioProblems(conditions []metav1.Condition) []string {
	var problems []string
	ready := meta.FindStatusCondition(conditions, v1alpha1.ConditionReady)
	reconciling := meta.FindStatusCondition(conditions, v1alpha1.ConditionReconciling)
	stalled := meta.FindStatusCondition(conditions, v1alpha1.ConditionStalled)
	if ready == nil {
		return []string{"Ready is missing"}
	}
	if reconciling != nil && stalled != nil {
		problems = append(problems, "Reconciling and Stalled are present together")
	}
	for _, abnormal := range []*metav1.Condition{reconciling, stalled} {
		if abnormal == nil {
			continue
		}
		if abnormal.Status != metav1.ConditionTrue {
			problems = append(problems, fmt.Sprintf("%s is present and %s", abnormal.Type, abnormal.Status))
		}
		if ready.Status == metav1.ConditionTrue {
			problems = append(problems, "Ready is True beside "+abnormal.Type)
		}
	}
	return problems
}

func conditionProblems(generation int64, condition *metav1.Condition) []string {
	var problems []string
	report := func(format string, args ...any) {
		problems = append(problems, condition.Type+": "+fmt.Sprintf(format, args...))
	}
	if condition.ObservedGeneration > generation {
		report("observedGeneration %d is beyond the generation %d", condition.ObservedGeneration, generation)
	}
	if !reason.MatchString(condition.Reason) {
		report("reason %q is not one CamelCase word", condition.Reason)
	}
	if condition.Status != metav1.ConditionTrue && condition.Message == "" {
		report("a message is missing")
	}
	if utf8.RuneCountInString(condition.Message) > status.MaxMessage {
		report("the message has more than %d characters", status.MaxMessage)
	}
	if condition.LastTransitionTime.IsZero() {
		report("lastTransitionTime is missing")
	}
	if condition.LastTransitionTime.Nanosecond() != 0 {
		report("lastTransitionTime is finer than the second that the API keeps")
	}
	return problems
}
