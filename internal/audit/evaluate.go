package audit

import (
	"slices"
	"time"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/calendar"
)

// MaxUpcoming is the number of occurrences that an evaluation looks ahead.
const MaxUpcoming = 4

// Phase says where a plan stands between its windows.
type Phase string

// The phases, the strongest first: a plan in its grace time is not called due soon.
const (
	// PhaseWindowOpen: an audit may be carried out now.
	PhaseWindowOpen Phase = "WindowOpen"
	// PhaseInGrace: the window has ended and the grace time has not.
	PhaseInGrace Phase = "InGrace"
	// PhaseDueSoon: the lead time of the next window has begun.
	PhaseDueSoon Phase = "DueSoon"
	// PhaseBetweenWindows: none of the above.
	PhaseBetweenWindows Phase = "BetweenWindows"
	// PhaseUnknown: it depends on a calendar that is missing.
	PhaseUnknown Phase = "Unknown"
)

// Evaluation is where a plan stands at an instant.
type Evaluation struct {
	// Phase of the plan.
	Phase Phase
	// WindowOpen says whether an audit may be carried out now.
	WindowOpen bool
	// Current is the occurrence whose window is open or in its grace time, nil when there is none.
	Current *Occurrence
	// Upcoming are the next occurrences that have not opened yet, in order: at most MaxUpcoming.
	Upcoming []Occurrence
	// Next is the next instant at which anything of the evaluation changes by itself; zero when nothing ever will.
	Next time.Time
	// Ended says that the last occurrence is over, with its grace time.
	Ended bool
	// Missing names the calendar without which Upcoming is shorter than it could be, or the phase unknown; nil when none
	// is missed.
	Missing *calendar.MissingYearError
}

// Evaluate says where a plan stands at an instant. The calendar is that of the schedule's series; it may be nil when the
// schedule does not shift its openings ([NeedsCalendar]).
//
// The error joins a [FieldError] for every fault of the schedule. A year that the calendar lacks is no fault: the
// evaluation tells of it.
func Evaluate(plan *v1alpha1.AuditPlanSpec, cal *calendar.Calendar, now time.Time) (Evaluation, error) {
	s, err := compile(&plan.Schedule, cal)
	if err != nil {
		return Evaluation{}, err
	}
	e := s.at(now)
	for _, t := range s.turningPoints(e, now) {
		if !s.at(t).equal(e) {
			e.Next = t
			break
		}
	}
	return e, nil
}

// Occurrences lists, in order, the occurrences of a plan whose windows open from one instant until just before another.
// The calendar is as for [Evaluate]. Where it is too short, the known occurrences are returned together with a
// [calendar.MissingYearError] for the first unknown one.
func Occurrences(plan *v1alpha1.AuditPlanSpec, cal *calendar.Calendar, from, to time.Time) ([]Occurrence, error) {
	s, err := compile(&plan.Schedule, cal)
	if err != nil {
		return nil, err
	}
	var (
		occurrences []Occurrence
		missing     *calendar.MissingYearError
	)
	first := max(s.first, s.number(calendar.DayOf(from, s.loc).AddDays(-MaxShift)))
	last := min(s.last, s.number(calendar.DayOf(to, s.loc).AddDays(MaxShift)))
	for n := first; n <= last; n++ {
		if !s.known(n) {
			if missing == nil && s.earliest(n).Opens.Before(to) && !s.latest(n).Opens.Before(from) {
				missing = s.missing(n)
			}
			continue
		}
		if o := s.occurrence(n); !o.Opens.Before(from) && o.Opens.Before(to) {
			occurrences = append(occurrences, o)
		}
	}
	if missing != nil {
		return occurrences, missing
	}
	return occurrences, nil
}

