package procedure

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/calendar"
)

// shippedYears are calendars as they ship.
func shippedYears(tb testing.TB, years ...int) []v1alpha1.WorkCalendarSpec {
	tb.Helper()
	specs := make([]v1alpha1.WorkCalendarSpec, len(years))
	for i, year := range years {
		data, err := os.ReadFile(fmt.Sprintf("../../examples/dien-bien/calendars/vn-%d.yaml", year))
		if err != nil {
			tb.Fatal(err)
		}
		var c v1alpha1.WorkCalendar
		if err := yaml.UnmarshalStrict(data, &c); err != nil {
			tb.Fatal(err)
		}
		specs[i] = c.Spec
	}
	return specs
}

func calendarOf(tb testing.TB, local v1alpha1.AgencyCalendar, years ...int) *calendar.Calendar {
	tb.Helper()
	local.Series = "vn"
	c, err := calendar.New(shippedYears(tb, years...), local)
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

// halfDays is an agency that works on Saturday mornings and closes at noon on Fridays.
func halfDays() v1alpha1.AgencyCalendar {
	morning := v1alpha1.Period{From: "07:30", To: "11:30"}
	return v1alpha1.AgencyCalendar{WorkingHours: []v1alpha1.WeeklyHours{
		{Days: []v1alpha1.Weekday{"Monday", "Tuesday", "Wednesday", "Thursday"}, Periods: []v1alpha1.Period{morning, {From: "13:00", To: "17:15"}}},
		{Days: []v1alpha1.Weekday{"Friday", "Saturday"}, Periods: []v1alpha1.Period{morning}},
	}}
}

func around(calendars ...WorkedBy) *Surroundings {
	return &Surroundings{Today: calendar.NewDay(2026, time.November, 27), Calendars: calendars}
}

// TestReferenceExperiment repeats what the reference (workflow.md 1.5) measured against a limit of 15 calendar days: 27 of
// 235 dates for 9.25 working days, and 7 of 235 for 8. Here they are fewer, for two reasons. Its due day stayed where it fell,
// while one on a day off moves to the next working day (Civil Code, article 148): with due days that stay, the calendar
// that ships gives the same first date, 2026-02-03, and 23 and 7. And its calendar was entered by hand, with three working
// days less. Both judge only dates that fall due within the calendar.
func TestReferenceExperiment(t *testing.T) {
	for _, tt := range []struct {
		steps v1alpha1.WorkDuration
		years []int
		want  string
	}{
		{"9.25wd", []int{2026}, "fails on 20 of 238 receipt dates of 2026, first 2026-02-04 (11 more fall due after 2026, where the calendar ends, and are not judged)"},
		{"8wd", []int{2026}, "fails on 6 of 238 receipt dates of 2026, first 2026-02-06 (11 more fall due after 2026, where the calendar ends, and are not judged)"},
		{"9.25wd", []int{2026, 2027}, "fails on 20 of 249 receipt dates of 2026, first 2026-02-04"},
		{"8wd", []int{2026, 2027}, "fails on 6 of 249 receipt dates of 2026, first 2026-02-06"},
	} {
		p := sketched(sketch("15d", "B1 "+string(tt.steps)+": end"))
		c := calendarOf(t, v1alpha1.AgencyCalendar{}, tt.years...)
		year, _ := newSchedule(p, false).worstYear(around(WorkedBy{Who: "vn", Calendar: c}), nil)
		if words, _ := year.words(nil); words != tt.want {
			t.Errorf("%s in %v: %s, want %s", tt.steps, tt.years, words, tt.want)
		}
	}
}

// sketched is a procedure that is a graph only.
func sketched(spec *v1alpha1.QualityProcedureSpec) *Procedure {
	return &Procedure{Spec: spec, graph: newGraph(spec)}
}

func TestProveDates(t *testing.T) {
	national := calendarOf(t, v1alpha1.AgencyCalendar{}, 2026, 2027)
	vn := WorkedBy{Who: "vn", Calendar: national}
	xa := WorkedBy{Who: "xa", Calendar: calendarOf(t, halfDays(), 2026)}
	with := func(limit v1alpha1.WorkDuration, change func(*v1alpha1.QualityProcedureSpec), lines ...string) *v1alpha1.QualityProcedureSpec {
		spec := sketch(limit, lines...)
		change(spec)
		return spec
	}
	for name, tt := range map[string]struct {
		spec *v1alpha1.QualityProcedureSpec
		s    *Surroundings
		want []string
	}{
		"too long on many dates": {sketch("15d", "B1 2wh: B2", "B2 9wd: end"), around(vn), []string{
			"error T2 spec.deadline.limit: worst path 9.25 working days, limit 15 calendar days: fails on 20 of 249 receipt dates of 2026, first 2026-02-04; the worst path is B1→B2: shorten its steps, let some run in parallel, or correct the limit",
			"đường dài nhất 9.25 ngày làm việc, thời hạn 15 ngày: không kịp với 20 trên 249 ngày tiếp nhận của năm 2026, ngày đầu tiên 2026-02-04; đường dài nhất là B1→B2: cần rút ngắn các bước, cho một số bước chạy đồng thời hoặc sửa thời hạn",
		}},
		"too long on a few dates is a warning": {sketch("7d", "B1 4wd: end"), around(vn), []string{
			"warning T2 spec.deadline.limit: worst path 4 working days, limit 7 calendar days: fails on 4 of 249 receipt dates of 2026, first 2026-02-12; the worst path is B1: shorten its steps, let some run in parallel, or correct the limit",
			"đường dài nhất 4 ngày làm việc, thời hạn 7 ngày: không kịp với 4 trên 249 ngày tiếp nhận của năm 2026, ngày đầu tiên 2026-02-12; đường dài nhất là B1: cần rút ngắn các bước, cho một số bước chạy đồng thời hoặc sửa thời hạn",
		}},
		"never too long":            {sketch("15d", "B1 5wd: end"), around(vn, xa), nil},
		"without a calendar":        {sketch("15d", "B1 9.25wd: end"), around(), nil},
		"a limit in working days":   {sketch("10wd", "B1 10wd: end"), around(vn), nil},
		"time of a stopped clock":   {sketch("1wd", "B1 4wh: B2", "B2 30wd stopped: B3", "B3 4wh finished: end"), around(vn), nil},
		"a year that nobody covers": {sketch("15d", "B1 9.25wd: end"), &Surroundings{Today: calendar.NewDay(2031, time.May, 5), Calendars: []WorkedBy{vn}}, nil},
		"the year from which it is in force": {
			with("15d", func(s *v1alpha1.QualityProcedureSpec) { s.Issue.EffectiveFrom = "2027-03-01" }, "B1 9.25wd: end"), around(vn), []string{
				"error T2 spec.deadline.limit: worst path 9.25 working days, limit 15 calendar days: fails on 8 of 238 receipt dates of 2027, first 2027-01-26 (11 more fall due after 2027, where the calendar ends, and are not judged); the worst path is B1: shorten its steps, let some run in parallel, or correct the limit",
				"",
			},
		},
		"the day of receipt, where Fridays are half": {with("0wd", func(s *v1alpha1.QualityProcedureSpec) { s.Deadline.ReceiptCutoff = "10:00" }, "B1 1wh: B2", "B2 5wh: end"), around(vn, xa), []string{
			"error T2 spec.deadline.limit: worst path 6 working hours, limit the day of receipt: fails on 99 of 299 receipt dates of 2026, first 2026-01-03, by the calendar of xa; the worst path is B1→B2: shorten its steps, let some run in parallel, or correct the limit",
			"đường dài nhất 6 giờ làm việc, thời hạn trong ngày tiếp nhận: không kịp với 99 trên 299 ngày tiếp nhận của năm 2026, ngày đầu tiên 2026-01-03, theo lịch của xa; đường dài nhất là B1→B2: cần rút ngắn các bước, cho một số bước chạy đồng thời hoặc sửa thời hạn",
		}},
		"agencies of equal calendars are one": {
			sketch("7d", "B1 4wd: end"), around(vn, WorkedBy{Who: "xa", Calendar: calendarOf(t, v1alpha1.AgencyCalendar{}, 2026, 2027)}), []string{
				"warning T2 spec.deadline.limit: worst path 4 working days, limit 7 calendar days: fails on 4 of 249 receipt dates of 2026, first 2026-02-12; the worst path is B1: shorten its steps, let some run in parallel, or correct the limit",
				"",
			},
		},
		"disadvantaged areas have longer": {
			with("15d", func(s *v1alpha1.QualityProcedureSpec) { s.Deadline.DisadvantagedLimit = "25d" }, "B1 9.25wd: end"),
			around(WorkedBy{Who: "xa", Calendar: national, Disadvantaged: true}), nil,
		},
		"a return that has no time": {sketch("10wd", "B1 2wd: B2", "B2 3wd: B3", "B3 2wd: B2 end"), around(vn), []string{
			"warning T3 spec.steps[2].actions[0]: with each return used once (B3/den-B2), the worst path takes 96 working hours, limit 10 working days: fails on 249 of 249 receipt dates of 2026, first 2026-01-05; leave time for a return in the steps that are done again, or bear it with a waiver",
			"khi mỗi lần trả lại (B3/den-B2) xảy ra một lần, đường dài nhất mất 96 giờ làm việc, thời hạn 10 ngày làm việc: không kịp với 249 trên 249 ngày tiếp nhận của năm 2026, ngày đầu tiên 2026-01-05; cần dành thời gian cho việc làm lại trong các bước đó hoặc ghi miễn trừ",
		}},
		"a return that has time": {sketch("12wd", "B1 2wd: B2", "B2 3wd: B3", "B3 2wd: B2 end"), around(vn), nil},
		"a return through a wait": {
			with("7wd", func(s *v1alpha1.QualityProcedureSpec) { s.Steps[2].Kind = v1alpha1.StepWait },
				"B1 2wd: B2", "B2 3wd: CHO end", "CHO 0wh stopped: B2"), around(vn), nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			if got := proven(tt.spec, tt.s); !cmp.Equal(tt.want, blanked(got, tt.want)) {
				t.Errorf("findings (-want +got):\n%s", cmp.Diff(tt.want, got))
			}
		})
	}
}

