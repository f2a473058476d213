package calendar

import (
	"errors"
	"math/rand/v2"
	"testing"
	"time"

	"chuan.dev/chuan/api/v1alpha1"
)

func TestAdd(t *testing.T) {
	tests := []struct {
		name, from, budget, want string
	}{
		{"within the morning", "2026-03-02 08:00", "2wh", "2026-03-02 10:00"},
		{"over the midday break", "2026-03-02 10:30", "2wh", "2026-03-02 14:30"},
		{"to the end of the morning, not the beginning of the afternoon", "2026-03-02 09:30", "2wh", "2026-03-02 11:30"},
		{"over the night, with seconds", "2026-03-02 17:00:30", "1wh", "2026-03-03 08:00:30"},
		{"over Tết", "2026-02-13 11:00", "1wh", "2026-02-23 08:00"},
		{"a long span", "2026-01-05 07:30", "1000wh", "2026-07-09 08:30"},

		{"a working day keeps the part of the day", "2026-03-02 09:30", "1wd", "2026-03-03 09:30"},
		{"a working day from the opening ends at the close", "2026-03-02 07:30", "1wd", "2026-03-02 17:30"},
		{"a working day from the close ends at the next close", "2026-03-02 17:30", "1wd", "2026-03-03 17:30"},
		{"a quarter from a Sunday", "2026-03-01 12:00", "0.25wd", "2026-03-02 09:30"},
		{"a quarter over the end of the day", "2026-03-02 16:30", "0.25wd", "2026-03-03 08:30"},
		{"from a whole day into a half day", "2026-02-12 14:30", "1wd", "2026-02-13 10:00"},
		{"from a half day into a whole day", "2026-02-13 09:30", "1wd", "2026-02-23 11:30"},
		{"seconds into a half day", "2026-02-12 14:30:10", "1wd", "2026-02-13 10:00:05"},

		{"calendar days end at the close", "2026-03-02 09:00", "3d", "2026-03-05 17:30"},
		{"calendar days from a Saturday", "2026-03-07 09:00", "3d", "2026-03-10 17:30"},
		{"calendar days that end on a day off", "2026-03-02 09:00", "6d", "2026-03-09 17:30"},
		{"no calendar days, before the close", "2026-03-02 09:00", "0d", "2026-03-02 17:30"},
		{"no calendar days, after the close", "2026-03-02 20:00", "0d", "2026-03-03 17:30"},

		{"nothing, in working time", "2026-03-02 09:00:01", "0wh", "2026-03-02 09:00:01"},
		{"nothing, at the close", "2026-03-02 17:30", "0wd", "2026-03-02 17:30"},
		{"nothing, in the break", "2026-03-02 12:00", "0wh", "2026-03-02 13:30"},
		{"nothing, at night", "2026-03-02 20:00", "0wd", "2026-03-03 07:30"},
	}
	c := communal(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := c.Add(at(t, c.Location(), tt.from), mustDuration(t, tt.budget))
			if err != nil {
				t.Fatal(err)
			}
			if want := at(t, c.Location(), tt.want); !got.Equal(want) {
				t.Errorf("Add(%s, %s) = %s, want %s", tt.from, tt.budget, got, want)
			}
		})
	}
}

func TestBetween(t *testing.T) {
	tests := []struct {
		name, from, to string
		want           time.Duration
	}{
		{"within the morning", "2026-03-02 08:00", "2026-03-02 10:00:00.5", 2*time.Hour + 500*time.Millisecond},
		{"from break to break", "2026-03-02 12:00", "2026-03-03 12:00", 8 * time.Hour},
		{"over a weekend", "2026-03-06 20:00", "2026-03-09 05:00", 0},
		{"backwards", "2026-03-02 10:00", "2026-03-02 08:00", -2 * time.Hour},
		{"the week before Tết", "2026-02-09 00:00", "2026-02-16 00:00", 36 * time.Hour},
	}
	c := communal(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := c.Between(at(t, c.Location(), tt.from), at(t, c.Location(), tt.to))
			if err != nil {
				t.Fatal(err)
			}
			if got != tt.want {
				t.Errorf("Between(%s, %s) = %s, want %s", tt.from, tt.to, got, tt.want)
			}
		})
	}
	inside, outside := at(t, c.Location(), "2026-03-02 08:00"), at(t, c.Location(), "2028-03-02 08:00")
	for _, ends := range [][2]time.Time{{inside, outside}, {outside, inside}} {
		if _, err := c.Between(ends[0], ends[1]); !errors.Is(err, ErrOutsideCalendar) {
			t.Errorf("Between(%s, %s) gives the error %v, want ErrOutsideCalendar", ends[0], ends[1], err)
		}
	}
}

// roundTheClock works through midnight, in a zone whose clocks change.
func roundTheClock(tb testing.TB) *Calendar {
	tb.Helper()
	spec := v1alpha1.WorkCalendarSpec{Series: "eu", TimeZone: "Europe/Berlin", Standing: v1alpha1.CalendarProvisional}
	spec.WorkingHours = []v1alpha1.WeeklyHours{
		{Days: []v1alpha1.Weekday{"Friday", "Saturday"}, Periods: []v1alpha1.Period{{From: "22:00", To: "24:00"}}},
		{Days: []v1alpha1.Weekday{"Sunday"}, Periods: []v1alpha1.Period{{From: "00:00", To: "02:30"}, {From: "02:45", To: "06:00"}}},
	}
	next := spec
	spec.Year, next.Year = 2026, 2027
	return mustNew(tb, []v1alpha1.WorkCalendarSpec{spec, next}, v1alpha1.AgencyCalendar{Series: "eu"})
}

