package auditplan

import (
	"fmt"
	"time"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/controllers/internal/findings"
	"chuan.dev/chuan/controllers/internal/status"
	"chuan.dev/chuan/internal/audit"
	"chuan.dev/chuan/internal/calendar"
	"chuan.dev/chuan/internal/rule"
)

// scope is what one pass over one plan knows. Phases read it and add to it.
type scope struct {
	now time.Time
	// zone is that in which the days of the schedule begin, and today the day that it is there.
	zone  *time.Location
	today calendar.Day
	// before is the plan as it was read, after the one whose status is set.
	before, after *v1alpha1.AuditPlan
	set           status.Setter

	// faults are why the schedule cannot be computed until a person changes something.
	faults []error
	// unresolved is why the calendar is not there; nil when it is, or is not needed.
	unresolved error
	calendar   *calendar.Calendar
	// evaluated says that evaluation holds where the plan stands.
	evaluated  bool
	evaluation audit.Evaluation
	// auditees are the names of the agencies that the plan covers; counted says that they are known.
	auditees map[string]bool
	counted  bool
	// agencies are those of the namespace.
	agencies []v1alpha1.Agency
	waivers  findings.Waivers
	// standing is what stands of the findings of the rules on plans; examined says that they are known.
	standing []rule.Finding
	examined bool

	errors []error
}

func newScope(plan *v1alpha1.AuditPlan, now time.Time) *scope {
	after := plan.DeepCopy()
	zone, err := calendar.LoadZone(plan.Spec.Schedule.TimeZone)
	if err != nil {
		zone = now.Location() // the schedule is at fault, and says so
	}
	today := calendar.DayOf(now, zone)
	return &scope{
		now:     now,
		zone:    zone,
		today:   today,
		before:  plan,
		after:   after,
		set:     status.NewSetter(status.OfAuditPlan(after), plan.Generation, now),
		waivers: findings.WaiversOf(plan.Annotations, today),
	}
}

// next is the instant at which something about the plan changes by itself; zero when there is none.
func (s *scope) next() time.Time {
	next := s.evaluation.Next
	if day, ok := s.waivers.Ends(); ok {
		if ends := day.Start(s.zone); next.IsZero() || ends.Before(next) {
			next = ends
		}
	}
	return next
}

// computable says that the phases so far have left all that the evaluation needs.
func (s *scope) computable() bool { return len(s.faults) == 0 && s.unresolved == nil }

// fail collects the error of a phase; nil is no error.
func (s *scope) fail(err error) {
	if err != nil {
		s.errors = append(s.errors, err)
	}
}

// success is the message of a plan that is ready.
func (s *scope) success() string {
	if len(s.auditees) == 1 {
		return "the schedule is valid; 1 agency is audited"
	}
	return fmt.Sprintf("the schedule is valid; %d agencies are audited", len(s.auditees))
}
