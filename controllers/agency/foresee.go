package agency

import (
	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/controllers/internal/findings"
	"chuan.dev/chuan/internal/calendar"
)

// noticeDays is how long before it comes the rules speak of a role that nobody will hold (R2).
const noticeDays = 30

// foresee asks for a pass on the next day on which the rules may say something else: a waiver has ended, an officer comes
// or goes or is about to, a delegation begins or ends, the agency or the catalogue changes.
func (s *scope) foresee(waivers findings.Waivers) {
	if day, ok := waivers.Ends(); ok {
		s.wakeOn(day)
	}
	turn := func(date v1alpha1.Date, after int) {
		day, err := calendar.ParseDate(date)
		if err != nil {
			return // there is no date, or none that means anything
		}
		for _, on := range []calendar.Day{day.AddDays(after - noticeDays), day.AddDays(after)} {
			if on > s.today {
				s.wakeOn(on)
			}
		}
	}
	s.dates(func(first v1alpha1.Date) { turn(first, 0) }, func(last v1alpha1.Date) { turn(last, 1) })
}

// dates tells the first and the last days of all that the rules on the agency look at.
func (s *scope) dates(first, until func(v1alpha1.Date)) {
	spec := &s.before.Spec
	for i := range spec.Officers {
		first(spec.Officers[i].From)
		until(spec.Officers[i].Until)
		for k := range spec.Officers[i].DelegatesTo {
			first(spec.Officers[i].DelegatesTo[k].From)
			until(spec.Officers[i].DelegatesTo[k].Until)
		}
	}
	for i := range spec.FormerCodes {
		until(spec.FormerCodes[i].Until)
	}
	if spec.Lifecycle != nil {
		first(spec.Lifecycle.EstablishedOn)
		until(spec.Lifecycle.DissolvedOn)
	}
	if spec.QMS != nil && spec.QMS.Migration != nil {
		until(spec.QMS.Migration.By)
	}
	for _, document := range s.law.Documents {
		if len(document.Catalogue)+len(document.Abolishes) > 0 {
			first(document.EffectiveFrom)
			until(document.EffectiveTo)
		}
	}
}
