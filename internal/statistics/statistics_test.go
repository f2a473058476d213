package statistics_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/calendar"
	"chuan.dev/chuan/internal/dossier"
	"chuan.dev/chuan/internal/dossier/dossiertest"
	"chuan.dev/chuan/internal/procedure"
	"chuan.dev/chuan/internal/procedure/proceduretest"
	. "chuan.dev/chuan/internal/statistics"
)

var zone = dossiertest.Calendar().Location()

// population is many dossiers of some procedures that came in over half a year.
func population(t *testing.T, seed uint64, procedures, dossiers int) []Dossier {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 7))
	var all []Dossier
	for i := range procedures {
		p, findings := procedure.Compile(fmt.Sprintf("p-%d", i), proceduretest.Draw(r))
		if p == nil {
			t.Fatal(findings)
		}
		for range dossiers {
			l := dossiertest.Begin(r, p)
			l.Now = l.Now.Add(time.Duration(r.IntN(180*24)) * time.Hour)
			if _, err := l.Do(l.Reception()); err != nil {
				t.Fatal(err)
			}
			for range r.IntN(40) {
				l.Pass()
				if _, err := l.Do(dossier.Expire{}); err != nil {
					t.Fatal(err)
				}
				_, _ = l.Do(l.Next()) // What is refused changes nothing.
			}
			all = append(all, Dossier{Events: l.Events, Procedure: l.Procedure})
		}
	}
	return all
}

func report(t *testing.T, all []Dossier, period Period, now time.Time) Report {
	t.Helper()
	c := NewCollector(period, now, dossiertest.Calendar())
	for _, d := range all {
		if err := c.Add(d); err != nil {
			t.Fatal(err)
		}
	}
	r := c.Report()
	if err := r.Check(); err != nil {
		t.Errorf("%v: %v", period, err)
	}
	return r
}

// TestPartsSum counts random dossiers over month after month: the parts sum to the whole, what is open at the end of one
// month is carried over into the next, and the months together are the year.
func TestPartsSum(t *testing.T) {
	for seed := range uint64(3) {
		all := population(t, seed, 4, 60)
		late := dossiertest.Morning.AddDate(13, 0, 0)
		var sum Counts
		open, reopened := 0, 0
		steps := map[v1alpha1.ID]int{}
		for month := range 12 {
			first := calendar.NewDay(2026, time.Month(6+month), 1)
			period, err := PeriodOf("month", first, zone)
			if err != nil {
				t.Fatal(err)
			}
			r := report(t, all, period, late)
			if r.Counts.CarriedOver != open {
				t.Errorf("seed %d: %d carried over into %v, and %d were open before it", seed, r.Counts.CarriedOver, first, open)
			}
			open, reopened = r.Counts.Open(), reopened+r.Counts.Reopened
			sum.Received += r.Counts.Received
			sum.SettledEarly += r.Counts.SettledEarly
			sum.SettledOnTime += r.Counts.SettledOnTime
			sum.SettledLate += r.Counts.SettledLate
			sum.NotAccepted += r.Counts.NotAccepted
			for _, f := range r.Procedures {
				for _, s := range f.Steps {
					steps[s.Step] += s.Count
				}
			}
		}
		from, _ := PeriodOf("month", calendar.NewDay(2026, time.June, 1), zone)
		to, _ := PeriodOf("month", calendar.NewDay(2027, time.May, 1), zone)
		year := report(t, all, Period{From: from.From, To: to.To}, late)
		if year.Counts.Received != len(all) || sum.Received != len(all) || year.Counts.CarriedOver != 0 || year.Counts.Open() != open {
			t.Errorf("seed %d: %+v over the year, %+v by months, %d dossiers", seed, year.Counts, sum, len(all))
		}
		if reopened == 0 && (year.Counts.Settled() != sum.Settled() || year.Counts.NotAccepted != sum.NotAccepted) {
			t.Errorf("seed %d: %+v over the year, %+v by months", seed, year.Counts, sum)
		}
		for _, f := range year.Procedures {
			for _, s := range f.Steps {
				steps[s.Step] -= s.Count
			}
		}
		for step, n := range steps {
			if n != 0 {
				t.Errorf("seed %d: step %s was left %d times more by months than over the year", seed, step, n)
			}
		}
		if year.Counts.Settled() == 0 || year.Counts.SettledLate == 0 || year.Counts.Supplemented == 0 || year.Counts.SentBack == 0 ||
			year.Counts.Refused == 0 {
			t.Errorf("seed %d: the population shows too little: %+v", seed, year.Counts)
		}
	}
}

