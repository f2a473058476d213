package consultation

import (
	"time"

	"chuan.dev/chuan/api/v1alpha1"
)

// EventType names what happened.
type EventType string

// The types of event.
const (
	// Received: the question came in.
	Received EventType = "received"
	// Assigned: an officer was chosen to answer it.
	Assigned EventType = "assigned"
	// Answered: it was answered.
	Answered EventType = "answered"
	// Withdrawn: the asker no longer waits for an answer.
	Withdrawn EventType = "withdrawn"
)

// Event is something that happened to a question. It says everything that [Fold] needs.
type Event struct {
	// Seq counts the events of the question from 1.
	Seq int64
	// At is when it happened, in UTC, to the millisecond.
	At time.Time
	// Type of the event.
	Type EventType
	// Officer who acted; empty for what came as a message.
	Officer v1alpha1.ID
	// Action is the answer that was given; empty but for [Answered].
	Action v1alpha1.ID
	// Data is what else is to be known.
	Data Data
}

// Data is the content of an event beyond who, what and when. It is kept as JSON.
type Data struct {
	// Question that came in.
	Question *Question `json:"question,omitempty"`
	// Assignee is the officer who was chosen.
	Assignee v1alpha1.ID `json:"assignee,omitempty"`
	// Reason of the answer or of the assignment.
	Reason string `json:"reason,omitempty"`
	// Because says why the question was withdrawn: see [Cancel].
	Because string `json:"because,omitempty"`
}
