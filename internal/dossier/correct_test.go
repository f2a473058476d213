package dossier

import (
	"slices"
	"testing"

	"chuan.dev/chuan/api/v1alpha1"
)

func TestCorrect(t *testing.T) {
	s := handedOver(t)
	clock := s.state.Clock
	s.now = at(t, "2026-07-01 09:00")
	events := s.do(Correct{Officer: "an", Reason: "Sai tên"})
	s.stands("B5")
	if e := events[0]; e.Type != Corrected || e.To != "B5" || e.Role != "mot-cua" || s.state.Tokens[0].Due != at(t, "2026-07-01 15:00") {
		t.Errorf("event %+v, tokens %+v", events[0], s.state.Tokens)
	}
	if !s.state.Open() || s.state.Clock != clock {
		t.Errorf("clock %+v, want it as it was: %+v", s.state.Clock, clock)
	}
	want := Correction{At: s.now, Ending: Ending{Outcome: "cap", Result: v1alpha1.ResultGranted, At: at(t, "2026-06-01 08:00")}, Results: 1}
	if !slices.Equal(s.state.Corrections, []Correction{want}) {
		t.Errorf("corrections %+v, want %+v", s.state.Corrections, want)
	}
	s.sign()
	if want := (Result{Outcome: "cap", Book: "GP-UBND/2026", Number: 2, Text: "02/GP-UBND", Replaces: "01/GP-UBND"}); s.state.Results[1] != want {
		t.Errorf("result %+v, want %+v", s.state.Results[1], want)
	}
	// The fee is paid.
	s.act("an", "da-tra")
	if s.state.Clock != clock || s.state.Ending == nil {
		t.Errorf("clock %+v, ending %+v", s.state.Clock, s.state.Ending)
	}
	s.do(Correct{Officer: "giang", Reason: "Sai địa chỉ"})
	s.sign()
	if got := s.state.Results[2].Replaces; got != "02/GP-UBND" {
		t.Errorf("the third result replaces %q", got)
	}
}

func TestCorrectionCountsAnew(t *testing.T) {
	s := accepted(t)
	s.act("chi", "khong-dat", with(appraisal("khong-dat")))
	s.act("chi", "trinh")
	s.act("giang", "tra-lai", reason)
	s.sign()
	s.act("an", "da-tra")
	s.do(Correct{Officer: "an", Reason: "Sai căn cứ"})
	s.act("chi", "trinh")
	s.act("giang", "tra-lai", reason)
	s.act("chi", "trinh")
	s.refused(Act{Officer: "giang", Action: "tra-lai", Reason: "x"}, CodeMaxTimes)
}

func TestCorrectIsRefused(t *testing.T) {
	correct := Correct{Officer: "an", Reason: "Sai tên"}
	accepted(t).refused(correct, CodeNotEnded)
	notTaken := licence(t)
	notTaken.act("an", "tu-choi", reason)
	notTaken.refused(correct, CodeNotCorrectable)
	withdrawn := accepted(t)
	withdrawn.do(Withdraw{Officer: "an", Reason: "x"})
	withdrawn.refused(correct, CodeNotCorrectable)
	for name, c := range map[string]struct {
		change func(*story, *Correct)
		want   Code
	}{
		"seen before":  {func(_ *story, c *Correct) { c.Version = 1 }, CodeStale},
		"elsewhere":    {func(_ *story, c *Correct) { c.Officer = "ha" }, CodeRoleNotHeld},
		"for nothing":  {func(_ *story, c *Correct) { c.Reason = "" }, CodeReasonNeeded},
		"for too long": {func(s *story, _ *Correct) { s.state.Corrections = make([]Correction, maxCorrections) }, CodeMaxTimes},
	} {
		t.Run(name, func(t *testing.T) {
			s, command := handedOver(t), correct
			c.change(s, &command)
			s.refused(command, c.want)
		})
	}
}

func TestWhereACorrectionBegins(t *testing.T) {
	for name, c := range map[string]struct {
		procedure string
		change    func(*v1alpha1.QualityProcedureSpec)
		want      v1alpha1.ID
	}{
		"where results are drafted":      {"giay-phep", func(*v1alpha1.QualityProcedureSpec) {}, "B5"},
		"in front of the approval":       {"giay-phep", func(s *v1alpha1.QualityProcedureSpec) { s.Steps[5].Drafts = "" }, "B5"},
		"in front of the issue":          {"giay-phep", func(s *v1alpha1.QualityProcedureSpec) { s.Steps[5].Drafts, s.Steps[6].Kind = "", v1alpha1.StepTask }, "B7"},
		"not in a branch":                {"cap-phep", func(s *v1alpha1.QualityProcedureSpec) { s.Steps[6].Drafts, s.Steps[8].Drafts = draftsOutcome, "" }, "B5"},
		"nowhere, where nobody approves": {"lien-thong", func(*v1alpha1.QualityProcedureSpec) {}, ""},
	} {
		p := load(t, c.procedure)
		spec := p.Spec
		c.change(spec)
		step, ok := (&decision{p: p}).drafting()
		if ok != (c.want != "") || ok && step.ID != c.want {
			t.Errorf("%s: %v, %t", name, step, ok)
		}
	}
}
