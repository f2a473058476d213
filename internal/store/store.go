// Package store keeps the records of one agency for ever: the hash-chained events of its dossiers, what is looked up by
// (heads and open work), the revisions that dossiers cite, and the serial numbers. A [Store] acknowledges a change only
// when it is durable. The drivers are in packages of their own; this one says what they have in common.
package store

import (
	"context"
	"iter"
	"time"
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
