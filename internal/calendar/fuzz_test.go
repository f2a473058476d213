package calendar

import (
	"errors"
	"testing"
	"time"
)

// FuzzParseDuration: what is read lies within the bounds of the API and is written as it was read; all else is an error.
func FuzzParseDuration(f *testing.F) {
	for _, seed := range []string{
		"0wh", "4wh", "0.5wd", "1.25wd", "15d", "9999.75wh", "10000d", "0.5d", "01wd", "1.50wh", "-1d", "+1d", "1e3d", "1.wd", ".5wd", "wd", "d", "",
		"1_000d", "٣d", "0.0wh", "1 wd", "1h", "99999999999999999999wd",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := ParseDuration(s)
		if err != nil {
			if d != (Duration{}) {
				t.Errorf("ParseDuration(%q) gives %v along with the error %v", s, d, err)
			}
			return
		}
		if d.Quarters < 0 || d.Quarters > 4*maxWhole+3 || d.Unit > CalendarDays || d.Unit == CalendarDays && d.Quarters%4 != 0 {
			t.Errorf("ParseDuration(%q) = %v, which is out of bounds", s, d)
		}
		if d.String() != s {
			t.Errorf("ParseDuration(%q) is written %q", s, d)
		}
	})
}

// FuzzArithmetic asks the shipped calendars, and those of an agency with odd days, about any instant, amount and cut-off:
// they answer within working time, in order and one inverting the other, or name the year that is missing.
func FuzzArithmetic(f *testing.F) {
	calendars := []*Calendar{decade(f), mustNew(f, shippedSpecs(f), crooked()), roundTheClock(f)}
	f.Add(int64(1771000000), int64(0), uint(4), uint8(1), uint8(60), uint8(0))
	f.Add(int64(1514739600), int64(1), uint(6), uint8(0), uint8(0), uint8(1))
	f.Add(int64(1830272399), int64(999999999), uint(40), uint8(2), uint8(96), uint8(2))
	f.Add(int64(-62135596800), int64(5), uint(39999), uint8(1), uint8(95), uint8(0))
	f.Fuzz(func(t *testing.T, seconds, nanoseconds int64, quarters uint, unit, cutoff, which uint8) {
		c := calendars[int(which)%len(calendars)]
		const years = 400 * 365 * 24 * 60 * 60
		now := time.Unix(seconds%years, nanoseconds%int64(time.Second))
		d := Duration{Quarters: int(quarters % (4*maxWhole + 4)), Unit: Unit(unit % 3)}
		if d.Unit == CalendarDays {
			d.Quarters -= d.Quarters % 4
		}
		limit := ""
		if cutoff < 96 { // every quarter of an hour
			limit = time.Date(2026, 1, 1, 0, 15*int(cutoff), 0, 0, time.UTC).Format("15:04")
		}
		added, err := c.Add(now, d)
		if answered(t, err) && (added.Before(now) || !inWorkingTime(c, added)) {
			t.Errorf("Add(%s, %s) = %s: want working time that is not before", now, d, added)
		}
		due, err := c.Deadline(now, d, limit)
		if answered(t, err) && (due.Before(now) || !inWorkingTime(c, due)) {
			t.Errorf("Deadline(%s, %s, %q) = %s: want working time that is not before", now, d, limit, due)
		}
		begin, err := c.Subtract(now, d)
		if !answered(t, err) {
			return
		}
		if begin.After(now) || !inWorkingTime(c, begin) {
			t.Errorf("Subtract(%s, %s) = %s: want working time that is not after", now, d, begin)
		}
		if end, err := c.Add(begin, d); err != nil || end.After(now) {
			t.Errorf("Subtract(%s, %s) = %s, but from there the budget ends at %s (%v)", now, d, begin, end, err)
		}
		received, err := c.LatestReceipt(now, d, limit)
		if !answered(t, err) {
			return
		}
		if due, err := c.Deadline(received, d, limit); err != nil || due.After(now) {
			t.Errorf("LatestReceipt(%s, %s, %q) = %s, but that is due at %s (%v)", now, d, limit, received, due, err)
		}
	})
}

// answered says whether there is an answer. There may be none only where a year is missing.
func answered(t *testing.T, err error) bool {
	t.Helper()
	if err != nil && !errors.Is(err, ErrOutsideCalendar) {
		t.Errorf("the error %v is not ErrOutsideCalendar", err)
	}
	return err == nil
}