func TestProperties(t *testing.T) {
	calendars := map[string]*Calendar{
		"2018 to 2027": decade(t), "communal": communal(t), "round the clock": roundTheClock(t),
		"crooked": mustNew(t, shippedSpecs(t), crooked()),
	}
	for name, c := range calendars {
		t.Run(name, func(t *testing.T) {
			random := rand.New(rand.NewPCG(349, 2018))
			first, last := c.Years()
			begins, ends := NewDay(first, time.January, 3).Start(c.Location()), NewDay(last-1, time.December, 1).Start(c.Location())
			for range 4000 {
				from := begins.Add(time.Duration(random.Int64N(int64(ends.Sub(begins)))))
				a := Duration{Quarters: random.IntN(200), Unit: WorkingHours}
				b := Duration{Quarters: random.IntN(200), Unit: WorkingHours}
				checkSum(t, c, from, a, b, 0)
				days, more := Duration{Quarters: a.Quarters / 8, Unit: WorkingDays}, Duration{Quarters: b.Quarters / 8, Unit: WorkingDays}
				checkSum(t, c, from, days, more, 10*time.Nanosecond)
				checkInverse(t, c, from, a)
				for _, unit := range []Unit{WorkingHours, WorkingDays, CalendarDays} {
					checkInWorkingTime(t, c, from, Duration{Quarters: 4 * random.IntN(20), Unit: unit})
					checkInWorkingTime(t, c, from, Duration{Quarters: random.IntN(2), Unit: unit})
				}
				checkOrder(t, c, from, from.Add(time.Duration(random.Int64N(int64(72*time.Hour)))), b.Quarters/8)
			}
		})
	}
}

func mustAdd(t *testing.T, c *Calendar, from time.Time, d Duration) time.Time {
	t.Helper()
	got, err := c.Add(from, d)
	if err != nil {
		t.Fatalf("Add(%s, %s): %v", from, d, err)
	}
	return got
}

// checkSum: adding a and then b is adding a+b, up to a tolerance.
func checkSum(t *testing.T, c *Calendar, from time.Time, a, b Duration, tolerance time.Duration) {
	t.Helper()
	step := mustAdd(t, c, mustAdd(t, c, from, a), b)
	sum := mustAdd(t, c, from, Duration{Quarters: a.Quarters + b.Quarters, Unit: a.Unit})
	if step.Sub(sum).Abs() > tolerance {
		t.Fatalf("from %s: %s and then %s gives %s, their sum %s", from, a, b, step, sum)
	}
}

// checkInverse: between inverts add.
func checkInverse(t *testing.T, c *Calendar, from time.Time, d Duration) {
	t.Helper()
	end := mustAdd(t, c, from, d)
	got, err := c.Between(from, end)
	if err != nil {
		t.Fatal(err)
	}
	if want := time.Duration(d.Quarters) * 15 * time.Minute; got != want {
		t.Fatalf("between %s and %s are %s of work, want %s", from, end, got, want)
	}
	if back, err := c.Between(end, from); err != nil || back != -got {
		t.Fatalf("between %s and %s are %s of work (%v), want %s", end, from, back, err, -got)
	}
}

// checkInWorkingTime: whatever is added, the result lies in a period of work and not before the beginning.
func checkInWorkingTime(t *testing.T, c *Calendar, from time.Time, d Duration) {
	t.Helper()
	added := mustAdd(t, c, from, d)
	due, err := c.Deadline(from, d, "15:00")
	if err != nil {
		t.Fatal(err)
	}
	for _, got := range []time.Time{added, due} {
		if got.Before(from) {
			t.Fatalf("%s after %s is %s, which is before it", d, from, got)
		}
		if !inWorkingTime(c, got) {
			t.Fatalf("%s after %s is %s, which is not in working time", d, from, got)
		}
	}
}

func inWorkingTime(c *Calendar, t time.Time) bool {
	today := DayOf(t, c.Location())
	for _, d := range []Day{today.AddDays(-1), today} {
		for _, p := range c.Periods(d) {
			if !t.Before(p.From) && !t.After(p.To) {
				return true
			}
		}
	}
	return false
}

// checkOrder: what comes in later is never due earlier.
func checkOrder(t *testing.T, c *Calendar, earlier, later time.Time, quarters int) {
	t.Helper()
	for _, unit := range []Unit{WorkingHours, WorkingDays, CalendarDays} {
		limit := Duration{Quarters: quarters, Unit: unit}
		first, err := c.Deadline(earlier, limit, "15:00")
		if err != nil {
			t.Fatal(err)
		}
		second, err := c.Deadline(later, limit, "15:00")
		if err != nil {
			t.Fatal(err)
		}
		if second.Before(first) {
			t.Fatalf("%s: received at %s it is due at %s, received at %s already at %s", limit, earlier, first, later, second)
		}
	}
}

func TestHoursOnTheDayTheClocksChange(t *testing.T) {
	c := roundTheClock(t)
	// At 02:00 of 29 March 2026 the clocks in Berlin jump to 03:00: of 02:30 to 02:45 nothing is left, and of
	// 00:00 to 06:00 five hours. On 25 October 03:00 becomes 02:00 again.
	tests := []struct {
		from, to string
		want     time.Duration
	}{
		{"2026-03-22 00:00", "2026-03-22 06:00", 5*time.Hour + 45*time.Minute},
		{"2026-03-29 00:00", "2026-03-29 06:00", 5 * time.Hour},
		{"2026-10-25 00:00", "2026-10-25 06:00", 6*time.Hour + 45*time.Minute},
	}
	for _, tt := range tests {
		got, err := c.Between(at(t, c.Location(), tt.from), at(t, c.Location(), tt.to))
		if err != nil {
			t.Fatal(err)
		}
		if got != tt.want {
			t.Errorf("between %s and %s are %s of work, want %s", tt.from, tt.to, got, tt.want)
		}
	}
}
