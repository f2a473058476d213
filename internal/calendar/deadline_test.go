package calendar

import (
	"errors"
	"testing"

	"chuan.dev/chuan/api/v1alpha1"
)

func TestDeadline(t *testing.T) {
	tests := []struct {
		name     string
		received string
		limit    string
		cutoff   string
		want     string
	}{
		{"the day of receipt does not count", "2026-03-02 07:30", "1wd", "", "2026-03-03 17:30"},
		{"three working days over Tết", "2026-02-12 09:00", "3wd", "", "2026-02-24 17:30"},
		{"calendar days that end in Tết move behind it", "2026-02-03 09:00", "15d", "", "2026-02-23 17:30"},
		{"calendar days that end on a Saturday move to Monday", "2026-03-02 09:00", "5d", "", "2026-03-09 17:30"},
		{"calendar days that end on a compensatory day", "2026-04-17 09:00", "10d", "", "2026-04-28 17:30"},
		{"calendar days that end on a make-up Saturday stay", "2026-08-20 09:00", "2d", "", "2026-08-22 17:30"},
		{"a make-up Saturday is a working day", "2026-08-21 09:00", "5wd", "", "2026-08-27 17:30"},
		{"received on a make-up Saturday", "2026-01-10 09:00", "1wd", "", "2026-01-12 17:30"},
		{"received on a swapped day counts from the next working day", "2026-08-31 09:00", "1wd", "", "2026-09-04 17:30"},
		{"the new holiday of 24/11", "2026-11-23 09:00", "1wd", "", "2026-11-25 17:30"},
		{"into the next year", "2026-12-31 09:00", "1wd", "", "2027-01-04 17:30"},

		{"at the cut-off is in time", "2026-03-02 15:00", "0wd", "15:00", "2026-03-02 17:30"},
		{"an instant after the cut-off is not", "2026-03-02 15:00:00.000000001", "0wd", "15:00", "2026-03-03 17:30"},
		{"after the cut-off of a Friday", "2026-03-06 15:30", "1wd", "15:00", "2026-03-10 17:30"},
		{"after the cut-off, calendar days", "2026-03-06 15:30", "7d", "15:00", "2026-03-16 17:30"},
		{"after the cut-off, working hours begin at the next opening", "2026-03-06 15:30", "4wh", "15:00", "2026-03-09 11:30"},
		{"without a cut-off the close is in time", "2026-03-02 17:30", "1wd", "", "2026-03-03 17:30"},
		{"without a cut-off, after the close", "2026-03-02 17:30:01", "1wd", "", "2026-03-04 17:30"},
		{"a cut-off after the close changes nothing", "2026-02-13 12:00", "0wd", "15:00", "2026-02-23 17:30"},
		{"before the opening", "2026-03-02 05:00", "0wd", "15:00", "2026-03-02 17:30"},
		{"received on a Sunday", "2026-03-01 10:00", "0wd", "15:00", "2026-03-02 17:30"},
		{"in the midday break", "2026-03-02 12:00", "0d", "", "2026-03-02 17:30"},

		{"eight hours from the opening end at the close", "2026-03-02 07:30", "8wh", "", "2026-03-02 17:30"},
		{"eight hours received before the opening", "2026-03-02 05:00", "8wh", "", "2026-03-02 17:30"},
		{"eight hours from the middle of the morning", "2026-03-02 10:00", "8wh", "", "2026-03-03 10:00"},
		{"seconds are kept", "2026-03-02 10:00:17.25", "8wh", "", "2026-03-03 10:00:17.25"},
		{"hours over National Day", "2026-08-28 16:00", "8wh", "", "2026-09-03 16:00"},
		{"hours from the midday break", "2026-03-02 12:15", "0.25wh", "", "2026-03-02 13:45"},
		{"no hours from a Sunday", "2026-03-01 10:00", "0wh", "", "2026-03-02 07:30"},

		{"half a working day", "2026-03-02 09:00", "0.5wd", "", "2026-03-03 11:30"},
		{"half a working day of a half day", "2026-02-12 09:00", "0.5wd", "", "2026-02-13 09:30"},
		{"one and a quarter working days", "2026-03-02 09:00", "1.25wd", "", "2026-03-04 09:30"},
		{"a half day is a whole working day", "2026-02-12 09:00", "1wd", "", "2026-02-13 11:30"},
		{"a local closure is no working day", "2026-05-06 09:00", "1wd", "", "2026-05-08 17:30"},
		{"a local working Saturday", "2026-06-12 09:00", "1wd", "", "2026-06-13 11:15"},
	}
	c := communal(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			received := at(t, c.Location(), tt.received)
			got, err := c.Deadline(received, mustDuration(t, tt.limit), tt.cutoff)
			if err != nil {
				t.Fatal(err)
			}
			if want := at(t, c.Location(), tt.want); !got.Equal(want) {
				t.Errorf("Deadline(%s, %s, %q) = %s, want %s", tt.received, tt.limit, tt.cutoff, got, want)
			}
			if got.Location() != c.Location() {
				t.Errorf("the deadline is in zone %s, want %s", got.Location(), c.Location())
			}
		})
	}
}

func TestDeadlineDoesNotDependOnTheZoneOfTheInstant(t *testing.T) {
	c := national(t)
	received := at(t, c.Location(), "2026-03-02 06:00") // still 1 March in UTC
	want, err := c.Deadline(received, mustDuration(t, "1wd"), "15:00")
	if err != nil {
		t.Fatal(err)
	}
	got, err := c.Deadline(received.UTC(), mustDuration(t, "1wd"), "15:00")
	if err != nil {
		t.Fatal(err)
	}
	if !got.Equal(want) {
		t.Errorf("from UTC %s, from local time %s", got, want)
	}
}

func TestDeadlineOutsideTheCalendar(t *testing.T) {
	c := mustNew(t, []v1alpha1.WorkCalendarSpec{year2026()}, v1alpha1.AgencyCalendar{Series: "vn"})
	tests := []struct {
		name     string
		received string
		limit    string
		missing  int
	}{
		{"received before the first year", "2025-12-31 09:00", "3wd", 2025},
		{"received after the last year", "2029-06-01 09:00", "3wd", 2029},
		{"received on the last evening", "2026-12-31 18:00", "0wh", 2027},
		{"working hours run over the end", "2026-12-31 09:00", "8wh", 2027},
		{"working days run over the end", "2026-12-30 09:00", "2wd", 2027},
		{"a part of a working day runs over the end", "2026-12-31 09:00", "0.25wd", 2027},
		{"calendar days run over the end", "2026-12-20 09:00", "20d", 2027},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := c.Deadline(at(t, c.Location(), tt.received), mustDuration(t, tt.limit), "")
			if !errors.Is(err, ErrOutsideCalendar) {
				t.Fatalf("the error %v is not ErrOutsideCalendar", err)
			}
			var missing *MissingYearError
			if !errors.As(err, &missing) || missing.Year != tt.missing || missing.Series != "vn" {
				t.Errorf("the error %v does not name series vn and %d", err, tt.missing)
			}
		})
	}
}

func TestDeadlineRefusesABadCutoff(t *testing.T) {
	c := national(t)
	for _, cutoff := range []string{"15h", "3:00", "25:00", "15:00:00"} {
		_, err := c.Deadline(at(t, c.Location(), "2026-03-02 09:00"), mustDuration(t, "1wd"), cutoff)
		if err == nil {
			t.Errorf("the cut-off %q was accepted", cutoff)
		}
	}
}
