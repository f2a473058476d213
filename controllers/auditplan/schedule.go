package auditplan

import (
	"context"
	"errors"
	"fmt"

	"sigs.k8s.io/controller-runtime/pkg/client"

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
	var all v1alpha1.WorkCalendarList
	if err := r.client.List(ctx, &all, client.UnsafeDisableDeepCopy); err != nil {
		s.unresolved = fmt.Errorf("list the calendars of series %s: %w", schedule.Calendar, err)
		return s.unresolved
	}
	years := make([]v1alpha1.WorkCalendarSpec, 0, len(all.Items))
	for i := range all.Items {
		years = append(years, all.Items[i].Spec)
	}
	resolved, err := calendar.New(years, v1alpha1.AgencyCalendar{Series: schedule.Calendar})
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
