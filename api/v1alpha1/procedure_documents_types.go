package v1alpha1

// RequiredDocument is a component of the dossier (thành phần hồ sơ).
type RequiredDocument struct {
	// id of the document, unique in the procedure.
	// +required
	ID ID `json:"id,omitempty"`
	// title of the document in Vietnamese.
	// +required
	Title Title `json:"title,omitempty"`
	// form is the id of the form that the document is, when it is one.
	// +optional
	Form ID `json:"form,omitempty"`
	// kind says in which form the paper is handed in. Default copy.
	// +optional
	// +default="copy"
	Kind DocumentKind `json:"kind,omitempty"`
	// copies is the number of copies. Default 1.
	// +optional
	// +default=1
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=50
	Copies int32 `json:"copies,omitempty"`
	// required says whether a dossier is complete only with this document. Default
	// false.
	// +optional
	Required *bool `json:"required,omitempty"`
	// when restricts the requirement to dossiers whose forms fulfil a condition.
	// When absent, it always holds.
	// +optional
	When Expression `json:"when,omitempty"`
	// reuse names the data store from which the paper may be taken instead of
	// asking the applicant again.
	// +optional
	Reuse ID `json:"reuse,omitempty"`
}

// DocumentKind says in which form a paper is handed in. presented papers are
// shown and given back.
//
// +kubebuilder:validation:Enum=original;copy;certifiedCopy;electronic;presented
type DocumentKind string

// Fee is an amount that the applicant pays.
type Fee struct {
	// id of the fee, unique in the procedure.
	// +required
	ID ID `json:"id,omitempty"`
	// title of the fee in Vietnamese.
	// +required
	Title Title `json:"title,omitempty"`
	// amount in whole units of the currency.
	// +required
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=1000000000000
	Amount *int64 `json:"amount,omitempty"`
	// currency of the amount. Default VND.
	// +optional
	// +default="VND"
	// +kubebuilder:validation:Enum=VND
	Currency string `json:"currency,omitempty"`
	// basis is the name of the LegalDocument that sets the fee.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	Basis string `json:"basis,omitempty"`
	// due is the step at which the fee is collected at the latest.
	// +optional
	Due ID `json:"due,omitempty"`
}
