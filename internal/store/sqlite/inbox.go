package sqlite

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

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
	var found []openStep
	if q.Role != "" {
		found, err = s.workOf(ctx, s.query, q, after)
	} else {
		found, err = s.workOfAll(ctx, q, after)
	}
	if err != nil {
		return page, err
	}
	if len(found) > q.Limit {
		found = found[:q.Limit]
		page.Next = found[q.Limit-1].cursor().String()
	}
	for i := range found {
		page.Items = append(page.Items, found[i].work())
	}
	return page, nil
}

// openStep is an open step that was read, with the dossier in which it is.
type openStep struct {
	entry
	workRow
}

func (o *openStep) cursor() store.Cursor {
	return store.Cursor{List: inboxList, Key: o.due, ID: o.id, Branch: o.item.Branch}
}

func (o *openStep) work() store.Work {
	return store.Work{Code: o.code, Head: o.row.head(), Version: o.version, Item: o.read()}
}

// compareSteps is the order of open work.
func compareSteps(a, b openStep) int {
	return cmp.Or(cmp.Compare(a.due, b.due), cmp.Compare(a.id, b.id), strings.Compare(a.item.Branch, b.item.Branch))
}

// queried runs a query: with a statement that is kept, or in a transaction.
type queried func(ctx context.Context, text string, args ...any) (*sql.Rows, error)

// workOf reads the open work of a role, and of one step more than is asked for.
func (s *Store) workOf(ctx context.Context, run queried, q store.InboxQuery, after *store.Cursor) ([]openStep, error) {
	f, err := inboxFilter(q, after)
	if err != nil {
		return nil, err
	}
	text := `SELECT ` + headColumns + `, ` + workColumns + ` FROM work w JOIN dossier d ON d.id = w.dossier` + f.clause() + `
		ORDER BY w.due_at, w.dossier, w.branch` + limited
	rows, err := run(ctx, text, append(f.args, q.Limit+1)...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var found []openStep
	for rows.Next() {
		var o openStep
		if err := o.scan(rows, o.columns()...); err != nil {
			return nil, err
		}
		found = append(found, o)
	}
	return found, rows.Err()
}

// selectRoles finds the roles that have open work, each by one look into the index.
const selectRoles = `WITH RECURSIVE held (role) AS (
		SELECT min(role) FROM work
		UNION ALL SELECT (SELECT min(w.role) FROM work w WHERE w.role > held.role) FROM held WHERE held.role IS NOT NULL
	) SELECT role FROM held WHERE role IS NOT NULL`

// workOfAll reads the open work of all roles. The index has the order of each role's: they are read one by one, as one moment
// sees them, and put together, which spares an index that every transition would have to keep.
func (s *Store) workOfAll(ctx context.Context, q store.InboxQuery, after *store.Cursor) ([]openStep, error) {
	tx, err := s.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return nil, err
	}
	// Nothing was written that could be lost.
	defer func() { _ = tx.Rollback() }()
	roles, err := texts(ctx, tx, selectRoles)
	if err != nil {
		return nil, err
	}
	var all []openStep
	for _, q.Role = range roles {
		found, err := s.workOf(ctx, tx.QueryContext, q, after)
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	slices.SortFunc(all, compareSteps)
	return all[:min(len(all), q.Limit+1)], nil
}

func inboxFilter(q store.InboxQuery, after *store.Cursor) (*filter, error) {
	f := &filter{}
	// Work may be that of no role.
	f.add("w.role = ?", q.Role)
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
