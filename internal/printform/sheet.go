package printform

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/dossier"
)

// Sheet is what stands on a form about one dossier. One of the parts is there, by the form; the register is a [Book].
type Sheet struct {
	Form v1alpha1.PrintForm `json:"form"`
	// Number of the form, where it has one: the code of the dossier with the sign of the form.
	Number string `json:"number,omitempty"`
	// Code of the dossier. Seq and At are those of the event that printed the form.
	Code string    `json:"code"`
	Seq  int64     `json:"seq"`
	At   time.Time `json:"at"`
	// By is who printed it; absent for what followed by itself.
	By        *Officer          `json:"by,omitempty"`
	Agency    Agency            `json:"agency"`
	Agencies  dossier.Agencies  `json:"agencies,omitzero"`
	Procedure Procedure         `json:"procedure"`
	Applicant dossier.Applicant `json:"applicant"`
	Channel   v1alpha1.Channel  `json:"channel"`
	// ReceivedAt is when the dossier came in, AcceptedAt when the clock started and Due the time promised. The last two are
	// absent before acceptance.
	ReceivedAt time.Time `json:"receivedAt"`
	AcceptedAt time.Time `json:"acceptedAt,omitzero"`
	Due        time.Time `json:"due,omitzero"`

	Receipt        *ReceiptPart        `json:"receipt,omitempty"`
	Supplement     *SupplementPart     `json:"supplement,omitempty"`
	Refusal        *RefusalPart        `json:"refusal,omitempty"`
	Apology        *ApologyPart        `json:"apology,omitempty"`
	Discontinuance *DiscontinuancePart `json:"discontinuance,omitempty"`
	ControlSlip    *ControlSlipPart    `json:"controlSlip,omitempty"`
}

// Procedure is the procedure as it stands on forms.
type Procedure struct {
	// Code in the quality management system, and CatalogueCode in the national catalogue with its Field; the last two may be
	// empty.
	Code          string         `json:"code"`
	CatalogueCode string         `json:"catalogueCode,omitempty"`
	Field         v1alpha1.Title `json:"field,omitempty"`
	Title         v1alpha1.Title `json:"title"`
	Revision      int32          `json:"revision"`
}

// ReceiptPart is that of M01.
type ReceiptPart struct {
	// Serial is the number of the day at the end of the code, by which the register finds the dossier.
	Serial string `json:"serial,omitempty"`
	// Components that were handed in, in the order of the procedure, and how many sets of them.
	Components []Component `json:"components"`
	Sets       int32       `json:"sets"`
	// Limit of the procedure from acceptance to result.
	Limit v1alpha1.WorkDuration `json:"limit"`
	// ReturnBy is how the result is to be given.
	ReturnBy v1alpha1.Channel `json:"returnBy"`
	// Fees of the procedure, and what was paid of each.
	Fees []Fee `json:"fees,omitempty"`
}

// Component is a document of the dossier.
type Component struct {
	No    int                   `json:"no"`
	ID    v1alpha1.ID           `json:"id"`
	Title v1alpha1.Title        `json:"title"`
	Kind  v1alpha1.DocumentKind `json:"kind,omitempty"`
	// Copies that are held or, of what is missing, that are lacking.
	Copies int32 `json:"copies"`
}

// Fee is a fee and what was paid of it.
type Fee struct {
	ID       v1alpha1.ID    `json:"id"`
	Title    v1alpha1.Title `json:"title"`
	Amount   int64          `json:"amount"`
	Paid     int64          `json:"paid"`
	Currency string         `json:"currency"`
	// Receipts are the numbers of the receipts that were given.
	Receipts []string `json:"receipts,omitempty"`
}

// SupplementPart is that of M02.
type SupplementPart struct {
	// Missing are the required documents that are lacking, and Reason what the officer asks for in words.
	Missing []Component `json:"missing,omitempty"`
	Reason  string      `json:"reason"`
	// Until is when the dossier is closed without an answer; absent when it waits for ever.
	Until time.Time `json:"until,omitzero"`
	// Times is which request this is in the dossier, from 1.
	Times int `json:"times"`
}

