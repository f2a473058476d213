package postgres

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"chuan.dev/chuan/internal/store"
)

// writer writes the changes of an agency that come to this replica. It takes what is waiting, up to a batch, writes it in
// one transaction and acknowledges all of it once the server has answered the COMMIT. It never waits for more: an idle
// agency has the latency of one commit, and a busy one shares it.
type writer struct {
	db     *Database
	agency string
	// known is what is remembered of the agency; only the writer itself looks at it.
	known *memory
	// company is how many changes the last batch held.
	company int
	// kept are the digests of revisions whose text is known to be in the database.
	kept sync.Map
	// swept is when answers that are old enough were deleted last, by the clock of the requests.
	swept time.Time

	mu     sync.RWMutex // guards closed against a change that is just being queued
	closed bool
	queue  chan *change
	done   chan struct{}

	failure atomic.Pointer[error]
}

// change is an operation that waits to be written.
type change struct {
	operation
	// abandoned says why nobody waits for it any more; nil while somebody does.
	abandoned func() error
	written   store.Written
	err       error
	done      chan struct{}
}

func newWriter(db *Database, agency string) *writer {
	w := &writer{db: db, agency: agency, known: newMemory(), queue: make(chan *change, db.options.Queue), done: make(chan struct{})}
	go w.run()
	return w
}

// submit queues an operation and waits until it is committed or has failed. One whose context has ended before its turn is
// left out; from then on it is no longer called back, so that nobody is told of a failure that is none.
func (w *writer) submit(ctx context.Context, o operation) (store.Written, error) {
	c := &change{operation: o, abandoned: ctx.Err, done: make(chan struct{})}
	if err := w.enqueue(c); err != nil {
		return store.Written{}, err
	}
	<-c.done
	return c.written, c.err
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
func (w *writer) close() {
	w.mu.Lock()
	if !w.closed {
		w.closed = true
		close(w.queue)
	}
	w.mu.Unlock()
	<-w.done
}

func (w *writer) run() {
	defer close(w.done)
	waiting := make([]*change, 0, w.db.options.Batch)
	for c := range w.queue {
		waiting = w.gather(append(waiting[:0], c))
		w.write(waiting)
		for i, c := range waiting {
			close(c.done)
			waiting[i] = nil
		}
	}
}

// patientYields is how often a batch that is smaller than the last one lets others run before it is written.
const patientYields = 16

// gather takes what is waiting beside the changes it is given, up to a batch. Before it settles for less than the last one
// held it lets those go on who have just been answered, and may have the next change ready. It waits for no clock.
func (w *writer) gather(changes []*change) []*change {
	for yields := 0; len(changes) < w.db.options.Batch; {
		select {
		case c, ok := <-w.queue:
			if !ok {
				return changes
			}
			changes, yields = append(changes, c), 0
		default:
			if yields > 0 && len(changes) >= w.company || yields == patientYields {
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
	err := w.commit(live)
	if err == nil {
		return
	}
	for _, c := range live {
		if len(live) > 1 && !ofTheServer(err) {
			c.fail(w.commit([]*change{c}))
		} else {
			c.fail(err)
		}
	}
}

// fail takes down that the transaction of a change failed; its own refusal stands.
func (c *change) fail(err error) {
	if err != nil {
		c.written, c.err = store.Written{}, err
	}
}

// healthy says why changes cannot be written. After a failure it commits something: only that shows that it can be done.
func (w *writer) healthy(ctx context.Context) error {
	failure := w.failure.Load()
	if failure == nil {
		return nil
	}
	_, err := w.submit(ctx, probe{})
	return err
}

// Healthy implements store.Store.
func (s *Store) Healthy(ctx context.Context) error {
	if err := s.writer.healthy(ctx); err != nil {
		return fmt.Errorf("records cannot be written: %w", err)
	}
	return nil
}
