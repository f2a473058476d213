package calendar

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"
	"time"

	"chuan.dev/chuan/api/v1alpha1"
)

// naive is a second implementation of the arithmetic, made to be obviously right: it knows for every single minute of
// 2026 and 2027 whether it is worked, and walks from minute to minute. It shares no code with the first. Its instants
// are whole minutes after the beginning of 2026 in Vietnam, where clocks never change.
type naive struct {
	works []bool
}

const (
	naiveDay  = 24 * 60
	naiveDays = 365 + 365
)

var naiveEpoch = time.Date(2025, 12, 31, 17, 0, 0, 0, time.UTC)

// newNaive marks the worked minutes: first those of the week, then the exceptions of the series, then the local ones.
func newNaive(years []v1alpha1.WorkCalendarSpec, local v1alpha1.AgencyCalendar) naive {
	n := naive{works: make([]bool, naiveDays*naiveDay)}
	for day := range naiveDays {
		for _, spec := range years {
			if naiveDate(day)[:4] == strconv.Itoa(int(spec.Year)) {
				n.mark(day, naiveHours(spec.WorkingHours, naiveWeekday(day)))
			}
		}
	}
	for _, spec := range years {
		n.except(spec.Exceptions, officeHours())
	}
	n.except(local.Exceptions, officeHours())
	return n
}

func naiveDate(day int) string {
	return naiveEpoch.Add(time.Duration(day)*24*time.Hour + 12*time.Hour).Format("2006-01-02")
}

func naiveWeekday(day int) string {
	// 1 January 2026 is a Thursday.
	return []string{"Thursday", "Friday", "Saturday", "Sunday", "Monday", "Tuesday", "Wednesday"}[day%7]
}

func naiveHours(week []v1alpha1.WeeklyHours, weekday string) []v1alpha1.Period {
	for _, hours := range week {
		if slices.Contains(hours.Days, v1alpha1.Weekday(weekday)) {
			return hours.Periods
		}
	}
	return nil
}

func (n naive) except(exceptions []v1alpha1.CalendarException, week []v1alpha1.WeeklyHours) {
	for _, e := range exceptions {
		last := max(string(e.Date), string(e.To))
		periods := e.Periods
		if e.Kind == v1alpha1.ExceptionMakeUp && periods == nil {
			periods = naiveHours(week, "Monday")
		}
		for day := range naiveDays {
			if date := naiveDate(day); date >= string(e.Date) && date <= last {
				n.mark(day, periods)
			}
		}
	}
}

func (n naive) mark(day int, periods []v1alpha1.Period) {
	for minute := range naiveDay {
		clock := time.Date(2000, 1, 1, 0, minute, 0, 0, time.UTC).Format("15:04")
		worked := false
		for _, p := range periods {
			worked = worked || (clock >= string(p.From) && clock < string(p.To))
		}
		n.works[day*naiveDay+minute] = worked
	}
}

// onDay is the number of worked minutes of a day.
func (n naive) onDay(day int) int { return n.between(day*naiveDay, (day+1)*naiveDay) }

// closing is the minute at which work ends on a day, which must be worked.
func (n naive) closing(day int) int {
	minute := (day + 1) * naiveDay
	for !n.works[minute-1] {
		minute--
	}
	return minute
}

func (n naive) between(from, to int) int {
	worked := 0
	for minute := from; minute < to; minute++ {
		if n.works[minute] {
			worked++
		}
	}
	return worked
}

// addHours walks until a number of minutes, more than none, was worked.
func (n naive) addHours(minute, worked int) int {
	for ; worked > 0; minute++ {
		if n.works[minute] {
			worked--
		}
	}
	return minute
}

// addDays walks from the close of a working day to the end of each whole day, and then over a part of the next.
func (n naive) addDays(day, quarters int) int {
	for ; quarters > 3; quarters -= 4 {
		day = n.workingDayAfter(day)
	}
	if quarters == 0 {
		return n.closing(day)
	}
	day = n.workingDayAfter(day)
	return n.addHours(day*naiveDay, n.onDay(day)*quarters/4)
}

func (n naive) workingDayAfter(day int) int {
	for day++; n.onDay(day) == 0; day++ {
	}
	return day
}

// received is the minute at which a dossier counts as received, with a cut-off in minutes after midnight.
func (n naive) received(minute, cutoff int) int {
	day := minute / naiveDay
	if n.onDay(day) > 0 && minute <= n.closing(day) && minute-day*naiveDay <= cutoff {
		for minute < n.closing(day) && n.between(day*naiveDay, minute) == 0 && !n.works[minute] {
			minute++
		}
		return minute
	}
	for minute = (day + 1) * naiveDay; !n.works[minute]; minute++ {
	}
	return minute
}

func (n naive) deadline(minute int, limit Duration, cutoff int) int {
	minute = n.received(minute, cutoff)
	day := minute / naiveDay
	switch limit.Unit {
	case WorkingHours:
		if limit.Quarters == 0 {
			return minute
		}
		return n.addHours(minute, limit.Quarters*15)
	case CalendarDays:
		day += limit.Quarters / 4
		for n.onDay(day) == 0 {
			day++
		}
		return n.closing(day)
	default:
		return n.addDays(day, limit.Quarters)
	}
}

func TestAgainstTheNaiveImplementation(t *testing.T) {
	years := []v1alpha1.WorkCalendarSpec{year2026(), year2027()}
	c := mustNew(t, years, commune())
	n := newNaive(years, commune())
	random := rand.New(rand.NewPCG(2026, 11))
	toTime := func(minute int) time.Time { return naiveEpoch.Add(time.Duration(minute) * time.Minute) }
	check := func(what string, from int, d Duration, got time.Time, err error, want int) {
		t.Helper()
		if err != nil {
			t.Fatalf("%s(%s, %s): %v", what, toTime(from).In(c.Location()), d, err)
		}
		if !got.Equal(toTime(want)) {
			t.Fatalf("%s(%s, %s) = %s, naively %s",
				what, toTime(from).In(c.Location()), d, got, toTime(want).In(c.Location()))
		}
	}
	for range 4000 {
		from := random.IntN(365 * naiveDay)
		other := random.IntN(naiveDays * naiveDay)
		hours := Duration{Quarters: random.IntN(4 * 400), Unit: WorkingHours}
		days := Duration{Quarters: random.IntN(80), Unit: WorkingDays}
		calendarDays := Duration{Quarters: 4 * random.IntN(60), Unit: CalendarDays}

		for _, limit := range []Duration{hours, days, calendarDays} {
			got, err := c.Deadline(toTime(from), limit, "15:00")
			check("Deadline", from, limit, got, err, n.deadline(from, limit, 15*60))
			got, err = c.Deadline(toTime(from), limit, "")
			check("Deadline without cut-off", from, limit, got, err, n.deadline(from, limit, naiveDay))
		}
		if hours.Quarters > 0 {
			got, err := c.Add(toTime(from), hours)
			check("Add", from, hours, got, err, n.addHours(from, hours.Quarters*15))
		}
		first, last := min(from, other), max(from, other)
		worked, err := c.Between(toTime(first), toTime(last))
		if want := n.between(first, last); err != nil || worked != time.Duration(want)*time.Minute {
			t.Fatalf("Between(%s, %s) = %s, %v; naively %d minutes", toTime(first), toTime(last), worked, err, want)
		}
	}
}
