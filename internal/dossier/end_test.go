package dossier

import (
	"slices"
	"testing"

	"chuan.dev/chuan/api/v1alpha1"
)

func TestWithdrawAndDiscontinue(t *testing.T) {
	for name, c := range map[string]struct {
		command Command
		event   EventType
		outcome v1alpha1.ID
		role    v1alpha1.ID
		prints  []v1alpha1.PrintForm
	}{
		"withdrawn":    {Withdraw{Officer: "an", Reason: "Theo đơn"}, Withdrawn, "rut", "mot-cua", nil},
		"discontinued": {Discontinue{Officer: "giang", Reason: "Chết"}, Discontinued, "dung", "lanh-dao-ubnd", []v1alpha1.PrintForm{"M05"}},
	} {
		for _, s := range []*story{licence(t), accepted(t)} {
			started := !s.state.Clock.StartedAt.IsZero()
			events := s.do(c.command)
			if want := []EventType{c.event, Ended}; !slices.Equal(types(events), want) {
				t.Fatalf("%s: %v, want %v", name, types(events), want)
			}
			if e := events[0]; e.Role != c.role || !slices.Equal(e.Data.Prints, c.prints) || e.Data.Reason == "" {
				t.Errorf("%s: %+v", name, e)
			}
			if s.state.Ending.Outcome != c.outcome || len(s.state.Tokens) != 0 || started && s.state.Clock.State != v1alpha1.ClockFinished {
				t.Errorf("%s: %+v", name, s.state)
			}
			s.refused(c.command, CodeEnded)
		}
	}
}

func TestBreakingOffTakesEveryToken(t *testing.T) {
	s := begin(t, "lien-thong", Receive{Officer: "an", Channel: v1alpha1.ChannelCounter, Applicant: Applicant{Name: "X"}})
	s.act("an", "nhan")
	s.stands("A1", "W1")
	// Nobody approves in this procedure, so that the counter discontinues.
	events := s.do(Discontinue{Officer: "an", Reason: "Trùng hồ sơ"})
	if left := events[1].Data.Left; !slices.Equal(left, []string{"main/P1.0", "main/P1.1"}) {
		t.Errorf("left %v", left)
	}
	s.stands()
}

func TestBreakingOffIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		command Command
		want    Code
	}{
		"withdrawn elsewhere":        {Withdraw{Officer: "chi", Reason: "x"}, CodeRoleNotHeld},
		"withdrawn without reason":   {Withdraw{Officer: "an"}, CodeReasonNeeded},
		"withdrawn of an old page":   {Withdraw{Officer: "an", Reason: "x", Version: 1}, CodeStale},
		"discontinued elsewhere":     {Discontinue{Officer: "an", Reason: "x"}, CodeRoleNotHeld},
		"discontinued for nothing":   {Discontinue{Officer: "giang", Reason: "\t"}, CodeReasonNeeded},
		"discontinued by a nobody":   {Discontinue{Officer: "la", Reason: "x"}, CodeOfficerUnknown},
		"discontinued in no letters": {Discontinue{Officer: "giang", Reason: "a\x00"}, CodeReasonNeeded},
	} {
		t.Run(name, func(t *testing.T) { accepted(t).refused(c.command, c.want) })
	}
	ready := decided(t, "dat")
	ready.refused(Withdraw{Officer: "an", Reason: "x"}, CodeResultReady)
	ready.refused(Discontinue{Officer: "giang", Reason: "x"}, CodeResultReady)
	s := begin(t, "lien-thong", Receive{Officer: "an", Channel: v1alpha1.ChannelCounter, Applicant: Applicant{Name: "X"}})
	s.refused(Withdraw{Officer: "an", Reason: "x"}, CodeOutcomeMissing)
}
