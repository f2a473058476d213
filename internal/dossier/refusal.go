package dossier

import (
	"fmt"

	"chuan.dev/chuan/api/v1alpha1"
)

// Code names the reason of a refusal. Codes are part of the API and do not change.
type Code string

// The codes of refusals.
const (
	// CodeEnded: the dossier has ended.
	CodeEnded Code = "dossier-ended"
	// CodeStale: the dossier has moved on since the officer looked at it.
	CodeStale Code = "stale-version"
	// CodeStepNotOpen: the dossier does not stand at the step.
	CodeStepNotOpen Code = "step-not-open"
	// CodeStepNeeded: several open steps offer the action, and the step was not named.
	CodeStepNeeded Code = "step-needed"
	// CodeActionUnknown: the step has no such action.
	CodeActionUnknown Code = "action-unknown"
	// CodeActionNotOffered: the condition of the action does not hold for this dossier.
	CodeActionNotOffered Code = "action-not-offered"
	// CodeOfficerUnknown: nobody of that id works in the agency.
	CodeOfficerUnknown Code = "officer-unknown"
	// CodeRoleNotHeld: the officer does not hold the role of the step.
	CodeRoleNotHeld Code = "role-not-held"
	// CodeAssignedToOther: the step is assigned to another officer.
	CodeAssignedToOther Code = "assigned-to-other"
	// CodeSeparation: the officer has acted in a role that the same person must not combine with this one.
	CodeSeparation Code = "separation-of-duties"
	// CodeReasonNeeded: the action needs a reason.
	CodeReasonNeeded Code = "reason-needed"
	// CodeDocumentsMissing: required documents are not there.
	CodeDocumentsMissing Code = "documents-missing"
	// CodeDocumentUnknown: the procedure has no such document, or the number of copies is not one.
	CodeDocumentUnknown Code = "document-unknown"
	// CodeFormInvalid: values of a form are missing or wrong; the refusal lists them.
	CodeFormInvalid Code = "form-invalid"
	// CodeFormNotInStep: the form is not filled in during this step.
	CodeFormNotInStep Code = "form-not-in-step"
	// CodeMaxTimes: the action was taken as often as it may be.
	CodeMaxTimes Code = "max-times-reached"
	// CodeTooLate: the time in which the action may be taken is over.
	CodeTooLate Code = "too-late"
	// CodeAssigneeNeeded: the assign step needs the officer it chooses.
	CodeAssigneeNeeded Code = "assignee-needed"
	// CodeAssigneeUnfit: the chosen officer cannot do the step.
	CodeAssigneeUnfit Code = "assignee-unfit"
	// CodeOutcomeNotSet: the dossier cannot end because nothing has fixed its outcome.
	CodeOutcomeNotSet Code = "outcome-not-set"
	// CodeChannelNotOffered: the procedure cannot be filed by that channel.
	CodeChannelNotOffered Code = "channel-not-offered"
	// CodeApplicantInvalid: what is said of the applicant is missing or too long.
	CodeApplicantInvalid Code = "applicant-invalid"
	// CodeCalendarMissing: a date falls in a year for which the agency has no working calendar.
	CodeCalendarMissing Code = "calendar-missing"
)

// Refusal says why something cannot be done, and what to do about it. It never contains personal data.
type Refusal struct {
	// Code is stable; programs go by it.
	Code Code
	// Message in English and in Vietnamese.
	Message, MessageVi string
	// Fields lists what is wrong with the forms, in the order of the procedure.
	Fields []FieldError
}

// Error returns the code and the English message.
func (r *Refusal) Error() string { return string(r.Code) + ": " + r.Message }

// FieldError says what is wrong with one field of a form.
type FieldError struct {
	Form  v1alpha1.ID `json:"form"`
	Field string      `json:"field"`
	// Code is stable: required, unknown, type, length, pattern, minimum, maximum, value or date.
	Code string `json:"code"`
	// Message in English and in Vietnamese. They do not repeat the value, which may be personal data.
	Message   string `json:"message"`
	MessageVi string `json:"messageVi"`
}

// refusef makes a refusal. The English and the Vietnamese message are formats over the same arguments.
func refusef(code Code, en, vi string, args ...any) *Refusal {
	return &Refusal{Code: code, Message: fmt.Sprintf(en, args...), MessageVi: fmt.Sprintf(vi, args...)}
}

// named is a step as messages show it: its id and its title.
func named(step *v1alpha1.Step) string { return fmt.Sprintf("%s «%s»", step.ID, step.Title) }
