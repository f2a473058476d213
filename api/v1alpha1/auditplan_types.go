package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// AuditPlan is a yearly programme of audits (kế hoạch đánh giá; ISO 19011 says
// audit programme): what kind of audit, when, of which agencies, and by whom.
// The controller keeps the next occurrences in the status and says when a
// window is open.
//
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:shortName=ap,categories=chuan
// +kubebuilder:selectablefield:JSONPath=`.spec.kind`
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`
// +kubebuilder:printcolumn:name="Kind",type=string,JSONPath=`.spec.kind`
// +kubebuilder:printcolumn:name="Every",type=string,JSONPath=`.spec.schedule.every`
// +kubebuilder:printcolumn:name="Window",type=string,JSONPath=`.status.conditions[?(@.type=="WindowOpen")].status`
// +kubebuilder:printcolumn:name="Next",type=string,JSONPath=`.status.next.slot`
// +kubebuilder:printcolumn:name="Auditees",type=integer,JSONPath=`.status.auditeeCount`
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
// +kubebuilder:printcolumn:name="Message",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].message`
// +kubebuilder:validation:XValidation:rule="size(self.metadata.name) <= 52",message="the name of an AuditPlan is at most 52 characters, so that the names of its occurrences fit"
type AuditPlan struct {
	metav1.TypeMeta `json:",inline"`
	// metadata is the standard object metadata. The name is at most 52 characters.
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec is the programme.
	// +required
	Spec AuditPlanSpec `json:"spec,omitzero"`
	// status is what the controller last observed.
	// +optional
	// +default={"observedGeneration":-1}
	Status AuditPlanStatus `json:"status,omitzero"`
}

// AuditKind says who audits. Internal is an audit of an agency by itself or
// its own system (first party), Inspection one by the authority in charge
// (kiểm tra), Certification one by a certification body (third party).
//
// +kubebuilder:validation:Enum=Internal;Inspection;Certification
type AuditKind string

// AuditPlanSpec is a programme of audits.
type AuditPlanSpec struct {
	// suspend stops the controller from acting on the plan. Default false.
	// +optional
	Suspend *bool `json:"suspend,omitempty"`
	// title of the plan in Vietnamese.
	// +required
	Title Title `json:"title,omitempty"`
	// kind of audit.
	// +required
	Kind AuditKind `json:"kind,omitempty"`
	// decision by which the plan was issued, as 349/KH-UBND of 2018-03-16.
	// +required
	Decision Decision `json:"decision,omitzero"`
	// schedule says when the audits are carried out.
	// +required
	Schedule AuditSchedule `json:"schedule,omitzero"`
	// auditees says which agencies of the namespace are audited.
	// +required
	Auditees Auditees `json:"auditees,omitzero"`
	// criteria are the names of the LegalDocuments against which is audited, as
	// tcvn-iso-9001-2015.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=63
	Criteria []string `json:"criteria,omitempty"`
	// procedures are the names of the QualityProcedures that are audited. When
	// absent, all that an auditee works by.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=500
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=63
	Procedures []string `json:"procedures,omitempty"`
	// team that audits.
	// +required
	// +listType=map
	// +listMapKey=id
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	// +kubebuilder:validation:XValidation:rule="self.exists_one(m, m.role == 'Lead')",message="a team has exactly one Lead"
	Team []AuditTeamMember `json:"team,omitempty"`
}

// AuditSchedule says, in calendar form, when audits are carried out. A window
// opens on a day of the calendar and stays open for a number of days; it
// repeats every month, quarter, half-year or year.
//
// +kubebuilder:validation:XValidation:rule="!has(self.until) || self.until >= self.from",message="the last day is not before the first",fieldPath=".until"
// +kubebuilder:validation:XValidation:rule="self.every == 'Year' || !has(self.month) || (self.every == 'HalfYear' && self.month <= 6) || (self.every == 'Quarter' && self.month <= 3)",message="month counts within the period: 1-12 of a Year, 1-6 of a HalfYear, 1-3 of a Quarter; a Month has none",fieldPath=".month"
// +kubebuilder:validation:XValidation:rule="self.shift == 'None' || has(self.calendar)",message="a shift to a working day needs the calendar series that knows them",fieldPath=".calendar"
type AuditSchedule struct {
	// every says how often a window opens.
	// +required
	// +kubebuilder:validation:Enum=Month;Quarter;HalfYear;Year
	Every string `json:"every,omitempty"`
	// month within the period in which the window opens: 1-12 of a Year, 1-6 of a
	// HalfYear, 1-3 of a Quarter. Default 1. Not allowed for Month.
	// +optional
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=12
	Month int32 `json:"month,omitempty"`
	// day of the month on which the window opens. In shorter months it is the last
	// day. Default 1.
	// +optional
	// +default=1
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=31
	Day int32 `json:"day,omitempty"`
	// shift moves the opening off a day that is not worked: Next to the next
	// working day, Previous to the one before, None not at all. Default None.
	// +optional
	// +default="None"
	// +kubebuilder:validation:Enum=None;Next;Previous
	Shift string `json:"shift,omitempty"`
	// calendar is the series of WorkCalendars that knows the working days. Needed
	// when shift is not None.
	// +optional
	Calendar ID `json:"calendar,omitempty"`
	// timeZone is the IANA name of the zone in which days begin. Default
	// Asia/Ho_Chi_Minh.
	// +optional
	// +default="Asia/Ho_Chi_Minh"
	// +kubebuilder:validation:Pattern=`^[A-Za-z_]+(/[A-Za-z0-9_+-]+){0,2}$`
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=64
	TimeZone string `json:"timeZone,omitempty"`
	// from is the first day on which a window may open.
	// +required
	From Date `json:"from,omitempty"`
	// until is the last day on which a window may open. When absent, the schedule
	// has no end.
	// +optional
	Until Date `json:"until,omitempty"`
	// window is how long an audit may be carried out, in calendar days from the
	// opening.
	// +required
	Window CalendarDays `json:"window,omitempty"`
	// leadTime is how long before the opening the plan says that an audit is due
	// soon. Default 30d.
	// +optional
	// +default="30d"
	LeadTime CalendarDays `json:"leadTime,omitempty"`
	// gracePeriod is how long after the window an audit is not yet overdue.
	// Default 0d.
	// +optional
	// +default="0d"
	GracePeriod CalendarDays `json:"gracePeriod,omitempty"`
}

