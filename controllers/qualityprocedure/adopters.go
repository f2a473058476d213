package qualityprocedure

import (
	"context"
	"fmt"
	"slices"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/procedure"
)

// mostAdopters is the number of adopting agencies that the status names.
const mostAdopters = 20

// adopters counts the agencies that adopt the procedure.
func (r *Reconciler) adopters(ctx context.Context, s *scope) error {
	var agencies v1alpha1.AgencyList
	if err := r.client.List(ctx, &agencies, client.InNamespace(s.key.Namespace), client.UnsafeDisableDeepCopy); err != nil {
		return fmt.Errorf("list the agencies of namespace %s: %w", s.key.Namespace, err)
	}
	candidates := s.candidates()
	var names []string
	for i := range agencies.Items {
		agency := &agencies.Items[i]
		// A malformed selector is the agency's fault, and it says so; what it adopts by name counts.
		adopted, _, _ := procedure.Adopted(agency, candidates)
		if slices.Contains(adopted, s.key.Name) && agency.DeletionTimestamp.IsZero() {
			names = append(names, agency.Name)
		}
	}
	slices.Sort(names)
	count := int32(len(names))
	s.after.Status.AdopterCount = &count
	s.after.Status.Adopters = names[:min(len(names), mostAdopters)]
	return nil
}

// candidates are the revisions that agencies may adopt: those in force and to come, as services get them, or the present
// text while there is none.
func (s *scope) candidates() []procedure.Candidate {
	var candidates []procedure.Candidate
	for _, r := range s.records {
		if s.current != nil && *s.current == r.revision || slices.Contains(s.coming, r.revision) {
			candidates = append(candidates, r.candidate)
		}
	}
	if len(candidates) > 0 {
		return candidates
	}
	return []procedure.Candidate{{Name: s.key.Name, Labels: s.before.Labels, AppliesTo: s.before.Spec.AppliesTo}}
}
