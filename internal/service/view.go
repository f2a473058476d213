package service

import (
	"time"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/dossier"
	"chuan.dev/chuan/internal/procedure"
	"chuan.dev/chuan/internal/store"
)

// DossierView is a dossier as officers see it. It holds personal data.
type DossierView struct {
	Code string `json:"code"`
	// CheckCode is printed on the slip beside the code; it is given at reception only.
	CheckCode string        `json:"checkCode,omitempty"`
	Procedure ProcedureName `json:"procedure"`
	Revision  int32         `json:"revision"`
	// Version of the dossier, to be given back with an action.
	Version int64 `json:"version"`
	// Status is open or ended.
	Status     string            `json:"status"`
	Outcome    v1alpha1.ID       `json:"outcome,omitempty"`
	Result     string            `json:"result,omitempty"`
	Channel    v1alpha1.Channel  `json:"channel"`
	Applicant  dossier.Applicant `json:"applicant"`
	ReceivedAt string            `json:"receivedAt"`
	AcceptedAt string            `json:"acceptedAt,omitempty"`
	// Due is the time promised to the applicant; absent before acceptance.
	Due string `json:"due,omitempty"`
	// ExpectedDue is the time that would be promised if the dossier were accepted now; given at reception only.
	ExpectedDue string `json:"expectedDue,omitempty"`
	// DueProvisional says that the time rests on a calendar that is not official yet.
	DueProvisional bool `json:"dueProvisional,omitempty"`
	// Overdue says that the time promised has passed.
	Overdue bool `json:"overdue"`
	// Clock is what the statutory clock does.
	Clock     v1alpha1.ClockState   `json:"clock"`
	EndedAt   string                `json:"endedAt,omitempty"`
	Forms     procedure.Forms       `json:"forms,omitempty"`
	Documents map[v1alpha1.ID]int32 `json:"documents,omitempty"`
	// Attachments, results, extensions and payments, in the order in which they came about.
	Attachments []dossier.Attachment `json:"attachments,omitempty"`
	Results     []dossier.Result     `json:"results,omitempty"`
	Extensions  []dossier.Extension  `json:"extensions,omitempty"`
	Payments    []dossier.Payment    `json:"payments,omitempty"`
	// Place of the paper file, and the loan of it that is not back yet.
	Place string        `json:"place,omitempty"`
	Loan  *dossier.Loan `json:"loan,omitempty"`
	// Consultations that wait for an answer.
	Consultations []dossier.Consultation `json:"consultations,omitempty"`
	// DisposeAfter is the day after which the record may be disposed of, and Disposal how it was.
	DisposeAfter string            `json:"disposeAfter,omitempty"`
	Disposal     *dossier.Disposal `json:"disposal,omitempty"`
	// Agencies that have to do with it, ReturnBy how the result is to be given, Sets of papers that were handed in.
	Agencies dossier.Agencies `json:"agencies,omitzero"`
	ReturnBy v1alpha1.Channel `json:"returnBy,omitempty"`
	Sets     int32            `json:"sets,omitempty"`
	// Commands that the officer who asks may give, beside the actions of the steps; said where a dossier is read.
	Commands []dossier.CommandName `json:"commands,omitempty"`
	// Steps at which the dossier stands.
	Steps []StepView `json:"steps"`
	// Warnings for who receives it. They keep nobody from receiving it.
	Warnings []Warning `json:"warnings,omitempty"`
	// History is everything that happened. It is the last field: see writeDossier.
	History []EventView `json:"history"`
}

// ProcedureName names a procedure.
type ProcedureName struct {
	Name  string         `json:"name"`
	Code  string         `json:"code"`
	Title v1alpha1.Title `json:"title"`
}

// StepView is a step at which a dossier stands.
type StepView struct {
	Step      v1alpha1.ID    `json:"step"`
	Title     v1alpha1.Title `json:"title"`
	Branch    string         `json:"branch"`
	Role      v1alpha1.ID    `json:"role"`
	Assignee  v1alpha1.ID    `json:"assignee,omitempty"`
	EnteredAt string         `json:"enteredAt"`
	// Due is when the step's own budget is used up.
	Due     string `json:"due,omitempty"`
	Overdue bool   `json:"overdue"`
	// Expires is when the dossier goes on by itself.
	Expires string `json:"expires,omitempty"`
	// Actions that the officer who asks may take.
	Actions []ActionView `json:"actions"`
}

// ActionView is an action that may be taken.
type ActionView struct {
	ID       v1alpha1.ID                  `json:"id"`
	Title    v1alpha1.Title               `json:"title,omitempty"`
	Requires *v1alpha1.ActionRequirements `json:"requires,omitempty"`
}

// EventView is something that happened.
type EventView struct {
	Seq     int64             `json:"seq"`
	At      string            `json:"at"`
	Type    dossier.EventType `json:"type"`
	Officer v1alpha1.ID       `json:"officer,omitempty"`
	Role    v1alpha1.ID       `json:"role,omitempty"`
	Action  v1alpha1.ID       `json:"action,omitempty"`
	From    v1alpha1.ID       `json:"from,omitempty"`
	To      v1alpha1.Target   `json:"to,omitempty"`
	Data    dossier.Data      `json:"data"`
	// Hash of the event as it is kept, which holds the hash of the one before.
	Hash string `json:"hash"`
}

