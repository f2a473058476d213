package lint

import (
	"errors"
	"maps"
	"slices"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/audit"
	"chuan.dev/chuan/internal/calendar"
	"chuan.dev/chuan/internal/manifest"
	"chuan.dev/chuan/internal/rule"
)

// calendars reports what is wrong with the series of calendars, and with what agencies add to them (C1), and the years that
// are less sure than people take them for (V21).
func (r *run) calendars(set *manifest.Set) {
	years := map[v1alpha1.ID][]v1alpha1.WorkCalendarSpec{}
	objects := map[v1alpha1.ID]map[int]manifest.Object[v1alpha1.WorkCalendar]{}
	for _, o := range set.Calendars {
		series := o.Value.Spec.Series
		if objects[series] == nil {
			objects[series] = map[int]manifest.Object[v1alpha1.WorkCalendar]{}
		}
		objects[series][int(o.Value.Spec.Year)] = o
		years[series] = append(years[series], o.Value.Spec)
		r.add(o.Position(), calendar.CheckYear(&o.Value.Spec, r.options.Today)...)
	}
	for _, series := range slices.Sorted(maps.Keys(years)) {
		_, err := calendar.New(years[series], v1alpha1.AgencyCalendar{Series: series})
		r.calendarFaults(err, objects[series], nil)
	}
	for i := range set.Agencies {
		local := set.Agencies[i].Value.Spec.Calendar
		if len(local.WorkingHours)+len(local.Exceptions) > 0 && len(years[local.Series]) > 0 {
			_, err := calendar.New(years[local.Series], local)
			r.calendarFaults(err, nil, &set.Agencies[i])
		}
	}
}

// calendarFaults reports those faults of a calendar that lie in the objects given: the years of a series, or the agency.
func (r *run) calendarFaults(
	err error, years map[int]manifest.Object[v1alpha1.WorkCalendar], agency *manifest.Object[v1alpha1.Agency],
) {
	for _, fault := range split(err) {
		var field *calendar.FieldError
		var missing *calendar.MissingYearError
		switch {
		case errors.As(fault, &field) && field.Year != 0:
			if o, ok := years[field.Year]; ok {
				r.fault(o.Position(), field.Field, field.Detail, field.DetailVi)
			}
		case errors.As(fault, &field):
			if agency != nil {
				r.fault(agency.Position(), field.Field, field.Detail, field.DetailVi)
			}
		case errors.As(fault, &missing):
			if o, ok := years[missing.First]; ok {
				r.fault(o.Position(), "spec.year", missing.Error(), missing.Vietnamese())
			}
		}
	}
}

// fault reports a fault of a calendar or a schedule.
func (r *run) fault(object manifest.Position, path, english, vietnamese string) {
	r.add(object, rule.Finding{Rule: "C1", Severity: rule.Error, Path: path, Message: english, MessageVi: vietnamese})
}

// plans reports what is wrong with the schedules of audit plans (C1).
func (r *run) plans(set *manifest.Set) {
	for _, o := range set.AuditPlans {
		for _, fault := range split(audit.Validate(&o.Value.Spec)) {
			if field, ok := errors.AsType[*audit.FieldError](fault); ok {
				r.fault(o.Position(), field.Field, field.Detail, field.DetailVi)
			}
		}
	}
}

// split takes errors apart that were joined.
func split(err error) []error {
	if err == nil {
		return nil
	}
	var joined interface{ Unwrap() []error }
	if errors.As(err, &joined) {
		return joined.Unwrap()
	}
	return []error{err}
}
