package dossier

import (
	"slices"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/procedure"
)

// ActingRole is the role that acts in a step. Where the step names none, as a wait may, it is the role of the intake step:
// the counter records what came in.
func ActingRole(p *procedure.Procedure, step *v1alpha1.Step) v1alpha1.ID {
	if step.Role != "" {
		return step.Role
	}
	return p.Intake().Role
}

// Assignee returns the officer to whom an open step is assigned, as long as they still work in the agency and hold the
// role, and have not acted meanwhile in a role that is kept apart from it. Where that is not so, every holder of the role
// may act, so that no dossier is stuck with somebody who cannot.
func Assignee(p *procedure.Procedure, s State, step *v1alpha1.Step, office Office) (v1alpha1.ID, bool) {
	chosen, ok := AssignedTo(p, s, step)
	if !ok || !office.holds(chosen, ActingRole(p, step)) {
		return "", false
	}
	return chosen, true
}

// AssignedTo returns the officer to whom an open step is assigned whoever works in the agency now: it is an [Assignee] where
// they still do and hold the role. Who has acted in a role that is kept apart from it will never act in the step.
func AssignedTo(p *procedure.Procedure, s State, step *v1alpha1.Step) (v1alpha1.ID, bool) {
	chosen, ok := s.Assignees[step.ID]
	if !ok {
		return "", false
	}
	if _, clash := separated(p, s.Parts, chosen, ActingRole(p, step)); clash {
		return "", false
	}
	return chosen, true
}

// Offered returns the actions that an officer may take in an open step, as far as that can be said before anything is
// handed in along with them. It is empty for who may not act there.
func Offered(p *procedure.Procedure, s State, t Token, officer v1alpha1.ID, office Office) []v1alpha1.Action {
	step, ok := p.Step(t.Step)
	d := &decision{p: p, state: s, office: office}
	if !ok || d.mayAct(step, officer) != nil {
		return nil
	}
	var actions []v1alpha1.Action
	for i := range step.Actions {
		refusal := d.offered(s, step, &step.Actions[i])
		// What depends on a form of this very step cannot be ruled out before the form is filled in.
		if refusal == nil || refusal.Code == CodeActionNotOffered && len(step.Forms) > 0 {
			actions = append(actions, step.Actions[i])
		}
	}
	return actions
}

// mayAct says why an officer may not act in a step; nil when they may.
func (d *decision) mayAct(step *v1alpha1.Step, id v1alpha1.ID) *Refusal {
	if _, ok := d.office.officer(id); !ok {
		return officerUnknown(id)
	}
	role := ActingRole(d.p, step)
	represented := d.office.represented(d.p, id, role)
	if !d.office.holds(id, role) && len(represented) == 0 {
		return refusef(CodeRoleNotHeld,
			"step %[1]s is the work of the role %[2]s (%[3]s), which officer %[4]s does not hold: one of its holders has to act",
			"bước %[1]s thuộc vai trò %[2]s (%[3]s), cán bộ %[4]s không giữ vai trò này; đề nghị người giữ vai trò thực hiện",
			named(step), role, roleTitle(d.p, role), id)
	}
	if chosen, ok := Assignee(d.p, d.state, step, d.office); ok && chosen != id && !slices.Contains(represented, chosen) {
		return refusef(CodeAssignedToOther,
			"step %[1]s is assigned to officer %[2]s: only they act in it",
			"bước %[1]s đã phân công cho cán bộ %[2]s; chỉ người được phân công thực hiện", named(step), chosen)
	}
	if other, clash := separated(d.p, d.state.Parts, id, role); clash {
		return refusef(CodeSeparation,
			"officer %[1]s has acted in this dossier as %[2]s, which must be kept apart from %[3]s, the role of step %[4]s: "+
				"another holder of that role has to act",
			"cán bộ %[1]s đã tham gia hồ sơ này với vai trò %[2]s, không được kiêm vai trò %[3]s của bước %[4]s; "+
				"đề nghị người khác giữ vai trò này thực hiện", id, other, role, named(step))
	}
	return nil
}

// separated returns a role that the officer has played and that must be kept apart from another. Either role may be the
// one that says so.
func separated(p *procedure.Procedure, parts []Part, officer, role v1alpha1.ID) (v1alpha1.ID, bool) {
	for _, part := range parts {
		if part.Officer == officer && part.Role != role && (apart(p, role, part.Role) || apart(p, part.Role, role)) {
			return part.Role, true
		}
	}
	return "", false
}

// apart says whether a role is declared separate from another.
func apart(p *procedure.Procedure, role, other v1alpha1.ID) bool {
	return slices.ContainsFunc(p.Spec.Roles, func(r v1alpha1.Role) bool {
		return r.ID == role && slices.Contains(r.SeparateFrom, other)
	})
}

func roleTitle(p *procedure.Procedure, id v1alpha1.ID) v1alpha1.Title {
	for _, role := range p.Spec.Roles {
		if role.ID == id {
			return role.Title
		}
	}
	return v1alpha1.Title(id)
}
