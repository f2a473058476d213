package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"iter"
	"strings"
	"time"

	"chuan.dev/chuan/internal/store"
)

// filter is what a query asks for, in words of the database.
type filter struct {
	where []string
	args  []any
}

func (f *filter) add(condition string, args ...any) {
	f.where, f.args = append(f.where, condition), append(f.args, args...)
}

// text asks that a column have a value, unless that is empty.
func (f *filter) text(column, value string) {
	if value != "" {
		f.add(column+" = ?", value)
	}
}

// span bounds a time: from is included, before is not.
func (f *filter) span(column string, from, before time.Time) {
	if !from.IsZero() {
		f.add(column+" >= ?", from.UnixMilli())
	}
	if !before.IsZero() {
		f.add(column+" < ?", before.UnixMilli())
	}
}

// clause is the condition as a whole.
func (f *filter) clause() string {
	if len(f.where) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(f.where, " AND ")
}

// filterOf is the filter of a query. Conditions that an index rests on are written as the index has them.
func filterOf(q store.Query) *filter {
	f := &filter{}
	if q.Kind != "" {
		f.text("d.kind", string(q.Kind))
		if q.Kind != store.KindDossier {
			f.add("d.kind <> 'dossier'")
		}
	}
	if q.Key == nil {
		f.text("d.procedure", q.Procedure)
	} else {
		// A key has few dossiers, and a procedure many: the sign keeps the database from beginning with those.
		f.text("+d.procedure", q.Procedure)
	}
	f.text("d.channel", q.Channel)
	f.text("d.outcome", q.Outcome)
	if q.Open != nil {
		f.add(fmt.Sprintf("d.open = %d", flag(*q.Open)))
	}
	if q.Key != nil {
		f.add("d.id IN (SELECT dossier FROM search_key WHERE hash = ?)", q.Key[:])
	}
	f.span("d.received_at", q.ReceivedFrom, q.ReceivedBefore)
	f.span("d.ended_at", q.EndedFrom, q.EndedBefore)
	f.span("d.due_at", q.DueFrom, q.DueBefore)
	if !q.DisposeBefore.IsZero() {
		f.add("d.dispose_after IS NOT NULL AND d.disposed = 0")
		f.span("d.dispose_after", time.Time{}, q.DisposeBefore)
	}
	if !q.TouchedFrom.IsZero() {
		f.add("(d.ended_at IS NULL OR d.ended_at >= ?)", q.TouchedFrom.UnixMilli())
	}
	if q.Order == store.ByDue {
		f.add("d.due_at IS NOT NULL")
	}
	return f
}

// ordering is how an order is written.
type ordering struct{ list, column, direction, after string }

func orderingOf(o store.Order) (ordering, error) {
	switch o {
	case store.ByArrival:
		return ordering{"found", "d.received_at", "", ">"}, nil
	case store.Newest:
		return ordering{"found/newest", "d.received_at", " DESC", "<"}, nil
	case store.ByDue:
		return ordering{"found/due", "d.due_at", "", ">"}, nil
	default:
		return ordering{}, fmt.Errorf("there is no order %q", o)
	}
}

func (o ordering) clause() string {
	return " ORDER BY " + o.column + o.direction + ", d.id" + o.direction
}

// key is what the order of an entry rests on.
func (o ordering) key(e entry) int64 {
	if o.column == "d.due_at" {
		return e.row.due.Int64
	}
	return e.row.received
}

// Find implements store.Store.
func (s *Store) Find(ctx context.Context, q store.Query) (store.Page[store.Entry], error) {
	page, err := s.find(ctx, q)
	if err != nil {
		return store.Page[store.Entry]{}, fmt.Errorf("find records: %w", classified(err))
	}
	return page, nil
}

func (s *Store) find(ctx context.Context, q store.Query) (page store.Page[store.Entry], err error) {
	order, err := orderingOf(q.Order)
	if err != nil || q.Limit <= 0 {
		return page, err
	}
	after, err := store.ParseCursor(order.list, q.After)
	if err != nil {
		return page, err
	}
	f := filterOf(q)
	if after != nil {
		f.add("("+order.column+", d.id) "+order.after+" (?, ?)", after.Key, after.ID)
	}
	text := `SELECT ` + headColumns + ` FROM dossier d` + f.clause() + order.clause() + limited
	rows, err := s.query(ctx, text, append(f.args, q.Limit+1)...)
	if err != nil {
		return page, err
	}
	defer func() { _ = rows.Close() }()
	var last entry
	for rows.Next() {
		if len(page.Items) == q.Limit {
			page.Next = store.Cursor{List: order.list, Key: order.key(last), ID: last.id}.String()
			break
		}
		last = entry{}
		if err := last.scan(rows); err != nil {
			return page, err
		}
		page.Items = append(page.Items, store.Entry{Code: last.code, Head: last.row.head(), Version: last.version})
	}
	return page, rows.Err()
}

// Walk implements store.Store. As long as it goes on, the log of the file grows with what is written meanwhile.
func (s *Store) Walk(ctx context.Context, q store.Query) iter.Seq2[store.Dossier, error] {
	return func(yield func(store.Dossier, error) bool) {
		rows, err := s.walk(ctx, q)
		if err != nil {
			yield(store.Dossier{}, fmt.Errorf("go through the records: %w", classified(err)))
			return
		}
		defer func() { _ = rows.Close() }()
		for err := range dossiers(rows, func(d store.Dossier) bool { return yield(d, nil) }) {
			yield(store.Dossier{}, fmt.Errorf("go through the records: %w", classified(err)))
		}
	}
}

func (s *Store) walk(ctx context.Context, q store.Query) (*sql.Rows, error) {
	order, err := orderingOf(q.Order)
	if err != nil {
		return nil, err
	}
	f := filterOf(q)
	// CROSS keeps the database from beginning with the events, after which everything would have to be sorted.
	text := `SELECT ` + headColumns + `, d.data_key, ` + eventColumns + `
		FROM dossier d CROSS JOIN event e ON e.dossier = d.id` + f.clause() + order.clause() + `, e.seq`
	return s.read.QueryContext(ctx, text, f.args...)
}
