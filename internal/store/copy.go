package store

import (
	"context"
	"fmt"
)

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

// Tally counts records.
type Tally struct {
	Revisions, Dossiers, Events, Work, Keys, Blobs, Counters, Messages, Incoming, Roots int64
}

// add counts a record.
func (t *Tally) add(r Record) {
	switch {
	case r.Revision != nil:
		t.Revisions++
	case r.Dossier != nil:
		t.Dossiers++
		t.Events += int64(len(r.Dossier.Events))
		t.Work += int64(len(r.Dossier.Work))
		t.Keys += int64(len(r.Dossier.Keys))
		t.Blobs += int64(len(r.Dossier.Blobs))
	case r.Counter != nil:
		t.Counters++
	case r.Message != nil:
		t.Messages++
	case r.Incoming != nil:
		t.Incoming++
	case r.Root != nil:
		t.Roots++
	}
}

// Copied is what was copied: how much of what, and what it proves of itself.
type Copied struct {
	Tally    Tally
	Evidence Evidence
}

// Copy fills an empty store with the records of another one, as one moment saw them. It verifies the chains of what it
// reads, and what was written against it: the evidence and the counts. Records that are broken are not copied, and
// nothing is written then.
func Copy(ctx context.Context, dst, src Store) (Copied, error) {
	var read Verification
	var before Tally
	err := dst.Restore(ctx, func(yield func(Record, error) bool) {
		for r, err := range src.Records(ctx) {
			if err == nil {
				before.add(r)
				err = read.take(r)
			}
			if !yield(r, err) || err != nil {
				return
			}
		}
	})
	if err != nil {
		return Copied{}, fmt.Errorf("copy the records: %w", err)
	}
	from := read.Evidence()
	to, err := dst.Verify(ctx)
	if err != nil {
		return Copied{}, fmt.Errorf("copy the records: %w", err)
	}
	var after Tally
	for r, err := range dst.Records(ctx) {
		if err != nil {
			return Copied{}, fmt.Errorf("copy the records: %w", err)
		}
		after.add(r)
	}
	if to != from || after != before {
		return Copied{}, fmt.Errorf("copy the records: read were %+v (head %s), written are %+v (head %s): "+
			"do not use the copy", before, from.Head, after, to.Head)
	}
	return Copied{Tally: after, Evidence: to}, nil
}

// take goes through a record. It fails where a chain is broken.
func (v *Verification) take(r Record) error {
	if d := r.Dossier; d != nil && len(d.Events) > 0 {
		last := d.Events[len(d.Events)-1]
		v.Dossier(d.Code, last.Seq, last.Hash)
		for _, e := range d.Events {
			v.Event(e)
		}
		v.finish()
	}
	if b := v.evidence.Broken; b != nil {
		return fmt.Errorf("%w: event %d of dossier %s: %s", ErrDamaged, b.Seq, b.Code, b.Detail)
	}
	return nil
}
