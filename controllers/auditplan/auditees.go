package auditplan

import (
	"context"
	"errors"
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/controllers/internal/errclass"
	"chuan.dev/chuan/controllers/internal/status"
)

// mostNamed is the number of missing auditees that a message names.
const mostNamed = 5

// resolveAuditees finds the agencies that the plan covers: those it names and those it selects.
func (r *Reconciler) resolveAuditees(ctx context.Context, s *scope) error {
	auditees := &s.before.Spec.Auditees
	selector, err := selectorOf(auditees)
	if err != nil {
		return errclass.NewTerminal(v1alpha1.ReasonInvalidSpec, err)
	}
	var agencies v1alpha1.AgencyList
	err = r.client.List(ctx, &agencies, client.InNamespace(s.before.Namespace), client.UnsafeDisableDeepCopy)
	if err != nil {
		return fmt.Errorf("list the agencies of namespace %s: %w", s.before.Namespace, err)
	}
	s.agencies = agencies.Items
	exists, selected := map[string]bool{}, map[string]bool{}
	for i := range agencies.Items {
		agency := &agencies.Items[i]
		exists[agency.Name] = true
		if selector.Matches(labels.Set(agency.Labels)) {
			selected[agency.Name] = true
		}
	}
	var missing []string
	for _, name := range auditees.Names {
		if exists[name] {
			selected[name] = true
		} else {
			missing = append(missing, name)
		}
	}
	s.auditees, s.counted = selected, true
	switch {
	case len(missing) > 0:
		return errclass.NewWaiting(v1alpha1.ReasonAuditeeNotFound, 0, fmt.Errorf(
			"spec.auditees.names: not in this namespace: %s: make these agencies, or correct the names",
			status.List(missing, mostNamed)))
	case len(selected) == 0:
		return errclass.NewWaiting(v1alpha1.ReasonNoAuditees, 0, errors.New(
			"spec.auditees.selector: no agency of this namespace has these labels: label the agencies, or correct the selector"))
	}
	return nil
}

// selectorOf returns the selector of auditees; the one of a plan that only names them selects nothing.
func selectorOf(auditees *v1alpha1.Auditees) (labels.Selector, error) {
	selector, err := metav1.LabelSelectorAsSelector(auditees.Selector)
	if err != nil {
		return nil, fmt.Errorf("spec.auditees.selector: %w: correct the selector", err)
	}
	return selector, nil
}