// TestDated asks at two moments: what happens later changes nothing about what was so before, in whatever order dossiers come.
func TestDated(t *testing.T) {
	all := population(t, 99, 3, 40)
	period := Period{From: dossiertest.Morning, To: dossiertest.Morning.AddDate(1, 0, 0)}
	now := dossiertest.Morning.AddDate(0, 3, 0)
	var known []Dossier
	for _, d := range all {
		known = append(known, Dossier{Events: AsOf(d.Events, now), Procedure: d.Procedure})
	}
	slices.Reverse(known)
	if diff := cmp.Diff(report(t, all, period, now), report(t, known, period, now)); diff != "" {
		t.Errorf("with later events, and without (-with +without):\n%s", diff)
	}
}

// day is a time of day in June 2026, of which the first is a Monday.
func day(d, hour int) time.Time { return time.Date(2026, time.June, d, hour, 0, 0, 0, zone).UTC() }

// lived leads a dossier by fixed actions.
type lived struct {
	t *testing.T
	*dossiertest.Life
}

func begin(t *testing.T, p *procedure.Procedure, at time.Time, channel v1alpha1.Channel) *lived {
	l := &lived{t, dossiertest.Begin(rand.New(rand.NewPCG(1, 1)), p)}
	l.Now = at
	l.do(dossier.Receive{
		Officer: "mot-cua-0", Revision: 1, Digest: "d", Channel: channel, Applicant: dossier.Applicant{Name: "X"},
		Documents: map[v1alpha1.ID]int32{"giay": 1},
	})
	return l
}

func (l *lived) do(c dossier.Command) {
	l.t.Helper()
	if _, err := l.Do(c); err != nil {
		l.t.Fatalf("%+v: %v", c, err)
	}
}

func (l *lived) act(at time.Time, officer, action v1alpha1.ID) *lived {
	l.t.Helper()
	l.Now = at
	l.do(dossier.Act{Officer: officer, Version: l.State.Version, Action: action, Reason: "x"})
	return l
}

