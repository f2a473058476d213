package dossier

import (
	"errors"
	"time"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/calendar"
	"chuan.dev/chuan/internal/procedure"
)

func (c Act) decide(d *decision) error {
	if refusal := d.admit(c.Version, open); refusal != nil {
		return refusal
	}
	t, refusal := d.find(c)
	if refusal != nil {
		return refusal
	}
	step, ok := d.p.Step(t.Step)
	if !ok {
		return d.lost(t.Step)
	}
	action, ok := d.p.Action(step.ID, c.Action)
	if !ok {
		return refusef(CodeActionUnknown,
			"step %[1]s has no action %[2]q: it offers %[3]v",
			"bước %[1]s không có thao tác %[2]q; các thao tác: %[3]v", named(step), c.Action, actionIDs(step))
	}
	if refusal := d.mayAct(step, c.Officer); refusal != nil {
		return refusal
	}
	e := Event{Type: Moved, Officer: c.Officer, Role: ActingRole(d.p, step), Action: action.ID}
	if refusal := d.collected(step, c.Payments); refusal != nil {
		return refusal
	}
	if err := d.pay(e.Officer, e.Role, c.Payments); err != nil {
		return err
	}
	if err := d.fulfil(c, step, action, &e); err != nil {
		return err
	}
	return d.move(t, action.To, e)
}

// find returns the token in whose step the action is to be taken.
func (d *decision) find(c Act) (Token, *Refusal) {
	if c.Step != "" {
		t, ok := d.state.At(c.Step)
		if !ok {
			return Token{}, refusef(CodeStepNotOpen,
				"the dossier does not stand at step %[1]q: it stands at %[2]v",
				"hồ sơ không ở bước %[1]q; các bước đang xử lý: %[2]v", c.Step, d.openSteps())
		}
		return t, nil
	}
	var offering []Token
	for _, t := range d.state.Tokens {
		if _, ok := d.p.Action(t.Step, c.Action); ok {
			offering = append(offering, t)
		}
	}
	switch {
	case len(offering) == 1:
		return offering[0], nil
	case len(offering) == 0 && len(d.state.Tokens) == 1:
		return d.state.Tokens[0], nil
	}
	return Token{}, refusef(CodeStepNeeded,
		"the dossier stands at %[1]v: name the step in which %[2]q is to be taken",
		"hồ sơ đang ở nhiều bước %[1]v; đề nghị nêu rõ bước thực hiện thao tác %[2]q", d.openSteps(), c.Action)
}

// fulfil checks what the action asks for, against the dossier with what is handed in now, and puts it into the event.
func (d *decision) fulfil(c Act, step *v1alpha1.Step, action *v1alpha1.Action, e *Event) error {
	forms, refusal := d.handInForms(step, c.Forms)
	if refusal != nil {
		return refusal
	}
	if refusal := d.checkPapers(c.Documents, c.Attachments); refusal != nil {
		return refusal
	}
	after := d.state
	after.Forms, after.Documents = mergeForms(after.Forms, forms), merged(after.Documents, c.Documents)
	if refusal := d.offered(after, step, action); refusal != nil {
		return refusal
	}
	if err := d.inTime(after, action); err != nil {
		return err
	}
	if refusal := d.meets(after, step, action, c.Reason); refusal != nil {
		return refusal
	}
	if refusal := d.paid(after, step, action); refusal != nil {
		return refusal
	}
	if refusal := d.assign(c, step, action, e); refusal != nil {
		return refusal
	}
	if to := procedure.ParseTarget(action.To); to.End && to.Outcome == "" && after.Heading == "" && headingOf(action) == "" {
		return refusef(CodeOutcomeNotSet,
			"the action %[1]s of step %[2]s ends the dossier, but no action has fixed its outcome yet",
			"thao tác %[1]s của bước %[2]s kết thúc hồ sơ nhưng chưa có kết quả nào được xác định", action.ID, named(step))
	}
	e.Data.Forms, e.Data.Documents, e.Data.Attachments, e.Data.Reason = forms, c.Documents, c.Attachments, c.Reason
	e.Data.Heading, e.Data.Prints = headingOf(action), action.Prints
	e.Data.Result = d.issuedBy(step, action)
	return nil
}

