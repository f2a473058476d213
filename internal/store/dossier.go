package store

import "time"

// Event is one event of a dossier as it is kept.
type Event struct {
	// Seq counts the events of the dossier from 1.
	Seq int64
	// At is when it happened, to the millisecond.
	At time.Time
	// Type, and who did what in which role, from where to where. What does not apply is empty.
	Type, Officer, Role, Action, From, To string
	// Data is the rest, as JSON. Its bytes are kept as they are.
	Data []byte
	// Prev is the hash of the event before; zero for the first. Hash is that of this event.
	Prev, Hash Hash
}

// Kind says what a record is about.
type Kind string

// The kinds of record. Each has events of its own and a chain of its own.
const (
	// KindDossier is a dossier, by far the most of them.
	KindDossier Kind = "dossier"
	// KindPetition is feedback or a petition about a procedure (phản ánh, kiến nghị).
	KindPetition Kind = "petition"
	// KindConsultation is a question that another agency asks (lấy ý kiến liên thông).
	KindConsultation Kind = "consultation"
	// KindMessage is a message of another agency that was taken but could not be applied.
	KindMessage Kind = "message"
)

// Head is what of a dossier is looked up by, without reading its events.
type Head struct {
	// Kind of the record. Empty means a dossier.
	Kind Kind
	// Procedure, Revision and Digest of the text under which the dossier was received. Revision and Digest are empty for
	// what follows no procedure.
	Procedure string
	Revision  int32
	Digest    string
	// Channel by which it came in.
	Channel string
	// Open dossiers have not ended.
	Open bool
	// Outcome with which it ended, and Result that it means for the applicant.
	Outcome, Result string
	// ReceivedAt is when it came in, AcceptedAt when its clock started, Due the time promised, FinishedAt when the result
	// was ready, EndedAt when it ended. All but the first may be zero.
	ReceivedAt, AcceptedAt, Due, FinishedAt, EndedAt time.Time
	// DisposeAfter is the day after which the record may be disposed of; zero while it is open, and for what is kept for
	// ever. Disposed records have lost their personal data.
	DisposeAfter time.Time
	Disposed     bool
}

// Dossier is a dossier with its record.
type Dossier struct {
	Code string
	Head Head
	// Key is the data key under which the personal data of its events are encrypted, itself encrypted; nil once the
	// dossier was disposed of.
	Key []byte
	// Events in order. The last one's Seq is the version of the dossier and its Hash the head of the chain.
	Events []Event
}

// Revision is the text of a procedure that a dossier cites. It is kept for ever.
type Revision struct {
	// Digest identifies the text.
	Digest string
	// Procedure is the name, Number that of the revision.
	Procedure string
	Number    int32
	// Text is the exact text as JSON.
	Text []byte
}

// WorkItem is an open step of a dossier.
type WorkItem struct {
	// Branch of the dossier in which the step is open.
	Branch string
	Step   string
	// Role that acts in it, and the officer to whom it is assigned, who may be empty.
	Role, Assignee string
	// EnteredAt is when the step was reached. Due and Expires may be zero.
	EnteredAt, Due, Expires time.Time
}
