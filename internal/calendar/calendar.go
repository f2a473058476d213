package calendar

import (
	"time"

	"chuan.dev/chuan/api/v1alpha1"
)

// Interval is a stretch of time. Both ends belong to it.
type Interval struct {
	From, To time.Time
}

func (i Interval) length() time.Duration { return i.To.Sub(i.From) }

// Calendar knows the working time of one agency, or of a series as it stands, in the years that it covers. It never
// changes.
type Calendar struct {
	series      v1alpha1.ID
	loc         *time.Location
	first, last int
	provisional map[int]bool
	// offset is by how many seconds local time is ahead of UTC when fixed says that the clocks never change in those years,
	// as in Vietnam: instants are then a plain sum, without a search in the history of the zone.
	offset int64
	fixed  bool

	// begins is the first day that is covered. hours has an element for every covered day, counted from it; worked and
	// workingDaysBefore have one more, for the end.
	begins Day
	// hours are those of a day. Days alike share them.
	hours []dayHours
	// worked is the working time before a day.
	worked []time.Duration
	// workingDaysBefore is the number of working days before a day, and workingDays lists them.
	workingDaysBefore []int
	workingDays       []Day
	// shortest and longest are the least and the most working time of a working day.
	shortest, longest time.Duration
}

// Location returns the zone in which the days of the calendar begin and end.
func (c *Calendar) Location() *time.Location { return c.loc }

// Years returns the first and the last year that the calendar covers; every year between them is covered too.
func (c *Calendar) Years() (first, last int) { return c.first, c.last }

// Provisional says whether the calendar of a year is provisional: some of its dates are not announced yet, and what is
// computed from it carries that warning. It is false for a year that is not covered.
func (c *Calendar) Provisional(year int) bool { return c.provisional[year] }

// Covers says whether the calendar covers the year of a day.
func (c *Calendar) Covers(d Day) bool { return d >= c.begins && c.position(d) < len(c.hours) }

// IsWorkingDay says whether there is working time on a day. It is false for a day that is not covered.
func (c *Calendar) IsWorkingDay(d Day) bool {
	return c.Covers(d) && c.workedOn(c.position(d)) > 0
}

// Periods returns the working periods of a day in order, and none for a day off or a day that is not covered.
func (c *Calendar) Periods(d Day) []Interval {
	if !c.Covers(d) {
		return nil
	}
	hours := c.hours[c.position(d)]
	intervals := make([]Interval, 0, len(hours))
	for _, p := range hours {
		intervals = append(intervals, c.interval(d, p))
	}
	return intervals
}

// WorkingDayFrom returns the day itself when it is worked, and the next working day after it when it is not.
func (c *Calendar) WorkingDayFrom(d Day) (Day, error) {
	i, err := c.covered(d)
	if err != nil {
		return 0, err
	}
	return c.workingDay(c.workingDaysBefore[i])
}

// WorkingDayUntil returns the day itself when it is worked, and the last working day before it when it is not.
func (c *Calendar) WorkingDayUntil(d Day) (Day, error) {
	i, err := c.covered(d)
	if err != nil {
		return 0, err
	}
	return c.workingDay(c.workingDaysBefore[i+1] - 1)
}

// position is where a covered day stands in the slices.
func (c *Calendar) position(d Day) int { return int(d - c.begins) }

// covered returns the position of a day, or says which year is missing.
func (c *Calendar) covered(d Day) (int, error) {
	if !c.Covers(d) {
		return 0, c.missing(d.Year())
	}
	return c.position(d), nil
}

func (c *Calendar) missing(year int) error {
	return &MissingYearError{Series: c.series, Year: year, First: c.first, Last: c.last}
}

// workingDay returns the n-th working day, counted from zero, or says that the year before or after is missing.
func (c *Calendar) workingDay(n int) (Day, error) {
	switch {
	case n < 0:
		return 0, c.missing(c.first - 1)
	case n >= len(c.workingDays):
		return 0, c.missing(c.last + 1)
	}
	return c.workingDays[n], nil
}

// workedOn is the working time of the day at a position.
func (c *Calendar) workedOn(i int) time.Duration { return c.worked[i+1] - c.worked[i] }

// instant returns the instant at which the clocks show a number of minutes after midnight of a covered day.
func (c *Calendar) instant(d Day, minutes int) time.Time {
	if c.fixed {
		return time.Unix(int64(d)*secondsPerDay+60*int64(minutes)-c.offset, 0).In(c.loc)
	}
	return instant(d, minutes, c.loc)
}

func (c *Calendar) interval(d Day, p period) Interval {
	return Interval{From: c.instant(d, p.from), To: c.instant(d, p.to)}
}

// opening is the instant at which work begins on a working day.
func (c *Calendar) opening(d Day) time.Time {
	return c.instant(d, c.hours[c.position(d)][0].from)
}

// closing is the instant at which work ends on a working day.
func (c *Calendar) closing(d Day) time.Time {
	hours := c.hours[c.position(d)]
	return c.instant(d, hours[len(hours)-1].to)
}
