package dossier

import (
	"slices"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/calendar"
	"chuan.dev/chuan/internal/procedure"
)

// Office is what a decision has to know of the agency: when it works, and who works in it. A dossier keeps its revision,
// but not the people: who holds a role is what holds today.
type Office struct {
	Calendar *calendar.Calendar
	Officers []v1alpha1.Officer
	// Disadvantaged says that the longer limits of disadvantaged areas hold.
	Disadvantaged bool
}

// officer returns an officer of the agency.
func (o Office) officer(id v1alpha1.ID) (v1alpha1.Officer, bool) {
	i := slices.IndexFunc(o.Officers, func(officer v1alpha1.Officer) bool { return officer.ID == id })
	if i < 0 {
		return v1alpha1.Officer{}, false
	}
	return o.Officers[i], true
}

// holds says whether an officer works in the agency and holds a role.
func (o Office) holds(id, role v1alpha1.ID) bool {
	officer, ok := o.officer(id)
	return ok && slices.Contains(officer.Roles, role)
}

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
