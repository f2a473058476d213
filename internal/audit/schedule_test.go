package audit_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/audit"
	"chuan.dev/chuan/internal/calendar"
)

func TestOccurrences(t *testing.T) {
	tests := []struct {
		name     string
		schedule v1alpha1.AuditSchedule
		from, to string
		want     []string // slot and day of opening
	}{
		{
			"quarters", quarterly(), "2026-01-01 00:00", "2027-01-01 00:00",
			[]string{"20260110 2026-01-10", "20260410 2026-04-10", "20260710 2026-07-10", "20261010 2026-10-10"},
		},
		{
			"from is included and to is not", quarterly(), "2026-01-10 00:00", "2026-04-10 00:00",
			[]string{"20260110 2026-01-10"},
		},
		{
			"the second month of a quarter, by default on its first day",
			v1alpha1.AuditSchedule{Every: "Quarter", Month: 2, From: "2026-01-01", Window: "5d"},
			"2026-01-01 00:00", "2026-10-01 00:00",
			[]string{"20260201 2026-02-01", "20260501 2026-05-01", "20260801 2026-08-01"},
		},
		{
			"half-years",
			v1alpha1.AuditSchedule{Every: "HalfYear", Month: 5, Day: 15, From: "2025-05-16", Window: "5d"},
			"2025-01-01 00:00", "2027-01-01 00:00",
			[]string{"20251115 2025-11-15", "20260515 2026-05-15", "20261115 2026-11-15"},
		},
		{
			"the leap day, and the last day of other Februaries",
			v1alpha1.AuditSchedule{Every: "Year", Month: 2, Day: 29, From: "2027-01-01", Window: "5d"},
			"2027-01-01 00:00", "2030-01-01 00:00",
			[]string{"20270228 2027-02-28", "20280229 2028-02-29", "20290228 2029-02-28"},
		},
		{
			"days are clipped to the length of the month",
			v1alpha1.AuditSchedule{Every: "Month", Day: 31, From: "2028-01-31", Until: "2028-05-31", Window: "5d"},
			"2028-01-01 00:00", "2029-01-01 00:00",
			[]string{
				"20280131 2028-01-31", "20280229 2028-02-29", "20280331 2028-03-31", "20280430 2028-04-30", "20280531 2028-05-31",
			},
		},
		{
			"from and until include the slot day",
			v1alpha1.AuditSchedule{Every: "Month", Day: 10, From: "2026-01-10", Until: "2026-03-10", Window: "5d"},
			"2025-01-01 00:00", "2027-01-01 00:00",
			[]string{"20260110 2026-01-10", "20260210 2026-02-10", "20260310 2026-03-10"},
		},
		{
			"from and until leave out the slot days beside them",
			v1alpha1.AuditSchedule{Every: "Month", Day: 10, From: "2026-01-11", Until: "2026-03-09", Window: "5d"},
			"2025-01-01 00:00", "2027-01-01 00:00",
			[]string{"20260210 2026-02-10"},
		},
		{
			"to the next working day, over a weekend and over National Day; the slot keeps its day",
			shiftedMonthly("Next"), "2026-05-01 00:00", "2026-10-01 00:00",
			[]string{"20260531 2026-06-01", "20260630 2026-06-30", "20260731 2026-07-31", "20260831 2026-09-03", "20260930 2026-09-30"},
		},
		{
			"to the working day before",
			shiftedMonthly("Previous"), "2026-05-01 00:00", "2026-10-01 00:00",
			[]string{"20260531 2026-05-29", "20260630 2026-06-30", "20260731 2026-07-31", "20260831 2026-08-28", "20260930 2026-09-30"},
		},
		{"nothing before the first day", quarterly(), "2025-01-01 00:00", "2026-01-10 00:00", nil},
		{"an empty stretch", quarterly(), "2026-06-01 00:00", "2026-01-01 00:00", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			occurrences, err := audit.Occurrences(planOf(tt.schedule), workCalendar(t, 2025, 2026, 2027),
				local(t, "", tt.from), local(t, "", tt.to))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, openings(occurrences)); diff != "" {
				t.Errorf("occurrences (-want +got):\n%s", diff)
			}
		})
	}
}

// openings writes occurrences as their slots and the days on which they open; nil when there are none.
func openings(occurrences []audit.Occurrence) []string {
	if len(occurrences) == 0 {
		return nil
	}
	all := make([]string, 0, len(occurrences))
	for _, o := range occurrences {
		all = append(all, o.Slot+" "+o.Opens.Format(time.DateOnly))
	}
	return all
}

