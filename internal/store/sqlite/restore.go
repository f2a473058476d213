package sqlite

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"sync/atomic"

	"chuan.dev/chuan/internal/store"
)

const (
	isEmpty = `SELECT NOT EXISTS (SELECT 1 FROM dossier) AND NOT EXISTS (SELECT 1 FROM counter)
		AND NOT EXISTS (SELECT 1 FROM day_root) AND NOT EXISTS (SELECT 1 FROM incoming)`
	putMeta      = `UPDATE meta SET value = ? WHERE key = ?`
	restoreEvent = `INSERT INTO event (id, dossier, seq, at, type, officer, role, action, origin, target, data, prev, hash)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
	restoreCounter = `INSERT INTO counter (period, serial) VALUES (?, ?)`
	restoreMessage = `INSERT INTO message
			(id, receiver, number, kind, body, dossier, at, attempts, next_at, failure, sent_at)
		VALUES (?, ?, ?, ?, ?, (SELECT id FROM dossier WHERE code = ?), ?, ?, ?, ?, ?)`
	restoreIncoming = `INSERT INTO incoming (sender, number, dossier, version)
		VALUES (?1, ?2, (SELECT id FROM dossier WHERE code = ?3), nullif(?4, 0))`
	countAll = `SELECT (SELECT count(*) FROM dossier), (SELECT count(*) FROM event), (SELECT ifnull(max(id), 0) FROM event)`
)

// Restore implements store.Store. All of it is one transaction.
func (s *Store) Restore(ctx context.Context, records iter.Seq2[store.Record, error]) error {
	r := &restoring{agency: s.agency}
	var began atomic.Bool
	err := s.writes(ctx, func(ctx context.Context, w *statements) error {
		// The records come once. A commit that fell apart because of another change is not tried again.
		if began.Swap(true) {
			return store.ErrBusy
		}
		return r.all(ctx, w, records)
	})
	if err != nil {
		return fmt.Errorf("restore the records: %w", err)
	}
	s.secret.Store(&r.meta.Secret)
	for _, work := range r.expiring {
		s.expiry.note([]store.WorkItem{work})
	}
	return nil
}

// restoring fills a file with records.
type restoring struct {
	agency string
	meta   store.Meta
	// expiring is the work that runs out first.
	expiring []store.WorkItem
}

func (r *restoring) all(ctx context.Context, w *statements, records iter.Seq2[store.Record, error]) error {
	empty, err := w.number(ctx, isEmpty)
	if err == nil && empty == 0 {
		err = fmt.Errorf("%w: there are records already", store.ErrConflict)
	}
	if err != nil {
		return err
	}
	for record, err := range records {
		if err == nil {
			err = r.one(ctx, w, record)
		}
		if err != nil {
			return err
		}
	}
	if r.meta.Secret == nil {
		return errors.New("the records do not say of which agency they are")
	}
	counts, err := w.row(ctx, countAll)
	if err != nil {
		return err
	}
	if counts[0] != r.meta.Dossiers || counts[1] != r.meta.Events || counts[2] != r.meta.Events {
		return fmt.Errorf("the records say of themselves that they are %d dossiers with %d events; %d with %d came, "+
			"the last of them number %d", r.meta.Dossiers, r.meta.Events, counts[0], counts[1], counts[2])
	}
	return nil
}

func (r *restoring) one(ctx context.Context, w *statements, record store.Record) error {
	if record.Meta == nil && r.meta.Secret == nil {
		return errors.New("the records do not begin with what they are")
	}
	var err error
	switch {
	case record.Meta != nil:
		err = r.begin(ctx, w, *record.Meta)
	case record.Revision != nil:
		err = w.keep(ctx, record.Revision)
	case record.Dossier != nil:
		if err = r.dossier(ctx, w, record.Dossier); err != nil {
			err = fmt.Errorf("dossier %s: %w", record.Dossier.Code, err)
		}
	case record.Counter != nil:
		_, err = w.exec(ctx, restoreCounter, record.Counter.Period, record.Counter.Last)
	case record.Message != nil:
		err = restoreOne(ctx, w, record.Message)
	case record.Incoming != nil:
		m := record.Incoming
		_, err = w.exec(ctx, restoreIncoming, m.Sender, m.Number, m.Code, m.Version)
	case record.Root != nil:
		err = w.putRoot(ctx, *record.Root)
	}
	return err
}

func (r *restoring) begin(ctx context.Context, w *statements, m store.Meta) error {
	switch {
	case r.meta.Secret != nil:
		return errors.New("the records begin twice")
	case m.Agency != r.agency:
		return fmt.Errorf("the records are of the agency with the code %s, not %s", m.Agency, r.agency)
	case len(m.Secret) == 0:
		return errors.New("the records have no secret")
	}
	r.meta = m
	_, err := w.exec(ctx, putMeta, m.Secret, "secret")
	return err
}

func (r *restoring) dossier(ctx context.Context, w *statements, d *store.DossierRecord) error {
	if len(d.Events) == 0 || len(d.IDs) != len(d.Events) {
		return fmt.Errorf("it has %d events and %d numbers of them", len(d.Events), len(d.IDs))
	}
	last := d.Events[len(d.Events)-1]
	id, err := w.insertDossier(ctx, d.Code, rowOf(d.Head), last.Seq, last.Hash, d.Key)
	if err != nil {
		return err
	}
	for i, e := range d.Events {
		_, err := w.exec(ctx, restoreEvent, d.IDs[i], id, e.Seq, e.At.UnixMilli(), e.Type, e.Officer, e.Role, e.Action, e.From,
			e.To, string(e.Data), e.Prev[:], e.Hash[:])
		if err != nil {
			return fmt.Errorf("event %d: %w", e.Seq, err)
		}
	}
	if err := w.hashes(ctx, id, d.Keys, d.Blobs); err != nil {
		return err
	}
	for _, item := range d.Work {
		r.expires(item)
	}
	return w.work(ctx, id, nil, d.Work)
}

// expires keeps the work that runs out first.
func (r *restoring) expires(item store.WorkItem) {
	if !item.Expires.IsZero() && (len(r.expiring) == 0 || item.Expires.Before(r.expiring[0].Expires)) {
		r.expiring = []store.WorkItem{item}
	}
}

func restoreOne(ctx context.Context, w *statements, m *store.MessageRecord) error {
	var next int64
	if !m.Next.IsZero() {
		next = m.Next.UnixMilli()
	}
	failure := m.Message.Failure
	if failure == "" {
		failure = m.Delivery.Failure
	}
	_, err := w.exec(ctx, restoreMessage, m.Message.ID, m.To, m.Number, m.Kind, bytesOf(m.Body), m.Code,
		m.Message.At.UnixMilli(), int64(m.Attempts), next, failure, value(milli(m.Delivery.At)))
	return err
}

// bytesOf is never nil, which the database would take for NULL.
func bytesOf(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}