// at returns the evaluation of an instant, without the next one.
func (s *schedule) at(now time.Time) Evaluation {
	if s.over(now) {
		return Evaluation{Phase: PhaseBetweenWindows, Ended: true}
	}
	next := s.firstOpeningAfter(now)
	e := Evaluation{Phase: PhaseBetweenWindows}
	for n := next; n <= s.lastKnown && len(e.Upcoming) < MaxUpcoming; n++ {
		e.Upcoming = append(e.Upcoming, s.occurrence(n))
	}
	if next > s.firstKnown {
		if opened := s.occurrence(next - 1); now.Before(opened.Overdue) {
			e.Current = &opened
		}
	}
	uncertain := s.unknownBefore(&e, next, now) || s.unknownAfter(&e, now)
	switch {
	case e.Current != nil && now.Before(e.Current.Closes):
		e.Phase, e.WindowOpen = PhaseWindowOpen, true
	case uncertain:
		e.Phase = PhaseUnknown
	case e.Current != nil:
		e.Phase = PhaseInGrace
	case len(e.Upcoming) > 0 && !now.Before(e.Upcoming[0].DueSoon):
		e.Phase = PhaseDueSoon
	}
	return e
}

// over says whether the last occurrence is over, even when it is unknown.
func (s *schedule) over(now time.Time) bool {
	if s.last == endless {
		return false
	}
	last := s.latest(s.last)
	if s.known(s.last) {
		last = s.occurrence(s.last)
	}
	return !now.Before(last.Overdue)
}

// unknownBefore looks at the slots that lie before the calendar. As long as one of them may not be over, and no later window
// has opened, it notes the missing year, and says whether the phase of the moment depends on it. next is the first known
// slot that has not opened yet.
func (s *schedule) unknownBefore(e *Evaluation, next int, now time.Time) (uncertain bool) {
	before := s.firstKnown - 1
	if before < s.first || next > s.firstKnown || !now.Before(s.latest(before).Overdue) {
		return false
	}
	e.Missing = s.missing(before)
	if now.Before(s.latest(before).Opens) {
		e.Upcoming = nil
	}
	return !now.Before(s.earliest(s.first).DueSoon)
}

// unknownAfter looks at the first slot that lies behind the calendar. When the evaluation could look further ahead, it
// notes the missing year, and says whether the phase of the moment depends on it.
func (s *schedule) unknownAfter(e *Evaluation, now time.Time) (uncertain bool) {
	after := s.lastKnown + 1
	if after > s.last || e.Missing != nil || len(e.Upcoming) == MaxUpcoming {
		return false
	}
	e.Missing = s.missing(after)
	matters := s.earliest(after).DueSoon
	if e.Current != nil {
		matters = s.earliest(after).Opens
	}
	return len(e.Upcoming) == 0 && !now.Before(matters)
}

// turningPoints returns, in order, the instants after now at which an evaluation may change.
func (s *schedule) turningPoints(e Evaluation, now time.Time) []time.Time {
	var points []time.Time
	if e.Current != nil {
		points = append(points, e.Current.Closes, e.Current.Overdue)
	}
	if len(e.Upcoming) > 0 {
		points = append(points, e.Upcoming[0].DueSoon, e.Upcoming[0].Opens)
	}
	if before := s.firstKnown - 1; before >= s.first {
		points = append(points, s.earliest(s.first).DueSoon, s.latest(before).Opens, s.latest(before).Overdue)
	}
	if after := s.lastKnown + 1; after <= s.last {
		points = append(points, s.earliest(after).DueSoon, s.earliest(after).Opens)
	}
	if s.last != endless {
		points = append(points, s.latest(s.last).Overdue)
	}
	points = slices.DeleteFunc(points, func(t time.Time) bool { return !t.After(now) })
	slices.SortFunc(points, time.Time.Compare)
	return points
}

// equal says whether two evaluations of the same schedule say the same.
func (e Evaluation) equal(o Evaluation) bool {
	return e.Phase == o.Phase && e.Ended == o.Ended && (e.Missing == nil) == (o.Missing == nil) &&
		(e.Missing == nil || *e.Missing == *o.Missing) &&
		(e.Current == nil) == (o.Current == nil) && (e.Current == nil || e.Current.Slot == o.Current.Slot) &&
		slices.EqualFunc(e.Upcoming, o.Upcoming, func(a, b Occurrence) bool { return a.Slot == b.Slot })
}
