package calendar

import (
	"fmt"
	"time"
	_ "time/tzdata" // Due dates must not depend on the zones that a machine happens to have.
)

// DefaultTimeZone is the zone of a calendar or schedule that names none.
const DefaultTimeZone = "Asia/Ho_Chi_Minh"

// LoadZone returns the zone with an IANA name, and the default zone for an empty name. "Local" is refused: it would mean
// something else on every machine.
func LoadZone(name string) (*time.Location, error) {
	if name == "" {
		name = DefaultTimeZone
	}
	if name == "Local" {
		return nil, fmt.Errorf("unknown time zone %q: write an IANA name, as %s", name, DefaultTimeZone)
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf("unknown time zone %q: write an IANA name, as %s", name, DefaultTimeZone)
	}
	return loc, nil
}

// instant returns the first instant at which the clocks of a zone show a number of minutes after midnight of a day, from 0
// to 1440. A time that the clocks jump over becomes the instant of the jump. Of a time that they show twice it is the
// first. So a later time of day never gives an earlier instant.
func instant(d Day, minutes int, loc *time.Location) time.Time {
	year, month, day := d.Date()
	wall := time.Date(year, month, day, 0, minutes, 0, 0, time.UTC).Unix()
	t := time.Date(year, month, day, 0, minutes, 0, 0, loc)
	_, offset := t.Zone()
	start, end := t.ZoneBounds()
	switch shown := t.Unix() + int64(offset); {
	case shown > wall:
		return start
	case shown < wall:
		return end
	}
	if start.IsZero() {
		return t
	}
	_, before := start.Add(-time.Nanosecond).Zone()
	if first := time.Unix(wall-int64(before), 0).In(loc); first.Before(start) {
		return first
	}
	return t
}

// fixedOffset returns by how many seconds the clocks of a zone are ahead of UTC, when they do not change on any of the days
// from begins on and before ends.
func fixedOffset(loc *time.Location, begins, ends Day) (seconds int64, fixed bool) {
	first, last := begins.AddDays(-1).Start(loc), ends.AddDays(1).Start(loc)
	_, offset := first.Zone()
	_, change := first.ZoneBounds()
	return int64(offset), change.IsZero() || change.After(last)
}
