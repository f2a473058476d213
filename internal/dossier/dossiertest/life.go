package dossiertest

import (
	"time"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/calendar"
	"chuan.dev/chuan/internal/dossier"
	"chuan.dev/chuan/internal/procedure"
	"chuan.dev/chuan/internal/procedure/proceduretest"
)

// Life is a dossier in the hands of chance.
type Life struct {
	proceduretest.Chance
	Procedure *procedure.Procedure
	// Successor is the revision onto which the dossier may move; nil when there is none.
	Successor *procedure.Procedure
	Office    dossier.Office
	// Now is the time of day, which goes on.
	Now time.Time
	// State of the dossier and the Events that brought it there.
	State  dossier.State
	Events []dossier.Event
	// numbers are the last ones given in each book.
	numbers map[string]int64
}

// Begin is a dossier that is about to be received.
func Begin(c proceduretest.Chance, p *procedure.Procedure) *Life {
	return &Life{Chance: c, Procedure: p, Office: Office(p.Spec), Now: Morning, numbers: map[string]int64{}}
}

// Do decides about a command and, when it is accepted, folds what comes of it. The error is that of the decision.
func (l *Life) Do(c dossier.Command) ([]dossier.Event, error) {
	l.Office.Today = calendar.DayOf(l.Now, l.Office.Calendar.Location())
	_, moves := c.(dossier.Move)
	p := l.Procedure
	if moves {
		p = l.Successor
	}
	events, err := dossier.Decide(p, l.State, c, l.Now, l.Office)
	if err != nil {
		return nil, err
	}
	if moves {
		l.Procedure, l.Successor = l.Successor, nil
	}
	if n, ok := dossier.Numbering(p, events); ok {
		l.numbers[n.Book]++
		events[n.Event].Data = n.Put(l.numbers[n.Book], events[n.Event].Data)
	}
	for _, e := range events {
		if l.State, err = dossier.Fold(l.State, e); err != nil {
			panic(err)
		}
	}
	l.Events = append(l.Events, events...)
	return events, nil
}

// Reception receives the dossier: complete, or with gaps.
func (l *Life) Reception() dossier.Receive {
	r := dossier.Receive{
		Officer: proceduretest.Counter + "-0", Revision: 1, Digest: "digest",
		Channel:   proceduretest.One(l, l.Procedure.Spec.Channels...),
		Applicant: dossier.Applicant{Name: "Lò Văn Xôm", IdentityNumber: "011234567890", Phone: "0912345678", Address: "xã Thanh Nưa"},
	}
	if !proceduretest.In(l, 3) {
		r.Forms, r.Documents = l.formsOf(l.Procedure.Intake()), l.documents()
	}
	return r
}

// Pass lets time pass: hours as a rule, now and then weeks.
func (l *Life) Pass() {
	l.Now = l.Now.Add(time.Duration(1+l.IntN(20*60)) * time.Minute)
	if proceduretest.In(l, 12) {
		l.Now = l.Now.AddDate(0, 0, 10+l.IntN(80))
	}
}

// Next is what happens next: mostly a sensible action, sometimes another command or nonsense.
func (l *Life) Next() dossier.Command {
	switch k := l.IntN(10); {
	case k == 8 || !l.State.Open():
		return l.Other()
	case k == 7 && len(l.State.Consultations) > 0:
		return l.answer()
	case k >= 5 && k <= 7 && l.asks():
		return l.question()
	case k == 9:
		return l.nonsense()
	default:
		return l.Sensible(proceduretest.One(l, l.State.Tokens...))
	}
}

// Sensible is an action at a token by an officer to whom it is offered, with all that it asks for. When nobody is offered
// any, it is one that will be refused.
func (l *Life) Sensible(t dossier.Token) dossier.Act {
	var acts []dossier.Act
	step, _ := l.Procedure.Step(t.Step)
	for _, officer := range l.Able(step) {
		for _, action := range dossier.Offered(l.Procedure, l.State, t, officer, l.Office) {
			acts = append(acts, dossier.Act{Officer: officer, Action: action.ID})
		}
	}
	if len(acts) == 0 {
		return dossier.Act{Officer: Everything, Version: l.State.Version, Step: t.Step}
	}
	// The first action of a step is its way forward. It is taken more often, so that dossiers come far.
	act := proceduretest.One(l, acts...)
	if !proceduretest.In(l, 4) {
		act.Action = step.Actions[0].ID
	}
	return l.Complete(t, act.Officer, act.Action)
}

// Able are the officers who may be able to act in a step: who holds its role, and who acts for others.
func (l *Life) Able(step *v1alpha1.Step) []v1alpha1.ID {
	return append(l.Office.Holders(dossier.ActingRole(l.Procedure, step)), deputy)
}

// Complete is an action with all that its step may ask for.
func (l *Life) Complete(t dossier.Token, officer, action v1alpha1.ID) dossier.Act {
	step, _ := l.Procedure.Step(t.Step)
	act := dossier.Act{
		Officer: officer, Version: l.State.Version, Step: t.Step, Action: action, Reason: "Theo quy định", Forms: l.formsOf(step),
		Documents: l.documents(),
	}
	if step.Assigns != nil {
		act.Assignee = proceduretest.One(l, l.Office.Holders(step.Assigns.Role)...)
	}
	for _, id := range step.Collects {
		for _, fee := range l.Procedure.Spec.Fees {
			if fee.ID == id {
				act.Payments = append(act.Payments, dossier.Payment{Fee: id, Amount: *fee.Amount, Currency: "VND", Method: "cash"})
			}
		}
	}
	return act
}

// nonsense is an action that an unreliable client may send.
func (l *Life) nonsense() dossier.Command {
	step := &l.Procedure.Spec.Steps[l.IntN(len(l.Procedure.Spec.Steps))]
	act := dossier.Act{
		Officer: l.officer(), Version: l.State.Version - int64(l.IntN(10)/9), Reason: proceduretest.One(l, "", "Lý do", "\x00"), Forms: l.anyForms(),
	}
	if len(step.Actions) > 0 {
		act.Step, act.Action = step.ID, step.Actions[l.IntN(len(step.Actions))].ID
	}
	return act
}

// officer is anybody, or nobody who is known.
func (l *Life) officer() v1alpha1.ID {
	if proceduretest.In(l, 20) {
		return "khong-ai"
	}
	return l.Office.Officers[l.IntN(len(l.Office.Officers))].ID
}
