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
// some years whether it is worked, and walks from minute to minute. It shares no code with the first. Its instants are
// whole minutes after the beginning of those years in Vietnam, where clocks never change.
type naive struct {
	// epoch is the beginning of the first year, and monday the first Monday from there on, in days.
	epoch  time.Time
	monday int
	works  []bool
	// total is the number of worked minutes of every day, and close the minute at which its work ends.
	total, close []int
	// whole is a number that all those numbers of minutes divide, and 4 too.
	whole int
}

const naiveDay = 24 * 60

// naiveYears are years that the naive implementation can be made of: the beginning, where clocks in Vietnam show 00:00 of
// 1 January, the day of the first Monday, and the number of days.
type naiveYears struct {
	epoch        time.Time
	monday, days int
}

var (
	// 1 January 2026 is a Thursday.
	of2026To2027 = naiveYears{time.Date(2025, 12, 31, 17, 0, 0, 0, time.UTC), 4, 365 + 365}
	// 1 January 2018 is a Monday, and 2020 a leap year.
	of2018To2020 = naiveYears{time.Date(2017, 12, 31, 17, 0, 0, 0, time.UTC), 0, 365 + 365 + 366}
)

// newNaive marks the worked minutes: first those of the week, then the exceptions of the series, then the local ones.
func newNaive(of naiveYears, years []v1alpha1.WorkCalendarSpec, local v1alpha1.AgencyCalendar) naive {
	n := naive{epoch: of.epoch, monday: of.monday, works: make([]bool, of.days*naiveDay)}
	for day := range of.days {
		for _, spec := range years {
			if n.date(day)[:4] == strconv.Itoa(int(spec.Year)) {
				week := spec.WorkingHours
				if len(local.WorkingHours) > 0 {
					week = local.WorkingHours
				}
				n.mark(day, naiveHours(week, n.weekday(day)))
			}
		}
	}
	week := years[0].WorkingHours
	if len(local.WorkingHours) > 0 {
		week = local.WorkingHours
	}
	for _, spec := range years {
		n.except(spec.Exceptions, week)
	}
	n.except(local.Exceptions, week)
	n.total, n.close = make([]int, of.days), make([]int, of.days)
	for minute, works := range n.works {
		if works {
			n.total[minute/naiveDay]++
			n.close[minute/naiveDay] = minute + 1
		}
	}
	n.whole = 4
	for _, minutes := range n.total {
		for step := n.whole; minutes > 0 && n.whole%minutes != 0; {
			n.whole += step
		}
	}
	return n
}

func (n naive) date(day int) string {
	return n.time(day*naiveDay + naiveDay/2).Add(7 * time.Hour).Format("2006-01-02")
}

func (n naive) time(minute int) time.Time { return n.epoch.Add(time.Duration(minute) * time.Minute) }

func (n naive) weekday(day int) string {
	return []string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}[(day+7-n.monday)%7]
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
		for day := range len(n.works) / naiveDay {
			if date := n.date(day); date >= string(e.Date) && date <= last {
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
		return n.close[day]
	}
	day = n.workingDayAfter(day)
	return n.addHours(day*naiveDay, n.total[day]*quarters/4)
}

func (n naive) workingDayAfter(day int) int {
	for day++; n.total[day] == 0; day++ {
	}
	return day
}

// received is the minute at which a dossier counts as received, with a cut-off in minutes after midnight.
func (n naive) received(minute, cutoff int) int {
	day := minute / naiveDay
	if n.total[day] > 0 && minute <= n.close[day] && minute-day*naiveDay <= cutoff {
		for minute < n.close[day] && n.between(day*naiveDay, minute) == 0 && !n.works[minute] {
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
		for n.total[day] == 0 {
			day++
		}
		return n.close[day]
	default:
		return n.addDays(day, limit.Quarters)
	}
}

func TestAgainstTheNaiveImplementation(t *testing.T) {
	fixtures := []v1alpha1.WorkCalendarSpec{year2026(), year2027()}
	for _, tt := range []struct {
		name  string
		of    naiveYears
		years []v1alpha1.WorkCalendarSpec
		local v1alpha1.AgencyCalendar
	}{
		{"a commune in 2026 and 2027", of2026To2027, fixtures, commune()},
		{"the shipped years with every kind of day", of2018To2020, shippedSpecs(t)[:3], crooked()},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := mustNew(t, tt.years, tt.local)
			n := newNaive(tt.of, tt.years, tt.local)
			random := rand.New(rand.NewPCG(2026, 11))
			for range 1500 {
				compareForward(t, c, n, random)
				compareBackward(t, c, n, random)
			}
		})
	}
}

