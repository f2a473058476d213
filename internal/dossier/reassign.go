package dossier

import (
	"slices"

	"chuan.dev/chuan/api/v1alpha1"
)

func (c Reassign) decide(d *decision) error {
	if refusal := d.admit(c.Version, open); refusal != nil {
		return refusal
	}
	t, ok := d.state.At(c.Step)
	if !ok {
		return refusef(CodeStepNotOpen,
			"the dossier does not stand at step %[1]q: it stands at %[2]v",
			"hồ sơ không ở bước %[1]q; các bước đang xử lý: %[2]v", c.Step, d.openSteps())
	}
	step, ok := d.p.Step(t.Step)
	if !ok {
		return d.lost(t.Step)
	}
	role, refusal := d.reassigns(step, c.Officer)
	if refusal != nil {
		return refusal
	}
	if refusal := checkReason(c.Reason); refusal != nil {
		return refusal
	}
	if refusal := d.receives(c, step, role); refusal != nil {
		return refusal
	}
	return d.record(Event{
		Type: Reassigned, Officer: c.Officer, Role: role,
		Data: Data{Assignment: &Assignment{Step: step.ID, Officer: c.Assignee}, Reason: c.Reason},
	})
}

// reassigns is the role in which an officer gives an open step to another: the one that assigns it, or that of the step
// itself for who holds it.
func (d *decision) reassigns(step *v1alpha1.Step, officer v1alpha1.ID) (v1alpha1.ID, *Refusal) {
	var assigning []v1alpha1.ID
	for i := range d.p.Spec.Steps {
		if other := &d.p.Spec.Steps[i]; other.Assigns != nil && other.Assigns.Step == step.ID {
			assigning = append(assigning, other.Role)
		}
	}
	if role, refusal := d.plays(officer, assigning); refusal == nil {
		return role, nil
	}
	if refusal := d.mayAct(step, officer); refusal != nil {
		return "", refusal
	}
	return ActingRole(d.p, step), nil
}

// receives checks the officer to whom a step is given. That a step is given to nobody in particular opens it to every
// holder of its role.
func (d *decision) receives(c Reassign, step *v1alpha1.Step, giving v1alpha1.ID) *Refusal {
	current := d.state.Assignees[step.ID]
	switch {
	case c.Assignee == current && current == "":
		return refusef(CodeAssigneeUnfit, "step %[1]s is assigned to nobody: name the officer who is to do it",
			"bước %[1]s chưa phân công cho ai; đề nghị chọn cán bộ", named(step))
	case c.Assignee == current:
		return refusef(CodeAssigneeUnfit, "step %[1]s is assigned to officer %[2]s already: choose another",
			"bước %[1]s đã phân công cho cán bộ %[2]s; đề nghị chọn cán bộ khác", named(step), current)
	case c.Assignee == "":
		return nil
	}
	return d.fit(c.Officer, giving, c.Assignee, step.ID, ActingRole(d.p, step))
}

// fit refuses an officer to whom a step cannot be given, because they do not hold its role or because what they have done
// in the dossier must be kept apart from it. What who gives it does with that counts, for they may choose themselves.
func (d *decision) fit(officer, playing, assignee, step, role v1alpha1.ID) *Refusal {
	if !d.office.holds(assignee, role) {
		return refusef(CodeAssigneeUnfit,
			"officer %[1]s does not hold the role %[2]s that step %[3]s needs: choose one who does",
			"cán bộ %[1]s không giữ vai trò %[2]s cần cho bước %[3]s; đề nghị chọn cán bộ khác", assignee, role, step)
	}
	parts := append(slices.Clone(d.state.Parts), Part{Officer: officer, Role: playing})
	if other, clash := separated(d.p, parts, assignee, role); clash {
		return refusef(CodeAssigneeUnfit,
			"officer %[1]s has acted in this dossier as %[2]s, which must be kept apart from %[3]s: choose another",
			"cán bộ %[1]s đã tham gia hồ sơ với vai trò %[2]s, không được kiêm %[3]s; đề nghị chọn cán bộ khác",
			assignee, other, role)
	}
	return nil
}
