package audit_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/audit"
	"chuan.dev/chuan/internal/calendar"
)

var update = flag.Bool("update", false, "rewrite the golden files in testdata")

func mustEvaluate(t *testing.T, schedule v1alpha1.AuditSchedule, cal *calendar.Calendar, now time.Time) audit.Evaluation {
	t.Helper()
	e, err := audit.Evaluate(planOf(schedule), cal, now)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestEveryBoundaryToTheNanosecond(t *testing.T) {
	// The slot of 10 April 2026: due soon from 11 March, open until 29 April, in grace until 4 May.
	tests := []struct {
		at            string
		before, after audit.Phase
		next          string
	}{
		{"2026-03-11 00:00", audit.PhaseBetweenWindows, audit.PhaseDueSoon, "2026-04-10 00:00"},
		{"2026-04-10 00:00", audit.PhaseDueSoon, audit.PhaseWindowOpen, "2026-04-30 00:00"},
		{"2026-04-30 00:00", audit.PhaseWindowOpen, audit.PhaseInGrace, "2026-05-05 00:00"},
		{"2026-05-05 00:00", audit.PhaseInGrace, audit.PhaseBetweenWindows, "2026-06-10 00:00"},
	}
	for _, tt := range tests {
		instant := local(t, "", tt.at)
		before := mustEvaluate(t, quarterly(), nil, instant.Add(-1))
		after := mustEvaluate(t, quarterly(), nil, instant)
		if before.Phase != tt.before || after.Phase != tt.after {
			t.Errorf("around %s the phases are %s and %s, want %s and %s", tt.at, before.Phase, after.Phase, tt.before, tt.after)
		}
		for _, e := range []audit.Evaluation{before, after} {
			if e.WindowOpen != (e.Phase == audit.PhaseWindowOpen) {
				t.Errorf("around %s the window is open: %v in phase %s", tt.at, e.WindowOpen, e.Phase)
			}
			if open := e.Phase == audit.PhaseWindowOpen || e.Phase == audit.PhaseInGrace; open != (e.Current != nil) {
				t.Errorf("around %s the current occurrence is %+v in phase %s", tt.at, e.Current, e.Phase)
			}
		}
		if !before.Next.Equal(instant) {
			t.Errorf("just before %s the next instant is %s", tt.at, before.Next)
		}
		if want := local(t, "", tt.next); !after.Next.Equal(want) {
			t.Errorf("at %s the next instant is %s, want %s", tt.at, after.Next, want)
		}
		nanosecond := mustEvaluate(t, quarterly(), nil, instant.Add(1))
		if diff := cmp.Diff(after, nanosecond); diff != "" {
			t.Errorf("a nanosecond after %s something changed (-at +after):\n%s", tt.at, diff)
		}
	}
}

func TestWindowsThatTouch(t *testing.T) {
	schedule := quarterly()
	schedule.Window, schedule.LeadTime, schedule.GracePeriod = "90d", "0d", "30d"
	instant := local(t, "", "2026-04-10 00:00") // 90 days after 10 January
	before, after := mustEvaluate(t, schedule, nil, instant.Add(-1)), mustEvaluate(t, schedule, nil, instant)
	if before.Current == nil || before.Current.Slot != "20260110" || !before.WindowOpen || !before.Next.Equal(instant) {
		t.Errorf("just before: %+v", before)
	}
	if after.Current == nil || after.Current.Slot != "20260410" || !after.WindowOpen {
		t.Errorf("at the instant: %+v", after)
	}
}

func TestTheGraceTimeEndsWhenTheNextWindowOpens(t *testing.T) {
	schedule := quarterly()
	schedule.GracePeriod = "365d"
	e := mustEvaluate(t, schedule, nil, local(t, "", "2026-03-01 00:00"))
	if want := local(t, "", "2026-04-10 00:00"); e.Phase != audit.PhaseInGrace || !e.Next.Equal(want) {
		t.Errorf("in phase %s until %s, want InGrace until %s", e.Phase, e.Next, want)
	}
}

func TestEnd(t *testing.T) {
	schedule := quarterly()
	schedule.Until = "2026-04-10"
	end := local(t, "", "2026-05-05 00:00")
	last := mustEvaluate(t, schedule, nil, end.Add(-1))
	if last.Ended || last.Phase != audit.PhaseInGrace || !last.Next.Equal(end) || len(last.Upcoming) != 0 {
		t.Errorf("just before the end: %+v", last)
	}
	over := mustEvaluate(t, schedule, nil, end)
	if diff := cmp.Diff(audit.Evaluation{Phase: audit.PhaseBetweenWindows, Ended: true}, over); diff != "" {
		t.Errorf("at the end (-want +got):\n%s", diff)
	}
}

func TestUpcomingIsBounded(t *testing.T) {
	e := mustEvaluate(t, quarterly(), nil, local(t, "", "2025-01-01 00:00"))
	want := []string{"20260110 2026-01-10", "20260410 2026-04-10", "20260710 2026-07-10", "20261010 2026-10-10"}
	if diff := cmp.Diff(want, openings(e.Upcoming)); diff != "" {
		t.Errorf("upcoming (-want +got):\n%s", diff)
	}
}

func TestDefaultsOfAbsentFields(t *testing.T) {
	absent := v1alpha1.AuditSchedule{Every: "Year", From: "2026-01-01", Window: "20d"}
	written := v1alpha1.AuditSchedule{
		Every: "Year", Month: 1, Day: 1, Shift: "None", TimeZone: "Asia/Ho_Chi_Minh",
		From: "2026-01-01", Window: "20d", LeadTime: "30d", GracePeriod: "0d",
	}
	now := local(t, "", "2026-12-15 00:00")
	if diff := cmp.Diff(mustEvaluate(t, written, nil, now), mustEvaluate(t, absent, nil, now)); diff != "" {
		t.Errorf("absent fields do not mean their defaults (-written +absent):\n%s", diff)
	}
}

// TestMissingCalendars: what is not known is said to be unknown, from the first instant at which it matters on.
func TestMissingCalendars(t *testing.T) {
	endless := shiftedMonthly("Next")
	endless.Until = ""
	newYear := shiftedMonthly("Previous")
	newYear.Every, newYear.Day, newYear.Until = "Quarter", 1, ""
	tests := []struct {
		name     string
		schedule v1alpha1.AuditSchedule
		years    []int32
		at       string
		phase    audit.Phase
		upcoming []string
		missing  int
		ended    bool
		next     string
	}{
		{
			"enough is known", endless, []int32{2026}, "2026-03-15 00:00", audit.PhaseBetweenWindows,
			[]string{"20260331 2026-03-31", "20260430 2026-04-30", "20260531 2026-06-01", "20260630 2026-06-30"}, 0, false,
			"2026-03-24 00:00",
		},
		{
			"later occurrences are unknown", endless, []int32{2026}, "2026-12-15 00:00", audit.PhaseBetweenWindows,
			[]string{"20261231 2026-12-31"}, 2027, false, "2026-12-24 00:00",
		},
		{
			"the next one is unknown and far", endless, []int32{2026}, "2027-01-15 00:00", audit.PhaseBetweenWindows,
			nil, 2027, false, "2027-01-24 00:00",
		},
		{
			"the next one is unknown and may be due soon", endless, []int32{2026}, "2027-01-24 00:00", audit.PhaseUnknown,
			nil, 2027, false, "",
		},
		{
			"all is unknown, long after", endless, []int32{2026}, "2031-05-05 00:00", audit.PhaseUnknown, nil, 2027, false, "",
		},
		{
			"the last one is unknown, and over at the latest", shiftedMonthly("Next"), []int32{2026}, "2028-02-10 00:00",
			audit.PhaseBetweenWindows, nil, 0, true, "",
		},
		{
			"the last one is unknown, and perhaps not over", shiftedMonthly("Next"), []int32{2026}, "2028-02-09 23:00",
			audit.PhaseUnknown, nil, 2027, false, "2028-02-10 00:00",
		},
		{
			"the one before is unknown, and perhaps open", endless, []int32{2027}, "2027-01-05 00:00", audit.PhaseUnknown,
			nil, 2026, false, "2027-01-31 00:00",
		},
		{
			"the one before is unknown, and has opened at the latest", endless, []int32{2027}, "2027-01-31 00:00",
			audit.PhaseUnknown,
			[]string{"20270131 2027-02-01", "20270228 2027-03-01", "20270331 2027-03-31", "20270430 2027-04-30"}, 2026, false,
			"2027-02-01 00:00",
		},
		{
			"the one before is unknown, but a later one has opened", endless, []int32{2027}, "2027-02-01 00:00",
			audit.PhaseWindowOpen,
			[]string{"20270228 2027-03-01", "20270331 2027-03-31", "20270430 2027-04-30", "20270531 2027-05-31"}, 0, false,
			"2027-02-11 00:00",
		},
		{
			"a shift backwards from the first day needs the year before", newYear, []int32{2028}, "2028-01-05 00:00",
			audit.PhaseUnknown,
			[]string{"20280401 2028-03-31", "20280701 2028-06-30", "20281001 2028-09-29"}, 2027, false, "2028-01-11 00:00",
		},
		{
			"the calendar begins after the plan has ended", shiftedMonthly("Next"), []int32{2029}, "2029-01-05 00:00",
			audit.PhaseBetweenWindows, nil, 0, true, "",
		},
		{
			"the calendar ends before the plan begins", endless, []int32{2025}, "2025-11-05 00:00",
			audit.PhaseBetweenWindows, nil, 2026, false, "2026-01-24 00:00",
		},
		{
			"a shift backwards may need the year before", shiftedMonthly("Previous"), []int32{2025}, "2025-12-23 23:59",
			audit.PhaseBetweenWindows, nil, 2026, false, "2025-12-24 00:00",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e := mustEvaluate(t, tt.schedule, workCalendar(t, tt.years...), local(t, "", tt.at))
			if e.Phase != tt.phase || e.Ended != tt.ended {
				t.Errorf("phase %s, ended %v; want %s, %v", e.Phase, e.Ended, tt.phase, tt.ended)
			}
			if diff := cmp.Diff(tt.upcoming, openings(e.Upcoming)); diff != "" {
				t.Errorf("upcoming (-want +got):\n%s", diff)
			}
			missing := 0
			if e.Missing != nil {
				missing = e.Missing.Year
			}
			if missing != tt.missing {
				t.Errorf("missing year %d, want %d", missing, tt.missing)
			}
			next := ""
			if !e.Next.IsZero() {
				next = e.Next.Format("2006-01-02 15:04")
			}
			if next != tt.next {
				t.Errorf("next instant %q, want %q", next, tt.next)
			}
		})
	}
}

