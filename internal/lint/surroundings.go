package lint

import (
	"slices"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/calendar"
	"chuan.dev/chuan/internal/manifest"
	"chuan.dev/chuan/internal/procedure"
)

// surroundings are what the procedures of a set are held against.
type surroundings struct {
	today calendar.Day
	law   map[string]*v1alpha1.LegalDocumentSpec
	// series are the calendars as they stand, for procedures that nobody adopts.
	series []procedure.WorkedBy
	// agencies are those whose calendar can be used, by their namespaces, in the order of files.
	agencies map[string][]worker
}

// worker is an agency with the calendar by which it works.
type worker struct {
	agency *v1alpha1.Agency
	worked procedure.WorkedBy
}

func surroundingsOf(set *manifest.Set, today calendar.Day) *surroundings {
	s := &surroundings{today: today, law: map[string]*v1alpha1.LegalDocumentSpec{}, agencies: map[string][]worker{}}
	for _, o := range set.LegalDocuments {
		s.law[o.Value.Name] = &o.Value.Spec
	}
	years := make([]v1alpha1.WorkCalendarSpec, len(set.Calendars))
	var names []v1alpha1.ID
	for i, o := range set.Calendars {
		years[i] = o.Value.Spec
		if !slices.Contains(names, o.Value.Spec.Series) {
			names = append(names, o.Value.Spec.Series)
		}
	}
	// Agencies whose calendars count the same share one, so that a procedure is proved once for all of them.
	var distinct []*calendar.Calendar
	shared := func(c *calendar.Calendar) *calendar.Calendar {
		if i := slices.IndexFunc(distinct, c.Equal); i >= 0 {
			return distinct[i]
		}
		distinct = append(distinct, c)
		return c
	}
	for _, name := range names {
		if c, err := calendar.New(years, v1alpha1.AgencyCalendar{Series: name}); err == nil {
			s.series = append(s.series, procedure.WorkedBy{Who: string(name), Calendar: shared(c)})
		}
	}
	for _, o := range set.Agencies {
		agency := o.Value
		c, err := calendar.New(years, agency.Spec.Calendar)
		if err != nil {
			continue // a rule on calendars says so
		}
		s.agencies[agency.Namespace] = append(s.agencies[agency.Namespace], worker{agency, procedure.WorkedBy{
			Who: agency.Name, Calendar: shared(c), Disadvantaged: agency.Spec.Disadvantaged != nil && *agency.Spec.Disadvantaged,
		}})
	}
	return s
}

// ofAdopter are the surroundings of a procedure in one agency that adopts it.
func (s *surroundings) ofAdopter(agency *v1alpha1.Agency) *procedure.Surroundings {
	var own []procedure.WorkedBy
	for _, w := range s.agencies[agency.Namespace] {
		if w.agency == agency {
			own = append(own, w.worked)
		}
	}
	return &procedure.Surroundings{Today: s.today, Law: s.law, Calendars: own}
}

// of returns the surroundings of a procedure. Of agencies that work by the same calendar, the first stands for all.
func (s *surroundings) of(p *v1alpha1.QualityProcedure) *procedure.Surroundings {
	candidate := []procedure.Candidate{{Name: p.Name, Labels: p.Labels, AppliesTo: p.Spec.AppliesTo}}
	var calendars []procedure.WorkedBy
	for _, w := range s.agencies[p.Namespace] {
		same := func(other procedure.WorkedBy) bool {
			return other.Calendar == w.worked.Calendar && other.Disadvantaged == w.worked.Disadvantaged
		}
		if slices.ContainsFunc(calendars, same) {
			continue
		}
		// A selector that cannot be read is a problem of the agency.
		if names, _, _ := procedure.Adopted(w.agency, candidate); len(names) > 0 {
			calendars = append(calendars, w.worked)
		}
	}
	if len(calendars) == 0 {
		calendars = s.series
	}
	return &procedure.Surroundings{Today: s.today, Law: s.law, Calendars: calendars}
}
