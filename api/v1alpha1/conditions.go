package v1alpha1

// The kstatus trio, carried by every kind that a controller reconciles. Reconciling and Stalled are present only while
// True; Ready is always present.
const (
	// ConditionReady says that the object is what its spec asks for.
	ConditionReady = "Ready"
	// ConditionReconciling says that the controller is still at work, or waits for something that will come by itself.
	ConditionReconciling = "Reconciling"
	// ConditionStalled says that no retry can help: a person has to change something.
	ConditionStalled = "Stalled"
)

// Conditions of an Agency.
const (
	// ConditionProceduresResolved says that every adopted procedure exists and has an accepted revision.
	ConditionProceduresResolved = "ProceduresResolved"
	// ConditionProceduresCovered says that the agency has a procedure for every administrative procedure that is mandatory
	// at its level. It is present only while some are.
	ConditionProceduresCovered = "ProceduresCovered"
	// ConditionRolesStaffed says that the roles of the adopted procedures are held by enough officers, who are different ones
	// where the procedures ask for that.
	ConditionRolesStaffed = "RolesStaffed"
	// ConditionCalendarResolved says that the agency's calendar series has a WorkCalendar for this year and the next.
	ConditionCalendarResolved = "CalendarResolved"
	// ConditionWorkflowAvailable says that the agency's workflow service answers.
	ConditionWorkflowAvailable = "WorkflowAvailable"
	// ConditionAnnounced says that what the agency has announced is what it works by. It is present only when the agency has
	// announced something.
	ConditionAnnounced = "Announced"
	// ConditionEditionCurrent says that the edition of the standard by which the agency works holds, or that it is on its way
	// to the one that does. It is present only when the agency names an edition.
	ConditionEditionCurrent = "EditionCurrent"
)

// ConditionValid says of a QualityProcedure that its text keeps the rules of texts, and of an Agency that what it says of
// itself and what it overrides do. Rules that another condition is about count there.
const ConditionValid = "Valid"

// Conditions of a QualityProcedure.
const (
	// ConditionTimeBudgetMet says that the times of the steps fit into the limit, on every day on which an adopting agency may
	// receive a dossier.
	ConditionTimeBudgetMet = "TimeBudgetMet"
	// ConditionLegalBasisInForce says that every legal basis is known and in force: today, or on the first day of a text
	// that is to come.
	ConditionLegalBasisInForce = "LegalBasisInForce"
	// ConditionEffective says that an accepted revision is in force today.
	ConditionEffective = "Effective"
)

// Conditions of an AuditPlan.
const (
	// ConditionScheduleValid says that the schedule has occurrences and can be computed.
	ConditionScheduleValid = "ScheduleValid"
	// ConditionWindowOpen says that an occurrence may be carried out now.
	ConditionWindowOpen = "WindowOpen"
	// ConditionIndependenceMet says that nobody audits their own work. It is present only when members of the team belong to
	// agencies.
	ConditionIndependenceMet = "IndependenceMet"
)

// Reasons, shared by several conditions.
const (
	// ReasonSucceeded is the reason of Ready=True.
	ReasonSucceeded = "Succeeded"
	// ReasonProgressing: work has begun and will go on by itself.
	ReasonProgressing = "Progressing"
	// ReasonSuspended: spec.suspend is set; nothing is changed until it is unset.
	ReasonSuspended = "Suspended"
	// ReasonInvalidSpec: the object passes the schema and still makes no sense.
	ReasonInvalidSpec = "InvalidSpec"
	// ReasonDependencyNotFound: something that the object names does not exist yet.
	ReasonDependencyNotFound = "DependencyNotFound"
	// ReasonDependencyNotReady: something that the object names exists and is not usable yet.
	ReasonDependencyNotReady = "DependencyNotReady"
	// ReasonTransientError: a call failed; it is tried again.
	ReasonTransientError = "TransientError"
	// ReasonRuleViolated: a rule is broken; the message names it.
	ReasonRuleViolated = "RuleViolated"
	// ReasonRulesKept: the rules that the condition is about are kept, or what breaks them is waived.
	ReasonRulesKept = "RulesKept"
	// ReasonNotChecked: rules could not be checked, for want of what the message names.
	ReasonNotChecked = "NotChecked"
)

