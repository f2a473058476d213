package operator_test

import (
	"slices"
	"strings"
	"testing"
)

// TestManagerRoleIsNarrow: the operator may do what it does and no more. Every test of this package runs with this role, so
// that nothing is missing in it.
func TestManagerRoleIsNarrow(t *testing.T) {
	// An update replaces what the operator has not read in full; the others let it give itself any right.
	forbidden := []string{"update", "escalate", "bind", "impersonate", "deletecollection", "approve", "sign"}
	for i, rule := range managerRole(t).Rules {
		for _, names := range [][]string{rule.APIGroups, rule.Resources, rule.Verbs, rule.NonResourceURLs} {
			for _, name := range names {
				if strings.Contains(name, "*") {
					t.Errorf("rule %d for %v has the wildcard %q", i, rule.Resources, name)
				}
			}
		}
		for _, verb := range rule.Verbs {
			if slices.Contains(forbidden, verb) {
				t.Errorf("rule %d for %v has the verb %s", i, rule.Resources, verb)
			}
		}
		if slices.ContainsFunc(rule.Resources, isSecrets) && !slices.Equal(rule.Verbs, []string{"create"}) {
			t.Errorf("rule %d lets the operator %v secrets, want create and nothing else: evidence keys are never read", i, rule.Verbs)
		}
		if slices.Contains(rule.APIGroups, "rbac.authorization.k8s.io") {
			t.Errorf("rule %d is about %v: the operator gives nobody rights", i, rule.Resources)
		}
	}
}

func isSecrets(resource string) bool {
	return resource == "secrets" || strings.HasPrefix(resource, "secrets/")
}
