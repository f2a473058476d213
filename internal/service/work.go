package service

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"chuan.dev/chuan/internal/dossier"
	"chuan.dev/chuan/internal/procedure"
	"chuan.dev/chuan/internal/store"
)

// desk does the work of an agency: it reads the records, lets package dossier decide, and records what follows.
type desk struct {
	*agency
	now     time.Time
	metrics *metrics
}

// receive takes a dossier in under the revision in force.
func (d *desk) receive(ctx context.Context, p *adopted, c dossier.Receive) (*recorded, error) {
	current, _ := d.inForce(p, d.now)
	if current == nil {
		return nil, problem(http.StatusConflict, "not-in-force",
			"the procedure %[1]s is not in force yet: its first revision holds from %[2]s",
			"thủ tục %[1]s chưa có hiệu lực, áp dụng từ ngày %[2]s", p.name, p.revisions[0].effectiveFrom)
	}
	c.Revision, c.Digest = current.number, current.digest
	events, err := dossier.Decide(current.procedure, dossier.State{}, c, d.now, d.office(d.now))
	if err != nil {
		return nil, err
	}
	state, err := folded(dossier.State{}, events)
	if err != nil {
		return nil, err
	}
	change, err := changeOf(current.procedure, state, events)
	if err != nil {
		return nil, err
	}
	text, err := textOf(current)
	if err != nil {
		return nil, err
	}
	day := state.ReceivedAt.In(d.calendar.Location()).Format("060102")
	written, err := d.records.Create(ctx, store.New{
		Revision: text, Period: day, Change: change,
		Code: func(serial int64) string { return fmt.Sprintf("%s-%s-%04d", d.spec.Code, day, serial) },
	})
	if err != nil {
		return nil, err
	}
	d.count(change)
	return &recorded{
		code: written.Code, head: change.Head, events: written.Events, state: state, procedure: current.procedure,
	}, nil
}

// open reads a dossier.
func (d *desk) open(ctx context.Context, code string) (*recorded, error) {
	kept, err := d.records.Load(ctx, code)
	if err != nil {
		return nil, err
	}
	state, err := replayed(kept)
	if err != nil {
		return nil, err
	}
	p, err := d.revisionOf(ctx, kept.Head)
	if err != nil {
		return nil, err
	}
	return &recorded{code: code, head: kept.Head, events: kept.Events, state: state, procedure: p}, nil
}

// act takes an action in a dossier. What has run out by then happens first. The dossier is returned as it is afterwards,
// also with a refusal.
func (d *desk) act(ctx context.Context, code string, c dossier.Act) (*recorded, error) {
	r, err := d.open(ctx, code)
	if err != nil {
		return nil, err
	}
	if err := d.record(ctx, r, dossier.Expire{}); err != nil {
		return r, err
	}
	return r, d.record(ctx, r, c)
}

// expire lets a dossier go on where something has run out.
func (d *desk) expire(ctx context.Context, code string) error {
	r, err := d.open(ctx, code)
	if err != nil {
		return err
	}
	err = d.record(ctx, r, dossier.Expire{})
	if errors.Is(err, store.ErrConflict) {
		// Somebody acted at the same moment, and with that what had run out has happened.
		return nil
	}
	return err
}

// record decides about a command and records what follows from it.
func (d *desk) record(ctx context.Context, r *recorded, c dossier.Command) error {
	events, err := dossier.Decide(r.procedure, r.state, c, d.now, d.office(d.now))
	if err != nil || len(events) == 0 {
		return err
	}
	after, err := folded(r.state, events)
	if err != nil {
		return err
	}
	change, err := changeOf(r.procedure, after, events)
	if err != nil {
		return err
	}
	written, err := d.records.Append(ctx, store.Addition{
		Code: r.code, Version: r.state.Version, Hash: r.hash(), Change: change,
	})
	if err != nil {
		return err
	}
	d.count(change)
	r.state, r.head, r.events = after, change.Head, append(r.events, written.Events...)
	return nil
}

func (d *desk) count(c store.Change) {
	for _, e := range c.Events {
		d.metrics.events.WithLabelValues(d.name, e.Type).Inc()
	}
}

// expectedDue is by when a dossier would be settled that were accepted now; zero when it cannot be said.
func (d *desk) expectedDue(p *procedure.Procedure) time.Time {
	due, err := d.calendar.Deadline(d.now, p.LimitFor(d.disadvantaged()), string(p.Spec.Deadline.ReceiptCutoff))
	if err != nil {
		return time.Time{}
	}
	return due
}
