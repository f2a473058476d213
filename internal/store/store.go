// Package store keeps the records of one agency for ever: the hash-chained events of its dossiers, what is looked up by
// (heads and open work), the revisions that dossiers cite, and the serial numbers. A [Store] acknowledges a change only
// when it is durable. The drivers are in packages of their own; this one says what they have in common.
package store

import (
	"context"
	"errors"
	"iter"
	"time"
)

// The errors that every driver gives. They may be wrapped.
var (
	// ErrNotFound: there is no such dossier or revision.
	ErrNotFound = errors.New("not found")
	// ErrConflict: the dossier has moved on since it was read. Nothing was written.
	ErrConflict = errors.New("the dossier has changed meanwhile")
	// ErrRepeated: it was written before, under the same key or number. Written says as what.
	ErrRepeated = errors.New("it was written before")
	// ErrReused: the key of the request was used before for another request. Nothing was written.
	ErrReused = errors.New("the key was used before for something else")
	// ErrGap: the message is not the next one of its sender. Nothing was written.
	ErrGap = errors.New("a message before this one is missing")
	// ErrBusy: too much is waiting to be written. Nothing was written; trying again shortly is worth while.
	ErrBusy = errors.New("too many changes are waiting to be written")
	// ErrFull: there is no space left. Nothing was written, and nothing that was acknowledged is lost.
	ErrFull = errors.New("no space left for the records")
	// ErrUnwritable: the records cannot be written for another reason, which wraps it. Nothing was acknowledged.
	ErrUnwritable = errors.New("the records cannot be written")
	// ErrClosed: the store has been closed.
	ErrClosed = errors.New("the store is closed")
)

// Store keeps the records of one agency. It is safe for use by several goroutines.
type Store interface {
	// Create records something new, in most cases a dossier that comes in, and returns what it became.
	Create(ctx context.Context, n New) (Written, error)
	// Append records what happened to a dossier. It fails with ErrConflict when the dossier is no longer as it was
	// read.
	Append(ctx context.Context, a Addition) (Written, error)
	// Answered returns what was written before for a request of this key; ErrNotFound when nothing was, and ErrReused
	// when the key was used for another request.
	Answered(ctx context.Context, o Once) (Written, error)

	// Load returns a dossier with all its events, in order.
	Load(ctx context.Context, code string) (Dossier, error)
	// Revision returns the text of a revision that some dossier cites.
	Revision(ctx context.Context, digest string) (Revision, error)
	// Find returns a page of what a query asks for, without events.
	Find(ctx context.Context, q Query) (Page[Entry], error)
	// Walk goes through everything that a query asks for, with events, as one moment saw it. The query's Limit and After do
	// not matter. It ends at the first error.
	Walk(ctx context.Context, q Query) iter.Seq2[Dossier, error]
	// Inbox returns a page of open work, the most urgent first.
	Inbox(ctx context.Context, q InboxQuery) (Page[Work], error)
	// Expired returns the codes of dossiers with work whose time has run out at an instant, at most a limit.
	Expired(ctx context.Context, now time.Time, limit int) ([]string, error)
	// Cites says whether a dossier that is not disposed of cites a blob.
	Cites(ctx context.Context, blob Hash) (bool, error)

	// Outbox returns messages that wait to be sent at an instant, at most a limit: of every receiver in the order of their
	// numbers, and none behind one that has to wait.
	Outbox(ctx context.Context, now time.Time, limit int) ([]Message, error)
	// Sent records what became of an attempt to send a message.
	Sent(ctx context.Context, d Delivery) error

	// Tail returns how many events there are; they are numbered from 1 in the order in which they were committed.
	Tail(ctx context.Context) (int64, error)
	// Leaves are the hashes of the events from one number to another, both included.
	Leaves(ctx context.Context, from, to int64) iter.Seq2[Hash, error]
	// Roots returns the roots of days after a day, in order; all for the empty string.
	Roots(ctx context.Context, after string) ([]DayRoot, error)
	// PutRoot records the root of a day. It fails with ErrConflict when it does not follow the last one.
	PutRoot(ctx context.Context, r DayRoot) error

	// Verify reads every record and says whether the chains are whole.
	Verify(ctx context.Context) (Evidence, error)
	// Check asks the database itself whether what it keeps is sound. It may take long and reads everything.
	Check(ctx context.Context) error
	// Records are all records as one moment saw them, in the order in which Restore takes them.
	Records(ctx context.Context) iter.Seq2[Record, error]
	// Restore fills an empty store with the records of another one, whole or not at all. It fails with ErrConflict when the
	// store is not empty.
	Restore(ctx context.Context, records iter.Seq2[Record, error]) error

	// Secret returns 32 random bytes that were made with the records and go with them.
	Secret() []byte
	// Healthy says why the store cannot take changes; nil when it can, as far as is known. After a failure it tries
	// again.
	Healthy(ctx context.Context) error
	// Close waits for what is being written and closes the store.
	Close() error
}

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

