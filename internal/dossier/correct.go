package dossier

import (
	"slices"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/procedure"
)

// maxCorrections bounds how often one dossier is opened again.
const maxCorrections = 20

// draftsOutcome marks the step that drafts the result.
const draftsOutcome = "outcome"

func (c Correct) decide(d *decision) error {
	if refusal := d.admit(c.Version, kept); refusal != nil {
		return refusal
	}
	step, refusal := d.correctable()
	if refusal != nil {
		return refusal
	}
	role, refusal := d.plays(c.Officer, d.correctors())
	if refusal != nil {
		return refusal
	}
	if refusal := needReason(c.Reason); refusal != nil {
		return refusal
	}
	entry, err := d.entry(MainBranch, step)
	if err != nil {
		return err
	}
	// The outcome by which it ended is where it is heading again, also where the last step alone had said so.
	err = d.record(Event{
		Type: Corrected, Officer: c.Officer, Role: role, To: v1alpha1.Target(step.ID),
		Data: Data{Entered: []Token{entry}, Heading: d.state.Ending.Outcome, Reason: c.Reason},
	})
	if err != nil {
		return err
	}
	return d.settle(MainBranch)
}

// correctors are the roles that have a result corrected: the counter, to which people come with it, and those that approve.
func (d *decision) correctors() []v1alpha1.ID {
	return append(d.counter(), d.rolesIn(v1alpha1.StepApprove)...)
}

// correctable is the step at which an ended dossier is opened again, or why it is not.
func (d *decision) correctable() (*v1alpha1.Step, *Refusal) {
	ending := d.state.Ending
	if ending == nil {
		return nil, refusef(CodeNotEnded, "the dossier has not ended: there is no result to correct yet",
			"hồ sơ chưa kết thúc nên chưa có kết quả để đính chính")
	}
	if len(d.state.Corrections) >= maxCorrections {
		return nil, refusef(CodeMaxTimes, "the result of one dossier is corrected at most %[1]d times",
			"kết quả của một hồ sơ được đính chính tối đa %[1]d lần", maxCorrections)
	}
	decided := ending.Result == v1alpha1.ResultGranted || ending.Result == v1alpha1.ResultRefused && d.state.issued(ending.Outcome)
	if !decided {
		return nil, refusef(CodeNotCorrectable,
			"the dossier ended with %[1]s, for which no result was issued that could be corrected",
			"hồ sơ kết thúc với %[1]s, không có văn bản kết quả để đính chính", ending.Outcome)
	}
	step, ok := d.drafting()
	if !ok {
		return nil, refusef(CodeNotCorrectable,
			"the procedure has no step of its main line that drafts a result: take the dossier in anew",
			"thủ tục không có bước dự thảo kết quả để mở lại hồ sơ; đề nghị tiếp nhận hồ sơ mới")
	}
	return step, nil
}

// drafting is the step at which a result begins: the one that drafts it, or else the one in front of the first approval or
// of the issue. It lies in the main line, because a branch by itself would never come to the end.
func (d *decision) drafting() (*v1alpha1.Step, bool) {
	main := d.mainLine()
	for _, step := range main {
		if step.Drafts == draftsOutcome {
			return step, true
		}
	}
	for _, kind := range []v1alpha1.StepKind{v1alpha1.StepApprove, v1alpha1.StepIssue} {
		i := slices.IndexFunc(main, func(s *v1alpha1.Step) bool { return s.Kind == kind })
		if i < 0 {
			continue
		}
		for _, step := range main {
			if step.Kind != v1alpha1.StepWait && step.ID != main[i].ID && leadsTo(step, main[i].ID) {
				return step, true
			}
		}
	}
	return nil, false
}

// mainLine are the steps outside of branches, in the order of the text.
func (d *decision) mainLine() []*v1alpha1.Step {
	var steps []*v1alpha1.Step
	for i := range d.p.Spec.Steps {
		step := &d.p.Spec.Steps[i]
		if _, _, inBranch := d.p.Branch(step.ID); !inBranch && step.Kind != v1alpha1.StepParallel {
			steps = append(steps, step)
		}
	}
	return steps
}

// leadsTo says whether an action of a step leads straight to another.
func leadsTo(step *v1alpha1.Step, to v1alpha1.ID) bool {
	return slices.ContainsFunc(step.Actions, func(a v1alpha1.Action) bool { return procedure.ParseTarget(a.To).Step == to })
}
