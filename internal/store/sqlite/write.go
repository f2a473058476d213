package sqlite

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"slices"

	"chuan.dev/chuan/internal/store"
)

const (
	nextNumber = `INSERT INTO counter (period, serial) VALUES (?, 1)
		ON CONFLICT DO UPDATE SET serial = serial + 1 RETURNING serial`
	insertRevision = `INSERT INTO revision (digest, procedure, number, text)
		SELECT ?1, ?2, ?3, ?4 WHERE NOT EXISTS (SELECT 1 FROM revision WHERE digest = ?1)`
	insertDossier = `INSERT INTO dossier (code, procedure, revision, digest, version, hash, open, outcome, received_at, due_at,
			ended_at, kind, channel, result, accepted_at, finished_at, dispose_after, disposed, data_key)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
	selectHead = `SELECT ` + headColumns + `, d.hash FROM dossier d WHERE d.code = ?`
	// touchDossier is what most changes do to a head: the record went on, and what it is looked up by stayed the same.
	touchDossier  = `UPDATE dossier SET version = ?, hash = ? WHERE id = ? AND version = ? AND hash = ?`
	updateDossier = `UPDATE dossier SET version = ?, hash = ?, open = ?, outcome = ?, due_at = ?, ended_at = ?, channel = ?,
			result = ?, accepted_at = ?, finished_at = ?, dispose_after = ?, disposed = ?
		WHERE id = ? AND version = ? AND hash = ?`
	rebaseDossier = `UPDATE dossier SET procedure = ?, revision = ?, digest = ? WHERE id = ?`
	// OR FAIL is what the trigger against replacement does, too: nothing has to be kept for taking a part back.
	insertEvent = `INSERT OR FAIL INTO event (dossier, seq, at, type, officer, role, action, origin, target, data, prev, hash)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
	insertKey      = `INSERT INTO search_key (dossier, hash) VALUES (?, ?) ON CONFLICT DO NOTHING`
	insertCitation = `INSERT INTO citation (dossier, hash) VALUES (?, ?) ON CONFLICT DO NOTHING`
	dropDataKey    = `UPDATE dossier SET data_key = NULL WHERE id = ?`
	dropKeys       = `DELETE FROM search_key WHERE dossier = ?`
	dropCitations  = `DELETE FROM citation WHERE dossier = ?`
)

// errEmpty: a change without an event would change a head that nothing in the record explains.
var errEmpty = errors.New("a change holds at least one event")

// Create implements store.Store.
func (s *Store) Create(ctx context.Context, n store.New) (store.Written, error) {
	var out store.Written
	_, kept := s.kept.Load(n.Revision.Digest)
	err := s.submit(ctx, &n.Change, func(ctx context.Context, w *statements) (err error) {
		if !kept && n.Revision.Digest != "" {
			n.Change.Rebase = &n.Revision
		}
		out, err = s.create(ctx, w, &n)
		return err
	})
	if err != nil {
		return out, fmt.Errorf("record something new: %w", err)
	}
	return out, nil
}

func (s *Store) create(ctx context.Context, w *statements, n *store.New) (store.Written, error) {
	if out, err := w.answered(ctx, &n.Change); err != nil {
		return out, err
	}
	serial, err := w.number(ctx, nextNumber, n.Period)
	if err != nil {
		return store.Written{}, fmt.Errorf("serial number of %s: %w", n.Period, err)
	}
	code, c := n.Code(serial), &n.Change
	if err := w.keep(ctx, c.Rebase); err != nil {
		return store.Written{}, err
	}
	if err := w.numbered(ctx, c); err != nil {
		return store.Written{}, err
	}
	hash, r, last := store.Seal(code, store.Hash{}, c.Events), rowOf(c.Head), c.Events[len(c.Events)-1]
	id, err := w.insertDossier(ctx, code, r, last.Seq, hash, n.Key)
	if err != nil {
		return store.Written{}, fmt.Errorf("dossier %s: %w", code, err)
	}
	out := store.Written{Code: code, Version: last.Seq, Hash: hash, Events: c.Events}
	if err := w.add(ctx, id, out, c); err != nil {
		return store.Written{}, err
	}
	if err := w.work(ctx, id, nil, c.Work); err != nil {
		return store.Written{}, err
	}
	s.writer.heads.wrote(code, known{id: id, version: last.Seq, row: r, work: slices.Clone(c.Work)})
	return out, nil
}

func (w *statements) insertDossier(
	ctx context.Context, code string, r row, version int64, hash store.Hash, key []byte,
) (int64, error) {
	var dataKey driver.Value
	if key != nil {
		dataKey = key
	}
	return w.insert(ctx, insertDossier, code, r.procedure, r.revision, r.digest, version, hash[:], flag(r.open), r.outcome,
		r.received, value(r.due), value(r.ended), r.kind, r.channel, r.result, value(r.accepted), value(r.finished),
		value(r.disposeAfter), flag(r.disposed), dataKey)
}

// keep keeps the text of a revision, unless it is kept already.
func (w *statements) keep(ctx context.Context, r *store.Revision) error {
	if r == nil {
		return nil
	}
	if _, err := w.exec(ctx, insertRevision, r.Digest, r.Procedure, int64(r.Number), string(r.Text)); err != nil {
		return fmt.Errorf("revision %d of %s: %w", r.Number, r.Procedure, err)
	}
	return nil
}

// numbered gives the events the number of the book for which they ask.
func (w *statements) numbered(ctx context.Context, c *store.Change) error {
	if c.Numbering == nil {
		return nil
	}
	number, err := w.number(ctx, nextNumber, c.Numbering.Book)
	if err != nil {
		return fmt.Errorf("number of book %s: %w", c.Numbering.Book, err)
	}
	return c.Numbering.Put(number, c.Events)
}

