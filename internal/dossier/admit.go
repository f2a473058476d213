package dossier

import (
	"slices"
	"strings"
	"unicode/utf8"

	"chuan.dev/chuan/api/v1alpha1"
)

// maxReason bounds a reason, in characters.
const maxReason = 4000

// standing says in which dossiers a command has a place.
type standing bool

const (
	// open commands work on what becomes of the dossier.
	open standing = true
	// kept commands look after its record, also when it has ended.
	kept standing = false
)

// admit says why nothing can be done in the dossier as it is, whoever it is that wants to; nil when something can.
func (d *decision) admit(version int64, s standing) *Refusal {
	switch {
	case d.state.Disposal != nil:
		return refusef(CodeDisposed, "the record of the dossier was disposed of: nothing can be done in it any more",
			"hồ sơ đã được tiêu hủy theo biên bản, không thể thao tác tiếp")
	case d.state.Ending != nil && s == open:
		return refusef(CodeEnded,
			"the dossier has ended with the outcome %[1]s: nothing more can be done in it",
			"hồ sơ đã kết thúc với kết quả %[1]s, không thể thao tác tiếp", d.state.Ending.Outcome)
	case version != d.state.Version:
		return refusef(CodeStale,
			"the dossier is at version %[1]d, not %[2]d: look at it again before you act",
			"hồ sơ đã thay đổi (phiên bản %[1]d, không phải %[2]d); đề nghị tải lại trước khi thao tác",
			d.state.Version, version)
	}
	return nil
}

// plays returns the first of some roles in which an officer may act in this dossier, or why there is none.
func (d *decision) plays(officer v1alpha1.ID, roles []v1alpha1.ID) (v1alpha1.ID, *Refusal) {
	if _, ok := d.office.officer(officer); !ok {
		return "", officerUnknown(officer)
	}
	var clashing *Refusal
	for _, role := range roles {
		if !d.fills(officer, role) {
			continue
		}
		other, clash := separated(d.p, d.state.Parts, officer, role)
		if !clash {
			return role, nil
		}
		if clashing == nil {
			clashing = refusef(CodeSeparation,
				"officer %[1]s has acted in this dossier as %[2]s, which must be kept apart from %[3]s: another "+
					"holder of that role has to act",
				"cán bộ %[1]s đã tham gia hồ sơ này với vai trò %[2]s, không được kiêm vai trò %[3]s; đề nghị người "+
					"khác giữ vai trò này thực hiện",
				officer, other, role)
		}
	}
	if clashing != nil {
		return "", clashing
	}
	return "", refusef(CodeRoleNotHeld,
		"this is done by the role %[1]s, which officer %[2]s does not hold: one of its holders has to act",
		"việc này thuộc vai trò %[1]s, cán bộ %[2]s không giữ; đề nghị người giữ vai trò thực hiện",
		d.titles(roles), officer)
}

// fills says whether an officer holds a role today, or acts for somebody who does.
func (d *decision) fills(officer, role v1alpha1.ID) bool {
	return d.office.holds(officer, role) || len(d.office.represented(d.p, officer, role)) > 0
}

// titles names roles as messages show them.
func (d *decision) titles(roles []v1alpha1.ID) string {
	names := make([]string, len(roles))
	for i, role := range roles {
		names[i] = string(role) + " («" + string(roleTitle(d.p, role)) + "»)"
	}
	return strings.Join(names, ", ")
}

// rolesIn returns the roles of the steps of a kind, in the order of the text, each once.
func (d *decision) rolesIn(kind v1alpha1.StepKind) []v1alpha1.ID {
	var roles []v1alpha1.ID
	for i := range d.p.Spec.Steps {
		if step := &d.p.Spec.Steps[i]; step.Kind == kind && !slices.Contains(roles, step.Role) {
			roles = append(roles, step.Role)
		}
	}
	return roles
}

// counter is the role of the intake step, in a list for plays.
func (d *decision) counter() []v1alpha1.ID { return []v1alpha1.ID{d.p.Intake().Role} }

func officerUnknown(id v1alpha1.ID) *Refusal {
	return refusef(CodeOfficerUnknown,
		"no officer %[1]q works in this agency", "không có cán bộ %[1]q trong cơ quan này", id)
}

// checkReason refuses a reason that is too long or no text.
func checkReason(reason string) *Refusal {
	if utf8.RuneCountInString(reason) > maxReason {
		return refusef(CodeReasonNeeded, "the reason has more than %[1]d characters: shorten it",
			"lý do dài quá %[1]d ký tự, đề nghị rút gọn", maxReason)
	}
	if !utf8.ValidString(reason) || strings.ContainsFunc(reason, forbidden) {
		return refusef(CodeReasonNeeded, "the reason contains characters that are not text: write it again",
			"lý do chứa ký tự không hợp lệ, đề nghị nhập lại")
	}
	return nil
}

// needReason refuses a reason that is not given, or not good.
func needReason(reason string) *Refusal {
	if blank(reason) {
		return refusef(CodeReasonNeeded, "this needs a reason: say why", "việc này phải nêu lý do")
	}
	return checkReason(reason)
}
