package dienbien_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/calendar"
	"chuan.dev/chuan/internal/manifest"
	"chuan.dev/chuan/internal/procedure"
)

func compile(t *testing.T, set *manifest.Set) map[string]*procedure.Procedure {
	t.Helper()
	compiled := map[string]*procedure.Procedure{}
	for _, object := range set.Procedures {
		p, findings := procedure.Compile(object.Value.Name, &object.Value.Spec)
		for _, f := range findings {
			t.Errorf("%s: %s", object.Position(), f)
		}
		compiled[object.Value.Name] = p
	}
	if len(compiled) != 3 {
		t.Errorf("%d procedures, want 3", len(compiled))
	}
	if t.Failed() {
		t.FailNow()
	}
	return compiled
}

func TestProceduresKeepTheRules(t *testing.T) {
	codes := map[string]string{}
	for name, p := range compile(t, load(t)) {
		codes[name] = p.Spec.AdministrativeProcedure.Code
	}
	want := map[string]string{
		"cap-ban-sao-tu-so-goc": "2.000908", "cap-giay-phep-xay-dung-nha-o": "1.009994", "dang-ky-khai-sinh": "1.001193",
	}
	if diff := cmp.Diff(want, codes); diff != "" {
		t.Errorf("catalogue codes (-want +got):\n%s", diff)
	}
}

// hoursOfADay is how long a working day of every agency of the example is.
const hoursOfADay = 8

func TestTimesOfTheLongestWays(t *testing.T) {
	compiled := compile(t, load(t))
	tests := []struct {
		procedure string
		way       []v1alpha1.ID
		hours     []int
		total     int
	}{
		{"cap-ban-sao-tu-so-goc", []v1alpha1.ID{"B1", "B2", "B3", "B4", "B5"}, []int{2, 3, 2, 1, 0}, 8},
		{"dang-ky-khai-sinh", []v1alpha1.ID{"B1", "B2", "B3", "B4", "B5"}, []int{1, 3, 2, 1, 0}, 7},
		{
			"cap-giay-phep-xay-dung-nha-o",
			[]v1alpha1.ID{"B1", "B2", "B3", "B4B", "B5", "B6", "B7", "B8", "B9"},
			[]int{2, 2, 12, 16, 8, 4, 4, 2, 0}, 50,
		},
	}
	for _, tt := range tests {
		t.Run(tt.procedure, func(t *testing.T) {
			var hours []int
			total := 0
			for _, id := range tt.way {
				step, ok := compiled[tt.procedure].Step(id)
				if !ok {
					t.Fatalf("there is no step %s", id)
				}
				d, err := calendar.ParseDuration(string(step.Time))
				if err != nil {
					t.Fatalf("step %s: %v", id, err)
				}
				quarters := d.Quarters
				if d.Unit == calendar.WorkingDays {
					quarters *= hoursOfADay
				}
				hours = append(hours, quarters/4)
				total += quarters / 4
			}
			if diff := cmp.Diff(tt.hours, hours); diff != "" {
				t.Errorf("hours of the steps (-want +got):\n%s", diff)
			}
			if total != tt.total {
				t.Errorf("the way takes %d hours, want %d", total, tt.total)
			}
		})
	}
}

func TestEveryRoleIsStaffed(t *testing.T) {
	set := load(t)
	compiled := compile(t, set)
	for _, agency := range manifest.Resolve(set).Agencies {
		a := agency.Agency.Value
		for _, adopted := range agency.Procedures {
			p := compiled[adopted.Name]
			if missing := procedure.MissingRoles(p, a.Spec.Officers); len(missing) > 0 {
				t.Errorf("%s: nobody holds %v of %s", a.Name, missing, adopted.Name)
			}
			for _, role := range p.Spec.Roles {
				for _, other := range role.SeparateFrom {
					if !separable(a.Spec.Officers, role.ID, other) {
						t.Errorf("%s: one person alone holds %s and %s of %s", a.Name, role.ID, other, adopted.Name)
					}
				}
			}
		}
	}
}

