package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// AdoptedProcedures says which procedures an agency works by. Both ways may be
// used together.
type AdoptedProcedures struct {
	// refs are procedures adopted by name.
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MaxItems=500
	Refs []AdoptedProcedure `json:"refs,omitempty"`
	// selector adopts every procedure of the namespace whose spec.appliesTo covers
	// this agency and whose labels match. An empty selector ({}) matches every
	// label set; an absent one adopts nothing.
	// +optional
	Selector *metav1.LabelSelector `json:"selector,omitempty"`
}

// AdoptedProcedure is one procedure adopted by name.
type AdoptedProcedure struct {
	// name of the QualityProcedure in the same namespace.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	Name string `json:"name,omitempty"`
	// overrides fit the framework procedure to the agency. They tighten, add or
	// fill in; they never loosen a limit and never drop a step.
	// +optional
	Overrides *ProcedureOverrides `json:"overrides,omitempty"`
}

// ProcedureOverrides fit a framework procedure to an agency.
//
// +kubebuilder:validation:MinProperties=1
type ProcedureOverrides struct {
	// limit is a shorter statutory limit, to which the agency commits itself.
	// +optional
	Limit WorkDuration `json:"limit,omitempty"`
	// roles name the roles as the agency does, and ask for more holders.
	// +optional
	// +listType=map
	// +listMapKey=id
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=30
	Roles []RoleOverride `json:"roles,omitempty"`
	// steps shorten steps and fill in what the framework leaves open.
	// +optional
	// +listType=map
	// +listMapKey=id
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=100
	Steps []StepOverride `json:"steps,omitempty"`
	// forms that the agency fills in beside those of the framework.
	// +optional
	// +listType=map
	// +listMapKey=id
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=10
	Forms []Form `json:"forms,omitempty"`
	// records that the agency keeps beside those of the framework.
	// +optional
	// +listType=map
	// +listMapKey=id
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=10
	Records []QualityRecord `json:"records,omitempty"`
	// objectives with a target of the agency's own, not lower than the framework's.
	// +optional
	// +listType=map
	// +listMapKey=id
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=20
	Objectives []ObjectiveOverride `json:"objectives,omitempty"`
}

// RoleOverride fits a role to an agency.
type RoleOverride struct {
	// id of the role.
	// +required
	ID ID `json:"id,omitempty"`
	// title of the role in this agency.
	// +optional
	Title Title `json:"title,omitempty"`
	// minHolders is how many officers hold the role at the least; not fewer than
	// the framework asks for.
	// +optional
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=20
	MinHolders int32 `json:"minHolders,omitempty"`
}

// StepOverride fits a step to an agency.
type StepOverride struct {
	// id of the step.
	// +required
	ID ID `json:"id,omitempty"`
	// time is a shorter budget of the step.
	// +optional
	Time WorkDuration `json:"time,omitempty"`
	// agency is the Agency of this namespace that a consult step asks, where the
	// framework names only its kind.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	Agency string `json:"agency,omitempty"`
	// forms that are filled in during the step beside those of the framework; they
	// are among the forms that the overrides add.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=10
	Forms []ID `json:"forms,omitempty"`
	// notify adds ways by which the applicant is told that the step was reached.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=3
	// +kubebuilder:validation:items:Enum=sms;email;portal
	Notify []string `json:"notify,omitempty"`
}

// ObjectiveOverride sets a target of the agency's own.
type ObjectiveOverride struct {
	// id of the objective.
	// +required
	ID ID `json:"id,omitempty"`
	// target that is not lower than that of the framework, as ">= 99%".
	// +required
	// +kubebuilder:validation:Pattern=`^(>=|<=) [0-9]{1,4}(\.[0-9]{1,2})?(%|wh|wd|d)$`
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=20
	Target string `json:"target,omitempty"`
}
