package v1alpha1

// Date is a day of the civil calendar, as 2026-03-01, without zone or time of
// day.
//
// +kubebuilder:validation:Pattern=`^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$`
// +kubebuilder:validation:MaxLength=10
// +kubebuilder:validation:MinLength=1
type Date string

// TimeOfDay is an hour and minute of a 24-hour day, as 07:30. 24:00 is the end
// of the day.
//
// +kubebuilder:validation:Pattern=`^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$`
// +kubebuilder:validation:MaxLength=5
// +kubebuilder:validation:MinLength=1
type TimeOfDay string

// WorkDuration is a length of time with its unit, which is never implied: 4wh
// are working hours, 2wd working days, 15d calendar days. Quarters are
// allowed, as 0.5wd or 1.25wh.
//
// +kubebuilder:validation:Pattern=`^(0|[1-9][0-9]{0,3})((\.(25|5|75))?(wh|wd)|d)$`
// +kubebuilder:validation:MaxLength=9
// +kubebuilder:validation:MinLength=1
type WorkDuration string

// CalendarDays is a whole number of calendar days, as 30d.
//
// +kubebuilder:validation:Pattern=`^(0|[1-9][0-9]{0,3})d$`
// +kubebuilder:validation:MaxLength=5
// +kubebuilder:validation:MinLength=1
type CalendarDays string

// ID names something inside one object: a step, a role, a form. It is short,
// lower or upper case ASCII, and stable: records of past dossiers cite it.
//
// +kubebuilder:validation:Pattern=`^[A-Za-z0-9]([A-Za-z0-9-]{0,46}[A-Za-z0-9])?$`
// +kubebuilder:validation:MaxLength=48
// +kubebuilder:validation:MinLength=1
type ID string

// Target is where an action leads: a step's id, "join" (the end of a branch),
// "end/OUTCOME" (the end of the dossier with that outcome) or "end/outcome"
// (the outcome that an earlier action has set).
//
// +kubebuilder:validation:Pattern=`^([A-Za-z0-9]([A-Za-z0-9-]{0,46}[A-Za-z0-9])?|end/[A-Za-z0-9]([A-Za-z0-9-]{0,46}[A-Za-z0-9])?)$`
// +kubebuilder:validation:MaxLength=52
// +kubebuilder:validation:MinLength=1
type Target string

// Title is what people read, in Vietnamese, with full diacritics.
//
// +kubebuilder:validation:MaxLength=300
// +kubebuilder:validation:MinLength=1
type Title string

// Expression is a CEL condition over the forms of a dossier, as
// form('don').soTang > 3.
//
// +kubebuilder:validation:MaxLength=1000
// +kubebuilder:validation:MinLength=1
type Expression string

// PrintForm is one of the seven forms of Circular 03/2025/TT-VPCP: M01 receipt
// and appointment, M02 request to supplement, M03 refusal, M04 apology and
// extension, M05 notice of discontinuance, M06 control slip, M07 register.
//
// +kubebuilder:validation:Enum=M01;M02;M03;M04;M05;M06;M07
type PrintForm string

// LocalReference names another object of the same kind of place: the same
// namespace, or the cluster for cluster-scoped kinds.
type LocalReference struct {
	// name of the object.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	Name string `json:"name,omitempty"`
}

// Decision is the document by which something was decided, as 512/QĐ-UBND of
// 2026-02-20.
type Decision struct {
	// number of the document with its kind and issuer, as 512/QĐ-UBND.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=100
	Number string `json:"number,omitempty"`
	// date on which it was signed.
	// +required
	Date Date `json:"date,omitempty"`
	// signer is the office or the person who signed, as Chủ tịch UBND xã.
	// +optional
	Signer Title `json:"signer,omitempty"`
}

// AgencyLevel is the level of administration at which an agency stands.
// District existed until 30/06/2025.
//
// +kubebuilder:validation:Enum=Central;Province;District;Commune
type AgencyLevel string

// The levels of administration.
const (
	AgencyLevelCentral  AgencyLevel = "Central"
	AgencyLevelProvince AgencyLevel = "Province"
	AgencyLevelDistrict AgencyLevel = "District"
	AgencyLevelCommune  AgencyLevel = "Commune"
)

// AgencyType says what sort of body an agency is. The terms are those of the
// glossary: PeoplesCommittee is UBND, Department is sở, Division is phòng,
// ServiceCentre is Trung tâm Phục vụ hành chính công.
//
// +kubebuilder:validation:Enum=PeoplesCommittee;PeoplesCouncil;Ministry;Department;SubDepartment;Division;ServiceCentre;PublicServiceUnit;VerticalAgency
type AgencyType string

// The sorts of agency that the code itself distinguishes.
const (
	AgencyTypePeoplesCommittee AgencyType = "PeoplesCommittee"
)