// separable says whether two roles can be played by two persons.
func separable(officers []v1alpha1.Officer, one, other v1alpha1.ID) bool {
	for i, a := range officers {
		for k, b := range officers {
			if i != k && slices.Contains(a.Roles, one) && slices.Contains(b.Roles, other) {
				return true
			}
		}
	}
	return false
}

func TestLegalBasisWasInForceWhenIssued(t *testing.T) {
	set := load(t)
	documents := map[string]v1alpha1.LegalDocumentSpec{}
	for _, d := range set.LegalDocuments {
		documents[d.Value.Name] = d.Value.Spec
	}
	for name, d := range documents {
		if d.ReplacedBy == nil {
			continue
		}
		if _, ok := documents[d.ReplacedBy.Name]; !ok {
			t.Errorf("%s is replaced by %s, which is not there", name, d.ReplacedBy.Name)
		}
	}
	for _, object := range set.Procedures {
		p := object.Value
		var cited []string
		for _, basis := range p.Spec.LegalBasis {
			cited = append(cited, basis.Ref)
		}
		for _, basis := range p.Spec.LegalBasis {
			d, ok := documents[basis.Ref]
			from := p.Spec.Issue.EffectiveFrom
			if !ok || d.EffectiveFrom > from || (d.EffectiveTo != "" && d.EffectiveTo < from) {
				t.Errorf("%s: %s is not in force on %s", p.Name, basis.Ref, from)
			}
		}
		for _, fee := range p.Spec.Fees {
			if !slices.Contains(cited, fee.Basis) {
				t.Errorf("%s: the basis %q of fee %s is not among the legal bases", p.Name, fee.Basis, fee.ID)
			}
		}
		for _, record := range p.Spec.Records {
			if !slices.Contains(cited, record.Basis) {
				t.Errorf("%s: the basis %q of record %s is not among the legal bases", p.Name, record.Basis, record.ID)
			}
		}
	}
}

// calendarOf returns the calendar of an agency.
func calendarOf(t *testing.T, set *manifest.Set, name string) *calendar.Calendar {
	t.Helper()
	var years []v1alpha1.WorkCalendarSpec
	for _, y := range set.Calendars {
		years = append(years, y.Value.Spec)
	}
	for _, a := range set.Agencies {
		if a.Value.Name == name {
			c, err := calendar.New(years, a.Value.Spec.Calendar)
			if err != nil {
				t.Fatal(err)
			}
			return c
		}
	}
	t.Fatalf("there is no agency %s", name)
	return nil
}

func TestCalendarOf2026(t *testing.T) {
	c := calendarOf(t, load(t), "ubnd-xa-muong-phang")
	if c.Provisional(2026) || !c.Provisional(2027) {
		t.Errorf("provisional: 2026 %t, 2027 %t; want false, true", c.Provisional(2026), c.Provisional(2027))
	}
	tests := []struct {
		date    v1alpha1.Date
		weekday time.Weekday
		worked  bool
	}{
		{"2026-01-01", time.Thursday, false},
		{"2026-01-02", time.Friday, false},
		{"2026-01-10", time.Saturday, true},
		{"2026-02-13", time.Friday, true},
		{"2026-02-16", time.Monday, false},
		{"2026-02-17", time.Tuesday, false}, // the first day of the lunar year
		{"2026-02-20", time.Friday, false},
		{"2026-02-23", time.Monday, true},
		{"2026-04-26", time.Sunday, false},
		{"2026-04-27", time.Monday, false},
		{"2026-04-30", time.Thursday, false},
		{"2026-05-01", time.Friday, false},
		{"2026-08-22", time.Saturday, true},
		{"2026-08-31", time.Monday, false},
		{"2026-09-01", time.Tuesday, false},
		{"2026-09-02", time.Wednesday, false},
		{"2026-09-03", time.Thursday, true},
		{"2026-11-24", time.Tuesday, false},
	}
	for _, tt := range tests {
		day, err := calendar.ParseDate(tt.date)
		if err != nil {
			t.Fatal(err)
		}
		if day.Weekday() != tt.weekday || c.IsWorkingDay(day) != tt.worked {
			t.Errorf("%s: a %s, worked %t; want a %s, worked %t", tt.date, day.Weekday(), c.IsWorkingDay(day), tt.weekday, tt.worked)
		}
	}
}

