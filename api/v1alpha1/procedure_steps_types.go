package v1alpha1

// StepKind says what happens in a step.
//
// +kubebuilder:validation:Enum=intake;wait;assign;task;approve;consult;parallel;issue;handover
type StepKind string

// The kinds of step.
const (
	// StepIntake is where a dossier begins: its papers are checked, and it is
	// accepted, sent back or refused.
	StepIntake StepKind = "intake"
	// StepWait is a time in which the agency waits for somebody else.
	StepWait StepKind = "wait"
	// StepAssign chooses the officer who will do a later step.
	StepAssign StepKind = "assign"
	// StepTask is work that leaves a form or a draft behind.
	StepTask StepKind = "task"
	// StepApprove is a review or a signature.
	StepApprove StepKind = "approve"
	// StepConsult asks another agency.
	StepConsult StepKind = "consult"
	// StepParallel begins several branches at once and goes on when they have
	// joined.
	StepParallel StepKind = "parallel"
	// StepIssue numbers, seals and issues the result.
	StepIssue StepKind = "issue"
	// StepHandover gives the result to the applicant.
	StepHandover StepKind = "handover"
)

// ClockState says what the statutory clock does during a step.
//
// +kubebuilder:validation:Enum=running;stopped;notStarted;finished
type ClockState string

// The states of the statutory clock.
const (
	ClockRunning    ClockState = "running"
	ClockStopped    ClockState = "stopped"
	ClockNotStarted ClockState = "notStarted"
	ClockFinished   ClockState = "finished"
)

// Step is one step of a procedure: it offers named actions to a role.
//
// +kubebuilder:validation:XValidation:rule="self.kind == 'parallel' ? has(self.branches) && has(self.to) && !has(self.actions) : !has(self.branches) && !has(self.join) && !has(self.to)",message="a parallel step has branches and to, and no actions; only a parallel step has branches, join and to"
// +kubebuilder:validation:XValidation:rule="self.kind == 'parallel' || has(self.actions)",message="a step offers at least one action",fieldPath=".actions"
// +kubebuilder:validation:XValidation:rule="self.kind in ['wait','parallel','consult'] || has(self.role)",message="the step needs the role that acts in it",fieldPath=".role"
// +kubebuilder:validation:XValidation:rule="self.kind in ['wait','parallel'] || has(self.time)",message="the step needs its time, as 4wh; 0wh when it takes none",fieldPath=".time"
// +kubebuilder:validation:XValidation:rule="(self.kind == 'assign') == has(self.assigns)",message="an assign step, and no other, says what it assigns",fieldPath=".assigns"
// +kubebuilder:validation:XValidation:rule="(self.kind == 'consult') == has(self.agency)",message="a consult step, and no other, names the agency that is asked",fieldPath=".agency"
// +kubebuilder:validation:XValidation:rule="self.kind == 'consult' || (!has(self.silence) && !has(self.sends))",message="only a consult step has silence and sends"
// +kubebuilder:validation:XValidation:rule="(self.kind == 'wait') == has(self.for)",message="a wait step, and no other, says for whom it waits",fieldPath=".for"
// +kubebuilder:validation:XValidation:rule="self.kind == 'wait' || !has(self.expires)",message="only a wait step expires",fieldPath=".expires"
type Step struct {
	// id of the step, unique in the procedure, as B1.
	// +required
	ID ID `json:"id,omitempty"`
	// kind says what happens in the step.
	// +required
	Kind StepKind `json:"kind,omitempty"`
	// title is the content of the step in Vietnamese.
	// +required
	Title Title `json:"title,omitempty"`
	// role that acts in the step.
	// +optional
	Role ID `json:"role,omitempty"`
	// time is the step's own budget. The step clock measures it; lateness belongs
	// to the step that held the dossier.
	// +optional
	Time WorkDuration `json:"time,omitempty"`
	// clock says what the statutory clock does during the step. Default running.
	// +optional
	// +default="running"
	Clock ClockState `json:"clock,omitempty"`
	// when restricts the step to dossiers whose forms fulfil a condition; others
	// pass it by its first action. When absent, every dossier takes it.
	// +optional
	When Expression `json:"when,omitempty"`
	// forms that are filled in during the step.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=20
	Forms []ID `json:"forms,omitempty"`
	// for says for whom a wait step waits.
	// +optional
	// +kubebuilder:validation:Enum=applicant;payment;agency
	For string `json:"for,omitempty"`
	// expires says what happens when a wait lasts too long. When absent, it may
	// last for ever.
	// +optional
	Expires *Expiry `json:"expires,omitempty"`
	// assigns says whose officer an assign step chooses.
	// +optional
	Assigns *Assignment `json:"assigns,omitempty"`
	// agency that a consult step asks.
	// +optional
	Agency *ConsultedAgency `json:"agency,omitempty"`
	// silence says what no answer within the time means: consent, refusal, or
	// nothing (the dossier keeps waiting). When absent, nothing.
	// +optional
	// +kubebuilder:validation:Enum=consent;refusal;nothing
	Silence string `json:"silence,omitempty"`
	// sends says what a consult step sends along.
	// +optional
	Sends *Enclosure `json:"sends,omitempty"`
	// branches of a parallel step: each names its steps in order, the first of
	// which begins the branch.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MinItems=2
	// +kubebuilder:validation:MaxItems=10
	Branches []Branch `json:"branches,omitempty"`
	// join says when a parallel step goes on: all branches have ended, or any one
	// has. Default all.
	// +optional
	// +kubebuilder:validation:Enum=all;any
	Join string `json:"join,omitempty"`
	// to is where a parallel step goes on.
	// +optional
	To Target `json:"to,omitempty"`
	// drafts says that the step drafts the result document.
	// +optional
	// +kubebuilder:validation:Enum=outcome
	Drafts string `json:"drafts,omitempty"`
	// sign says how an approve step signs. When absent, it reviews without
	// signing.
	// +optional
	Sign *Signature `json:"sign,omitempty"`
	// seal says whether the step puts the agency's seal. Default false.
	// +optional
	Seal *bool `json:"seal,omitempty"`
	// collects lists the fees that are collected in the step.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=20
	Collects []ID `json:"collects,omitempty"`
	// notify lists the ways by which the applicant is told that the step was
	// reached.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=3
	// +kubebuilder:validation:items:Enum=sms;email;portal
	Notify []string `json:"notify,omitempty"`
	// message is what the applicant is told in Vietnamese, for the ways that
	// notify lists; {{form.field}} stands for the value of a field, {{dossier}} for
	// the code of the dossier and {{due}} for its date. When absent, the usual words.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=500
	Message string `json:"message,omitempty"`
	// actions that the role may take.
	// +optional
	// +listType=map
	// +listMapKey=id
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=20
	Actions []Action `json:"actions,omitempty"`
}

