package calendar

import (
	"fmt"
	"strconv"
	"strings"
)

// Unit is the unit of a duration.
type Unit uint8

// The units.
const (
	// WorkingHours are hours of working time, written wh.
	WorkingHours Unit = iota
	// WorkingDays are days with working hours, each as long as its own hours, written wd.
	WorkingDays
	// CalendarDays are days of the civil calendar, worked or not, written d.
	CalendarDays
)

// String returns the unit as it is written after a number: wh, wd or d.
func (u Unit) String() string {
	switch u {
	case WorkingHours:
		return "wh"
	case WorkingDays:
		return "wd"
	case CalendarDays:
		return "d"
	default:
		return "Unit(" + strconv.Itoa(int(u)) + ")"
	}
}

// Duration is an amount of time in one unit. It is never negative. Durations are compared with ==; the zero value is
// 0wh.
type Duration struct {
	// Quarters of the unit: 6 of WorkingDays are one and a half working days.
	Quarters int
	// Unit of the amount.
	Unit Unit
}

// maxWhole is the largest whole number of a unit that the API admits.
const maxWhole = 9999

// ParseDuration reads a duration as 4wh, 0.5wd or 15d. The number has at most four digits and may end in .25, .5 or .75;
// calendar days are whole.
func ParseDuration(s string) (Duration, error) {
	number, unit, ok := cutUnit(s)
	if !ok {
		return Duration{}, fmt.Errorf("duration %q has no unit: write working hours as 4wh, working days as 0.5wd, "+
			"calendar days as 15d", s)
	}
	whole, fraction, fractional := strings.Cut(number, ".")
	quarters, known := map[string]int{"": 0, "25": 1, "5": 2, "75": 3}[fraction]
	n, err := strconv.ParseUint(whole, 10, 32)
	canonical := err == nil && strconv.FormatUint(n, 10) == whole && fractional == (fraction != "")
	if !canonical || !known || n > maxWhole {
		return Duration{}, fmt.Errorf("duration %q: %q is not a number from 0 to %d.75 in quarters, as 2, 0.5 or 1.25",
			s, number, maxWhole)
	}
	if unit == CalendarDays && quarters != 0 {
		return Duration{}, fmt.Errorf("duration %q: calendar days are whole: write a part of a day in working hours, as 4wh, "+
			"or in working days, as 0.5wd", s)
	}
	return Duration{Quarters: 4*int(n) + quarters, Unit: unit}, nil
}

func cutUnit(s string) (number string, unit Unit, ok bool) {
	for _, unit := range []Unit{WorkingHours, WorkingDays, CalendarDays} {
		if number, ok := strings.CutSuffix(s, unit.String()); ok {
			return number, unit, true
		}
	}
	return "", 0, false
}

// IsZero says whether the duration is zero, whatever its unit.
func (d Duration) IsZero() bool { return d.Quarters == 0 }

// String returns the duration as [ParseDuration] reads it.
func (d Duration) String() string {
	return strconv.Itoa(d.Quarters/4) + [...]string{"", ".25", ".5", ".75"}[d.Quarters%4] + d.Unit.String()
}
