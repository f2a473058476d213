package calendar

import (
	"slices"
	"time"
)

// Allowance returns the working time that a limit leaves to a dossier that comes in at the opening of a working day: that
// from the opening to the deadline. For a day that is not worked it is that of the next working day.
func (c *Calendar) Allowance(d Day, limit Duration, cutoff string) (time.Duration, error) {
	d, err := c.WorkingDayFrom(d)
	if err != nil {
		return 0, err
	}
	i := c.position(d)
	if c.beginsInTime(i, cutoff) && limit.Unit != WorkingHours && limit.Quarters%4 == 0 {
		last, err := c.lastDay(d, limit)
		if err != nil {
			return 0, err
		}
		return c.worked[c.position(last)+1] - c.worked[i], nil
	}
	opening := c.opening(d)
	due, err := c.Deadline(opening, limit, cutoff)
	if err != nil {
		return 0, err
	}
	return c.Between(opening, due)
}

// beginsInTime says whether work on a working day begins no later than a cut-off.
func (c *Calendar) beginsInTime(i int, cutoff string) bool {
	if cutoff == "" {
		return true
	}
	minutes, err := parseTimeOfDay(cutoff)
	return err == nil && minutes >= c.hours[i][0].from
}

// lastDay returns the day on which a limit in whole days ends for what is received on a working day.
func (c *Calendar) lastDay(d Day, limit Duration) (Day, error) {
	if limit.Unit == CalendarDays {
		return c.WorkingDayFrom(d.AddDays(limit.Quarters / 4))
	}
	return c.workingDay(c.workingDaysBefore[c.position(d)] + limit.Quarters/4)
}

// DayLengths returns the least and the most working time of a working day of the years that are covered.
func (c *Calendar) DayLengths() (shortest, longest time.Duration) { return c.shortest, c.longest }

// Equal says whether two calendars count the same: the same working time on the same days, in one zone, of years that are
// provisional in both or in neither. Their series may have different names.
func (c *Calendar) Equal(other *Calendar) bool {
	if c == other {
		return true
	}
	if c.begins != other.begins || len(c.hours) != len(other.hours) || c.loc.String() != other.loc.String() {
		return false
	}
	for year := c.first; year <= c.last; year++ {
		if c.provisional[year] != other.provisional[year] {
			return false
		}
	}
	return slices.EqualFunc(c.hours, other.hours, slices.Equal[dayHours])
}
