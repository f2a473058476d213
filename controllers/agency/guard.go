package agency

import (
	"context"
	"fmt"
	"slices"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/controllers/internal/errclass"
	"chuan.dev/chuan/internal/workload"
)

// guard keeps an agency that cannot be right from changing anything: one whose name cannot name a Service, one whose code
// belongs to another, one that is its own ancestor. A parent that does not exist is waited for and blocks nothing.
func (r *Reconciler) guard(ctx context.Context, s *scope) error {
	for _, check := range []phase{checkName, r.checkCode, r.checkParents} {
		if err := check(ctx, s); err != nil {
			s.blocked = errclass.Of(err) != errclass.Waiting
			return err
		}
	}
	return nil
}

func checkName(_ context.Context, s *scope) error {
	if err := workload.CheckName(s.key.Name); err != nil {
		return errclass.NewTerminal(v1alpha1.ReasonInvalidSpec, err)
	}
	return nil
}

// checkCode lets the older of two agencies with one code have it, wherever in the cluster they are.
func (r *Reconciler) checkCode(ctx context.Context, s *scope) error {
	var same v1alpha1.AgencyList
	err := r.client.List(ctx, &same, client.MatchingFields{indexCode: s.before.Spec.Code}, client.UnsafeDisableDeepCopy)
	if err != nil {
		return fmt.Errorf("look for agencies with code %s: %w", s.before.Spec.Code, err)
	}
	for i := range same.Items {
		other := &same.Items[i]
		if client.ObjectKeyFromObject(other) != s.key && older(other, s.before) {
			return errclass.NewTerminal(v1alpha1.ReasonCodeConflict, fmt.Errorf(
				"agency %s/%s has had the code %s before this one: delete one of the two, and make it again under its own code",
				other.Namespace, other.Name, other.Spec.Code))
		}
	}
	return nil
}

// older says whether an agency was made before another. Of two made in the same second, the one that comes first in the
// alphabet counts as the older.
func older(a, b *v1alpha1.Agency) bool {
	if !a.CreationTimestamp.Equal(&b.CreationTimestamp) {
		return a.CreationTimestamp.Before(&b.CreationTimestamp)
	}
	return a.Namespace+"/"+a.Name < b.Namespace+"/"+b.Name
}

// checkParents follows the parents upwards. A circle further up, in which the agency itself is not, is the matter of those
// who are in it.
func (r *Reconciler) checkParents(ctx context.Context, s *scope) error {
	passed := []string{s.key.Name}
	for parent := parentOf(s.before); parent != ""; {
		if parent == s.key.Name {
			return errclass.NewTerminal(v1alpha1.ReasonParentCycle, fmt.Errorf(
				"the parents lead back to this agency: %s: remove one spec.parent from the circle", circle(passed)))
		}
		if slices.Contains(passed, parent) {
			return nil
		}
		above := &v1alpha1.Agency{}
		key := client.ObjectKey{Namespace: s.key.Namespace, Name: parent}
		err := r.client.Get(ctx, key, above, client.UnsafeDisableDeepCopy)
		if apierrors.IsNotFound(err) {
			return missingParent(passed, parent)
		}
		if err != nil {
			return fmt.Errorf("read parent %s: %w", key, err)
		}
		passed = append(passed, parent)
		parent = parentOf(above)
	}
	return nil
}

// missingParent is the matter of the agency that names the parent, not of those below it.
func missingParent(passed []string, parent string) error {
	if len(passed) > 1 {
		return nil
	}
	return errclass.NewWaiting(v1alpha1.ReasonParentNotFound, 0, fmt.Errorf(
		"the parent %q does not exist in this namespace: make that Agency, or correct spec.parent", parent))
}

// circle writes a circle of parents from the agency that comes first in the alphabet, so that all members say the same.
func circle(members []string) string {
	first := slices.Index(members, slices.Min(members))
	ordered := slices.Concat(members[first:], members[:first], members[first:first+1])
	const most = 10
	if len(ordered) > most {
		ordered = append(ordered[:most], "…")
	}
	return strings.Join(ordered, " → ")
}

func parentOf(agency *v1alpha1.Agency) string {
	if agency.Spec.Parent == nil {
		return ""
	}
	return agency.Spec.Parent.Name
}
