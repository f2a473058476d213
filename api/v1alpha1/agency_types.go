package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// Agency is a state agency that works by a quality management system: who it
// is, who works in it, which procedures it has adopted, and how its workflow
// service runs. The controller gives every Agency a service of its own.
//
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:shortName=agc,categories=chuan
// +kubebuilder:selectablefield:JSONPath=`.spec.level`
// +kubebuilder:selectablefield:JSONPath=`.spec.code`
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`
// +kubebuilder:printcolumn:name="Code",type=string,JSONPath=`.spec.code`
// +kubebuilder:printcolumn:name="Level",type=string,JSONPath=`.spec.level`
// +kubebuilder:printcolumn:name="Procedures",type=integer,JSONPath=`.status.procedureCount`
// +kubebuilder:printcolumn:name="Replicas",type=integer,JSONPath=`.status.readyReplicas`
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
// +kubebuilder:printcolumn:name="Message",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].message`
// +kubebuilder:printcolumn:name="Title",type=string,priority=1,JSONPath=`.spec.title`
// +kubebuilder:printcolumn:name="URL",type=string,priority=1,JSONPath=`.status.url`
// +kubebuilder:printcolumn:name="Suspended",type=boolean,priority=1,JSONPath=`.spec.suspend`
// +kubebuilder:validation:XValidation:rule="!has(self.spec.parent) || self.spec.parent.name != self.metadata.name",message="an agency cannot be its own parent",fieldPath=".spec.parent.name"
// +kubebuilder:validation:XValidation:rule="self.metadata.name.matches('^[a-z]([a-z0-9-]{0,50}[a-z0-9])?$')",message="the name of an Agency is at most 52 lower-case letters, digits and hyphens and begins with a letter: its Service and its pods are named after it"
type Agency struct {
	metav1.TypeMeta `json:",inline"`
	// metadata is the standard object metadata. The name is at most 52 lower-case
	// letters, digits and hyphens and begins with a letter: the names of the
	// objects made for the agency are derived from it.
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec says what the agency is and how it works.
	// +required
	Spec AgencySpec `json:"spec,omitzero"`
	// status is what the controller last observed.
	// +optional
	// +default={"observedGeneration":-1}
	Status AgencyStatus `json:"status,omitzero"`
}

