package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"chuan.dev/chuan/internal/store"
)

const workColumns = `w.branch, w.step, w.role, w.assignee, w.entered_at, w.due_at, w.expires_at`

// workRow is an open step that was read.
type workRow struct {
	item         store.WorkItem
	entered, due int64
	expires      sql.NullInt64
}

// columns are where workColumns are read into.
func (r *workRow) columns() []any {
	i := &r.item
	return []any{&i.Branch, &i.Step, &i.Role, &i.Assignee, &r.entered, &r.due, &r.expires}
}

// read is the step, after its columns were.
func (r *workRow) read() store.WorkItem {
	item := r.item
	item.EnteredAt, item.Expires = fromMilli(r.entered), instant(r.expires)
	if r.due != noTime {
		item.Due = fromMilli(r.due)
	}
	return item
}

// Inbox implements store.Store.
func (s *Store) Inbox(ctx context.Context, q store.InboxQuery) (store.Page[store.Work], error) {
	page, err := s.inbox(ctx, q)
	if err != nil {
		return store.Page[store.Work]{}, fmt.Errorf("read the inbox of role %s: %w", q.Role, classified(err))
	}
	return page, nil
}

// inboxList names the list of open work in cursors. Its order is the same for every role.
const inboxList = "inbox"

func (s *Store) inbox(ctx context.Context, q store.InboxQuery) (page store.Page[store.Work], err error) {
	after, err := store.ParseCursor(inboxList, q.After)
	if err != nil || q.Limit <= 0 {
		return page, err
	}
	f, err := inboxFilter(q, after)
	if err != nil {
		return page, err
	}
	//nolint:gosec // the text is put together from constants
	text := `SELECT ` + headColumns + `, ` + workColumns + ` FROM work w JOIN dossier d ON d.id = w.dossier` + f.clause() + `
		ORDER BY w.due_at, w.dossier, w.branch` + limited
	rows, err := s.query(ctx, text, append(f.args, q.Limit+1)...)
	if err != nil {
		return page, err
	}
	defer func() { _ = rows.Close() }()
	var last entry
	var w workRow
	for rows.Next() {
		if len(page.Items) == q.Limit {
			page.Next = store.Cursor{List: inboxList, Key: w.due, ID: last.id, Branch: w.item.Branch}.String()
			break
		}
		last = entry{}
		if err := last.scan(rows, w.columns()...); err != nil {
			return page, err
		}
		page.Items = append(page.Items,
			store.Work{Code: last.code, Head: last.row.head(), Version: last.version, Item: w.read()})
	}
	return page, rows.Err()
}

func inboxFilter(q store.InboxQuery, after *store.Cursor) (*filter, error) {
	f := &filter{}
	f.text("w.role", q.Role)
	if q.Officer != "" || len(q.Holders) > 0 {
		holders, err := json.Marshal(q.Holders)
		if err != nil {
			return nil, err
		}
		f.add("(w.assignee IN ('', ?) OR w.assignee NOT IN (SELECT value FROM json_each(?)))", q.Officer, string(holders))
	}
	if !q.DueBefore.IsZero() {
		f.add("w.due_at < ?", q.DueBefore.UnixMilli())
	}
	if after != nil {
		f.add("(w.due_at, w.dossier, w.branch) > (?, ?, ?)", after.Key, after.ID, after.Branch)
	}
	return f, nil
}
