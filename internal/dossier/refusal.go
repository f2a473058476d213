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
	// CodeDisposed: the record of the dossier was disposed of.
	CodeDisposed Code = "dossier-disposed"
	// CodeNotEnded: the dossier has not ended, and this is done to those that have.
	CodeNotEnded Code = "dossier-not-ended"
	// CodeReceiptInvalid: how the dossier comes in, or its result is to be given, is not said as it should be.
	CodeReceiptInvalid Code = "receipt-invalid"
	// CodeAttachmentInvalid: what is said of a file that was handed in is wrong, or there are too many.
	CodeAttachmentInvalid Code = "attachment-invalid"
	// CodePaymentInvalid: what is said of a payment is wrong, or the fee is not collected here.
	CodePaymentInvalid Code = "payment-invalid"
	// CodeFeeUnpaid: a fee has to be paid before the dossier goes on.
	CodeFeeUnpaid Code = "fee-unpaid"
	// CodeNothingGiven: the command adds nothing to the dossier.
	CodeNothingGiven Code = "nothing-given"
	// CodeClockNotStarted: nothing has been promised yet, because the dossier was not accepted.
	CodeClockNotStarted Code = "clock-not-started"
	// CodeResultReady: the result is ready, so that this comes too late.
	CodeResultReady Code = "result-ready"
	// CodeExtensionNotAllowed: the procedure does not let its limit be extended.
	CodeExtensionNotAllowed Code = "extension-not-allowed"
	// CodeExtensionInvalid: the extension is no length of time, or longer than may be granted.
	CodeExtensionInvalid Code = "extension-invalid"
	// CodeOutcomeMissing: the procedure has no outcome for such an end.
	CodeOutcomeMissing Code = "outcome-not-in-procedure"
	// CodeNotCorrectable: there is no result that could be corrected, or no step at which to begin.
	CodeNotCorrectable Code = "nothing-to-correct"
	// CodePlaceInvalid: the place of the paper file is missing or too long.
	CodePlaceInvalid Code = "place-invalid"
	// CodeNotShelved: the paper file is in no place from which it could be lent.
	CodeNotShelved Code = "file-not-shelved"
	// CodeFileLent: the paper file is lent out.
	CodeFileLent Code = "file-lent"
	// CodeFileNotLent: the paper file is not lent out.
	CodeFileNotLent Code = "file-not-lent"
	// CodeLoanInvalid: what is said of a loan is missing or wrong.
	CodeLoanInvalid Code = "loan-invalid"
	// CodeNoLongerAsked: the dossier does not wait, or no longer, for the answer of that agency.
	CodeNoLongerAsked Code = "no-longer-asked"
	// CodeConsultationInvalid: what is said of a question to another agency, or of its answer, is missing or too long.
	CodeConsultationInvalid Code = "consultation-invalid"
	// CodeRevisionKept: the dossier stays under the revision that it has.
	CodeRevisionKept Code = "revision-kept"
	// CodeRequestNeeded: only a request of the applicant, which an officer records, moves the dossier to that revision.
	CodeRequestNeeded Code = "applicant-request-needed"
	// CodeMoveImpossible: the dossier stands where the other revision cannot take it on.
	CodeMoveImpossible Code = "move-impossible"
	// CodeKeptForEver: the record is kept for ever.
	CodeKeptForEver Code = "kept-for-ever"
	// CodeRetentionNotOver: the time for which the record is kept is not over.
	CodeRetentionNotOver Code = "retention-not-over"
	// CodeMinutesNeeded: the minutes that decided about the disposal are not named.
	CodeMinutesNeeded Code = "minutes-needed"
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