// RefusalPart is that of M03.
type RefusalPart struct {
	Missing []Component `json:"missing,omitempty"`
	Reason  string      `json:"reason"`
}

// ApologyPart is that of M04.
type ApologyPart struct {
	Reason string `json:"reason"`
	Delay
	// History are the extensions before this one.
	History []Delay `json:"history,omitempty"`
}

// Delay is a time promised that was moved on.
type Delay struct {
	At     time.Time             `json:"grantedAt"`
	By     v1alpha1.WorkDuration `json:"extendedBy"`
	Before time.Time             `json:"before"`
	Due    time.Time             `json:"newDue"`
}

// DiscontinuancePart is that of M05.
type DiscontinuancePart struct {
	Reason string `json:"reason,omitempty"`
	// Stages at which the dossier stood, and since when.
	Stages []Stage `json:"stages"`
	// Outcome with which it ends.
	Outcome v1alpha1.Title `json:"outcome"`
	Fees    []Fee          `json:"fees,omitempty"`
}

// Stage is a step at which a dossier stood.
type Stage struct {
	Step
	Since time.Time `json:"since"`
}

// Sheet is what stands on a form that an event printed. M06 can be asked for at every event: it shows the hand-overs up to it.
// The error is [ErrNotPrinted] where the event did not print the form.
func (c *Case) Sheet(form v1alpha1.PrintForm, seq int64) (Sheet, error) {
	m, err := c.moment(seq)
	if err != nil {
		return Sheet{}, err
	}
	s := m.head(form)
	if form != ControlSlip && !slices.Contains(m.event.Data.Prints, form) {
		return Sheet{}, fmt.Errorf("printform: %s at event %d: %w", form, seq, ErrNotPrinted)
	}
	switch form {
	case Receipt:
		s.Receipt = m.receipt()
	case Supplement:
		s.Number, s.Supplement = c.Code+"/HDHS", m.supplement()
	case Refusal:
		s.Refusal = &RefusalPart{Missing: m.missing(), Reason: m.event.Data.Reason}
	case Apology:
		s.Number, s.Apology = c.Code+"/PXL", m.apology()
	case Discontinuance:
		s.Discontinuance = m.discontinuance()
	case ControlSlip:
		s.ControlSlip = m.controlSlip()
	default:
		return Sheet{}, fmt.Errorf("printform: %s is not a form about one dossier: %w", form, ErrNotPrinted)
	}
	return s, nil
}

func (m *moment) head(form v1alpha1.PrintForm) Sheet {
	r, clock := m.state.Receipt, m.state.Clock
	return Sheet{
		Form: form, Code: m.Code, Seq: m.event.Seq, At: m.event.At, By: m.officer(m.event), Agency: m.Agency, Agencies: r.Agencies,
		Procedure: m.procedure(), Applicant: r.Applicant, Channel: r.Channel, ReceivedAt: m.state.ReceivedAt,
		AcceptedAt: clock.StartedAt, Due: clock.Due,
	}
}

func (m *moment) procedure() Procedure {
	spec := m.p.Spec
	p := Procedure{Code: spec.Code, Title: spec.Title, Revision: m.state.Receipt.Revision}
	if national := spec.AdministrativeProcedure; national != nil {
		p.CatalogueCode, p.Field = national.Code, national.Field
	}
	return p
}

func (m *moment) receipt() *ReceiptPart {
	r := m.state.Receipt
	part := &ReceiptPart{
		Components: m.components(), Sets: max(r.Sets, 1), Limit: v1alpha1.WorkDuration(m.p.LimitFor(m.Agency.Disadvantaged).String()),
		ReturnBy: r.ReturnBy, Fees: m.fees(),
	}
	if part.ReturnBy == "" {
		part.ReturnBy = r.Channel
	}
	if i := strings.LastIndexByte(m.Code, '-'); i >= 0 {
		part.Serial = m.Code[i+1:]
	}
	return part
}