// AgencySpec says what an agency is and how it works.
//
// +kubebuilder:validation:XValidation:rule="!has(self.officers) || self.officers.all(o, !has(o.unit) || (has(self.units) && self.units.exists(u, u.id == o.unit)))",message="every officer's unit must be one of spec.units",fieldPath=".officers"
// +kubebuilder:validation:XValidation:rule="quantity(has(self.service) && has(self.service.storage) && has(self.service.storage.size) ? string(self.service.storage.size) : '1Gi').compareTo(quantity(has(oldSelf.service) && has(oldSelf.service.storage) && has(oldSelf.service.storage.size) ? string(oldSelf.service.storage.size) : '1Gi')) == 0",message="the size is fixed once the Agency is made: enlarge the PersistentVolumeClaim itself",fieldPath=".service.storage.size"
// +kubebuilder:validation:XValidation:rule=`(has(self.service) && has(self.service.storage) && has(self.service.storage.className) ? self.service.storage.className : "") == (has(oldSelf.service) && has(oldSelf.service.storage) && has(oldSelf.service.storage.className) ? oldSelf.service.storage.className : "")`,message="the storage class of a claim cannot change",fieldPath=".service.storage.className"
// +kubebuilder:validation:XValidation:rule="(has(self.service) && has(self.service.database)) == (has(oldSelf.service) && has(oldSelf.service.database))",message="records do not move by themselves between a file and a database: export and import them into a new Agency",fieldPath=".service.database"
// +kubebuilder:validation:XValidation:rule="(has(self.service) && has(self.service.documents)) == (has(oldSelf.service) && has(oldSelf.service.documents))",message="documents do not move by themselves between a volume and a store: export and import them into a new Agency",fieldPath=".service.documents"
type AgencySpec struct {
	// suspend stops the controller from changing anything for this agency; its
	// service keeps running as it is. Default false.
	// +optional
	Suspend *bool `json:"suspend,omitempty"`
	// title is the full official name in Vietnamese, as UBND xã Thanh Nưa.
	// +required
	Title Title `json:"title,omitempty"`
	// code is the agency's electronic identification code (mã định danh), the
	// prefix of every dossier code. Two forms are known: groups from left to
	// right, as H18.35.01 (QĐ 20/2020/QĐ-TTg), and the older form from right to
	// left, as 000.01.35.H18 (QCVN 102:2016/BTTTT). It is unique among all
	// agencies and does not change: printed slips carry it.
	// +required
	// +kubebuilder:validation:Pattern=`^([A-Z][0-9]{2}(\.[0-9]{2,3}){0,5}|([0-9]{3}\.)?[0-9]{2}\.[0-9]{2}\.[A-Z][0-9]{2})$`
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=35
	// +kubebuilder:validation:XValidation:rule="self == oldSelf",message="the code is printed on slips and never changes; make a new Agency for a new code"
	Code string `json:"code,omitempty"`
	// level is the level of administration. Procedures may apply to some levels
	// only.
	// +required
	Level AgencyLevel `json:"level,omitempty"`
	// type is the sort of body the agency is. Procedures may apply to some types
	// only.
	// +optional
	// +default="PeoplesCommittee"
	Type AgencyType `json:"type,omitempty"`
	// formerCodes are codes that the agency had before. Slips that carry them are
	// still out; a code that was closed is never given again.
	// +optional
	// +listType=map
	// +listMapKey=code
	// +kubebuilder:validation:MaxItems=20
	FormerCodes []FormerCode `json:"formerCodes,omitempty"`
	// administrativeUnit is the unit of Quyết định 19/2025/QĐ-TTg in which the agency
	// works. When absent, it is not checked.
	// +optional
	AdministrativeUnit *AdministrativeUnit `json:"administrativeUnit,omitempty"`
	// disadvantaged says that the agency serves a disadvantaged area (vùng khó
	// khăn), for which some procedures have longer limits. Default false.
	// +optional
	Disadvantaged *bool `json:"disadvantaged,omitempty"`
	// lifecycle says since when the agency exists and what became of it. When
	// absent, it exists.
	// +optional
	Lifecycle *AgencyLifecycle `json:"lifecycle,omitempty"`
	// qms are the facts of the agency's quality management system. When absent,
	// nothing is known of it.
	// +optional
	QMS *AgencyQMS `json:"qms,omitempty"`
	// parent is the agency above this one, in the same namespace. Absent for the
	// topmost agency.
	// +optional
	Parent *LocalReference `json:"parent,omitempty"`
	// calendar says when the agency works.
	// +required
	Calendar AgencyCalendar `json:"calendar,omitzero"`
	// units are the divisions of the agency.
	// +optional
	// +listType=map
	// +listMapKey=id
	// +kubebuilder:validation:MaxItems=100
	Units []AgencyUnit `json:"units,omitempty"`
	// officers are the people who work in the agency, with the roles they hold in
	// its procedures.
	// +optional
	// +listType=map
	// +listMapKey=id
	// +kubebuilder:validation:MaxItems=500
	Officers []Officer `json:"officers,omitempty"`
	// signIn says how officers sign in. When absent, they cannot.
	// +optional
	SignIn *AgencySignIn `json:"signIn,omitempty"`
	// procedures says which procedures the agency works by.
	// +optional
	Procedures *AdoptedProcedures `json:"procedures,omitempty"`
	// service says how the agency's workflow service runs. When absent, the
	// defaults of its fields hold.
	// +optional
	Service *AgencyService `json:"service,omitempty"`
	// deletionPolicy says what becomes of the records when the Agency is deleted.
	// Retain keeps the volume claim with all dossiers, and an Agency made again
	// under the same name finds them; Delete removes the claim. Default Retain.
	// +optional
	// +default="Retain"
	DeletionPolicy DeletionPolicy `json:"deletionPolicy,omitempty"`
}

// DeletionPolicy says what becomes of the records of a deleted Agency.
//
// +kubebuilder:validation:Enum=Retain;Delete
type DeletionPolicy string

// The deletion policies.
const (
	DeletionPolicyRetain DeletionPolicy = "Retain"
	DeletionPolicyDelete DeletionPolicy = "Delete"
)

// AgencyCalendar says when an agency works: a nationwide series of yearly
// WorkCalendars, with local differences.
type AgencyCalendar struct {
	// series names the WorkCalendars (spec.series) that the agency follows, one a
	// year.
	// +required
	Series ID `json:"series,omitempty"`
	// workingHours replaces the working hours of the series, for agencies that
	// open at other times. When absent, the series' own hours hold.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=7
	WorkingHours []WeeklyHours `json:"workingHours,omitempty"`
	// exceptions are days on which this agency differs from the series: local
	// closures, half days. They win over the exceptions of the series.
	// +optional
	// +listType=map
	// +listMapKey=date
	// +kubebuilder:validation:MaxItems=100
	Exceptions []CalendarException `json:"exceptions,omitempty"`
}

