package dossier

import (
	"slices"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/calendar"
	"chuan.dev/chuan/internal/procedure"
)

// Office is what a decision has to know of the agency: when it works, and who works in it. A dossier keeps its revision,
// but not the people: who holds a role is what holds today.
type Office struct {
	Calendar *calendar.Calendar
	Officers []v1alpha1.Officer
	// Today is the agency's day: officers hold their roles, and are away, from a day to a day.
	Today calendar.Day
	// Disadvantaged says that the longer limits of disadvantaged areas hold.
	Disadvantaged bool
}

// officer returns an officer of the agency.
func (o Office) officer(id v1alpha1.ID) (v1alpha1.Officer, bool) {
	i := slices.IndexFunc(o.Officers, func(officer v1alpha1.Officer) bool { return officer.ID == id })
	if i < 0 {
		return v1alpha1.Officer{}, false
	}
	return o.Officers[i], true
}

// within says whether today lies between two days, either of which may be absent.
func (o Office) within(from, until v1alpha1.Date) bool {
	if from == "" && until == "" {
		return true
	}
	today := v1alpha1.Date(o.Today.String())
	return from <= today && (until == "" || today <= until)
}

// holds says whether an officer works in the agency and holds a role.
func (o Office) holds(id, role v1alpha1.ID) bool {
	officer, ok := o.officer(id)
	return ok && slices.Contains(officer.Roles, role) && o.within(officer.From, officer.Until)
}

// Holders are the officers who hold a role today.
func (o Office) Holders(role v1alpha1.ID) []v1alpha1.ID {
	var ids []v1alpha1.ID
	for i := range o.Officers {
		if officer := &o.Officers[i]; slices.Contains(officer.Roles, role) && o.within(officer.From, officer.Until) {
			ids = append(ids, officer.ID)
		}
	}
	return ids
}

// Represented are the holders of a role who are away today and for whom an officer acts, where the role may be delegated.
func (o Office) Represented(id, role v1alpha1.ID) []v1alpha1.ID {
	delegate, ok := o.officer(id)
	if !ok || !o.within(delegate.From, delegate.Until) {
		return nil
	}
	var holders []v1alpha1.ID
	for _, holder := range o.Holders(role) {
		officer, _ := o.officer(holder)
		if holder != id && slices.ContainsFunc(officer.DelegatesTo, func(d v1alpha1.Delegation) bool {
			return d.Officer == id && o.within(d.From, d.Until)
		}) {
			holders = append(holders, holder)
		}
	}
	return holders
}

// represented are the holders of a role for whom an officer acts in a procedure that lets it be delegated.
func (o Office) represented(p *procedure.Procedure, id, role v1alpha1.ID) []v1alpha1.ID {
	delegable := slices.ContainsFunc(p.Spec.Roles, func(r v1alpha1.Role) bool {
		return r.ID == role && r.CanDelegate != nil && *r.CanDelegate
	})
	if !delegable {
		return nil
	}
	return o.Represented(id, role)
}
