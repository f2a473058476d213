package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"sync"
)

// maxPrepared bounds the statements for reading that are kept: far more than the service has, and less than what filters
// in every combination come to. What comes on top is prepared for every use.
const maxPrepared = 48

// limited ends a statement that returns so many rows at most. A bare parameter would have the database look at its value
// when it plans, and plan anew whenever another one is bound, which costs more than most look-ups.
const limited = ` LIMIT ? + 0`

// prepared are statements for reading, by their text. Every connection parses and plans one when it first runs it, and
// gives it back when it is closed.
type prepared struct {
	mu         sync.RWMutex
	statements map[string]*sql.Stmt
}

// of returns the statement of a text; nil when no more are kept.
func (p *prepared) of(ctx context.Context, db *sql.DB, text string) (*sql.Stmt, error) {
	p.mu.RLock()
	kept, full := p.statements[text], len(p.statements) >= maxPrepared
	p.mu.RUnlock()
	if kept != nil || full {
		return kept, nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if kept := p.statements[text]; kept != nil {
		return kept, nil
	}
	fresh, err := db.PrepareContext(ctx, text) //nolint:sqlclosecheck // close closes them all
	if err != nil {
		return nil, err
	}
	if p.statements == nil {
		p.statements = map[string]*sql.Stmt{}
	}
	p.statements[text] = fresh
	return fresh, nil
}

func (p *prepared) close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	var failures []error
	for _, s := range p.statements {
		failures = append(failures, s.Close())
	}
	clear(p.statements)
	return errors.Join(failures...)
}

// query reads by a statement that is kept.
func (s *Store) query(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	kept, err := s.prepared.of(ctx, s.read, text) //nolint:sqlclosecheck // it stays open until the store closes
	if err != nil {
		return nil, err
	}
	if kept == nil {
		return s.read.QueryContext(ctx, text, args...)
	}
	return kept.QueryContext(ctx, args...)
}
