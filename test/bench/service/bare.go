package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime"

	"chuan.dev/chuan/internal/store"
)

// bare writes the two rows of a transition and nothing else.
type bare struct {
	db     *sql.DB
	conn   *sql.Conn
	update *sql.Stmt
	insert *sql.Stmt
	batch  int
	// company is how many transitions the last commit held.
	company int
	queue   chan *bareChange
	done    chan error
}

// bareChange is a transition: the next event of a dossier.
type bareChange struct {
	dossier, version int64
	event            store.Event
	done             chan error
}

// openBare opens a file that the store has made, with the same settings and without anything that guards it.
func openBare(ctx context.Context, path string, batch int) (*bare, error) {
	db, err := sql.Open("sqlite", "file:"+path+"?_txlock=immediate&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)"+
		"&_pragma=cache_size(-4096)&_pragma=journal_size_limit(16777216)")
	if err != nil {
		return nil, err
	}
	b := &bare{db: db, batch: batch, queue: make(chan *bareChange, 1024), done: make(chan error, 1)}
	if b.conn, err = db.Conn(ctx); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	for _, trigger := range []string{"event_is_final", "event_stays", "event_is_new"} {
		if _, err := b.conn.ExecContext(ctx, "DROP TRIGGER IF EXISTS "+trigger); err != nil {
			return nil, errors.Join(err, db.Close())
		}
	}
	b.update, err = b.conn.PrepareContext(ctx, `UPDATE dossier SET version = ?, hash = ? WHERE id = ? AND version = ?`)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	b.insert, err = b.conn.PrepareContext(ctx,
		`INSERT INTO event (dossier, seq, at, type, officer, role, action, origin, target, data, prev, hash)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
	if err != nil {
		return nil, errors.Join(err, b.update.Close(), db.Close())
	}
	go b.run(ctx)
	return b, nil
}

// write writes a transition and waits until it is on the disk.
func (b *bare) write(c *bareChange) error {
	c.done = make(chan error, 1)
	b.queue <- c
	return <-c.done
}

func (b *bare) close() error {
	close(b.queue)
	return errors.Join(<-b.done, b.update.Close(), b.insert.Close(), b.conn.Close(), b.db.Close())
}

// run writes what is waiting together, as the store does.
func (b *bare) run(ctx context.Context) {
	var err error
	var waiting []*bareChange
	for c := range b.queue {
		waiting = b.gather(append(waiting[:0], c))
		err = b.transact(ctx, waiting)
		for _, c := range waiting {
			c.done <- err
		}
	}
	b.done <- err
}

func (b *bare) gather(waiting []*bareChange) []*bareChange {
	for yields := 0; len(waiting) < b.batch; {
		select {
		case c, ok := <-b.queue:
			if !ok {
				return waiting
			}
			waiting, yields = append(waiting, c), 0
		default:
			if len(waiting) >= b.company || yields == 16 {
				b.company = len(waiting)
				return waiting
			}
			yields++
			runtime.Gosched()
		}
	}
	b.company = len(waiting)
	return waiting
}

func (b *bare) transact(ctx context.Context, waiting []*bareChange) (err error) {
	tx, err := b.conn.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, tx.Rollback())
		}
	}()
	//nolint:sqlclosecheck // they end with the transaction
	update, insert := tx.StmtContext(ctx, b.update), tx.StmtContext(ctx, b.insert)
	for _, c := range waiting {
		e := c.event
		result, err := update.ExecContext(ctx, e.Seq, e.Hash[:], c.dossier, c.version)
		if err != nil {
			return err
		}
		if changed, err := result.RowsAffected(); err != nil || changed != 1 {
			return fmt.Errorf("dossier %d is not at version %d: %w", c.dossier, c.version, err)
		}
		_, err = insert.ExecContext(ctx, c.dossier, e.Seq, e.At.UnixMilli(), e.Type, e.Officer, e.Role, e.Action, e.From, e.To,
			string(e.Data), e.Prev[:], e.Hash[:])
		if err != nil {
			return err
		}
	}
	return tx.Commit()
}
