package service

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/dossier"
	"chuan.dev/chuan/internal/procedure"
	"chuan.dev/chuan/internal/store"
	"chuan.dev/chuan/internal/vault"
)

// recorded is a dossier as it was read, decrypted, with the state that its events add up to. It is never changed: what is
// recorded on top of it makes another one.
type recorded struct {
	code      string
	head      store.Head
	key       *vault.DataKey // nil for what is not encrypted, and after disposal
	events    []dossier.Event
	hashes    []store.Hash // of the events
	state     dossier.State
	procedure *procedure.Procedure
	// history is the JSON of the events as officers see them, separated by commas, in a zone; nil while nobody has
	// seen them.
	history []byte
	zone    *time.Location
}

// historyIn is the history of a dossier in the agency's zone.
func (r *recorded) historyIn(zone *time.Location) ([]byte, error) {
	if r.history != nil && r.zone == zone {
		return r.history, nil
	}
	return historyOf(nil, r.events, r.hashes, zone)
}

// historyOf appends the JSON of events to that of those before them.
func historyOf(before []byte, events []dossier.Event, hashes []store.Hash, zone *time.Location) ([]byte, error) {
	for i := range events {
		if len(before) > 0 {
			before = append(before, ',')
		}
		encoded, err := json.Marshal(eventView(&events[i], hashes[i], zone))
		if err != nil {
			return nil, fmt.Errorf("event %d: %w", events[i].Seq, err)
		}
		before = append(before, encoded...)
	}
	return before, nil
}

// hash is the end of the dossier's chain.
func (r *recorded) hash() store.Hash { return r.hashes[len(r.hashes)-1] }

// until is the dossier as it was at a version.
func (r *recorded) until(version int64) (*recorded, error) {
	if version < 1 || version >= r.state.Version {
		return r, nil
	}
	events := r.events[:version:version]
	state, err := folded(dossier.State{}, events)
	if err != nil {
		return nil, fmt.Errorf("record of dossier %s: %w", r.code, err)
	}
	earlier := *r
	earlier.history = nil
	earlier.events, earlier.hashes, earlier.state = events, r.hashes[:version:version], state
	return &earlier, nil
}

// sealed is the content of an event as it is kept: what is public in the open, and what is personal encrypted. Records of
// before there were keys have everything in the open.
type sealed struct {
	dossier.Data
	Sealed []byte `json:"sealed,omitempty"`
}

// eventOf is an event of a dossier from its record. What is encrypted stays unread where there is no key any more.
func eventOf(kept store.Event, key *vault.DataKey) (dossier.Event, error) {
	e := dossier.Event{
		Seq: kept.Seq, At: kept.At, Type: dossier.EventType(kept.Type),
		Officer: v1alpha1.ID(kept.Officer), Role: v1alpha1.ID(kept.Role), Action: v1alpha1.ID(kept.Action),
		From: v1alpha1.ID(kept.From), To: v1alpha1.Target(kept.To),
	}
	var content sealed
	if err := json.Unmarshal(kept.Data, &content); err != nil {
		return e, fmt.Errorf("event %d: %w", kept.Seq, err)
	}
	e.Data = content.Data
	if len(content.Sealed) == 0 || key == nil {
		return e, nil
	}
	plain, err := key.Open(kept.Seq, content.Sealed)
	if err != nil {
		return e, fmt.Errorf("event %d: %w", kept.Seq, err)
	}
	var personal dossier.Personal
	if err := json.Unmarshal(plain, &personal); err != nil {
		return e, fmt.Errorf("event %d: what was encrypted: %w", kept.Seq, err)
	}
	e.Data = dossier.Join(e.Data, &personal)
	return e, nil
}

// contentOf is the content of an event as it is kept.
func contentOf(p *procedure.Procedure, key *vault.DataKey, e dossier.Event) (sealed, error) {
	if key == nil {
		return sealed{Data: e.Data}, nil
	}
	public, personal := dossier.Split(p, e.Data)
	content := sealed{Data: public}
	if personal == nil {
		return content, nil
	}
	plain, err := json.Marshal(personal)
	if err != nil {
		return content, fmt.Errorf("event %d: %w", e.Seq, err)
	}
	content.Sealed = key.Seal(e.Seq, plain)
	return content, nil
}

