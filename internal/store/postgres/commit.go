package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"chuan.dev/chuan/internal/store"
)

// answersKept is how long the answers to requests are kept, at least.
const answersKept = 48 * time.Hour

// Between two attempts to reach a server that is away there is a pause, which becomes longer.
const (
	firstPause   = 20 * time.Millisecond
	longestPause = time.Second
)

// errCut says that the connection was lost, so that it is not known what became of what was sent last.
var errCut = errors.New("the connection was cut")

// commit writes changes in one transaction and waits, within the patience, for a server that is away. The error is that of
// the whole: nothing was acknowledged.
func (w *writer) commit(changes []*change) error {
	began := time.Now()
	// A transaction, once begun, is not cut off by the departure of one of those who wait for it.
	ctx, cancel := context.WithTimeout(context.Background(), w.db.options.Patience)
	defer cancel()
	err := w.persist(ctx, changes)
	if err != nil {
		err = classified(err)
		if ofTheServer(err) && !errors.Is(err, store.ErrBusy) {
			w.failure.Store(&err)
		}
		return err
	}
	w.failure.Store(nil)
	w.db.options.Committed(len(changes), time.Since(began))
	return nil
}

// persist tries until the changes are written, refused by the server, or the context has ended. A connection that was cut
// while the COMMIT was under way leaves it open what became of it. Then the database is asked before anything is answered or
// tried again, so that nothing is written twice.
func (w *writer) persist(ctx context.Context, changes []*change) error {
	pause := firstPause
	for {
		proof, err := w.attempt(ctx, changes)
		if err == nil {
			return nil
		}
		if !errors.Is(err, errCut) && !again(err) {
			return err
		}
		w.db.write.Reset()
		if proof != nil {
			there, unsettled := w.settle(ctx, proof)
			if unsettled != nil {
				return fmt.Errorf("%w: it is not known whether the changes were written: %w: %w", store.ErrUnwritable, unsettled, err)
			}
			if there {
				return nil
			}
		}
		if !rest(ctx, &pause) {
			return fmt.Errorf("%w: the server is away: %w", store.ErrUnwritable, err)
		}
	}
}

