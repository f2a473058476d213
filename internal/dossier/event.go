package dossier

import (
	"time"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/procedure"
)

// EventType names what happened.
type EventType string

// The types of event.
const (
	// Received: the dossier came in at the intake step.
	Received EventType = "received"
	// Moved: an officer took an action.
	Moved EventType = "moved"
	// Assigned: an officer took an action by which another was chosen for a step.
	Assigned EventType = "assigned"
	// Passed: a step was left out because its condition does not hold for this dossier.
	Passed EventType = "passed"
	// Branched: a parallel step opened its branches.
	Branched EventType = "branched"
	// Joined: the branches of a parallel step have joined, and the dossier goes on behind it.
	Joined EventType = "joined"
	// Expired: a wait, or the time for an answer, has run out.
	Expired EventType = "expired"
	// Ended: the dossier came to its end.
	Ended EventType = "ended"
)

// Event is something that happened to a dossier. It says everything that [Fold] needs.
type Event struct {
	// Seq counts the events of the dossier from 1.
	Seq int64
	// At is when it happened, in UTC, to the millisecond.
	At time.Time
	// Type of the event.
	Type EventType
	// Officer who acted and Role in which. Both are empty for what follows by itself.
	Officer v1alpha1.ID
	Role    v1alpha1.ID
	// Action that was taken.
	Action v1alpha1.ID
	// From is the step that was left; empty for a dossier that comes in.
	From v1alpha1.ID
	// To is where the dossier went.
	To v1alpha1.Target
	// Data is what else is to be known.
	Data Data
}

// Data is the content of an event beyond who, what and where. It is kept as JSON.
type Data struct {
	// Receipt of a dossier that comes in.
	Receipt *Receipt `json:"receipt,omitempty"`
	// Left are the branches whose tokens were taken away.
	Left []string `json:"left,omitempty"`
	// Entered are the tokens that were put down, after those of Left were taken away.
	Entered []Token `json:"entered,omitempty"`
	// Forms are the values that were handed in. A field with null was emptied.
	Forms procedure.Forms `json:"forms,omitempty"`
	// Documents are the copies now held of the documents named.
	Documents map[v1alpha1.ID]int32 `json:"documents,omitempty"`
	// ActsFor is the absent holder of the role for whom the officer acted; empty for holders.
	ActsFor v1alpha1.ID `json:"actsFor,omitempty"`
	// Reason that the officer gave.
	Reason string `json:"reason,omitempty"`
	// Assignment of an officer to a step.
	Assignment *Assignment `json:"assignment,omitempty"`
	// Heading is the outcome to which the dossier is heading from now on.
	Heading v1alpha1.ID `json:"heading,omitempty"`
	// Prints are the forms that were due to be printed.
	Prints []v1alpha1.PrintForm `json:"prints,omitempty"`
	// Clock is the statutory clock after the event; absent when the event left it as it was.
	Clock *Clock `json:"clock,omitempty"`
	// Ending of a dossier that came to its end.
	Ending *Ending `json:"ending,omitempty"`
}

// Assignment is the choice of an officer for a step.
type Assignment struct {
	Step    v1alpha1.ID `json:"step"`
	Officer v1alpha1.ID `json:"officer"`
}
