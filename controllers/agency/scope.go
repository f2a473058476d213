package agency

import (
	"time"

	appsv1 "k8s.io/api/apps/v1"
	"k8s.io/apimachinery/pkg/types"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/controllers/internal/status"
	"chuan.dev/chuan/controllers/internal/surroundings"
	"chuan.dev/chuan/internal/calendar"
	"chuan.dev/chuan/internal/rule"
)

// scope is what one pass over one agency knows. Phases read it and add to it.
type scope struct {
	key types.NamespacedName
	now time.Time
	// before is the agency as it was read, after the one whose status the phases set.
	before, after *v1alpha1.Agency
	set           status.Setter

	// draft is the report of the last pass, when it was held back.
	draft draft

	// statefulSet is that of the agency, from the cache and not to be changed; nil when there is none.
	statefulSet *appsv1.StatefulSet
	// calendars are the years that the service needs, by year.
	calendars []*v1alpha1.WorkCalendar
	// zone is that of the agency's calendar, and today the day that it is there.
	zone  *time.Location
	today calendar.Day
	// workable says that this year's calendar is there and makes sense.
	workable bool
	// adoption is what the agency works by.
	adoption *adoption

	// law is what the rules on the agency were checked by; nil when they were not.
	law *surroundings.Law
	// standing is what stands of the findings on the agency itself, crossing of those on it among the others.
	standing, crossing []rule.Finding
	// doubtful says that the status speaks of findings on the agency among the others which are not known yet.
	doubtful bool

	// blocked says that nothing in the cluster may be changed for this agency.
	blocked bool
	// applied are the objects that this pass found or made as they should be.
	applied inventory
	// complete says that these are all.
	complete bool

	errors []error
	// next is when something about the agency changes by itself; zero when never.
	next time.Time
}

// fail collects the error of a phase; nil is no error.
func (s *scope) fail(err error) {
	if err != nil {
		s.errors = append(s.errors, err)
	}
}

// wake brings the next look at the agency forward to an instant.
func (s *scope) wake(at time.Time) {
	if s.next.IsZero() || at.Before(s.next) {
		s.next = at
	}
}

// wakeOn brings the next look at the agency forward to the beginning of a day.
func (s *scope) wakeOn(day calendar.Day) { s.wake(day.Start(s.zone)) }
