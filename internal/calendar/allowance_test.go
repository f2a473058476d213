package calendar

import (
	"testing"
	"time"

	"chuan.dev/chuan/api/v1alpha1"
)

// TestAllowance holds the working time that limits leave against the deadline itself, on every day of two years.
func TestAllowance(t *testing.T) {
	for name, c := range map[string]*Calendar{"national": national(t), "communal": communal(t)} {
		for _, limit := range []string{"0wd", "1wd", "7wd", "1.5wd", "0d", "1d", "15d", "60d", "4wh", "12.25wh"} {
			for _, cutoff := range []string{"", "15:00", "07:30", "06:00"} {
				d := mustDuration(t, limit)
				judged := 0
				for day := NewDay(2026, time.January, 1); day <= NewDay(2027, time.December, 31); day++ {
					got, gotErr := c.Allowance(day, d, cutoff)
					want, wantErr := naiveAllowance(c, day, d, cutoff)
					if (gotErr == nil) != (wantErr == nil) || got != want {
						t.Fatalf("%s: %s from %s with cut-off %q leaves %v, %v; want %v, %v", name, limit, day, cutoff, got, gotErr, want, wantErr)
					}
					if gotErr == nil {
						judged++
					}
				}
				if judged < 600 {
					t.Errorf("%s: %s is known on %d days only", name, limit, judged)
				}
			}
		}
	}
}

func naiveAllowance(c *Calendar, day Day, limit Duration, cutoff string) (time.Duration, error) {
	for c.Covers(day) && !c.IsWorkingDay(day) {
		day++
	}
	if !c.Covers(day) {
		return 0, c.missing(day.Year())
	}
	opening := c.Periods(day)[0].From
	due, err := c.Deadline(opening, limit, cutoff)
	if err != nil {
		return 0, err
	}
	return c.Between(opening, due)
}

func TestDayLengths(t *testing.T) {
	if shortest, longest := national(t).DayLengths(); shortest != 8*time.Hour || longest != 8*time.Hour {
		t.Errorf("national days last from %s to %s, want 8 hours", shortest, longest)
	}
	if shortest, longest := communal(t).DayLengths(); shortest != 3*time.Hour || longest != 8*time.Hour {
		t.Errorf("communal days last from %s to %s, want 3 to 8 hours", shortest, longest)
	}
}

func TestEqual(t *testing.T) {
	years := []v1alpha1.WorkCalendarSpec{year2026(), year2027()}
	c, other := national(t), mustNew(t, years, v1alpha1.AgencyCalendar{Series: "vn", WorkingHours: officeHours()})
	if same := c; !c.Equal(other) || !c.Equal(same) {
		t.Error("calendars of the same hours differ")
	}
	if c.Equal(communal(t)) {
		t.Error("a calendar with local exceptions equals one without")
	}
	if c.Equal(mustNew(t, years[:1], v1alpha1.AgencyCalendar{Series: "vn"})) {
		t.Error("a calendar of one year equals one of two")
	}
	announced := []v1alpha1.WorkCalendarSpec{year2026(), year2027()}
	announced[1].Standing = v1alpha1.CalendarOfficial
	if c.Equal(mustNew(t, announced, v1alpha1.AgencyCalendar{Series: "vn"})) {
		t.Error("a calendar with a provisional year equals one without")
	}
}
