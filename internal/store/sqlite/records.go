package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"iter"

	"chuan.dev/chuan/internal/store"
)

// Records implements store.Store.
func (s *Store) Records(ctx context.Context) iter.Seq2[store.Record, error] {
	return func(yield func(store.Record, error) bool) {
		tx, err := s.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
		if err == nil {
			defer func() { _ = tx.Rollback() }()
			r := &reading{tx: tx, secret: s.Secret(), agency: s.agency, yield: yield}
			err = r.all(ctx)
		}
		if err != nil {
			yield(store.Record{}, fmt.Errorf("read all records: %w", classified(err)))
		}
	}
}

// reading hands over all records of a file. Its functions return what went wrong in reading; where the receiver has had
// enough, they say that and end.
type reading struct {
	tx     *sql.Tx
	secret []byte
	agency string
	yield  func(store.Record, error) bool
	ended  bool
}

// give hands over a record, and says whether to go on.
func (r *reading) give(record store.Record) bool {
	r.ended = r.ended || !r.yield(record, nil)
	return !r.ended
}

func (r *reading) all(ctx context.Context) error {
	for _, part := range []func(context.Context) error{
		r.meta, r.revisions, r.dossiers, r.counters, r.messages, r.incoming, r.roots,
	} {
		if err := part(ctx); err != nil || r.ended {
			return err
		}
	}
	return nil
}

// each goes through the rows of a query.
func (r *reading) each(ctx context.Context, query string, row func(scanner) (store.Record, error)) error {
	rows, err := r.tx.QueryContext(ctx, query)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		record, err := row(rows)
		if err != nil {
			return err
		}
		if !r.give(record) {
			return nil
		}
	}
	return rows.Err()
}

func (r *reading) meta(ctx context.Context) error {
	m := &store.Meta{Agency: r.agency, Secret: r.secret}
	err := r.tx.QueryRowContext(ctx, `SELECT (SELECT count(*) FROM dossier), (SELECT count(*) FROM event)`).
		Scan(&m.Dossiers, &m.Events)
	if err == nil {
		r.give(store.Record{Meta: m})
	}
	return err
}

func (r *reading) revisions(ctx context.Context) error {
	return r.each(ctx, `SELECT digest, procedure, number, text FROM revision WHERE digest <> '' ORDER BY rowid`,
		func(row scanner) (store.Record, error) {
			v := &store.Revision{}
			return store.Record{Revision: v}, row.Scan(&v.Digest, &v.Procedure, &v.Number, &v.Text)
		})
}

func (r *reading) counters(ctx context.Context) error {
	return r.each(ctx, `SELECT period, serial FROM counter ORDER BY period`, func(row scanner) (store.Record, error) {
		c := &store.Counter{}
		return store.Record{Counter: c}, row.Scan(&c.Period, &c.Last)
	})
}

func (r *reading) messages(ctx context.Context) error {
	return r.each(ctx, `SELECT `+messageColumns+` FROM message m JOIN dossier d ON d.id = m.dossier ORDER BY m.id`,
		func(row scanner) (store.Record, error) {
			m, err := scanMessage(row)
			return store.Record{Message: &m}, err
		})
}

func (r *reading) incoming(ctx context.Context) error {
	return r.each(ctx, `SELECT i.sender, i.number, ifnull(d.code, ''), ifnull(i.version, 0)
		FROM incoming i LEFT JOIN dossier d ON d.id = i.dossier ORDER BY i.sender, i.number`,
		func(row scanner) (store.Record, error) {
			m := &store.Incoming{}
			return store.Record{Incoming: m}, row.Scan(&m.Sender, &m.Number, &m.Code, &m.Version)
		})
}

func (r *reading) roots(ctx context.Context) error {
	days, err := roots(ctx, r.tx, "")
	for i := range days {
		if !r.give(store.Record{Root: &days[i]}) {
			return nil
		}
	}
	return err
}

