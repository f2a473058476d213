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
	if e.Type == Corrected {
		s = reopened(s, e)
	}
	if e.Data.Rebase != nil {
		s = rebased(s, *e.Data.Rebase)
	}
	s.Forms = mergeForms(s.Forms, e.Data.Forms)
	s.Documents = merged(s.Documents, e.Data.Documents)
	s.Passes = passed(s, e)
	s.Consultations = waiting(s.Consultations, e)
	s.Tokens = moveTokens(s.Tokens, e)
	s = credited(s, e)
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
	return gathered(s, e), nil
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

// credited adds who acted, what was done and who was chosen.
func credited(s State, e Event) State {
	if part := (Part{Officer: e.Officer, Role: e.Role}); partakes(e) && !slices.Contains(s.Parts, part) {
		s.Parts = append(slices.Clip(s.Parts), part)
	}
	if e.From != "" && (e.Officer != "" || e.Type == Answered) {
		key := takenKey(e.From, e.Action)
		s.Taken = merged(s.Taken, map[string]int32{key: s.Taken[key] + 1})
	}
	if a := e.Data.Assignment; a != nil {
		s.Assignees = merged(s.Assignees, map[v1alpha1.ID]v1alpha1.ID{a.Step: a.Officer})
		if a.Officer == "" {
			delete(s.Assignees, a.Step)
		}
	}
	return s
}

// partakes says whether an event is a part that an officer plays in what becomes of the dossier. To keep its papers and to
// take money for it is none: nobody is kept from deciding because they once put the file back on its shelf.
func partakes(e Event) bool {
	switch e.Type {
	case Supplemented, Paid, Shelved, Lent, Returned, Rebased, Disposed:
		return false
	}
	return e.Officer != ""
}

// passed adds the steps that an event leaves.
func passed(s State, e Event) []Pass {
	all := slices.Clip(s.Passes)
	if e.Type == Passed || e.Type == Branched {
		return all
	}
	for _, t := range s.Tokens {
		if !slices.Contains(e.Data.Left, t.Branch) {
			continue
		}
		p := Pass{Branch: t.Branch, Step: t.Step, EnteredAt: t.EnteredAt, LeftAt: e.At, Due: t.Due}
		if t.Step == e.From {
			p.Officer, p.Role = e.Officer, e.Role
		}
		all = append(all, p)
	}
	return all
}

// gathered adds what an event brings along: papers, results, money, and where the file is.
func gathered(s State, e Event) State {
	s.Attachments = append(slices.Clip(s.Attachments), e.Data.Attachments...)
	if e.Data.Result != nil {
		s.Results = append(slices.Clip(s.Results), *e.Data.Result)
	}
	if e.Data.Extension != nil {
		s.Extensions = append(slices.Clip(s.Extensions), *e.Data.Extension)
	}
	if e.Data.Payment != nil {
		s.Payments = append(slices.Clip(s.Payments), *e.Data.Payment)
	}
	switch e.Type {
	case Shelved:
		s.Place = e.Data.Place
	case Lent:
		s.Loan = e.Data.Loan
	case Returned:
		s.Loan = nil
	case Asked:
		if e.Data.Consultation != nil {
			s.Consultations = append(slices.Clip(s.Consultations), *e.Data.Consultation)
		}
	case Disposed:
		s.Disposal = e.Data.Disposal
	}
	return s
}

// reopened is an ended dossier that is opened again. What an action may be taken how often counts anew, or a second pass
// could come to a step with no way out.
func reopened(s State, e Event) State {
	c := Correction{At: e.At, Results: len(s.Results)}
	if s.Ending != nil {
		c.Ending = *s.Ending
	}
	s.Corrections = append(slices.Clip(s.Corrections), c)
	s.Ending, s.Taken = nil, nil
	return s
}

// rebased is a dossier under another revision, in which steps may have other names.
func rebased(s State, r Rebase) State {
	s.Receipt.Revision, s.Receipt.Digest = r.Revision, r.Digest
	if len(r.Steps) == 0 {
		return s
	}
	renamed := func(step v1alpha1.ID) v1alpha1.ID {
		if to, ok := r.Steps[step]; ok {
			return to
		}
		return step
	}
	assignees, taken := map[v1alpha1.ID]v1alpha1.ID{}, map[string]int32{}
	for _, step := range slices.Sorted(maps.Keys(s.Assignees)) {
		if _, ok := assignees[renamed(step)]; !ok {
			assignees[renamed(step)] = s.Assignees[step]
		}
	}
	for key, times := range s.Taken {
		step, action := splitTaken(key)
		taken[takenKey(renamed(step), action)] += times
	}
	if len(assignees) > 0 {
		s.Assignees = assignees
	}
	if len(taken) > 0 {
		s.Taken = taken
	}
	return s
}

// waiting are the consultations that still wait after an event: a question is over when its step is left. A dossier that
// goes on in the same step of another revision still waits for the same answer.
func waiting(asked []Consultation, e Event) []Consultation {
	over := func(c Consultation) bool {
		stays := e.Type == Rebased && slices.ContainsFunc(e.Data.Entered, func(t Token) bool {
			return t.Branch == c.Branch && t.Step == c.Step
		})
		return slices.Contains(e.Data.Left, c.Branch) && !stays
	}
	if !slices.ContainsFunc(asked, over) {
		return asked
	}
	left := slices.DeleteFunc(slices.Clone(asked), over)
	if len(left) == 0 {
		return nil
	}
	return left
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