// Append implements store.Store.
func (s *Store) Append(ctx context.Context, a store.Addition) (store.Written, error) {
	// What can be computed before it is the writer's turn, is.
	if a.Change.Numbering == nil {
		store.Seal(a.Code, a.Hash, a.Change.Events)
	}
	after := known{row: rowOf(a.Change.Head), work: slices.Clone(a.Change.Work)}
	var out store.Written
	err := s.submit(ctx, &a.Change, func(ctx context.Context, w *statements) (err error) {
		out, err = s.append(ctx, w, &a, after)
		return err
	})
	if err != nil {
		return out, fmt.Errorf("record what happened to dossier %s: %w", a.Code, err)
	}
	return out, nil
}

func (s *Store) append(ctx context.Context, w *statements, a *store.Addition, after known) (store.Written, error) {
	c := &a.Change
	if out, err := w.answered(ctx, c); err != nil {
		return out, err
	}
	before, remembered := s.writer.heads.at(a.Code, a.Version)
	if !remembered || c.Numbering != nil {
		var err error
		if before, err = w.recall(ctx, a); err != nil {
			return store.Written{}, err
		}
	}
	if c.Numbering != nil {
		if err := w.numbered(ctx, c); err != nil {
			return store.Written{}, err
		}
		store.Seal(a.Code, a.Hash, c.Events)
	}
	last := &c.Events[len(c.Events)-1]
	if err := w.move(ctx, before, after.row, a); err != nil {
		return store.Written{}, err
	}
	if c.Rebase != nil || c.Dispose {
		if err := w.reshape(ctx, before.id, c, after.row); err != nil {
			return store.Written{}, err
		}
	}
	out := store.Written{Code: a.Code, Version: last.Seq, Hash: last.Hash, Events: c.Events}
	if err := w.add(ctx, before.id, out, c); err != nil {
		return store.Written{}, err
	}
	if err := w.work(ctx, before.id, before.work, after.work); err != nil {
		return store.Written{}, err
	}
	after.id, after.version = before.id, last.Seq
	s.writer.heads.wrote(a.Code, after)
	return out, nil
}

// recall reads what is known of a dossier that is still as it was read.
func (w *statements) recall(ctx context.Context, a *store.Addition) (known, error) {
	values, err := w.row(ctx, selectHead, a.Code)
	if err != nil {
		return known{}, err
	}
	var e entry
	var hash []byte
	if err := e.scan(fields(values), &hash); err != nil {
		return known{}, err
	}
	if e.version != a.Version || string(hash) != string(a.Hash[:]) {
		return known{}, store.ErrConflict
	}
	k := known{id: e.id, version: e.version, row: e.row}
	err = w.rows(ctx, selectWork, func(values []driver.Value) error {
		var item workRow
		err := fields(values).Scan(item.columns()...)
		k.work = append(k.work, item.read())
		return err
	}, e.id)
	return k, err
}

// move brings the head of a dossier to where the addition leaves it, if it still is where the addition begins. Where only
// the record goes on, no index is touched.
func (w *statements) move(ctx context.Context, before known, r row, a *store.Addition) error {
	last := &a.Change.Events[len(a.Change.Events)-1]
	var changed int64
	var err error
	if before.row == r {
		changed, err = w.exec(ctx, touchDossier, last.Seq, last.Hash[:], before.id, a.Version, a.Hash[:])
	} else {
		changed, err = w.exec(ctx, updateDossier, last.Seq, last.Hash[:], flag(r.open), r.outcome, value(r.due),
			value(r.ended), r.channel, r.result, value(r.accepted), value(r.finished), value(r.disposeAfter), flag(r.disposed),
			before.id, a.Version, a.Hash[:])
	}
	if err == nil && changed == 0 {
		err = store.ErrConflict
	}
	return err
}

// reshape moves a dossier onto another text, or takes its personal data away.
func (w *statements) reshape(ctx context.Context, id int64, c *store.Change, r row) error {
	if c.Rebase != nil {
		if err := w.keep(ctx, c.Rebase); err != nil {
			return err
		}
		if _, err := w.exec(ctx, rebaseDossier, r.procedure, r.revision, r.digest, id); err != nil {
			return err
		}
	}
	if !c.Dispose {
		return nil
	}
	for _, text := range []string{dropDataKey, dropKeys, dropCitations} {
		if _, err := w.exec(ctx, text, id); err != nil {
			return err
		}
	}
	return nil
}

// add adds what a change brings: its events, what the dossier is found by, and messages.
func (w *statements) add(ctx context.Context, id int64, out store.Written, c *store.Change) error {
	for i := range c.Events {
		e := &c.Events[i]
		_, err := w.exec(ctx, insertEvent, id, e.Seq, e.At.UnixMilli(), e.Type, e.Officer, e.Role, e.Action, e.From, e.To,
			string(e.Data), e.Prev[:], e.Hash[:])
		if err != nil {
			return fmt.Errorf("event %d: %w", e.Seq, err)
		}
	}
	if err := w.hashes(ctx, id, c.Keys, c.Blobs); err != nil {
		return err
	}
	if err := w.send(ctx, id, c); err != nil {
		return err
	}
	return w.remember(ctx, id, out.Version, c)
}

// hashes adds what a dossier is found by, and the documents that it cites.
func (w *statements) hashes(ctx context.Context, id int64, keys, blobs []store.Hash) error {
	for _, key := range keys {
		if _, err := w.exec(ctx, insertKey, id, key[:]); err != nil {
			return fmt.Errorf("search key: %w", err)
		}
	}
	for _, blob := range blobs {
		if _, err := w.exec(ctx, insertCitation, id, blob[:]); err != nil {
			return fmt.Errorf("document that is cited: %w", err)
		}
	}
	return nil
}

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}