// TestSimulation walks the clock from instant to instant by Evaluation.Next through two years and compares the log with the
// golden one. A second walk, hour by hour, must find every change where the first did.
func TestSimulation(t *testing.T) {
	berlin := v1alpha1.AuditSchedule{
		Every: "HalfYear", Month: 3, Day: 29, TimeZone: "Europe/Berlin",
		From: "2026-01-01", Window: "28d", LeadTime: "30d", GracePeriod: "0d",
	}
	leap := v1alpha1.AuditSchedule{
		Every: "Year", Month: 2, Day: 29, From: "2027-01-01", Until: "2028-12-31",
		Window: "45d", LeadTime: "60d", GracePeriod: "15d",
	}
	endless := shiftedMonthly("Previous")
	endless.Until = ""
	tests := []struct {
		name     string
		schedule v1alpha1.AuditSchedule
		years    []int32
		begins   string
	}{
		{"quarterly", quarterly(), nil, "2026-01-01 00:00"},
		{"monthly-shifted", shiftedMonthly("Next"), []int32{2026, 2027, 2028}, "2026-01-01 00:00"},
		{"monthly-until-the-calendar-ends", endless, []int32{2026, 2027}, "2026-06-01 00:00"},
		{"half-yearly-where-clocks-change", berlin, nil, "2026-01-01 00:00"},
		{"leap-day", leap, nil, "2027-01-01 00:00"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var cal *calendar.Calendar
			if tt.years != nil {
				cal = workCalendar(t, tt.years...)
			}
			begins := local(t, tt.schedule.TimeZone, tt.begins)
			ends := begins.AddDate(2, 0, 0)
			log := simulate(t, tt.schedule, cal, begins, ends)
			golden := filepath.Join("testdata", tt.name+".golden")
			if *update {
				if err := os.WriteFile(golden, []byte(log), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), log); diff != "" {
				t.Errorf("simulation (-golden +got), rewrite it with -update when the change is meant:\n%s", diff)
			}
			compareByTheHour(t, tt.schedule, cal, begins, ends)
		})
	}
}

