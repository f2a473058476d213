package dossier

import (
	"slices"

	"chuan.dev/chuan/api/v1alpha1"
)

// maxReference bounds the code under which another agency keeps a question, in characters.
const maxReference = 100

func (c Ask) decide(d *decision) error {
	asked := c.Consultation
	step, refusal := d.asking(asked)
	if refusal != nil {
		return refusal
	}
	if blank(asked.Agency) || !isLine(asked.Agency, maxAgency) {
		return refusef(CodeConsultationInvalid,
			"step %[1]s asks an agency whose code is not given, or has more than %[2]d characters",
			"bước %[1]s lấy ý kiến cơ quan chưa có mã, hoặc mã dài quá %[2]d ký tự", named(step), maxAgency)
	}
	// A question is asked once, however often the sending is tried.
	if slices.ContainsFunc(d.state.Consultations, func(o Consultation) bool { return o.Branch == asked.Branch }) {
		return nil
	}
	return d.record(Event{Type: Asked, Data: Data{Consultation: &asked}})
}

func (c Answer) decide(d *decision) error {
	answered := c.Consultation
	step, refusal := d.asking(answered)
	if refusal != nil {
		return refusal
	}
	if !slices.ContainsFunc(d.state.Consultations, func(o Consultation) bool {
		return o.Branch == answered.Branch && o.Step == answered.Step && o.Agency == answered.Agency
	}) {
		return notAsked(answered)
	}
	if !isLine(answered.Reference, maxReference) {
		return refusef(CodeConsultationInvalid,
			"the reference of the answer has more than %[1]d characters or more than one line",
			"mã tham chiếu của văn bản trả lời dài quá %[1]d ký tự hoặc nhiều hơn một dòng", maxReference)
	}
	action, ok := d.p.Action(step.ID, c.Action)
	if !ok {
		return refusef(CodeActionUnknown,
			"step %[1]s has no action %[2]q: it offers %[3]v",
			"bước %[1]s không có thao tác %[2]q; các thao tác: %[3]v", named(step), c.Action, actionIDs(step))
	}
	e := Event{Type: Answered, Action: action.ID}
	if err := d.fulfil(Act{Step: step.ID, Action: c.Action, Reason: c.Reason}, step, action, &e); err != nil {
		return err
	}
	e.Data.Consultation = &answered
	t, _ := d.state.in(answered.Branch)
	return d.move(t, action.To, e)
}

// asking is the step in which the dossier waits for the answer of another agency, or why it does not.
func (d *decision) asking(c Consultation) (*v1alpha1.Step, *Refusal) {
	t, stands := d.state.in(c.Branch)
	step, known := d.p.Step(c.Step)
	if !stands || t.Step != c.Step || !known || step.Kind != v1alpha1.StepConsult {
		return nil, notAsked(c)
	}
	return step, nil
}

func notAsked(c Consultation) *Refusal {
	return refusef(CodeNoLongerAsked, "the dossier does not wait at step %[1]q for an answer of the agency %[2]q",
		"hồ sơ không chờ ý kiến của cơ quan %[2]q ở bước %[1]q", c.Step, c.Agency)
}
