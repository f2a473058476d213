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
	// Reassigned: a step was given to another officer.
	Reassigned EventType = "reassigned"
	// Extended: the time promised was moved on, with an apology.
	Extended EventType = "extended"
	// Recounted: the calendar has changed, and the time promised is now earlier.
	Recounted EventType = "recounted"
	// Withdrawn: the applicant has taken the dossier back.
	Withdrawn EventType = "withdrawn"
	// Discontinued: the agency has stopped working on the dossier.
	Discontinued EventType = "discontinued"
	// Corrected: a result that was given out is corrected: the dossier is open again, to issue another in its place.
	Corrected EventType = "corrected"
	// Supplemented: papers were added without an action.
	Supplemented EventType = "supplemented"
	// Paid: a fee was paid.
	Paid EventType = "paid"
	// Shelved, Lent and Returned: the paper file was put in its place, lent out, and brought back.
	Shelved  EventType = "shelved"
	Lent     EventType = "lent"
	Returned EventType = "returned"
	// Asked: another agency was sent a question. Answered: it has answered.
	Asked    EventType = "asked"
	Answered EventType = "answered"
	// Rebased: the dossier goes on under another revision.
	Rebased EventType = "rebased"
	// Disposed: the time for which the record is kept is over; its personal data are no more.
	Disposed EventType = "disposed"
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
	// Attachments that were handed in.
	Attachments []Attachment `json:"attachments,omitempty"`
	// Result that was issued.
	Result *Result `json:"result,omitempty"`
	// Extension that was granted.
	Extension *Extension `json:"extension,omitempty"`
	// Payment that was made.
	Payment *Payment `json:"payment,omitempty"`
	// Place of the paper file, and Loan of it.
	Place string `json:"place,omitempty"`
	Loan  *Loan  `json:"loan,omitempty"`
	// Consultation that another agency was asked, or has answered.
	Consultation *Consultation `json:"consultation,omitempty"`
	// Rebase onto another revision.
	Rebase *Rebase `json:"rebase,omitempty"`
	// Disposal of the record.
	Disposal *Disposal `json:"disposal,omitempty"`
}

// Assignment is the choice of an officer for a step. Without an officer, the step is open to every holder of its role.
type Assignment struct {
	Step    v1alpha1.ID `json:"step"`
	Officer v1alpha1.ID `json:"officer"`
}

// Attachment is a file that was handed in. Its bytes are kept elsewhere, under their hash.
type Attachment struct {
	// Document of the procedure that it is, or the field of a form as "FORM.FIELD"; empty for what is neither.
	Document string `json:"document,omitempty"`
	// SHA256 of its bytes, in hexadecimal, and how many there are.
	SHA256 string `json:"sha256"`
	Size   int64  `json:"size"`
	// MediaType as its bytes show it.
	MediaType string `json:"mediaType"`
	// Name of the file, as it was handed in. It is personal data.
	Name string `json:"name,omitempty"`
}

// Result is a result document that was issued.
type Result struct {
	// Outcome of the procedure.
	Outcome v1alpha1.ID `json:"outcome"`
	// Book in which it is numbered, Number in it, and Text of the number as it is printed. Empty for an outcome without a
	// number.
	Book   string `json:"book,omitempty"`
	Number int64  `json:"number,omitempty"`
	Text   string `json:"text,omitempty"`
	// Replaces is the text of the number of a result that this one corrects.
	Replaces string `json:"replaces,omitempty"`
}

// Extension is a time promised that was moved on.
type Extension struct {
	// By how much, from which time to which.
	By     v1alpha1.WorkDuration `json:"by"`
	Before time.Time             `json:"before"`
	Due    time.Time             `json:"due"`
	// StoppedQuarters is for how long the clock had stood still before it: by that, the time promised can be worked out
	// again in the order in which it came about.
	StoppedQuarters int `json:"stoppedQuarters,omitempty"`
}

// Payment is a fee that was paid.
type Payment struct {
	// Fee of the procedure.
	Fee v1alpha1.ID `json:"fee"`
	// Amount in whole units of the currency; negative for what was paid back.
	Amount   int64  `json:"amount"`
	Currency string `json:"currency"`
	// Receipt is the number of the receipt that was given.
	Receipt string `json:"receipt,omitempty"`
	// Method is cash, transfer or online.
	Method string `json:"method"`
}

// Loan of a paper file.
type Loan struct {
	// To is the officer, or the unit, that has it.
	To string `json:"to"`
	// Until is when it is to be back.
	Until v1alpha1.Date `json:"until,omitempty"`
}

// Consultation is a question to another agency.
type Consultation struct {
	// Step that asks, in a branch; Agency that is asked, by its code.
	Step   v1alpha1.ID `json:"step"`
	Branch string      `json:"branch"`
	Agency string      `json:"agency"`
	// Reference is the code under which the other agency keeps it; known with the answer.
	Reference string `json:"reference,omitempty"`
}

// Rebase is the move of a dossier onto another revision.
type Rebase struct {
	Revision int32  `json:"revision"`
	Digest   string `json:"digest"`
	// Requested says that the applicant has asked for it.
	Requested bool `json:"requested,omitempty"`
	// Steps are the steps that have another name there, by the name that they had. What is kept of a step, who does it and
	// what was done in it, goes on under the new name.
	Steps map[v1alpha1.ID]v1alpha1.ID `json:"steps,omitempty"`
}

// Disposal of a record whose time is over.
type Disposal struct {
	// Minutes is the number of the minutes by which it was decided, Date their date.
	Minutes string        `json:"minutes"`
	Date    v1alpha1.Date `json:"date"`
	// Class of the records, as "20y".
	Class string `json:"class"`
}
