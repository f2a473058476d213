package dossier

import (
	"slices"
	"testing"

	"chuan.dev/chuan/api/v1alpha1"
)

func TestExtend(t *testing.T) {
	s := accepted(t)
	promised := s.state.Clock.Due
	if want := at(t, "2026-06-15 17:30"); !promised.Equal(want) {
		t.Fatalf("promised for %s, want %s", promised, want)
	}
	// The last instant of the time promised is still in time.
	s.now = promised
	events := s.do(Extend{Officer: "giang", By: "5wd", Reason: "Chờ ý kiến"})
	want := Extension{By: "5wd", Before: promised, Due: at(t, "2026-06-22 17:30")}
	if len(events) != 1 || events[0].Type != Extended || *events[0].Data.Extension != want {
		t.Fatalf("events %+v, want an extension %+v", events, want)
	}
	if !slices.Equal(events[0].Data.Prints, []v1alpha1.PrintForm{"M04"}) {
		t.Errorf("prints %v, want the apology", events[0].Data.Prints)
	}
	if s.state.Clock.Due != want.Due || !slices.Equal(s.state.Extensions, []Extension{want}) {
		t.Errorf("clock %+v, extensions %+v", s.state.Clock, s.state.Extensions)
	}
	s.do(Extend{Officer: "giang", By: "3d", Reason: "Chờ ý kiến"})
	s.refused(Extend{Officer: "giang", By: "1wd", Reason: "x"}, CodeMaxTimes)
}

func TestExtendIsRefused(t *testing.T) {
	long := Extend{Officer: "giang", By: "5wd", Reason: "Chờ ý kiến"}
	for name, c := range map[string]struct {
		change func(*story, *Extend)
		want   Code
	}{
		"not the approver":     {func(_ *story, c *Extend) { c.Officer = "binh" }, CodeRoleNotHeld},
		"nobody":               {func(_ *story, c *Extend) { c.Officer = "la" }, CodeOfficerUnknown},
		"no reason":            {func(_ *story, c *Extend) { c.Reason = " " }, CodeReasonNeeded},
		"a reason of bytes":    {func(_ *story, c *Extend) { c.Reason = "\xff" }, CodeReasonNeeded},
		"no length of time":    {func(_ *story, c *Extend) { c.By = "long" }, CodeExtensionInvalid},
		"no time at all":       {func(_ *story, c *Extend) { c.By = "0wd" }, CodeExtensionInvalid},
		"too long":             {func(_ *story, c *Extend) { c.By = "5.25wd" }, CodeExtensionInvalid},
		"too long in days":     {func(_ *story, c *Extend) { c.By = "8d" }, CodeExtensionInvalid},
		"over before":          {func(s *story, _ *Extend) { s.now = at(t, "2026-06-15 17:31") }, CodeTooLate},
		"seen before":          {func(_ *story, c *Extend) { c.Version = 1 }, CodeStale},
		"what must be apart":   {func(s *story, _ *Extend) { s.state.Parts = append(s.state.Parts, Part{"giang", "thu-ly"}) }, CodeSeparation},
		"a limit without more": {func(s *story, _ *Extend) { s.p = load(t, "cap-phep") }, CodeExtensionNotAllowed},
	} {
		t.Run(name, func(t *testing.T) {
			s, command := accepted(t), long
			c.change(s, &command)
			s.refused(command, c.want)
		})
	}
	licence(t).refused(long, CodeClockNotStarted)
	decided(t, "dat").refused(long, CodeResultReady)
	handedOver(t).refused(long, CodeEnded)
}

