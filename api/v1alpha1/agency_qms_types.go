package v1alpha1

// FormerCode is a code that an agency had before.
type FormerCode struct {
	// code as it was.
	// +required
	// +kubebuilder:validation:Pattern=`^([A-Z][0-9]{2}(\.[0-9]{2,3}){0,5}|([0-9]{3}\.)?[0-9]{2}\.[0-9]{2}\.[A-Z][0-9]{2})$`
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=35
	Code string `json:"code,omitempty"`
	// until is the last day on which it was the agency's code.
	// +required
	Until Date `json:"until,omitempty"`
}

// AdministrativeUnit is a unit of the list of Quyết định 19/2025/QĐ-TTg. The
// codes are texts: leading zeros count.
type AdministrativeUnit struct {
	// province is the two-digit code of the province, as 11.
	// +required
	// +kubebuilder:validation:Pattern=`^[0-9]{2}$`
	// +kubebuilder:validation:MinLength=2
	// +kubebuilder:validation:MaxLength=2
	Province string `json:"province,omitempty"`
	// commune is the five-digit code of the commune, as 03325. Absent for agencies
	// above the commune.
	// +optional
	// +kubebuilder:validation:Pattern=`^[0-9]{5}$`
	// +kubebuilder:validation:MinLength=5
	// +kubebuilder:validation:MaxLength=5
	Commune string `json:"commune,omitempty"`
}

// AgencyLifecycle says since when an agency exists and what became of it.
//
// +kubebuilder:validation:XValidation:rule="!has(self.establishedOn) || !has(self.dissolvedOn) || self.establishedOn <= self.dissolvedOn",message="an agency is not dissolved before it is established",fieldPath=".dissolvedOn"
// +kubebuilder:validation:XValidation:rule="!has(self.successors) || has(self.dissolvedOn)",message="only an agency that was dissolved has successors",fieldPath=".successors"
// +kubebuilder:validation:MinProperties=1
type AgencyLifecycle struct {
	// establishedOn is the first day of the agency.
	// +optional
	EstablishedOn Date `json:"establishedOn,omitempty"`
	// dissolvedOn is the last day of the agency.
	// +optional
	DissolvedOn Date `json:"dissolvedOn,omitempty"`
	// decision by which it was established, dissolved or merged.
	// +optional
	Decision *Decision `json:"decision,omitempty"`
	// predecessors are the agencies whose work it took over.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=20
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=63
	Predecessors []string `json:"predecessors,omitempty"`
	// successors are the agencies that took over its work.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=20
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=63
	Successors []string `json:"successors,omitempty"`
}

// StandardEdition is an edition of ISO 9001 in its Vietnamese adoption.
//
// +kubebuilder:validation:Enum="TCVN ISO 9001:2000";"TCVN ISO 9001:2008";"TCVN ISO 9001:2015";"TCVN ISO 9001:2026"
type StandardEdition string

// AgencyQMS are the facts of an agency's quality management system.
//
// +kubebuilder:validation:MinProperties=1
type AgencyQMS struct {
	// standardEdition by which the system works.
	// +optional
	StandardEdition StandardEdition `json:"standardEdition,omitempty"`
	// migration says to which edition the system is being moved.
	// +optional
	Migration *EditionMigration `json:"migration,omitempty"`
	// committee is the decision on the ISO steering committee.
	// +optional
	Committee *Decision `json:"committee,omitempty"`
	// announcement of conformity (công bố).
	// +optional
	Announcement *Announcement `json:"announcement,omitempty"`
}

// EditionMigration says to which edition a system is being moved.
type EditionMigration struct {
	// to is the edition that is aimed at.
	// +required
	To StandardEdition `json:"to,omitempty"`
	// by is the day by which the system is moved.
	// +required
	By Date `json:"by,omitempty"`
}

// Announcement is the announcement that a system conforms to the standard.
type Announcement struct {
	// decision by which it was announced.
	// +required
	Decision Decision `json:"decision,omitzero"`
	// edition that was announced.
	// +required
	Edition StandardEdition `json:"edition,omitempty"`
	// scope lists the codes of the procedures that were announced, as QT-XD-07.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=500
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=40
	Scope []string `json:"scope,omitempty"`
}
