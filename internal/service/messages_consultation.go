package service

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"time"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/consultation"
	"chuan.dev/chuan/internal/dossier"
	"chuan.dev/chuan/internal/exchange"
	"chuan.dev/chuan/internal/store"
)

// asking is a question of another agency as it was read.
type asking = asideRecord[consultation.State]

// consultations are the questions of other agencies (lấy ý kiến liên thông).
var consultations = &aside[consultation.State, consultation.Command]{
	kind: store.KindConsultation, mark: "LT",
	decide: func(
		s consultation.State, c consultation.Command, now time.Time, staff func(v1alpha1.ID) bool,
	) ([]store.Event, error) {
		events, err := consultation.Decide(s, c, now, staff)
		kept := make([]store.Event, 0, len(events))
		for _, e := range events {
			k, failure := keptAside(e.Seq, e.At, string(e.Type), e.Officer, e.Action, e.Data)
			if failure != nil {
				return nil, failure
			}
			kept = append(kept, k)
		}
		return kept, err
	},
	fold: func(s consultation.State, kept store.Event) (consultation.State, error) {
		e, err := consultationEvent(kept)
		if err != nil {
			return s, err
		}
		return consultation.Fold(s, e)
	},
	head: func(s consultation.State) store.Head {
		h := store.Head{
			Procedure: s.Question.Procedure.Code, Open: s.Open(), ReceivedAt: s.ReceivedAt, Due: s.Question.Due,
			EndedAt: s.EndedAt,
		}
		if !s.Open() {
			h.Outcome = string(s.Standing)
		}
		if s.Standing == consultation.StandingAnswered {
			h.FinishedAt = s.EndedAt
		}
		return h
	},
	complete: func(d *desk, before, after *asking, c *store.Change) error {
		return d.completeConsultation(before, after, c)
	},
}

func consultationEvent(kept store.Event) (consultation.Event, error) {
	e := consultation.Event{
		Seq: kept.Seq, At: kept.At, Type: consultation.EventType(kept.Type), Officer: v1alpha1.ID(kept.Officer),
		Action: v1alpha1.ID(kept.Action),
	}
	return e, json.Unmarshal(kept.Data, &e.Data)
}

// consultationStep is the step of the open work of a question.
const consultationStep = "consultation"

// completeConsultation adds to a change of a question who has to answer it, how it is found by the words of its asker, the
// documents that came along, and the answer that goes out.
func (d *desk) completeConsultation(before, after *asking, c *store.Change) error {
	s := &after.state
	if s.Open() {
		c.Work = []store.WorkItem{{
			Branch: dossier.MainBranch, Step: consultationStep, Role: string(d.answers(&s.Question)),
			Assignee: string(s.Assignee), EnteredAt: s.ReceivedAt, Due: s.Question.Due,
		}}
	}
	if before.version() == 0 {
		c.Keys = []store.Hash{d.referenceKey(s.Question.Asker.Code, s.Question.Reference)}
		for _, document := range s.Question.Documents {
			for _, file := range document.Files {
				hash, err := hashOf(file.SHA256)
				if err != nil {
					return err
				}
				if !slices.Contains(c.Blobs, hash) {
					c.Blobs = append(c.Blobs, hash)
				}
			}
		}
	}
	reply, answered := s.Reply(after.code)
	if !answered || before.state.Standing == consultation.StandingAnswered {
		return nil
	}
	m, err := outgoingOf(after.key, s.Question.Asker.Code, consultation.KindReply, s.Version, reply)
	c.Messages = append(c.Messages, m)
	return err
}

// answers is the role that answers a question: the one that follows it at the asker, where this agency has it too, and else
// the one that takes in dossiers here.
func (d *desk) answers(q *consultation.Question) v1alpha1.ID {
	holds := func(role v1alpha1.ID) bool {
		return slices.ContainsFunc(d.spec.Officers, func(o v1alpha1.Officer) bool { return slices.Contains(o.Roles, role) })
	}
	if q.Role != "" && holds(q.Role) {
		return q.Role
	}
	for _, p := range d.procedures {
		for _, r := range slices.Backward(p.revisions) {
			if role := r.procedure.Intake().Role; holds(role) {
				return role
			}
		}
	}
	// Nobody takes in dossiers: the work is open to whoever holds the first role there is.
	for i := range d.spec.Officers {
		if roles := d.spec.Officers[i].Roles; len(roles) > 0 {
			return roles[0]
		}
	}
	return ""
}

// referenceKey is the key under which a question is found by the words of its asker.
func (d *desk) referenceKey(sender string, r consultation.Reference) store.Hash {
	return d.records.keys.SearchKey("consultation", sender+"\n"+r.Dossier+"\n"+r.Branch+"\n"+strconv.FormatInt(r.Seq, 10))
}

func (d *desk) takeQuestion(ctx context.Context, e *exchange.Envelope) (Taken, error) {
	q, err := consultation.ParseQuestion(e.Body)
	if err != nil {
		return d.park(ctx, e, "malformed", true)
	}
	if q.Asker.Code != e.Sender {
		return d.park(ctx, e, "asker-not-sender", true)
	}
	_, _, err = consultations.create(ctx, d, consultation.Receive{Question: q}, nil, incomingOf(e))
	return Taken{Result: resultApplied}, err
}

func (d *desk) takeCancel(ctx context.Context, e *exchange.Envelope) (Taken, error) {
	cancel, err := consultation.ParseCancel(e.Body)
	if err != nil {
		return d.park(ctx, e, "malformed", true)
	}
	key := d.referenceKey(e.Sender, cancel.Reference)
	page, err := d.records.Find(ctx, store.Query{Kind: store.KindConsultation, Key: &key, Limit: 1})
	if err != nil {
		return Taken{}, err
	}
	if len(page.Items) == 0 {
		return d.park(ctx, e, "question-unknown", false)
	}
	a, err := consultations.open(ctx, d, page.Items[0].Code)
	if errors.Is(err, store.ErrNotFound) {
		return d.park(ctx, e, "question-unknown", false)
	}
	if err != nil {
		return Taken{}, err
	}
	if !a.state.Open() {
		// It was answered before: the messages have crossed.
		return d.park(ctx, e, "late", false)
	}
	_, _, err = consultations.do(ctx, d, a.code, consultation.Withdraw{Because: cancel.Because}, nil, incomingOf(e))
	return Taken{Result: resultApplied}, err
}
