package lint

import (
	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/agency"
	"chuan.dev/chuan/internal/calendar"
	"chuan.dev/chuan/internal/manifest"
	"chuan.dev/chuan/internal/procedure"
)

// agencies reports what does not fit together around every agency, and whether it can work by what it adopts.
func (c *checker) agencies(
	resolution *manifest.Resolution, compiled map[*v1alpha1.QualityProcedure]*procedure.Procedure, around *surroundings,
) {
	profiles := map[*procedure.Procedure]*procedure.Profile{}
	all := make([]*v1alpha1.Agency, len(resolution.Agencies))
	for i := range resolution.Agencies {
		resolved := &resolution.Agencies[i]
		all[i] = resolved.Agency.Value
		at := resolved.Agency.Position()
		for _, p := range resolved.Problems {
			c.add(at, ofProblem(p))
		}
		var adopted []agency.Adopted
		for _, p := range resolved.Procedures {
			by := compiled[p.Revisions[len(p.Revisions)-1].Value]
			if by == nil {
				adopted = append(adopted, agency.Adopted{})
				continue
			}
			if profiles[by] == nil {
				profiles[by] = by.Profile()
			}
			adopted = append(adopted, agency.Adopted{
				Procedure: by, Profile: profiles[by], Around: around.ofAdopter(resolved.Agency.Value, p.Name),
			})
		}
		c.add(at, agency.Check(resolved.Agency.Value, adopted, c.law, c.options.Today)...)
	}
	for i, findings := range agency.CheckAll(all, c.options.Today) {
		c.add(resolution.Agencies[i].Agency.Position(), findings...)
	}
}

// auditors reports what does not fit together between audit plans and the agencies of their namespaces.
func (c *checker) auditors(set *manifest.Set, resolution *manifest.Resolution) {
	agencies := map[string][]agency.Auditable{}
	for i := range resolution.Agencies {
		resolved := &resolution.Agencies[i]
		auditable := agency.Auditable{Agency: resolved.Agency.Value}
		for _, p := range resolved.Procedures {
			auditable.Procedures = append(auditable.Procedures, p.Name)
		}
		agencies[auditable.Agency.Namespace] = append(agencies[auditable.Agency.Namespace], auditable)
	}
	years := make([]v1alpha1.WorkCalendarSpec, len(set.Calendars))
	for i, o := range set.Calendars {
		years[i] = o.Value.Spec
	}
	for _, o := range set.AuditPlans {
		working, err := calendar.New(years, v1alpha1.AgencyCalendar{Series: o.Value.Spec.Schedule.Calendar})
		if err != nil {
			working = nil // none is named, or a rule on calendars says so
		}
		c.add(o.Position(), agency.CheckPlan(o.Value, agencies[o.Value.Namespace], working, c.options.Today)...)
	}
}
