package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"chuan.dev/chuan/internal/store"
)

// statements are what the writer does to the file.
type statements struct {
	nextSerial, insertRevision, insertDossier, selectHead, updateDossier, insertEvent *sql.Stmt
	deleteWork, insertWork, fillProbe, dropProbe                                      *sql.Stmt

	all []*sql.Stmt
}

func prepareStatements(ctx context.Context, conn *sql.Conn) (*statements, error) {
	s := &statements{}
	for text, stmt := range map[string]**sql.Stmt{
		`INSERT INTO counter (period, serial) VALUES (?, 1)
			ON CONFLICT DO UPDATE SET serial = serial + 1 RETURNING serial`: &s.nextSerial,
		`INSERT INTO revision (digest, procedure, number, text) VALUES (?, ?, ?, ?)
			ON CONFLICT DO NOTHING`: &s.insertRevision,
		`INSERT INTO dossier (code, procedure, revision, digest, version, hash, open, outcome, received_at, due_at, ended_at)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`: &s.insertDossier,
		`SELECT id FROM dossier WHERE code = ?`: &s.selectHead,
		`UPDATE dossier SET version = ?, hash = ?, open = ?, outcome = ?, due_at = ?, ended_at = ?
			WHERE id = ? AND version = ? AND hash = ?`: &s.updateDossier,
		`INSERT INTO event (dossier, seq, at, type, officer, role, action, origin, target, data, prev, hash)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`: &s.insertEvent,
		`DELETE FROM work_item WHERE dossier = ?`: &s.deleteWork,
		`INSERT INTO work_item (dossier, branch, step, role, assignee, entered_at, due_at, expires_at)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?)`: &s.insertWork,
		`INSERT INTO meta (key, value) VALUES ('probe', zeroblob(65536))
			ON CONFLICT DO UPDATE SET value = excluded.value`: &s.fillProbe,
		`DELETE FROM meta WHERE key = 'probe'`: &s.dropProbe,
	} {
		prepared, err := conn.PrepareContext(ctx, text) //nolint:sqlclosecheck // close closes them all
		if err != nil {
			return nil, errors.Join(err, s.close())
		}
		*stmt = prepared
		s.all = append(s.all, prepared)
	}
	return s, nil
}

// close gives the statements back. A connection with one that was not stays open, and its log is never brought into the
// file.
func (w *statements) close() error {
	var failures []error
	for _, stmt := range w.all {
		failures = append(failures, stmt.Close())
	}
	return errors.Join(failures...)
}

// Create implements store.Store.
func (s *Store) Create(ctx context.Context, n store.New) (store.Written, error) {
	var code string
	var hash store.Hash
	_, kept := s.kept.Load(n.Revision.Digest)
	err := s.writer.submit(ctx, func(ctx context.Context, w *statements) error {
		var serial int64
		if err := w.nextSerial.QueryRowContext(ctx, n.Period).Scan(&serial); err != nil {
			return fmt.Errorf("serial number of %s: %w", n.Period, err)
		}
		code = n.Code(serial)
		if !kept {
			if err := w.keep(ctx, n.Revision); err != nil {
				return err
			}
		}
		var err error
		hash, err = w.create(ctx, code, n.Change)
		return err
	})
	if err != nil {
		return store.Written{}, fmt.Errorf("record a new dossier: %w", err)
	}
	s.kept.Store(n.Revision.Digest, true)
	s.expiry.note(n.Change.Work)
	return written(code, hash, n.Change), nil
}

// keep keeps the text of a revision, unless it is kept already.
func (w *statements) keep(ctx context.Context, r store.Revision) error {
	if _, err := w.insertRevision.ExecContext(ctx, r.Digest, r.Procedure, r.Number, string(r.Text)); err != nil {
		return fmt.Errorf("revision %d of %s: %w", r.Number, r.Procedure, err)
	}
	return nil
}

func (w *statements) create(ctx context.Context, code string, c store.Change) (store.Hash, error) {
	last := c.Events[len(c.Events)-1]
	hash := store.Seal(code, store.Hash{}, c.Events)
	h := c.Head
	var id int64
	err := w.insertDossier.QueryRowContext(ctx, code, h.Procedure, h.Revision, h.Digest, last.Seq, hash[:], h.Open, h.Outcome,
		h.ReceivedAt.UnixMilli(), milli(h.Due), milli(h.EndedAt)).Scan(&id)
	if err != nil {
		return hash, fmt.Errorf("dossier %s: %w", code, err)
	}
	return hash, w.add(ctx, id, c)
}

// Append implements store.Store.
func (s *Store) Append(ctx context.Context, a store.Addition) (store.Written, error) {
	hash := store.Seal(a.Code, a.Hash, a.Change.Events)
	err := s.writer.submit(ctx, func(ctx context.Context, w *statements) error {
		return w.append(ctx, a, hash)
	})
	if err != nil {
		return store.Written{}, fmt.Errorf("record what happened to dossier %s: %w", a.Code, err)
	}
	s.expiry.note(a.Change.Work)
	return written(a.Code, hash, a.Change), nil
}

func (w *statements) append(ctx context.Context, a store.Addition, hash store.Hash) error {
	var id int64
	err := w.selectHead.QueryRowContext(ctx, a.Code).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return store.ErrNotFound
	}
	if err != nil {
		return err
	}
	last := a.Change.Events[len(a.Change.Events)-1]
	h := a.Change.Head
	result, err := w.updateDossier.ExecContext(ctx, last.Seq, hash[:], h.Open, h.Outcome, milli(h.Due), milli(h.EndedAt),
		id, a.Version, a.Hash[:])
	if err != nil {
		return err
	}
	if changed, err := result.RowsAffected(); err != nil {
		return err
	} else if changed == 0 {
		return store.ErrConflict
	}
	if _, err := w.deleteWork.ExecContext(ctx, id); err != nil {
		return err
	}
	return w.add(ctx, id, a.Change)
}

// add adds the events and the open work of a change.
func (w *statements) add(ctx context.Context, id int64, c store.Change) error {
	for _, e := range c.Events {
		_, err := w.insertEvent.ExecContext(ctx, id, e.Seq, e.At.UnixMilli(), e.Type, e.Officer, e.Role, e.Action, e.From, e.To,
			string(e.Data), e.Prev[:], e.Hash[:])
		if err != nil {
			return fmt.Errorf("event %d: %w", e.Seq, err)
		}
	}
	for _, item := range c.Work {
		_, err := w.insertWork.ExecContext(ctx, id, item.Branch, item.Step, item.Role, item.Assignee,
			item.EnteredAt.UnixMilli(), milli(item.Due), milli(item.Expires))
		if err != nil {
			return fmt.Errorf("open step %s: %w", item.Step, err)
		}
	}
	return nil
}

// milli is a time as it is kept; nil for none.
func milli(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UnixMilli()
}

func written(code string, hash store.Hash, c store.Change) store.Written {
	return store.Written{Code: code, Version: c.Events[len(c.Events)-1].Seq, Hash: hash, Events: c.Events}
}
