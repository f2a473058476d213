// Package store keeps the records of one agency for ever: the hash-chained events of its dossiers, what is looked up by
// (heads and open work), the revisions that dossiers cite, and the serial numbers. A [Store] acknowledges a change only
// when it is durable. The drivers are in packages of their own; this one says what they have in common.
package store

import (
	"context"
	"errors"
	"time"
)

// The errors that every driver gives. They may be wrapped.
var (
	// ErrNotFound: there is no such dossier or revision.
	ErrNotFound = errors.New("not found")
	// ErrConflict: the dossier has moved on since it was read. Nothing was written.
	ErrConflict = errors.New("the dossier has changed meanwhile")
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
	// Create records a new dossier and returns the code it was given.
	Create(ctx context.Context, n New) (code string, err error)
	// Append records what happened to a dossier. It fails with ErrConflict when the dossier is no longer as it was
	// read.
	Append(ctx context.Context, a Addition) error
	// Load returns a dossier with all its events, in order.
	Load(ctx context.Context, code string) (Dossier, error)
	// Revision returns the text of a revision that some dossier cites.
	Revision(ctx context.Context, digest string) (Revision, error)
	// Inbox returns open work, the most urgent first, and whether there is more than the limit.
	Inbox(ctx context.Context, q InboxQuery) (work []Work, more bool, err error)
	// Expired returns the codes of dossiers with work whose time has run out at an instant, at most a limit.
	Expired(ctx context.Context, now time.Time, limit int) ([]string, error)
	// Verify reads every record and says whether the chains are whole.
	Verify(ctx context.Context) (Evidence, error)
	// Secret returns 32 random bytes that were made with the store and never leave it in this form.
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

// Head is what of a dossier is looked up by, without reading its events.
type Head struct {
	// Procedure, Revision and Digest of the text under which the dossier was received.
	Procedure string
	Revision  int32
	Digest    string
	// Open dossiers have not ended.
	Open bool
	// Outcome with which it ended.
	Outcome string
	// ReceivedAt is when it came in, Due is the time promised, EndedAt is when it ended. The latter two may be zero.
	ReceivedAt, Due, EndedAt time.Time
}

// Dossier is a dossier with its record.
type Dossier struct {
	Code string
	Head Head
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
}

// New is a dossier that comes in.
type New struct {
	// Revision that it cites. It is kept with the first dossier that cites it.
	Revision Revision
	// Period within which serial numbers count, without gaps, from 1.
	Period string
	// Code makes the code of the dossier from its serial number. It is called while the records are written and may be
	// called more than once.
	Code func(serial int64) string
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

// InboxQuery asks for open work.
type InboxQuery struct {
	// Role whose work is asked for.
	Role string
	// Officer who asks: work that is assigned to another holder of the role is left out.
	Officer string
	// Holders are all officers who hold the role. Work assigned to somebody else is open to every holder.
	Holders []string
	// Limit is the greatest number of items that is returned.
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
