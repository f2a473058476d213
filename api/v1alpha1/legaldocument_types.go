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
	// source says where these facts come from: an address or a citation.
	// "illustrative" marks what has no source.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=500
	Source string `json:"source,omitempty"`
}

// LegalDocumentList is a list of legal documents.
//
// +kubebuilder:object:root=true
type LegalDocumentList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []LegalDocument `json:"items"`
}
