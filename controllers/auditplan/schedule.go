package auditplan

import (
	"context"
	"errors"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/controllers/internal/errclass"
	"chuan.dev/chuan/internal/audit"
	"chuan.dev/chuan/internal/calendar"
)

// validate checks what can be told of the schedule without a calendar.
func validate(_ context.Context, s *scope) error {
	return s.reject(audit.Validate(&s.before.Spec))
}

// resolveCalendar builds the calendar of the series that the schedule names, when the schedule needs one.
func (r *Reconciler) resolveCalendar(ctx context.Context, s *scope) error {
	schedule := &s.before.Spec.Schedule
	if len(s.faults) > 0 || !audit.NeedsCalendar(schedule) {
		return nil
	}
	all, err := r.around.Calendars(ctx)
	if err != nil {
		s.unresolved = err
		return s.unresolved
	}
	resolved, err := all.Of(v1alpha1.AgencyCalendar{Series: schedule.Calendar})
	if errors.Is(err, calendar.ErrOutsideCalendar) {
		s.unresolved = errclass.NewWaiting(v1alpha1.ReasonDependencyNotFound, 0, err)
		return s.unresolved
	}
	s.calendar = resolved
	return s.reject(err)
}

// evaluate finds out where the plan stands, if the phases before it have left the means.
func evaluate(_ context.Context, s *scope) error {
	if !s.computable() {
		return nil
	}
	evaluation, err := audit.Evaluate(&s.before.Spec, s.calendar, s.now)
	if err != nil {
		return s.reject(err)
	}
	s.evaluated, s.evaluation = true, evaluation
	if evaluation.Phase == audit.PhaseUnknown {
		return errclass.NewWaiting(v1alpha1.ReasonDependencyNotFound, 0, evaluation.Missing)
	}
	return nil
}

// reject notes why the schedule cannot be computed, and marks every fault as one that needs a person. Without an error it
// does nothing.
func (s *scope) reject(err error) error {
	if err == nil {
		return nil
	}
	s.faults = []error{err}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		s.faults = joined.Unwrap()
	}
	terminal := make([]error, 0, len(s.faults))
	for _, fault := range s.faults {
		terminal = append(terminal, errclass.NewTerminal(v1alpha1.ReasonInvalidSchedule, fault))
	}
	return errors.Join(terminal...)
}