// offered says whether the action is open to the dossier: its condition holds, and it was not taken too often.
func (d *decision) offered(s State, step *v1alpha1.Step, action *v1alpha1.Action) *Refusal {
	applies, err := d.p.ActionApplies(step.ID, action.ID, s.Forms)
	switch {
	case errors.Is(err, procedure.ErrNotFilledIn):
		return refusef(CodeActionNotOffered,
			"whether %[1]s may be taken in step %[2]s depends on a field that is %[3]v: fill it in first",
			"thao tác %[1]s của bước %[2]s phụ thuộc vào trường chưa khai (%[3]v); đề nghị khai trước", action.ID, named(step), err)
	case err != nil:
		return refusef(CodeActionNotOffered,
			"whether %[1]s may be taken in step %[2]s cannot be worked out: %[3]v",
			"không xác định được điều kiện của thao tác %[1]s ở bước %[2]s: %[3]v", action.ID, named(step), err)
	case !applies:
		return refusef(CodeActionNotOffered,
			"the action %[1]s of step %[2]s is not open to this dossier: its condition %[3]s does not hold",
			"thao tác %[1]s của bước %[2]s không áp dụng cho hồ sơ này: điều kiện %[3]s không thỏa mãn",
			action.ID, named(step), action.When)
	}
	if times := action.MaxTimes; times > 0 && s.Taken[takenKey(step.ID, action.ID)] >= times {
		return refusef(CodeMaxTimes,
			"the action %[1]s of step %[2]s may be taken at most %[3]d time(s) in one dossier, and was",
			"thao tác %[1]s của bước %[2]s chỉ được thực hiện tối đa %[3]d lần trong một hồ sơ", action.ID, named(step), times)
	}
	return nil
}

// inTime refuses an action whose time, counted from acceptance, is over.
func (d *decision) inTime(s State, action *v1alpha1.Action) error {
	if action.NotAfter == "" || s.Clock.StartedAt.IsZero() {
		return nil
	}
	last, err := d.after(s.Clock.StartedAt, action.NotAfter)
	if err != nil {
		return err
	}
	if !last.IsZero() && d.now.After(last) {
		return refusef(CodeTooLate,
			"the action %[1]s may be taken within %[2]s of acceptance: its time is over",
			"thao tác %[1]s chỉ được thực hiện trong %[2]s kể từ khi tiếp nhận; nay đã quá thời hạn", action.ID, action.NotAfter)
	}
	return nil
}

// meets checks the action's requirements.
func (d *decision) meets(s State, step *v1alpha1.Step, action *v1alpha1.Action, reason string) *Refusal {
	if refusal := checkReason(reason); refusal != nil {
		return refusal
	}
	requires := action.Requires
	if requires == nil {
		return nil
	}
	if isTrue(requires.Reason) && blank(reason) {
		return refusef(CodeReasonNeeded,
			"the action %[1]s of step %[2]s needs a reason", "thao tác %[1]s của bước %[2]s phải nêu lý do", action.ID, named(step))
	}
	if refusal := d.completeForms(requires.Forms, s.Forms); refusal != nil {
		return refusal
	}
	if requires.Documents == "" {
		return nil
	}
	return d.completeDocuments(s)
}

// assign checks the officer whom an assign step chooses. One is needed for the step's first action, which is its way
// forward, and for every action that leads straight to the assigned step.
func (d *decision) assign(c Act, step *v1alpha1.Step, action *v1alpha1.Action, e *Event) *Refusal {
	if step.Assigns == nil {
		if c.Assignee != "" {
			return refusef(CodeAssigneeUnfit, "step %[1]s assigns nobody: leave the assignee out",
				"bước %[1]s không phân công cán bộ; đề nghị bỏ trường assignee", named(step))
		}
		return nil
	}
	target := step.Assigns.Step
	if c.Assignee == "" {
		if action.ID == step.Actions[0].ID || action.To == v1alpha1.Target(target) {
			return refusef(CodeAssigneeNeeded,
				"step %[1]s chooses who does step %[2]s: name an officer with the role %[3]s",
				"bước %[1]s phân công người thực hiện bước %[2]s; đề nghị chọn cán bộ giữ vai trò %[3]s",
				named(step), target, step.Assigns.Role)
		}
		return nil
	}
	if refusal := d.fit(c.Officer, e.Role, c.Assignee, target, step.Assigns.Role); refusal != nil {
		return refusal
	}
	e.Type = Assigned
	e.Data.Assignment = &Assignment{Step: target, Officer: c.Assignee}
	return nil
}

// after is the instant at which an amount of time has passed since another; zero for no amount.
func (d *decision) after(t time.Time, amount v1alpha1.WorkDuration) (time.Time, error) {
	if amount == "" {
		return time.Time{}, nil
	}
	duration, err := calendar.ParseDuration(string(amount))
	if err != nil || duration.IsZero() {
		return time.Time{}, err
	}
	end, err := d.office.Calendar.Add(t, duration)
	if err != nil {
		return time.Time{}, err
	}
	return instant(end), nil
}

// headingOf is the outcome that an action fixes; empty when it fixes none.
func headingOf(action *v1alpha1.Action) v1alpha1.ID {
	if action.Sets == nil {
		return ""
	}
	return action.Sets.Outcome
}

func actionIDs(step *v1alpha1.Step) []v1alpha1.ID {
	ids := make([]v1alpha1.ID, 0, len(step.Actions))
	for _, action := range step.Actions {
		ids = append(ids, action.ID)
	}
	return ids
}

func (d *decision) openSteps() []v1alpha1.ID {
	ids := make([]v1alpha1.ID, 0, len(d.state.Tokens))
	for _, t := range d.state.Tokens {
		ids = append(ids, t.Step)
	}
	return ids
}
