package store

import "time"

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
