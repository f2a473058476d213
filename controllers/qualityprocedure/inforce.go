package qualityprocedure

import (
	"context"
	"fmt"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/calendar"
	"chuan.dev/chuan/internal/procedure"
)

// turns finds the revision in force and those to come.
func (s *scope) turns() {
	numbers := make([]procedure.Revision, 0, len(s.records))
	for _, r := range s.records {
		numbers = append(numbers, r.revision)
	}
	s.current, s.coming = procedure.InForce(numbers, s.today)
}

// inForce finds the revision under which dossiers are received today, and when another one takes its place.
func inForce(_ context.Context, s *scope) error {
	if !s.read {
		return nil
	}
	s.turns()
	s.publish()
	if len(s.coming) > 0 {
		day, err := calendar.ParseDate(s.coming[0].EffectiveFrom)
		if err != nil {
			return fmt.Errorf("revision %d: %w", s.coming[0].Revision, err)
		}
		s.wake(day)
	}
	return nil
}

// publish writes the accepted revisions into the status.
func (s *scope) publish() {
	st := &s.after.Status
	st.AcceptedRevision, st.RevisionInForce, st.Revisions = nil, nil, nil
	for _, r := range s.records[max(0, len(s.records)-kept):] {
		st.Revisions = append(st.Revisions, v1alpha1.RecordedRevision{
			Revision: r.revision.Revision, EffectiveFrom: r.revision.EffectiveFrom, Name: r.name,
		})
		accepted := r.revision.Revision
		st.AcceptedRevision = &accepted
	}
	const condition = v1alpha1.ConditionEffective
	switch {
	case s.current != nil:
		number := s.current.Revision
		st.RevisionInForce = &number
		s.set.True(condition, v1alpha1.ReasonInForce, fmt.Sprintf("revision %d is in force since %s", number, s.current.EffectiveFrom))
	case len(s.coming) > 0:
		s.set.False(condition, v1alpha1.ReasonNotYetInForce,
			fmt.Sprintf("revision %d comes into force on %s", s.coming[0].Revision, s.coming[0].EffectiveFrom))
	default:
		s.set.False(condition, v1alpha1.ReasonNoAcceptedRevision, "no revision has been accepted")
	}
}
