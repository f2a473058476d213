package service

import (
	"encoding/json"
	"time"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/petition"
	"chuan.dev/chuan/internal/store"
)

// petitions are feedback and petitions (phản ánh, kiến nghị).
var petitions = &aside[petition.State, petition.Command]{
	kind: store.KindPetition, mark: "PA",
	decide: func(s petition.State, c petition.Command, now time.Time, staff func(v1alpha1.ID) bool) ([]store.Event, error) {
		events, err := petition.Decide(s, c, now, staff)
		kept := make([]store.Event, 0, len(events))
		for _, e := range events {
			k, failure := keptAside(e.Seq, e.At, string(e.Type), e.Officer, "", e.Data)
			if failure != nil {
				return nil, failure
			}
			kept = append(kept, k)
		}
		return kept, err
	},
	fold: func(s petition.State, kept store.Event) (petition.State, error) {
		e, err := petitionEvent(kept)
		if err != nil {
			return s, err
		}
		return petition.Fold(s, e)
	},
	head: func(s petition.State) store.Head {
		h := store.Head{
			Procedure: s.Receipt.Procedure, Channel: string(s.Receipt.Channel), Open: s.Open(), ReceivedAt: s.ReceivedAt,
			FinishedAt: s.AnsweredAt, EndedAt: s.ClosedAt,
		}
		if !s.Open() {
			h.Outcome = string(s.Standing)
		}
		return h
	},
}

func petitionEvent(kept store.Event) (petition.Event, error) {
	e := petition.Event{Seq: kept.Seq, At: kept.At, Type: petition.EventType(kept.Type), Officer: v1alpha1.ID(kept.Officer)}
	return e, json.Unmarshal(kept.Data, &e.Data)
}
