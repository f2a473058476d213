package v1alpha1

// Outcome is an end that a dossier may come to.
type Outcome struct {
	// id of the outcome, unique in the procedure.
	// +required
	ID ID `json:"id,omitempty"`
	// title in Vietnamese, as it is printed. When absent, the usual words for the
	// result.
	// +optional
	Title Title `json:"title,omitempty"`
	// result says what the outcome means for the applicant.
	// +required
	Result OutcomeResult `json:"result,omitempty"`
	// template names the template of the result document, one of spec.templates.
	// +optional
	Template ID `json:"template,omitempty"`
	// number is the pattern of the number book of the result document, as
	// {seq:00}/GPXD-UBND.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=80
	Number string `json:"number,omitempty"`
}

// OutcomeResult says what an outcome means for the applicant.
//
// +kubebuilder:validation:Enum=granted;refused;notAccepted;lapsed;discontinued;withdrawn
type OutcomeResult string

// The results.
const (
	ResultGranted      OutcomeResult = "granted"
	ResultRefused      OutcomeResult = "refused"
	ResultNotAccepted  OutcomeResult = "notAccepted"
	ResultLapsed       OutcomeResult = "lapsed"
	ResultDiscontinued OutcomeResult = "discontinued"
	ResultWithdrawn    OutcomeResult = "withdrawn"
)

// QualityRecord is something that is kept of every dossier.
type QualityRecord struct {
	// id of the record, unique in the procedure.
	// +required
	ID ID `json:"id,omitempty"`
	// title in Vietnamese.
	// +required
	Title Title `json:"title,omitempty"`
	// keeps lists what it holds: "documents", "forms", "outcome", or print forms
	// as M01.
	// +required
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=20
	Keeps []ID `json:"keeps,omitempty"`
	// keeper is the role that keeps it.
	// +required
	Keeper ID `json:"keeper,omitempty"`
	// retention says how long it is kept: permanent, or a number of years as 20y.
	// +required
	// +kubebuilder:validation:Pattern=`^(permanent|[1-9][0-9]{0,2}y)$`
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=9
	Retention string `json:"retention,omitempty"`
	// basis is the name of the LegalDocument that sets the retention.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	Basis string `json:"basis,omitempty"`
}

// Objective is a figure by which a procedure is measured.
type Objective struct {
	// id of the objective, unique in the procedure.
	// +required
	ID ID `json:"id,omitempty"`
	// title in Vietnamese.
	// +required
	Title Title `json:"title,omitempty"`
	// measure that is computed from the dossiers.
	// +required
	// +kubebuilder:validation:Enum=onTimeRate;supplementRate;refusalRate;returnRate;medianDuration
	Measure string `json:"measure,omitempty"`
	// target of the measure, as ">= 98%" or "<= 3wd".
	// +required
	// +kubebuilder:validation:Pattern=`^(>=|<=) [0-9]{1,4}(\.[0-9]{1,2})?(%|wh|wd|d)$`
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=20
	Target string `json:"target,omitempty"`
	// period over which it is computed.
	// +required
	// +kubebuilder:validation:Enum=month;quarter;year
	Period string `json:"period,omitempty"`
}

// Transition says what becomes of open dossiers when a revision comes into
// force.
//
// +kubebuilder:validation:XValidation:rule="(self.openCases == 'migrate') == has(self.steps)",message="migrate, and no other, maps the steps of the previous revision",fieldPath=".steps"
type Transition struct {
	// openCases is keepRevision, which leaves them under the revision of their
	// receipt; onApplicantRequest moves a dossier when its applicant asks; migrate
	// moves all by the map.
	// +required
	// +kubebuilder:validation:Enum=keepRevision;onApplicantRequest;migrate
	OpenCases string `json:"openCases,omitempty"`
	// steps map every step of the previous revision that a dossier may be in to the
	// step of this one in which it goes on. Needed for migrate.
	// +optional
	// +listType=map
	// +listMapKey=from
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=100
	Steps []StepMapping `json:"steps,omitempty"`
}

// StepMapping says in which step a dossier goes on when it is moved to another
// revision.
type StepMapping struct {
	// from is a step of the previous revision.
	// +required
	From ID `json:"from,omitempty"`
	// to is the step of this revision in which it goes on.
	// +required
	To ID `json:"to,omitempty"`
}

// ResultTemplate is the text of a result document.
type ResultTemplate struct {
	// id of the template, unique in the procedure.
	// +required
	ID ID `json:"id,omitempty"`
	// title of the document in Vietnamese, as Giấy phép xây dựng.
	// +required
	Title Title `json:"title,omitempty"`
	// text of the document in Vietnamese, in Markdown. {{form.field}} stands for the
	// value of a field, {{dossier}} for the code of the dossier, {{number}} for the
	// number of the result and {{date}} for the day of its issue.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=20000
	Text string `json:"text,omitempty"`
}
