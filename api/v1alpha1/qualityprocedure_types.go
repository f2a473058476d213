package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// QualityProcedure is one procedure as a province approves it: legal basis,
// time limit, required documents, forms, roles, steps, outcomes and records.
// The manifest is the approved text; services work by it and the printed
// document is made from it. An accepted revision does not change: a change of
// substance takes a new spec.issue.revision.
//
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:shortName=qp,categories=chuan
// +kubebuilder:selectablefield:JSONPath=`.spec.code`
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`
// +kubebuilder:printcolumn:name="Code",type=string,JSONPath=`.spec.code`
// +kubebuilder:printcolumn:name="Revision",type=integer,JSONPath=`.spec.issue.revision`
// +kubebuilder:printcolumn:name="In force",type=integer,JSONPath=`.status.revisionInForce`
// +kubebuilder:printcolumn:name="Used by",type=integer,JSONPath=`.status.adopterCount`
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
// +kubebuilder:printcolumn:name="Message",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].message`
// +kubebuilder:printcolumn:name="Title",type=string,priority=1,JSONPath=`.spec.title`
// +kubebuilder:validation:XValidation:rule="size(self.metadata.name) <= 52",message="the name of a QualityProcedure is at most 52 characters, so that the names of its revisions fit"
// +kubebuilder:validation:XValidation:rule="self.spec.issue.revision >= oldSelf.spec.issue.revision",message="the revision number never goes back; to return to an older text, issue it again under the next number",fieldPath=".spec.issue.revision"
// +kubebuilder:validation:XValidation:rule="!(has(oldSelf.status) && has(oldSelf.status.acceptedRevision) && oldSelf.status.acceptedRevision == self.spec.issue.revision) || (self.spec.code == oldSelf.spec.code && self.spec.title == oldSelf.spec.title && has(self.spec.appliesTo) == has(oldSelf.spec.appliesTo) && (!has(self.spec.appliesTo) || self.spec.appliesTo == oldSelf.spec.appliesTo) && has(self.spec.administrativeProcedure) == has(oldSelf.spec.administrativeProcedure) && (!has(self.spec.administrativeProcedure) || self.spec.administrativeProcedure == oldSelf.spec.administrativeProcedure) && self.spec.issue == oldSelf.spec.issue && self.spec.legalBasis == oldSelf.spec.legalBasis && self.spec.deadline == oldSelf.spec.deadline && self.spec.channels == oldSelf.spec.channels && has(self.spec.documents) == has(oldSelf.spec.documents) && (!has(self.spec.documents) || self.spec.documents == oldSelf.spec.documents) && has(self.spec.fees) == has(oldSelf.spec.fees) && (!has(self.spec.fees) || self.spec.fees == oldSelf.spec.fees) && has(self.spec.forms) == has(oldSelf.spec.forms) && (!has(self.spec.forms) || self.spec.forms == oldSelf.spec.forms) && has(self.spec.templates) == has(oldSelf.spec.templates) && (!has(self.spec.templates) || self.spec.templates == oldSelf.spec.templates) && self.spec.roles == oldSelf.spec.roles && self.spec.steps == oldSelf.spec.steps && self.spec.outcomes == oldSelf.spec.outcomes && has(self.spec.records) == has(oldSelf.spec.records) && (!has(self.spec.records) || self.spec.records == oldSelf.spec.records) && has(self.spec.objectives) == has(oldSelf.spec.objectives) && (!has(self.spec.objectives) || self.spec.objectives == oldSelf.spec.objectives) && has(self.spec.transition) == has(oldSelf.spec.transition) && (!has(self.spec.transition) || self.spec.transition == oldSelf.spec.transition))",message="an accepted revision does not change: raise spec.issue.revision",fieldPath=".spec.issue.revision"
type QualityProcedure struct {
	metav1.TypeMeta `json:",inline"`
	// metadata is the standard object metadata. The name is at most 52 characters.
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec is the approved text.
	// +required
	Spec QualityProcedureSpec `json:"spec,omitzero"`
	// status is what the controller last observed.
	// +optional
	// +default={"observedGeneration":-1}
	Status QualityProcedureStatus `json:"status,omitzero"`
}

