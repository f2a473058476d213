package agency

import (
	"context"
	"errors"
	"fmt"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/controllers/internal/errclass"
	"chuan.dev/chuan/controllers/internal/status"
	"chuan.dev/chuan/internal/workload"
)

// mostNames is how many names a message lists.
const mostNames = 5

// resolveProcedures works out what the agency works by, and what is missing.
func (r *Reconciler) resolveProcedures(ctx context.Context, s *scope) error {
	shelf, err := r.sets.library.shelf(ctx, s.key.Namespace)
	if err != nil {
		return err
	}
	s.adoption = adopt(s.before, shelf)
	r.sets.knows(s.key, s.adoption)
	err = unresolved(s.before, s.adoption)
	s.proceduresResolved(err)
	return err
}

// unresolved says what keeps the adopted procedures from being resolved: nil when nothing does.
func unresolved(agency *v1alpha1.Agency, a *adoption) error {
	_, tooLarge := errors.AsType[*workload.BundleTooLargeError](a.malformed)
	switch {
	case tooLarge:
		return errclass.NewTerminal(v1alpha1.ReasonBundleTooLarge, a.malformed)
	case a.malformed != nil:
		return errclass.NewTerminal(v1alpha1.ReasonInvalidSpec, a.malformed)
	case len(a.unknown) > 0:
		return errclass.NewWaiting(v1alpha1.ReasonDependencyNotFound, 0, fmt.Errorf(
			"adopted procedures that do not exist in this namespace: %s: make them, or take them out of spec.procedures.refs",
			status.List(a.unknown, mostNames)))
	case len(a.unaccepted) > 0:
		return errclass.NewWaiting(v1alpha1.ReasonDependencyNotReady, 0, fmt.Errorf(
			"adopted procedures without an accepted revision: %s: see their conditions",
			status.List(a.unaccepted, mostNames)))
	case len(a.members) == 0 && asksForProcedures(agency) && a.early:
		return passing(v1alpha1.ReasonNothingAdopted, "no procedure of the namespace has been accepted yet that spec.procedures.selector matches")
	case len(a.members) == 0 && asksForProcedures(agency):
		return errclass.NewWaiting(v1alpha1.ReasonNothingAdopted, 0, errors.New(
			"spec.procedures.selector matches no accepted procedure that applies to this agency's level and type"))
	default:
		return nil
	}
}

// asksForProcedures says whether an agency wants to work by any procedure at all.
func asksForProcedures(agency *v1alpha1.Agency) bool {
	p := agency.Spec.Procedures
	return p != nil && (len(p.Refs) > 0 || p.Selector != nil)
}
