package consultation

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/dossier"
)

// The codes of refusals that only consultations have. The others are those of package dossier.
const (
	// CodeEnded: the question was answered or withdrawn.
	CodeEnded dossier.Code = "consultation-ended"
	// CodeUnknown: there is no such question.
	CodeUnknown dossier.Code = "consultation-unknown"
	// CodeAnswerUnknown: the asker does not allow that answer.
	CodeAnswerUnknown dossier.Code = "answer-unknown"
)

// Staff says whether somebody of an id works in the agency today.
type Staff func(id v1alpha1.ID) bool

// Command is what somebody wants done, or a message that came in: one of the types of this file.
type Command interface {
	decide(s State, staff Staff) ([]Event, error)
}

// Receive takes a question in that came as a message.
type Receive struct{ Question Question }

// Assign chooses who answers, or somebody else than before.
type Assign struct {
	Officer  v1alpha1.ID
	Version  int64
	Assignee v1alpha1.ID
	Reason   string
}

// Answer answers the question, once.
type Answer struct {
	Officer v1alpha1.ID
	Version int64
	Action  v1alpha1.ID
	Reason  string
}

// Withdraw takes the word of the asker that no answer is awaited any more. It gives no events when the question was answered
// or withdrawn before: the messages have crossed.
type Withdraw struct{ Because string }

// Decide returns the events that a command brings about in a question at an instant. What an officer cannot do is refused
// with a [dossier.Refusal]; any other error is about a message that is not sound. Time does not go back in a record: an
// instant before the last event counts as that event's.
func Decide(s State, c Command, now time.Time, staff Staff) ([]Event, error) {
	events, err := c.decide(s, staff)
	if err != nil {
		return nil, err
	}
	at := now.Truncate(time.Millisecond).UTC()
	if at.Before(s.ChangedAt) {
		at = s.ChangedAt
	}
	for i := range events {
		events[i].Seq, events[i].At = s.Version+1+int64(i), at
	}
	return events, nil
}

func (c Receive) decide(s State, _ Staff) ([]Event, error) {
	if s.Version != 0 {
		return nil, errors.New("consultation: it was received already")
	}
	if err := c.Question.Validate(); err != nil {
		return nil, err
	}
	return []Event{{Type: Received, Data: Data{Question: &c.Question}}}, nil
}

func (c Assign) decide(s State, staff Staff) ([]Event, error) {
	if refusal := mayChange(s, c.Version, c.Officer, staff); refusal != nil {
		return nil, refusal
	}
	if !staff(c.Assignee) {
		return nil, unknownOfficer(c.Assignee)
	}
	if refusal := soundReason(c.Reason); refusal != nil {
		return nil, refusal
	}
	return []Event{{Type: Assigned, Officer: c.Officer, Data: Data{Assignee: c.Assignee, Reason: c.Reason}}}, nil
}

func (c Answer) decide(s State, staff Staff) ([]Event, error) {
	if refusal := mayChange(s, c.Version, c.Officer, staff); refusal != nil {
		return nil, refusal
	}
	// When the chosen officer has left, everybody may answer.
	if s.Assignee != "" && s.Assignee != c.Officer && staff(s.Assignee) {
		return nil, refusef(dossier.CodeAssignedToOther, "the question is assigned to officer %[1]s: only they answer it",
			"yêu cầu lấy ý kiến đã phân công cho cán bộ %[1]s; chỉ người được phân công trả lời", s.Assignee)
	}
	answer, ok := s.Question.allowed(c.Action)
	if !ok {
		ids := make([]v1alpha1.ID, 0, len(s.Question.Answers))
		for _, a := range s.Question.Answers {
			ids = append(ids, a.ID)
		}
		return nil, refusef(CodeAnswerUnknown, "the question cannot be answered with %[1]q: it allows %[2]v",
			"không thể trả lời bằng %[1]q; các câu trả lời được phép: %[2]v", c.Action, ids)
	}
	if answer.Reason && strings.TrimSpace(c.Reason) == "" {
		return nil, refusef(dossier.CodeReasonNeeded, "the answer %[1]s needs a reason", "câu trả lời %[1]s phải nêu lý do", answer.ID)
	}
	if refusal := soundReason(c.Reason); refusal != nil {
		return nil, refusal
	}
	return []Event{{Type: Answered, Officer: c.Officer, Action: c.Action, Data: Data{Reason: c.Reason}}}, nil
}

func (c Withdraw) decide(s State, _ Staff) ([]Event, error) {
	if s.Version == 0 {
		return nil, unknownQuestion()
	}
	if !s.Open() {
		return nil, nil
	}
	return []Event{{Type: Withdrawn, Data: Data{Because: c.Because}}}, nil
}

// mayChange says why an officer cannot change the question at all.
func mayChange(s State, version int64, officer v1alpha1.ID, staff Staff) *dossier.Refusal {
	switch {
	case s.Version == 0:
		return unknownQuestion()
	case s.Standing == StandingAnswered:
		return refusef(CodeEnded, "the question was answered with %[1]s: an answer that was sent is not taken back",
			"yêu cầu lấy ý kiến đã được trả lời (%[1]s); không thể rút lại ý kiến đã gửi", s.Answer)
	case s.Standing == StandingWithdrawn:
		return refusef(CodeEnded, "the asking agency no longer waits for an answer", "cơ quan hỏi không còn chờ ý kiến trả lời")
	case version != s.Version:
		return refusef(dossier.CodeStale, "the question is at version %[1]d, not %[2]d: look at it again before you act",
			"yêu cầu lấy ý kiến đã thay đổi (phiên bản %[1]d, không phải %[2]d); đề nghị tải lại trước khi thao tác", s.Version, version)
	case !staff(officer):
		return unknownOfficer(officer)
	}
	return nil
}

func unknownQuestion() *dossier.Refusal {
	return refusef(CodeUnknown, "there is no such question", "không có yêu cầu lấy ý kiến này")
}

func unknownOfficer(id v1alpha1.ID) *dossier.Refusal {
	return refusef(dossier.CodeOfficerUnknown, "no officer %[1]q works in this agency", "không có cán bộ %[1]q trong cơ quan này", id)
}

func soundReason(reason string) *dossier.Refusal {
	if utf8.RuneCountInString(reason) <= maxReason && utf8.ValidString(reason) && !strings.ContainsFunc(reason, forbidden) {
		return nil
	}
	return refusef(dossier.CodeReasonNeeded, "the reason is not a text of at most %[1]d characters: shorten it",
		"lý do phải là văn bản không quá %[1]d ký tự; đề nghị rút gọn", maxReason)
}

// refusef makes a refusal. The English and the Vietnamese message are formats over the same arguments.
func refusef(code dossier.Code, en, vi string, args ...any) *dossier.Refusal {
	return &dossier.Refusal{Code: code, Message: fmt.Sprintf(en, args...), MessageVi: fmt.Sprintf(vi, args...)}
}