// QualityProcedureSpec is the text of a procedure.
type QualityProcedureSpec struct {
	// suspend stops the controller from accepting a new revision; those accepted
	// stay in force. Default false. It is not part of the approved text.
	// +optional
	Suspend *bool `json:"suspend,omitempty"`
	// code of the procedure in the quality management system, as QT-XD-07.
	// +required
	// +kubebuilder:validation:Pattern=`^[A-Z0-9Đ]+([.-][A-Z0-9Đ]+)*$`
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=40
	Code string `json:"code,omitempty"`
	// title of the procedure in Vietnamese.
	// +required
	Title Title `json:"title,omitempty"`
	// appliesTo says which agencies adopt the procedure when their
	// spec.procedures.selector matches its labels. When absent, only an adoption
	// by name counts.
	// +optional
	AppliesTo *AppliesTo `json:"appliesTo,omitempty"`
	// administrativeProcedure is the administrative procedure (TTHC) of the
	// national catalogue that this procedure settles. Absent for internal
	// procedures.
	// +optional
	AdministrativeProcedure *AdministrativeProcedure `json:"administrativeProcedure,omitempty"`
	// issue says which revision this is, from when it holds and by which decision.
	// +required
	Issue Issue `json:"issue,omitzero"`
	// legalBasis lists the instruments on which the procedure rests.
	// +required
	// +listType=map
	// +listMapKey=ref
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	LegalBasis []LegalBasis `json:"legalBasis,omitempty"`
	// deadline is the statutory time limit that is promised to the applicant.
	// +required
	Deadline Deadline `json:"deadline,omitzero"`
	// channels by which a dossier may be filed.
	// +required
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=3
	Channels []Channel `json:"channels,omitempty"`
	// documents are the required components of a dossier.
	// +optional
	// +listType=map
	// +listMapKey=id
	// +kubebuilder:validation:MaxItems=60
	Documents []RequiredDocument `json:"documents,omitempty"`
	// fees that the applicant pays. When absent, the procedure is free.
	// +optional
	// +listType=map
	// +listMapKey=id
	// +kubebuilder:validation:MaxItems=20
	Fees []Fee `json:"fees,omitempty"`
	// forms that applicants and officers fill in.
	// +optional
	// +listType=map
	// +listMapKey=id
	// +kubebuilder:validation:MaxItems=40
	Forms []Form `json:"forms,omitempty"`
	// templates are the texts of the result documents. Every template that an
	// outcome names is here.
	// +optional
	// +listType=map
	// +listMapKey=id
	// +kubebuilder:validation:MaxItems=20
	Templates []ResultTemplate `json:"templates,omitempty"`
	// roles that take part. Agencies say which officers hold them.
	// +required
	// +listType=map
	// +listMapKey=id
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=30
	Roles []Role `json:"roles,omitempty"`
	// steps of the procedure. Exactly one is an intake, where a dossier begins.
	// +required
	// +listType=map
	// +listMapKey=id
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=100
	Steps []Step `json:"steps,omitempty"`
	// outcomes with which a dossier may end.
	// +required
	// +listType=map
	// +listMapKey=id
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=30
	Outcomes []Outcome `json:"outcomes,omitempty"`
	// records that are kept of every dossier.
	// +optional
	// +listType=map
	// +listMapKey=id
	// +kubebuilder:validation:MaxItems=30
	Records []QualityRecord `json:"records,omitempty"`
	// objectives by which the procedure is measured.
	// +optional
	// +listType=map
	// +listMapKey=id
	// +kubebuilder:validation:MaxItems=20
	Objectives []Objective `json:"objectives,omitempty"`
	// transition says what becomes of open dossiers when this revision comes into
	// force. When absent, they keep the revision under which they were received.
	// +optional
	Transition *Transition `json:"transition,omitempty"`
}

