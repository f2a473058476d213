package manifest

import (
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"chuan.dev/chuan/api/v1alpha1"
)

// Known is an object of this project.
type Known interface {
	runtime.Object
	metav1.Object
}

// makers make an empty object of a kind.
var makers = map[string]func() Known{
	v1alpha1.AgencyKind:           func() Known { return new(v1alpha1.Agency) },
	v1alpha1.QualityProcedureKind: func() Known { return new(v1alpha1.QualityProcedure) },
	v1alpha1.WorkCalendarKind:     func() Known { return new(v1alpha1.WorkCalendar) },
	v1alpha1.LegalDocumentKind:    func() Known { return new(v1alpha1.LegalDocument) },
	v1alpha1.AuditPlanKind:        func() Known { return new(v1alpha1.AuditPlan) },
}

// Add adds an object that was read at a position.
func (s *Set) Add(object Known, at Position) {
	switch o := object.(type) {
	case *v1alpha1.Agency:
		s.Agencies = append(s.Agencies, objectAt(o, at))
	case *v1alpha1.QualityProcedure:
		s.Procedures = append(s.Procedures, objectAt(o, at))
	case *v1alpha1.WorkCalendar:
		s.Calendars = append(s.Calendars, objectAt(o, at))
	case *v1alpha1.LegalDocument:
		s.LegalDocuments = append(s.LegalDocuments, objectAt(o, at))
	case *v1alpha1.AuditPlan:
		s.AuditPlans = append(s.AuditPlans, objectAt(o, at))
	}
}

func objectAt[T any](object *T, at Position) Object[T] {
	return Object[T]{Value: object, File: at.File, Line: at.Line, Column: at.Column}
}

// Size is the number of objects in the set.
func (s *Set) Size() int {
	return len(s.Agencies) + len(s.Procedures) + len(s.Calendars) + len(s.LegalDocuments) + len(s.AuditPlans)
}

// identity is what makes two objects one.
type identity struct {
	kind, namespace, name string
	// revision tells the revisions of a procedure apart; 0 for other kinds.
	revision int32
	// series and year tell the calendars of a series apart; empty for other kinds.
	series v1alpha1.ID
	year   int32
}

// Repeated finds objects that are given twice. A procedure may be given once a revision, and a year of a calendar series
// only once, under whatever name.
func Repeated(set *Set) []Problem {
	var problems []Problem
	first := map[identity]Position{}
	once := func(what string, id identity, at Position) bool {
		if before, twice := first[id]; twice {
			problems = append(problems, say(at, RuleOnce, "",
				"%s is already given at %s; keep one of the two", "%s đã có tại %s; chỉ giữ lại một", what, before))
			return false
		}
		first[id] = at
		return true
	}
	named := func(kind, namespace, name string, at Position) bool {
		return once(fmt.Sprintf("%s %s", kind, name), identity{kind: kind, namespace: namespace, name: name}, at)
	}
	for _, o := range set.Agencies {
		named(v1alpha1.AgencyKind, o.Value.Namespace, o.Value.Name, o.Position())
	}
	for _, o := range set.AuditPlans {
		named(v1alpha1.AuditPlanKind, o.Value.Namespace, o.Value.Name, o.Position())
	}
	for _, o := range set.LegalDocuments {
		named(v1alpha1.LegalDocumentKind, "", o.Value.Name, o.Position())
	}
	for _, o := range set.Procedures {
		revision := o.Value.Spec.Issue.Revision
		once(fmt.Sprintf("%s %s, revision %d,", v1alpha1.QualityProcedureKind, o.Value.Name, revision), identity{
			kind: v1alpha1.QualityProcedureKind, namespace: o.Value.Namespace, name: o.Value.Name, revision: revision,
		}, o.Position())
	}
	for _, o := range set.Calendars {
		if !named(v1alpha1.WorkCalendarKind, "", o.Value.Name, o.Position()) {
			continue
		}
		series, year := o.Value.Spec.Series, o.Value.Spec.Year
		once(fmt.Sprintf("the year %d of the calendar series %s", year, series),
			identity{kind: v1alpha1.WorkCalendarKind, series: series, year: year}, o.Position())
	}
	return problems
}