// Change is what a decision does to the records of a dossier.
type Change struct {
	// Events to be added, with everything but their hashes.
	Events []Event
	// Head after them.
	Head Head
	// Work that is open after them: all of it.
	Work []WorkItem
	// Numbering asks for the next number of a book of results; nil when none is needed.
	Numbering *Numbering
	// Keys under which the dossier can be found from now on, in addition to those it has: keyed hashes, which say nothing
	// to who does not have the key.
	Keys []Hash
	// Blobs that the events cite.
	Blobs []Hash
	// Messages to be sent because of it.
	Messages []Outgoing
	// Incoming is the message that is answered by it; nil when it is none.
	Incoming *Incoming
	// Once is the request that is answered by it; nil when it has no key.
	Once *Once
	// Dispose takes away the data key, the search keys and the citations of blobs.
	Dispose bool
	// Rebase is the text under which the dossier goes on; nil when it stays under the one that it has.
	Rebase *Revision
}

// Numbering asks for a number of a book, within which numbers have no gaps.
type Numbering struct {
	// Book and the period in which it counts, as "GPXD-UBND/2026".
	Book string
	// Put writes the number into the events before they are sealed. It is called while the records are written, and may be
	// called more than once, each time with the number that counts.
	Put func(number int64, events []Event) error
}

// Outgoing is a message that is to be sent.
type Outgoing struct {
	// To is the code of the agency that receives it, or a way to reach an applicant, as "sms". Messages to one receiver
	// are numbered without gaps from 1.
	To string
	// Kind of the message, and its body.
	Kind string
	Body []byte
}

// Message is a message in the outbox.
type Message struct {
	Outgoing
	// ID of the message, Number among those to its receiver.
	ID, Number int64
	// Code of the dossier because of which it is sent.
	Code string
	// At is when it was written, Attempts how often it was tried to send it.
	At       time.Time
	Attempts int
	// Failure is why the last attempt failed; empty when none did.
	Failure string
}

// Delivery is what became of an attempt to send a message.
type Delivery struct {
	ID int64
	// At is when it was taken by the receiver; zero when it was not. Then Next is when to try again and Failure says why.
	At, Next time.Time
	Failure  string
}

// Incoming is a message of another agency. It is taken once, and after the one before it.
type Incoming struct {
	// Sender is the code of the agency, Number the message's among those that it sent here.
	Sender string
	Number int64
}

// Once makes sure that a request is answered once, however often it is sent.
type Once struct {
	// Key is a hash over who asks and the key that they gave, Request one over what they ask.
	Key, Request Hash
	// At is when it is asked. Keys are kept for a day at least.
	At time.Time
}

// New is something new: a dossier that comes in.
type New struct {
	// Revision that it cites. It is kept with the first dossier that cites it. Its digest is empty for what follows no
	// procedure.
	Revision Revision
	// Period within which serial numbers count, without gaps, from 1.
	Period string
	// Code makes the code of the dossier from its serial number. It is called while the records are written and may be
	// called more than once.
	Code func(serial int64) string
	// Key is the data key of its personal data, encrypted.
	Key []byte
	// Change holds the first events.
	Change Change
}

// Addition is what happened to a dossier that is there.
type Addition struct {
	Code string
	// Version and Hash of the last event that was read.
	Version int64
	Hash    Hash
	// Change that follows it.
	Change Change
}

// Written is what was written.
type Written struct {
	// Code of the dossier.
	Code string
	// Version and Hash of its last event.
	Version int64
	Hash    Hash
	// Events as they are kept, sealed; nil with ErrRepeated and from Answered.
	Events []Event
}

