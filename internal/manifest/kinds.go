package manifest

import (
	"encoding/json"
	"fmt"

	"chuan.dev/chuan/api/v1alpha1"
)

// adders put an object, as JSON, into the list of its kind.
var adders = map[string]func(set *Set, object []byte, at Position) error{
	v1alpha1.AgencyKind:           adder(func(s *Set) *[]Object[v1alpha1.Agency] { return &s.Agencies }),
	v1alpha1.QualityProcedureKind: adder(func(s *Set) *[]Object[v1alpha1.QualityProcedure] { return &s.Procedures }),
	v1alpha1.WorkCalendarKind:     adder(func(s *Set) *[]Object[v1alpha1.WorkCalendar] { return &s.Calendars }),
	v1alpha1.LegalDocumentKind:    adder(func(s *Set) *[]Object[v1alpha1.LegalDocument] { return &s.LegalDocuments }),
	v1alpha1.AuditPlanKind:        adder(func(s *Set) *[]Object[v1alpha1.AuditPlan] { return &s.AuditPlans }),
}

func adder[T any](list func(*Set) *[]Object[T]) func(*Set, []byte, Position) error {
	return func(set *Set, object []byte, at Position) error {
		value := new(T)
		if err := json.Unmarshal(object, value); err != nil {
			return err
		}
		*list(set) = append(*list(set), Object[T]{Value: value, File: at.File, Line: at.Line})
		return nil
	}
}

// size is the number of objects in the set.
func (s *Set) size() int {
	return len(s.Agencies) + len(s.Procedures) + len(s.Calendars) + len(s.LegalDocuments) + len(s.AuditPlans)
}

// skip counts an object of a foreign kind.
func (s *Set) skip(kind string) {
	if s.Skipped == nil {
		s.Skipped = map[string]int{}
	}
	s.Skipped[kind]++
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

// repeated finds objects that are given twice. A procedure may be given once a revision, and a year of a calendar series
// only once, under whatever name.
func repeated(set *Set) []Problem {
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
