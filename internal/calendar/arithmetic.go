package calendar

import (
	"math/bits"
	"sort"
	"time"
)

// Add returns the instant at which a step that begins at t has used up its budget.
//
// Working hours are counted in working time from t on. Working days keep the part of the day: a budget of 1wd that begins
// after a quarter of one day's working time ends after a quarter of the next working day's. Calendar days end
// at the close of working hours of the last day, which is the next working day when it is not worked or already over.
//
// The result is always in working time. A zero budget ends at t, or at the next opening when t is outside working time.
// Add never loses a part of a second, save that working days of unequal hours are converted to the nanosecond.
func (c *Calendar) Add(t time.Time, d Duration) (time.Time, error) {
	switch {
	case d.Unit == CalendarDays:
		return c.closingAfterDays(c.workDayOf(t), d.Quarters/4, t)
	case d.IsZero():
		return c.workFrom(t)
	case d.Unit == WorkingDays:
		return c.addWorkingDays(t, d.Quarters)
	default:
		return c.addWorkingTime(t, d.workingTime())
	}
}

// Between returns the working time from a to b; it is negative when b is before a. Where d is in working hours and
// b = Add(a, d), Between(a, b) is d.
func (c *Calendar) Between(a, b time.Time) (time.Duration, error) {
	from, err := c.workedUntil(a)
	if err != nil {
		return 0, err
	}
	to, err := c.workedUntil(b)
	if err != nil {
		return 0, err
	}
	return to - from, nil
}

// workingTime is a duration in working hours as time.
func (d Duration) workingTime() time.Duration {
	return time.Duration(d.Quarters) * (time.Hour / 4)
}

// workDayOf returns the day to whose working time t belongs. That is the day on which t falls, except for the midnight at
// which work ends: it belongs to the day before.
func (c *Calendar) workDayOf(t time.Time) Day {
	d := DayOf(t, c.loc)
	if before := d.AddDays(-1); c.IsWorkingDay(before) && c.closing(before).Equal(t) {
		return before
	}
	return d
}

// workedUntil is the working time from the beginning of the calendar to t.
func (c *Calendar) workedUntil(t time.Time) (time.Duration, error) {
	d := c.workDayOf(t)
	i, err := c.covered(d)
	if err != nil {
		return 0, err
	}
	return c.worked[i] + c.workedOnUntil(d, t), nil
}

// workedOnUntil is the working time of a covered day up to t.
func (c *Calendar) workedOnUntil(d Day, t time.Time) time.Duration {
	var worked time.Duration
	for _, p := range c.hours[c.position(d)] {
		period := c.interval(d, p)
		if !t.After(period.From) {
			break
		}
		if t.Before(period.To) {
			period.To = t
		}
		worked += period.length()
	}
	return worked
}

// addWorkingTime returns the instant at which an amount of working time, more than none, has passed since t.
func (c *Calendar) addWorkingTime(t time.Time, amount time.Duration) (time.Time, error) {
	before, err := c.workedUntil(t)
	if err != nil {
		return time.Time{}, err
	}
	target := before + amount
	i := sort.Search(len(c.hours), func(i int) bool { return c.worked[i+1] >= target })
	if i == len(c.hours) {
		return time.Time{}, c.missing(c.last + 1)
	}
	return c.afterWork(c.begins+Day(i), target-c.worked[i]), nil
}

// afterWork returns the instant of a working day at which an amount of its working time has passed.
func (c *Calendar) afterWork(d Day, amount time.Duration) time.Time {
	var reached time.Time
	for _, p := range c.hours[c.position(d)] {
		period := c.interval(d, p)
		step := min(amount, period.length())
		reached = period.From.Add(step)
		if amount -= step; amount == 0 {
			break
		}
	}
	return reached
}

// workFrom returns t when it is in working time, and the next opening when it is not.
func (c *Calendar) workFrom(t time.Time) (time.Time, error) {
	d := c.workDayOf(t)
	i, err := c.covered(d)
	if err != nil {
		return time.Time{}, err
	}
	for _, p := range c.hours[i] {
		switch period := c.interval(d, p); {
		case t.Before(period.From):
			return period.From, nil
		case !t.After(period.To):
			return t.In(c.loc).Round(0), nil
		}
	}
	next, err := c.workingDay(c.workingDaysBefore[i+1])
	if err != nil {
		return time.Time{}, err
	}
	return c.opening(next), nil
}

// addWorkingDays adds quarters of working days, more than none, to t.
func (c *Calendar) addWorkingDays(t time.Time, quarters int) (time.Time, error) {
	begun, err := c.dayCountUntil(t)
	if err != nil {
		return time.Time{}, err
	}
	return c.atDayCount(begun.add(quarters))
}

// dayCount is a number of working days since the beginning of the calendar: whole days and part/of of one more. The
// part is less than the whole day.
type dayCount struct {
	whole    int
	part, of time.Duration
}

// dayCountUntil is the number of working days from the beginning of the calendar to t. At the close of a day its part is
// that whole day.
func (c *Calendar) dayCountUntil(t time.Time) (dayCount, error) {
	d := c.workDayOf(t)
	i, err := c.covered(d)
	if err != nil {
		return dayCount{}, err
	}
	count := dayCount{whole: c.workingDaysBefore[i], of: 1}
	if total := c.workedOn(i); total > 0 {
		count.part, count.of = c.workedOnUntil(d, t), total
	}
	return count, nil
}

// add adds quarters of a day, or takes them away when they are negative. The part may be a whole day to begin with.
func (n dayCount) add(quarters int) dayCount {
	whole, rest := quarters/4, quarters%4
	if rest < 0 {
		whole, rest = whole-1, rest+4
	}
	sum := dayCount{
		whole: n.whole + whole,
		part:  4*n.part + time.Duration(rest)*n.of,
		of:    4 * n.of,
	}
	if sum.part >= sum.of {
		sum.whole++
		sum.part -= sum.of
	}
	return sum
}

// atDayCount returns the instant at which a number of working days, more than none, has passed. A number without a
// part is the close of its last day.
func (c *Calendar) atDayCount(n dayCount) (time.Time, error) {
	if n.part == 0 {
		d, err := c.workingDay(n.whole - 1)
		if err != nil {
			return time.Time{}, err
		}
		return c.closing(d), nil
	}
	d, err := c.workingDay(n.whole)
	if err != nil {
		return time.Time{}, err
	}
	return c.afterWork(d, proportion(c.workedOn(c.position(d)), n.part, n.of)), nil
}

// proportion returns total*part/of, cut to the nanosecond, of durations that are not negative and a part that is at most
// the whole. The product may need more than 64 bits; the quotient does not.
func proportion(total, part, of time.Duration) time.Duration {
	high, low := bits.Mul64(uint64(total), uint64(part))
	quotient, _ := bits.Div64(high, low, uint64(of))
	return time.Duration(quotient)
}

// closingAfterDays returns the close of working hours n calendar days after a day, or, when that is a day off or its close
// lies before an instant, of the next working day.
func (c *Calendar) closingAfterDays(d Day, n int, notBefore time.Time) (time.Time, error) {
	last, err := c.WorkingDayFrom(d.AddDays(n))
	if err != nil {
		return time.Time{}, err
	}
	if closing := c.closing(last); !closing.Before(notBefore) {
		return closing, nil
	}
	if last, err = c.WorkingDayFrom(last.AddDays(1)); err != nil {
		return time.Time{}, err
	}
	return c.closing(last), nil
}