// Order says in which order things are found.
type Order string

// The orders.
const (
	// ByArrival has the first that came in first. It is the default.
	ByArrival Order = ""
	// Newest has the last that came in first.
	Newest Order = "newest"
	// ByDue has the most urgent first; what has no time promised is left out.
	ByDue Order = "due"
)

// Query asks for records by what is looked up by. What is empty does not matter; the rest has to hold together. Times are
// half-open: from is included, before is not.
type Query struct {
	Kind      Kind
	Procedure string
	Channel   string
	Outcome   string
	// Open or ended ones only.
	Open *bool
	// Key is a search key.
	Key *Hash
	// ReceivedFrom and so on bound when it came in, when it ended, when it is due and when it may be disposed of.
	ReceivedFrom, ReceivedBefore time.Time
	EndedFrom, EndedBefore       time.Time
	DueFrom, DueBefore           time.Time
	DisposeBefore                time.Time
	// TouchedFrom leaves out what ended before it: with ReceivedBefore it gives everything that was open in a period.
	TouchedFrom time.Time
	Order       Order
	// After is where the page before ended; empty for the first. Limit is the greatest number that is returned.
	After string
	Limit int
}

// Page is a part of what was asked for.
type Page[T any] struct {
	Items []T
	// Next is given as After to get the next page; empty when this is the last.
	Next string
}

// Entry is what a query finds.
type Entry struct {
	Code string
	Head Head
	// Version of the dossier.
	Version int64
}

// DayRoot is the root of a tree over the hashes of the events of a day (RFC 6962, section 2.1), signed.
type DayRoot struct {
	// Day as 2026-11-27.
	Day string
	// From and To are the numbers of the first and the last event; To is From-1 for a day without events.
	From, To int64
	// Root of the day, and Prev that of the root before, which is signed with it.
	Root, Prev Hash
	// Signature over day, numbers and roots by the agency's key, which KeyID names.
	KeyID     string
	Signature []byte
}

// Record is one record of an agency; one of its fields is set.
type Record struct {
	Meta     *Meta
	Revision *Revision
	Dossier  *DossierRecord
	Counter  *Counter
	Message  *MessageRecord
	Incoming *Incoming
	Root     *DayRoot
}

// Meta is what the records say of themselves. It is the first of all.
type Meta struct {
	// Agency is the identification code.
	Agency string
	Secret []byte
	// Dossiers and Events that follow.
	Dossiers, Events int64
}

// DossierRecord is a dossier with everything that belongs to it. IDs are those of its events, in the order of their numbers.
type DossierRecord struct {
	Dossier
	IDs   []int64
	Work  []WorkItem
	Keys  []Hash
	Blobs []Hash
}

// Counter is the last number given in a period, of a serial number or of a book.
type Counter struct {
	Period string
	Last   int64
}

// MessageRecord is a message with what became of it.
type MessageRecord struct {
	Message
	Delivery
}

// InboxQuery asks for open work.
type InboxQuery struct {
	// Role whose work is asked for; empty for that of all.
	Role string
	// Officer who asks: work that is assigned to another holder of the role is left out.
	Officer string
	// Holders are all officers who hold the role. Work assigned to somebody else is open to every holder.
	Holders []string
	// DueBefore leaves out what is not due by then, in its step; zero for everything.
	DueBefore time.Time
	// After is where the page before ended; empty for the first. Limit is the greatest number that is returned.
	After string
	Limit int
}

// Work is an open step with the dossier to which it belongs.
type Work struct {
	Code string
	Head Head
	// Version of the dossier.
	Version int64
	Item    WorkItem
}

// Evidence is what the records prove of themselves.
type Evidence struct {
	// Dossiers and Events that there are.
	Dossiers, Events int64
	// Head is a hash over the chains of all dossiers in the order in which they came in: it changes with any event, and
	// with any dossier that is added, altered or taken away.
	Head Hash
	// Broken says where the first break is; nil when every chain is whole.
	Broken *Break
}

// Break is a place at which the records contradict themselves.
type Break struct {
	// Code of the dossier and Seq of the event, 0 where no single event is meant.
	Code string
	Seq  int64
	// Detail says in which way.
	Detail string
}