// small is a procedure of five steps with a limit of two working days.
func small(t *testing.T) *procedure.Procedure {
	t.Helper()
	reason := &v1alpha1.ActionRequirements{Reason: new(true)}
	spec := &v1alpha1.QualityProcedureSpec{
		Code: "QT-1", Title: "Nhỏ",
		Issue:      v1alpha1.Issue{Revision: 1, EffectiveFrom: "2026-01-01", Decision: v1alpha1.Decision{Number: "1/QĐ", Date: "2026-01-01"}},
		LegalBasis: []v1alpha1.LegalBasis{{Ref: "luat", Supports: []v1alpha1.Supported{"procedure", "documents", "deadline"}}},
		Deadline:   v1alpha1.Deadline{Limit: "2wd"}, Channels: []v1alpha1.Channel{"counter", "online"},
		Documents: []v1alpha1.RequiredDocument{{ID: "giay", Title: "Giấy", Required: new(true)}},
		Roles:     []v1alpha1.Role{{ID: "mot-cua", Title: "Một cửa"}, {ID: "thu-ly", Title: "Thụ lý", SeparateFrom: []v1alpha1.ID{"ky"}}, {ID: "ky", Title: "Ký"}},
		Steps: []v1alpha1.Step{
			{ID: "B1", Kind: "intake", Title: "Nhận", Role: "mot-cua", Time: "2wh", Actions: []v1alpha1.Action{
				{ID: "nhan", To: "B2"}, {ID: "tu-choi", To: "end/khong-nhan", Requires: reason},
			}},
			{ID: "B2", Kind: "task", Title: "Thẩm định", Role: "thu-ly", Time: "4wh", Drafts: "outcome", Actions: []v1alpha1.Action{
				{ID: "dat", To: "B3", Sets: &v1alpha1.ActionEffects{Outcome: "cap"}},
				{ID: "khong", To: "B3", Sets: &v1alpha1.ActionEffects{Outcome: "tu-choi"}},
				{ID: "bo-sung", To: "CHO", MaxTimes: 1, Requires: reason, Prints: []v1alpha1.PrintForm{"M02"}},
			}},
			{ID: "CHO", Kind: "wait", Title: "Chờ", For: "applicant", Clock: "stopped", Expires: &v1alpha1.Expiry{After: "30d", To: "end/dung"},
				Actions: []v1alpha1.Action{{ID: "da-bo-sung", To: "B2"}, {ID: "rut", To: "end/rut"}}},
			{ID: "B3", Kind: "approve", Title: "Ký", Role: "ky", Time: "2wh", Sign: &v1alpha1.Signature{Type: "digital"}, Actions: []v1alpha1.Action{
				{ID: "ky", To: "B4"}, {ID: "tra-lai", To: "B2", MaxTimes: 2, Requires: reason},
			}},
			{ID: "B4", Kind: "handover", Title: "Trả", Role: "mot-cua", Time: "0wh", Clock: "finished", Actions: []v1alpha1.Action{{ID: "tra", To: "end/outcome"}}},
		},
		Outcomes: []v1alpha1.Outcome{
			{ID: "cap", Result: "granted"}, {ID: "tu-choi", Result: "refused"}, {ID: "khong-nhan", Result: "notAccepted"},
			{ID: "dung", Result: "discontinued"}, {ID: "rut", Result: "withdrawn"},
		},
		Records: []v1alpha1.QualityRecord{{ID: "so", Title: "Sổ", Keeps: []v1alpha1.ID{"M07"}, Keeper: "mot-cua", Retention: "5y", Basis: "luat"}},
		Objectives: []v1alpha1.Objective{
			{ID: "dung-han", Title: "Đúng hạn", Measure: "onTimeRate", Target: ">= 66.67%", Period: "month"},
			{ID: "bo-sung", Title: "Bổ sung", Measure: "supplementRate", Target: "<= 40%", Period: "month"},
			{ID: "tra-lai", Title: "Trả lại", Measure: "returnRate", Target: "<= 20%", Period: "month"},
			{ID: "trung-vi", Title: "Trung vị", Measure: "medianDuration", Target: "<= 2wd", Period: "month"},
		},
	}
	p, findings := procedure.Compile("nho", spec)
	if p == nil {
		t.Fatal(findings)
	}
	return p
}

