package service

import (
	"context"
	"errors"
	"slices"

	"chuan.dev/chuan/internal/calendar"
	"chuan.dev/chuan/internal/dossier"
	"chuan.dev/chuan/internal/store"
)

// reviewLimit bounds the open dossiers that are looked through at a time.
const reviewLimit = 200

// migrates is what a revision says of open dossiers when it moves all of them.
const migrates = "migrate"

// review says how far open dossiers were looked through since what they depend on has changed: the calendar, and the
// revisions that move dossiers. The sweep alone uses it. After a start everything is looked through once.
type review struct {
	calendar *calendar.Calendar
	moving   []string // the digests of the revisions in force that move dossiers
	after    string
	done     bool
}

// begin begins again when something has changed.
func (r *review) begin(c *calendar.Calendar, moving []string) {
	if r.calendar != nil && r.calendar.Equal(c) && slices.Equal(r.moving, moving) {
		return
	}
	*r = review{calendar: c, moving: moving}
}

// review looks through the next open dossiers: the time promised may be earlier by the calendar as it is now, and a revision
// that has come into force may move them.
func (s *Service) review(ctx context.Context, d *desk) {
	moving := d.moving()
	digests := make([]string, 0, len(moving))
	for _, r := range moving {
		digests = append(digests, r.digest)
	}
	slices.Sort(digests)
	state := &d.records.reviewed
	state.begin(d.calendar, digests)
	if state.done {
		return
	}
	open := true
	page, err := d.records.Find(ctx, store.Query{Kind: store.KindDossier, Open: &open, After: state.after, Limit: reviewLimit})
	if err != nil {
		if ctx.Err() == nil {
			s.log.Error("open dossiers cannot be looked through", "agency", d.name, "error", err)
		}
		return
	}
	for i := range page.Items {
		code := page.Items[i].Code
		if err := d.adapt(ctx, code, moving); err != nil && ctx.Err() == nil {
			s.log.Error("a dossier cannot follow the manifests as they are now", "agency", d.name, "dossier", code, "error", err)
		}
	}
	state.after, state.done = page.Next, page.Next == ""
}

// moving are the revisions in force that move all open dossiers, by procedure.
func (d *desk) moving() map[string]*revision {
	moving := map[string]*revision{}
	for _, p := range d.procedures {
		current, _ := d.inForce(p, d.now)
		if current == nil {
			continue
		}
		if t := current.procedure.Spec.Transition; t != nil && t.OpenCases == migrates {
			moving[p.name] = current
		}
	}
	return moving
}

// adapt lets a dossier follow the manifests. Doing it twice does no harm.
func (d *desk) adapt(ctx context.Context, code string, moving map[string]*revision) error {
	r, err := d.open(ctx, code)
	if err != nil {
		return err
	}
	if target := moving[r.state.Receipt.Procedure]; target != nil && target.number > r.state.Receipt.Revision {
		move := dossier.Move{Version: r.state.Version, Revision: target.number, Digest: target.digest}
		after, err := d.record(ctx, r, move, nil)
		if err := settled(after, err); err != nil {
			return err
		}
		if after != nil {
			r = after
		}
	}
	refusal := new(dossier.Refusal)
	err = settled(d.record(ctx, r, dossier.Recount{}, nil))
	if errors.As(err, &refusal) && refusal.Code == dossier.CodeEnded {
		return nil
	}
	return err
}
