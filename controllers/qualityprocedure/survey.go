package qualityprocedure

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/controllers/internal/surroundings"
	"chuan.dev/chuan/internal/calendar"
	"chuan.dev/chuan/internal/procedure"
)

// survey finds what the procedure is held against: the law, and the calendars by which those work who adopt it.
func (r *Reconciler) survey(ctx context.Context, s *scope) error {
	if !s.read {
		return nil
	}
	var agencies v1alpha1.AgencyList
	if err := r.client.List(ctx, &agencies, client.InNamespace(s.key.Namespace), client.UnsafeDisableDeepCopy); err != nil {
		return fmt.Errorf("list the agencies of namespace %s: %w", s.key.Namespace, err)
	}
	s.agencies = agencies.Items
	slices.SortFunc(s.agencies, func(a, b v1alpha1.Agency) int { return cmp.Compare(a.Name, b.Name) })
	law, err := r.around.Law(ctx)
	calendars, calendarsErr := r.around.Calendars(ctx)
	if err := errors.Join(err, calendarsErr); err != nil {
		return err
	}
	s.around = &around{today: s.today, law: law, calendars: workedBy(s, calendars)}
	return nil
}

// workedBy returns the calendars by which the agencies work that adopt the procedure, as it is in force, to come, or
// proposed; without any agency, those that there are. A calendar that makes no sense is left out: its own rules say so.
func workedBy(s *scope, calendars *surroundings.Calendars) []procedure.WorkedBy {
	type worked struct {
		calendar      *calendar.Calendar
		disadvantaged bool
	}
	seen := map[worked]bool{}
	var all []procedure.WorkedBy
	add := func(who string, local v1alpha1.AgencyCalendar, disadvantaged *bool) {
		c, err := calendars.Of(local)
		by := worked{calendar: c, disadvantaged: disadvantaged != nil && *disadvantaged}
		if err == nil && !seen[by] {
			seen[by] = true
			all = append(all, procedure.WorkedBy{Who: who, Calendar: c, Disadvantaged: by.disadvantaged})
		}
	}
	candidates := append(s.candidates(), s.proposed())
	for i := range s.agencies {
		if agency := &s.agencies[i]; s.adoptedBy(agency, candidates) {
			add(agency.Name, agency.Spec.Calendar, agency.Spec.Disadvantaged)
		}
	}
	if len(all) > 0 {
		return all
	}
	for _, series := range calendars.Series() {
		add(string(series), v1alpha1.AgencyCalendar{Series: series}, nil)
	}
	return all
}

// around is what a text is held against at one time. It is equal to that of another time when the law and the calendars are.
type around struct {
	today     calendar.Day
	law       *surroundings.Law
	calendars []procedure.WorkedBy
}

func (a *around) equal(b *around) bool {
	return a.today == b.today && a.law == b.law && slices.Equal(a.calendars, b.calendars)
}

func (a *around) surroundings() *procedure.Surroundings {
	return &procedure.Surroundings{Today: a.today, Law: a.law.Documents, Calendars: a.calendars}
}
