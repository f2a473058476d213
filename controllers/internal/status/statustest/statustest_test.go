package statustest_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/controllers/internal/status"
	"chuan.dev/chuan/controllers/internal/status/statustest"
)

const generation = 2

// condition is one that keeps the contract, unless a test changes it.
func condition(conditionType string, conditionStatus metav1.ConditionStatus, change ...func(*metav1.Condition)) metav1.Condition {
	c := metav1.Condition{
		Type: conditionType, Status: conditionStatus, Reason: "Because", Message: "because", ObservedGeneration: generation,
		LastTransitionTime: metav1.NewTime(time.Date(2026, 6, 15, 1, 0, 0, 0, time.UTC)),
	}
	for _, edit := range change {
		edit(&c)
	}
	return c
}

func TestProblems(t *testing.T) {
	ready := condition("Ready", metav1.ConditionTrue)
	tests := map[string]struct {
		conditions []metav1.Condition
		observed   int64
		want       []string
	}{
		"a ready object":      {[]metav1.Condition{ready, condition("Valid", metav1.ConditionTrue)}, generation, nil},
		"one at work":         {[]metav1.Condition{condition("Ready", metav1.ConditionFalse), condition("Reconciling", metav1.ConditionTrue)}, 1, nil},
		"a stalled one":       {[]metav1.Condition{condition("Ready", metav1.ConditionFalse), condition("Stalled", metav1.ConditionTrue)}, generation, nil},
		"no Ready":            {[]metav1.Condition{condition("Valid", metav1.ConditionTrue)}, generation, []string{"Ready is missing"}},
		"observed the future": {[]metav1.Condition{ready}, 3, []string{"observedGeneration 3 is beyond the generation 2"}},
		"not sorted":          {[]metav1.Condition{condition("Valid", metav1.ConditionTrue), ready}, generation, []string{"conditions are not sorted"}},
		"at work and stalled": {
			[]metav1.Condition{
				condition("Ready", metav1.ConditionFalse), condition("Reconciling", metav1.ConditionTrue), condition("Stalled", metav1.ConditionTrue),
			},
			generation, []string{"Reconciling and Stalled are present together"},
		},
		"ready and at work": {
			[]metav1.Condition{ready, condition("Reconciling", metav1.ConditionTrue)},
			generation, []string{"Ready is True beside Reconciling"},
		},
		"abnormal and present although False": {
			[]metav1.Condition{condition("Ready", metav1.ConditionFalse), condition("Stalled", metav1.ConditionFalse)},
			generation, []string{"Stalled is present and False"},
		},
		"a careless condition": {
			[]metav1.Condition{ready, condition("Valid", metav1.ConditionFalse, func(c *metav1.Condition) {
				c.ObservedGeneration, c.Reason, c.Message = 3, "not a word", ""
				c.LastTransitionTime = metav1.NewTime(c.LastTransitionTime.Add(time.Millisecond))
			})},
			generation, []string{
				"Valid: observedGeneration 3 is beyond the generation 2",
				`Valid: reason "not a word" is not one CamelCase word`,
				"Valid: a message is missing",
				"Valid: lastTransitionTime is finer than the second that the API keeps",
			},
		},
		"a condition without a time and with a long message": {
			[]metav1.Condition{condition("Ready", metav1.ConditionTrue, func(c *metav1.Condition) {
				c.LastTransitionTime, c.Message = metav1.Time{}, strings.Repeat("ế", status.MaxMessage+1)
			})},
			generation, []string{"Ready: the message has more than 1000 characters", "Ready: lastTransitionTime is missing"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			agency := &v1alpha1.Agency{Status: v1alpha1.AgencyStatus{ObservedGeneration: test.observed, Conditions: test.conditions}}
			if diff := cmp.Diff(test.want, statustest.Problems(generation, status.OfAgency(agency))); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
		})
	}
}
