package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"math"
	"sync"
	"time"

	"chuan.dev/chuan/internal/store"
)

// never is the next expiry when nothing expires.
const never = math.MaxInt64

// expiry remembers when the next thing runs out, so that the file of an idle agency is not looked into again and again.
type expiry struct {
	mu sync.Mutex
	// next is in milliseconds since 1970. What is on the disk does not run out earlier.
	next int64
	// noted counts what was noted, so that a look into the file knows whether it missed something.
	noted int64
}

// note is told of open work that has just been brought to the disk.
func (e *expiry) note(work []store.WorkItem) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, item := range work {
		if !item.Expires.IsZero() {
			e.next = min(e.next, item.Expires.UnixMilli())
			e.noted++
		}
	}
}

func (e *expiry) read() (next, noted int64) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.next, e.noted
}

// found is told what a look into the file found, which began when so much had been noted.
func (e *expiry) found(next, noted int64) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.noted == noted {
		e.next = next
	}
}

// nextExpiry is when the next thing runs out, after an instant, as the file says.
func nextExpiry(ctx context.Context, db querier, after int64) (int64, error) {
	var next sql.NullInt64
	err := db.QueryRowContext(ctx, `SELECT min(expires_at) FROM work WHERE expires_at > ?`, after).Scan(&next)
	if err != nil || !next.Valid {
		return never, err
	}
	return next.Int64, nil
}

// Expired implements store.Store.
func (s *Store) Expired(ctx context.Context, now time.Time, limit int) ([]string, error) {
	codes, err := s.expired(ctx, now.UnixMilli(), limit)
	if err != nil {
		return nil, fmt.Errorf("read what has run out: %w", classified(err))
	}
	return codes, nil
}

func (s *Store) expired(ctx context.Context, now int64, limit int) ([]string, error) {
	next, noted := s.expiry.read()
	if now < next {
		return nil, nil
	}
	rows, err := s.query(ctx, `SELECT DISTINCT d.code FROM work w JOIN dossier d ON d.id = w.dossier
		WHERE w.expires_at <= ? ORDER BY d.id`+limited, now, limit)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var codes []string
	for rows.Next() {
		var code string
		if err := rows.Scan(&code); err != nil {
			return nil, err
		}
		codes = append(codes, code)
	}
	if err := rows.Err(); err != nil || len(codes) > 0 {
		// As long as something is due it is looked for again.
		return codes, err
	}
	next, err = nextExpiry(ctx, s.read, now)
	if err == nil {
		s.expiry.found(next, noted)
	}
	return nil, err
}