func TestWorkingDaysOf2026HaveEightHours(t *testing.T) {
	c := calendarOf(t, load(t), "ubnd-xa-muong-phang")
	worked := 0
	for day := calendar.NewDay(2026, time.January, 1); day.Year() == 2026; day = day.AddDays(1) {
		hours := time.Duration(0)
		for _, p := range c.Periods(day) {
			hours += p.To.Sub(p.From)
		}
		if c.IsWorkingDay(day) {
			worked++
			if hours != hoursOfADay*time.Hour {
				t.Errorf("%s has %s of work, want %d hours", day, hours, hoursOfADay)
			}
		}
	}
	// 261 days from Monday to Friday, less the fourteen that are off, and two Saturdays.
	if worked != 249 {
		t.Errorf("2026 has %d working days, want 249", worked)
	}
}

func TestDueDates(t *testing.T) {
	set := load(t)
	compiled := compile(t, set)
	c := calendarOf(t, set, "ubnd-xa-muong-phang")
	tests := []struct {
		procedure, received, due string
	}{
		{"cap-ban-sao-tu-so-goc", "2026-11-23 07:00", "2026-11-23 17:00"},
		{"cap-ban-sao-tu-so-goc", "2026-11-23 15:00", "2026-11-23 17:00"},
		{"cap-ban-sao-tu-so-goc", "2026-11-23 15:01", "2026-11-25 17:00"}, // 24/11 is a holiday
		{"dang-ky-khai-sinh", "2026-08-21 16:00", "2026-08-22 17:00"},     // a make-up Saturday
		{"cap-giay-phep-xay-dung-nha-o", "2026-08-20 09:00", "2026-08-28 17:00"},
		{"cap-giay-phep-xay-dung-nha-o", "2026-08-27 15:30", "2026-09-11 17:00"},
	}
	const layout = "2006-01-02 15:04"
	for _, tt := range tests {
		p := compiled[tt.procedure]
		received, err := time.ParseInLocation(layout, tt.received, c.Location())
		if err != nil {
			t.Fatal(err)
		}
		due, err := c.Deadline(received, p.Limit(), string(p.Spec.Deadline.ReceiptCutoff))
		if err != nil {
			t.Errorf("%s received %s: %v", tt.procedure, tt.received, err)
			continue
		}
		if got := due.Format(layout); got != tt.due {
			t.Errorf("%s received %s is due %s, want %s", tt.procedure, tt.received, got, tt.due)
		}
	}
}

func TestThanhYenCommitsItselfToSixDays(t *testing.T) {
	set := load(t)
	compiled := compile(t, set)
	const name = "cap-giay-phep-xay-dung-nha-o"
	tightened := 0
	for _, a := range set.Agencies {
		overrides, _ := procedure.Overrides(&a.Value.Spec, name)
		if overrides == nil {
			continue
		}
		tightened++
		text, findings := procedure.Overlay(compiled[name].Spec, overrides)
		own, broken := procedure.Compile(name, text)
		if own == nil || len(findings) > 0 {
			t.Fatalf("%s: %v %v", a.Value.Name, findings, broken)
		}
		if b3, _ := own.Time("B3"); a.Value.Name != "ubnd-xa-thanh-yen" || own.Limit().String() != "6wd" || b3.String() != "8wh" {
			t.Errorf("%s works by a limit of %s and %s for B3", a.Value.Name, own.Limit(), b3)
		}
	}
	if tightened != 1 {
		t.Errorf("%d agencies tighten the framework, want 1", tightened)
	}
}
