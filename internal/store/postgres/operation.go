package postgres

import (
	"context"
	"fmt"

	"chuan.dev/chuan/internal/store"
)

// operation is something to be written. It may be asked and decided more than once: whatever a failed attempt has done is
// rolled back, and the next one decides anew.
type operation interface {
	// ask adds what has to be known to decide.
	ask(q *questions)
	// decide says what is written, given what is known under the lock of the agency. An error is the operation's own: it
	// adds nothing, and the others are not affected.
	decide(l *ledger) (store.Written, error)
}

// creation is a dossier that comes in.
type creation struct {
	store.New
	kept bool // the text of its revision is known to be in the database
}

func (c *creation) ask(q *questions) {
	q.periods = append(q.periods, c.Period)
	q.change(c.Change)
}

func (c *creation) decide(l *ledger) (store.Written, error) {
	if before, err := l.repeated(c.Change); err != nil {
		return before, err
	}
	serial := l.counters[c.Period] + 1
	code := c.Code(serial)
	events, err := l.events(c.Change, 0)
	if err != nil {
		return store.Written{}, err
	}
	written := sealed(code, store.Hash{}, events)
	l.counters[c.Period] = serial
	l.rows.counters.set(c.Period, serial)
	if !c.kept && c.Revision.Digest != "" {
		l.rows.revisions.add(c.Revision)
	}
	l.now.dossiers++
	id := l.now.dossiers
	l.heads[code] = head{id: id}.after(written, c.Change)
	l.rows.dossiers.add(id, code, written, c.Key, c.Change.Head)
	l.rows.work.add(id, c.Change.Work)
	l.record(id, written, c.Change)
	return written, nil
}

// addition is what happened to a dossier that is there.
type addition struct{ store.Addition }

func (a *addition) ask(q *questions) {
	q.codes = append(q.codes, a.Code)
	q.change(a.Change)
}

func (a *addition) decide(l *ledger) (store.Written, error) {
	if before, err := l.repeated(a.Change); err != nil {
		return before, err
	}
	h, there := l.heads[a.Code]
	switch {
	case !there:
		return store.Written{}, store.ErrNotFound
	case h.version != a.Version || h.hash != a.Hash, h.fresh:
		// What is not committed yet nobody has read.
		return store.Written{}, store.ErrConflict
	}
	events, err := l.events(a.Change, a.Version)
	if err != nil {
		return store.Written{}, err
	}
	written := sealed(a.Code, a.Hash, events)
	if r := a.Change.Rebase; r != nil && r.Digest != "" {
		l.rows.revisions.add(*r)
	}
	l.heads[a.Code] = h.after(written, a.Change)
	l.rows.updates.add(h, written, a.Change)
	l.rows.work.replace(h, a.Change.Work)
	l.record(h.id, written, a.Change)
	return written, nil
}

// delivery is what became of an attempt to send a message. To write it again does no harm but count one attempt more.
type delivery struct{ store.Delivery }

func (d *delivery) ask(q *questions) { q.messages = append(q.messages, d.ID) }

func (d *delivery) decide(l *ledger) (store.Written, error) {
	if !l.messageIDs[d.ID] {
		return store.Written{}, store.ErrNotFound
	}
	l.rows.deliveries.add(d.Delivery)
	return store.Written{}, nil
}

// dayRoot is the root of a day.
type dayRoot struct{ store.DayRoot }

func (r *dayRoot) ask(q *questions) { q.root = true }

func (r *dayRoot) decide(l *ledger) (store.Written, error) {
	if err := r.Follows(l.lastRoot); err != nil {
		return store.Written{}, err
	}
	if r.To > l.now.events {
		return store.Written{}, fmt.Errorf("%w: the root of %s covers events up to %d, there are %d",
			store.ErrConflict, r.Day, r.To, l.now.events)
	}
	l.lastRoot = &r.DayRoot
	l.rows.roots.add(r.DayRoot)
	return store.Written{}, nil
}

// probe writes nothing of its own: its commit shows whether anything can be written.
type probe struct{}

func (probe) ask(*questions) {}

func (probe) decide(l *ledger) (store.Written, error) {
	l.rows.probed = true
	return store.Written{}, nil
}

// sealed seals events and says what was written.
func sealed(code string, prev store.Hash, events []store.Event) store.Written {
	hash := store.Seal(code, prev, events)
	return store.Written{Code: code, Version: events[len(events)-1].Seq, Hash: hash, Events: events}
}

// inOrder says in which way events do not follow a version, or nil.
func inOrder(events []store.Event, version int64) error {
	if len(events) == 0 {
		return fmt.Errorf("a change without events after version %d", version)
	}
	for i, e := range events {
		if want := version + int64(i) + 1; e.Seq != want {
			return fmt.Errorf("event %d stands where event %d is expected", e.Seq, want)
		}
	}
	return nil
}

// Create implements store.Store.
func (s *Store) Create(ctx context.Context, n store.New) (store.Written, error) {
	_, kept := s.writer.kept.Load(n.Revision.Digest)
	written, err := s.writer.submit(ctx, &creation{New: n, kept: kept})
	if err != nil {
		return written, fmt.Errorf("record a new dossier: %w", err)
	}
	s.writer.kept.Store(n.Revision.Digest, true)
	return written, nil
}

// Append implements store.Store.
func (s *Store) Append(ctx context.Context, a store.Addition) (store.Written, error) {
	written, err := s.writer.submit(ctx, &addition{a})
	if err != nil {
		return written, fmt.Errorf("record what happened to dossier %s: %w", a.Code, err)
	}
	return written, nil
}

// Sent implements store.Store.
func (s *Store) Sent(ctx context.Context, d store.Delivery) error {
	if _, err := s.writer.submit(ctx, &delivery{d}); err != nil {
		return fmt.Errorf("record what became of message %d: %w", d.ID, err)
	}
	return nil
}

// PutRoot implements store.Store.
func (s *Store) PutRoot(ctx context.Context, r store.DayRoot) error {
	if _, err := s.writer.submit(ctx, &dayRoot{r}); err != nil {
		return fmt.Errorf("record the root of %s: %w", r.Day, err)
	}
	return nil
}

// events are those of a change, with the number in them that the change asks for.
func (l *ledger) events(c store.Change, version int64) ([]store.Event, error) {
	if err := inOrder(c.Events, version); err != nil {
		return nil, err
	}
	if c.Numbering == nil {
		return c.Events, nil
	}
	number := l.counters[c.Numbering.Book] + 1
	if err := c.Numbering.Put(number, c.Events); err != nil {
		return nil, fmt.Errorf("number %d of %s: %w", number, c.Numbering.Book, err)
	}
	l.counters[c.Numbering.Book] = number
	l.rows.counters.set(c.Numbering.Book, number)
	return c.Events, nil
}
