package dossier

import (
	"errors"
	"time"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/calendar"
	"chuan.dev/chuan/internal/procedure"
)

// Decide returns the events that a command brings about in a dossier under its procedure, in order, at an instant. The
// events are not part of the state yet: [Fold] makes them so. What cannot be done is refused with a [Refusal]; any other
// error means that the procedure itself cannot be followed.
//
// Time does not go back in a dossier: where the instant lies before the last event, because a machine's clock was set
// back, the time of that event is taken.
func Decide(p *procedure.Procedure, s State, c Command, now time.Time, office Office) ([]Event, error) {
	if _, first := c.(Receive); !first && s.Version == 0 {
		return nil, errors.New("dossier: it was not received yet")
	}
	d := &decision{p: p, state: s, now: instant(now), office: office}
	if d.now.Before(s.ChangedAt) {
		d.now = s.ChangedAt
	}
	if err := c.decide(d); err != nil {
		return nil, friendly(err)
	}
	return d.events, nil
}

// decision is a decision in the making: the state as it is after the events decided so far.
type decision struct {
	p      *procedure.Procedure
	office Office
	now    time.Time
	state  State
	events []Event
	moves  int
}

// record adds an event, with what it does to the statutory clock.
func (d *decision) record(e Event) error {
	e.Seq, e.At = d.state.Version+1, d.now
	if e.Officer != "" && !d.office.holds(e.Officer, e.Role) {
		if represented := d.office.represented(d.p, e.Officer, e.Role); len(represented) > 0 {
			e.Data.ActsFor = represented[0]
		}
	}
	next, err := Fold(d.state, e)
	if err != nil {
		return err
	}
	clock, err := d.clockAfter(next, e)
	if err != nil {
		return err
	}
	if clock != next.Clock {
		e.Data.Clock = &clock
		next.Clock = clock
	}
	d.state, d.events = next, append(d.events, e)
	return nil
}

// instant is a time as the record keeps it: in UTC, to the millisecond, so that what is decided equals what is read back.
func instant(t time.Time) time.Time { return t.Truncate(time.Millisecond).UTC() }

// friendly turns the error of a missing calendar, which the agency can put right, into a refusal.
func friendly(err error) error {
	if errors.Is(err, calendar.ErrOutsideCalendar) {
		return refusef(CodeCalendarMissing,
			"a date of this dossier cannot be worked out: %[1]v",
			"không tính được thời hạn của hồ sơ vì thiếu lịch làm việc của năm: %[1]v", err)
	}
	return err
}

func (Expire) decide(d *decision) error {
	for {
		t, ok := d.firstExpired()
		if !ok {
			return nil
		}
		step, ok := d.p.Step(t.Step)
		if !ok {
			return d.lost(t.Step)
		}
		e := Event{Type: Expired}
		var to v1alpha1.Target
		if step.Expires != nil {
			to, e.Data.Prints = step.Expires.To, step.Expires.Prints
		} else {
			answer := silentAnswer(step)
			to, e.Action = answer.To, answer.ID
			e.Data.Heading, e.Data.Prints = headingOf(answer), answer.Prints
		}
		if err := d.move(t, to, e); err != nil {
			return err
		}
	}
}

// firstExpired returns the token, first in the order of branches, whose time has run out.
func (d *decision) firstExpired() (Token, bool) {
	for _, t := range d.state.Tokens {
		if !t.Expires.IsZero() && !t.Expires.After(d.now) {
			return t, true
		}
	}
	return Token{}, false
}

// silentAnswer is the action that silence means: the first of the step for consent, the last for refusal.
func silentAnswer(step *v1alpha1.Step) *v1alpha1.Action {
	if step.Silence == silenceRefusal {
		return &step.Actions[len(step.Actions)-1]
	}
	return &step.Actions[0]
}

// The meanings of silence that let a consult step go on by itself.
const (
	silenceConsent = "consent"
	silenceRefusal = "refusal"
)
