package qualityprocedure

import (
	"context"
	"slices"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/procedure"
)

// mostAdopters is the number of adopting agencies that the status names.
const mostAdopters = 20

// adopters counts the agencies that adopt the procedure.
func adopters(_ context.Context, s *scope) error {
	if s.around == nil {
		return nil
	}
	candidates := s.candidates()
	var names []string
	for i := range s.agencies {
		if agency := &s.agencies[i]; s.adoptedBy(agency, candidates) {
			names = append(names, agency.Name)
		}
	}
	count := int32(len(names))
	s.after.Status.AdopterCount = &count
	s.after.Status.Adopters = names[:min(len(names), mostAdopters)]
	return nil
}

// adoptedBy says whether an agency adopts the procedure, given the texts from which it chooses.
func (s *scope) adoptedBy(agency *v1alpha1.Agency, candidates []procedure.Candidate) bool {
	// A malformed selector is the agency's fault, and it says so; what it adopts by name counts.
	adopted, _, _ := procedure.Adopted(agency, candidates)
	return slices.Contains(adopted, s.key.Name) && agency.DeletionTimestamp.IsZero()
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
	return []procedure.Candidate{s.proposed()}
}

// proposed is the present text as agencies may adopt it.
func (s *scope) proposed() procedure.Candidate {
	return procedure.Candidate{Name: s.key.Name, Labels: s.before.Labels, AppliesTo: s.before.Spec.AppliesTo}
}
