package audit

import (
	"errors"
	"fmt"
	"math"
	"time"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/calendar"
)

// MaxShift is the number of days by which an opening moves at the most to reach a working day. A calendar without a working
// day for longer is taken for a mistake.
const MaxShift = 31

// The shifts of an opening that falls on a day off.
const (
	shiftNone     = "None"
	shiftNext     = "Next"
	shiftPrevious = "Previous"
)

// NeedsCalendar says whether a schedule can only be computed with the calendar of its series.
func NeedsCalendar(schedule *v1alpha1.AuditSchedule) bool {
	return schedule.Shift == shiftNext || schedule.Shift == shiftPrevious
}

// Occurrence is one window of a schedule.
type Occurrence struct {
	// Slot names the occurrence within the plan: the day on which it is due to open, before any shift to a working day,
	// as 20260401.
	Slot string
	// DueSoon is when the lead time begins.
	DueSoon time.Time
	// Opens is when the window opens.
	Opens time.Time
	// Closes is when the window has ended; the instant itself is no longer in it.
	Closes time.Time
	// Overdue is when the grace time has ended; the instant itself is no longer in it.
	Overdue time.Time
}

// OccurrenceName returns the name of the Audit object of an occurrence for an agency. Two different occurrences never
// share a name: a slot has no dot, and neither has the name of an Agency, which is also that of its Service.
func OccurrenceName(plan, agency, slot string) string {
	return plan + "." + agency + "." + slot
}

// schedule is a checked AuditSchedule. Its periods are numbered, from the year 0 on; every period has a slot, the day on
// which its window is due to open.
type schedule struct {
	months   int // of a period
	month    int // of a period in which a slot lies, from 0
	day      int // of the month
	shift    string
	calendar *calendar.Calendar
	loc      *time.Location
	window   int // in days
	lead     int // in days
	grace    int // in days

	// first and last are the numbers of the first and the last slot; last is endless when there is none.
	first, last int
	// firstKnown and lastKnown are the slots among them that can be computed with the calendar. When there are none,
	// lastKnown is firstKnown-1.
	firstKnown, lastKnown int
	// openings are the days on which the windows of the known slots open, when the calendar moves them.
	openings []calendar.Day
}

const endless = math.MaxInt32

// number returns the number of the period to which a day belongs.
func (s *schedule) number(d calendar.Day) int {
	year, month, _ := d.Date()
	return (12*year + int(month) - 1) / s.months
}

// slot returns the day on which the window of a period is due to open.
func (s *schedule) slot(n int) calendar.Day {
	month := n*s.months + s.month
	begins := calendar.NewDay(month/12, time.Month(month%12+1), 1)
	ends := calendar.NewDay(month/12, time.Month(month%12+2), 1)
	return min(begins.AddDays(s.day), ends) - 1
}

// shifted returns the day to which the calendar moves the opening of a period, or says which year is missing.
func (s *schedule) shifted(n int) (calendar.Day, error) {
	if s.shift == shiftPrevious {
		return s.calendar.WorkingDayUntil(s.slot(n))
	}
	return s.calendar.WorkingDayFrom(s.slot(n))
}

// missing returns the error of a period that is not known.
func (s *schedule) missing(n int) *calendar.MissingYearError {
	_, err := s.shifted(n)
	var missing *calendar.MissingYearError
	errors.As(err, &missing)
	return missing
}

// known says whether the occurrence of a period can be computed.
func (s *schedule) known(n int) bool { return s.firstKnown <= n && n <= s.lastKnown }

// openingDay returns the day on which the window of a known period opens.
func (s *schedule) openingDay(n int) calendar.Day {
	if s.shift == shiftNone {
		return s.slot(n)
	}
	return s.openings[n-s.firstKnown]
}

// occurrence returns the occurrence of a known period.
func (s *schedule) occurrence(n int) Occurrence { return s.opening(n, s.openingDay(n)) }

// opening returns the occurrence of a period as it is when its window opens on a day.
func (s *schedule) opening(n int, opens calendar.Day) Occurrence {
	year, month, day := s.slot(n).Date()
	return Occurrence{
		Slot:    fmt.Sprintf("%04d%02d%02d", year, month, day),
		DueSoon: opens.AddDays(-s.lead).Start(s.loc),
		Opens:   opens.Start(s.loc),
		Closes:  opens.AddDays(s.window).Start(s.loc),
		Overdue: opens.AddDays(s.window + s.grace).Start(s.loc),
	}
}

// earliest and latest return an unknown occurrence as it is when its opening is moved as little or as far as can be.
func (s *schedule) earliest(n int) Occurrence {
	if s.shift == shiftPrevious {
		return s.opening(n, s.slot(n).AddDays(-MaxShift))
	}
	return s.opening(n, s.slot(n))
}

func (s *schedule) latest(n int) Occurrence {
	if s.shift == shiftNext {
		return s.opening(n, s.slot(n).AddDays(MaxShift))
	}
	return s.opening(n, s.slot(n))
}

// firstOpeningAfter returns the number of the first known slot whose window opens after an instant: lastKnown+1 when there
// is none.
func (s *schedule) firstOpeningAfter(now time.Time) int {
	n := min(max(s.number(calendar.DayOf(now, s.loc)), s.firstKnown), s.lastKnown+1)
	for n > s.firstKnown && s.occurrence(n-1).Opens.After(now) {
		n--
	}
	for n <= s.lastKnown && !s.occurrence(n).Opens.After(now) {
		n++
	}
	return n
}
