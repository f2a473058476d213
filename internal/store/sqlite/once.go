package sqlite

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"time"

	"chuan.dev/chuan/internal/store"
)

const (
	selectOnce = `SELECT o.request, d.code, o.version, e.hash
		FROM once o JOIN dossier d ON d.id = o.dossier JOIN event e ON e.dossier = o.dossier AND e.seq = o.version
		WHERE o.key = ?`
	insertOnce = `INSERT INTO once (key, request, at, dossier, version) VALUES (?, ?, ?, ?, ?)`
	forgetOnce = `DELETE FROM once WHERE key IN (SELECT key FROM once WHERE at < ? ORDER BY at LIMIT ?)`
)

// onceKept is how long keys of requests are kept: a day, and an hour for clocks that disagree. They are looked for every
// onceEvery requests, and at most twice as many are forgotten then: a busy day is caught up with, and no change waits for long.
const (
	onceKept  = 25 * time.Hour
	onceEvery = 64
)

// answered says that a change was written before: as what a request, or as what a message. Nothing is written by it.
func (w *statements) answered(ctx context.Context, c *store.Change) (store.Written, error) {
	if len(c.Events) == 0 {
		return store.Written{}, errEmpty
	}
	if c.Once != nil {
		values, err := w.row(ctx, selectOnce, c.Once.Key[:])
		if !errors.Is(err, store.ErrNotFound) {
			return repeated(values, err, c.Once.Request)
		}
	}
	if c.Incoming != nil {
		return w.taken(ctx, *c.Incoming)
	}
	return store.Written{}, nil
}

// repeated is what was written for a request; what was asked before has to be the same.
func repeated(values []driver.Value, err error, request store.Hash) (store.Written, error) {
	if err != nil {
		return store.Written{}, err
	}
	asked, _ := values[0].([]byte)
	if string(asked) != string(request[:]) {
		return store.Written{}, store.ErrReused
	}
	out := store.Written{}
	out.Code, _ = values[1].(string)
	out.Version, _ = values[2].(int64)
	hash, _ := values[3].([]byte)
	copy(out.Hash[:], hash)
	return out, store.ErrRepeated
}

// remember notes what a request and a message have become.
func (w *statements) remember(ctx context.Context, id, version int64, c *store.Change) error {
	if o := c.Once; o != nil {
		if _, err := w.exec(ctx, insertOnce, o.Key[:], o.Request[:], o.At.UnixMilli(), id, version); err != nil {
			return fmt.Errorf("key of the request: %w", err)
		}
		if w.asked++; w.asked%onceEvery == 0 {
			if _, err := w.exec(ctx, forgetOnce, o.At.Add(-onceKept).UnixMilli(), int64(2*onceEvery)); err != nil {
				return fmt.Errorf("keys of old requests: %w", err)
			}
		}
	}
	if m := c.Incoming; m != nil {
		if _, err := w.exec(ctx, insertIncoming, m.Sender, m.Number, id, version); err != nil {
			return fmt.Errorf("message %d of %s: %w", m.Number, m.Sender, err)
		}
	}
	return nil
}

// Answered implements store.Store.
func (s *Store) Answered(ctx context.Context, o store.Once) (store.Written, error) {
	values := make([]driver.Value, 4)
	err := s.read.QueryRowContext(ctx, selectOnce, o.Key[:]).Scan(&values[0], &values[1], &values[2], &values[3])
	out, err := repeated(values, notFound(err), o.Request)
	if err != nil && !errors.Is(err, store.ErrRepeated) {
		return store.Written{}, fmt.Errorf("read what was answered before: %w", classified(err))
	}
	return out, nil
}
