package postgres

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"chuan.dev/chuan/internal/store"
)

// selection is a statement that is put together from conditions. Its $1 is the agency.
type selection struct {
	conditions []string
	arguments  []any
}

// where adds a condition, in which %s stands for an argument.
func (s *selection) where(condition string, arguments ...any) {
	places := make([]any, len(arguments))
	for i, a := range arguments {
		s.arguments = append(s.arguments, a)
		places[i] = "$" + strconv.Itoa(len(s.arguments))
	}
	s.conditions = append(s.conditions, fmt.Sprintf(condition, places...))
}

func (s *selection) text(column, value string) {
	if value != "" {
		s.where(column+" = %s", value)
	}
}

// between bounds a time, half-open.
func (s *selection) between(column string, from, before time.Time) {
	if !from.IsZero() {
		s.where(column+" >= %s", from.UnixMilli())
	}
	if !before.IsZero() {
		s.where(column+" < %s", before.UnixMilli())
	}
}

func (s *selection) String() string { return strings.Join(s.conditions, " AND ") }

// selected are the conditions of a query, over dossier d.
func selected(agency string, q store.Query) *selection {
	s := &selection{}
	s.where("d.agency = %s", agency)
	s.text("d.kind", string(q.Kind))
	s.text("d.procedure", q.Procedure)
	s.text("d.channel", q.Channel)
	s.text("d.outcome", q.Outcome)
	if q.Open != nil {
		s.where("d.open = %s", *q.Open)
	}
	if q.Key != nil {
		s.where("d.id IN (SELECT k.dossier FROM search_key k WHERE k.agency = d.agency AND k.key = %s)", q.Key[:])
	}
	s.between("d.received_at", q.ReceivedFrom, q.ReceivedBefore)
	s.between("d.ended_at", q.EndedFrom, q.EndedBefore)
	s.between("d.due_at", q.DueFrom, q.DueBefore)
	if !q.DisposeBefore.IsZero() {
		s.where("d.dispose_after < %s AND NOT d.disposed", q.DisposeBefore.UnixMilli())
	}
	if !q.TouchedFrom.IsZero() {
		s.where("(d.ended_at IS NULL OR d.ended_at >= %s)", q.TouchedFrom.UnixMilli())
	}
	if q.Order == store.ByDue {
		s.where("d.due_at IS NOT NULL")
	}
	return s
}

// byNumber is the order in which dossiers were numbered. The records are copied and verified in it.
const byNumber store.Order = "number"

// ordered is the order of a query, which no two dossiers share.
func ordered(o store.Order) string {
	switch o {
	case byNumber:
		return "d.id"
	case store.Newest:
		return "d.received_at DESC, d.id DESC"
	case store.ByDue:
		return "d.due_at, d.id"
	default:
		return "d.received_at, d.id"
	}
}

// position is where a dossier is in an order.
func (r *headRow) position(o store.Order) store.Cursor {
	c := store.Cursor{List: "dossiers " + string(o), Key: r.received, ID: r.id}
	if o == store.ByDue && r.due != nil {
		c.Key = *r.due
	}
	return c
}

// after goes on behind a position.
func (s *selection) after(o store.Order, c store.Cursor) {
	switch o {
	case byNumber:
		s.where("d.id > %s", c.ID)
	case store.Newest:
		s.where("(d.received_at, d.id) < (%s, %s)", c.Key, c.ID)
	case store.ByDue:
		s.where("(d.due_at, d.id) > (%s, %s)", c.Key, c.ID)
	default:
		s.where("(d.received_at, d.id) > (%s, %s)", c.Key, c.ID)
	}
}

// Find implements store.Store.
func (s *Store) Find(ctx context.Context, q store.Query) (store.Page[store.Entry], error) {
	page, err := s.find(ctx, q)
	if err != nil {
		return store.Page[store.Entry]{}, fmt.Errorf("find dossiers: %w", classified(err))
	}
	return page, nil
}

