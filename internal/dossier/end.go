package dossier

import (
	"slices"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/procedure"
)

// discontinuance is the form by which the applicant is told that the agency stops working on the dossier.
const discontinuance v1alpha1.PrintForm = "M05"

func (c Withdraw) decide(d *decision) error {
	e := Event{Type: Withdrawn, Officer: c.Officer, Data: Data{Reason: c.Reason}}
	return d.breakOff(e, c.Version, v1alpha1.ResultWithdrawn, d.counter())
}

func (c Discontinue) decide(d *decision) error {
	e := Event{Type: Discontinued, Officer: c.Officer, Data: Data{Reason: c.Reason, Prints: []v1alpha1.PrintForm{discontinuance}}}
	return d.breakOff(e, c.Version, v1alpha1.ResultDiscontinued, d.deciders())
}

// breakOff ends a dossier wherever it stands, before its result is ready, with the first outcome of a kind.
func (d *decision) breakOff(e Event, version int64, result v1alpha1.OutcomeResult, roles []v1alpha1.ID) error {
	if refusal := d.admit(version, open); refusal != nil {
		return refusal
	}
	outcome, refusal := d.broken(result)
	if refusal != nil {
		return refusal
	}
	if e.Role, refusal = d.plays(e.Officer, roles); refusal != nil {
		return refusal
	}
	if refusal := needReason(e.Data.Reason); refusal != nil {
		return refusal
	}
	return d.end(procedure.Destination{End: true, Outcome: outcome}, e)
}

// broken is the outcome with which a dossier can be broken off now, or why it cannot.
func (d *decision) broken(result v1alpha1.OutcomeResult) (v1alpha1.ID, *Refusal) {
	if refusal := d.unfinished(); refusal != nil {
		return "", refusal
	}
	i := slices.IndexFunc(d.p.Spec.Outcomes, func(o v1alpha1.Outcome) bool { return o.Result == result })
	if i < 0 {
		return "", refusef(CodeOutcomeMissing,
			"the procedure has no outcome with the result %[1]s: take an action that it offers",
			"thủ tục không có kết quả loại %[1]s; đề nghị dùng thao tác mà thủ tục quy định", result)
	}
	return d.p.Spec.Outcomes[i].ID, nil
}