// simulate logs the evaluation of every instant that the one before named as its next.
func simulate(t *testing.T, schedule v1alpha1.AuditSchedule, cal *calendar.Calendar, begins, ends time.Time) string {
	t.Helper()
	var log strings.Builder
	for now := begins; !now.IsZero() && now.Before(ends); {
		e := mustEvaluate(t, schedule, cal, now)
		fmt.Fprintf(&log, "%s %s\n", now.Format(time.RFC3339), describe(e))
		if !e.Next.IsZero() && !e.Next.After(now) {
			t.Fatalf("at %s the next instant is %s", now, e.Next)
		}
		now = e.Next
	}
	return log.String()
}

func describe(e audit.Evaluation) string {
	parts := []string{fmt.Sprintf("%-14s", e.Phase)}
	if e.Current != nil {
		parts = append(parts, "current "+e.Current.Slot)
	}
	if len(e.Upcoming) > 0 {
		parts = append(parts, fmt.Sprintf("then %s on %s and %d more",
			e.Upcoming[0].Slot, e.Upcoming[0].Opens.Format("Mon 2006-01-02"), len(e.Upcoming)-1))
	}
	if e.Missing != nil {
		parts = append(parts, fmt.Sprintf("without %d", e.Missing.Year))
	}
	if e.Ended {
		parts = append(parts, "ended")
	}
	return strings.Join(parts, "  ")
}

// compareByTheHour looks every hour, beside the walk from instant to instant, whether something has changed unannounced.
func compareByTheHour(t *testing.T, schedule v1alpha1.AuditSchedule, cal *calendar.Calendar, begins, ends time.Time) {
	t.Helper()
	last := mustEvaluate(t, schedule, cal, begins)
	for now := begins; now.Before(ends); now = now.Add(time.Hour) {
		e := mustEvaluate(t, schedule, cal, now)
		announced := !last.Next.IsZero() && !last.Next.After(now)
		if changed := describe(e) != describe(last); changed != announced {
			t.Fatalf("at %s it is %q after %q, and the next change was announced for %s",
				now, describe(e), describe(last), last.Next)
		}
		last = e
	}
}
