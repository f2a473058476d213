package petition

import (
	"time"

	"chuan.dev/chuan/api/v1alpha1"
)

// EventType names what happened.
type EventType string

// The types of event.
const (
	// Received: the petition came in.
	Received EventType = "received"
	// Assigned: an officer was chosen to answer it.
	Assigned EventType = "assigned"
	// Answered: it was answered.
	Answered EventType = "answered"
	// Closed: nothing more is done about it.
	Closed EventType = "closed"
)

// Event is something that happened to a petition. It says everything that [Fold] needs.
type Event struct {
	// Seq counts the events of the petition from 1.
	Seq int64
	// At is when it happened, in UTC, to the millisecond.
	At time.Time
	// Type of the event.
	Type EventType
	// Officer who acted; empty for what came in online.
	Officer v1alpha1.ID
	// Data is what else is to be known.
	Data Data
}

// Data is the content of an event beyond who and when. It is kept as JSON.
type Data struct {
	// Receipt of a petition that comes in.
	Receipt *Receipt `json:"receipt,omitempty"`
	// Assignee is the officer who was chosen.
	Assignee v1alpha1.ID `json:"assignee,omitempty"`
	// Text of the answer, or why the petition was closed or assigned. It may speak of persons.
	Text string `json:"text,omitempty"`
}

// Receipt is what is recorded when a petition comes in.
type Receipt struct {
	// Procedure is the name of the QualityProcedure and Dossier the code of the dossier that it is about. Either may be
	// empty, and both are for a petition about the agency itself.
	Procedure string `json:"procedure,omitempty"`
	Dossier   string `json:"dossier,omitempty"`
	// Channel by which it came in.
	Channel v1alpha1.Channel `json:"channel"`
	// Subject in a line, and Content. Both may speak of persons.
	Subject string `json:"subject,omitempty"`
	Content string `json:"content"`
	// Contact of who sent it.
	Contact Contact `json:"contact,omitzero"`
}

// Contact is who sent a petition. All of it is personal data, and all of it may be empty: a petition without a name is
// taken too.
type Contact struct {
	Name    string `json:"name,omitempty"`
	Phone   string `json:"phone,omitempty"`
	Email   string `json:"email,omitempty"`
	Address string `json:"address,omitempty"`
}