// AppliesTo says for which agencies a procedure is made. An agency is covered
// when every list that is given contains it.
type AppliesTo struct {
	// levels of administration. When absent, every level.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=4
	Levels []AgencyLevel `json:"levels,omitempty"`
	// types of agency. When absent, every type.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=9
	Types []AgencyType `json:"types,omitempty"`
}

// AdministrativeProcedure names an entry of the national catalogue of
// administrative procedures (TTHC).
type AdministrativeProcedure struct {
	// code in the national catalogue, as 1.009994, or with the province's suffix,
	// as 1.009994.000.00.00.H18.
	// +required
	// +kubebuilder:validation:Pattern=`^[1-3]\.[0-9]{6}((\.[0-9]{3}\.[0-9]{2}\.[0-9]{2})?\.H[0-9]{2}(\.[0-9]{2})?)?$`
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=40
	Code string `json:"code,omitempty"`
	// field is the sector in the catalogue, as Hộ tịch.
	// +optional
	Field Title `json:"field,omitempty"`
}

// Issue says which revision a text is and by which decision it holds.
//
// +kubebuilder:validation:XValidation:rule="self.decision.date <= self.effectiveFrom",message="the decision is not signed after the day from which it is in force",fieldPath=".effectiveFrom"
type Issue struct {
	// revision number, from 1, growing with every change of substance.
	// +required
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=9999
	Revision int32 `json:"revision,omitempty"`
	// effectiveFrom is the first day on which dossiers are received under this
	// revision.
	// +required
	EffectiveFrom Date `json:"effectiveFrom,omitempty"`
	// decision by which the revision was approved.
	// +required
	Decision Decision `json:"decision,omitzero"`
	// changes against the previous revision, in words.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=2000
	Changes string `json:"changes,omitempty"`
}

// LegalBasis is an instrument on which a procedure rests.
type LegalBasis struct {
	// ref is the name of a LegalDocument.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	Ref string `json:"ref,omitempty"`
	// articles of the instrument that are cited, as "95" or "16a".
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=50
	// +kubebuilder:validation:items:MaxLength=40
	Articles []string `json:"articles,omitempty"`
	// supports says which parts of the procedure rest on it.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=12
	Supports []Supported `json:"supports,omitempty"`
}

// Supported is a part of a procedure that rests on a legal basis.
//
// +kubebuilder:validation:Enum=procedure;documents;deadline;fees;intake;return;apology;printForms;records;control;competence
type Supported string

// Channel is a way by which a dossier may be filed.
//
// +kubebuilder:validation:Enum=counter;online;post
type Channel string

// The channels.
const (
	ChannelCounter Channel = "counter"
	ChannelOnline  Channel = "online"
	ChannelPost    Channel = "post"
)

// Deadline is the statutory time limit of a procedure.
type Deadline struct {
	// limit from receipt to result: 15d are calendar days, 3wd working days, 8wh
	// working hours, 0wd is the day of receipt itself. The day of receipt does not
	// count for limits in days; a limit that ends on a day off ends on the next
	// working day.
	// +required
	Limit WorkDuration `json:"limit,omitempty"`
	// startsAt is the action that starts the clock, as B1/tiep-nhan. When absent,
	// the action by which a dossier leaves its intake step for another step that
	// is not a wait.
	// +optional
	// +kubebuilder:validation:Pattern=`^[A-Za-z0-9][A-Za-z0-9-]{0,47}/[A-Za-z0-9][A-Za-z0-9-]{0,47}$`
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=97
	StartsAt string `json:"startsAt,omitempty"`
	// receiptCutoff is the time of day after which a dossier counts as received on
	// the next working day. When absent, the end of working hours.
	// +optional
	ReceiptCutoff TimeOfDay `json:"receiptCutoff,omitempty"`
	// disadvantagedLimit is the longer limit of disadvantaged areas, where the law
	// grants one.
	// +optional
	DisadvantagedLimit WorkDuration `json:"disadvantagedLimit,omitempty"`
	// extension says whether and how the limit may be extended. When absent, it
	// may not.
	// +optional
	Extension *Extension `json:"extension,omitempty"`
}

