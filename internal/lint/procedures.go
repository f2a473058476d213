package lint

import (
	"slices"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/calendar"
	"chuan.dev/chuan/internal/manifest"
	"chuan.dev/chuan/internal/procedure"
)

// procedures compiles every procedure, holds it against its surroundings and returns those that can be used, by the
// objects they come from.
func (c *checker) procedures(set *manifest.Set, around *surroundings) map[*v1alpha1.QualityProcedure]*procedure.Procedure {
	compiled := make(map[*v1alpha1.QualityProcedure]*procedure.Procedure, len(set.Procedures))
	for _, o := range set.Procedures {
		p, findings := procedure.Compile(o.Value.Name, &o.Value.Spec)
		compiled[o.Value] = p
		c.add(o.Position(), findings...)
		c.add(o.Position(), procedure.CheckIssue(&o.Value.Spec)...)
		if p != nil {
			c.add(o.Position(), procedure.Prove(p, around.of(o.Value))...)
		}
	}
	return compiled
}

// surroundings are what the procedures of a set are held against.
type surroundings struct {
	today calendar.Day
	law   map[string]*v1alpha1.LegalDocumentSpec
	// series are the calendars as they stand, for procedures that nobody adopts.
	series []procedure.WorkedBy
	// adopters are the calendars of the agencies that adopt a procedure, by its namespace and name.
	adopters map[[2]string][]procedure.WorkedBy
}

func surroundingsOf(set *manifest.Set, resolution *manifest.Resolution, today calendar.Day) *surroundings {
	s := &surroundings{today: today, law: map[string]*v1alpha1.LegalDocumentSpec{}, adopters: map[[2]string][]procedure.WorkedBy{}}
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
	for i := range resolution.Agencies {
		agency := resolution.Agencies[i].Agency.Value
		c, err := calendar.New(years, agency.Spec.Calendar)
		if err != nil {
			continue // a rule on calendars says so
		}
		worked := procedure.WorkedBy{
			Who: agency.Name, Calendar: shared(c), Disadvantaged: agency.Spec.Disadvantaged != nil && *agency.Spec.Disadvantaged,
		}
		for _, adopted := range resolution.Agencies[i].Procedures {
			key := [2]string{agency.Namespace, adopted.Name}
			s.adopters[key] = append(s.adopters[key], worked)
		}
	}
	return s
}

func (s *surroundings) of(p *v1alpha1.QualityProcedure) *procedure.Surroundings {
	calendars := s.adopters[[2]string{p.Namespace, p.Name}]
	if len(calendars) == 0 {
		calendars = s.series
	}
	return &procedure.Surroundings{Today: s.today, Law: s.law, Calendars: calendars}
}

// ofAdopter are the surroundings of a procedure in one agency that adopts it.
func (s *surroundings) ofAdopter(agency *v1alpha1.Agency, name string) *procedure.Surroundings {
	var own []procedure.WorkedBy
	for _, worked := range s.adopters[[2]string{agency.Namespace, name}] {
		if worked.Who == agency.Name {
			own = append(own, worked)
		}
	}
	return &procedure.Surroundings{Today: s.today, Law: s.law, Calendars: own}
}
