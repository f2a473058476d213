package service

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/dossier"
	"chuan.dev/chuan/internal/procedure"
	"chuan.dev/chuan/internal/store"
)

// desk does the work of an agency at an instant: it reads the records, lets package dossier decide, and records what
// follows.
type desk struct {
	*agency
	now     time.Time
	metrics *metrics
	// place is the agency as decisions see it, with the roles that the officer has in this session.
	place dossier.Office
}

// newDesk is the desk of an agency at an instant.
func newDesk(a *agency, now time.Time, m *metrics) *desk {
	return &desk{agency: a, now: now, metrics: m, place: a.office(now)}
}

// receive takes a dossier in under the revision in force. A request that was answered before is answered with what it
// received then.
func (d *desk) receive(ctx context.Context, p *adopted, c dossier.Receive, once *store.Once) (r *recorded, repeated bool, err error) {
	in, current, err := d.reception(p, c)
	if err != nil {
		return d.again(ctx, once, err)
	}
	text, err := current.text()
	if err != nil {
		return nil, false, err
	}
	key, kept := d.records.keys.NewDataKey()
	nothing := &recorded{key: &key}
	change, err := d.changeOf(nothing, in)
	if err != nil {
		return nil, false, err
	}
	change.Once = once
	day := in.state.ReceivedAt.In(d.calendar.Location()).Format("060102")
	written, err := d.records.Create(ctx, store.New{
		Revision: text, Period: day, Change: change, Key: kept,
		Code: func(serial int64) string { return fmt.Sprintf("%s-%s-%04d", d.spec.Code, day, serial) },
	})
	if err != nil {
		return d.again(ctx, once, err)
	}
	d.count(change)
	d.posted(change)
	if r, err = nothing.followed(in, change, written, d.calendar.Location()); err != nil {
		return nil, false, err
	}
	d.records.remember(r)
	return r, false, nil
}

// reception decides about a dossier that comes in, under the revision in force. Nothing is recorded.
func (d *desk) reception(p *adopted, c dossier.Receive) (decided, *revision, error) {
	current, _ := d.inForce(p, d.now)
	if current == nil {
		return decided{}, nil, problem(http.StatusConflict, "not-in-force",
			"the procedure %[1]s is not in force yet: its first revision holds from %[2]s",
			"thủ tục %[1]s chưa có hiệu lực, áp dụng từ ngày %[2]s", p.name, p.revisions[0].effectiveFrom)
	}
	c.Revision, c.Digest = current.number, current.digest
	in, err := d.decide(current.procedure, dossier.State{}, c)
	return in, current, err
}

// decide decides about a command. Nothing is recorded.
func (d *desk) decide(p *procedure.Procedure, s dossier.State, c dossier.Command) (decided, error) {
	events, err := dossier.Decide(p, s, c, d.now, d.place)
	if err == nil {
		events, err = d.asked(p, s, events)
	}
	if err != nil {
		return decided{}, err
	}
	state, err := folded(s, events)
	return decided{procedure: p, events: events, state: state}, err
}

// open reads a dossier.
func (d *desk) open(ctx context.Context, code string) (*recorded, error) {
	kept, err := d.records.Load(ctx, code)
	if err != nil {
		return nil, err
	}
	if kind := kept.Head.Kind; kind != "" && kind != store.KindDossier {
		return nil, store.ErrNotFound
	}
	return d.read(ctx, kept)
}

// read decrypts and folds a dossier.
func (d *desk) read(ctx context.Context, kept store.Dossier) (*recorded, error) {
	p, err := d.revisionOf(ctx, kept.Head)
	if err != nil {
		return nil, err
	}
	r := &recorded{
		code: kept.Code, head: kept.Head, procedure: p,
		events: make([]dossier.Event, 0, len(kept.Events)), hashes: make([]store.Hash, 0, len(kept.Events)),
	}
	if len(kept.Key) > 0 {
		key, err := d.records.keys.DataKey(kept.Key)
		if err != nil {
			return nil, fmt.Errorf("record of dossier %s: %w", kept.Code, err)
		}
		r.key = &key
	}
	for i := range kept.Events {
		e, err := eventOf(kept.Events[i], r.key)
		if err == nil {
			r.state, err = dossier.Fold(r.state, e)
		}
		if err != nil {
			return nil, fmt.Errorf("record of dossier %s: %w", kept.Code, err)
		}
		r.events, r.hashes = append(r.events, e), append(r.hashes, kept.Events[i].Hash)
	}
	return r, nil
}

// do does what an officer wants done in a dossier. What has run out by then happens first. A request that was answered
// before is answered with the dossier as it was after it.
//
// The dossier is decided about as it was seen last, without reading it again. That is safe, because the store takes nothing
// that does not follow the last event; what is refused, by it or by the rules, is decided once more about the dossier as it
// is.
func (d *desk) do(ctx context.Context, code string, c dossier.Command, once *store.Once) (r *recorded, repeated bool, err error) {
	if seen, ok := d.records.seen(code); ok {
		if r, err = d.follow(ctx, seen, c, once); err == nil {
			return r, false, nil
		}
		if refused := new(dossier.Refusal); !errors.As(err, &refused) && !errors.Is(err, store.ErrConflict) {
			return d.again(ctx, once, err)
		}
	}
	fresh, err := d.open(ctx, code)
	if err == nil {
		r, err = d.follow(ctx, fresh, c, once)
	}
	if err != nil {
		return d.again(ctx, once, err)
	}
	return r, false, nil
}

