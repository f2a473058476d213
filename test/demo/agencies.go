package demo

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"chuan.dev/chuan/api/v1alpha1"
)

// Agencies returns the agencies of the demo as the cluster has them.
func (d *Demo) Agencies(ctx context.Context) ([]v1alpha1.Agency, error) {
	text, err := d.Kubectl(ctx, "get", "agencies", "-n", Namespace, "-o", "json")
	if err != nil {
		return nil, err
	}
	var list v1alpha1.AgencyList
	if err := json.Unmarshal([]byte(text), &list); err != nil {
		return nil, fmt.Errorf("read the agencies: %w", err)
	}
	return list.Items, nil
}

// WaitAgenciesReady waits until every agency is Ready and tells how many are.
func (d *Demo) WaitAgenciesReady(ctx context.Context, timeout time.Duration) error {
	deadline := time.Now().Add(timeout)
	told := ""
	for {
		agencies, err := d.Agencies(ctx)
		if err != nil {
			return err
		}
		waiting := notReady(agencies)
		line := fmt.Sprintf("%d/%d communes Ready, %d/%d agencies in all", readyCommunes(agencies), communes(agencies), len(agencies)-len(waiting), len(agencies))
		if line != told {
			d.say("%s", line)
			told = line
		}
		if len(agencies) > 0 && len(waiting) == 0 {
			return nil
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("after %s not every agency is Ready:\n%s", timeout, strings.Join(waiting, "\n"))
		}
		if err := pause(ctx, time.Second); err != nil {
			return err
		}
	}
}

// notReady lists the agencies that are not Ready with what they say.
func notReady(agencies []v1alpha1.Agency) []string {
	var lines []string
	for _, agency := range agencies {
		if ready := condition(agency.Status.Conditions, v1alpha1.ConditionReady); ready.Status != metav1.ConditionTrue || agency.Status.ObservedGeneration != agency.Generation {
			lines = append(lines, fmt.Sprintf("  %s: %s: %s", agency.Name, ready.Reason, ready.Message))
		}
	}
	return lines
}

// condition finds a condition by its type; an absent one is empty.
func condition(conditions []metav1.Condition, name string) metav1.Condition {
	if i := slices.IndexFunc(conditions, func(c metav1.Condition) bool { return c.Type == name }); i >= 0 {
		return conditions[i]
	}
	return metav1.Condition{Type: name, Status: metav1.ConditionUnknown, Reason: "NotReported"}
}

func communes(agencies []v1alpha1.Agency) int {
	count := 0
	for _, agency := range agencies {
		if agency.Spec.Level == v1alpha1.AgencyLevelCommune {
			count++
		}
	}
	return count
}

func readyCommunes(agencies []v1alpha1.Agency) int {
	count := 0
	for _, agency := range agencies {
		if agency.Spec.Level == v1alpha1.AgencyLevelCommune && condition(agency.Status.Conditions, v1alpha1.ConditionReady).Status == metav1.ConditionTrue {
			count++
		}
	}
	return count
}

// pause waits, or stops waiting when the context ends.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