// rest pauses, twice as long each time, and says whether the context still lasts.
func rest(ctx context.Context, pause *time.Duration) bool {
	timer := time.NewTimer(*pause)
	defer timer.Stop()
	*pause = min(2**pause, longestPause)
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

// proof asks for something that is in the database if, and only if, its transaction was committed.
type proof struct {
	statement string
	arguments []any
}

// proof is what shows that the rows were committed; nil where nothing does, as for attempts to send messages. Those may be
// written again.
func (r *rows) proof(agency string) *proof {
	if len(r.events.ids) > 0 {
		// All of them are looked for: another replica may have been asked for one of the changes too.
		return &proof{
			`SELECT bool_and(EXISTS (SELECT FROM event e WHERE e.agency = $1 AND e.id = v.id AND e.hash = v.hash))
				FROM unnest($2::bigint[], $3::bytea[]) v (id, hash)`,
			[]any{agency, r.events.ids, r.events.hashes},
		}
	}
	if n := len(r.roots.days) - 1; n >= 0 {
		return &proof{
			`SELECT EXISTS (SELECT FROM day_root WHERE agency = $1 AND day = $2 AND root = $3 AND signature = $4)`,
			[]any{agency, r.roots.days[n], r.roots.roots[n], r.roots.signatures[n]},
		}
	}
	return nil
}

// attempt writes changes in one transaction. With errCut the proof, when there is one, says by what to find out whether they
// were committed; where there is none they were not, or may be written again.
func (w *writer) attempt(ctx context.Context, changes []*change) (*proof, error) {
	conn, err := w.db.write.Acquire(ctx)
	if err != nil {
		return nil, unreachable(err)
	}
	defer conn.Release()
	q := &questions{}
	for _, c := range changes {
		c.ask(q)
	}
	if l := w.known.ledger(q); l != nil {
		if done, proof, err := w.speculate(ctx, conn, l, changes); done {
			return proof, err
		}
	}
	l, err := openLedger(ctx, conn.Conn(), w.agency, q)
	if err != nil {
		return nil, w.abort(ctx, conn, err)
	}
	decide(changes, l)
	if !l.rows.some() {
		return nil, w.abort(ctx, conn, nil)
	}
	b := &pgx.Batch{}
	l.rows.queueTally(b, w.agency, l.now)
	return w.finish(ctx, conn, l, b)
}

func decide(changes []*change, l *ledger) {
	for _, c := range changes {
		c.written, c.err = c.decide(l)
	}
}

// speculate decides by memory and writes the rows in one round trip, if the tally is still the one remembered. Where it is
// not, or a request was answered before, nothing is written: done is false, and what has to be known is to be read.
func (w *writer) speculate(ctx context.Context, conn *pgxpool.Conn, l *ledger, changes []*change) (bool, *proof, error) {
	decide(changes, l)
	if !l.rows.some() {
		return false, nil, nil
	}
	b := &pgx.Batch{}
	b.Queue(beginWriting)
	b.Queue(prepareWriting, w.agency)
	b.Queue(moveOn, w.agency, l.found.events, l.found.dossiers, l.found.messages, l.now.events, l.now.dossiers, l.now.messages)
	proof, err := w.finish(ctx, conn, l, b)
	if mistaken(err) && !conn.Conn().IsClosed() {
		return false, nil, nil
	}
	return true, proof, err
}

// finish writes the rows after what a batch begins with, and commits, in one round trip.
func (w *writer) finish(ctx context.Context, conn *pgxpool.Conn, l *ledger, b *pgx.Batch) (*proof, error) {
	l.rows.queue(b, w.agency)
	w.sweep(b, l.rows.answers.ats)
	b.Queue(`COMMIT`).Exec(func(tag pgconn.CommandTag) error {
		if tag.String() != "COMMIT" {
			return fmt.Errorf("%w: the server answered COMMIT with %s", store.ErrUnwritable, tag)
		}
		return nil
	})
	if err := conn.SendBatch(ctx, b).Close(); err != nil {
		if !mistaken(err) {
			// It may have been committed nevertheless.
			w.known.forget()
		}
		return l.rows.proof(w.agency), w.abort(ctx, conn, err)
	}
	w.known.keep(l)
	return nil, nil
}

// sweep deletes, once an hour, the answers that are old enough.
func (w *writer) sweep(b *pgx.Batch, ats []int64) {
	if len(ats) == 0 {
		return
	}
	if now := time.UnixMilli(ats[len(ats)-1]); now.Sub(w.swept).Abs() > time.Hour {
		w.swept = now
		b.Queue(`DELETE FROM answer WHERE agency = $1 AND at < $2`, w.agency, now.Add(-answersKept).UnixMilli())
	}
}

// abort ends a transaction that failed with an error, or nil where there was nothing to be written.
func (w *writer) abort(ctx context.Context, conn *pgxpool.Conn, err error) error {
	if !conn.Conn().IsClosed() {
		if _, rollback := conn.Exec(ctx, `ROLLBACK`); rollback != nil && !conn.Conn().IsClosed() {
			return errors.Join(err, rollback)
		}
	}
	// A transaction that wrote nothing and lost its connection has done what it should.
	if err != nil && conn.Conn().IsClosed() {
		return fmt.Errorf("%w: %w", errCut, err)
	}
	return err
}

// unreachable makes a failure to connect one that passes, unless the server says that it is none.
func unreachable(err error) error {
	var refused *pgconn.PgError
	if errors.As(err, &refused) && (refused.Code[:2] == "28" || refused.Code[:2] == "3D") {
		// The role, its password or the database is not there.
		return fmt.Errorf("%w: %w", store.ErrUnwritable, err)
	}
	return fmt.Errorf("%w: %w", errCut, err)
}

// settle finds out whether a transaction whose COMMIT was not answered was committed. It takes the agency's row, which that
// transaction holds until it has ended, one way or the other: what is read then is final.
func (w *writer) settle(ctx context.Context, p *proof) (there bool, err error) {
	pause := firstPause
	for {
		there, err = w.look(ctx, p)
		if err == nil || !rest(ctx, &pause) {
			return there, err
		}
	}
}

func (w *writer) look(ctx context.Context, p *proof) (there bool, err error) {
	conn, err := w.db.write.Acquire(ctx)
	if err != nil {
		return false, err
	}
	defer conn.Release()
	b := &pgx.Batch{}
	b.Queue(beginWriting)
	b.Queue(prepareWriting, w.agency)
	b.Queue(lockAgency, w.agency)
	b.Queue(p.statement, p.arguments...).QueryRow(func(row pgx.Row) error { return row.Scan(&there) })
	b.Queue(`ROLLBACK`)
	err = conn.SendBatch(ctx, b).Close()
	return there, err
}
