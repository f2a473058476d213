package lint

import (
	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/agency"
	"chuan.dev/chuan/internal/calendar"
	"chuan.dev/chuan/internal/manifest"
)

// together reports what only all objects together show.
func (r *run) together() {
	r.problems(manifest.Repeated(&r.set))
	if r.set.Size() == 0 && len(r.report.Findings) == 0 {
		r.problems([]manifest.Problem{manifest.Nothing(len(r.sources))})
	}
	resolution := manifest.Resolve(&r.set)
	r.agencies(resolution)
	r.revisions(&r.set)
	r.calendars(&r.set)
	r.plans(&r.set)
	r.auditors(&r.set, resolution)
}

// agencies reports what does not fit together around every agency, and whether it can work by what it adopts.
func (r *run) agencies(resolution *manifest.Resolution) {
	all := make([]*v1alpha1.Agency, len(resolution.Agencies))
	for i := range resolution.Agencies {
		resolved := &resolution.Agencies[i]
		all[i] = resolved.Agency.Value
		at := resolved.Agency.Position()
		for _, p := range resolved.Problems {
			r.add(at, ofProblem(p))
		}
		var adopted []agency.Adopted
		for _, p := range resolved.Procedures {
			compiled := r.profiles[p.Revisions[len(p.Revisions)-1].Value]
			if compiled.profile == nil {
				adopted = append(adopted, agency.Adopted{})
				continue
			}
			adopted = append(adopted, agency.Adopted{
				Procedure: compiled.whole, Profile: compiled.profile, Around: r.around.ofAdopter(resolved.Agency.Value),
			})
		}
		r.add(at, agency.Check(resolved.Agency.Value, adopted, r.around.law, r.options.Today)...)
	}
	for i, findings := range agency.CheckAll(all, r.options.Today) {
		r.add(resolution.Agencies[i].Agency.Position(), findings...)
	}
}

// auditors reports what does not fit together between audit plans and the agencies of their namespaces.
func (r *run) auditors(set *manifest.Set, resolution *manifest.Resolution) {
	agencies := map[string][]agency.Auditable{}
	for i := range resolution.Agencies {
		resolved := &resolution.Agencies[i]
		auditable := agency.Auditable{Agency: resolved.Agency.Value, Procedures: []string{}}
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
		r.add(o.Position(), agency.CheckPlan(o.Value, agencies[o.Value.Namespace], working, r.options.Today)...)
	}
}
