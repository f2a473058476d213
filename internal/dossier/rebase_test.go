package dossier

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"chuan.dev/chuan/api/v1alpha1"
)

// revised is the second revision of the licence: migration by a map, a shorter limit, another name of the appraisal and a
// longer time for it.
func revised(t *testing.T, changes ...func(*v1alpha1.QualityProcedureSpec)) *story {
	t.Helper()
	s := &story{t: t, office: office(t)}
	s.p = load(t, "giay-phep", append([]func(*v1alpha1.QualityProcedureSpec){func(spec *v1alpha1.QualityProcedureSpec) {
		spec.Issue.Revision, spec.Issue.Changes = 2, "Rút ngắn"
		spec.Deadline.Limit = "8wd"
		spec.Transition = &v1alpha1.Transition{OpenCases: "migrate", Steps: []v1alpha1.StepMapping{{From: "B3", To: "T3"}, {From: "B5", To: "B5"}}}
		spec.Steps[2].ID, spec.Steps[2].Time = "T3", "1wd"
		spec.Steps[1].Assigns.Step, spec.Steps[1].Actions[0].To, spec.Steps[3].Actions[0].To = "T3", "T3", "T3"
	}}, changes...)...)
	return s
}

// under lets a dossier go on with a procedure.
func (s *story) under(other *story) *story {
	s.p = other.p
	return s
}

func onRequest(spec *v1alpha1.QualityProcedureSpec) {
	spec.Transition = &v1alpha1.Transition{OpenCases: "onApplicantRequest"}
	spec.Steps[2].ID = "B3"
	spec.Steps[1].Assigns.Step, spec.Steps[1].Actions[0].To, spec.Steps[3].Actions[0].To = "B3", "B3", "B3"
}

func TestMigrate(t *testing.T) {
	s := accepted(t)
	s.act("chi", "cho", reason)
	s.act("an", "da-bo-sung")
	s.now = at(t, "2026-06-04 09:00")
	s.under(revised(t))
	events := s.do(Move{Revision: 2, Digest: "zwei"})
	if e := events[0]; len(events) != 1 || e.Type != Rebased || e.To != "T3" || e.Officer != "" || e.Data.Rebase.Requested {
		t.Fatalf("events %+v", events)
	}
	s.stands("T3")
	if r := s.state.Receipt; r.Revision != 2 || r.Digest != "zwei" || r.Procedure != "giay-phep" || r.Applicant.Name == "" {
		t.Errorf("receipt %+v", r)
	}
	if got := s.state.Tokens[0].Due; !got.Equal(at(t, "2026-06-05 09:00")) {
		t.Errorf("the step is due %s, want a working day from now", got)
	}
	// The new limit is shorter, and with that what is promised.
	if got := s.state.Clock.Due; !got.Equal(at(t, "2026-06-11 17:30")) {
		t.Errorf("due %s", got)
	}
	if last := s.state.Passes[len(s.state.Passes)-1]; last.Step != "B3" || !last.Late() {
		t.Errorf("the step that was late goes unseen: %+v", last)
	}
	// What is kept of a step goes on under its new name: who does it, and how often something was done.
	s.refused(Act{Officer: "dung", Action: "khong-dat"}, CodeAssignedToOther)
	s.refused(Act{Officer: "chi", Action: "cho", Reason: "x"}, CodeMaxTimes)
	s.act("chi", "khong-dat", with(appraisal("khong-dat")))
	s.refused(Move{Revision: 2, Digest: "zwei"}, CodeRevisionKept)
}

func TestThePrintedDateStands(t *testing.T) {
	s := accepted(t)
	promised := s.state.Clock.Due
	s.under(revised(t, func(spec *v1alpha1.QualityProcedureSpec) { spec.Deadline.Limit = "15wd" }))
	s.do(Move{Revision: 2, Digest: "zwei"})
	if !s.state.Clock.Due.Equal(promised) {
		t.Errorf("due %s, want what was promised: %s", s.state.Clock.Due, promised)
	}
}

func TestMoveOnRequest(t *testing.T) {
	s := accepted(t).under(revised(t, onRequest))
	s.refused(Move{Revision: 2}, CodeRequestNeeded)
	s.refused(Move{Officer: "chi", Revision: 2, Reason: "x"}, CodeRoleNotHeld)
	s.refused(Move{Officer: "an", Revision: 2}, CodeReasonNeeded)
	s.refused(Move{Officer: "an", Revision: 2, Reason: "x", Version: 1}, CodeStale)
	s.refused(Move{Officer: "an", Revision: 1, Reason: "x"}, CodeRevisionKept)
	e := s.do(Move{Officer: "an", Revision: 2, Digest: "zwei", Reason: "Theo đơn"})[0]
	if !e.Data.Rebase.Requested || e.Role != "mot-cua" || s.state.Assignees["B3"] != "chi" {
		t.Errorf("event %+v, assignees %v", e, s.state.Assignees)
	}
	s.stands("B3")
}

