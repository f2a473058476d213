package sqlite

import (
	"context"
	"fmt"

	"chuan.dev/chuan/internal/store"
)

const (
	insertWork = `INSERT INTO work (dossier, branch, step, role, assignee, entered_at, due_at, expires_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?)`
	moveWork = `UPDATE work SET step = ?, role = ?, assignee = ?, entered_at = ?, due_at = ?, expires_at = ?
		WHERE dossier = ? AND branch = ?`
	moveWorkWithoutExpiry = `UPDATE work SET step = ?, role = ?, assignee = ?, entered_at = ?, due_at = ?
		WHERE dossier = ? AND branch = ?`
	endWork    = `DELETE FROM work WHERE dossier = ? AND branch = ?`
	selectWork = `SELECT ` + workColumns + ` FROM work w WHERE w.dossier = ?`
)

// work brings the open work of a dossier from what it is known to be to what it has become. In most changes one branch
// moves on, and its row is changed where it is.
func (w *statements) work(ctx context.Context, id int64, before, after []store.WorkItem) error {
	for _, item := range before {
		if _, stays := inBranch(after, item.Branch); stays {
			continue
		}
		if _, err := w.exec(ctx, endWork, id, item.Branch); err != nil {
			return fmt.Errorf("ended step %s: %w", item.Step, err)
		}
	}
	for _, item := range after {
		old, there := inBranch(before, item.Branch)
		if there && old == item {
			continue
		}
		if err := w.workItem(ctx, id, old, item, there); err != nil {
			return fmt.Errorf("open step %s: %w", item.Step, err)
		}
	}
	return nil
}

func (w *statements) workItem(ctx context.Context, id int64, old, item store.WorkItem, there bool) error {
	entered, expires := item.EnteredAt.UnixMilli(), value(milli(item.Expires))
	var err error
	switch {
	case !there:
		_, err = w.exec(ctx, insertWork, id, item.Branch, item.Step, item.Role, item.Assignee, entered, due(item.Due), expires)
	case old.Expires.IsZero() && item.Expires.IsZero():
		_, err = w.exec(ctx, moveWorkWithoutExpiry, item.Step, item.Role, item.Assignee, entered, due(item.Due), id, item.Branch)
	default:
		_, err = w.exec(ctx, moveWork, item.Step, item.Role, item.Assignee, entered, due(item.Due), expires, id, item.Branch)
	}
	return err
}

func inBranch(work []store.WorkItem, branch string) (store.WorkItem, bool) {
	for _, item := range work {
		if item.Branch == branch {
			return item, true
		}
	}
	return store.WorkItem{}, false
}
