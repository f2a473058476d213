package printform

import (
	"slices"
	"time"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/dossier"
	"chuan.dev/chuan/internal/statistics"
)

// ControlSlipPart is that of M06: a line for every hand-over of the dossier from one to another, in the order in which they
// happened.
type ControlSlipPart struct {
	HandOvers []HandOver `json:"handOvers"`
	// Standing of the whole against the time promised; empty while it is open and within it.
	Result statistics.Punctuality `json:"result,omitempty"`
}

// HandOver is a step to which the dossier was handed over.
type HandOver struct {
	No   int  `json:"no"`
	Step Step `json:"step"`
	// Giver is who handed it over; absent where it came from the applicant or by itself.
	Giver   *Officer  `json:"giver,omitempty"`
	GivenAt time.Time `json:"givenAt"`
	// Taker is who took it: who finished the step or, while it is open, to whom it is assigned. Absent while nobody is known.
	Taker *Officer `json:"taker,omitempty"`
	// Due is when the step's own time is used up, LeftAt when the step was finished; both may be absent.
	Due    time.Time `json:"due,omitzero"`
	LeftAt time.Time `json:"leftAt,omitzero"`
	// Result of the step; empty for one that is open and within its time, and for one that has none.
	Result statistics.Punctuality `json:"result,omitempty"`
	// Action by which it was finished, by its title; empty for what followed by itself. Note is the reason that was given.
	Action v1alpha1.Title `json:"action,omitempty"`
	Note   string         `json:"note,omitempty"`

	branch string
}

// controlSlip follows the tokens through the events, from the beginning.
func (m *moment) controlSlip() *ControlSlipPart {
	part := &ControlSlipPart{HandOvers: []HandOver{}}
	var giver *Officer
	for _, e := range m.Events[:m.event.Seq] {
		// What follows by itself from what an officer did was handed over by them; what time or another agency brought about was
		// not.
		switch {
		case e.Type == dossier.Expired || e.Type == dossier.Answered || e.Type == dossier.Received:
			giver = nil
		case e.Officer != "":
			giver = m.officer(e)
		}
		part.finish(m, e)
		m.follow(e)
		for _, t := range e.Data.Entered {
			part.HandOvers = append(part.HandOvers, HandOver{
				Step: m.step(t.Step), Giver: giver, GivenAt: e.At, Due: t.Due, branch: t.Branch,
			})
		}
	}
	for i := range part.HandOvers {
		h := &part.HandOvers[i]
		h.No = i + 1
		if assigned := m.state.Assignees[h.Step.ID]; h.LeftAt.IsZero() && h.Taker == nil && assigned != "" {
			h.Taker = m.person(assigned, "", m.event.At)
		}
		if h.LeftAt.IsZero() && !h.Due.IsZero() && m.event.At.After(h.Due) {
			h.Result = statistics.Late
		}
	}
	switch standing, _ := statistics.StandingOf(m.state, m.event.At, m.Zone); standing {
	case statistics.SettledEarly:
		part.Result = statistics.Early
	case statistics.SettledOnTime:
		part.Result = statistics.OnTime
	case statistics.SettledLate, statistics.OpenOverdue:
		part.Result = statistics.Late
	}
	return part
}

// follow takes the words of steps from the revision that holds from an event on.
func (m *moment) follow(e dossier.Event) {
	digest := ""
	switch {
	case e.Data.Receipt != nil:
		digest = e.Data.Receipt.Digest
	case e.Data.Rebase != nil:
		digest = e.Data.Rebase.Digest
	}
	if p, ok := m.Procedure(digest); digest != "" && ok {
		m.p = p
	}
}

// finish ends the lines of the tokens that an event takes away. A step that was left out, and a parallel step, which only
// opens its branches, were handed over to nobody.
func (part *ControlSlipPart) finish(m *moment, e dossier.Event) {
	for _, branch := range e.Data.Left {
		i := len(part.HandOvers) - 1
		for i >= 0 && (part.HandOvers[i].branch != branch || !part.HandOvers[i].LeftAt.IsZero()) {
			i--
		}
		if i < 0 {
			continue
		}
		if e.Type == dossier.Passed || e.Type == dossier.Branched {
			part.HandOvers = slices.Delete(part.HandOvers, i, i+1)
			continue
		}
		h := &part.HandOvers[i]
		h.LeftAt, h.Result = e.At, statistics.Judge(h.Due, e.At, m.Zone)
		if h.Step.ID == e.From {
			h.Taker, h.Note = m.officer(e), e.Data.Reason
			h.Action = m.action(e)
		}
	}
}

// action is the title of the action of an event.
func (m *moment) action(e dossier.Event) v1alpha1.Title {
	if action, ok := m.p.Action(e.From, e.Action); ok && action.Title != "" {
		return action.Title
	}
	return v1alpha1.Title(e.Action)
}
