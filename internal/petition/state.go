package petition

import (
	"fmt"
	"time"

	"chuan.dev/chuan/api/v1alpha1"
)

// Standing says how far a petition has come.
type Standing string

// The standings.
const (
	StandingReceived Standing = "received"
	StandingAssigned Standing = "assigned"
	StandingAnswered Standing = "answered"
	StandingClosed   Standing = "closed"
)

// State is where a petition stands: the fold of its events. The zero value is one that was not received yet.
type State struct {
	// Version is the sequence number of the last event; 0 before the first.
	Version int64
	// Standing of the petition; empty before it is received.
	Standing Standing
	// Receipt is how it came in.
	Receipt Receipt
	// ReceivedAt is when it came in, ChangedAt when the last event happened, AnsweredAt when it was answered first and
	// ClosedAt when it was closed. The last two may be zero.
	ReceivedAt, ChangedAt, AnsweredAt, ClosedAt time.Time
	// Assignee is the officer who was chosen to answer it; empty while nobody was.
	Assignee v1alpha1.ID
	// Answer is the text of the last answer.
	Answer string
}

// Open says whether the petition has come in and is not closed.
func (s State) Open() bool { return s.Version > 0 && s.Standing != StandingClosed }

// Fold returns the state after an event. The error says that the event is not the next one of this petition.
func Fold(s State, e Event) (State, error) {
	if e.Seq != s.Version+1 {
		return s, fmt.Errorf("petition: event %d does not follow version %d: the record has a gap or a repetition", e.Seq, s.Version)
	}
	if (e.Type == Received) != (e.Seq == 1) || (e.Data.Receipt != nil) != (e.Seq == 1) {
		return s, fmt.Errorf("petition: event %d: the first event, and no other, receives the petition", e.Seq)
	}
	s.Version, s.ChangedAt = e.Seq, e.At
	switch e.Type {
	case Received:
		s.Standing, s.Receipt, s.ReceivedAt = StandingReceived, *e.Data.Receipt, e.At
	case Assigned:
		s.Standing, s.Assignee = StandingAssigned, e.Data.Assignee
	case Answered:
		s.Standing, s.Answer = StandingAnswered, e.Data.Text
		if s.AnsweredAt.IsZero() {
			s.AnsweredAt = e.At
		}
	case Closed:
		s.Standing, s.ClosedAt = StandingClosed, e.At
	default:
		return s, fmt.Errorf("petition: event %d: the type %q is not known: it was written by a newer version", e.Seq, e.Type)
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