func proven(spec *v1alpha1.QualityProcedureSpec, s *Surroundings) []string {
	var got []string
	for _, f := range Prove(sketched(spec), s) {
		got = append(got, fmt.Sprintf("%s %s", f.Severity, f), f.MessageVi)
	}
	return got
}

// blanked leaves out of what was got what is not looked at.
func blanked(got, want []string) []string {
	got = slices.Clone(got)
	for i := range got {
		if i < len(want) && want[i] == "" {
			got[i] = ""
		}
	}
	return got
}

// TestDatesAgainstEveryPath holds the proof against a naive one that walks every path of random procedures, one receipt
// date after the other.
func TestDatesAgainstEveryPath(t *testing.T) {
	random := rand.New(rand.NewPCG(2026, 11))
	calendars := []*calendar.Calendar{
		calendarOf(t, v1alpha1.AgencyCalendar{}, 2026, 2027), calendarOf(t, halfDays(), 2026),
	}
	failing := 0
	for range 60 {
		spec := randomProcedure(random)
		c := calendars[random.IntN(len(calendars))]
		s := newSchedule(sketched(spec), random.IntN(2) == 0)
		judge := s.judgeOf(receiptYear{WorkedBy: WorkedBy{Calendar: c}, limit: s.limit})
		for day := calendar.NewDay(2026, time.January, 1).AddDays(random.IntN(5)); day.Year() == 2026; day += 5 {
			allowed, err := c.Allowance(day, s.limit, "")
			if err != nil || !c.IsWorkingDay(day) {
				continue
			}
			naive := &everyPath{schedule: s, calendar: c}
			naive.walk(s.intake(), c.Periods(day)[0].From)
			due, err := c.Deadline(c.Periods(day)[0].From, s.limit, "")
			if err != nil {
				t.Fatal(err)
			}
			got, want := judge.fails(day, allowed), naive.beyond || naive.last.After(due)
			if got != want {
				t.Fatalf("%s: late is %v, want %v: done %s, due %s, returns %v\n%s", day, got, want, naive.last, due, s.returns, described(spec))
			}
			if want {
				failing++
			}
		}
	}
	if failing < 200 {
		t.Errorf("only %d dates fail: the procedures are too easy", failing)
	}
}