// Branch is the list of the steps of one branch of a parallel step.
//
// +kubebuilder:validation:MinItems=1
// +kubebuilder:validation:MaxItems=20
type Branch []ID

// Action is something that may be done in a step.
type Action struct {
	// id of the action, unique in the step, as tiep-nhan.
	// +required
	ID ID `json:"id,omitempty"`
	// title is what the button says, in Vietnamese. When absent, the id.
	// +optional
	Title Title `json:"title,omitempty"`
	// to is where the dossier goes.
	// +required
	To Target `json:"to,omitempty"`
	// when restricts the action to dossiers whose forms fulfil a condition. When
	// absent, it is always offered.
	// +optional
	When Expression `json:"when,omitempty"`
	// requires says what must be there before the action can be taken.
	// +optional
	Requires *ActionRequirements `json:"requires,omitempty"`
	// prints are the forms that the action prints.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=7
	Prints []PrintForm `json:"prints,omitempty"`
	// maxTimes is how often the action may be taken in one dossier. When absent,
	// any number of times.
	// +optional
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=100
	MaxTimes int32 `json:"maxTimes,omitempty"`
	// notAfter is how long after acceptance the action may still be taken.
	// +optional
	NotAfter WorkDuration `json:"notAfter,omitempty"`
	// sets fixes the outcome to which the dossier is heading.
	// +optional
	Sets *ActionEffects `json:"sets,omitempty"`
}

// ActionRequirements says what must be there before an action can be taken.
type ActionRequirements struct {
	// documents says which of the required documents must be there: mandatory are
	// those that are required of this dossier.
	// +optional
	// +kubebuilder:validation:Enum=mandatory
	Documents string `json:"documents,omitempty"`
	// forms that must be filled in.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=20
	Forms []ID `json:"forms,omitempty"`
	// reason says whether a reason must be given. Default false.
	// +optional
	Reason *bool `json:"reason,omitempty"`
}

// ActionEffects says what an action fixes.
type ActionEffects struct {
	// outcome to which the dossier is heading from now on.
	// +required
	Outcome ID `json:"outcome,omitempty"`
}

// Expiry says what happens when a wait lasts too long.
type Expiry struct {
	// after is how long the wait may last.
	// +required
	After WorkDuration `json:"after,omitempty"`
	// to is where the dossier goes then.
	// +required
	To Target `json:"to,omitempty"`
	// prints are the forms that are printed then, as M05.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=7
	Prints []PrintForm `json:"prints,omitempty"`
}

// Assignment says whose officer an assign step chooses.
type Assignment struct {
	// step that the chosen officer will do.
	// +required
	Step ID `json:"step,omitempty"`
	// role that the chosen officer must hold.
	// +required
	Role ID `json:"role,omitempty"`
}

// ConsultedAgency is the agency that a consult step asks.
//
// +kubebuilder:validation:XValidation:rule="has(self.name) != has(self.kind)",message="name one agency, or the kind of agency that is asked"
type ConsultedAgency struct {
	// name of an Agency in the same namespace.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	Name string `json:"name,omitempty"`
	// kind of agency that is asked, as so-van-hoa; which one that is, is settled
	// where the procedure is adopted.
	// +optional
	Kind ID `json:"kind,omitempty"`
}

// Enclosure is what goes along with a question to another agency.
type Enclosure struct {
	// forms that are sent along.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=20
	Forms []ID `json:"forms,omitempty"`
	// documents that are sent along.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=60
	Documents []ID `json:"documents,omitempty"`
}

// Signature says how a step signs.
type Signature struct {
	// type of the signature.
	// +required
	// +kubebuilder:validation:Enum=digital;handwritten
	Type string `json:"type,omitempty"`
	// profile names the signing service, as ban-co-yeu.
	// +optional
	Profile ID `json:"profile,omitempty"`
}
