package dossier

import (
	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/procedure"
)

// Command is what somebody wants done, or what time brings about: one of the types of this file.
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
	// Attachments handed in.
	Attachments []Attachment
	// Agencies, ReturnBy and Sets: see [Receipt].
	Agencies Agencies
	ReturnBy v1alpha1.Channel
	Sets     int32
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
	// Attachments handed in along with it.
	Attachments []Attachment
	// Payments of the fees that the step collects.
	Payments []Payment
}

// Expire lets the dossier go on where a wait, or the time for an answer, has run out. It gives no events when none has.
type Expire struct{}

// Reassign gives an open step to another officer, or to every holder of its role when Assignee is empty. It is done by a
// holder of the role that assigns the step, or by who holds the step.
type Reassign struct {
	Officer  v1alpha1.ID
	Version  int64
	Step     v1alpha1.ID
	Assignee v1alpha1.ID
	Reason   string
}

// Extend moves the time promised on, as far and as often as the procedure lets it, with an apology. It is done before that
// time, by who holds the approving role.
type Extend struct {
	Officer v1alpha1.ID
	Version int64
	By      v1alpha1.WorkDuration
	Reason  string
}

// Recount works the time promised out again after the calendar has changed: what was promised stands, unless the new time
// is earlier. It gives no events when nothing changes.
type Recount struct{}

// Withdraw ends a dossier because its applicant takes it back. It is done at the counter, before the result is ready.
type Withdraw struct {
	Officer v1alpha1.ID
	Version int64
	Reason  string
}

// Discontinue ends a dossier because the agency stops working on it, before the result is ready.
type Discontinue struct {
	Officer v1alpha1.ID
	Version int64
	Reason  string
}

// Correct opens an ended dossier again whose result was wrong, at the step that drafts results, so that another is issued
// in its place.
type Correct struct {
	Officer v1alpha1.ID
	Version int64
	Reason  string
}

// Supplement adds papers and payments outside of an action, by who holds an open step or took the dossier in.
type Supplement struct {
	Officer     v1alpha1.ID
	Version     int64
	Documents   map[v1alpha1.ID]int32
	Attachments []Attachment
	Payments    []Payment
}

// Shelve says where the paper file is kept.
type Shelve struct {
	Officer v1alpha1.ID
	Version int64
	Place   string
}

// Lend lends the paper file out, and Return brings it back.
type Lend struct {
	Officer v1alpha1.ID
	Version int64
	Loan    Loan
}

// Return brings the paper file back.
type Return struct {
	Officer v1alpha1.ID
	Version int64
}

// Ask records that another agency was asked in a consult step.
type Ask struct {
	Consultation Consultation
}

// Answer takes the answer of another agency to a consult step, which came as a message.
type Answer struct {
	Consultation Consultation
	Action       v1alpha1.ID
	Reason       string
}

// Move moves an open dossier onto another revision, which is the procedure that is given to Decide: because its applicant
// asks for it, which an officer of the counter records, or because the revision says that all dossiers move.
type Move struct {
	// Officer who records the request; empty for a revision that moves all dossiers.
	Officer  v1alpha1.ID
	Version  int64
	Revision int32
	Digest   string
	Reason   string
}

// Dispose ends the keeping of a record whose time is over, by minutes that decided so.
type Dispose struct {
	Officer  v1alpha1.ID
	Version  int64
	Disposal Disposal
}