// TestFigures counts six dossiers by hand.
func TestFigures(t *testing.T) {
	p := small(t)
	var all []Dossier
	add := func(l *lived) { all = append(all, Dossier{Events: l.Events, Procedure: p}) }
	// Accepted on Monday at nine, ready on Tuesday at nine: a working day, and early, since it was due on Wednesday.
	add(begin(t, p, day(1, 8), "counter").act(day(1, 9), "mot-cua-0", "nhan").act(day(1, 10), "thu-ly-0", "dat").act(day(2, 9), "ky-0", "ky"))
	// Ready on the day, after the applicant was asked for more: three working days, of which the clock stood still for two.
	add(begin(t, p, day(1, 8), "online").act(day(1, 9), "mot-cua-0", "nhan").act(day(1, 10), "thu-ly-0", "bo-sung").
		act(day(3, 10), "mot-cua-0", "da-bo-sung").act(day(3, 11), "thu-ly-0", "khong").act(day(5, 9), "ky-0", "ky").act(day(5, 10), "mot-cua-0", "tra"))
	// Late, after it was sent back.
	add(begin(t, p, day(1, 8), "counter").act(day(1, 9), "mot-cua-0", "nhan").act(day(1, 10), "thu-ly-0", "dat").
		act(day(2, 9), "ky-0", "tra-lai").act(day(4, 9), "thu-ly-0", "dat").act(day(4, 10), "ky-0", "ky"))
	add(begin(t, p, day(1, 8), "counter").act(day(1, 9), "mot-cua-0", "tu-choi"))
	add(begin(t, p, day(8, 8), "counter").act(day(8, 9), "mot-cua-0", "nhan"))
	add(begin(t, p, day(29, 8), "counter").act(day(29, 9), "mot-cua-0", "nhan"))
	// It came in before, and after the month nothing counts.
	add(begin(t, p, day(1, 8).AddDate(0, -1, 4), "online"))
	add(begin(t, p, day(1, 8).AddDate(0, 1, 0), "online"))

	june, _ := PeriodOf("month", calendar.NewDay(2026, time.June, 15), zone)
	r := report(t, all, june, day(1, 0).AddDate(1, 0, 0))
	want := Counts{
		CarriedOver: 1, Received: 6, SettledEarly: 1, SettledOnTime: 1, SettledLate: 1, NotAccepted: 1, OpenWithin: 2, OpenOverdue: 1,
		Refused: 1, Supplemented: 1, SentBack: 1,
	}
	if diff := cmp.Diff(want, r.Counts); diff != "" {
		t.Errorf("counts (-want +got):\n%s", diff)
	}
	f := r.Procedures[0]
	if diff := cmp.Diff(map[v1alpha1.Channel]int{"counter": 5, "online": 1}, f.Channels); diff != "" {
		t.Errorf("channels (-want +got):\n%s", diff)
	}
	// Eight hours, sixteen hours, and twenty-five hours in working time.
	if *f.MedianMinutes != 16*60 {
		t.Errorf("median %d minutes", *f.MedianMinutes)
	}
	wantSteps := []StepFigures{
		{Step: "B1", Title: "Nhận", Count: 6, Late: 0, MedianMinutes: 60, P90Minutes: 60},
		{Step: "B2", Title: "Thẩm định", Count: 5, Late: 1, MedianMinutes: 60, P90Minutes: 16 * 60},
		{Step: "CHO", Title: "Chờ", Count: 1, MedianMinutes: 16 * 60, P90Minutes: 16 * 60},
		{Step: "B3", Title: "Ký", Count: 4, Late: 3, MedianMinutes: 7 * 60, P90Minutes: 14 * 60},
		{Step: "B4", Title: "Trả", Count: 1, Late: 0, MedianMinutes: 60, P90Minutes: 60},
	}
	if diff := cmp.Diff(wantSteps, f.Steps); diff != "" {
		t.Errorf("steps (-want +got):\n%s", diff)
	}
	var met []string
	for _, o := range f.Objectives {
		met = append(met, fmt.Sprintf("%s %v%s %t", o.ID, *o.Value, o.Unit, *o.Met))
	}
	if diff := cmp.Diff([]string{"dung-han 66.67% false", "bo-sung 25% true", "tra-lai 25% false", "trung-vi 2wd true"}, met); diff != "" {
		t.Errorf("objectives (-want +got):\n%s", diff)
	}
	text, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	var read Report
	if err := json.Unmarshal(text, &read); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(r, read); diff != "" {
		t.Errorf("through JSON (-want +got):\n%s", diff)
	}
}

