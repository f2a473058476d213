package dossier

import (
	"time"

	"chuan.dev/chuan/api/v1alpha1"
)

// clockAfter is the statutory clock after an event, whose state is given. The clock starts with the action that accepts
// the dossier. From then on it stands still while every open step says so: it does not stop as long as the agency
// itself still has work to do in some branch. It is finished while every open step says so, and when the dossier ends.
//
// The clock of a dossier that was opened again to correct its result stays as the first result left it: what was promised
// was kept, or was not, when that result was ready.
func (d *decision) clockAfter(s State, e Event) (Clock, error) {
	clock := s.Clock
	if len(s.Corrections) > 0 {
		return clock, nil
	}
	if clock.StartedAt.IsZero() {
		if e.Officer == "" || e.From == "" || !d.p.StartsClock(e.From, e.Action) {
			return clock, nil
		}
		due, err := d.office.Calendar.Deadline(d.now, d.p.LimitFor(d.office.Disadvantaged), string(d.p.Spec.Deadline.ReceiptCutoff))
		if err != nil {
			return clock, err
		}
		clock = Clock{State: v1alpha1.ClockRunning, StartedAt: d.now, Due: instant(due)}
	}
	wanted := clock.State
	switch {
	case s.Ending != nil:
		wanted = v1alpha1.ClockFinished
	case len(s.Tokens) > 0:
		wanted = d.clockOf(s.Tokens)
	}
	return d.turn(clock, wanted)
}

// clockOf is what the steps at which the dossier stands want of a clock that has started.
func (d *decision) clockOf(tokens []Token) v1alpha1.ClockState {
	stopped, finished := true, true
	for _, t := range tokens {
		step, ok := d.p.Step(t.Step)
		if !ok {
			return v1alpha1.ClockRunning
		}
		finished = finished && step.Clock == v1alpha1.ClockFinished
		stopped = stopped && (step.Clock == v1alpha1.ClockStopped || step.Clock == v1alpha1.ClockFinished)
	}
	switch {
	case finished:
		return v1alpha1.ClockFinished
	case stopped:
		return v1alpha1.ClockStopped
	default:
		return v1alpha1.ClockRunning
	}
}

// turn brings a clock that has started into another state.
func (d *decision) turn(clock Clock, to v1alpha1.ClockState) (Clock, error) {
	if clock.State == to {
		return clock, nil
	}
	if clock.State == v1alpha1.ClockStopped {
		if err := d.resume(&clock); err != nil {
			return clock, err
		}
	}
	clock.State, clock.StoppedAt, clock.FinishedAt = to, time.Time{}, time.Time{}
	switch to {
	case v1alpha1.ClockStopped:
		clock.StoppedAt = d.now
	case v1alpha1.ClockFinished:
		clock.FinishedAt = d.now
	}
	return clock, nil
}

// quarter is the smallest amount of working time of the procedure language.
const quarter = 15 * time.Minute

// resume adds the working time for which the clock stood still to the time promised.
func (d *decision) resume(clock *Clock) error {
	stood, err := d.office.Calendar.Between(clock.StoppedAt, d.now)
	if err != nil {
		return err
	}
	quarters := int(max(stood, 0)+quarter-1) / int(quarter)
	if quarters == 0 {
		return nil
	}
	due, err := d.stoodStill(clock.Due, quarters)
	if err != nil {
		return err
	}
	clock.Due = instant(due)
	clock.StoppedQuarters += quarters
	return nil
}

// Overdue says whether the time promised to the applicant has passed, at an instant, without the result being ready. A
// clock that stands still is not overdue unless it was when it stopped.
func (c Clock) Overdue(now time.Time) bool {
	switch {
	case c.Due.IsZero():
		return false
	case !c.FinishedAt.IsZero():
		return c.FinishedAt.After(c.Due)
	case !c.StoppedAt.IsZero():
		return c.StoppedAt.After(c.Due)
	default:
		return now.After(c.Due)
	}
}
