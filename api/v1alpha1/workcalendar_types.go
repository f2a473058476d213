package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// WorkCalendar is one year of a series of working calendars: the weekly hours,
// the public holidays, the compensatory and swapped days, and the notice they
// rest on. It holds what is true nationwide; agencies add their own
// differences.
//
// +kubebuilder:object:root=true
// +kubebuilder:resource:scope=Cluster,shortName=wcal,categories=chuan
// +kubebuilder:selectablefield:JSONPath=`.spec.series`
// +kubebuilder:printcolumn:name="Series",type=string,JSONPath=`.spec.series`
// +kubebuilder:printcolumn:name="Year",type=integer,JSONPath=`.spec.year`
// +kubebuilder:printcolumn:name="Standing",type=string,JSONPath=`.spec.standing`
// +kubebuilder:printcolumn:name="Notice",type=string,JSONPath=`.spec.notice.number`
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
type WorkCalendar struct {
	metav1.TypeMeta `json:",inline"`
	// metadata is the standard object metadata.
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec is the year's calendar.
	// +required
	Spec WorkCalendarSpec `json:"spec,omitzero"`
}

// CalendarStanding says how far a calendar can be relied on.
//
// +kubebuilder:validation:Enum=Official;Provisional
type CalendarStanding string

// The standings of a calendar.
const (
	// CalendarOfficial: the year's notice was published and is cited.
	CalendarOfficial CalendarStanding = "Official"
	// CalendarProvisional: some dates are not announced yet; every date computed
	// from it carries that warning.
	CalendarProvisional CalendarStanding = "Provisional"
)

// WorkCalendarSpec is one year of a series of working calendars.
//
// +kubebuilder:validation:XValidation:rule="self.standing != 'Official' || has(self.notice)",message="an Official calendar cites the notice it rests on",fieldPath=".notice"
// +kubebuilder:validation:XValidation:rule="!has(self.exceptions) || self.exceptions.all(e, int(e.date.substring(0, 4)) == self.year && (!has(e.to) || int(e.to.substring(0, 4)) == self.year))",message="every exception lies in the calendar's own year",fieldPath=".exceptions"
type WorkCalendarSpec struct {
	// series joins the calendars of several years, as vn for state agencies
	// nationwide. Agencies name the series.
	// +required
	// +kubebuilder:validation:XValidation:rule="self == oldSelf",message="the series cannot change"
	Series ID `json:"series,omitempty"`
	// year of the calendar.
	// +required
	// +kubebuilder:validation:Minimum=1990
	// +kubebuilder:validation:Maximum=2199
	// +kubebuilder:validation:XValidation:rule="self == oldSelf",message="the year cannot change"
	Year int32 `json:"year,omitempty"`
	// standing is Official once the year's notice was published, Provisional
	// before. It must be stated.
	// +required
	Standing CalendarStanding `json:"standing,omitempty"`
	// notice is the notice on the year's public holidays, as 9441/TB-BNV.
	// +optional
	Notice *Decision `json:"notice,omitempty"`
	// timeZone is the IANA name of the zone in which days begin and end. Default
	// Asia/Ho_Chi_Minh.
	// +optional
	// +default="Asia/Ho_Chi_Minh"
	// +kubebuilder:validation:Pattern=`^[A-Za-z_]+(/[A-Za-z0-9_+-]+){0,2}$`
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=64
	TimeZone string `json:"timeZone,omitempty"`
	// workingHours are the hours of the days of the week. A day that is not named
	// is a rest day.
	// +required
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=7
	WorkingHours []WeeklyHours `json:"workingHours,omitempty"`
	// exceptions are the days that differ from the week: holidays, compensatory
	// days, swapped days, make-up days.
	// +optional
	// +listType=map
	// +listMapKey=date
	// +kubebuilder:validation:MaxItems=120
	Exceptions []CalendarException `json:"exceptions,omitempty"`
}

// WeeklyHours are the working hours of some days of the week.
type WeeklyHours struct {
	// days of the week to which the hours belong.
	// +required
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=7
	Days []Weekday `json:"days,omitempty"`
	// periods of work, in order and not overlapping.
	// +required
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=6
	Periods []Period `json:"periods,omitempty"`
}

// Weekday is a day of the week.
//
// +kubebuilder:validation:Enum=Monday;Tuesday;Wednesday;Thursday;Friday;Saturday;Sunday
type Weekday string

// Period is a stretch of work within a day.
//
// +kubebuilder:validation:XValidation:rule="self.from < self.to",message="a period ends after it begins"
type Period struct {
	// from is when work begins.
	// +required
	From TimeOfDay `json:"from,omitempty"`
	// to is when work ends.
	// +required
	To TimeOfDay `json:"to,omitempty"`
}

// CalendarException is a day, or a run of days, that differs from the weekly
// pattern.
//
// +kubebuilder:validation:XValidation:rule="!has(self.to) || self.to >= self.date",message="the last day is not before the first",fieldPath=".to"
// +kubebuilder:validation:XValidation:rule="self.kind != 'HalfDay' || has(self.periods)",message="a HalfDay names its periods",fieldPath=".periods"
// +kubebuilder:validation:XValidation:rule="self.kind in ['HalfDay','MakeUp'] || !has(self.periods)",message="only a HalfDay or a MakeUp day has periods",fieldPath=".periods"
type CalendarException struct {
	// date is the day, or the first of a run of days.
	// +required
	Date Date `json:"date,omitempty"`
	// to is the last day of a run. When absent, the exception is one day.
	// +optional
	To Date `json:"to,omitempty"`
	// kind of the exception. Holiday, Compensatory (nghỉ bù), Swapped (a working
	// day taken off against a make-up day) and Closure (of one agency) are days
	// off; MakeUp (làm bù) is worked although the week says otherwise; HalfDay is
	// worked during its periods only.
	// +required
	Kind CalendarExceptionKind `json:"kind,omitempty"`
	// title says what the day is, as Tết Nguyên đán.
	// +required
	Title Title `json:"title,omitempty"`
	// source says where the date comes from when that is not the calendar's
	// notice.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=500
	Source string `json:"source,omitempty"`
	// periods of work. A MakeUp day without periods has the hours of a Monday.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=6
	Periods []Period `json:"periods,omitempty"`
}

// CalendarExceptionKind says how a day differs from the weekly pattern.
//
// +kubebuilder:validation:Enum=Holiday;Compensatory;Swapped;Closure;MakeUp;HalfDay
type CalendarExceptionKind string

// The kinds of exception.
const (
	ExceptionHoliday      CalendarExceptionKind = "Holiday"
	ExceptionCompensatory CalendarExceptionKind = "Compensatory"
	ExceptionSwapped      CalendarExceptionKind = "Swapped"
	ExceptionClosure      CalendarExceptionKind = "Closure"
	ExceptionMakeUp       CalendarExceptionKind = "MakeUp"
	ExceptionHalfDay      CalendarExceptionKind = "HalfDay"
)

// WorkCalendarList is a list of working calendars.
//
// +kubebuilder:object:root=true
type WorkCalendarList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []WorkCalendar `json:"items"`
}
