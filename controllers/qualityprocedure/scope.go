package qualityprocedure

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/controllers/internal/findings"
	"chuan.dev/chuan/controllers/internal/status"
	"chuan.dev/chuan/internal/calendar"
	"chuan.dev/chuan/internal/procedure"
	"chuan.dev/chuan/internal/rule"
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
	// around is what the procedure is held against; nil when it could not be read.
	around *around
	// agencies are those of the namespace, by name.
	agencies []v1alpha1.Agency
	waivers  findings.Waivers
	// present is what stands of the findings of the present text, old of those of the revision in force where that is another
	// text.
	present, old judged
	// contradiction is how the present text contradicts what is recorded; nil when it does not.
	contradiction error
	// sound says that the present text may be recorded, or is.
	sound bool
	// current is the revision in force, coming those that will be.
	current *procedure.Revision
	coming  []procedure.Revision
	// shortfalls are the messages of conditions that do not hold and keep nothing from working.
	shortfalls []string

	errors []error
	next   time.Time
}

func newScope(p *v1alpha1.QualityProcedure, now time.Time, zone *time.Location) *scope {
	after, today := p.DeepCopy(), calendar.DayOf(now, zone)
	s := &scope{
		key:     client.ObjectKeyFromObject(p),
		now:     now,
		zone:    zone,
		today:   today,
		before:  p,
		after:   after,
		set:     status.NewSetter(status.OfQualityProcedure(after), p.Generation, now),
		waivers: findings.WaiversOf(p.Annotations, today),
	}
	if day, ok := s.waivers.Ends(); ok {
		s.wake(day)
	}
	return s
}

// recorded says whether a revision has been accepted.
func (s *scope) recorded(number int32) bool { return s.recordOf(number) != nil }

// recordOf returns the record of a revision; nil when there is none.
func (s *scope) recordOf(number int32) *record {
	for _, r := range s.records {
		if r.revision.Revision == number {
			return r
		}
	}
	return nil
}

// isPresent says whether a recorded revision has the present text.
func (s *scope) isPresent(number int32) bool {
	return number == s.before.Spec.Issue.Revision && s.contradiction == nil
}

// found is what stands of all findings.
func (s *scope) found() []rule.Finding {
	return slices.Concat(s.present.text, s.present.held, s.old.held)
}

// examined says that there are findings, or would be, and proved that they are those of a text in its surroundings.
func (s *scope) examined() bool { return s.present.examined || s.old.examined }

func (s *scope) proved() bool { return s.present.proved || s.old.proved }

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
	return strings.Join(append([]string{message}, s.shortfalls...), "; ")
}
