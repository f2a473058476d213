package sqlite

import (
	"context"
	"database/sql"
	"fmt"

	"chuan.dev/chuan/internal/store"
)

const (
	headColumns = `d.id, d.code, d.version, d.kind, d.procedure, d.revision, d.digest, d.channel, d.open, d.outcome, d.result,
		d.disposed, d.received_at, d.accepted_at, d.due_at, d.finished_at, d.ended_at, d.dispose_after`
	eventColumns = `e.seq, e.at, e.type, e.officer, e.role, e.action, e.origin, e.target, e.data, e.prev, e.hash`
)

// scanner is a row of a result.
type scanner interface{ Scan(dest ...any) error }

// entry is a head that was read, with the number of the dossier.
type entry struct {
	id, version int64
	code        string
	row         row
}

// scan reads headColumns and whatever columns follow them.
func (e *entry) scan(from scanner, more ...any) error {
	r := &e.row
	return from.Scan(append([]any{
		&e.id, &e.code, &e.version, &r.kind, &r.procedure, &r.revision, &r.digest, &r.channel, &r.open, &r.outcome, &r.result,
		&r.disposed, &r.received, &r.accepted, &r.due, &r.finished, &r.ended, &r.disposeAfter,
	}, more...)...)
}

// eventRow is an event that was read.
type eventRow struct {
	event      store.Event
	at         int64
	prev, hash []byte
}

// columns are where eventColumns are read into.
func (r *eventRow) columns() []any {
	e := &r.event
	e.Data, r.prev, r.hash = nil, nil, nil
	return []any{&e.Seq, &r.at, &e.Type, &e.Officer, &e.Role, &e.Action, &e.From, &e.To, &e.Data, &r.prev, &r.hash}
}

// read is the event, after its columns were.
func (r *eventRow) read() store.Event {
	e := r.event
	e.At = fromMilli(r.at)
	copy(e.Prev[:], r.prev)
	copy(e.Hash[:], r.hash)
	return e
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
	rows, err := s.query(ctx, `SELECT `+headColumns+`, d.data_key, `+eventColumns+`
		FROM dossier d JOIN event e ON e.dossier = d.id WHERE d.code = ? ORDER BY e.seq`, code)
	if err != nil {
		return store.Dossier{}, err
	}
	defer func() { _ = rows.Close() }()
	var d store.Dossier
	for err := range dossiers(rows, func(read store.Dossier) bool { d = read; return true }) {
		return store.Dossier{}, err
	}
	if len(d.Events) == 0 {
		return store.Dossier{}, store.ErrNotFound
	}
	return d, nil
}

// dossiers goes through rows of headColumns, the data key and eventColumns, in the order of dossiers and their events, and
// hands over every dossier when it is whole. It yields an error at most, and then ends.
func dossiers(rows *sql.Rows, whole func(store.Dossier) bool) func(yield func(error) bool) {
	return func(yield func(error) bool) {
		var e entry
		var d store.Dossier
		var event eventRow
		for rows.Next() {
			var key []byte
			if err := e.scan(rows, append([]any{&key}, event.columns()...)...); err != nil {
				yield(err)
				return
			}
			if e.code != d.Code {
				if d.Code != "" && !whole(d) {
					return
				}
				d = store.Dossier{Code: e.code, Head: e.row.head(), Key: key}
			}
			d.Events = append(d.Events, event.read())
		}
		if err := rows.Err(); err != nil {
			yield(err)
			return
		}
		if d.Code != "" {
			whole(d)
		}
	}
}

// Revision implements store.Store.
func (s *Store) Revision(ctx context.Context, digest string) (store.Revision, error) {
	r := store.Revision{Digest: digest}
	err := s.read.QueryRowContext(ctx,
		`SELECT procedure, number, text FROM revision WHERE digest = ? AND digest <> ''`, digest).
		Scan(&r.Procedure, &r.Number, &r.Text)
	if err != nil {
		return store.Revision{}, fmt.Errorf("read revision %s: %w", digest, classified(notFound(err)))
	}
	return r, nil
}

// Cites implements store.Store.
func (s *Store) Cites(ctx context.Context, blob store.Hash) (bool, error) {
	var cited bool
	err := s.read.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM citation WHERE hash = ?)`, blob[:]).Scan(&cited)
	if err != nil {
		return false, fmt.Errorf("read whether a document is cited: %w", classified(err))
	}
	return cited, nil
}
