package petition

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/dossier"
)

// The codes of refusals that only petitions have. The others are those of package dossier.
const (
	// CodeInvalid: what is said in the petition is missing or too long.
	CodeInvalid dossier.Code = "petition-invalid"
	// CodeClosed: the petition is closed.
	CodeClosed dossier.Code = "petition-closed"
	// CodeAnswerNeeded: the petition was not answered, and no reason says why it is closed all the same.
	CodeAnswerNeeded dossier.Code = "answer-needed"
)

// Bounds of what is said, in characters.
const (
	maxLine = 300
	maxText = 20000
)

// Staff says whether somebody of an id works in the agency today.
type Staff func(id v1alpha1.ID) bool

// Command is what somebody wants done: one of the types of this file.
type Command interface {
	decide(s State, staff Staff) (Event, error)
}

// Receive takes a petition in.
type Receive struct {
	// Officer who takes it in; empty for one that was sent online.
	Officer v1alpha1.ID
	Receipt Receipt
}

// Assign chooses who answers, or somebody else than before.
type Assign struct {
	Officer  v1alpha1.ID
	Version  int64
	Assignee v1alpha1.ID
	Reason   string
}

// Answer answers the petition. It may be answered again until it is closed.
type Answer struct {
	Officer v1alpha1.ID
	Version int64
	Text    string
}

// Close ends the petition. One that was not answered needs a reason.
type Close struct {
	Officer v1alpha1.ID
	Version int64
	Reason  string
}

// Decide returns the events that a command brings about in a petition at an instant. What cannot be done is refused with a
// [dossier.Refusal]. Time does not go back in a record: an instant before the last event counts as that event's.
func Decide(s State, c Command, now time.Time, staff Staff) ([]Event, error) {
	e, err := c.decide(s, staff)
	if err != nil {
		return nil, err
	}
	e.Seq, e.At = s.Version+1, now.Truncate(time.Millisecond).UTC()
	if e.At.Before(s.ChangedAt) {
		e.At = s.ChangedAt
	}
	return []Event{e}, nil
}

func (c Receive) decide(s State, staff Staff) (Event, error) {
	if s.Version != 0 {
		return Event{}, errors.New("petition: it was received already")
	}
	if c.Officer != "" && !staff(c.Officer) {
		return Event{}, unknownOfficer(c.Officer)
	}
	r := c.Receipt
	switch r.Channel {
	case v1alpha1.ChannelCounter, v1alpha1.ChannelOnline, v1alpha1.ChannelPost:
	default:
		return Event{}, refusef(CodeInvalid, "%[1]q is not a channel: a petition comes in by counter, online or post",
			"%[1]q không phải là kênh tiếp nhận; phản ánh, kiến nghị được nhận qua counter, online hoặc post", r.Channel)
	}
	for _, line := range []struct{ name, value string }{
		{"procedure", r.Procedure}, {"dossier", r.Dossier}, {"subject", r.Subject}, {"contact.name", r.Contact.Name},
		{"contact.phone", r.Contact.Phone}, {"contact.email", r.Contact.Email}, {"contact.address", r.Contact.Address},
	} {
		if !soundText(line.value, maxLine) || strings.ContainsAny(line.value, "\r\n") {
			return Event{}, refusef(CodeInvalid, "%[1]s is not one line of text of at most %[2]d characters: shorten it",
				"%[1]s phải là một dòng văn bản không quá %[2]d ký tự; đề nghị rút gọn", line.name, maxLine)
		}
	}
	if refusal := needText("content", r.Content); refusal != nil {
		return Event{}, refusal
	}
	return Event{Type: Received, Officer: c.Officer, Data: Data{Receipt: &r}}, nil
}

func (c Assign) decide(s State, staff Staff) (Event, error) {
	if refusal := mayChange(s, c.Version, c.Officer, staff); refusal != nil {
		return Event{}, refusal
	}
	if !staff(c.Assignee) {
		return Event{}, unknownOfficer(c.Assignee)
	}
	if !soundText(c.Reason, maxText) {
		return Event{}, tooLong("reason")
	}
	return Event{Type: Assigned, Officer: c.Officer, Data: Data{Assignee: c.Assignee, Text: c.Reason}}, nil
}