// follow records what has run out, and then a command.
func (d *desk) follow(ctx context.Context, r *recorded, c dossier.Command, once *store.Once) (*recorded, error) {
	r, err := d.expired(ctx, r)
	if err != nil {
		return nil, err
	}
	return d.record(ctx, r, c, once)
}

// expired is a dossier after what has run out.
func (d *desk) expired(ctx context.Context, r *recorded) (*recorded, error) {
	for _, t := range r.state.Tokens {
		if !t.Expires.IsZero() && !t.Expires.After(d.now) {
			return d.record(ctx, r, dossier.Expire{}, nil)
		}
	}
	return r, nil
}

// record decides about a command of an officer, or of nobody, and records what follows from it.
func (d *desk) record(ctx context.Context, r *recorded, c dossier.Command, once *store.Once) (*recorded, error) {
	return d.recordAll(ctx, r, c, once, nil)
}

// recordTaken decides about a command that came as a message and records what follows from it, together with the number of
// the message.
func (d *desk) recordTaken(ctx context.Context, r *recorded, c dossier.Command, message *store.Incoming) (*recorded, error) {
	return d.recordAll(ctx, r, c, nil, message)
}

func (d *desk) recordAll(
	ctx context.Context, r *recorded, c dossier.Command, once *store.Once, message *store.Incoming,
) (*recorded, error) {
	p, text := r.procedure, (*store.Revision)(nil)
	if move, ok := c.(dossier.Move); ok {
		target, err := d.target(r, move)
		if err != nil {
			return nil, err
		}
		kept, err := target.text()
		if err != nil {
			return nil, err
		}
		move.Revision, move.Digest = target.number, target.digest
		p, text, c = target.procedure, &kept, move
	}
	next, err := d.decide(p, r.state, c)
	if err != nil || len(next.events) == 0 {
		return r, err
	}
	change, err := d.changeOf(r, next)
	if err != nil {
		return nil, err
	}
	change.Once, change.Rebase, change.Incoming = once, text, message
	written, err := d.records.Append(ctx, store.Addition{
		Code: r.code, Version: r.state.Version, Hash: r.hash(), Change: change,
	})
	if err != nil {
		return nil, err
	}
	d.count(change)
	d.posted(change)
	after, err := r.followed(next, change, written, d.calendar.Location())
	if err != nil {
		return nil, err
	}
	d.records.remember(after)
	return after, nil
}

// target is the revision to which a dossier moves: the one that is named, or else the one in force.
func (d *desk) target(r *recorded, c dossier.Move) (*revision, error) {
	p, ok := d.procedure(r.state.Receipt.Procedure)
	if !ok {
		return nil, unknownProcedure(r.state.Receipt.Procedure)
	}
	target, _ := d.inForce(p, d.now)
	if c.Revision != 0 {
		target = p.revision(c.Revision)
	}
	if target == nil {
		return nil, problem(http.StatusNotFound, "revision-unknown",
			"the procedure %[1]s has no revision %[2]d in force", "thủ tục %[1]s không có lần ban hành %[2]d đang áp dụng",
			p.name, c.Revision)
	}
	return target, nil
}

// changeOf is what a decision does to the records, with the keys under which the dossier is found from now on.
func (d *desk) changeOf(r *recorded, next decided) (store.Change, error) {
	change, err := changeOf(next.procedure, r.key, next.state, next.events, d.calendar.Location())
	if err == nil {
		change.Keys = d.searchKeys(next)
		change.Messages, err = d.outgoing(r, next.procedure, next.state, next.events)
	}
	return change, err
}

// again answers a request whose key was used before. An error stands when the request has no key, or a new one.
func (d *desk) again(ctx context.Context, once *store.Once, failure error) (*recorded, bool, error) {
	if once == nil {
		return nil, false, failure
	}
	written, err := d.records.Answered(ctx, *once)
	if errors.Is(err, store.ErrNotFound) {
		return nil, false, failure
	}
	if err != nil {
		return nil, false, err
	}
	r, err := d.open(ctx, written.Code)
	if err != nil {
		return nil, false, err
	}
	r, err = r.until(written.Version)
	return r, true, err
}

func (d *desk) count(c store.Change) {
	for i := range c.Events {
		d.metrics.events.WithLabelValues(d.name, c.Events[i].Type).Inc()
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

// signIn lets the desk see an officer with the roles that they have in this session, which their groups at the provider may
// give them beside those of the manifests.
func (d *desk) signIn(officer v1alpha1.Officer) { d.place = withOfficer(d.place, officer) }
