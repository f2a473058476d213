package dossier

import (
	"fmt"
	"slices"
	"strings"

	"chuan.dev/chuan/api/v1alpha1"
)

// What becomes of open dossiers when a revision comes into force.
const (
	openCasesRequest = "onApplicantRequest"
	openCasesMigrate = "migrate"
)

// decide moves the dossier onto the revision that the decision is given. Where the steps of a parallel step are open, the
// whole set of them moves: each to its place in the branches of one parallel step, or all of them to one step of the main
// line. A branch that had ended stays ended. The budgets of the steps begin anew; what was promised stands, unless the
// new limit gives an earlier time.
func (c Move) decide(d *decision) error {
	if c.Officer == "" {
		c.Version = d.state.Version
	}
	if refusal := d.admit(c.Version, open); refusal != nil {
		return refusal
	}
	if d.p.Name != d.state.Receipt.Procedure {
		return fmt.Errorf("dossier: it follows procedure %s, and cannot move to %s", d.state.Receipt.Procedure, d.p.Name)
	}
	role, refusal := d.takesIn(c)
	if refusal != nil {
		return refusal
	}
	e := Event{Type: Rebased, Officer: c.Officer, Role: role, Data: Data{
		Rebase: &Rebase{Revision: c.Revision, Digest: c.Digest, Requested: c.Officer != "", Steps: d.renamed()},
		Reason: c.Reason,
	}}
	if err := d.transfer(&e); err != nil {
		return err
	}
	clock, err := d.recounted()
	if err != nil {
		return err
	}
	if clock != d.state.Clock {
		e.Data.Clock = &clock
	}
	if err := d.record(e); err != nil {
		return err
	}
	for _, t := range e.Data.Entered {
		if err := d.settle(t.Branch); err != nil {
			return err
		}
	}
	return nil
}

// takesIn says whether the revision takes the dossier in, and in which role the officer records the request for it.
func (d *decision) takesIn(c Move) (v1alpha1.ID, *Refusal) {
	cases := ""
	if d.p.Spec.Transition != nil {
		cases = d.p.Spec.Transition.OpenCases
	}
	if c.Revision <= d.state.Receipt.Revision || cases != openCasesRequest && cases != openCasesMigrate {
		return "", refusef(CodeRevisionKept,
			"the dossier stays under revision %[1]d: revision %[2]d takes no open dossiers of it",
			"hồ sơ tiếp tục theo lần ban hành %[1]d; lần ban hành %[2]d không áp dụng cho hồ sơ đang giải quyết của "+
				"lần đó",
			d.state.Receipt.Revision, c.Revision)
	}
	if c.Officer == "" {
		if cases == openCasesRequest {
			return "", refusef(CodeRequestNeeded,
				"a dossier moves to revision %[1]d when its applicant asks for it: an officer of the counter records "+
					"that",
				"hồ sơ chỉ chuyển sang lần ban hành %[1]d khi người nộp yêu cầu, do cán bộ Một cửa ghi nhận",
				c.Revision)
		}
		return "", checkReason(c.Reason)
	}
	role, refusal := d.plays(c.Officer, d.counter())
	if refusal != nil {
		return "", refusal
	}
	return role, needReason(c.Reason)
}

// renamed are the steps that the revision gives another name.
func (d *decision) renamed() map[v1alpha1.ID]v1alpha1.ID {
	var steps map[v1alpha1.ID]v1alpha1.ID
	for _, m := range d.p.Spec.Transition.Steps {
		if m.From != m.To {
			steps = merged(steps, map[v1alpha1.ID]v1alpha1.ID{m.From: m.To})
		}
	}
	return steps
}

