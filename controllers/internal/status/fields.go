package status

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"chuan.dev/chuan/api/v1alpha1"
)

// Fields points at the status fields that every reconciled kind has, so that one implementation serves them all. The
// pointers lead into the object from which the Fields were made.
type Fields struct {
	// Conditions of the object.
	Conditions *[]metav1.Condition
	// ObservedGeneration is the generation of which the status speaks.
	ObservedGeneration *int64
	// LastHandledReconcileAt is the requested-at annotation that was last acted on.
	LastHandledReconcileAt *string
}

// OfAgency returns the common status fields of an Agency.
func OfAgency(a *v1alpha1.Agency) Fields {
	return Fields{
		Conditions:             &a.Status.Conditions,
		ObservedGeneration:     &a.Status.ObservedGeneration,
		LastHandledReconcileAt: &a.Status.LastHandledReconcileAt,
	}
}

// OfQualityProcedure returns the common status fields of a QualityProcedure.
func OfQualityProcedure(p *v1alpha1.QualityProcedure) Fields {
	return Fields{
		Conditions:             &p.Status.Conditions,
		ObservedGeneration:     &p.Status.ObservedGeneration,
		LastHandledReconcileAt: &p.Status.LastHandledReconcileAt,
	}
}

// OfAuditPlan returns the common status fields of an AuditPlan.
func OfAuditPlan(p *v1alpha1.AuditPlan) Fields {
	return Fields{
		Conditions:             &p.Status.Conditions,
		ObservedGeneration:     &p.Status.ObservedGeneration,
		LastHandledReconcileAt: &p.Status.LastHandledReconcileAt,
	}
}
