package dossier

import (
	"slices"
	"strings"
	"testing"
)

// asked is a licence about which the department of trade is to be asked.
func asked(t *testing.T) (*story, Consultation) {
	t.Helper()
	s := accepted(t)
	s.act("chi", "dat", with(appraisal("dat")))
	return s, Consultation{Step: "B4", Branch: MainBranch, Agency: "H18.05"}
}

func TestAskAndAnswer(t *testing.T) {
	s, question := asked(t)
	if e := s.do(Ask{question})[0]; e.Type != Asked || e.Officer != "" {
		t.Errorf("event %+v", e)
	}
	if events := s.do(Ask{question}); len(events) != 0 {
		t.Errorf("asked twice: %v", types(events))
	}
	answer := question
	answer.Reference = "H18.05-260601-0003"
	e := s.do(Answer{Consultation: answer, Action: "khong-dong-y", Reason: "Không phù hợp quy hoạch"})[0]
	if e.Type != Answered || e.Officer != "" || e.From != "B4" || *e.Data.Consultation != answer {
		t.Errorf("event %+v", e)
	}
	s.stands("B5")
	if s.state.Heading != "tu-choi" || len(s.state.Consultations) != 0 || s.state.Taken["B4/khong-dong-y"] != 1 {
		t.Errorf("heading %s, consultations %v, taken %v", s.state.Heading, s.state.Consultations, s.state.Taken)
	}
	if pass := s.state.Passes[len(s.state.Passes)-1]; pass.Step != "B4" || pass.Officer != "" {
		t.Errorf("pass %+v", pass)
	}
	s.refused(Answer{Consultation: answer, Action: "dong-y"}, CodeNoLongerAsked)
	s.refused(Ask{question}, CodeNoLongerAsked)
}

func TestAnAnswerComesTooLate(t *testing.T) {
	s, question := asked(t)
	s.do(Ask{question})
	s.now = at(t, "2026-06-03 08:00")
	s.do(Expire{})
	s.stands("B5")
	if len(s.state.Consultations) != 0 {
		t.Errorf("it still waits: %v", s.state.Consultations)
	}
	s.refused(Answer{Consultation: question, Action: "dong-y"}, CodeNoLongerAsked)

	// An officer who holds the paper in their hands records it by an action.
	s, question = asked(t)
	s.do(Ask{question})
	s.act("an", "dong-y")
	s.refused(Answer{Consultation: question, Action: "dong-y"}, CodeNoLongerAsked)
	ended := handedOver(t)
	ended.refused(Answer{Consultation: question, Action: "dong-y"}, CodeNoLongerAsked)
}

func TestAnswersAreChecked(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*Answer)
		want   Code
	}{
		"another agency":    {func(a *Answer) { a.Consultation.Agency = "H18.06" }, CodeNoLongerAsked},
		"another branch":    {func(a *Answer) { a.Consultation.Branch = "main/B4.0" }, CodeNoLongerAsked},
		"another step":      {func(a *Answer) { a.Consultation.Step = "B5" }, CodeNoLongerAsked},
		"endless reference": {func(a *Answer) { a.Consultation.Reference = strings.Repeat("x", maxReference+1) }, CodeConsultationInvalid},
		"another word":      {func(a *Answer) { a.Action = "co-le" }, CodeActionUnknown},
		"no reason":         {func(a *Answer) { a.Action = "khong-dong-y" }, CodeReasonNeeded},
	} {
		t.Run(name, func(t *testing.T) {
			s, question := asked(t)
			s.do(Ask{question})
			answer := Answer{Consultation: question, Action: "dong-y"}
			c.change(&answer)
			s.refused(answer, c.want)
		})
	}
	s, question := asked(t)
	s.refused(Answer{Consultation: question, Action: "dong-y"}, CodeNoLongerAsked)
	question.Agency = ""
	s.refused(Ask{question}, CodeConsultationInvalid)
}

func TestQuestionsOfBranches(t *testing.T) {
	s := begin(t, "lien-thong", Receive{Officer: "an", Channel: "counter", Applicant: Applicant{Name: "X"}})
	s.act("an", "nhan")
	s.act("chi", "tiep")
	s.act("chi", "tach")
	first := Consultation{Step: "C1", Branch: "main/P1.0/P2.0", Agency: "mot"}
	second := Consultation{Step: "C2", Branch: "main/P1.0/P2.1", Agency: "hai"}
	s.do(Ask{first})
	s.do(Ask{second})
	if !slices.Equal(s.state.Consultations, []Consultation{first, second}) {
		t.Fatalf("consultations %+v", s.state.Consultations)
	}
	// One answer is enough, and with that the other question is over.
	s.do(Answer{Consultation: second, Action: "co"})
	if len(s.state.Consultations) != 0 {
		t.Errorf("consultations %+v", s.state.Consultations)
	}
	s.stands("W1")
}
