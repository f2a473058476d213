package calendar

import (
	"sort"
	"time"
)

// Subtract returns the latest instant at which a step may begin whose budget must be used up by t. It is the inverse of
// [Calendar.Add] from the other side: for every s in working time,
//
//	s is not after Subtract(t, d)  exactly when  Add(s, d) is not after t.
//
// So Add(Subtract(t, d), d) is never after t, and Subtract(Add(s, d), d) never before s; between the two there is no
// working time, in calendar days not a whole day of it. Working days of unequal hours are converted to the nanosecond.
//
// The result is in working time. Where work would begin at the close of a period or at the next opening alike, it is the
// opening, the later one: eight working hours before Monday's close is Monday's opening, not Friday's close. In calendar
// days it is the close of a day.
func (c *Calendar) Subtract(t time.Time, d Duration) (time.Time, error) {
	switch {
	case d.Unit == CalendarDays:
		return c.closingBeforeDays(t, d.Quarters/4)
	case d.IsZero():
		return c.workUntil(t)
	case d.Unit == WorkingDays:
		return c.subtractWorkingDays(t, d.Quarters)
	default:
		return c.subtractWorkingTime(t, d.workingTime())
	}
}

// LatestReceipt returns the latest instant at which a dossier may come in that must be settled by due: it came in by then
// exactly when its [Calendar.Deadline] under the same limit and cut-off is not after due.
func (c *Calendar) LatestReceipt(due time.Time, limit Duration, cutoff string) (time.Time, error) {
	if limit.Unit == WorkingHours {
		start, err := c.Subtract(due, limit)
		if err != nil {
			return time.Time{}, err
		}
		day := DayOf(start, c.loc)
		if !c.IsWorkingDay(day) || c.opening(day).After(start) {
			day = c.workDayOf(start)
		}
		return c.lastReceiptOn(day, start, cutoff)
	}
	last, err := c.lastDayClosedBy(due)
	if err != nil {
		return time.Time{}, err
	}
	var day Day
	if limit.Unit == CalendarDays {
		day, err = c.WorkingDayUntil(last.AddDays(-(limit.Quarters / 4)))
	} else {
		day, err = c.lastDayOfReceipt(due, limit.Quarters)
	}
	if err != nil {
		return time.Time{}, err
	}
	return c.lastReceiptOn(day, c.closing(day), cutoff)
}

// WorkingDaysBetween returns the number of working days after a day up to another, which counts: the day of receipt does
// not count, the last day does. It is negative when the other day is before the first. What was received on a working day
// a and is due on b under a limit of n working days has n of them between a and b.
func (c *Calendar) WorkingDaysBetween(a, b Day) (int, error) {
	from, err := c.covered(a)
	if err != nil {
		return 0, err
	}
	to, err := c.covered(b)
	if err != nil {
		return 0, err
	}
	return c.workingDaysBefore[to+1] - c.workingDaysBefore[from+1], nil
}

// subtractWorkingTime returns the latest instant from which an amount of working time, more than none, passes until t.
func (c *Calendar) subtractWorkingTime(t time.Time, amount time.Duration) (time.Time, error) {
	until, err := c.workedUntil(t)
	if err != nil {
		return time.Time{}, err
	}
	target := until - amount
	if target < 0 {
		return time.Time{}, c.missing(c.first - 1)
	}
	i := sort.Search(len(c.hours), func(i int) bool { return c.worked[i+1] > target })
	return c.lastAfterWork(c.begins+Day(i), target-c.worked[i]), nil
}

// subtractWorkingDays takes quarters of working days, more than none, from t.
func (c *Calendar) subtractWorkingDays(t time.Time, quarters int) (time.Time, error) {
	until, err := c.dayCountUntil(t)
	if err != nil {
		return time.Time{}, err
	}
	begun := until.add(-quarters)
	if begun.whole < 0 {
		return time.Time{}, c.missing(c.first - 1)
	}
	d, err := c.workingDay(begun.whole)
	if err != nil {
		return time.Time{}, err
	}
	return c.lastAfterWork(d, proportion(c.workedOn(c.position(d)), begun.part, begun.of)), nil
}

// lastAfterWork returns the latest instant of a working day at which an amount of its working time, less than all of it,
// has passed.
func (c *Calendar) lastAfterWork(d Day, amount time.Duration) time.Time {
	var reached time.Time
	for _, p := range c.hours[c.position(d)] {
		period := c.interval(d, p)
		reached = period.From.Add(amount)
		if reached.Before(period.To) {
			break
		}
		amount -= period.length()
	}
	return reached
}

// workUntil returns t when it is in working time, and the last close before it when it is not.
func (c *Calendar) workUntil(t time.Time) (time.Time, error) {
	d := c.workDayOf(t)
	i, err := c.covered(d)
	if err != nil {
		return time.Time{}, err
	}
	var last time.Time
	for _, p := range c.hours[i] {
		period := c.interval(d, p)
		if t.Before(period.From) {
			break
		}
		if last = period.To; !t.After(last) {
			return t.In(c.loc).Round(0), nil
		}
	}
	if !last.IsZero() {
		return last, nil
	}
	before, err := c.workingDay(c.workingDaysBefore[i] - 1)
	if err != nil {
		return time.Time{}, err
	}
	return c.closing(before), nil
}

// lastDayClosedBy returns the last working day whose working hours are over at t.
func (c *Calendar) lastDayClosedBy(t time.Time) (Day, error) {
	d := DayOf(t, c.loc)
	i, err := c.covered(d)
	if err != nil {
		return 0, err
	}
	if c.IsWorkingDay(d) && !c.closing(d).After(t) {
		return d, nil
	}
	return c.workingDay(c.workingDaysBefore[i] - 1)
}

// closingBeforeDays returns the close of the last working day from which a number of calendar days ends by t.
func (c *Calendar) closingBeforeDays(t time.Time, n int) (time.Time, error) {
	last, err := c.lastDayClosedBy(t)
	if err != nil {
		return time.Time{}, err
	}
	if last, err = c.WorkingDayUntil(last.AddDays(-n)); err != nil {
		return time.Time{}, err
	}
	return c.closing(last), nil
}

// lastDayOfReceipt returns the last working day after which quarters of working days end by due. The day itself does not
// count, and is over when they begin.
func (c *Calendar) lastDayOfReceipt(due time.Time, quarters int) (Day, error) {
	until, err := c.dayCountUntil(due)
	if err != nil {
		return 0, err
	}
	return c.workingDay(until.add(-quarters).whole - 1)
}

// lastReceiptOn returns the latest instant at which a dossier may come in to count as received on a working day and by an
// instant of its working time.
func (c *Calendar) lastReceiptOn(d Day, by time.Time, cutoff string) (time.Time, error) {
	if cutoff != "" {
		minutes, err := parseTimeOfDay(cutoff)
		if err != nil {
			return time.Time{}, errCutoff(err)
		}
		if at := c.instant(d, minutes); at.Before(by) {
			by = at
		}
	}
	if ends := d.AddDays(1).Start(c.loc); !by.Before(ends) {
		by = ends.Add(-time.Nanosecond) // midnight itself is the next day
	}
	return by, nil
}