// Reasons of an Agency's conditions.
const (
	// ReasonResolved: all that the condition asks for was found.
	ReasonResolved = "Resolved"
	// ReasonNothingAdopted: the agency adopts no procedure.
	ReasonNothingAdopted = "NothingAdopted"
	// ReasonProcedureNotFound: an adopted procedure does not exist.
	ReasonProcedureNotFound = "ProcedureNotFound"
	// ReasonProcedureNotAccepted: an adopted procedure has no accepted revision.
	ReasonProcedureNotAccepted = "ProcedureNotAccepted"
	// ReasonCalendarNotFound: the calendar series has no WorkCalendar for a year that is needed.
	ReasonCalendarNotFound = "CalendarNotFound"
	// ReasonCalendarProvisional: a needed WorkCalendar is only provisional.
	ReasonCalendarProvisional = "CalendarProvisional"
	// ReasonRoleVacant: a role that a step needs is held by nobody, or by too few.
	ReasonRoleVacant = "RoleVacant"
	// ReasonStaffed: every role is held.
	ReasonStaffed = "Staffed"
	// ReasonParentNotFound: the parent agency does not exist.
	ReasonParentNotFound = "ParentNotFound"
	// ReasonParentCycle: following the parents leads back to the agency itself.
	ReasonParentCycle = "ParentCycle"
	// ReasonCodeConflict: another agency has the same code.
	ReasonCodeConflict = "CodeConflict"
	// ReasonBundleTooLarge: the manifests do not fit into the ConfigMaps that carry them.
	ReasonBundleTooLarge = "BundleTooLarge"
	// ReasonAvailable: all wanted replicas answer.
	ReasonAvailable = "Available"
	// ReasonNotAvailable: fewer replicas than wanted answer.
	ReasonNotAvailable = "NotAvailable"
)

// Reasons of a QualityProcedure's conditions.
const (
	// ReasonAccepted: the revision was accepted and recorded.
	ReasonAccepted = "Accepted"
	// ReasonNotAccepted: the text keeps the rules of texts, and is not accepted for what another condition says.
	ReasonNotAccepted = "NotAccepted"
	// ReasonTimeBudgetExceeded: the times do not fit into the limit.
	ReasonTimeBudgetExceeded = "TimeBudgetExceeded"
	// ReasonRevisionChanged: the substance of an accepted revision was changed without a new revision number.
	ReasonRevisionChanged = "RevisionChanged"
	// ReasonInForce: in force today.
	ReasonInForce = "InForce"
	// ReasonNotYetInForce: will come into force later.
	ReasonNotYetInForce = "NotYetInForce"
	// ReasonNoAcceptedRevision: there is no accepted revision.
	ReasonNoAcceptedRevision = "NoAcceptedRevision"
	// ReasonLegalDocumentNotFound: a legal basis names an unknown LegalDocument.
	ReasonLegalDocumentNotFound = "LegalDocumentNotFound"
	// ReasonLegalDocumentNotInForce: a legal basis is not in force on a day on which it is needed.
	ReasonLegalDocumentNotInForce = "LegalDocumentNotInForce"
)

// Reasons of an AuditPlan's conditions.
const (
	// ReasonScheduled: the next occurrences are known.
	ReasonScheduled = "Scheduled"
	// ReasonNoFurtherOccurrence: the schedule has ended.
	ReasonNoFurtherOccurrence = "NoFurtherOccurrence"
	// ReasonInvalidSchedule: the schedule cannot be computed.
	ReasonInvalidSchedule = "InvalidSchedule"
	// ReasonWindowOpen: an occurrence may be carried out now.
	ReasonWindowOpen = "WindowOpen"
	// ReasonDueSoon: the lead time of the next occurrence has begun.
	ReasonDueSoon = "DueSoon"
	// ReasonInGrace: the window has ended and the grace time has not.
	ReasonInGrace = "InGrace"
	// ReasonBetweenWindows: no window is open.
	ReasonBetweenWindows = "BetweenWindows"
	// ReasonAuditeeNotFound: a named auditee does not exist.
	ReasonAuditeeNotFound = "AuditeeNotFound"
	// ReasonNoAuditees: the plan selects no agency.
	ReasonNoAuditees = "NoAuditees"
)
