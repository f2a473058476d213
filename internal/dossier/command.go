package dossier

import (
	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/procedure"
)

// Command is what somebody wants done: [Receive], [Act] or [Expire].
type Command interface {
	decide(d *decision) error
}

// Receive takes a dossier in at the intake step.
type Receive struct {
	// Officer who takes it in. They hold the role of the intake step.
	Officer v1alpha1.ID
	// Revision is the number of the revision in force, and Digest the identity of its text.
	Revision int32
	Digest   string
	// Channel by which it comes in.
	Channel v1alpha1.Channel
	// Applicant whose dossier it is.
	Applicant Applicant
	// Forms as far as they are filled in. What is missing is the business of the intake step.
	Forms procedure.Forms
	// Documents handed in, as copies of each.
	Documents map[v1alpha1.ID]int32
}

// Act takes an action in a step at which the dossier stands.
type Act struct {
	// Officer who acts.
	Officer v1alpha1.ID
	// Version of the dossier that the officer has seen.
	Version int64
	// Step in which the action is taken. It may be empty where only one open step offers the action.
	Step v1alpha1.ID
	// Action that is taken.
	Action v1alpha1.ID
	// Reason, where the action asks for one.
	Reason string
	// Forms filled in along with it.
	Forms procedure.Forms
	// Documents handed in along with it, as copies of each.
	Documents map[v1alpha1.ID]int32
	// Assignee is the officer whom an assign step chooses.
	Assignee v1alpha1.ID
}

// Expire lets the dossier go on where a wait, or the time for an answer, has run out. It gives no events when none has.
type Expire struct{}
