package calendar

import (
	"errors"
	"math/rand/v2"
	"testing"
	"time"

	"chuan.dev/chuan/api/v1alpha1"
)

func TestSubtract(t *testing.T) {
	tests := []struct {
		name, until, budget, want string
	}{
		{"within the morning", "2026-03-02 10:00", "2wh", "2026-03-02 08:00"},
		{"over the midday break", "2026-03-02 14:30", "2wh", "2026-03-02 10:30"},
		{"to the beginning of the afternoon, not the end of the morning", "2026-03-02 15:30", "2wh", "2026-03-02 13:30"},
		{"over the night, with seconds", "2026-03-03 08:00:30", "1wh", "2026-03-02 17:00:30"},
		{"a whole day before Monday's close is Monday's opening", "2026-03-02 17:30", "8wh", "2026-03-02 07:30"},
		{"over Tết", "2026-02-23 08:00", "1wh", "2026-02-13 11:00"},
		{"from the night", "2026-03-02 22:00", "1wh", "2026-03-02 16:30"},

		{"a working day keeps the part of the day", "2026-03-03 09:30", "1wd", "2026-03-02 09:30"},
		{"a working day from the close", "2026-03-03 17:30", "1wd", "2026-03-03 07:30"},
		{"a working day from an opening", "2026-03-03 07:30", "1wd", "2026-03-02 07:30"},
		{"from a half day into a whole day", "2026-02-13 10:00", "1wd", "2026-02-12 14:30"},
		{"from a whole day into a half day", "2026-02-23 11:30", "1wd", "2026-02-13 09:30"},
		{"a quarter over a weekend", "2026-03-09 08:30", "0.25wd", "2026-03-06 16:30"},

		{"calendar days before a close", "2026-03-05 17:30", "3d", "2026-03-02 17:30"},
		{"calendar days before the close is reached", "2026-03-05 17:29", "3d", "2026-02-27 17:30"},
		{"calendar days that lead to a day off", "2026-03-10 17:30", "3d", "2026-03-06 17:30"},
		{"no calendar days", "2026-03-02 17:30", "0d", "2026-03-02 17:30"},
		{"no calendar days, before the close", "2026-03-02 09:00", "0d", "2026-02-27 17:30"},

		{"nothing, in working time", "2026-03-02 09:00:01", "0wh", "2026-03-02 09:00:01"},
		{"nothing, at the opening", "2026-03-02 07:30", "0wd", "2026-03-02 07:30"},
		{"nothing, in the break", "2026-03-02 12:00", "0wh", "2026-03-02 11:30"},
		{"nothing, in the morning of a Monday", "2026-03-02 05:00", "0wd", "2026-02-27 17:30"},
	}
	c := communal(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := c.Subtract(at(t, c.Location(), tt.until), mustDuration(t, tt.budget))
			if err != nil {
				t.Fatal(err)
			}
			if want := at(t, c.Location(), tt.want); !got.Equal(want) {
				t.Errorf("Subtract(%s, %s) = %s, want %s", tt.until, tt.budget, got, want)
			}
		})
	}
}

func TestLatestReceipt(t *testing.T) {
	tests := []struct {
		name, due, limit, cutoff, want string
	}{
		{"on the day itself, by the cut-off", "2026-03-02 17:30", "0wd", "15:00", "2026-03-02 15:00"},
		{"on the day itself, without a cut-off", "2026-03-02 17:30", "0wd", "", "2026-03-02 17:30"},
		{"the day before", "2026-03-02 17:29", "0wd", "15:00", "2026-02-27 15:00"},
		{"working days over National Day and a swapped Monday", "2026-09-11 17:30", "7wd", "15:00", "2026-08-28 15:00"},
		{"half a working day", "2026-03-03 11:30", "0.5wd", "15:00", "2026-03-02 15:00"},
		{"calendar days over a weekend", "2026-03-09 17:30", "6d", "15:00", "2026-03-03 15:00"},
		{"working hours of the same day", "2026-03-02 17:30", "8wh", "15:00", "2026-03-02 07:30"},
		{"working hours that would begin after the cut-off", "2026-03-03 08:30", "2wh", "15:00", "2026-03-02 15:00"},
		{"before a make-up Saturday", "2026-08-24 17:30", "1wd", "15:00", "2026-08-22 15:00"},
	}
	c := communal(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := c.LatestReceipt(at(t, c.Location(), tt.due), mustDuration(t, tt.limit), tt.cutoff)
			if err != nil {
				t.Fatal(err)
			}
			if want := at(t, c.Location(), tt.want); !got.Equal(want) {
				t.Errorf("LatestReceipt(%s, %s, %q) = %s, want %s", tt.due, tt.limit, tt.cutoff, got, want)
			}
		})
	}
	if _, err := c.LatestReceipt(at(t, c.Location(), "2026-03-02 17:30"), mustDuration(t, "1wd"), "15h"); err == nil {
		t.Error("the cut-off 15h was accepted")
	}
}

