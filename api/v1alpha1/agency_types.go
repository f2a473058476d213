package v1alpha1

import (
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

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

// AgencyService says how an agency's workflow service runs.
type AgencyService struct {
	// placement says where the service runs. Dedicated gives the agency a process
	// and a volume of its own. Default Dedicated, the only placement of this
	// version.
	// +optional
	// +default="Dedicated"
	Placement ServicePlacement `json:"placement,omitempty"`
	// storage is the volume that holds the agency's records.
	// +optional
	Storage *ServiceStorage `json:"storage,omitempty"`
	// resources bounds the service's processor time and memory.
	// +optional
	Resources *ServiceResources `json:"resources,omitempty"`
}

// ServicePlacement says where an agency's service runs.
//
// +kubebuilder:validation:Enum=Dedicated
type ServicePlacement string

// PlacementDedicated gives the agency a process and a volume of its own.
const PlacementDedicated ServicePlacement = "Dedicated"

// ServiceStorage is the volume that holds an agency's records.
type ServiceStorage struct {
	// size of the volume claim, as 2Gi. Default 1Gi: an agency's rows grow by
	// about 110 MB a year. It is fixed once the Agency is made; enlarge the claim
	// itself where the storage class allows it.
	// +optional
	// +default="1Gi"
	// +kubebuilder:validation:XValidation:rule="quantity(string(self)).isGreaterThan(quantity('0'))",message="the size must be more than zero"
	Size *resource.Quantity `json:"size,omitempty"`
	// className is the StorageClass of the claim, fixed once the Agency is made.
	// When absent, the cluster's default class is used.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	ClassName string `json:"className,omitempty"`
}

// ServiceResources bounds what an agency's service may use.
type ServiceResources struct {
	// cpu requested for the service, as 20m. Default 10m. There is no limit: an
	// idle service uses next to nothing.
	// +optional
	// +default="10m"
	CPU *resource.Quantity `json:"cpu,omitempty"`
	// memory is both the request and the limit, as 128Mi. Default 128Mi.
	// +optional
	// +default="128Mi"
	Memory *resource.Quantity `json:"memory,omitempty"`
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
