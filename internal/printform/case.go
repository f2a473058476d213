package printform

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/dossier"
	"chuan.dev/chuan/internal/procedure"
)

// The forms.
const (
	Receipt        v1alpha1.PrintForm = "M01"
	Supplement     v1alpha1.PrintForm = "M02"
	Refusal        v1alpha1.PrintForm = "M03"
	Apology        v1alpha1.PrintForm = "M04"
	Discontinuance v1alpha1.PrintForm = "M05"
	ControlSlip    v1alpha1.PrintForm = "M06"
	Register       v1alpha1.PrintForm = "M07"
)

// ErrNotPrinted says that the event did not print the form.
var ErrNotPrinted = errors.New("the form was not printed then")

// Agency is the agency whose dossier it is, as it stands on forms.
type Agency struct {
	// Code is the identification code, Title the full name.
	Code  string         `json:"code"`
	Title v1alpha1.Title `json:"title"`
	// Desk is the unit that receives dossiers and hands results over, and Address and Phone are its own.
	Desk    v1alpha1.Title `json:"desk,omitempty"`
	Address string         `json:"address,omitempty"`
	Phone   string         `json:"phone,omitempty"`
	// Disadvantaged says that the longer limits of disadvantaged areas hold.
	Disadvantaged bool `json:"disadvantaged,omitempty"`
}

// Officer is somebody who acted.
type Officer struct {
	ID       v1alpha1.ID    `json:"id"`
	Name     v1alpha1.Title `json:"name,omitempty"`
	Position v1alpha1.Title `json:"position,omitempty"`
	// Role in which they acted, by its title, and For the absent holder for whom they did.
	Role v1alpha1.Title `json:"role,omitempty"`
	For  *Officer       `json:"for,omitempty"`
}

// Case is a dossier whose forms are printed.
type Case struct {
	Agency Agency
	// Code of the dossier, and its Events so far.
	Code   string
	Events []dossier.Event
	// Procedure returns the revision of a digest that the events cite.
	Procedure func(digest string) (*procedure.Procedure, bool)
	// Officer returns the name and the position that an officer had at a time. Nil where names are not known.
	Officer func(id v1alpha1.ID, at time.Time) (name, position v1alpha1.Title)
	// Zone of the agency, by whose days what is early is told from what is on time.
	Zone *time.Location
}

// Print is a form that was printed.
type Print struct {
	// Seq and At of the event that printed it.
	Seq  int64              `json:"seq"`
	Form v1alpha1.PrintForm `json:"form"`
	At   time.Time          `json:"at"`
}

// Printed lists the forms that were printed, in the order in which they were.
func Printed(events []dossier.Event) []Print {
	var prints []Print
	for _, e := range events {
		for _, form := range e.Data.Prints {
			prints = append(prints, Print{Seq: e.Seq, Form: form, At: e.At})
		}
	}
	return prints
}

// At is the state of a dossier after an event of it.
func At(events []dossier.Event, seq int64) (dossier.State, error) {
	if seq < 1 || seq > int64(len(events)) {
		return dossier.State{}, fmt.Errorf("printform: the dossier has no event %d: it has %d", seq, len(events))
	}
	return dossier.Replay(events[:seq])
}

// moment is a dossier at the event that printed a form.
type moment struct {
	*Case
	p     *procedure.Procedure
	event dossier.Event
	// before and state are the dossier before and after the event.
	before, state dossier.State
}

func (c *Case) moment(seq int64) (*moment, error) {
	state, err := At(c.Events, seq)
	if err != nil {
		return nil, err
	}
	m := &moment{Case: c, event: c.Events[seq-1], state: state}
	if seq > 1 {
		if m.before, err = At(c.Events, seq-1); err != nil {
			return nil, err
		}
	}
	var ok bool
	if m.p, ok = c.Procedure(state.Receipt.Digest); !ok {
		return nil, fmt.Errorf("printform: revision %d of procedure %s, which the dossier cites, is not there",
			state.Receipt.Revision, state.Receipt.Procedure)
	}
	return m, nil
}

// officer is who acted in an event; nil for what followed by itself.
func (m *moment) officer(e dossier.Event) *Officer {
	if e.Officer == "" {
		return nil
	}
	o := m.person(e.Officer, e.Role, e.At)
	if e.Data.ActsFor != "" {
		o.For = m.person(e.Data.ActsFor, "", e.At)
	}
	return o
}

// person is an officer as they were known at a time.
func (m *moment) person(id, role v1alpha1.ID, at time.Time) *Officer {
	o := &Officer{ID: id}
	if m.Officer != nil {
		o.Name, o.Position = m.Officer(id, at)
	}
	if role != "" {
		o.Role = m.role(role)
	}
	return o
}

// role is the title of a role.
func (m *moment) role(id v1alpha1.ID) v1alpha1.Title {
	i := slices.IndexFunc(m.p.Spec.Roles, func(r v1alpha1.Role) bool { return r.ID == id })
	if i < 0 {
		return v1alpha1.Title(id)
	}
	return m.p.Spec.Roles[i].Title
}

// Step is a step as it stands on forms.
type Step struct {
	ID    v1alpha1.ID    `json:"id"`
	Title v1alpha1.Title `json:"title"`
	// Role that acts in it, by its title.
	Role v1alpha1.Title `json:"role,omitempty"`
}

// step is a step by its title; one that the revision does not have any more goes by its id.
func (m *moment) step(id v1alpha1.ID) Step {
	step, ok := m.p.Step(id)
	if !ok {
		return Step{ID: id, Title: v1alpha1.Title(id)}
	}
	return Step{ID: id, Title: step.Title, Role: m.role(dossier.ActingRole(m.p, step))}
}
