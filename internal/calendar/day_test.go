package calendar

import (
	"math/rand/v2"
	"testing"
	"time"

	"chuan.dev/chuan/api/v1alpha1"
)

func TestParseDate(t *testing.T) {
	for _, date := range []v1alpha1.Date{"2026-03-01", "2024-02-29", "1970-01-01", "1969-12-31", "9999-12-31", "0001-01-01"} {
		d, err := ParseDate(date)
		if err != nil {
			t.Errorf("ParseDate(%q): %v", date, err)
		} else if d.String() != string(date) {
			t.Errorf("ParseDate(%q) = %s", date, d)
		}
	}
	for _, date := range []v1alpha1.Date{"", "2026-02-30", "2026-02-29", "2026-13-01", "2026-00-10", "2026-3-1", "01/03/2026", "2026-03-01T00:00:00Z"} {
		if d, err := ParseDate(date); err == nil {
			t.Errorf("ParseDate(%q) = %s, want an error", date, d)
		}
	}
}

func TestDayArithmetic(t *testing.T) {
	d := NewDay(2024, time.February, 28)
	for n, want := range map[int]string{0: "2024-02-28", 1: "2024-02-29", 2: "2024-03-01", -59: "2023-12-31", 366: "2025-02-28"} {
		if got := d.AddDays(n).String(); got != want {
			t.Errorf("%s and %d days = %s, want %s", d, n, got, want)
		}
	}
	if got := d.Weekday(); got != time.Wednesday {
		t.Errorf("%s is a %s, want Wednesday", d, got)
	}
	if d.Year() != 2024 || d.AddDays(1) <= d {
		t.Errorf("year %d; the next day is %s", d.Year(), d.AddDays(1))
	}
}

func TestDayOf(t *testing.T) {
	hanoi := mustZone(t, "")
	tests := []struct {
		instant string
		want    string
	}{
		{"2026-03-01T16:59:59.999999999Z", "2026-03-01"},
		{"2026-03-01T17:00:00Z", "2026-03-02"},
		{"1969-12-30T15:59:59Z", "1969-12-30"}, // UTC+8 then
		{"1969-12-30T16:00:00Z", "1969-12-31"},
	}
	for _, tt := range tests {
		parsed, err := time.Parse(time.RFC3339Nano, tt.instant)
		if err != nil {
			t.Fatal(err)
		}
		if got := DayOf(parsed, hanoi).String(); got != tt.want {
			t.Errorf("DayOf(%s) = %s, want %s", tt.instant, got, tt.want)
		}
	}
}

func TestStartOfDay(t *testing.T) {
	tests := []struct {
		zone string
		day  v1alpha1.Date
		want string
	}{
		{"Asia/Ho_Chi_Minh", "2026-03-01", "2026-03-01T00:00:00+07:00"},
		{"Europe/Berlin", "2026-03-29", "2026-03-29T00:00:00+01:00"},
		{"Europe/Berlin", "2026-03-30", "2026-03-30T00:00:00+02:00"},
		// In Beirut the clocks jump from midnight to one o'clock: the day begins at one.
		{"Asia/Beirut", "2026-03-29", "2026-03-29T01:00:00+03:00"},
		// In Havana they go back from one o'clock to midnight: midnight comes twice, and the first counts.
		{"America/Havana", "2026-11-01", "2026-11-01T00:00:00-04:00"},
		// Samoa left 30 December 2011 out altogether.
		{"Pacific/Apia", "2011-12-30", "2011-12-31T00:00:00+14:00"},
		{"Pacific/Apia", "2011-12-31", "2011-12-31T00:00:00+14:00"},
	}
	for _, tt := range tests {
		d, err := ParseDate(tt.day)
		if err != nil {
			t.Fatal(err)
		}
		if got := d.Start(mustZone(t, tt.zone)).Format(time.RFC3339); got != tt.want {
			t.Errorf("%s begins in %s at %s, want %s", tt.day, tt.zone, got, tt.want)
		}
	}
}

func TestInstantsKeepTheOrderOfTheClock(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, zone := range []string{"Asia/Ho_Chi_Minh", "Europe/Berlin", "Asia/Beirut", "America/Havana", "America/St_Johns", "Australia/Lord_Howe", "Pacific/Apia"} {
		loc := mustZone(t, zone)
		for day := NewDay(2011, time.January, 1); day < NewDay(2012, time.January, 1); day++ {
			earlier := random.IntN(minutesPerDay)
			later := earlier + 1 + random.IntN(minutesPerDay-earlier)
			from, to := instant(day, earlier, loc), instant(day, later, loc)
			if to.Before(from) {
				t.Fatalf("in %s minute %d of %s is at %s, and minute %d already at %s", zone, earlier, day, from, later, to)
			}
		}
	}
}

func TestLoadZone(t *testing.T) {
	if got := mustZone(t, "").String(); got != DefaultTimeZone {
		t.Errorf("the default zone is %s", got)
	}
	for _, name := range []string{"Local", "Asia/Hanoi", "../etc/passwd", "asia/"} {
		if loc, err := LoadZone(name); err == nil {
			t.Errorf("LoadZone(%q) = %s, want an error", name, loc)
		}
	}
}

// TestFixedOffset: where the clocks do not change, the plain sum gives the same instants as the history of the zone.
func TestFixedOffset(t *testing.T) {
	for _, tt := range []struct {
		zone        string
		first, last int
		want        bool
	}{
		{"Asia/Ho_Chi_Minh", 2018, 2027, true},
		{"Asia/Ho_Chi_Minh", 1970, 1980, false}, // until 13 June 1975
		{"Europe/Berlin", 2026, 2027, false},
		{"UTC", 1990, 2199, true},
	} {
		loc := mustZone(t, tt.zone)
		begins, ends := NewDay(tt.first, time.January, 1), NewDay(tt.last+1, time.January, 1)
		offset, fixed := fixedOffset(loc, begins, ends)
		if fixed != tt.want {
			t.Errorf("%s from %d to %d: fixed is %t, want %t", tt.zone, tt.first, tt.last, fixed, tt.want)
		}
		plain := Calendar{loc: loc, offset: offset, fixed: true}
		for d := begins; fixed && d < ends; d++ {
			for _, minutes := range []int{0, 450, minutesPerDay} {
				if got, want := plain.instant(d, minutes), instant(d, minutes, loc); !got.Equal(want) {
					t.Fatalf("%s, %s and %d minutes: %s, want %s", tt.zone, d, minutes, got, want)
				}
			}
		}
	}
}
