package dossier

import (
	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/calendar"
	"chuan.dev/chuan/internal/procedure"
)

// CommandName names a command that an officer gives beyond the actions of the steps. Names are part of the API.
type CommandName string

// The commands.
const (
	CommandReassign    CommandName = "reassign"
	CommandExtend      CommandName = "extend"
	CommandWithdraw    CommandName = "withdraw"
	CommandDiscontinue CommandName = "discontinue"
	CommandCorrect     CommandName = "correct"
	CommandSupplement  CommandName = "supplement"
	CommandShelve      CommandName = "shelve"
	CommandLend        CommandName = "lend"
	CommandReturn      CommandName = "return"
	CommandMove        CommandName = "move"
	CommandDispose     CommandName = "dispose"
)

// Commands returns the commands that an officer may give in a dossier today, as far as that can be said before it is known
// what exactly they want. Whether there is a later revision onto which the dossier can be moved is for the caller to know.
func Commands(p *procedure.Procedure, s State, officer v1alpha1.ID, office Office) []CommandName {
	d := &decision{p: p, state: s, office: office, now: s.ChangedAt}
	if start := instant(office.Today.Start(office.Calendar.Location())); start.After(d.now) {
		d.now = start
	}
	var names []CommandName
	if s.Version == 0 || s.Disposal != nil {
		return nil
	}
	for _, c := range []struct {
		name    CommandName
		refusal func(v1alpha1.ID) *Refusal
	}{
		{CommandReassign, d.mayReassign},
		{CommandExtend, d.mayExtend},
		{CommandWithdraw, d.mayWithdraw},
		{CommandDiscontinue, d.mayDiscontinue},
		{CommandCorrect, d.mayCorrect},
		{CommandSupplement, d.maySupplement},
		{CommandShelve, d.mayKeep},
		{CommandLend, d.mayLend},
		{CommandReturn, d.mayReturn},
		{CommandMove, d.mayMove},
		{CommandDispose, d.mayDispose},
	} {
		if c.refusal(officer) == nil {
			names = append(names, c.name)
		}
	}
	return names
}

func (d *decision) mayReassign(officer v1alpha1.ID) *Refusal {
	refusal := d.admit(d.state.Version, open)
	for _, t := range d.state.Tokens {
		step, ok := d.p.Step(t.Step)
		if !ok {
			continue
		}
		if _, refusal = d.reassigns(step, officer); refusal == nil {
			return nil
		}
	}
	return refusal
}

func (d *decision) mayExtend(officer v1alpha1.ID) *Refusal {
	if refusal := d.admit(d.state.Version, open); refusal != nil {
		return refusal
	}
	if _, refusal := d.extendable(); refusal != nil {
		return refusal
	}
	due := calendar.DayOf(d.state.Clock.Due, d.office.Calendar.Location())
	if d.state.Clock.StoppedAt.IsZero() && due < d.today() {
		return overdue()
	}
	_, refusal := d.plays(officer, d.extenders())
	return refusal
}

func (d *decision) mayWithdraw(officer v1alpha1.ID) *Refusal {
	return d.mayBreakOff(officer, v1alpha1.ResultWithdrawn, d.counter())
}

func (d *decision) mayDiscontinue(officer v1alpha1.ID) *Refusal {
	return d.mayBreakOff(officer, v1alpha1.ResultDiscontinued, d.deciders())
}

func (d *decision) mayBreakOff(officer v1alpha1.ID, result v1alpha1.OutcomeResult, roles []v1alpha1.ID) *Refusal {
	if refusal := d.admit(d.state.Version, open); refusal != nil {
		return refusal
	}
	if _, refusal := d.broken(result); refusal != nil {
		return refusal
	}
	_, refusal := d.plays(officer, roles)
	return refusal
}

func (d *decision) mayCorrect(officer v1alpha1.ID) *Refusal {
	if _, refusal := d.correctable(); refusal != nil {
		return refusal
	}
	_, refusal := d.plays(officer, d.correctors())
	return refusal
}

func (d *decision) maySupplement(officer v1alpha1.ID) *Refusal {
	if d.state.Ending != nil && len(d.p.Spec.Fees) == 0 {
		return d.admit(d.state.Version, open)
	}
	_, refusal := d.supplements(officer)
	return refusal
}

func (d *decision) mayKeep(officer v1alpha1.ID) *Refusal {
	_, refusal := d.keeps(officer, d.state.Version)
	return refusal
}

func (d *decision) mayLend(officer v1alpha1.ID) *Refusal {
	if refusal := d.lendable(); refusal != nil {
		return refusal
	}
	return d.mayKeep(officer)
}

func (d *decision) mayReturn(officer v1alpha1.ID) *Refusal {
	if refusal := d.returnable(); refusal != nil {
		return refusal
	}
	return d.mayKeep(officer)
}

func (d *decision) mayMove(officer v1alpha1.ID) *Refusal {
	if refusal := d.admit(d.state.Version, open); refusal != nil {
		return refusal
	}
	_, refusal := d.plays(officer, d.counter())
	return refusal
}

func (d *decision) mayDispose(officer v1alpha1.ID) *Refusal {
	if _, refusal := d.disposable(); refusal != nil {
		return refusal
	}
	_, refusal := d.disposes(officer)
	return refusal
}
