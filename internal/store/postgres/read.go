package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"chuan.dev/chuan/internal/store"
)

const (
	headColumns = `d.code, d.kind, d.procedure, d.revision, coalesce(d.digest, ''), d.channel, d.open, d.outcome, d.result,
		d.received_at, d.accepted_at, d.due_at, d.finished_at, d.ended_at, d.dispose_after, d.disposed, d.version, d.id`
	workColumns  = `w.branch, w.step, w.role, w.assignee, w.entered_at, w.due_at, w.expires_at`
	eventColumns = `e.seq, e.at, e.type, e.officer, e.role, e.action, e.origin, e.target, e.data, e.prev, e.hash`
)

// headRow takes headColumns.
type headRow struct {
	code, kind                                   string
	head                                         store.Head
	received                                     int64
	accepted, due, finished, ended, disposeAfter *int64
	version, id                                  int64
}

// into are the variables for headColumns and whatever columns follow them.
func (r *headRow) into(more ...any) []any {
	h := &r.head
	return append([]any{
		&r.code, &r.kind, &h.Procedure, &h.Revision, &h.Digest, &h.Channel, &h.Open, &h.Outcome, &h.Result,
		&r.received, &r.accepted, &r.due, &r.finished, &r.ended, &r.disposeAfter, &h.Disposed, &r.version, &r.id,
	}, more...)
}

func (r *headRow) get() store.Head {
	h := r.head
	h.Kind = store.Kind(r.kind)
	h.ReceivedAt, h.AcceptedAt, h.Due = time.UnixMilli(r.received).UTC(), instant(r.accepted), instant(r.due)
	h.FinishedAt, h.EndedAt, h.DisposeAfter = instant(r.finished), instant(r.ended), instant(r.disposeAfter)
	return h
}

// eventRow takes eventColumns.
type eventRow struct {
	event      store.Event
	at         int64
	prev, hash []byte
}

func (r *eventRow) into(more ...any) []any {
	e := &r.event
	return append([]any{
		&e.Seq, &r.at, &e.Type, &e.Officer, &e.Role, &e.Action, &e.From, &e.To, &e.Data, &r.prev, &r.hash,
	}, more...)
}

func (r *eventRow) get() store.Event {
	e := r.event
	e.At = time.UnixMilli(r.at).UTC()
	e.Prev, e.Hash = hashOf(r.prev), hashOf(r.hash)
	return e
}

// workRow takes workColumns.
type workRow struct {
	item         store.WorkItem
	entered      int64
	due, expires *int64
}

func (r *workRow) into() []any {
	w := &r.item
	return []any{&w.Branch, &w.Step, &w.Role, &w.Assignee, &r.entered, &r.due, &r.expires}
}

func (r *workRow) get() store.WorkItem {
	w := r.item
	w.EnteredAt, w.Due, w.Expires = time.UnixMilli(r.entered).UTC(), instant(r.due), instant(r.expires)
	return w
}

// Load implements store.Store.
func (s *Store) Load(ctx context.Context, code string) (store.Dossier, error) {
	var d store.Dossier
	err := s.ask(ctx, func(b *pgx.Batch) {
		d = store.Dossier{Code: code}
		var r headRow
		b.Queue(`SELECT `+headColumns+`, d.key FROM dossier d WHERE d.agency = $1 AND d.code = $2`, s.code, code).
			QueryRow(func(row pgx.Row) error { return row.Scan(r.into(&d.Key)...) })
		var e eventRow
		b.Queue(`SELECT `+eventColumns+` FROM event e WHERE e.agency = $1
			AND e.dossier = (SELECT id FROM dossier WHERE agency = $1 AND code = $2) ORDER BY e.seq`, s.code, code).
			Query(each(e.into(), func() {
				// What was committed between the two statements belongs to the next version.
				if e.event.Seq <= r.version {
					d.Head = r.get()
					d.Events = append(d.Events, e.get())
				}
			}))
	})
	if err != nil {
		return store.Dossier{}, fmt.Errorf("read dossier %s: %w", code, classified(err))
	}
	return d, nil
}

// Revision implements store.Store.
func (s *Store) Revision(ctx context.Context, digest string) (store.Revision, error) {
	r := store.Revision{Digest: digest}
	err := s.row(ctx, []any{&r.Procedure, &r.Number, &r.Text},
		`SELECT procedure, number, text FROM revision WHERE agency = $1 AND digest = $2`, digest)
	if err != nil {
		return store.Revision{}, fmt.Errorf("read revision %s: %w", digest, err)
	}
	return r, nil
}

// Answered implements store.Store.
func (s *Store) Answered(ctx context.Context, o store.Once) (store.Written, error) {
	var w store.Written
	var request, hash []byte
	err := s.row(ctx, []any{&request, &w.Code, &w.Version, &hash},
		`SELECT request, code, version, hash FROM answer WHERE agency = $1 AND key = $2`, o.Key[:])
	if err == nil && hashOf(request) != o.Request {
		err = store.ErrReused
	}
	if err != nil {
		return store.Written{}, fmt.Errorf("look for the answer to a request: %w", err)
	}
	w.Hash = hashOf(hash)
	return w, nil
}

// Cites implements store.Store.
func (s *Store) Cites(ctx context.Context, blob store.Hash) (bool, error) {
	var cited bool
	err := s.row(ctx, []any{&cited},
		`SELECT EXISTS (SELECT FROM citation WHERE agency = $1 AND blob = $2)`, blob[:])
	if err != nil {
		return false, fmt.Errorf("look for citations of blob %s: %w", blob, err)
	}
	return cited, nil
}

// Expired implements store.Store. Two replicas may find the same; of what they make of it one is written, the other is a
// conflict.
func (s *Store) Expired(ctx context.Context, now time.Time, limit int) ([]string, error) {
	var codes []string
	err := s.ask(ctx, func(b *pgx.Batch) {
		codes = nil
		var code string
		b.Queue(`SELECT d.code FROM work_item w JOIN dossier d ON d.agency = w.agency AND d.id = w.dossier
			WHERE w.agency = $1 AND w.expires_at <= $2 GROUP BY d.id, d.code ORDER BY d.id LIMIT $3`,
			s.code, now.UnixMilli(), limit).Query(each([]any{&code}, func() { codes = append(codes, code) }))
	})
	if err != nil {
		return nil, fmt.Errorf("read what has run out: %w", classified(err))
	}
	return codes, nil
}

// row reads one row, given what the statement has as $2 and so on; $1 is the agency.
func (s *Store) row(ctx context.Context, into []any, statement string, arguments ...any) error {
	return classified(s.ask(ctx, func(b *pgx.Batch) {
		b.Queue(statement, append([]any{s.code}, arguments...)...).
			QueryRow(func(row pgx.Row) error { return row.Scan(into...) })
	}))
}
