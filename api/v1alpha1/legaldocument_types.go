package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// LegalDocument is a legal instrument on which procedures rest: a law, decree,
// circular or standard, with the time for which it is in force. Procedures
// name it as a basis and are told when it lapses.
//
// +kubebuilder:object:root=true
// +kubebuilder:resource:scope=Cluster,shortName=legal,categories=chuan
// +kubebuilder:printcolumn:name="Number",type=string,JSONPath=`.spec.number`
// +kubebuilder:printcolumn:name="From",type=string,JSONPath=`.spec.effectiveFrom`
// +kubebuilder:printcolumn:name="To",type=string,JSONPath=`.spec.effectiveTo`
// +kubebuilder:printcolumn:name="Replaced by",type=string,JSONPath=`.spec.replacedBy.name`
// +kubebuilder:printcolumn:name="Title",type=string,JSONPath=`.spec.title`
type LegalDocument struct {
	metav1.TypeMeta `json:",inline"`
	// metadata is the standard object metadata.
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec describes the instrument.
	// +required
	Spec LegalDocumentSpec `json:"spec,omitzero"`
}

// LegalDocumentSpec describes a legal instrument.
//
// +kubebuilder:validation:XValidation:rule="!has(self.effectiveTo) || self.effectiveTo >= self.effectiveFrom",message="the last day in force is not before the first",fieldPath=".effectiveTo"
type LegalDocumentSpec struct {
	// number as printed, as 118/2025/NĐ-CP.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=100
	Number string `json:"number,omitempty"`
	// title of the instrument.
	// +required
	Title Title `json:"title,omitempty"`
	// issuer is the body that issued it, as Chính phủ.
	// +optional
	Issuer Title `json:"issuer,omitempty"`
	// effectiveFrom is the first day in force.
	// +required
	EffectiveFrom Date `json:"effectiveFrom,omitempty"`
	// effectiveTo is the last day in force. Absent while the instrument has no
	// known end.
	// +optional
	EffectiveTo Date `json:"effectiveTo,omitempty"`
	// replacedBy names the LegalDocument that takes its place.
	// +optional
	ReplacedBy *LocalReference `json:"replacedBy,omitempty"`
	// limits are the bounds that the instrument sets to what procedures may do.
	// +optional
	Limits *LegalLimits `json:"limits,omitempty"`
	// printForms are the forms that the instrument prescribes: those of Circular
	// 03/2025/TT-VPCP are M01 to M07.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=7
	PrintForms []PrintForm `json:"printForms,omitempty"`
	// catalogue lists the administrative procedures (TTHC) that the instrument, an
	// announcing decision, announces as being in force with it.
	// +optional
	// +listType=map
	// +listMapKey=code
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=3000
	Catalogue []CatalogueEntry `json:"catalogue,omitempty"`
	// abolishes lists the codes of the administrative procedures that are abolished
	// from the day on which the instrument comes into force.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=3000
	Abolishes []CatalogueCode `json:"abolishes,omitempty"`
	// source says where these facts come from: an address or a citation.
	// "illustrative" marks what has no source.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=500
	Source string `json:"source,omitempty"`
}

// LegalLimits are the bounds that an instrument sets to what a procedure that
// rests on it may do. What is absent, the instrument leaves open.
type LegalLimits struct {
	// supplementTimes is how often an applicant may be asked to supplement a
	// dossier that was accepted.
	// +optional
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=100
	SupplementTimes int32 `json:"supplementTimes,omitempty"`
	// supplementNotAfter is how long after acceptance an applicant may still be
	// asked.
	// +optional
	SupplementNotAfter WorkDuration `json:"supplementNotAfter,omitempty"`
	// extensionTimes is how often the time limit may be extended.
	// +optional
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=10
	ExtensionTimes int32 `json:"extensionTimes,omitempty"`
	// extensionMax is the longest extension.
	// +optional
	ExtensionMax WorkDuration `json:"extensionMax,omitempty"`
}

// CatalogueCode is the code of an administrative procedure (TTHC) in the
// national catalogue, as 1.009994.
//
// +kubebuilder:validation:Pattern=`^[1-3]\.[0-9]{6}$`
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=8
type CatalogueCode string

// CatalogueEntry is an administrative procedure (TTHC) as it is announced.
type CatalogueEntry struct {
	// code in the national catalogue, as 1.009994.
	// +required
	Code CatalogueCode `json:"code,omitempty"`
	// title of the administrative procedure.
	// +required
	Title Title `json:"title,omitempty"`
	// levels of administration at which it is mandatory: every agency of the type
	// PeoplesCommittee at such a level must have a quality procedure for it. When
	// absent, none must.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=4
	Levels []AgencyLevel `json:"levels,omitempty"`
	// limit is the statutory time limit as announced.
	// +optional
	Limit WorkDuration `json:"limit,omitempty"`
	// disadvantagedLimit is the announced limit of disadvantaged areas.
	// +optional
	DisadvantagedLimit WorkDuration `json:"disadvantagedLimit,omitempty"`
}

// LegalDocumentList is a list of legal documents.
//
// +kubebuilder:object:root=true
type LegalDocumentList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []LegalDocument `json:"items"`
}