// AgencyUnit is a division of an agency.
type AgencyUnit struct {
	// id of the unit, unique in the agency.
	// +required
	ID ID `json:"id,omitempty"`
	// title of the unit in Vietnamese.
	// +required
	Title Title `json:"title,omitempty"`
}

// Officer is a person who works in the agency.
type Officer struct {
	// id of the officer, unique in the agency and never reused: the record of
	// every dossier cites it.
	// +required
	ID ID `json:"id,omitempty"`
	// title is the officer's full name.
	// +required
	Title Title `json:"title,omitempty"`
	// account is the name by which the sign-in provider knows the officer (see
	// spec.signIn.accountClaim). Without one, the officer cannot sign in.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=254
	Account string `json:"account,omitempty"`
	// position is the officer's office, as Chủ tịch UBND. Printed on slips.
	// +optional
	Position Title `json:"position,omitempty"`
	// unit is the id of the unit in which the officer works.
	// +optional
	Unit ID `json:"unit,omitempty"`
	// roles are the roles that the officer holds, as named by the procedures
	// (spec.roles).
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=30
	Roles []ID `json:"roles,omitempty"`
	// from is the first day on which the officer holds the roles. When absent, the
	// officer has always held them.
	// +optional
	From Date `json:"from,omitempty"`
	// until is the last day on which the officer holds the roles. When absent, there
	// is no end.
	// +optional
	Until Date `json:"until,omitempty"`
	// delegatesTo lists who acts for the officer during an absence, in those roles
	// that may be delegated (spec.roles[].canDelegate of the procedures).
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=20
	DelegatesTo []Delegation `json:"delegatesTo,omitempty"`
}

// Delegation says who acts for an officer, and when.
//
// +kubebuilder:validation:XValidation:rule="!has(self.from) || self.from <= self.until",message="a delegation does not end before it begins",fieldPath=".until"
type Delegation struct {
	// officer who acts.
	// +required
	Officer ID `json:"officer,omitempty"`
	// from is the first day of the absence. When absent, it has begun.
	// +optional
	From Date `json:"from,omitempty"`
	// until is the last day of the absence.
	// +required
	Until Date `json:"until,omitempty"`
}

// AgencyStatus is what the controller last observed of an agency.
type AgencyStatus struct {
	// observedGeneration is the generation of the spec that this status speaks of;
	// -1 before the first visit.
	// +optional
	ObservedGeneration int64 `json:"observedGeneration,omitempty"`
	// conditions are Ready, Reconciling, Stalled, Valid, ProceduresResolved,
	// ProceduresCovered, RolesStaffed, CalendarResolved, WorkflowAvailable,
	// Announced, EditionCurrent.
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
	// url at which the service answers inside the cluster.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=2048
	URL string `json:"url,omitempty"`
	// replicas wanted of the service.
	// +optional
	Replicas *int32 `json:"replicas,omitempty"`
	// readyReplicas of the service that answer.
	// +optional
	ReadyReplicas *int32 `json:"readyReplicas,omitempty"`
	// procedureCount is the number of adopted procedures that the service works
	// by.
	// +optional
	ProcedureCount *int32 `json:"procedureCount,omitempty"`
	// procedureSet is the name under which the adopted procedures are stored in
	// the namespace. Agencies that adopt the same procedures share it.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	ProcedureSet string `json:"procedureSet,omitempty"`
	// inventory lists what the controller made for the agency, so that what is no
	// longer wanted can be removed.
	// +optional
	// +listType=map
	// +listMapKey=id
	// +kubebuilder:validation:MaxItems=64
	Inventory []InventoryEntry `json:"inventory,omitempty"`
}

// InventoryEntry is one object that the controller made.
type InventoryEntry struct {
	// id is group/version/kind/name of the object, with an empty group for the
	// core kinds; as /v1/Service/xa-a.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=400
	ID string `json:"id,omitempty"`
	// uid of the object, so that nothing is deleted that was made by someone else
	// under the same name.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=64
	UID string `json:"uid,omitempty"`
}

// AgencyList is a list of agencies.
//
// +kubebuilder:object:root=true
type AgencyList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []Agency `json:"items"`
}