func (c Answer) decide(s State, staff Staff) (Event, error) {
	if refusal := mayChange(s, c.Version, c.Officer, staff); refusal != nil {
		return Event{}, refusal
	}
	if refusal := assignedTo(s, c.Officer, staff); refusal != nil {
		return Event{}, refusal
	}
	if refusal := needText("answer", c.Text); refusal != nil {
		return Event{}, refusal
	}
	return Event{Type: Answered, Officer: c.Officer, Data: Data{Text: c.Text}}, nil
}

func (c Close) decide(s State, staff Staff) (Event, error) {
	if refusal := mayChange(s, c.Version, c.Officer, staff); refusal != nil {
		return Event{}, refusal
	}
	if s.AnsweredAt.IsZero() && strings.TrimSpace(c.Reason) == "" {
		return Event{}, refusef(CodeAnswerNeeded, "the petition was not answered: answer it, or give the reason why it is closed without",
			"phản ánh, kiến nghị chưa được trả lời; đề nghị trả lời hoặc nêu lý do đóng")
	}
	if !soundText(c.Reason, maxText) {
		return Event{}, tooLong("reason")
	}
	return Event{Type: Closed, Officer: c.Officer, Data: Data{Text: c.Reason}}, nil
}

// mayChange says why an officer cannot change the petition at all.
func mayChange(s State, version int64, officer v1alpha1.ID, staff Staff) *dossier.Refusal {
	switch {
	case s.Version == 0:
		return refusef(CodeInvalid, "the petition was not received yet", "phản ánh, kiến nghị chưa được tiếp nhận")
	case s.Standing == StandingClosed:
		return refusef(CodeClosed, "the petition is closed: nothing more can be done about it",
			"phản ánh, kiến nghị đã đóng, không thể thao tác tiếp")
	case version != s.Version:
		return refusef(dossier.CodeStale, "the petition is at version %[1]d, not %[2]d: look at it again before you act",
			"phản ánh, kiến nghị đã thay đổi (phiên bản %[1]d, không phải %[2]d); đề nghị tải lại trước khi thao tác", s.Version, version)
	case !staff(officer):
		return unknownOfficer(officer)
	}
	return nil
}

// assignedTo refuses an officer who is not the one that was chosen. When the chosen one has left, everybody may act.
func assignedTo(s State, officer v1alpha1.ID, staff Staff) *dossier.Refusal {
	if s.Assignee == "" || s.Assignee == officer || !staff(s.Assignee) {
		return nil
	}
	return refusef(dossier.CodeAssignedToOther, "the petition is assigned to officer %[1]s: only they answer it",
		"phản ánh, kiến nghị đã phân công cho cán bộ %[1]s; chỉ người được phân công trả lời", s.Assignee)
}

func unknownOfficer(id v1alpha1.ID) *dossier.Refusal {
	return refusef(dossier.CodeOfficerUnknown, "no officer %[1]q works in this agency", "không có cán bộ %[1]q trong cơ quan này", id)
}

// needText refuses a text that is missing or too long.
func needText(name, text string) *dossier.Refusal {
	if strings.TrimSpace(text) == "" {
		return refusef(CodeInvalid, "%[1]s is missing: say it in words", "thiếu %[1]s; đề nghị nêu rõ", name)
	}
	if !soundText(text, maxText) {
		return tooLong(name)
	}
	return nil
}

func tooLong(name string) *dossier.Refusal {
	return refusef(CodeInvalid, "%[1]s is not a text of at most %[2]d characters: shorten it",
		"%[1]s phải là văn bản không quá %[2]d ký tự; đề nghị rút gọn", name, maxText)
}

// soundText says whether a text is text, and not too long.
func soundText(text string, limit int) bool {
	return utf8.ValidString(text) && utf8.RuneCountInString(text) <= limit &&
		!strings.ContainsFunc(text, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' })
}

// refusef makes a refusal. The English and the Vietnamese message are formats over the same arguments.
func refusef(code dossier.Code, en, vi string, args ...any) *dossier.Refusal {
	return &dossier.Refusal{Code: code, Message: fmt.Sprintf(en, args...), MessageVi: fmt.Sprintf(vi, args...)}
}
