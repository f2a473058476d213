package calendar

import (
	"fmt"
	"time"
)

// Deadline returns the instant by which a dossier must be settled under the statutory limit of its procedure.
//
// A dossier counts as received on the day it came in, or on the next working day when it came in on a day off, after the
// close of working hours, or after the cut-off, a time of day as 15:00 that is empty when the procedure has none. What
// comes in at the very minute of the cut-off is in time.
//
// Working days and calendar days do not count the day of receipt (Civil Code 2015, article 147) and end at the close
// of working hours of the last day. A limit in calendar days whose last day is a day off ends on the next working
// day (article 148). Half a working day over whole days ends after half of the next working day's hours. A limit of
// 0wd is a result on the day of receipt.
//
// Working hours run from the receipt, or from the opening when the dossier came in before it.
func (c *Calendar) Deadline(received time.Time, limit Duration, cutoff string) (time.Time, error) {
	start, err := c.countsAsReceived(received, cutoff)
	if err != nil {
		return time.Time{}, err
	}
	d := DayOf(start, c.loc)
	switch limit.Unit {
	case CalendarDays:
		return c.closingAfterDays(d, limit.Quarters/4, start)
	case WorkingDays:
		dayOfReceipt := dayCount{whole: c.workingDaysBefore[c.position(d)] + 1, of: 1}
		return c.atDayCount(dayOfReceipt.add(limit.Quarters))
	default:
		return c.Add(start, limit)
	}
}

// countsAsReceived returns the instant, on a working day, at which a dossier counts as received: that at which it came in
// or the opening before which it came in.
func (c *Calendar) countsAsReceived(received time.Time, cutoff string) (time.Time, error) {
	d := DayOf(received, c.loc)
	i, err := c.covered(d)
	if err != nil {
		return time.Time{}, err
	}
	inTime, err := c.receivedInTime(d, received, cutoff)
	if err != nil {
		return time.Time{}, err
	}
	if inTime {
		if opening := c.opening(d); received.Before(opening) {
			return opening, nil
		}
		return received, nil
	}
	next, err := c.workingDay(c.workingDaysBefore[i+1])
	if err != nil {
		return time.Time{}, err
	}
	return c.opening(next), nil
}

// receivedInTime says whether what came in on a covered day counts as received on it.
func (c *Calendar) receivedInTime(d Day, received time.Time, cutoff string) (bool, error) {
	if cutoff != "" {
		minutes, err := parseTimeOfDay(cutoff)
		if err != nil {
			return false, errCutoff(err)
		}
		if received.After(c.instant(d, minutes)) {
			return false, nil
		}
	}
	return c.IsWorkingDay(d) && !received.After(c.closing(d)), nil
}

func errCutoff(err error) error { return fmt.Errorf("receipt cut-off: %w", err) }
