package calendar

import (
	"fmt"
	"time"

	"chuan.dev/chuan/api/v1alpha1"
)

const secondsPerDay = 24 * 60 * 60

// Day is a day of the civil calendar, without zone or time of day, counted from 1970-01-01. Days are compared with the
// ordinary operators.
type Day int

// NewDay returns the day of a year, a month and a day of the month. Values outside their range are carried over as by
// [time.Date]: 2026-02-30 is 2026-03-02.
func NewDay(year int, month time.Month, day int) Day {
	return Day(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix() / secondsPerDay)
}

// ParseDate reads a date as 2026-03-01. A day that its month does not have is an error.
func ParseDate(date v1alpha1.Date) (Day, error) {
	t, err := time.Parse(time.DateOnly, string(date))
	if err != nil {
		return 0, fmt.Errorf("%q is not a day of the calendar: write an existing day as 2026-03-01", string(date))
	}
	return NewDay(t.Date()), nil
}

// DayOf returns the day on which an instant falls in a zone.
func DayOf(t time.Time, loc *time.Location) Day {
	_, offset := t.In(loc).Zone()
	seconds := t.Unix() + int64(offset)
	day := seconds / secondsPerDay
	if seconds%secondsPerDay < 0 {
		day--
	}
	return Day(day)
}

// Date returns the year, the month and the day of the month.
func (d Day) Date() (year int, month time.Month, day int) {
	return d.midnightUTC().Date()
}

// Year returns the year of the day.
func (d Day) Year() int {
	return d.midnightUTC().Year()
}

// Weekday returns the day of the week.
func (d Day) Weekday() time.Weekday {
	return d.midnightUTC().Weekday()
}

// AddDays returns the day n days later, or earlier when n is negative.
func (d Day) AddDays(n int) Day {
	return d + Day(n)
}

// String returns the day as 2026-03-01.
func (d Day) String() string {
	return d.midnightUTC().Format(time.DateOnly)
}

// Start returns the first instant of the day in a zone. That is midnight, except on the rare days on which the zone has
// no midnight because its clocks jump over it.
func (d Day) Start(loc *time.Location) time.Time {
	return instant(d, 0, loc)
}

func (d Day) midnightUTC() time.Time {
	return time.Unix(int64(d)*secondsPerDay, 0).UTC()
}