func TestWorkingDaysBetween(t *testing.T) {
	c := communal(t)
	for _, tt := range []struct {
		from, to string
		want     int
	}{
		{"2026-03-02", "2026-03-02", 0},
		{"2026-03-02", "2026-03-06", 4},
		{"2026-03-06", "2026-03-09", 1},
		{"2026-03-09", "2026-03-06", -1},
		{"2026-03-07", "2026-03-09", 1}, // from a Saturday
		{"2026-03-06", "2026-03-08", 0}, // to a Sunday
		{"2026-03-08", "2026-03-06", 0},
		{"2026-02-13", "2026-02-23", 1},
		{"2026-08-21", "2026-09-03", 7}, // the make-up Saturday, five days and the Thursday
	} {
		if got, err := c.WorkingDaysBetween(mustDate(t, tt.from), mustDate(t, tt.to)); err != nil || got != tt.want {
			t.Errorf("WorkingDaysBetween(%s, %s) = %d, %v; want %d", tt.from, tt.to, got, err, tt.want)
		}
	}
	inside, outside := mustDate(t, "2026-03-02"), mustDate(t, "2028-03-02")
	for _, ends := range [][2]Day{{inside, outside}, {outside, inside}} {
		if _, err := c.WorkingDaysBetween(ends[0], ends[1]); !errors.Is(err, ErrOutsideCalendar) {
			t.Errorf("WorkingDaysBetween(%s, %s) gives the error %v, want ErrOutsideCalendar", ends[0], ends[1], err)
		}
	}
}

func TestBackwardOutsideTheCalendar(t *testing.T) {
	c := mustNew(t, []v1alpha1.WorkCalendarSpec{year2026()}, v1alpha1.AgencyCalendar{Series: "vn"})
	for _, tt := range []struct {
		name, until, budget string
		missing             int
	}{
		{"working hours", "2026-01-05 09:00", "8wh", 2025},
		{"working days", "2026-01-05 09:00", "1wd", 2025},
		{"calendar days to a day before", "2026-01-05 17:30", "9d", 2025},
		{"calendar days to a day off at the beginning", "2026-01-05 17:30", "4d", 2025},
		{"nothing before the first opening", "2026-01-01 09:00", "0wh", 2025},
		{"until a later year", "2027-01-04 09:00", "1wh", 2027},
	} {
		t.Run(tt.name, func(t *testing.T) {
			until := at(t, c.Location(), tt.until)
			_, err := c.Subtract(until, mustDuration(t, tt.budget))
			var missing *MissingYearError
			if !errors.As(err, &missing) || missing.Year != tt.missing {
				t.Errorf("Subtract gives the error %v, want that %d is missing", err, tt.missing)
			}
			if _, err := c.LatestReceipt(until, mustDuration(t, tt.budget), "15:00"); !errors.Is(err, ErrOutsideCalendar) {
				t.Errorf("LatestReceipt gives the error %v, want ErrOutsideCalendar", err)
			}
		})
	}
}