// randomProcedure is a chain of steps with short cuts and ways back, one of which may be a parallel step.
func randomProcedure(random *rand.Rand) *v1alpha1.QualityProcedureSpec {
	budget := func() string {
		return []string{"0wh", "1wh", "2.25wh", "4wh", "0.5wd", "1wd", "1.25wd", "2wd", "1d", "3d"}[random.IntN(10)] +
			[]string{"", "", "", " stopped", " running"}[random.IntN(5)]
	}
	n := 3 + random.IntN(4)
	parallel := 1 + random.IntN(n)
	var lines []string
	for i := range n {
		next := "end"
		if i+1 < n {
			next = fmt.Sprintf("B%d", i+1)
		}
		if i == parallel {
			lines = append(lines, fmt.Sprintf("B%d %s %s: P Q | R", i, []string{"all", "any"}[random.IntN(2)], next),
				"P "+budget()+": Q", "Q "+budget()+": P join", "R "+budget()+": join end")
			continue
		}
		line := fmt.Sprintf("B%d %s: %s", i, budget(), next)
		if i > 0 && random.IntN(2) == 0 {
			line += fmt.Sprintf(" B%d", random.IntN(i+1))
		}
		if i+2 < n && random.IntN(2) == 0 {
			line += fmt.Sprintf(" B%d", i+2)
		}
		lines = append(lines, line)
	}
	return sketch(v1alpha1.WorkDuration([]string{"4d", "7d", "10d", "3wd", "5wd", "20wh"}[random.IntN(6)]), lines...)
}

