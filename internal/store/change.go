package store

import "time"

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