// held is how many copies are held of a document. One that is a form is there when the form is filled in.
func (m *moment) held(d *v1alpha1.RequiredDocument) int32 {
	held := m.state.Documents[d.ID]
	if held == 0 && d.Form != "" && len(m.state.Forms[d.Form]) > 0 {
		return max(d.Copies, 1)
	}
	return held
}

// components are the documents that are held.
func (m *moment) components() []Component {
	all := []Component{}
	for i := range m.p.Spec.Documents {
		d := &m.p.Spec.Documents[i]
		if held := m.held(d); held > 0 {
			all = append(all, Component{No: len(all) + 1, ID: d.ID, Title: d.Title, Kind: d.Kind, Copies: held})
		}
	}
	return all
}

// missing are the documents that are required of the dossier and lacking. A condition that cannot be worked out, for want
// of a field, does not excuse a document.
func (m *moment) missing() []Component {
	var all []Component
	for i := range m.p.Spec.Documents {
		d := &m.p.Spec.Documents[i]
		if d.Required == nil || !*d.Required {
			continue
		}
		lacking := max(d.Copies, 1) - m.held(d)
		if applies, err := m.p.DocumentApplies(d.ID, m.state.Forms); lacking > 0 && (applies || err != nil) {
			all = append(all, Component{No: len(all) + 1, ID: d.ID, Title: d.Title, Kind: d.Kind, Copies: lacking})
		}
	}
	return all
}

func (m *moment) fees() []Fee {
	var fees []Fee
	for i := range m.p.Spec.Fees {
		f := &m.p.Spec.Fees[i]
		fee := Fee{ID: f.ID, Title: f.Title, Currency: f.Currency, Paid: m.state.Paid(f.ID)}
		if fee.Currency == "" {
			fee.Currency = "VND"
		}
		if f.Amount != nil {
			fee.Amount = *f.Amount
		}
		for _, p := range m.state.Payments {
			if p.Fee == f.ID && p.Receipt != "" {
				fee.Receipts = append(fee.Receipts, p.Receipt)
			}
		}
		fees = append(fees, fee)
	}
	return fees
}

func (m *moment) supplement() *SupplementPart {
	part := &SupplementPart{Missing: m.missing(), Reason: m.event.Data.Reason}
	for _, p := range Printed(m.Events[:m.event.Seq]) {
		if p.Form == Supplement {
			part.Times++
		}
	}
	for _, t := range m.event.Data.Entered {
		if !t.Expires.IsZero() {
			part.Until = t.Expires
		}
	}
	return part
}

// apology tells of the extension that the event grants and of those before it. Where a procedure prints the form along with
// an action, the time promised stays as it was.
func (m *moment) apology() *ApologyPart {
	part := &ApologyPart{Reason: m.event.Data.Reason, Delay: Delay{At: m.event.At, Before: m.before.Clock.Due, Due: m.state.Clock.Due}}
	for _, e := range m.Events[:m.event.Seq] {
		x := e.Data.Extension
		if x == nil {
			continue
		}
		delay := Delay{At: e.At, By: x.By, Before: x.Before, Due: x.Due}
		if e.Seq == m.event.Seq {
			part.Delay = delay
		} else {
			part.History = append(part.History, delay)
		}
	}
	return part
}

func (m *moment) discontinuance() *DiscontinuancePart {
	part := &DiscontinuancePart{Reason: m.event.Data.Reason, Stages: []Stage{}, Fees: m.fees()}
	for _, t := range m.before.Tokens {
		part.Stages = append(part.Stages, Stage{Step: m.step(t.Step), Since: t.EnteredAt})
	}
	if id, ends := strings.CutPrefix(string(m.event.To), "end/"); ends {
		if o, ok := m.p.Outcome(v1alpha1.ID(id)); ok {
			part.Outcome = outcome(o)
		}
	}
	return part
}