func described(spec *v1alpha1.QualityProcedureSpec) string {
	text, _ := yaml.Marshal(map[string]any{"limit": spec.Deadline.Limit, "steps": spec.Steps})
	return string(text)
}

// everyPath walks every path from a step on and remembers the latest end.
type everyPath struct {
	*schedule
	calendar *calendar.Calendar
	last     time.Time
	// beyond says that a path leads beyond the calendar.
	beyond bool
	// until is the step with which a walk ends that is part of a return; joins collects when a branch joins.
	until *int
	joins *[]time.Time
}

func (w *everyPath) walk(step int, begun time.Time) {
	for _, done := range w.through(step, begun) {
		if w.until != nil && *w.until == step {
			w.note(done)
			continue
		}
		edges := w.out[step]
		if on, parallel := w.onward[step]; parallel {
			edges = []edge{on}
		}
		for _, e := range edges {
			switch {
			case e.Join && w.joins != nil:
				*w.joins = append(*w.joins, done)
			case e.to == noStep && w.until == nil:
				w.note(done)
			case e.to > step:
				w.walk(e.to, done)
			}
		}
	}
}

func (w *everyPath) note(done time.Time) {
	if done.After(w.last) {
		w.last = done
	}
}

// through returns when a step may be done: at several times for a parallel step, whose branches go several ways.
func (w *everyPath) through(step int, begun time.Time) []time.Time {
	if _, parallel := w.onward[step]; parallel {
		return w.throughBranches(step, begun)
	}
	done := begun
	var err error
	if w.runs(step) {
		if done, err = w.calendar.Add(begun, w.times[step]); err != nil {
			w.beyond = true
			return nil
		}
	}
	if w.until != nil {
		return []time.Time{done}
	}
	for _, r := range w.returns {
		if r.from != step {
			continue
		}
		again := &everyPath{schedule: w.schedule, calendar: w.calendar, until: &r.from}
		again.walk(r.to, done)
		w.beyond = w.beyond || again.beyond
		done = again.last
	}
	return []time.Time{done}
}

func (w *everyPath) throughBranches(step int, begun time.Time) []time.Time {
	ways := []time.Time{begun}
	for i, e := range w.out[step] {
		var joins []time.Time
		branch := &everyPath{schedule: w.schedule, calendar: w.calendar, joins: &joins, until: w.until}
		branch.walk(e.to, begun)
		w.beyond = w.beyond || branch.beyond
		if w.until == nil {
			w.note(branch.last)
		}
		var combined []time.Time
		for _, a := range ways {
			for _, b := range joins {
				anyIsEnough := w.spec.Steps[step].Join == joinAny
				if i == 0 || (anyIsEnough == b.Before(a)) {
					combined = append(combined, b)
				} else {
					combined = append(combined, a)
				}
			}
		}
		ways = combined
	}
	return ways
}

func BenchmarkProveDates(b *testing.B) {
	whole := WorkedBy{Who: "vn", Calendar: calendarOf(b, v1alpha1.AgencyCalendar{}, 2026, 2027)}
	uneven := WorkedBy{Who: "xa", Calendar: calendarOf(b, halfDays(), 2026)}
	for name, s := range map[string]*Surroundings{"days alike": around(whole), "half days": around(uneven)} {
		b.Run(name, func(b *testing.B) {
			p := compiled(b)
			b.ReportAllocs()
			for b.Loop() {
				proveReceiptDates(p, s)
				proveReturns(p, s)
			}
		})
	}
}
