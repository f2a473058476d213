package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// Group is the API group of every kind of Chuan.
const Group = "qms.chuan.dev"

// GroupVersion is the group and version of this package.
var GroupVersion = schema.GroupVersion{Group: Group, Version: "v1alpha1"}

// SchemeGroupVersion is GroupVersion under the name that generated code expects.
var SchemeGroupVersion = GroupVersion

// The kinds of this package, as they are written in manifests.
const (
	AgencyKind           = "Agency"
	QualityProcedureKind = "QualityProcedure"
	AuditPlanKind        = "AuditPlan"
	WorkCalendarKind     = "WorkCalendar"
	LegalDocumentKind    = "LegalDocument"
)

// AddToScheme registers the kinds of this package with a scheme.
func AddToScheme(scheme *runtime.Scheme) error {
	scheme.AddKnownTypes(GroupVersion,
		&Agency{}, &AgencyList{},
		&QualityProcedure{}, &QualityProcedureList{},
		&AuditPlan{}, &AuditPlanList{},
		&WorkCalendar{}, &WorkCalendarList{},
		&LegalDocument{}, &LegalDocumentList{},
	)
	metav1.AddToGroupVersion(scheme, GroupVersion)
	return nil
}