func TestWhoExtends(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*v1alpha1.QualityProcedureSpec)
		want   []v1alpha1.ID
	}{
		"whom the text names":      {func(s *v1alpha1.QualityProcedureSpec) { s.Deadline.Extension.Approver = "lanh-dao-phong" }, []v1alpha1.ID{"lanh-dao-phong"}},
		"who signs":                {func(*v1alpha1.QualityProcedureSpec) {}, []v1alpha1.ID{"lanh-dao-ubnd"}},
		"who approves":             {func(s *v1alpha1.QualityProcedureSpec) { s.Steps[6].Sign = nil }, []v1alpha1.ID{"lanh-dao-ubnd"}},
		"the counter, as a resort": {func(s *v1alpha1.QualityProcedureSpec) { s.Steps[6].Sign, s.Steps[6].Kind = nil, v1alpha1.StepTask }, []v1alpha1.ID{"mot-cua"}},
	} {
		p := load(t, "giay-phep")
		spec := p.Spec.DeepCopy()
		c.change(spec)
		p.Spec = spec
		if got := (&decision{p: p}).extenders(); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestADelegateExtends(t *testing.T) {
	s := accepted(t)
	s.office.Officers[4].DelegatesTo = []v1alpha1.Delegation{{Officer: "binh", From: "2026-06-01", Until: "2026-06-30"}}
	events := s.do(Extend{Officer: "binh", By: "1wd", Reason: "Chờ ý kiến"})
	if e := events[0]; e.Role != "lanh-dao-ubnd" || e.Data.ActsFor != "giang" {
		t.Errorf("event %+v, want binh to act for giang", e)
	}
}

func TestRecount(t *testing.T) {
	holiday := v1alpha1.CalendarException{Date: "2026-06-10", Kind: v1alpha1.ExceptionHoliday, Title: "Nghỉ"}
	saturday := v1alpha1.CalendarException{Date: "2026-06-13", Kind: v1alpha1.ExceptionMakeUp, Title: "Làm bù"}
	extended := func(s *story) { s.do(Extend{Officer: "giang", By: "5wd", Reason: "Chờ ý kiến"}) }
	stopped := func(s *story) {
		s.now = at(t, "2026-06-02 08:00")
		s.act("chi", "cho", reason)
		s.now = at(t, "2026-06-03 09:10")
		s.act("an", "da-bo-sung")
	}
	for name, c := range map[string]struct {
		before []func(*story)
		days   []v1alpha1.CalendarException
		want   string
	}{
		"nothing changes":         {nil, nil, "2026-06-15 17:30"},
		"a holiday more":          {nil, []v1alpha1.CalendarException{holiday}, "2026-06-15 17:30"},
		"a working day more":      {nil, []v1alpha1.CalendarException{saturday}, "2026-06-13 17:30"},
		"extended":                {[]func(*story){extended}, []v1alpha1.CalendarException{saturday}, "2026-06-19 17:30"},
		"stopped":                 {[]func(*story){stopped}, []v1alpha1.CalendarException{saturday}, "2026-06-16 08:45"},
		"stopped, then extended":  {[]func(*story){stopped, extended}, nil, "2026-06-24 08:45"},
		"extended, then stopped":  {[]func(*story){extended, stopped}, nil, "2026-06-24 08:45"},
		"a day more behind a day": {[]func(*story){stopped, extended}, []v1alpha1.CalendarException{saturday}, "2026-06-23 08:45"},
	} {
		t.Run(name, func(t *testing.T) {
			s := accepted(t)
			for _, happens := range c.before {
				happens(s)
			}
			printed := s.state.Clock.Due
			s.office = office(t, c.days...)
			events := s.do(Recount{})
			if got, want := s.state.Clock.Due, at(t, c.want); !got.Equal(want) {
				t.Errorf("due %s, want %s", got, want)
			}
			if changed := !s.state.Clock.Due.Equal(printed); changed != (len(events) == 1) || changed && events[0].Type != Recounted {
				t.Errorf("events %v", types(events))
			}
			if events := s.do(Recount{}); len(events) != 0 {
				t.Errorf("a second time: %v", types(events))
			}
		})
	}
}

func TestNothingToRecount(t *testing.T) {
	saturday := v1alpha1.CalendarException{Date: "2026-06-13", Kind: v1alpha1.ExceptionMakeUp, Title: "Làm bù"}
	corrected := handedOver(t)
	corrected.do(Correct{Officer: "an", Reason: "Sai tên"})
	for name, s := range map[string]*story{
		"not accepted": licence(t), "result ready": decided(t, "dat"), "ended": handedOver(t), "corrected": corrected,
	} {
		s.office = office(t, saturday)
		if events := s.do(Recount{}); len(events) != 0 {
			t.Errorf("%s: %v", name, types(events))
		}
	}
}