func TestMoveIsRefused(t *testing.T) {
	move := Move{Revision: 2, Digest: "zwei"}
	kept := func(spec *v1alpha1.QualityProcedureSpec) {
		spec.Transition = &v1alpha1.Transition{OpenCases: "keepRevision"}
	}
	accepted(t).under(revised(t, kept)).refused(move, CodeRevisionKept)
	silent := func(spec *v1alpha1.QualityProcedureSpec) { spec.Transition = nil }
	accepted(t).under(revised(t, silent)).refused(move, CodeRevisionKept)
	unmapped := func(spec *v1alpha1.QualityProcedureSpec) { spec.Transition.Steps = spec.Transition.Steps[1:] }
	accepted(t).under(revised(t, unmapped)).refused(move, CodeMoveImpossible)
	handedOver(t).under(revised(t)).refused(move, CodeEnded)
	s := accepted(t)
	s.act("chi", "khong-dat", with(appraisal("khong-dat")))
	renamed := func(spec *v1alpha1.QualityProcedureSpec) {
		spec.Outcomes[1].ID = "khong-cap"
		spec.Steps[2].Actions[1].Sets.Outcome, spec.Steps[4].Actions[1].Sets.Outcome = "khong-cap", "khong-cap"
	}
	s.under(revised(t, renamed)).refused(move, CodeMoveImpossible)
	if _, err := Decide(load(t, "cap-phep"), s.state, move, s.now, s.office); err == nil {
		t.Error("a dossier moved to another procedure")
	}
}

func TestAQuestionGoesOnUnderAnotherRevision(t *testing.T) {
	s, question := asked(t)
	s.do(Ask{question})
	s.under(revised(t)).do(Move{Revision: 2, Digest: "zwei"})
	if diff := cmp.Diff([]Consultation{question}, s.state.Consultations); diff != "" {
		t.Fatalf("consultations (-want +got):\n%s", diff)
	}
	s.do(Answer{Consultation: question, Action: "dong-y"})
	s.stands("B5")
}

// TestBranchesMoveAsSets moves a dossier that stands in two branches.
func TestBranchesMoveAsSets(t *testing.T) {
	type spec = v1alpha1.QualityProcedureSpec
	rename := func(from, to v1alpha1.ID) v1alpha1.StepMapping { return v1alpha1.StepMapping{From: from, To: to} }
	for name, c := range map[string]struct {
		steps  []v1alpha1.StepMapping
		change func(*spec)
		stands []v1alpha1.ID
		branch string
		want   Code
	}{
		"as they were": {nil, func(*spec) {}, []v1alpha1.ID{"A1", "W1"}, "main/P1.0", ""},
		"the parallel step has another name": {
			[]v1alpha1.StepMapping{rename("P1", "Q1")},
			func(s *spec) { s.Steps[1].ID, s.Steps[0].Actions[0].To = "Q1", "Q1" }, []v1alpha1.ID{"A1", "W1"}, "main/Q1.0", "",
		},
		"all of them to one step": {
			[]v1alpha1.StepMapping{rename("A1", "B9"), rename("W1", "B9")}, func(*spec) {}, []v1alpha1.ID{"B9"}, "main", "",
		},
		"back to the fork": {
			[]v1alpha1.StepMapping{rename("A1", "P1"), rename("W1", "P1")}, func(*spec) {}, []v1alpha1.ID{"A1", "W1"}, "main/P1.0", "",
		},
		"one of them to the main line": {
			[]v1alpha1.StepMapping{rename("A1", "B9")}, func(*spec) {}, nil, "", CodeMoveImpossible,
		},
		"into the same branch": {
			[]v1alpha1.StepMapping{rename("W1", "A2")}, func(*spec) {}, nil, "", CodeMoveImpossible,
		},
		"the branches change places": {
			nil, func(s *spec) {
				s.Steps[1].Branches[0], s.Steps[1].Branches[1] = s.Steps[1].Branches[1], s.Steps[1].Branches[0]
			},
			nil, "", CodeMoveImpossible,
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := begin(t, "lien-thong", Receive{Officer: "an", Revision: 1, Channel: v1alpha1.ChannelCounter, Applicant: Applicant{Name: "X"}})
			s.act("an", "nhan")
			s.p = load(t, "lien-thong", c.change, func(s *spec) {
				s.Issue.Revision, s.Issue.Changes = 2, "Sửa"
				s.Transition = &v1alpha1.Transition{OpenCases: "migrate", Steps: append(c.steps, rename("B1", "B1"))}
			})
			if c.want != "" {
				s.refused(Move{Revision: 2}, c.want)
				return
			}
			s.do(Move{Revision: 2})
			s.stands(c.stands...)
			if got := s.state.Tokens[0].Branch; got != c.branch {
				t.Errorf("branch %s, want %s", got, c.branch)
			}
		})
	}
}

func TestAMoveDoesNotSkipWhatIsBefore(t *testing.T) {
	for name, m := range map[string]v1alpha1.StepMapping{
		"a branch by itself": {From: "B9", To: "A1"},
		"the acceptance":     {From: "B1", To: "B9"},
	} {
		s := begin(t, "lien-thong", Receive{Officer: "an", Revision: 1, Channel: v1alpha1.ChannelCounter, Applicant: Applicant{Name: "X"}})
		if m.From == "B9" {
			s.act("an", "nhan")
			s.act("chi", "tiep")
			s.act("chi", "xong")
			s.act("an", "den")
			s.stands("B9")
		}
		s.p = load(t, "lien-thong", func(spec *v1alpha1.QualityProcedureSpec) {
			spec.Transition = &v1alpha1.Transition{OpenCases: "migrate", Steps: []v1alpha1.StepMapping{m}}
		})
		if r := s.refused(Move{Revision: 2}, CodeMoveImpossible); r == nil {
			t.Errorf("%s is skipped", name)
		}
	}
}
