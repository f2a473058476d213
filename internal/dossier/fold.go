package dossier

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/procedure"
)

// Fold returns the state after an event. It depends on nothing else, so that a record can be replayed at any later time.
// The error says that the event is not the next one of this dossier.
func Fold(s State, e Event) (State, error) {
	if e.Seq != s.Version+1 {
		return s, fmt.Errorf("dossier: event %d does not follow version %d: the record has a gap or a repetition", e.Seq, s.Version)
	}
	if (e.Data.Receipt != nil) != (e.Seq == 1) {
		return s, fmt.Errorf("dossier: event %d: the first event, and no other, receives the dossier", e.Seq)
	}
	s.Version, s.ChangedAt = e.Seq, e.At
	if e.Data.Receipt != nil {
		s.Receipt, s.ReceivedAt = *e.Data.Receipt, e.At
		s.Clock = Clock{State: v1alpha1.ClockNotStarted}
	}
	s.Forms = mergeForms(s.Forms, e.Data.Forms)
	s.Documents = merged(s.Documents, e.Data.Documents)
	s.Tokens = moveTokens(s.Tokens, e)
	if e.Officer != "" {
		if part := (Part{Officer: e.Officer, Role: e.Role}); !slices.Contains(s.Parts, part) {
			s.Parts = append(slices.Clone(s.Parts), part)
		}
		if e.From != "" {
			key := takenKey(e.From, e.Action)
			s.Taken = merged(s.Taken, map[string]int32{key: s.Taken[key] + 1})
		}
	}
	if a := e.Data.Assignment; a != nil {
		s.Assignees = merged(s.Assignees, map[v1alpha1.ID]v1alpha1.ID{a.Step: a.Officer})
	}
	if e.Data.Heading != "" {
		s.Heading = e.Data.Heading
	}
	if e.Data.Clock != nil {
		s.Clock = *e.Data.Clock
	}
	if e.Data.Ending != nil {
		ending := *e.Data.Ending
		ending.At = e.At
		s.Ending = &ending
	}
	return s, nil
}

// Replay folds a whole record from its beginning.
func Replay(events []Event) (State, error) {
	var s State
	for _, e := range events {
		var err error
		if s, err = Fold(s, e); err != nil {
			return s, err
		}
	}
	return s, nil
}

// moveTokens takes the tokens away that an event lifts and puts down those it brings, in the order of branches.
func moveTokens(tokens []Token, e Event) []Token {
	kept := slices.DeleteFunc(slices.Clone(tokens), func(t Token) bool { return slices.Contains(e.Data.Left, t.Branch) })
	for _, t := range e.Data.Entered {
		t.EnteredAt = e.At
		kept = append(kept, t)
	}
	slices.SortFunc(kept, func(a, b Token) int { return cmp.Compare(a.Branch, b.Branch) })
	return kept
}

// mergeForms lays values over those that are there, field by field; nil empties a field.
func mergeForms(held, given procedure.Forms) procedure.Forms {
	if len(given) == 0 {
		return held
	}
	all := maps.Clone(held)
	if all == nil {
		all = procedure.Forms{}
	}
	for form, values := range given {
		fields := merged(all[form], values)
		maps.DeleteFunc(fields, func(_ string, v any) bool { return v == nil })
		all[form] = fields
	}
	return all
}

// merged returns a copy of one map with the entries of another laid over it.
func merged[K comparable, V any](held, given map[K]V) map[K]V {
	if len(given) == 0 {
		return held
	}
	all := maps.Clone(held)
	if all == nil {
		all = make(map[K]V, len(given))
	}
	maps.Copy(all, given)
	return all
}
