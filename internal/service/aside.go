package service

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/store"
	"chuan.dev/chuan/internal/vault"
)

// aside is what is kept beside the dossiers in chains of its own: petitions, and questions of other agencies. Each is a
// small state machine of its own package. S is its state and C a command. All of what is said in them may be personal, so
// that the whole content of every event is encrypted.
type aside[S, C any] struct {
	kind store.Kind
	// mark stands in the codes, between that of the agency and the day.
	mark string
	// decide gives the events of a command, with their content in the open.
	decide func(s S, c C, now time.Time, staff func(v1alpha1.ID) bool) ([]store.Event, error)
	fold   func(s S, e store.Event) (S, error)
	head   func(s S) store.Head
	// complete adds to a change what else follows from it: open work, search keys, messages that go out. It may be nil.
	complete func(d *desk, before, after *asideRecord[S], c *store.Change) error
}

// asideRecord is one as it was read, decrypted.
type asideRecord[S any] struct {
	code   string
	key    *vault.DataKey
	events []store.Event // with their content in the open
	state  S
}

func (r *asideRecord[S]) version() int64 { return int64(len(r.events)) }

// sealedWhole is an event whose whole content is encrypted.
type sealedWhole struct {
	Sealed []byte `json:"sealed"`
}

// open reads one.
func (a *aside[S, C]) open(ctx context.Context, d *desk, code string) (*asideRecord[S], error) {
	kept, err := d.records.Load(ctx, code)
	if err != nil {
		return nil, err
	}
	if kept.Head.Kind != a.kind {
		return nil, store.ErrNotFound
	}
	return a.read(d, kept)
}

// read decrypts and folds one.
func (a *aside[S, C]) read(d *desk, kept store.Dossier) (*asideRecord[S], error) {
	r := &asideRecord[S]{code: kept.Code}
	key, err := d.records.keys.DataKey(kept.Key)
	if err != nil {
		return nil, fmt.Errorf("record %s: %w", kept.Code, err)
	}
	r.key = &key
	for _, e := range kept.Events {
		var content sealedWhole
		err := json.Unmarshal(e.Data, &content)
		if err == nil {
			e.Data, err = key.Open(e.Seq, content.Sealed)
		}
		if err == nil {
			r.state, err = a.fold(r.state, e)
		}
		if err != nil {
			return nil, fmt.Errorf("record %s: %w", kept.Code, err)
		}
		r.events = append(r.events, e)
	}
	return r, nil
}

// until is one as it was at a version.
func (a *aside[S, C]) until(r *asideRecord[S], version int64) (*asideRecord[S], error) {
	earlier := &asideRecord[S]{code: r.code, key: r.key}
	for _, e := range r.events[:min(version, r.version())] {
		var err error
		if earlier.state, err = a.fold(earlier.state, e); err != nil {
			return nil, err
		}
		earlier.events = append(earlier.events, e)
	}
	return earlier, nil
}

// create records something new. Incoming is the message that brought it; nil for what an officer takes in.
func (a *aside[S, C]) create(
	ctx context.Context, d *desk, c C, once *store.Once, incoming *store.Incoming,
) (r *asideRecord[S], repeated bool, err error) {
	key, kept := d.records.keys.NewDataKey()
	next, change, err := a.change(d, &asideRecord[S]{key: &key}, c)
	if err != nil {
		return a.again(ctx, d, once, err)
	}
	change.Once, change.Incoming = once, incoming
	day := d.now.In(d.calendar.Location()).Format("060102")
	written, err := d.records.Create(ctx, store.New{
		Period: a.mark + "-" + day, Key: kept, Change: change,
		Code: func(serial int64) string { return fmt.Sprintf("%s-%s-%s-%04d", d.spec.Code, a.mark, day, serial) },
	})
	if err != nil {
		return a.again(ctx, d, once, err)
	}
	d.count(change)
	d.posted(change)
	a.written(next, written)
	return next, false, nil
}

// do records what is done about one.
func (a *aside[S, C]) do(
	ctx context.Context, d *desk, code string, c C, once *store.Once, incoming *store.Incoming,
) (r *asideRecord[S], repeated bool, err error) {
	before, err := a.open(ctx, d, code)
	if err != nil {
		return a.again(ctx, d, once, err)
	}
	next, change, err := a.change(d, before, c)
	if err != nil || len(change.Events) == 0 && incoming == nil {
		if err == nil {
			return before, false, nil
		}
		return a.again(ctx, d, once, err)
	}
	change.Once, change.Incoming = once, incoming
	written, err := d.records.Append(ctx, store.Addition{
		Code: code, Version: before.version(), Hash: before.events[len(before.events)-1].Hash, Change: change,
	})
	if err != nil {
		return a.again(ctx, d, once, err)
	}
	d.count(change)
	d.posted(change)
	a.written(next, written)
	return next, false, nil
}

// change decides about a command, and says what that does to the records.
func (a *aside[S, C]) change(d *desk, r *asideRecord[S], c C) (*asideRecord[S], store.Change, error) {
	events, err := a.decide(r.state, c, d.now, d.worksHere)
	if err != nil {
		return nil, store.Change{}, err
	}
	next := &asideRecord[S]{code: r.code, key: r.key, state: r.state, events: append([]store.Event{}, r.events...)}
	change := store.Change{Events: make([]store.Event, 0, len(events))}
	for _, e := range events {
		if next.state, err = a.fold(next.state, e); err != nil {
			return nil, store.Change{}, err
		}
		next.events = append(next.events, e)
		if e.Data, err = json.Marshal(sealedWhole{Sealed: r.key.Seal(e.Seq, e.Data)}); err != nil {
			return nil, store.Change{}, err
		}
		change.Events = append(change.Events, e)
	}
	change.Head = a.head(next.state)
	change.Head.Kind = a.kind
	if a.complete != nil {
		err = a.complete(d, r, next, &change)
	}
	return next, change, err
}

// written puts the code and the hashes that the store gave into a record.
func (a *aside[S, C]) written(r *asideRecord[S], written store.Written) {
	r.code = written.Code
	fresh := r.events[len(r.events)-len(written.Events):]
	for i := range written.Events {
		fresh[i].Prev, fresh[i].Hash = written.Events[i].Prev, written.Events[i].Hash
	}
}

// again answers a request whose key was used before. An error stands when the request has no key, or a new one.
func (a *aside[S, C]) again(
	ctx context.Context, d *desk, once *store.Once, failure error,
) (*asideRecord[S], bool, error) {
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
	r, err := a.open(ctx, d, written.Code)
	if err != nil {
		return nil, false, err
	}
	r, err = a.until(r, written.Version)
	return r, true, err
}

// worksHere says whether an officer works in the agency today.
func (d *desk) worksHere(id v1alpha1.ID) bool {
	for i := range d.place.Officers {
		o := &d.place.Officers[i]
		today := v1alpha1.Date(d.place.Today.String())
		if o.ID == id {
			return (o.From == "" || o.From <= today) && (o.Until == "" || today <= o.Until)
		}
	}
	return false
}

// keptAside is an event of one with its content in the open.
func keptAside(seq int64, at time.Time, kind string, officer, action v1alpha1.ID, data any) (store.Event, error) {
	encoded, err := json.Marshal(data)
	return store.Event{
		Seq: seq, At: at, Type: kind, Officer: string(officer), Action: string(action), Data: encoded,
	}, err
}
