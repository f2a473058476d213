package consultation

import (
	"fmt"
	"slices"
	"time"

	"chuan.dev/chuan/api/v1alpha1"
)

// Standing says how far a question has come.
type Standing string

// The standings.
const (
	StandingReceived  Standing = "received"
	StandingAssigned  Standing = "assigned"
	StandingAnswered  Standing = "answered"
	StandingWithdrawn Standing = "withdrawn"
)

// State is where a question stands: the fold of its events. The zero value is one that was not received yet.
type State struct {
	// Version is the sequence number of the last event; 0 before the first.
	Version int64
	// Standing of the question; empty before it is received.
	Standing Standing
	// Question as it came in.
	Question Question
	// ReceivedAt is when it came in, ChangedAt when the last event happened, EndedAt when it was answered or withdrawn,
	// which may be zero.
	ReceivedAt, ChangedAt, EndedAt time.Time
	// Assignee is the officer who was chosen to answer it; empty while nobody was.
	Assignee v1alpha1.ID
	// Answer, Reason and AnsweredBy say what was answered and by whom; empty before.
	Answer     v1alpha1.ID
	Reason     string
	AnsweredBy v1alpha1.ID
}

// Open says whether the question waits for an answer.
func (s State) Open() bool {
	return s.Standing == StandingReceived || s.Standing == StandingAssigned
}

// Overdue says whether the question waits for an answer at an instant after the time for it, or was answered after it.
func (s State) Overdue(now time.Time) bool {
	due := s.Question.Due
	switch {
	case due.IsZero() || s.Standing == StandingWithdrawn:
		return false
	case s.Open():
		return now.After(due)
	default:
		return s.EndedAt.After(due)
	}
}

// Reply is the message to the asker about a question that was answered. Code is the one under which it is kept here. The
// message is no more than its zero value while there is no answer, which ok says.
func (s State) Reply(code string) (reply Reply, ok bool) {
	if s.Standing != StandingAnswered {
		return Reply{}, false
	}
	return Reply{
		Reference: s.Question.Reference, Code: code, Action: s.Answer, Reason: s.Reason, AnsweredAt: s.EndedAt,
	}, true
}

// allowed returns the allowed answer of an id.
func (q Question) allowed(id v1alpha1.ID) (AllowedAnswer, bool) {
	i := slices.IndexFunc(q.Answers, func(a AllowedAnswer) bool { return a.ID == id })
	if i < 0 {
		return AllowedAnswer{}, false
	}
	return q.Answers[i], true
}

// Fold returns the state after an event. The error says that the event is not the next one of this question.
func Fold(s State, e Event) (State, error) {
	if e.Seq != s.Version+1 {
		return s, fmt.Errorf("consultation: event %d does not follow version %d: the record has a gap or a repetition", e.Seq, s.Version)
	}
	if (e.Type == Received) != (e.Seq == 1) || (e.Data.Question != nil) != (e.Seq == 1) {
		return s, fmt.Errorf("consultation: event %d: the first event, and no other, receives the question", e.Seq)
	}
	s.Version, s.ChangedAt = e.Seq, e.At
	switch e.Type {
	case Received:
		s.Standing, s.Question, s.ReceivedAt = StandingReceived, *e.Data.Question, e.At
	case Assigned:
		s.Standing, s.Assignee = StandingAssigned, e.Data.Assignee
	case Answered:
		s.Standing, s.EndedAt = StandingAnswered, e.At
		s.Answer, s.Reason, s.AnsweredBy = e.Action, e.Data.Reason, e.Officer
	case Withdrawn:
		s.Standing, s.EndedAt = StandingWithdrawn, e.At
	default:
		return s, fmt.Errorf("consultation: event %d: the type %q is not known: it was written by a newer version", e.Seq, e.Type)
	}
	return s, nil
}

// Replay folds a whole record from its beginning.
func Replay(events []Event) (State, error) {
	var s State
	for _, e := range events {
		var err error
		if s, err = Fold(s, e); err != nil {
			return s, err
		}
	}
	return s, nil
}
