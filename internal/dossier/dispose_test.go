package dossier

import (
	"strings"
	"testing"
	"time"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/procedure"
)

func TestDispose(t *testing.T) {
	s := handedOver(t)
	s.p = load(t, "giay-phep", func(spec *v1alpha1.QualityProcedureSpec) { spec.Records[0].Retention = "3y" })
	spec := s.p.Spec.DeepCopy()
	spec.Records[1].Retention = "2y"
	s.p.Spec = spec
	dispose := Dispose{Officer: "ha", Disposal: Disposal{Minutes: "12/BB-UBND", Date: "2029-12-31"}}
	s.now = at(t, "2029-12-31 23:59")
	refusal := s.refused(dispose, CodeRetentionNotOver)
	if !strings.Contains(refusal.Message, "2030-01-01") {
		t.Errorf("the refusal does not say when: %s", refusal.Message)
	}
	s.now = at(t, "2030-01-01 00:00")
	e := s.do(dispose)[0]
	if want := (Disposal{Minutes: "12/BB-UBND", Date: "2029-12-31", Class: "3y"}); e.Type != Disposed || *s.state.Disposal != want {
		t.Errorf("event %+v, disposal %+v", e, s.state.Disposal)
	}
	for _, c := range []Command{
		dispose, Act{Officer: "an", Action: "da-tra"}, Correct{Officer: "an", Reason: "x"}, Shelve{Officer: "an", Place: "x"},
		Lend{Officer: "an", Loan: Loan{To: "x"}}, Return{Officer: "an"}, Extend{Officer: "giang"}, Withdraw{Officer: "an"},
		Discontinue{Officer: "giang"}, Reassign{Officer: "an"}, Move{Officer: "an"},
		Supplement{Officer: "an", Payments: []Payment{{Fee: "le-phi", Amount: -1, Method: PaidInCash}}},
	} {
		s.refused(c, CodeDisposed)
	}
	if got := Commands(s.p, s.state, "kiem", s.office); got != nil {
		t.Errorf("commands %v", got)
	}
	// The record still adds up when the personal data are gone.
	var bare State
	for _, e := range s.events {
		public, _ := Split(s.p, e.Data)
		e.Data = Join(public, nil)
		var err error
		if bare, err = Fold(bare, e); err != nil {
			t.Fatal(err)
		}
	}
	if bare.Receipt.Applicant != (Applicant{}) || bare.Version != s.state.Version || *bare.Ending != *s.state.Ending {
		t.Errorf("state without personal data: %+v", bare)
	}
}

func TestDisposeIsRefused(t *testing.T) {
	good := Dispose{Officer: "ha", Disposal: Disposal{Minutes: "12/BB-UBND", Date: "2029-12-31"}}
	for name, c := range map[string]struct {
		change func(*story, *Dispose)
		want   Code
	}{
		"seen before":         {func(_ *story, c *Dispose) { c.Version = 1 }, CodeStale},
		"open":                {func(s *story, _ *Dispose) { s.state.Ending = nil }, CodeNotEnded},
		"for ever":            {func(s *story, _ *Dispose) { s.p.Spec.Records[1].Retention = "permanent" }, CodeKeptForEver},
		"records of no class": {func(s *story, _ *Dispose) { s.p.Spec.Records = nil }, CodeKeptForEver},
		"lent out":            {func(s *story, _ *Dispose) { s.state.Loan = &Loan{To: "X"} }, CodeFileLent},
		"not its keeper":      {func(_ *story, c *Dispose) { c.Officer = "chi" }, CodeRoleNotHeld},
		"a nobody":            {func(_ *story, c *Dispose) { c.Officer = "la" }, CodeOfficerUnknown},
		"no minutes":          {func(_ *story, c *Dispose) { c.Disposal.Minutes = "" }, CodeMinutesNeeded},
		"no such day":         {func(_ *story, c *Dispose) { c.Disposal.Date = "2029-02-30" }, CodeMinutesNeeded},
		"minutes of tomorrow": {func(_ *story, c *Dispose) { c.Disposal.Date = "2030-06-02" }, CodeMinutesNeeded},
	} {
		t.Run(name, func(t *testing.T) {
			s, command := handedOver(t), good
			s.p.Spec.Records[0].Retention, s.p.Spec.Records[1].Retention = "3y", "3y"
			s.now = at(t, "2030-06-01 08:00")
			c.change(s, &command)
			s.refused(command, c.want)
		})
	}
}

func TestDisposeAfter(t *testing.T) {
	zone := office(t).Calendar.Location()
	p := func(retentions ...string) *procedure.Procedure {
		spec := &v1alpha1.QualityProcedureSpec{}
		for _, r := range retentions {
			spec.Records = append(spec.Records, v1alpha1.QualityRecord{Retention: r})
		}
		return &procedure.Procedure{Spec: spec}
	}
	// It ends in Điện Biên in the new year, and in UTC in the old one.
	ended := State{Ending: &Ending{At: time.Date(2026, time.December, 31, 17, 0, 0, 0, time.UTC)}}
	for _, c := range []struct {
		p         *procedure.Procedure
		s         State
		after     time.Time
		class     string
		permanent bool
	}{
		{p("10y", "20y", "5y"), ended, at(t, "2048-01-01 00:00"), "20y", false},
		{p("10y"), State{}, time.Time{}, "10y", false},
		{p("10y", "permanent"), ended, time.Time{}, "permanent", true},
		{p(), ended, time.Time{}, "permanent", true},
	} {
		after, class, permanent := DisposeAfter(c.p, c.s, zone)
		if !after.Equal(c.after) || class != c.class || permanent != c.permanent {
			t.Errorf("%+v: %s, %s, %t", c.p.Spec.Records, after, class, permanent)
		}
	}
}