func TestCheckSeesWhatDoesNotAddUp(t *testing.T) {
	whole := Report{Counts: Counts{Received: 1, OpenWithin: 1}, Procedures: []Figures{{
		Procedure: "p", Counts: Counts{Received: 1, OpenWithin: 1}, Channels: map[v1alpha1.Channel]int{"counter": 1},
	}}}
	if err := whole.Check(); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*Report){
		"lost":     func(r *Report) { r.Counts.OpenWithin = 0; r.Procedures[0].Counts.OpenWithin = 0 },
		"apart":    func(r *Report) { r.Counts.Received++ },
		"channels": func(r *Report) { r.Procedures[0].Channels = nil },
		"refused":  func(r *Report) { r.Counts.Refused = 1; r.Procedures[0].Counts.Refused = 1 },
		"steps":    func(r *Report) { r.Procedures[0].Steps = []StepFigures{{Step: "B1", Count: 1, Late: 2}} },
	} {
		r := whole
		r.Procedures = slices.Clone(whole.Procedures)
		change(&r)
		if r.Check() == nil {
			t.Errorf("%s: nothing was found", name)
		}
	}
}

func TestJudge(t *testing.T) {
	due := day(3, 17)
	for name, tc := range map[string]struct {
		due, at time.Time
		want    Punctuality
	}{
		"nothing due":        {time.Time{}, day(9, 9), ""},
		"the day before":     {due, day(2, 23), Early},
		"on the day":         {due, day(3, 0), OnTime},
		"at the very moment": {due, due, OnTime},
		"after it":           {due, due.Add(time.Millisecond), Late},
	} {
		if got := Judge(tc.due, tc.at, zone); got != tc.want {
			t.Errorf("%s: %q, want %q", name, got, tc.want)
		}
	}
}

func TestPeriodOf(t *testing.T) {
	for kind, want := range map[string][2]string{
		"month": {"2026-11-01", "2026-12-01"}, "quarter": {"2026-10-01", "2027-01-01"}, "year": {"2026-01-01", "2027-01-01"},
	} {
		p, err := PeriodOf(kind, calendar.NewDay(2026, time.November, 27), zone)
		if err != nil {
			t.Fatal(err)
		}
		got := [2]string{p.From.In(zone).Format(time.DateOnly), p.To.In(zone).Format(time.DateOnly)}
		if got != want || p.From.In(zone).Hour() != 0 {
			t.Errorf("%s: %v to %v", kind, p.From.In(zone), p.To.In(zone))
		}
	}
	if _, err := PeriodOf("week", 0, zone); err == nil {
		t.Error("a week is no period")
	}
}

func TestSample(t *testing.T) {
	codes := make([]string, 100)
	for i := range codes {
		codes[i] = fmt.Sprintf("H18.35.01-260601-%04d", i+1)
	}
	first := Sample(codes, "2026-Q2", 10)
	shuffled := slices.Clone(codes)
	rand.New(rand.NewPCG(1, 2)).Shuffle(len(shuffled), func(i, k int) { shuffled[i], shuffled[k] = shuffled[k], shuffled[i] })
	if diff := cmp.Diff(first, Sample(append(shuffled, codes[:50]...), "2026-Q2", 10)); diff != "" {
		t.Errorf("in another order, and with repetitions (-want +got):\n%s", diff)
	}
	if cmp.Equal(first, Sample(codes, "2026-Q3", 10)) {
		t.Error("another seed draws the same")
	}
	if diff := cmp.Diff(first, Sample(codes, "2026-Q2", 20)[:10]); diff != "" {
		t.Errorf("a larger sample is not a continuation (-want +got):\n%s", diff)
	}
	if all := Sample(codes[:3], "x", 10); len(all) != 3 {
		t.Errorf("%d of 3", len(all))
	}
	// The first of the sample must not change from version to version: reports cite it.
	if first[0] != "H18.35.01-260601-0053" {
		t.Errorf("the sample begins with %s", first[0])
	}
	if none := Sample(nil, "x", -1); len(none) != 0 {
		t.Errorf("%v of nothing", none)
	}
}