// transfer lifts every token and puts down those of the revision.
func (d *decision) transfer(e *Event) error {
	steps := e.Data.Rebase.Steps
	if heading := d.state.Heading; heading != "" {
		if _, ok := d.p.Outcome(heading); !ok {
			return refusef(CodeMoveImpossible,
				"the dossier is heading for the outcome %[1]s, which the revision does not have",
				"hồ sơ đang hướng đến kết quả %[1]s, kết quả này không có trong lần ban hành mới", heading)
		}
	}
	places := make([]Token, 0, len(d.state.Tokens))
	for _, t := range d.state.Tokens {
		step, ok := d.p.Step(renamedTo(steps, t.Step))
		if !ok {
			return refusef(CodeMoveImpossible,
				"the revision does not say where a dossier goes on that stands at step %[1]s",
				"lần ban hành mới không nêu bước tiếp nhận hồ sơ đang ở bước %[1]s", t.Step)
		}
		if d.skipsAcceptance(t.Step, step) {
			return refusef(CodeMoveImpossible,
				"the dossier was not accepted yet, and step %[1]s of the revision, at which it would go on, lies "+
					"behind the acceptance",
				"hồ sơ chưa được tiếp nhận, không thể chuyển thẳng sang bước %[1]s của lần ban hành mới", named(step))
		}
		places = append(places, Token{Branch: d.branchOf(step.ID), Step: step.ID})
		e.Data.Left = append(e.Data.Left, t.Branch)
	}
	if refusal := d.fits(places, steps); refusal != nil {
		return refusal
	}
	places = slices.CompactFunc(places, func(a, b Token) bool { return a.Branch == b.Branch })
	for _, place := range places {
		step, _ := d.p.Step(place.Step)
		entry, err := d.entry(place.Branch, step)
		if err != nil {
			return err
		}
		e.Data.Entered = append(e.Data.Entered, entry)
	}
	if len(places) == 1 {
		e.To = v1alpha1.Target(places[0].Step)
	}
	return nil
}

// skipsAcceptance says whether a dossier whose clock has not started would go on where it can no longer be started.
func (d *decision) skipsAcceptance(from v1alpha1.ID, to *v1alpha1.Step) bool {
	before := to.ID == from || to.Kind == v1alpha1.StepIntake || to.Clock == v1alpha1.ClockNotStarted
	return d.state.Clock.StartedAt.IsZero() && !before
}

// fits refuses places that cannot be taken: each has to be in the branch in which the dossier stands now, under the new name
// of its parallel step, or all of them are one step of the main line.
func (d *decision) fits(places []Token, steps map[v1alpha1.ID]v1alpha1.ID) *Refusal {
	together := !slices.ContainsFunc(places, func(t Token) bool { return t.Branch != MainBranch || t.Step != places[0].Step })
	if together {
		return nil
	}
	for i, t := range d.state.Tokens {
		if places[i].Branch != renamedBranch(steps, t.Branch) {
			return refusef(CodeMoveImpossible,
				"the dossier stands at %[1]v, and cannot go on from %[2]s at %[3]s of the revision, which is not in "+
					"the same branch",
				"hồ sơ đang ở các bước %[1]v, không thể chuyển từ %[2]s sang %[3]s của lần ban hành mới vì không "+
					"cùng nhánh",
				d.openSteps(), t.Step, places[i].Step)
		}
	}
	return nil
}

// branchOf is the branch of a step, from the main line on.
func (d *decision) branchOf(step v1alpha1.ID) string {
	parallel, number, ok := d.p.Branch(step)
	if !ok {
		return MainBranch
	}
	return fmt.Sprintf("%s%d", forkOf(d.branchOf(parallel.ID), parallel.ID), number)
}

// renamedBranch is a branch under the new names of its parallel steps.
func renamedBranch(steps map[v1alpha1.ID]v1alpha1.ID, branch string) string {
	parts := strings.Split(branch, "/")
	for i, part := range parts[1:] {
		parallel, number, _ := strings.Cut(part, ".")
		parts[i+1] = string(renamedTo(steps, v1alpha1.ID(parallel))) + "." + number
	}
	return strings.Join(parts, "/")
}

func renamedTo(steps map[v1alpha1.ID]v1alpha1.ID, step v1alpha1.ID) v1alpha1.ID {
	if to, ok := steps[step]; ok {
		return to
	}
	return step
}