// stamp is a time as it is shown: in the agency's zone, to the second. No time is empty.
func (a *agency) stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(a.calendar.Location()).Format(time.RFC3339)
}

// date is the agency's day of a time. No time is empty.
func (a *agency) date(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(a.calendar.Location()).Format(time.DateOnly)
}

// provisional says whether a time rests on a calendar that is not official yet.
func (a *agency) provisional(t time.Time) bool {
	return !t.IsZero() && a.calendar.Provisional(t.In(a.calendar.Location()).Year())
}

func nameOf(p *procedure.Procedure) ProcedureName {
	return ProcedureName{Name: p.Name, Code: p.Spec.Code, Title: p.Spec.Title}
}

// view is a dossier as an officer sees it, without its history.
func (d *desk) view(r *recorded, officer v1alpha1.ID) *DossierView {
	s := r.state
	v := &DossierView{
		Code: r.code, Procedure: nameOf(r.procedure), Revision: s.Receipt.Revision, Version: s.Version,
		Status: statusOpen, Channel: s.Receipt.Channel, Applicant: s.Receipt.Applicant,
		ReceivedAt: d.stamp(s.ReceivedAt), AcceptedAt: d.stamp(s.Clock.StartedAt),
		Due: d.stamp(s.Clock.Due), DueProvisional: d.provisional(s.Clock.Due),
		Overdue: s.Clock.Overdue(d.now), Clock: s.Clock.State, Forms: s.Forms, Documents: s.Documents,
		Attachments: s.Attachments, Results: s.Results, Extensions: s.Extensions, Payments: s.Payments,
		Place: s.Place, Loan: s.Loan, Consultations: s.Consultations, DisposeAfter: d.date(r.head.DisposeAfter),
		Disposal: s.Disposal, Agencies: s.Receipt.Agencies, ReturnBy: s.Receipt.ReturnBy, Sets: s.Receipt.Sets,
		Steps: make([]StepView, 0, len(s.Tokens)), History: []EventView{},
	}
	if s.Ending != nil {
		v.Status, v.Outcome, v.Result = statusEnded, s.Ending.Outcome, string(s.Ending.Result)
		v.EndedAt = d.stamp(s.Ending.At)
	}
	for _, t := range s.Tokens {
		v.Steps = append(v.Steps, d.step(r, t, officer))
	}
	return v
}

// whole is a dossier as an officer sees it, with its history.
func (d *desk) whole(r *recorded, officer v1alpha1.ID) *DossierView {
	v := d.view(r, officer)
	for i := range r.events {
		v.History = append(v.History, eventView(&r.events[i], r.hashes[i], d.calendar.Location()))
	}
	return v
}

// eventView is an event as an officer sees it.
func eventView(e *dossier.Event, hash store.Hash, zone *time.Location) EventView {
	return EventView{
		Seq: e.Seq, At: e.At.In(zone).Format(time.RFC3339), Type: e.Type, Officer: e.Officer, Role: e.Role, Action: e.Action,
		From: e.From, To: e.To, Data: e.Data, Hash: hash.String(),
	}
}

// commands are those that an officer may give in a dossier. Moving it needs a later revision in force.
func (d *desk) commands(r *recorded, officer v1alpha1.ID) []dossier.CommandName {
	all := dossier.Commands(r.procedure, r.state, officer, d.place)
	kept := make([]dossier.CommandName, 0, len(all))
	for _, c := range all {
		if c != dossier.CommandMove || d.superseded(r) {
			kept = append(kept, c)
		}
	}
	return kept
}

// superseded says whether a later revision than that of the dossier is in force.
func (d *desk) superseded(r *recorded) bool {
	p, ok := d.procedure(r.state.Receipt.Procedure)
	if !ok {
		return false
	}
	current, _ := d.inForce(p, d.now)
	return current != nil && current.number > r.state.Receipt.Revision
}

func (d *desk) step(r *recorded, t dossier.Token, officer v1alpha1.ID) StepView {
	v := StepView{
		Step: t.Step, Branch: t.Branch, EnteredAt: d.stamp(t.EnteredAt),
		Due: d.stamp(t.Due), Overdue: !t.Due.IsZero() && d.now.After(t.Due), Expires: d.stamp(t.Expires),
		Actions: []ActionView{},
	}
	step, ok := r.procedure.Step(t.Step)
	if !ok {
		return v
	}
	v.Title, v.Role = step.Title, dossier.ActingRole(r.procedure, step)
	v.Assignee, _ = dossier.Assignee(r.procedure, r.state, step, d.place)
	for _, action := range dossier.Offered(r.procedure, r.state, t, officer, d.place) {
		v.Actions = append(v.Actions, ActionView{ID: action.ID, Title: action.Title, Requires: action.Requires})
	}
	return v
}
