package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"

	"chuan.dev/chuan/internal/store"
)

const (
	selectTail  = `SELECT ifnull(max(id), 0) FROM event`
	rootColumns = `day, first, last, root, prev, key_id, signature`
	lastRoot    = `SELECT ` + rootColumns + ` FROM day_root ORDER BY day DESC LIMIT 1`
	insertRoot  = `INSERT INTO day_root (` + rootColumns + `) VALUES (?, ?, ?, ?, ?, ?, ?)`
)

// querier is a connection, a transaction or a pool of connections.
type querier interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// Tail implements store.Store.
func (s *Store) Tail(ctx context.Context) (int64, error) {
	var tail int64
	if err := s.read.QueryRowContext(ctx, selectTail).Scan(&tail); err != nil {
		return 0, fmt.Errorf("count the events: %w", classified(err))
	}
	return tail, nil
}

// Leaves implements store.Store. It fails with store.ErrNotFound where an event is missing.
func (s *Store) Leaves(ctx context.Context, from, to int64) iter.Seq2[store.Hash, error] {
	return leaves(ctx, s.read, from, to)
}

func leaves(ctx context.Context, db querier, from, to int64) iter.Seq2[store.Hash, error] {
	return func(yield func(store.Hash, error) bool) {
		fail := func(err error) {
			yield(store.Hash{}, fmt.Errorf("read the hashes of events %d to %d: %w", from, to, classified(err)))
		}
		rows, err := db.QueryContext(ctx, `SELECT id, hash FROM event WHERE id BETWEEN ? AND ? ORDER BY id`, from, to)
		if err != nil {
			fail(err)
			return
		}
		defer func() { _ = rows.Close() }()
		next := from
		var hash sql.RawBytes
		for ; rows.Next(); next++ {
			var id int64
			err := rows.Scan(&id, &hash)
			if err == nil && id != next {
				err = store.ErrNotFound
			}
			if err != nil {
				fail(err)
				return
			}
			var leaf store.Hash
			copy(leaf[:], hash)
			if !yield(leaf, nil) {
				return
			}
		}
		if err = rows.Err(); err == nil && next <= to {
			err = store.ErrNotFound
		}
		if err != nil {
			fail(err)
		}
	}
}

// Roots implements store.Store.
func (s *Store) Roots(ctx context.Context, after string) ([]store.DayRoot, error) {
	found, err := roots(ctx, s.read, after)
	if err != nil {
		return nil, fmt.Errorf("read the roots of days: %w", classified(err))
	}
	return found, nil
}

func roots(ctx context.Context, db querier, after string) ([]store.DayRoot, error) {
	rows, err := db.QueryContext(ctx, `SELECT `+rootColumns+` FROM day_root WHERE day > ? ORDER BY day`, after)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var found []store.DayRoot
	for rows.Next() {
		var r store.DayRoot
		var root, prev []byte
		if err := rows.Scan(&r.Day, &r.From, &r.To, &root, &prev, &r.KeyID, &r.Signature); err != nil {
			return nil, err
		}
		copy(r.Root[:], root)
		copy(r.Prev[:], prev)
		found = append(found, r)
	}
	return found, rows.Err()
}

// PutRoot implements store.Store.
func (s *Store) PutRoot(ctx context.Context, r store.DayRoot) error {
	err := s.writes(ctx, func(ctx context.Context, w *statements) error { return w.putRoot(ctx, r) })
	if err != nil {
		return fmt.Errorf("record the root of %s: %w", r.Day, err)
	}
	return nil
}

func (w *statements) putRoot(ctx context.Context, r store.DayRoot) error {
	var last *store.DayRoot
	values, err := w.row(ctx, lastRoot)
	switch {
	case err == nil:
		last = &store.DayRoot{}
		last.Day, _ = values[0].(string)
		last.To, _ = values[2].(int64)
		root, _ := values[3].([]byte)
		copy(last.Root[:], root)
	case !errors.Is(err, store.ErrNotFound):
		return err
	}
	if err := r.Follows(last); err != nil {
		return err
	}
	tail, err := w.number(ctx, selectTail)
	if err != nil {
		return err
	}
	if r.To > tail {
		return fmt.Errorf("%w: there is no event %d", store.ErrConflict, r.To)
	}
	_, err = w.exec(ctx, insertRoot, r.Day, r.From, r.To, r.Root[:], r.Prev[:], r.KeyID, bytesOf(r.Signature))
	return err
}