// TestBackwardProperties checks on real and on odd calendars, over all their years, what the documentation says of
// Subtract, LatestReceipt and WorkingDaysBetween.
func TestBackwardProperties(t *testing.T) {
	for name, c := range map[string]*Calendar{
		"2018 to 2027":    decade(t),
		"crooked":         mustNew(t, shippedSpecs(t), crooked()),
		"round the clock": roundTheClock(t),
	} {
		t.Run(name, func(t *testing.T) {
			random := rand.New(rand.NewPCG(2027, 4))
			first, last := c.Years()
			begins, ends := NewDay(first, time.June, 1).Start(c.Location()), NewDay(last, time.June, 1).Start(c.Location())
			for range 4000 {
				until := begins.Add(time.Duration(random.Int64N(int64(ends.Sub(begins)))))
				if random.IntN(2) == 0 {
					until = until.Truncate(15 * time.Minute) // where periods begin and end
				}
				for _, d := range []Duration{
					{Quarters: random.IntN(300), Unit: WorkingHours},
					{Quarters: random.IntN(120), Unit: WorkingDays},
					{Quarters: 4 * random.IntN(60), Unit: CalendarDays},
				} {
					near := until.Add(time.Duration(random.Int64N(int64(96*time.Hour))) - 48*time.Hour)
					checkSubtract(t, c, until, near, d)
					checkLatestReceipt(t, c, until, d)
				}
				checkCount(t, c, until, random.IntN(60))
			}
		})
	}
}

// rounding is how far working days of unequal hours may be off.
const rounding = 10 * time.Nanosecond

// checkSubtract: work that begins by Subtract(until, d) ends by until, work that begins later does not; what is subtracted
// from a sum lies at its beginning or, with no working time between, after it.
func checkSubtract(t *testing.T, c *Calendar, until, near time.Time, d Duration) {
	t.Helper()
	latest, err := c.Subtract(until, d)
	if err != nil {
		t.Fatal(err)
	}
	if latest.After(until) || !inWorkingTime(c, latest) {
		t.Fatalf("Subtract(%s, %s) = %s: want an instant of working time that is not later", until, d, latest)
	}
	if end := mustAdd(t, c, latest, d); end.After(until) {
		t.Fatalf("Subtract(%s, %s) = %s, but from there the budget ends at %s", until, d, latest, end)
	}
	later, err := c.workFrom(latest.Add(rounding))
	if err != nil {
		t.Fatal(err)
	}
	if end := mustAdd(t, c, later, d); !end.After(until) {
		t.Fatalf("Subtract(%s, %s) = %s, but from %s the budget ends at %s, still in time", until, d, latest, later, end)
	}
	begin, err := c.workFrom(near)
	if err != nil {
		t.Fatal(err)
	}
	back, err := c.Subtract(mustAdd(t, c, begin, d), d)
	if err != nil {
		t.Fatal(err)
	}
	gap, err := c.Between(begin, back)
	if err != nil {
		t.Fatal(err)
	}
	if gap < -rounding || d.Unit != CalendarDays && gap > rounding {
		t.Fatalf("Subtract(Add(%s, %s)) = %s: %s of working time lie between", begin, d, back, gap)
	}
}

// checkLatestReceipt: what comes in by LatestReceipt is due in time, what comes in later is not.
func checkLatestReceipt(t *testing.T, c *Calendar, due time.Time, limit Duration) {
	t.Helper()
	for _, cutoff := range []string{"", "15:00"} {
		latest, err := c.LatestReceipt(due, limit, cutoff)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := c.Deadline(latest, limit, cutoff); err != nil || got.After(due) {
			t.Fatalf("LatestReceipt(%s, %s, %q) = %s, but that is due at %s (%v)", due, limit, cutoff, latest, got, err)
		}
		later := latest.Add(2 * time.Nanosecond)
		if got, err := c.Deadline(later, limit, cutoff); err != nil || !got.After(due) {
			t.Fatalf("LatestReceipt(%s, %s, %q) = %s, but what comes in at %s is due at %s (%v)", due, limit, cutoff, latest, later, got, err)
		}
	}
}

// checkCount: the count of working days between inverts a deadline in working days.
func checkCount(t *testing.T, c *Calendar, received time.Time, days int) {
	t.Helper()
	opening, err := c.countsAsReceived(received, "15:00")
	if err != nil {
		t.Fatal(err)
	}
	due, err := c.Deadline(received, Duration{Quarters: 4 * days, Unit: WorkingDays}, "15:00")
	if err != nil {
		t.Fatal(err)
	}
	from, to := DayOf(opening, c.Location()), c.workDayOf(due)
	if got, err := c.WorkingDaysBetween(from, to); err != nil || got != days {
		t.Fatalf("%d working days from %s end on %s, but %d lie between (%v)", days, from, to, got, err)
	}
	if back, err := c.WorkingDaysBetween(to, from); err != nil || back != -days {
		t.Fatalf("%d working days from %s end on %s, but back %d lie between (%v)", days, from, to, back, err)
	}
}
