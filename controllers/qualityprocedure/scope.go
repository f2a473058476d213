package qualityprocedure

import (
	"fmt"
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/controllers/internal/status"
	"chuan.dev/chuan/internal/calendar"
	"chuan.dev/chuan/internal/procedure"
)

// scope is what one pass over one procedure knows. Phases read it and add to it.
type scope struct {
	key   types.NamespacedName
	now   time.Time
	zone  *time.Location
	today calendar.Day
	// before is the procedure as it was read, after the one whose status is set.
	before, after *v1alpha1.QualityProcedure
	set           status.Setter

	// read says that records holds what is recorded.
	read bool
	// records are the accepted revisions, oldest first.
	records []*record
	// sound says that the present text passes the rules and may be recorded.
	sound bool
	// current is the revision in force, coming those that will be.
	current *procedure.Revision
	coming  []procedure.Revision
	// lapsed says what is wrong with the legal basis; empty when nothing is.
	lapsed string

	errors []error
	next   time.Time
}

func newScope(p *v1alpha1.QualityProcedure, now time.Time, zone *time.Location) *scope {
	after := p.DeepCopy()
	return &scope{
		key:    client.ObjectKeyFromObject(p),
		now:    now,
		zone:   zone,
		today:  calendar.DayOf(now, zone),
		before: p,
		after:  after,
		set:    status.NewSetter(status.OfQualityProcedure(after), p.Generation, now),
	}
}

// recorded says whether a revision has been accepted.
func (s *scope) recorded(number int32) bool {
	return slices.ContainsFunc(s.records, func(r *record) bool { return r.revision.Revision == number })
}

// fail collects the error of a phase; nil is no error.
func (s *scope) fail(err error) {
	if err != nil {
		s.errors = append(s.errors, err)
	}
}

// wake asks for a pass at the beginning of a day.
func (s *scope) wake(day calendar.Day) {
	at := day.Start(s.zone)
	if at.After(s.now) && (s.next.IsZero() || at.Before(s.next)) {
		s.next = at
	}
}

// success is the message of a procedure that is ready.
func (s *scope) success() string {
	message := fmt.Sprintf("revision %d is accepted", s.before.Spec.Issue.Revision)
	switch {
	case s.current != nil && s.current.Revision == s.before.Spec.Issue.Revision:
		message = fmt.Sprintf("revision %d is in force", s.current.Revision)
	case s.current != nil:
		message += fmt.Sprintf("; revision %d is in force", s.current.Revision)
	}
	if s.lapsed != "" {
		message += "; " + s.lapsed
	}
	return message
}
