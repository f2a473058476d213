package dossier

import (
	"errors"
	"fmt"
	"strings"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/procedure"
)

// move takes a token to a target, with the event that says why, and follows everything that happens by itself from there.
func (d *decision) move(t Token, to v1alpha1.Target, e Event) error {
	e.Data.Left = []string{t.Branch}
	return d.advance(t.Branch, t.Step, to, e)
}

// advance goes on from a step, in a branch, to a target. The event already lifts whatever tokens it has to.
func (d *decision) advance(branch string, from v1alpha1.ID, to v1alpha1.Target, e Event) error {
	// A sound procedure comes to rest within a pass over its steps. The bound keeps an unsound one from running for ever.
	if d.moves++; d.moves > 4*len(d.p.Spec.Steps)+16 {
		return fmt.Errorf("dossier: procedure %s goes round in circles at step %s without anybody acting", d.p.Name, from)
	}
	e.From, e.To = from, to
	switch target := procedure.ParseTarget(to); {
	case target.Join:
		if err := d.record(e); err != nil {
			return err
		}
		return d.join(branch)
	case target.End:
		return d.end(target, e)
	default:
		step, ok := d.p.Step(target.Step)
		if !ok {
			return d.lost(target.Step)
		}
		entry, err := d.entry(branch, step)
		if err != nil {
			return err
		}
		e.Data.Entered = []Token{entry}
		if err := d.record(e); err != nil {
			return err
		}
		return d.settle(branch)
	}
}

// entry is the token of a dossier that comes to a step now.
func (d *decision) entry(branch string, step *v1alpha1.Step) (Token, error) {
	due, err := d.after(d.now, step.Time)
	if err != nil {
		return Token{}, err
	}
	t := Token{Branch: branch, Step: step.ID, EnteredAt: d.now, Due: due}
	switch {
	case step.Expires != nil:
		t.Expires, err = d.after(d.now, step.Expires.After)
	case step.Silence == silenceConsent || step.Silence == silenceRefusal:
		t.Expires = due
	}
	return t, err
}

// settle follows a token until it comes to rest: over steps whose condition does not hold, and into the branches of a
// parallel step.
func (d *decision) settle(branch string) error {
	t, ok := d.state.in(branch)
	if !ok {
		// A branch that was to be settled has gone, because another one of the same fork was enough to join.
		return nil
	}
	step, ok := d.p.Step(t.Step)
	if !ok {
		return d.lost(t.Step)
	}
	applies, err := d.p.StepApplies(step.ID, d.state.Forms)
	if err != nil && !errors.Is(err, procedure.ErrNotFilledIn) {
		return fmt.Errorf("dossier: condition of step %s: %w", step.ID, err)
	}
	// A step whose condition reads a field that nobody filled in is taken: leaving it out would be the graver mistake.
	if !applies && err == nil {
		return d.pass(t, step)
	}
	if step.Kind == v1alpha1.StepParallel {
		return d.branch(t, step)
	}
	return nil
}

// pass leaves a step out, by its first action or, for a parallel step, to where it would have gone on.
func (d *decision) pass(t Token, step *v1alpha1.Step) error {
	e := Event{Type: Passed}
	if step.Kind == v1alpha1.StepParallel {
		return d.move(t, step.To, e)
	}
	first := &step.Actions[0]
	e.Action, e.Data.Heading = first.ID, headingOf(first)
	return d.move(t, first.To, e)
}

// branch opens the branches of a parallel step.
func (d *decision) branch(t Token, step *v1alpha1.Step) error {
	e := Event{Type: Branched, From: step.ID, Data: Data{Left: []string{t.Branch}}}
	for i, steps := range step.Branches {
		first, ok := d.p.Step(steps[0])
		if !ok {
			return d.lost(steps[0])
		}
		entry, err := d.entry(fmt.Sprintf("%s%d", forkOf(t.Branch, step.ID), i), first)
		if err != nil {
			return err
		}
		e.Data.Entered = append(e.Data.Entered, entry)
	}
	if err := d.record(e); err != nil {
		return err
	}
	for _, entry := range e.Data.Entered {
		if err := d.settle(entry.Branch); err != nil {
			return err
		}
	}
	return nil
}

// join goes on behind a parallel step when the branch that has just ended was the last, or when one is enough.
func (d *decision) join(branch string) error {
	parent, parallel, ok := splitBranch(branch)
	if !ok {
		return fmt.Errorf("dossier: procedure %s joins in the main line", d.p.Name)
	}
	step, ok := d.p.Step(parallel)
	if !ok {
		return d.lost(parallel)
	}
	open := d.state.under(forkOf(parent, parallel))
	if len(open) > 0 && step.Join != joinAny {
		return nil
	}
	return d.advance(parent, parallel, step.To, Event{Type: Joined, Data: Data{Left: open}})
}

// joinAny is the join of a parallel step that goes on as soon as one branch has ended.
const joinAny = "any"

// end ends the dossier with an outcome, or with the one that was fixed before.
func (d *decision) end(target procedure.Destination, e Event) error {
	id := target.Outcome
	if id == "" {
		id = d.state.Heading
		if e.Data.Heading != "" {
			id = e.Data.Heading
		}
	}
	outcome, ok := d.p.Outcome(id)
	if !ok {
		return refusef(CodeOutcomeNotSet,
			"step %[1]s ends the dossier, but no action has fixed its outcome yet",
			"bước %[1]s kết thúc hồ sơ nhưng chưa có kết quả nào được xác định", e.From)
	}
	e.To = v1alpha1.Target("end/" + id)
	if err := d.record(e); err != nil {
		return err
	}
	ended := Event{Type: Ended, To: e.To, Data: Data{
		Ending: &Ending{Outcome: outcome.ID, Result: outcome.Result}, Result: d.issuedAtEnd(outcome),
	}}
	for _, t := range d.state.Tokens {
		ended.Data.Left = append(ended.Data.Left, t.Branch)
	}
	return d.record(ended)
}

// forkOf begins the names of all branches that a parallel step opens in a branch.
func forkOf(branch string, parallel v1alpha1.ID) string {
	return fmt.Sprintf("%s/%s.", branch, parallel)
}

// splitBranch takes the name of a branch apart into the branch in which the parallel step stands, and that step.
func splitBranch(branch string) (parent string, parallel v1alpha1.ID, ok bool) {
	slash := strings.LastIndexByte(branch, '/')
	if slash < 0 {
		return "", "", false
	}
	step, _, ok := strings.Cut(branch[slash+1:], ".")
	return branch[:slash], v1alpha1.ID(step), ok
}

// lost is the error of a step that the procedure does not have, although the dossier or another step names it.
func (d *decision) lost(step v1alpha1.ID) error {
	return fmt.Errorf("dossier: procedure %s has no step %s, to which the dossier would go", d.p.Name, step)
}
