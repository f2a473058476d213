package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"chuan.dev/chuan/internal/store"
)

const (
	headColumns  = `d.code, d.procedure, d.revision, d.digest, d.open, d.outcome, d.received_at, d.due_at, d.ended_at`
	eventColumns = `e.seq, e.at, e.type, e.officer, e.role, e.action, e.origin, e.target, e.data, e.prev, e.hash`
)

// scanner is a row of a result.
type scanner interface{ Scan(dest ...any) error }

// scanHead reads headColumns and whatever columns follow them.
func scanHead(row scanner, code *string, h *store.Head, more ...any) error {
	var received int64
	var due, ended sql.NullInt64
	err := row.Scan(append([]any{
		code, &h.Procedure, &h.Revision, &h.Digest, &h.Open, &h.Outcome, &received, &due, &ended,
	}, more...)...)
	h.ReceivedAt, h.Due, h.EndedAt = time.UnixMilli(received).UTC(), instant(due), instant(ended)
	return err
}

func instant(milli sql.NullInt64) time.Time {
	if !milli.Valid {
		return time.Time{}
	}
	return time.UnixMilli(milli.Int64).UTC()
}

// Load implements store.Store.
func (s *Store) Load(ctx context.Context, code string) (store.Dossier, error) {
	d, err := s.load(ctx, code)
	if err != nil {
		return store.Dossier{}, fmt.Errorf("read dossier %s: %w", code, classified(err))
	}
	return d, nil
}

func (s *Store) load(ctx context.Context, code string) (store.Dossier, error) {
	// One statement sees the dossier as one commit left it.
	rows, err := s.read.QueryContext(ctx, `SELECT `+headColumns+`, `+eventColumns+`
		FROM dossier d JOIN event e ON e.dossier = d.id WHERE d.code = ? ORDER BY e.seq`, code)
	if err != nil {
		return store.Dossier{}, err
	}
	defer func() { _ = rows.Close() }()
	var d store.Dossier
	for rows.Next() {
		var e store.Event
		var at int64
		var prev, hash []byte
		err := scanHead(rows, &d.Code, &d.Head,
			&e.Seq, &at, &e.Type, &e.Officer, &e.Role, &e.Action, &e.From, &e.To, &e.Data, &prev, &hash)
		if err != nil {
			return store.Dossier{}, err
		}
		e.At = time.UnixMilli(at).UTC()
		copy(e.Prev[:], prev)
		copy(e.Hash[:], hash)
		d.Events = append(d.Events, e)
	}
	if err := rows.Err(); err != nil {
		return store.Dossier{}, err
	}
	if len(d.Events) == 0 {
		return store.Dossier{}, store.ErrNotFound
	}
	return d, nil
}

// Revision implements store.Store.
func (s *Store) Revision(ctx context.Context, digest string) (store.Revision, error) {
	r := store.Revision{Digest: digest}
	err := s.read.QueryRowContext(ctx, `SELECT procedure, number, text FROM revision WHERE digest = ?`, digest).
		Scan(&r.Procedure, &r.Number, &r.Text)
	if errors.Is(err, sql.ErrNoRows) {
		err = store.ErrNotFound
	}
	if err != nil {
		return store.Revision{}, fmt.Errorf("read revision %s: %w", digest, classified(err))
	}
	return r, nil
}

// Inbox implements store.Store.
func (s *Store) Inbox(ctx context.Context, q store.InboxQuery) (store.Page[store.Work], error) {
	work, err := s.inbox(ctx, q)
	if err != nil {
		return store.Page[store.Work]{}, fmt.Errorf("read the inbox of role %s: %w", q.Role, classified(err))
	}
	if len(work) > q.Limit {
		return store.Page[store.Work]{Items: work[:q.Limit], Next: "more"}, nil
	}
	return store.Page[store.Work]{Items: work}, nil
}

func (s *Store) inbox(ctx context.Context, q store.InboxQuery) ([]store.Work, error) {
	holders, err := json.Marshal(q.Holders)
	if err != nil {
		return nil, err
	}
	rows, err := s.read.QueryContext(ctx, `SELECT `+headColumns+`, d.version,
			w.branch, w.step, w.role, w.assignee, w.entered_at, w.due_at, w.expires_at
		FROM work_item w JOIN dossier d ON d.id = w.dossier
		WHERE w.role = ? AND (w.assignee IN ('', ?) OR w.assignee NOT IN (SELECT value FROM json_each(?)))
		ORDER BY w.due_at NULLS LAST, w.dossier LIMIT ?`, q.Role, q.Officer, string(holders), q.Limit+1)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var work []store.Work
	for rows.Next() {
		var w store.Work
		var entered int64
		var due, expires sql.NullInt64
		err := scanHead(rows, &w.Code, &w.Head, &w.Version,
			&w.Item.Branch, &w.Item.Step, &w.Item.Role, &w.Item.Assignee, &entered, &due, &expires)
		if err != nil {
			return nil, err
		}
		w.Item.EnteredAt, w.Item.Due, w.Item.Expires = time.UnixMilli(entered).UTC(), instant(due), instant(expires)
		work = append(work, w)
	}
	return work, rows.Err()
}
