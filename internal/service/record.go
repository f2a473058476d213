package service

import (
	"encoding/json"
	"fmt"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/dossier"
	"chuan.dev/chuan/internal/procedure"
	"chuan.dev/chuan/internal/store"
)

// recorded is a dossier as it was read, with the state that its events add up to.
type recorded struct {
	code      string
	head      store.Head
	events    []store.Event
	state     dossier.State
	procedure *procedure.Procedure
}

// hash is the end of the dossier's chain.
func (r *recorded) hash() store.Hash { return r.events[len(r.events)-1].Hash }

// replayed folds the events of a dossier.
func replayed(d store.Dossier) (dossier.State, error) {
	var s dossier.State
	for _, kept := range d.Events {
		e, err := eventOf(kept)
		if err == nil {
			s, err = dossier.Fold(s, e)
		}
		if err != nil {
			return s, fmt.Errorf("record of dossier %s: %w", d.Code, err)
		}
	}
	return s, nil
}

// eventOf is an event of a dossier from its record.
func eventOf(kept store.Event) (dossier.Event, error) {
	e := dossier.Event{
		Seq: kept.Seq, At: kept.At, Type: dossier.EventType(kept.Type),
		Officer: v1alpha1.ID(kept.Officer), Role: v1alpha1.ID(kept.Role), Action: v1alpha1.ID(kept.Action),
		From: v1alpha1.ID(kept.From), To: v1alpha1.Target(kept.To),
	}
	if err := json.Unmarshal(kept.Data, &e.Data); err != nil {
		return e, fmt.Errorf("event %d: %w", kept.Seq, err)
	}
	return e, nil
}

// keptAs is an event of a dossier as it is kept.
func keptAs(e dossier.Event) (store.Event, error) {
	data, err := json.Marshal(e.Data)
	if err != nil {
		return store.Event{}, fmt.Errorf("event %d: %w", e.Seq, err)
	}
	return store.Event{
		Seq: e.Seq, At: e.At, Type: string(e.Type),
		Officer: string(e.Officer), Role: string(e.Role), Action: string(e.Action),
		From: string(e.From), To: string(e.To), Data: data,
	}, nil
}

// changeOf is what a decision does to the records: its events, and the head and the open work after them.
func changeOf(p *procedure.Procedure, after dossier.State, events []dossier.Event) (store.Change, error) {
	c := store.Change{Head: headOf(after), Events: make([]store.Event, 0, len(events))}
	for _, e := range events {
		kept, err := keptAs(e)
		if err != nil {
			return store.Change{}, err
		}
		c.Events = append(c.Events, kept)
	}
	for _, t := range after.Tokens {
		step, ok := p.Step(t.Step)
		if !ok {
			return store.Change{}, fmt.Errorf("procedure %s has no step %s", p.Name, t.Step)
		}
		c.Work = append(c.Work, store.WorkItem{
			Branch: t.Branch, Step: string(t.Step), Role: string(dossier.ActingRole(p, step)),
			Assignee: string(after.Assignees[t.Step]), EnteredAt: t.EnteredAt, Due: t.Due, Expires: t.Expires,
		})
	}
	return c, nil
}

// headOf is what a dossier is looked up by.
func headOf(s dossier.State) store.Head {
	h := store.Head{
		Procedure: s.Receipt.Procedure, Revision: s.Receipt.Revision, Digest: s.Receipt.Digest,
		Open: s.Open(), ReceivedAt: s.ReceivedAt, Due: s.Clock.Due,
	}
	if s.Ending != nil {
		h.Outcome, h.EndedAt = string(s.Ending.Outcome), s.Ending.At
	}
	return h
}

// folded is the state after events.
func folded(s dossier.State, events []dossier.Event) (dossier.State, error) {
	var err error
	for _, e := range events {
		if s, err = dossier.Fold(s, e); err != nil {
			return s, err
		}
	}
	return s, nil
}
