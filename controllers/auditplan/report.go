package auditplan

import (
	"fmt"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/controllers/internal/errclass"
	"chuan.dev/chuan/controllers/internal/findings"
	"chuan.dev/chuan/internal/audit"
)

// report writes into the status what the phases have found out. The trio is set at the end of the pass.
func (s *scope) report() {
	s.reportScheduleValid()
	s.reportWindowOpen()
	s.reportIndependenceMet()
	if s.counted {
		count := int32(len(s.auditees))
		s.after.Status.AuditeeCount = &count
	}
	if s.broken() {
		return
	}
	s.after.Status.Current, s.after.Status.Next = nil, nil
	s.after.Status.Upcoming = nil
	if current := s.evaluation.Current; current != nil {
		s.after.Status.Current = published(*current)
	}
	for i, upcoming := range s.evaluation.Upcoming {
		if i == 0 {
			s.after.Status.Next = published(upcoming)
		}
		s.after.Status.Upcoming = append(s.after.Status.Upcoming, *published(upcoming))
	}
}

// broken says that a call failed, so that nothing new is known of the schedule.
func (s *scope) broken() bool {
	return s.unresolved != nil && errclass.Of(s.unresolved) != errclass.Waiting
}

func (s *scope) reportScheduleValid() {
	const condition = v1alpha1.ConditionScheduleValid
	e := &s.evaluation
	switch {
	case s.broken():
	case len(s.faults) > 0:
		s.set.False(condition, v1alpha1.ReasonInvalidSchedule, sentence(s.faults))
	case len(findings.Errors(s.found(onSchedule))) > 0:
		s.set.False(condition, v1alpha1.ReasonRuleViolated, findings.Violated(findings.Errors(s.found(onSchedule))))
	case s.unresolved != nil:
		s.set.Unknown(condition, v1alpha1.ReasonCalendarNotFound, s.unresolved.Error())
	case e.Phase == audit.PhaseUnknown:
		s.set.Unknown(condition, v1alpha1.ReasonCalendarNotFound, e.Missing.Error())
	case e.Ended:
		s.scheduled(v1alpha1.ReasonNoFurtherOccurrence, "the last window is over")
	case e.Missing != nil:
		s.scheduled(v1alpha1.ReasonScheduled, "later windows are not known yet: "+e.Missing.Error())
	case s.provisionalYear() != 0:
		s.scheduled(v1alpha1.ReasonCalendarProvisional, fmt.Sprintf(
			"the WorkCalendar of %d is provisional: windows computed from it may move", s.provisionalYear()))
	default:
		s.scheduled(v1alpha1.ReasonScheduled, "the next windows are known")
	}
}

// scheduled says that the schedule is valid, and that there are warnings when there are.
func (s *scope) scheduled(reason, message string) {
	s.set.True(v1alpha1.ConditionScheduleValid, reason, findings.Noted(message, findings.Warnings(s.found(onSchedule))))
}

// provisionalYear returns the first year with a provisional calendar in which one of the next windows opens; zero when there
// is none.
func (s *scope) provisionalYear() int {
	if s.calendar == nil {
		return 0
	}
	for _, upcoming := range s.evaluation.Upcoming {
		if year := upcoming.Opens.Year(); s.calendar.Provisional(year) {
			return year
		}
	}
	return 0
}

// sentence joins errors into one line.
func sentence(all []error) string {
	texts := make([]string, 0, len(all))
	for _, err := range all {
		texts = append(texts, err.Error())
	}
	return strings.Join(texts, "; ")
}

func (s *scope) reportWindowOpen() {
	const condition = v1alpha1.ConditionWindowOpen
	e := &s.evaluation
	switch {
	case s.broken():
	case len(s.faults) > 0:
		s.set.Unknown(condition, v1alpha1.ReasonInvalidSchedule, "the schedule cannot be computed")
	case !s.evaluated || e.Phase == audit.PhaseUnknown:
		s.set.Unknown(condition, v1alpha1.ReasonCalendarNotFound, "it depends on a calendar that is missing")
	case e.WindowOpen:
		s.set.True(condition, v1alpha1.ReasonWindowOpen, fmt.Sprintf("the window of %s is open", e.Current.Slot))
	case e.Phase == audit.PhaseInGrace:
		s.set.False(condition, v1alpha1.ReasonInGrace,
			fmt.Sprintf("the window of %s has ended, its grace time has not", e.Current.Slot))
	case e.Phase == audit.PhaseDueSoon:
		s.set.False(condition, v1alpha1.ReasonDueSoon, fmt.Sprintf("the window of %s opens soon", e.Upcoming[0].Slot))
	case e.Ended:
		s.set.False(condition, v1alpha1.ReasonNoFurtherOccurrence, "the last window is over")
	default:
		s.set.False(condition, v1alpha1.ReasonBetweenWindows, "no window is open")
	}
}

// published returns an occurrence as the status has it.
func published(o audit.Occurrence) *v1alpha1.AuditOccurrence {
	return &v1alpha1.AuditOccurrence{
		Slot:    o.Slot,
		DueSoon: metav1.NewTime(o.DueSoon),
		Opens:   metav1.NewTime(o.Opens),
		Closes:  metav1.NewTime(o.Closes),
		Overdue: metav1.NewTime(o.Overdue),
	}
}
