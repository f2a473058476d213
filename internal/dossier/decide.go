package dossier

import (
	"errors"
	"slices"
	"time"
	"unicode/utf8"

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

// Bounds of what is said of an applicant, in characters.
const (
	maxName    = 300
	maxContact = 500
)

func (c Receive) decide(d *decision) error {
	if d.state.Version != 0 {
		return errors.New("dossier: it was received already")
	}
	intake := d.p.Intake()
	if refusal := d.mayAct(intake, c.Officer); refusal != nil {
		return refusal
	}
	if refusal := d.checkReceipt(c); refusal != nil {
		return refusal
	}
	forms, refusal := d.handInForms(intake, c.Forms)
	if refusal != nil {
		return refusal
	}
	entry, err := d.entry(MainBranch, intake)
	if err != nil {
		return err
	}
	return d.record(Event{
		Type: Received, Officer: c.Officer, Role: intake.Role, To: v1alpha1.Target(intake.ID),
		Data: Data{
			Receipt: &Receipt{
				Procedure: d.p.Name, Revision: c.Revision, Digest: c.Digest, Channel: c.Channel, Applicant: c.Applicant,
			},
			Entered: []Token{entry}, Forms: forms, Documents: c.Documents,
		},
	})
}

// checkReceipt checks what comes in with a dossier, but for its forms.
func (d *decision) checkReceipt(c Receive) *Refusal {
	channels := d.p.Spec.Channels
	if !slices.Contains(channels, c.Channel) {
		return refusef(CodeChannelNotOffered,
			"a dossier of this procedure cannot be filed by %[1]q: it takes %[2]v",
			"thủ tục này không nhận hồ sơ qua kênh %[1]q; các kênh tiếp nhận: %[2]v", c.Channel, channels)
	}
	for _, part := range []struct {
		value string
		limit int
		name  string
	}{
		{c.Applicant.Name, maxName, "applicant.name"},
		{c.Applicant.IdentityNumber, maxName, "applicant.identityNumber"},
		{c.Applicant.Phone, maxName, "applicant.phone"},
		{c.Applicant.Email, maxName, "applicant.email"},
		{c.Applicant.Address, maxContact, "applicant.address"},
	} {
		if utf8.RuneCountInString(part.value) > part.limit || !oneLine(part.value) {
			return refusef(CodeApplicantInvalid,
				"%[1]s has more than %[2]d characters or more than one line: shorten it",
				"%[1]s dài quá %[2]d ký tự hoặc nhiều hơn một dòng; đề nghị rút gọn", part.name, part.limit)
		}
	}
	if blank(c.Applicant.Name) {
		return refusef(CodeApplicantInvalid, "applicant.name is missing: give the applicant's full name",
			"thiếu họ tên người nộp hồ sơ (applicant.name)")
	}
	return d.checkDocuments(c.Documents)
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