// compareForward compares deadlines, sums and the time between from a random minute of all but the last year.
func compareForward(t *testing.T, c *Calendar, n naive, random *rand.Rand) {
	t.Helper()
	from := random.IntN(len(n.works) - 366*naiveDay)
	hours := Duration{Quarters: random.IntN(4 * 400), Unit: WorkingHours}
	days := Duration{Quarters: random.IntN(80), Unit: WorkingDays}
	calendarDays := Duration{Quarters: 4 * random.IntN(60), Unit: CalendarDays}
	for _, limit := range []Duration{hours, days, calendarDays} {
		got, err := c.Deadline(n.time(from), limit, "15:00")
		first, last := n.deadline(from, limit, 15*60), n.deadline(from, limit, 15*60)
		if limit.Unit == WorkingDays && limit.Quarters%4 > 0 {
			last++ // a quarter of an odd number of minutes
		}
		n.checkWithin(t, "Deadline", from, limit, got, err, first, last)
		got, err = c.Deadline(n.time(from), limit, "")
		first = n.deadline(from, limit, naiveDay)
		n.checkWithin(t, "Deadline without cut-off", from, limit, got, err, first, first+last-n.deadline(from, limit, 15*60))
	}
	if hours.Quarters > 0 {
		got, err := c.Add(n.time(from), hours)
		n.check(t, "Add", from, hours, got, err, n.addHours(from, hours.Quarters*15))
	}
	if days.Quarters > 0 {
		got, err := c.Add(n.time(from), days)
		end, exact := n.addParts(from, days.Quarters)
		n.checkWithin(t, "Add", from, days, got, err, before(end, exact), end)
	}
	other := random.IntN(len(n.works))
	first, last := min(from, other), max(from, other)
	worked, err := c.Between(n.time(first), n.time(last))
	if want := n.between(first, last); err != nil || worked != time.Duration(want)*time.Minute {
		t.Fatalf("Between(%s, %s) = %s, %v; naively %d minutes", n.time(first), n.time(last), worked, err, want)
	}
}

// compareBackward compares what is subtracted from a random minute of all but the first year.
func compareBackward(t *testing.T, c *Calendar, n naive, random *rand.Rand) {
	t.Helper()
	from := 366*naiveDay + random.IntN(len(n.works)-366*naiveDay)
	hours := Duration{Quarters: 1 + random.IntN(4*400), Unit: WorkingHours}
	got, err := c.Subtract(n.time(from), hours)
	n.check(t, "Subtract", from, hours, got, err, n.subtractHours(from, hours.Quarters*15))

	days := Duration{Quarters: 1 + random.IntN(80), Unit: WorkingDays}
	got, err = c.Subtract(n.time(from), days)
	begin, exact := n.subtractParts(from, days.Quarters)
	n.checkWithin(t, "Subtract", from, days, got, err, begin, after(begin, exact))

	calendarDays := Duration{Quarters: 4 * random.IntN(60), Unit: CalendarDays}
	got, err = c.Subtract(n.time(from), calendarDays)
	n.check(t, "Subtract", from, calendarDays, got, err, n.subtractCalendarDays(from, calendarDays.Quarters/4))
}

// before is the minute before an answer, or the answer itself when it is exact.
func before(end int, exact bool) int {
	if exact {
		return end
	}
	return end - 1
}

// after is the minute after an answer, or the answer itself when it is exact.
func after(begin int, exact bool) int {
	if exact {
		return begin
	}
	return begin + 1
}
