package calendar

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"

	"chuan.dev/chuan/api/v1alpha1"
)

// The calendars that are shipped, and the copies that the example province carries.
const (
	shippedDirectory = "../../config/calendars"
	exampleDirectory = "../../examples/dien-bien/calendars"
)

// shipped reads the calendars of config/calendars, in order of their years.
func shipped(tb testing.TB) []v1alpha1.WorkCalendar {
	tb.Helper()
	files, err := filepath.Glob(filepath.Join(shippedDirectory, "vn-*.yaml"))
	if err != nil || len(files) == 0 {
		tb.Fatalf("%s: %v, %v", shippedDirectory, files, err)
	}
	calendars := make([]v1alpha1.WorkCalendar, 0, len(files))
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			tb.Fatal(err)
		}
		var c v1alpha1.WorkCalendar
		if err := yaml.UnmarshalStrict(text, &c); err != nil {
			tb.Fatalf("%s: %v", file, err)
		}
		if want := fmt.Sprintf("vn-%d", c.Spec.Year); c.Name != want || filepath.Base(file) != want+".yaml" || c.Spec.Series != "vn" {
			tb.Errorf("%s holds %s of series %s and year %d", file, c.Name, c.Spec.Series, c.Spec.Year)
		}
		calendars = append(calendars, c)
	}
	return calendars
}

func shippedSpecs(tb testing.TB) []v1alpha1.WorkCalendarSpec {
	tb.Helper()
	var specs []v1alpha1.WorkCalendarSpec
	for _, c := range shipped(tb) {
		specs = append(specs, c.Spec)
	}
	return specs
}

// decade is the shipped series, 2018 to 2027.
func decade(tb testing.TB) *Calendar {
	tb.Helper()
	return mustNew(tb, shippedSpecs(tb), v1alpha1.AgencyCalendar{Series: "vn"})
}

// shippedYears is what the shipped calendars must come to: the days of the law and of the notices, by a count made by hand
// from the domain reference.
var shippedYears = []struct {
	year     int
	standing v1alpha1.CalendarStanding
	// newYear and kings are mùng 1 and 10/3 of the lunar year.
	newYear, kings string
	// holidays is the number of days that the law in force gives: ten by the Labour Code of 2012, eleven by that of 2019
	// and twelve with the day of Vietnamese culture.
	holidays    int
	workingDays int
}{
	{2018, v1alpha1.CalendarOfficial, "2018-02-16", "2018-04-25", 10, 250},
	{2019, v1alpha1.CalendarOfficial, "2019-02-05", "2019-04-14", 10, 252},
	{2020, v1alpha1.CalendarOfficial, "2020-01-25", "2020-04-02", 10, 252},
	{2021, v1alpha1.CalendarOfficial, "2021-02-12", "2021-04-21", 11, 250},
	{2022, v1alpha1.CalendarOfficial, "2022-02-01", "2022-04-10", 11, 249},
	{2023, v1alpha1.CalendarOfficial, "2023-01-22", "2023-04-29", 11, 249},
	{2024, v1alpha1.CalendarOfficial, "2024-02-10", "2024-04-18", 11, 251},
	{2025, v1alpha1.CalendarOfficial, "2025-01-29", "2025-04-07", 11, 250},
	{2026, v1alpha1.CalendarOfficial, "2026-02-17", "2026-04-26", 12, 249},
	{2027, v1alpha1.CalendarProvisional, "2027-02-06", "2027-04-16", 12, 249},
}

func TestShippedYears(t *testing.T) {
	calendars := shipped(t)
	if len(calendars) != len(shippedYears) {
		t.Fatalf("%d calendars, want %d", len(calendars), len(shippedYears))
	}
	c := decade(t)
	for i, want := range shippedYears {
		spec := calendars[i].Spec
		t.Run(calendars[i].Name, func(t *testing.T) {
			if int(spec.Year) != want.year || spec.Standing != want.standing || (spec.Notice != nil) != (want.standing == v1alpha1.CalendarOfficial) {
				t.Errorf("year %d, %s, notice %v; want %d, %s", spec.Year, spec.Standing, spec.Notice, want.year, want.standing)
			}
			kinds := daysByKind(t, spec.Exceptions)
			if got := len(kinds[v1alpha1.ExceptionHoliday]); got != want.holidays {
				t.Errorf("%d days of holidays, want %d: %v", got, want.holidays, kinds[v1alpha1.ExceptionHoliday])
			}
			for _, date := range []string{
				want.newYear, want.kings, fmt.Sprint(want.year, "-01-01"), fmt.Sprint(want.year, "-04-30"),
				fmt.Sprint(want.year, "-05-01"), fmt.Sprint(want.year, "-09-02"),
			} {
				if !slices.Contains(kinds[v1alpha1.ExceptionHoliday], mustDate(t, date)) {
					t.Errorf("%s is no holiday", date)
				}
			}
			days, err := c.WorkingDaysBetween(NewDay(want.year, time.January, 1), NewDay(want.year, time.December, 31))
			if err != nil || days != want.workingDays { // 1 January is never worked
				t.Errorf("%d working days (%v), want %d", days, err, want.workingDays)
			}
			checkSources(t, &spec)
		})
	}
}

