package sqlite

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"chuan.dev/chuan/internal/store"
)

// writer is the only one who writes to the file. It takes what is waiting, up to a batch, writes it in one transaction and
// acknowledges all of it once that is on the disk. It never waits for more: an idle agency has the latency of one sync, and
// a busy one shares it.
type writer struct {
	db *sql.DB
	// conn is the connection for writing; nil while there is none, because nothing was written for a while.
	conn      *sql.Conn
	stmts     *statements
	heads     *heads
	batch     int
	committed func(changes int, took time.Duration)

	mu     sync.RWMutex // guards closed against a change that is just being queued
	closed bool
	queue  chan *change
	done   chan struct{}

	// company is how many changes the last commit held.
	company int
	failure atomic.Pointer[error]
}

// change is something to be written. apply may run more than once: whatever a failed attempt has done is rolled back.
type change struct {
	// abandoned says why nobody waits for it any more; nil while somebody does.
	abandoned func() error
	apply     func(ctx context.Context, w *statements) error
	err       error
	done      chan struct{}
}

func newWriter(db *sql.DB, o Options) *writer {
	w := &writer{
		db: db, stmts: &statements{prepared: map[string]*statement{}}, heads: newHeads(),
		batch: o.Batch, committed: o.Committed, done: make(chan struct{}),
	}
	if w.batch <= 0 {
		w.batch = DefaultBatch
	}
	if w.committed == nil {
		w.committed = func(int, time.Duration) {}
	}
	if o.Queue <= 0 {
		o.Queue = DefaultQueue
	}
	w.queue = make(chan *change, o.Queue)
	go w.run()
	return w
}

// submit queues a change and waits until it is on the disk or has failed. A change whose context has ended before its
// turn is left out; from then on it is no longer called back, so that nobody is told of a failure that is none.
func (w *writer) submit(ctx context.Context, apply func(context.Context, *statements) error) error {
	c := &change{abandoned: ctx.Err, apply: apply, done: make(chan struct{})}
	if err := w.enqueue(c); err != nil {
		return err
	}
	<-c.done
	return c.err
}

func (w *writer) enqueue(c *change) error {
	w.mu.RLock()
	defer w.mu.RUnlock()
	if w.closed {
		return store.ErrClosed
	}
	select {
	case w.queue <- c:
		return nil
	default:
		return store.ErrBusy
	}
}

// close lets everything be written that was queued, and ends the writer.
func (w *writer) close() error {
	w.mu.Lock()
	if !w.closed {
		w.closed = true
		close(w.queue)
	}
	w.mu.Unlock()
	<-w.done
	// Nothing is written any more: the connection is nobody's.
	return w.rest()
}

func (w *writer) run() {
	defer close(w.done)
	waiting := make([]*change, 0, w.batch)
	idle := time.NewTimer(restAfter)
	defer idle.Stop()
	for {
		select {
		case c, ok := <-w.queue:
			if !ok {
				return
			}
			waiting = w.gather(append(waiting[:0], c))
			w.write(waiting)
			for i, c := range waiting {
				close(c.done)
				waiting[i] = nil
			}
			idle.Reset(restAfter)
		case <-idle.C:
			// What cannot be closed does no harm: the next change finds a connection, or says why there is none.
			_ = w.rest()
		}
	}
}

// restAfter is how long nothing is written before the connection for writing is closed.
const restAfter = time.Minute

// rest closes the connection for writing: what it holds (statements, pages, what SQLite knows of the tables) the next change
// gets again in a millisecond. A program that serves many agencies has memory for those that are at work.
func (w *writer) rest() error {
	if w.conn == nil {
		return nil
	}
	err := errors.Join(w.stmts.close(), w.conn.Close())
	w.conn = nil
	return err
}

// wake opens the connection for writing, unless it is open.
func (w *writer) wake(ctx context.Context) (err error) {
	if w.conn == nil {
		w.conn, err = w.db.Conn(ctx)
	}
	return err
}

// patience is how often in vain the writer lets others go first while it has less company than the last time. A time costs
// less than a microsecond where nobody wants to go.
const patience = 16

