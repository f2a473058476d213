package dossier

import (
	"slices"
	"time"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/calendar"
)

// apology is the form by which the applicant is asked to excuse a delay, and told the new time.
const apology v1alpha1.PrintForm = "M04"

func (c Extend) decide(d *decision) error {
	if refusal := d.admit(c.Version, open); refusal != nil {
		return refusal
	}
	terms, refusal := d.extendable()
	if refusal != nil {
		return refusal
	}
	role, refusal := d.plays(c.Officer, d.extenders())
	if refusal != nil {
		return refusal
	}
	clock := d.state.Clock
	if clock.Overdue(d.now) {
		return overdue()
	}
	if terms.Reason != requirementOptional && blank(c.Reason) {
		return refusef(CodeReasonNeeded, "an extension needs a reason, which the applicant is told",
			"gia hạn phải nêu lý do để thông báo cho người nộp hồ sơ")
	}
	if refusal := checkReason(c.Reason); refusal != nil {
		return refusal
	}
	due, err := d.extended(clock.Due, c.By, terms.Max)
	if err != nil {
		return err
	}
	prints := slices.Clone(terms.Prints)
	if !slices.Contains(prints, apology) {
		prints = append(prints, apology)
	}
	extension := &Extension{By: c.By, Before: clock.Due, Due: due, StoppedQuarters: clock.StoppedQuarters}
	clock.Due = due
	return d.record(Event{
		Type: Extended, Officer: c.Officer, Role: role,
		Data: Data{Extension: extension, Reason: c.Reason, Prints: prints, Clock: &clock},
	})
}

func overdue() *Refusal {
	return refusef(CodeTooLate, "the time promised has passed: it is extended before that, not afterwards",
		"đã quá thời hạn hẹn trả; chỉ được gia hạn trước khi hết hạn")
}

// requirementOptional is what may be left out.
const requirementOptional v1alpha1.Requirement = "optional"

// extendable returns the terms on which the time promised may be moved on, or why it may not.
func (d *decision) extendable() (*v1alpha1.Extension, *Refusal) {
	terms := d.p.Spec.Deadline.Extension
	if terms == nil {
		return nil, refusef(CodeExtensionNotAllowed, "the procedure does not let its limit be extended",
			"thủ tục không quy định việc gia hạn")
	}
	if d.state.Clock.StartedAt.IsZero() {
		return nil, refusef(CodeClockNotStarted, "nothing was promised yet: the dossier was not accepted",
			"hồ sơ chưa được tiếp nhận nên chưa có thời hạn để gia hạn")
	}
	if refusal := d.unfinished(); refusal != nil {
		return nil, refusal
	}
	if times := max(terms.Times, 1); int32(len(d.state.Extensions)) >= times {
		return nil, refusef(CodeMaxTimes, "the limit may be extended at most %[1]d time(s) in one dossier, and was",
			"mỗi hồ sơ chỉ được gia hạn tối đa %[1]d lần", times)
	}
	return terms, nil
}

// unfinished refuses what has to be done before the result is ready.
func (d *decision) unfinished() *Refusal {
	if d.state.Clock.State != v1alpha1.ClockFinished {
		return nil
	}
	return refusef(CodeResultReady,
		"the result is ready: this is done before", "kết quả đã có, không thể thực hiện việc này")
}

// extenders are the roles that grant an extension: the one that the procedure names, or that of its last signature, or else
// those that approve; in a procedure in which nobody does, the counter.
func (d *decision) extenders() []v1alpha1.ID {
	if terms := d.p.Spec.Deadline.Extension; terms != nil && terms.Approver != "" {
		return []v1alpha1.ID{terms.Approver}
	}
	for _, step := range slices.Backward(d.p.Spec.Steps) {
		if step.Kind == v1alpha1.StepApprove && step.Sign != nil {
			return []v1alpha1.ID{step.Role}
		}
	}
	return d.deciders()
}

// deciders are the roles that approve, or the counter where the procedure has none.
func (d *decision) deciders() []v1alpha1.ID {
	if roles := d.rolesIn(v1alpha1.StepApprove); len(roles) > 0 {
		return roles
	}
	return d.counter()
}

// extended is the time promised, moved on by a length of time that is no longer than the longest. Lengths in different
// units are compared by where they lead from that time.
func (d *decision) extended(due time.Time, by, longest v1alpha1.WorkDuration) (time.Time, error) {
	amount, err := calendar.ParseDuration(string(by))
	if err != nil || amount.IsZero() {
		return due, refusef(CodeExtensionInvalid,
			"%[1]q is no length of time by which to extend: write it as 5wd (working days) or 10d (calendar days)",
			"%[1]q không phải là thời gian gia hạn hợp lệ; ghi dạng 5wd (ngày làm việc) hoặc 10d (ngày)", by)
	}
	end, err := d.after(due, by)
	if err != nil {
		return due, err
	}
	last, err := d.after(due, longest)
	if err != nil {
		return due, err
	}
	if end.After(last) {
		return due, refusef(CodeExtensionInvalid, "an extension by %[1]s is longer than the longest, %[2]s",
			"thời gian gia hạn %[1]s vượt mức tối đa %[2]s", by, longest)
	}
	if !end.After(due) {
		return due, refusef(CodeExtensionInvalid, "an extension by %[1]s does not move the time promised on",
			"gia hạn %[1]s không làm thay đổi thời hạn", by)
	}
	return end, nil
}

func (Recount) decide(d *decision) error {
	clock, err := d.recounted()
	if err != nil || clock.Due.Equal(d.state.Clock.Due) {
		return err
	}
	return d.record(Event{Type: Recounted, Data: Data{Clock: &clock}})
}

// recounted is the clock with the time promised as calendar and procedure give it today, where that is earlier. What was
// printed stands otherwise. It is for a clock that has started and is not finished; any other is as it was.
func (d *decision) recounted() (Clock, error) {
	clock := d.state.Clock
	if clock.StartedAt.IsZero() || clock.State == v1alpha1.ClockFinished || len(d.state.Corrections) > 0 {
		return clock, nil
	}
	due, err := d.office.Calendar.Deadline(clock.StartedAt, d.p.LimitFor(d.office.Disadvantaged), string(d.p.Spec.Deadline.ReceiptCutoff))
	if err != nil {
		return clock, err
	}
	stopped := 0
	for _, x := range d.state.Extensions {
		if due, err = d.stoodStill(due, x.StoppedQuarters-stopped); err != nil {
			return clock, err
		}
		stopped = x.StoppedQuarters
		if due, err = d.after(due, x.By); err != nil {
			return clock, err
		}
	}
	if due, err = d.stoodStill(due, clock.StoppedQuarters-stopped); err != nil {
		return clock, err
	}
	if due = instant(due); due.Before(clock.Due) {
		clock.Due = due
	}
	return clock, nil
}

// stoodStill moves a time promised on by the working time for which the clock stood still.
func (d *decision) stoodStill(due time.Time, quarters int) (time.Time, error) {
	if quarters <= 0 {
		return due, nil
	}
	return d.office.Calendar.Add(due, calendar.Duration{Quarters: quarters, Unit: calendar.WorkingHours})
}
