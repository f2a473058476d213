package postgres

import (
	"context"
	"iter"
	"time"

	"github.com/jackc/pgx/v5"

	"chuan.dev/chuan/internal/store"
)

// recordsPage is how many rows of the smaller tables are read at once.
const recordsPage = 256

// Records implements store.Store: the meta, then revisions, dossiers in the order of their numbers, counters, messages,
// what was taken of others, and the roots of days.
func (s *Store) Records(ctx context.Context) iter.Seq2[store.Record, error] {
	return sequence("read all records", func(yield func(store.Record) error) error {
		return s.view(ctx, func(tx pgx.Tx) error {
			c := copying{s, ctx, tx, yield}
			for _, part := range []func() error{
				c.meta, c.revisions, c.dossiers, c.counters, c.messages, c.incoming, c.roots,
			} {
				if err := part(); err != nil {
					return err
				}
			}
			return nil
		})
	})
}

// copying reads all records in one transaction.
type copying struct {
	*Store
	ctx   context.Context //nolint:containedctx // it lives as long as the call that made it
	tx    pgx.Tx
	yield func(store.Record) error
}

func (c *copying) meta() error {
	m := store.Meta{Agency: c.code}
	err := c.tx.QueryRow(c.ctx, `SELECT secret, (SELECT count(*) FROM dossier WHERE agency = $1),
		(SELECT count(*) FROM event WHERE agency = $1) FROM agency WHERE code = $1`, c.code).Scan(&m.Secret, &m.Dossiers, &m.Events)
	if err != nil {
		return err
	}
	return c.yield(store.Record{Meta: &m})
}

// paged reads a table some rows at a time, so that it needs no memory when they are taken slowly. The statement has how many
// as $2, and from $3 on the key of the last row, which is read into the variables of key.
func (c *copying) paged(statement string, key func() []any, into []any, record func() store.Record) error {
	for {
		rows, err := c.tx.Query(c.ctx, statement, append([]any{c.code, recordsPage}, key()...)...)
		if err != nil {
			return err
		}
		page := make([]store.Record, 0, recordsPage)
		if err := each(into, func() { page = append(page, record()) })(rows); err != nil {
			return err
		}
		for _, r := range page {
			if err := c.yield(r); err != nil {
				return err
			}
		}
		if len(page) < recordsPage {
			return nil
		}
	}
}

func (c *copying) revisions() error {
	var r store.Revision
	return c.paged(`SELECT digest, procedure, number, text FROM revision WHERE agency = $1 AND digest > $3
		ORDER BY digest LIMIT $2`, func() []any { return []any{r.Digest} }, []any{&r.Digest, &r.Procedure, &r.Number, &r.Text}, func() store.Record {
		v := r
		return store.Record{Revision: &v}
	})
}

func (c *copying) dossiers() error {
	return c.pages(c.ctx, c.tx, store.Query{Order: byNumber}, func(page []*walked) error {
		records := make(map[int64]*store.DossierRecord, len(page))
		ids := make([]int64, 0, len(page))
		for _, w := range page {
			records[w.id] = &store.DossierRecord{Dossier: w.Dossier, IDs: w.ids}
			ids = append(ids, w.id)
		}
		if err := c.beside(records, ids); err != nil {
			return err
		}
		for _, id := range ids {
			if err := c.yield(store.Record{Dossier: records[id]}); err != nil {
				return err
			}
		}
		return nil
	})
}

// beside reads what belongs to dossiers beside their events.
func (c *copying) beside(records map[int64]*store.DossierRecord, ids []int64) error {
	var id int64
	var w workRow
	rows, err := c.tx.Query(c.ctx, `SELECT w.dossier, `+workColumns+` FROM work_item w
		WHERE w.agency = $1 AND w.dossier = ANY($2) ORDER BY w.dossier, w.branch`, c.code, ids)
	if err != nil {
		return err
	}
	err = each(append([]any{&id}, w.into()...), func() { records[id].Work = append(records[id].Work, w.get()) })(rows)
	if err != nil {
		return err
	}
	var hash []byte
	rows, err = c.tx.Query(c.ctx, `SELECT dossier, key FROM search_key WHERE agency = $1 AND dossier = ANY($2)
		ORDER BY dossier, key`, c.code, ids)
	if err != nil {
		return err
	}
	err = each([]any{&id, &hash}, func() { records[id].Keys = append(records[id].Keys, hashOf(hash)) })(rows)
	if err != nil {
		return err
	}
	rows, err = c.tx.Query(c.ctx, `SELECT dossier, blob FROM citation WHERE agency = $1 AND dossier = ANY($2)
		ORDER BY dossier, blob`, c.code, ids)
	if err != nil {
		return err
	}
	return each([]any{&id, &hash}, func() { records[id].Blobs = append(records[id].Blobs, hashOf(hash)) })(rows)
}

func (c *copying) counters() error {
	var n store.Counter
	return c.paged(`SELECT period, last FROM counter WHERE agency = $1 AND period > $3 ORDER BY period LIMIT $2`,
		func() []any { return []any{n.Period} }, []any{&n.Period, &n.Last}, func() store.Record {
			v := n
			return store.Record{Counter: &v}
		})
}

func (c *copying) messages() error {
	var m store.MessageRecord
	var at int64
	var sent, next *int64
	return c.paged(`SELECT id, receiver, number, kind, body, code, at, attempts, failure, sent_at, next_at FROM message
		WHERE agency = $1 AND id > $3 ORDER BY id LIMIT $2`, func() []any { return []any{m.Message.ID} }, []any{
		&m.Message.ID, &m.To, &m.Number, &m.Kind, &m.Body, &m.Code, &at, &m.Attempts, &m.Message.Failure, &sent, &next,
	}, func() store.Record {
		v := m
		v.Message.At = time.UnixMilli(at).UTC()
		v.Delivery = store.Delivery{ID: m.Message.ID, At: instant(sent), Next: instant(next), Failure: m.Message.Failure}
		return store.Record{Message: &v}
	})
}

func (c *copying) incoming() error {
	var m store.Incoming
	return c.paged(`SELECT sender, number, coalesce(code, ''), coalesce(version, 0) FROM incoming
		WHERE agency = $1 AND (sender, number) > ($3, $4) ORDER BY sender, number LIMIT $2`,
		func() []any { return []any{m.Sender, m.Number} }, []any{&m.Sender, &m.Number, &m.Code, &m.Version}, func() store.Record {
			v := m
			return store.Record{Incoming: &v}
		})
}

func (c *copying) roots() error {
	var r rootRow
	return c.paged(`SELECT `+rootColumns+` FROM day_root WHERE agency = $1 AND day > $3 ORDER BY day LIMIT $2`,
		func() []any { return []any{r.root.Day} }, r.into(), func() store.Record {
			v := r.get()
			return store.Record{Root: &v}
		})
}