// checkSources: every date says where it comes from, or rests on the notice; and what is assumed says so.
func checkSources(t *testing.T, spec *v1alpha1.WorkCalendarSpec) {
	t.Helper()
	for _, e := range spec.Exceptions {
		if e.Source == "" && spec.Notice == nil {
			t.Errorf("%s %s has no source, and there is no notice", e.Date, e.Title)
		}
		open := strings.Contains(string(e.Title), "Tết Nguyên đán") || strings.Contains(string(e.Title), "Quốc khánh")
		if spec.Notice == nil && open && (!strings.Contains(string(e.Title), "dự kiến") || !strings.Contains(strings.ToLower(e.Source), "chưa công bố")) {
			t.Errorf("%s %q (%s) is not announced, and does not say so", e.Date, e.Title, e.Source)
		}
	}
}

// daysByKind takes the runs of exceptions apart into days.
func daysByKind(t *testing.T, exceptions []v1alpha1.CalendarException) map[v1alpha1.CalendarExceptionKind][]Day {
	t.Helper()
	kinds := map[v1alpha1.CalendarExceptionKind][]Day{}
	for _, e := range exceptions {
		last := mustDate(t, string(max(e.Date, e.To)))
		for d := mustDate(t, string(e.Date)); d <= last; d++ {
			kinds[e.Kind] = append(kinds[e.Kind], d)
		}
	}
	return kinds
}

func mustDate(tb testing.TB, date string) Day {
	tb.Helper()
	d, err := ParseDate(v1alpha1.Date(date))
	if err != nil {
		tb.Fatal(err)
	}
	return d
}

// isRestDay says whether the week of state agencies has a day off.
func isRestDay(d Day) bool { return d.Weekday() == time.Saturday || d.Weekday() == time.Sunday }

// TestShippedDaysFitTogether checks the shipped days against one another: swapped days and make-up days come in pairs, a
// compensatory day follows for every holiday on a rest day, and for nothing else.
func TestShippedDaysFitTogether(t *testing.T) {
	kinds := map[v1alpha1.CalendarExceptionKind][]Day{}
	for _, spec := range shippedSpecs(t) {
		for kind, days := range daysByKind(t, spec.Exceptions) {
			kinds[kind] = append(kinds[kind], days...)
		}
	}
	swapped, madeUp := kinds[v1alpha1.ExceptionSwapped], kinds[v1alpha1.ExceptionMakeUp]
	if len(swapped) != len(madeUp) {
		t.Fatalf("swapped %v, made up %v: want as many", swapped, madeUp)
	}
	for i, d := range swapped {
		if isRestDay(d) || !isRestDay(madeUp[i]) || (d-madeUp[i])*(d-madeUp[i]) > 100 {
			t.Errorf("%s %s is swapped for %s %s: want a day of work for a rest day near it", d.Weekday(), d, madeUp[i].Weekday(), madeUp[i])
		}
	}
	off := slices.Concat(kinds[v1alpha1.ExceptionHoliday], swapped)
	var compensated []Day
	for _, d := range kinds[v1alpha1.ExceptionHoliday] {
		if !isRestDay(d) {
			continue
		}
		next := d + 1
		for isRestDay(next) || slices.Contains(off, next) || slices.Contains(compensated, next) {
			next++
		}
		compensated = append(compensated, next)
	}
	slices.Sort(compensated)
	if diff := cmp.Diff(compensated, kinds[v1alpha1.ExceptionCompensatory]); diff != "" {
		t.Errorf("compensatory days (-by the law +shipped):\n%s", diff)
	}
}

func TestTheExampleCarriesTheShippedCalendars(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(exampleDirectory, "*.yaml"))
	if err != nil || len(files) != 2 {
		t.Fatalf("%v, %v; want those of 2026 and 2027", files, err)
	}
	for _, file := range files {
		copied, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		original, err := os.ReadFile(filepath.Join(shippedDirectory, filepath.Base(file)))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(original), string(copied)); diff != "" {
			t.Errorf("%s is not the same as in config/calendars (-shipped +example):\n%s", file, diff)
		}
	}
}

func TestTheKustomizationListsEveryCalendar(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(shippedDirectory, "kustomization.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var kustomization struct {
		Resources []string `json:"resources"`
	}
	if err := yaml.Unmarshal(text, &kustomization); err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, c := range shipped(t) {
		want = append(want, c.Name+".yaml")
	}
	if diff := cmp.Diff(want, kustomization.Resources); diff != "" {
		t.Errorf("resources (-files +listed):\n%s", diff)
	}
}

// TestTheGuide checks the due dates that docs/guides/workcalendar.md tells of.
func TestTheGuide(t *testing.T) {
	c := decade(t)
	for _, tt := range []struct{ received, limit, cutoff, due string }{
		{"2026-08-27 15:30", "7wd", "15:00", "2026-09-11 17:30"},
		{"2026-03-02 10:30", "2wh", "", "2026-03-02 14:30"},
		{"2026-03-02 09:00", "6d", "", "2026-03-09 17:30"},
		{"2026-08-21 09:00", "1wd", "", "2026-08-22 17:30"},
	} {
		got, err := c.Deadline(at(t, c.Location(), tt.received), mustDuration(t, tt.limit), tt.cutoff)
		if want := at(t, c.Location(), tt.due); err != nil || !got.Equal(want) {
			t.Errorf("Deadline(%s, %s, %q) = %s, %v; want %s", tt.received, tt.limit, tt.cutoff, got, err, want)
		}
	}
}