// gather takes what is waiting beside the changes it is given, up to a batch. While there is company, those who have just
// been answered are let go first: mostly they bring the next change at once. One who works alone never waits for others.
func (w *writer) gather(changes []*change) []*change {
	for yields := 0; len(changes) < w.batch; {
		select {
		case c, ok := <-w.queue:
			if !ok {
				return changes
			}
			changes = append(changes, c)
			yields = 0
		default:
			if len(changes) >= w.company || yields == patience {
				w.company = len(changes)
				return changes
			}
			yields++
			runtime.Gosched()
		}
	}
	w.company = len(changes)
	return changes
}

// write writes changes together. Where one of them spoils the transaction, each is tried by itself.
func (w *writer) write(changes []*change) {
	live := changes[:0:0]
	for _, c := range changes {
		if c.err = c.abandoned(); c.err == nil {
			live = append(live, c)
		}
	}
	if len(live) == 0 {
		return
	}
	err := w.transact(live)
	if err != nil && len(live) > 1 && !ofTheDisk(err) {
		for _, c := range live {
			if err := w.transact([]*change{c}); err != nil {
				c.err = err
			}
		}
		return
	}
	if err != nil {
		for _, c := range live {
			c.err = err
		}
	}
}

// transact writes changes in one transaction. The error is that of the whole; a change that failed without harm to the
// others has its own.
func (w *writer) transact(changes []*change) error {
	began := time.Now()
	// A transaction, once begun, is not cut off by the departure of one of those who wait for it.
	ctx := context.Background()
	err := w.inTransaction(ctx, changes)
	if err != nil {
		err = classified(err)
		if ofTheDisk(err) {
			w.failure.Store(&err)
		}
		return err
	}
	w.failure.Store(nil)
	w.committed(len(changes), time.Since(began))
	return nil
}

func (w *writer) inTransaction(ctx context.Context, changes []*change) error {
	if err := w.wake(ctx); err != nil {
		return err
	}
	return w.conn.Raw(func(conn any) (err error) {
		raw, ok := conn.(driver.Conn)
		if !ok {
			return errors.New("this is no connection")
		}
		stmts := w.stmts.on(raw)
		if _, err := stmts.exec(ctx, "BEGIN IMMEDIATE"); err != nil {
			return err
		}
		defer func() {
			w.heads.commit(err == nil)
			if err != nil {
				// SQLite may have rolled back by itself; then there is nothing left to do, and it says so.
				_, _ = stmts.exec(ctx, "ROLLBACK")
			}
		}()
		for _, c := range changes {
			c.err = c.apply(ctx, stmts)
			if c.err != nil && !harmless(c.err) {
				return c.err
			}
		}
		_, err = stmts.exec(ctx, "COMMIT")
		return err
	})
}

// healthy says why changes cannot be written. After a failure of the disk it writes something as large as a change and
// takes it away again: only that shows that there is space.
func (w *writer) healthy(ctx context.Context) error {
	failure := w.failure.Load()
	if failure == nil {
		return nil
	}
	err := w.submit(ctx, func(ctx context.Context, s *statements) error {
		_, err := s.exec(ctx, fillProbe)
		return err
	})
	if err != nil {
		return err
	}
	return w.submit(ctx, func(ctx context.Context, s *statements) error {
		_, err := s.exec(ctx, dropProbe)
		return err
	})
}

const (
	fillProbe = `INSERT INTO meta (key, value) VALUES ('probe', zeroblob(65536))
		ON CONFLICT DO UPDATE SET value = excluded.value`
	dropProbe = `DELETE FROM meta WHERE key = 'probe'`
)

// writes lets the writer do something.
func (s *Store) writes(ctx context.Context, apply func(context.Context, *statements) error) error {
	if s.writer == nil {
		return store.ErrReadOnly
	}
	return s.writer.submit(ctx, apply)
}

// submit lets the writer write a change, and notes what follows from it once it is on the disk.
func (s *Store) submit(ctx context.Context, c *store.Change, apply func(context.Context, *statements) error) error {
	if err := s.writes(ctx, apply); err != nil {
		return err
	}
	if d := c.Head.Digest; d != "" {
		s.kept.Store(d, true)
	}
	s.expiry.note(c.Work)
	return nil
}

// Healthy implements store.Store.
func (s *Store) Healthy(ctx context.Context) error {
	if s.writer == nil {
		return fmt.Errorf("records cannot be written: %w", store.ErrReadOnly)
	}
	if err := s.writer.healthy(ctx); err != nil {
		return fmt.Errorf("records cannot be written: %w", err)
	}
	return nil
}