// Auditees says which agencies are audited. Both ways may be used together.
//
// +kubebuilder:validation:XValidation:rule="has(self.names) || has(self.selector)",message="name the auditees, or select them by their labels"
type Auditees struct {
	// names of agencies in the same namespace.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=500
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=63
	Names []string `json:"names,omitempty"`
	// selector selects agencies of the namespace by their labels. An empty
	// selector ({}) selects all.
	// +optional
	Selector *metav1.LabelSelector `json:"selector,omitempty"`
}

// AuditTeamMember is a person who audits.
type AuditTeamMember struct {
	// id of the person, unique in the team.
	// +required
	ID ID `json:"id,omitempty"`
	// title is the person's full name.
	// +required
	Title Title `json:"title,omitempty"`
	// role in the team. Exactly one member is the Lead.
	// +required
	// +kubebuilder:validation:Enum=Lead;Auditor;TechnicalExpert;Observer
	Role string `json:"role,omitempty"`
	// agency is the name of the Agency in which the person works. When absent, it
	// is none of the namespace.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	Agency string `json:"agency,omitempty"`
	// mayNotAudit are the names of Agencies that the person does not audit, for
	// having advised or worked there.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=63
	MayNotAudit []string `json:"mayNotAudit,omitempty"`
}

// AuditPlanStatus is what the controller last observed of a plan.
type AuditPlanStatus struct {
	// observedGeneration is the generation of the spec that this status speaks of;
	// -1 before the first visit.
	// +optional
	ObservedGeneration int64 `json:"observedGeneration,omitempty"`
	// conditions are Ready, Reconciling, Stalled, ScheduleValid, WindowOpen,
	// IndependenceMet.
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
	// auditeeCount is the number of agencies that the plan covers.
	// +optional
	AuditeeCount *int32 `json:"auditeeCount,omitempty"`
	// current is the occurrence whose window is open or in its grace time.
	// +optional
	Current *AuditOccurrence `json:"current,omitempty"`
	// next is the next occurrence that has not opened yet.
	// +optional
	Next *AuditOccurrence `json:"next,omitempty"`
	// upcoming are the next occurrences, the first of which is next: at most four.
	// +optional
	// +listType=map
	// +listMapKey=slot
	// +kubebuilder:validation:MaxItems=4
	Upcoming []AuditOccurrence `json:"upcoming,omitempty"`
}

// AuditOccurrence is one window of a schedule.
type AuditOccurrence struct {
	// slot names the occurrence within the plan: the day on which the period's
	// window is due to open, before any shift to a working day, as 20260401.
	// +required
	// +kubebuilder:validation:MinLength=8
	// +kubebuilder:validation:MaxLength=8
	Slot string `json:"slot,omitempty"`
	// dueSoon is when the lead time begins.
	// +required
	DueSoon metav1.Time `json:"dueSoon,omitzero"`
	// opens is when the window opens.
	// +required
	Opens metav1.Time `json:"opens,omitzero"`
	// closes is when the window has ended; the instant itself is no longer in it.
	// +required
	Closes metav1.Time `json:"closes,omitzero"`
	// overdue is when the grace time has ended.
	// +required
	Overdue metav1.Time `json:"overdue,omitzero"`
}

// AuditPlanList is a list of audit plans.
//
// +kubebuilder:object:root=true
type AuditPlanList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []AuditPlan `json:"items"`
}