func TestOccurrencesNeverInventsDates(t *testing.T) {
	plan := planOf(shiftedMonthly("Next"))
	tests := []struct {
		name     string
		from, to string
		want     []string
		missing  int
	}{
		{
			"behind the calendar; a shift over the end of the year needs the next", "2026-11-15 00:00", "2027-03-01 00:00",
			[]string{"20261130 2026-11-30", "20261231 2026-12-31"}, 2027,
		},
		{"wholly behind it", "2027-06-01 00:00", "2027-09-01 00:00", nil, 2027},
		{"within it", "2026-11-15 00:00", "2026-12-20 00:00", []string{"20261130 2026-11-30"}, 0},
		{"after the last slot", "2028-06-01 00:00", "2029-01-01 00:00", nil, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := audit.Occurrences(plan, workCalendar(t, 2026), local(t, "", tt.from), local(t, "", tt.to))
			if diff := cmp.Diff(tt.want, openings(got)); diff != "" {
				t.Errorf("occurrences (-want +got):\n%s", diff)
			}
			var missing *calendar.MissingYearError
			switch {
			case tt.missing == 0 && err != nil:
				t.Errorf("error %v", err)
			case tt.missing != 0 && (!errors.As(err, &missing) || missing.Year != tt.missing):
				t.Errorf("error %v, want one that names %d", err, tt.missing)
			}
		})
	}
	before, err := audit.Occurrences(plan, workCalendar(t, 2027), local(t, "", "2026-11-15 00:00"), local(t, "", "2027-02-15 00:00"))
	if diff := cmp.Diff([]string{"20270131 2027-02-01"}, openings(before)); diff != "" {
		t.Errorf("occurrences with a calendar that begins late (-want +got):\n%s", diff)
	}
	if !errors.Is(err, calendar.ErrOutsideCalendar) {
		t.Errorf("error %v, want ErrOutsideCalendar", err)
	}
}

func TestOccurrencesWhereClocksChange(t *testing.T) {
	// The clocks in Berlin go forward on 29 March and back on 25 October 2026: days are counted, not hours.
	schedule := v1alpha1.AuditSchedule{
		Every: "HalfYear", Month: 4, Day: 25, TimeZone: "Europe/Berlin",
		From: "2026-01-01", Until: "2026-12-31", Window: "14d", LeadTime: "30d", GracePeriod: "185d",
	}
	got, err := audit.Occurrences(planOf(schedule), nil, local(t, "", "2026-01-01 00:00"), local(t, "", "2027-01-01 00:00"))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"20260425 2026-03-26T00:00:00+01:00 2026-04-25T00:00:00+02:00 2026-05-09T00:00:00+02:00 2026-11-10T00:00:00+01:00",
		"20261025 2026-09-25T00:00:00+02:00 2026-10-25T00:00:00+02:00 2026-11-08T00:00:00+01:00 2027-05-12T00:00:00+02:00",
	}
	all := make([]string, 0, len(want))
	for _, o := range got {
		parts := []string{o.Slot}
		for _, instant := range []time.Time{o.DueSoon, o.Opens, o.Closes, o.Overdue} {
			parts = append(parts, instant.Format(time.RFC3339))
		}
		all = append(all, strings.Join(parts, " "))
	}
	if diff := cmp.Diff(want, all); diff != "" {
		t.Errorf("occurrences (-want +got):\n%s", diff)
	}
}

func TestOccurrenceName(t *testing.T) {
	if got := audit.OccurrenceName("dgnb-2026", "xa-thanh-nua", "20260410"); got != "dgnb-2026.xa-thanh-nua.20260410" {
		t.Errorf("OccurrenceName = %s", got)
	}
	if audit.OccurrenceName("a-b", "c", "20260410") == audit.OccurrenceName("a", "b-c", "20260410") {
		t.Error("two occurrences have one name")
	}
}

func TestNeedsCalendar(t *testing.T) {
	for shift, want := range map[string]bool{"": false, "None": false, "Next": true, "Previous": true} {
		if got := audit.NeedsCalendar(&v1alpha1.AuditSchedule{Shift: shift}); got != want {
			t.Errorf("NeedsCalendar with shift %q = %v", shift, got)
		}
	}
}