// changeOf is what a decision does to the records: its events, and the head and the open work after them.
func changeOf(
	p *procedure.Procedure, key *vault.DataKey, after dossier.State, events []dossier.Event, zone *time.Location,
) (store.Change, error) {
	c := store.Change{Head: headOf(p, after, zone), Events: make([]store.Event, 0, len(events))}
	number, numbered := dossier.Numbering(p, events)
	for i := range events {
		e := &events[i]
		content, err := contentOf(p, key, *e)
		if err != nil {
			return store.Change{}, err
		}
		data, err := json.Marshal(&content)
		if err != nil {
			return store.Change{}, fmt.Errorf("event %d: %w", e.Seq, err)
		}
		c.Events = append(c.Events, store.Event{
			Seq: e.Seq, At: e.At, Type: string(e.Type), Officer: string(e.Officer), Role: string(e.Role),
			Action: string(e.Action), From: string(e.From), To: string(e.To), Data: data,
		})
		if numbered && i == number.Event {
			c.Numbering = numberingOf(number, content)
		}
		for _, a := range e.Data.Attachments {
			hash, err := hashOf(a.SHA256)
			if err != nil {
				return store.Change{}, fmt.Errorf("event %d: attachment: %w", e.Seq, err)
			}
			c.Blobs = append(c.Blobs, hash)
		}
		c.Dispose = c.Dispose || e.Type == dossier.Disposed
	}
	var err error
	c.Work, err = workOf(p, after)
	return c, err
}

// numberingOf puts the number of a result into the event that issues it, once the store knows the number.
func numberingOf(n dossier.Number, content sealed) *store.Numbering {
	return &store.Numbering{Book: n.Book, Put: func(number int64, events []store.Event) error {
		numbered := content
		numbered.Data = n.Put(number, content.Data)
		data, err := json.Marshal(&numbered)
		if err != nil {
			return err
		}
		events[n.Event].Data = data
		return nil
	}}
}

// workOf is the open work of a dossier. Whether its assignees hold their roles is asked when it is shown: that may change
// while it waits.
func workOf(p *procedure.Procedure, s dossier.State) ([]store.WorkItem, error) {
	work := make([]store.WorkItem, 0, len(s.Tokens))
	for _, t := range s.Tokens {
		step, ok := p.Step(t.Step)
		if !ok {
			return nil, fmt.Errorf("procedure %s has no step %s", p.Name, t.Step)
		}
		assignee, _ := dossier.AssignedTo(p, s, step)
		work = append(work, store.WorkItem{
			Branch: t.Branch, Step: string(t.Step), Role: string(dossier.ActingRole(p, step)),
			Assignee: string(assignee), EnteredAt: t.EnteredAt, Due: t.Due, Expires: t.Expires,
		})
	}
	return work, nil
}

// hashOf reads a hash in hexadecimal.
func hashOf(text string) (h store.Hash, err error) {
	if len(text) != 2*len(h) {
		return h, fmt.Errorf("a SHA-256 has %d hexadecimal digits", 2*len(h))
	}
	_, err = hex.Decode(h[:], []byte(text))
	return h, err
}

// headOf is what a dossier is looked up by.
func headOf(p *procedure.Procedure, s dossier.State, zone *time.Location) store.Head {
	h := store.Head{
		Kind: store.KindDossier, Channel: string(s.Receipt.Channel),
		Procedure: s.Receipt.Procedure, Revision: s.Receipt.Revision, Digest: s.Receipt.Digest,
		Open: s.Open(), ReceivedAt: s.ReceivedAt, AcceptedAt: s.Clock.StartedAt, Due: s.Clock.Due,
		FinishedAt: s.Clock.FinishedAt, Disposed: s.Disposal != nil,
	}
	if s.Ending != nil {
		h.Outcome, h.Result, h.EndedAt = string(s.Ending.Outcome), string(s.Ending.Result), s.Ending.At
		h.DisposeAfter, _, _ = dossier.DisposeAfter(p, s, zone)
	}
	return h
}

// folded is the state after events.
func folded(s dossier.State, events []dossier.Event) (dossier.State, error) {
	var err error
	for i := range events {
		if s, err = dossier.Fold(s, events[i]); err != nil {
			return s, err
		}
	}
	return s, nil
}

// decided is what was decided about a dossier: its events, and the state after them.
type decided struct {
	procedure *procedure.Procedure
	events    []dossier.Event
	state     dossier.State
}

// followed is a dossier after what was decided on top of it was written. A number that the store gave is read from what was
// written.
func (r *recorded) followed(
	d decided, change store.Change, written store.Written, zone *time.Location,
) (*recorded, error) {
	after := &recorded{
		code: written.Code, head: change.Head, key: r.key, state: d.state, procedure: d.procedure, zone: zone,
		events: append(slices.Clip(r.events), d.events...), hashes: slices.Clip(r.hashes),
	}
	fresh := after.events[len(r.events):]
	for i := range written.Events {
		after.hashes = append(after.hashes, written.Events[i].Hash)
		if change.Numbering == nil || fresh[i].Data.Result == nil {
			continue
		}
		var err error
		if fresh[i], err = eventOf(written.Events[i], r.key); err != nil {
			return nil, fmt.Errorf("record of dossier %s: %w", written.Code, err)
		}
	}
	if change.Numbering != nil {
		var err error
		if after.state, err = folded(r.state, fresh); err != nil {
			return nil, err
		}
	}
	before, err := r.historyIn(zone)
	if err != nil {
		return nil, err
	}
	after.history, err = historyOf(slices.Clip(before), fresh, after.hashes[len(r.hashes):], zone)
	return after, err
}