// dossiers goes through the dossiers and what belongs to them side by side, all in the order of the dossiers.
func (r *reading) dossiers(ctx context.Context) error {
	rows, err := r.tx.QueryContext(ctx, `SELECT `+headColumns+`, d.data_key FROM dossier d ORDER BY d.id`)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	b := &belongings{}
	defer b.close()
	if err := b.open(ctx, r.tx); err != nil {
		return err
	}
	for rows.Next() {
		var e entry
		var key []byte
		if err := e.scan(rows, &key); err != nil {
			return err
		}
		d, err := b.of(e.id)
		if err != nil {
			return err
		}
		d.Code, d.Head, d.Key = e.code, e.row.head(), key
		if !r.give(store.Record{Dossier: d}) {
			return nil
		}
	}
	return rows.Err()
}

// numbered is an event with its number in the agency.
type numbered struct {
	id    int64
	event store.Event
}

// belongings are the rows that belong to dossiers, in their order.
type belongings struct {
	events *side[numbered]
	work   *side[store.WorkItem]
	keys   *side[store.Hash]
	blobs  *side[store.Hash]
}

func (b *belongings) open(ctx context.Context, tx *sql.Tx) (err error) {
	var event eventRow
	var item workRow
	// Each side has read a row ahead: no two of them share where they keep it.
	var key, blob []byte
	hashIn := func(kept *[]byte) func() store.Hash { return func() (h store.Hash) { copy(h[:], *kept); return h } }
	var id int64
	b.events, err = newSide(ctx, tx, `SELECT e.dossier, e.id, `+eventColumns+` FROM event e ORDER BY e.dossier, e.seq`,
		func() []any { return append([]any{&id}, event.columns()...) },
		func() numbered { return numbered{id, event.read()} })
	if err == nil {
		b.work, err = newSide(ctx, tx, `SELECT w.dossier, `+workColumns+` FROM work w ORDER BY w.dossier, w.branch`,
			item.columns, item.read)
	}
	if err == nil {
		b.keys, err = newSide(ctx, tx, `SELECT dossier, hash FROM search_key ORDER BY dossier, hash`,
			func() []any { return []any{&key} }, hashIn(&key))
	}
	if err == nil {
		b.blobs, err = newSide(ctx, tx, `SELECT dossier, hash FROM citation ORDER BY dossier, hash`,
			func() []any { return []any{&blob} }, hashIn(&blob))
	}
	return err
}

func (b *belongings) close() {
	b.events.close()
	b.work.close()
	b.keys.close()
	b.blobs.close()
}

// of is what belongs to a dossier.
func (b *belongings) of(dossier int64) (*store.DossierRecord, error) {
	d := &store.DossierRecord{}
	events, err := b.events.of(dossier)
	for _, e := range events {
		d.IDs = append(d.IDs, e.id)
		d.Events = append(d.Events, e.event)
	}
	if err == nil {
		d.Work, err = b.work.of(dossier)
	}
	if err == nil {
		d.Keys, err = b.keys.of(dossier)
	}
	if err == nil {
		d.Blobs, err = b.blobs.of(dossier)
	}
	return d, err
}

// side goes through rows that belong to dossiers, of which the first column is the number.
type side[T any] struct {
	rows    *sql.Rows
	columns func() []any
	read    func() T
	// next is the dossier to which the row that was read last belongs, 0 before the first and after the last.
	next int64
	done bool
}

func newSide[T any](
	ctx context.Context, tx *sql.Tx, query string, columns func() []any, read func() T,
) (*side[T], error) {
	rows, err := tx.QueryContext(ctx, query) //nolint:rowserrcheck // advance reads the error
	if err != nil {
		return nil, err
	}
	s := &side[T]{rows: rows, columns: columns, read: read}
	return s, s.advance()
}

func (s *side[T]) advance() error {
	if !s.rows.Next() {
		s.done = true
		return s.rows.Err()
	}
	return s.rows.Scan(append([]any{&s.next}, s.columns()...)...)
}

// of returns the rows of a dossier. What belongs to none is passed over: the counts tell of it.
func (s *side[T]) of(dossier int64) ([]T, error) {
	var found []T
	for !s.done && s.next <= dossier {
		if s.next == dossier {
			found = append(found, s.read())
		}
		if err := s.advance(); err != nil {
			return nil, err
		}
	}
	return found, nil
}

func (s *side[T]) close() {
	if s != nil {
		_ = s.rows.Close()
	}
}
