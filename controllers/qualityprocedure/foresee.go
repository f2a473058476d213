package qualityprocedure

import (
	"context"
	"slices"
	"time"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/calendar"
)

// noticeDays is how long before its end a legal basis is spoken of (L3).
const noticeDays = 90

// foresee asks for a pass on the next day on which anything may change by itself: a legal document comes into force, is
// about to end or has ended; a waiver has ended; a year has begun, and dossiers are received in another one.
func foresee(_ context.Context, s *scope) error {
	if day, ok := s.waivers.Ends(); ok {
		s.wake(day)
	}
	if s.around == nil {
		return nil
	}
	if len(s.around.calendars) > 0 {
		s.wake(calendar.NewDay(s.today.Year()+1, time.January, 1))
	}
	names := slices.Concat(s.basis(), s.basisInForce())
	for name, document := range s.around.law.Documents {
		if slices.Contains(names, name) || len(document.Abolishes)+len(document.PrintForms) > 0 {
			s.wakeFor(document)
		}
	}
	return nil
}

// wakeFor asks for a pass on the days on which a document comes into force, is about to end and has ended.
func (s *scope) wakeFor(document *v1alpha1.LegalDocumentSpec) {
	if day, err := calendar.ParseDate(document.EffectiveFrom); err == nil {
		s.wake(day)
	}
	if day, err := calendar.ParseDate(document.EffectiveTo); err == nil {
		s.wake(day.AddDays(-noticeDays))
		s.wake(day.AddDays(1))
	}
}