func (s *Store) find(ctx context.Context, q store.Query) (page store.Page[store.Entry], err error) {
	where := selected(s.code, q)
	place, err := store.ParseCursor("dossiers "+string(q.Order), q.After)
	if err != nil || q.Limit <= 0 {
		return page, err
	}
	if place != nil {
		where.after(q.Order, *place)
	}
	statement := `SELECT ` + headColumns + ` FROM dossier d WHERE ` + where.String() + ` ORDER BY ` + ordered(q.Order) +
		` LIMIT ` + strconv.Itoa(q.Limit+1)
	err = s.ask(ctx, func(b *pgx.Batch) {
		page = store.Page[store.Entry]{}
		var r, last headRow
		b.Queue(statement, where.arguments...).Query(each(r.into(), func() {
			if len(page.Items) == q.Limit {
				page.Next = last.position(q.Order).String()
				return
			}
			page.Items = append(page.Items, store.Entry{Code: r.code, Head: r.get(), Version: r.version})
			last = r
		}))
	})
	return page, err
}

// Inbox implements store.Store.
func (s *Store) Inbox(ctx context.Context, q store.InboxQuery) (store.Page[store.Work], error) {
	page, err := s.inbox(ctx, q)
	if err != nil {
		return store.Page[store.Work]{}, fmt.Errorf("read the inbox of role %s: %w", q.Role, classified(err))
	}
	return page, nil
}

func (s *Store) inbox(ctx context.Context, q store.InboxQuery) (page store.Page[store.Work], err error) {
	where, err := waiting(s.code, q)
	if err != nil || q.Limit <= 0 {
		return page, err
	}
	statement := `SELECT ` + headColumns + `, ` + workColumns + `
		FROM work_item w JOIN dossier d ON d.agency = w.agency AND d.id = w.dossier
		WHERE ` + where.String() + ` ORDER BY w.due_at NULLS LAST, w.dossier, w.branch LIMIT ` + strconv.Itoa(q.Limit+1)
	err = s.ask(ctx, func(b *pgx.Batch) {
		page = store.Page[store.Work]{}
		var r headRow
		var w workRow
		var next string
		b.Queue(statement, where.arguments...).Query(each(r.into(w.into()...), func() {
			if len(page.Items) == q.Limit {
				page.Next = next
				return
			}
			next = store.Cursor{List: inboxList, Key: dueOrLast(w.due), ID: r.id, Branch: w.item.Branch}.String()
			page.Items = append(page.Items, store.Work{Code: r.code, Head: r.get(), Version: r.version, Item: w.get()})
		}))
	})
	return page, err
}

// waiting are the conditions of a query of an inbox, over work_item w.
func waiting(agency string, q store.InboxQuery) (*selection, error) {
	s := &selection{}
	s.where("w.agency = %s", agency)
	s.text("w.role", q.Role)
	holders := q.Holders
	if holders == nil {
		holders = []string{}
	}
	s.where("(w.assignee IN ('', %s) OR w.assignee <> ALL(%s))", q.Officer, holders)
	s.between("w.due_at", time.Time{}, q.DueBefore)
	place, err := store.ParseCursor(inboxList, q.After)
	switch {
	case err != nil:
		return nil, err
	case place == nil:
	case place.Key == math.MaxInt64:
		s.where("w.due_at IS NULL AND (w.dossier, w.branch) > (%s, %s)", place.ID, place.Branch)
	default:
		s.where("(w.due_at IS NULL OR (w.due_at, w.dossier, w.branch) > (%s, %s, %s))", place.Key, place.ID, place.Branch)
	}
	return s, nil
}

// inboxList names the order of an inbox in cursors.
const inboxList = "inbox"

// dueOrLast is when a step is due; what has no time is the last.
func dueOrLast(due *int64) int64 {
	if due == nil {
		return math.MaxInt64
	}
	return *due
}
