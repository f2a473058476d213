package postgres

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/jackc/pgx/v5"

	"chuan.dev/chuan/internal/store"
)

// A restoration sends what it has taken whenever it is so many events or bytes.
const (
	restoredEvents = 2048
	restoredBytes  = 4 << 20
)

// Restore implements store.Store. It is one transaction, and holds the agency's row: other replicas wait, or find the records
// whole. They take over the secret when they open the agency the next time.
func (s *Store) Restore(ctx context.Context, records iter.Seq2[store.Record, error]) error {
	if err := s.restore(ctx, records); err != nil {
		return fmt.Errorf("restore the records of agency %s: %w", s.code, classified(err))
	}
	return nil
}

func (s *Store) restore(ctx context.Context, records iter.Seq2[store.Record, error]) (err error) {
	conn, err := s.db.write.Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	tx, err := conn.BeginTx(ctx, pgx.TxOptions{IsoLevel: pgx.ReadCommitted, AccessMode: pgx.ReadWrite})
	if err != nil {
		return err
	}
	defer func() {
		rollback := tx.Rollback(context.WithoutCancel(ctx))
		if rollback != nil && !errors.Is(rollback, pgx.ErrTxClosed) && err == nil {
			err = rollback
		}
	}()
	r := restoration{agency: s.code, tx: tx}
	if err := r.begin(ctx); err != nil {
		return err
	}
	for record, err := range records {
		if err == nil {
			err = r.take(ctx, record)
		}
		if err != nil {
			return err
		}
	}
	if err := r.finish(ctx); err != nil {
		return err
	}
	if err := tx.Commit(ctx); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.secret = append([]byte(nil), r.meta.Secret...)
	return nil
}

// restoration fills the tables of an agency.
type restoration struct {
	agency string
	tx     pgx.Tx
	meta   *store.Meta

	rows                              rows
	bytes                             int
	events, lastEvent, dossiers, last int64 // last is the ID of the last message
}

// begin takes the agency's row and makes sure that there are no records.
func (r *restoration) begin(ctx context.Context) error {
	// Who reads the records that are restored may be slow.
	for _, statement := range []string{prepareWriting, `SELECT set_config('idle_in_transaction_session_timeout', '10min', true)
		WHERE $1 <> ''`} {
		if _, err := r.tx.Exec(ctx, statement, r.agency); err != nil {
			return err
		}
	}
	var events, dossiers, messages int64
	if err := r.tx.QueryRow(ctx, lockAgency, r.agency).Scan(&events, &dossiers, &messages); err != nil {
		return err
	}
	var some bool
	err := r.tx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM counter WHERE agency = $1)
		OR EXISTS (SELECT FROM revision WHERE agency = $1) OR EXISTS (SELECT FROM day_root WHERE agency = $1)
		OR EXISTS (SELECT FROM incoming WHERE agency = $1)`, r.agency).Scan(&some)
	if err != nil {
		return err
	}
	if some || events+dossiers+messages > 0 {
		return fmt.Errorf("%w: there are records already, and records are restored into an empty store only", store.ErrConflict)
	}
	return nil
}

func (r *restoration) take(ctx context.Context, record store.Record) error {
	if (record.Meta == nil) == (r.meta == nil) {
		return errors.New("the records do not begin with what they say of themselves, once")
	}
	switch {
	case record.Meta != nil:
		if record.Meta.Agency != r.agency {
			return fmt.Errorf("they are the records of agency %s", record.Meta.Agency)
		}
		r.meta = record.Meta
	case record.Revision != nil:
		r.rows.revisions.add(*record.Revision)
		r.bytes += len(record.Revision.Text)
	case record.Dossier != nil:
		if err := r.dossier(record.Dossier); err != nil {
			return err
		}
	case record.Counter != nil:
		r.rows.counters.set(record.Counter.Period, record.Counter.Last)
	case record.Message != nil:
		r.last = max(r.last, record.Message.Message.ID)
		r.rows.messages.restore(*record.Message)
		r.bytes += len(record.Message.Body)
	case record.Incoming != nil:
		r.rows.taken.add(*record.Incoming)
	case record.Root != nil:
		r.rows.roots.add(*record.Root)
	}
	// A small row counts too.
	r.bytes += 256
	if len(r.rows.events.ids) < restoredEvents && r.bytes < restoredBytes {
		return nil
	}
	return r.flush(ctx)
}

func (r *restoration) dossier(d *store.DossierRecord) error {
	if len(d.Events) == 0 || len(d.IDs) != len(d.Events) {
		return fmt.Errorf("dossier %s has %d events and %d numbers of them", d.Code, len(d.Events), len(d.IDs))
	}
	r.dossiers++
	last := d.Events[len(d.Events)-1]
	w := store.Written{Code: d.Code, Version: last.Seq, Hash: last.Hash}
	r.rows.dossiers.add(r.dossiers, d.Code, w, d.Key, d.Head)
	for i, e := range d.Events {
		r.events++
		r.lastEvent = max(r.lastEvent, d.IDs[i])
		r.rows.events.add(d.IDs[i], r.dossiers, e)
		r.bytes += len(e.Data)
	}
	r.rows.work.add(r.dossiers, d.Work)
	r.rows.keys.add(r.dossiers, d.Keys)
	r.rows.blobs.add(r.dossiers, d.Blobs)
	return nil
}

func (r *restoration) flush(ctx context.Context) error {
	b := &pgx.Batch{}
	r.rows.queueTally(b, r.agency, tally{r.lastEvent, r.dossiers, r.last})
	r.rows.queue(b, r.agency)
	r.rows, r.bytes = rows{}, 0
	return r.tx.SendBatch(ctx, b).Close()
}

// finish makes sure that nothing is missing.
func (r *restoration) finish(ctx context.Context) error {
	switch {
	case r.meta == nil:
		return errors.New("there are no records to be restored")
	case r.dossiers != r.meta.Dossiers || r.events != r.meta.Events:
		return fmt.Errorf("%d dossiers with %d events were announced, %d with %d came",
			r.meta.Dossiers, r.meta.Events, r.dossiers, r.events)
	case r.lastEvent != r.events:
		return fmt.Errorf("the last of %d events has the number %d", r.events, r.lastEvent)
	case len(r.meta.Secret) != 32:
		return fmt.Errorf("the secret has %d bytes", len(r.meta.Secret))
	}
	r.rows.probed = true
	if err := r.flush(ctx); err != nil {
		return err
	}
	_, err := r.tx.Exec(ctx, `UPDATE agency SET secret = $2 WHERE code = $1`, r.agency, r.meta.Secret)
	return err
}