// Extension says how a limit may be extended.
type Extension struct {
	// max is the longest extension.
	// +required
	Max WorkDuration `json:"max,omitempty"`
	// times an extension may be granted. Default 1.
	// +optional
	// +default=1
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=10
	Times int32 `json:"times,omitempty"`
	// reason says whether a reason must be given. Default required.
	// +optional
	// +default="required"
	Reason Requirement `json:"reason,omitempty"`
	// prints are the forms that are printed, as M04.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=7
	Prints []PrintForm `json:"prints,omitempty"`
	// approver is the role that grants it.
	// +optional
	Approver ID `json:"approver,omitempty"`
}

// Requirement says whether something must be given.
//
// +kubebuilder:validation:Enum=required;optional
type Requirement string

// Role is a part that someone plays in a procedure.
type Role struct {
	// id of the role. Agencies give it to officers.
	// +required
	ID ID `json:"id,omitempty"`
	// title of the role in Vietnamese.
	// +required
	Title Title `json:"title,omitempty"`
	// separateFrom lists roles that the same person must not play in the same
	// dossier.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=30
	SeparateFrom []ID `json:"separateFrom,omitempty"`
	// minHolders is how many officers of an adopting agency must hold the role at
	// the least, so that leave does not stop the step. When absent, one.
	// +optional
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=20
	MinHolders int32 `json:"minHolders,omitempty"`
	// canDelegate says whether a holder may let someone else act during an
	// absence. Default false.
	// +optional
	CanDelegate *bool `json:"canDelegate,omitempty"`
}

// QualityProcedureStatus is what the controller last observed of a procedure.
type QualityProcedureStatus struct {
	// observedGeneration is the generation of the spec that this status speaks of;
	// -1 before the first visit.
	// +optional
	ObservedGeneration int64 `json:"observedGeneration,omitempty"`
	// conditions are Ready, Reconciling, Stalled, Valid, TimeBudgetMet,
	// LegalBasisInForce, Effective.
	// +optional
	// +listType=map
	// +listMapKey=type
	// +kubebuilder:validation:MaxItems=32
	Conditions []metav1.Condition `json:"conditions,omitempty"`
	// lastHandledReconcileAt is the value of the annotation
	// qms.chuan.dev/requested-at that was last acted on.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	LastHandledReconcileAt string `json:"lastHandledReconcileAt,omitempty"`
	// acceptedRevision is the newest revision that passed the rules and was
	// recorded. Its text can no longer change.
	// +optional
	AcceptedRevision *int32 `json:"acceptedRevision,omitempty"`
	// revisionInForce is the revision under which dossiers are received today.
	// +optional
	RevisionInForce *int32 `json:"revisionInForce,omitempty"`
	// revisions are the recorded revisions, oldest first: at most the last ten.
	// +optional
	// +listType=map
	// +listMapKey=revision
	// +kubebuilder:validation:MaxItems=10
	Revisions []RecordedRevision `json:"revisions,omitempty"`
	// adopterCount is the number of agencies that adopt the procedure.
	// +optional
	AdopterCount *int32 `json:"adopterCount,omitempty"`
	// adopters are the names of the first adopting agencies, in alphabetical
	// order: at most twenty.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=20
	// +kubebuilder:validation:items:MaxLength=253
	Adopters []string `json:"adopters,omitempty"`
}

// RecordedRevision is a revision that was accepted and recorded as a
// ControllerRevision.
type RecordedRevision struct {
	// revision number.
	// +required
	// +kubebuilder:validation:Minimum=1
	Revision int32 `json:"revision,omitempty"`
	// effectiveFrom is the first day in force.
	// +required
	EffectiveFrom Date `json:"effectiveFrom,omitempty"`
	// name of the ControllerRevision.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	Name string `json:"name,omitempty"`
}

// QualityProcedureList is a list of procedures.
//
// +kubebuilder:object:root=true
type QualityProcedureList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []QualityProcedure `json:"items"`
}
