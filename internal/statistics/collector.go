package statistics

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/calendar"
	"chuan.dev/chuan/internal/dossier"
	"chuan.dev/chuan/internal/procedure"
)

// Dossier is a dossier that is counted: its record, and the procedure by which it stands today.
type Dossier struct {
	Events    []dossier.Event
	Procedure *procedure.Procedure
}

// Collector counts dossiers, one after the other.
type Collector struct {
	period   Period
	asOf     time.Time
	calendar *calendar.Calendar
	zone     *time.Location
	by       map[string]*tally
}

// tally is what was collected of one procedure.
type tally struct {
	procedure *procedure.Procedure
	counts    Counts
	channels  map[v1alpha1.Channel]int
	// worked and elapsed are how long those took that were settled: in working time, and by the clock on the wall.
	worked, elapsed []time.Duration
	steps           map[v1alpha1.ID]*passes
}

// passes are how long a step took, and how often it was late.
type passes struct {
	worked []time.Duration
	late   int
}

// NewCollector counts over a period, as far as it is over at an instant.
func NewCollector(period Period, now time.Time, c *calendar.Calendar) *Collector {
	asOf := period.To
	if now.Before(asOf) {
		asOf = now
	}
	return &Collector{period: period, asOf: asOf, calendar: c, zone: c.Location(), by: map[string]*tally{}}
}

// Add counts a dossier. What came in after the period, or was closed before it, does not count. The error is that of a record
// that cannot be folded, or of times that the calendar does not cover.
func (c *Collector) Add(d Dossier) error {
	events := AsOf(d.Events, c.asOf)
	earliest := AsOf(events, c.period.From)
	before, err := dossier.Replay(earliest)
	if err != nil {
		return err
	}
	state := before
	for _, e := range events[len(earliest):] {
		if state, err = dossier.Fold(state, e); err != nil {
			return err
		}
	}
	if state.Version == 0 {
		return nil
	}
	t := c.of(state.Receipt.Procedure, d.Procedure)
	if err := c.pass(t, state); err != nil {
		return err
	}
	standing, closed := StandingOf(state, c.asOf, c.zone)
	earlier, _ := StandingOf(before, c.period.From, c.zone)
	switch {
	case before.Version == 0:
		t.counts.Received++
		t.channels[state.Receipt.Channel]++
	case earlier.Open():
		t.counts.CarriedOver++
	case standing.Open() || !closed.Before(c.period.From):
		t.counts.Reopened++
	default:
		return nil
	}
	t.counts.Count(standing)
	if standing.Open() {
		return nil
	}
	return c.close(t, d.Procedure, state, events, closed, standing)
}

// of is the tally of a procedure. What is said of it is that of its last revision.
func (c *Collector) of(name string, p *procedure.Procedure) *tally {
	t := c.by[name]
	if t == nil {
		t = &tally{procedure: p, channels: map[v1alpha1.Channel]int{}, steps: map[v1alpha1.ID]*passes{}}
		c.by[name] = t
	}
	if p.Spec.Issue.Revision > t.procedure.Spec.Issue.Revision {
		t.procedure = p
	}
	return t
}

// pass counts the steps that were left in the period.
func (c *Collector) pass(t *tally, s dossier.State) error {
	for _, p := range s.Passes {
		if p.LeftAt.Before(c.period.From) {
			continue
		}
		worked, err := c.calendar.Between(p.EnteredAt, p.LeftAt)
		if err != nil {
			return err
		}
		if t.steps[p.Step] == nil {
			t.steps[p.Step] = &passes{}
		}
		step := t.steps[p.Step]
		step.worked = append(step.worked, worked)
		if p.Late() {
			step.late++
		}
	}
	return nil
}

// close counts what is said of a dossier that was closed.
func (c *Collector) close(
	t *tally, p *procedure.Procedure, s dossier.State, events []dossier.Event, closed time.Time, standing Standing,
) error {
	course := AsOf(events, closed.Add(time.Nanosecond))
	if supplemented(p, course) {
		t.counts.Supplemented++
	}
	if sentBack(p, course) {
		t.counts.SentBack++
	}
	if !standing.Settled() {
		return nil
	}
	if result(p, s) == v1alpha1.ResultRefused {
		t.counts.Refused++
	}
	if s.Clock.StartedAt.IsZero() {
		return nil
	}
	worked, err := c.calendar.Between(s.Clock.StartedAt, closed)
	if err != nil {
		return err
	}
	worked -= time.Duration(s.Clock.StoppedQuarters) * quarter
	t.worked = append(t.worked, max(worked, 0))
	t.elapsed = append(t.elapsed, closed.Sub(s.Clock.StartedAt))
	return nil
}

// quarter is the unit in which the statutory clock counts what it stood still.
const quarter = 15 * time.Minute

// result is what a settled dossier means for its applicant: how it ended, or where it is heading.
func result(p *procedure.Procedure, s dossier.State) v1alpha1.OutcomeResult {
	if s.Ending != nil {
		return s.Ending.Result
	}
	if outcome, ok := p.Outcome(s.Heading); ok {
		return outcome.Result
	}
	return ""
}

// supplemented says whether the applicant was asked for more: by the form for it, or by a wait for the applicant.
func supplemented(p *procedure.Procedure, events []dossier.Event) bool {
	return slices.ContainsFunc(events, func(e dossier.Event) bool {
		return slices.Contains(e.Data.Prints, "M02") || slices.ContainsFunc(e.Data.Entered, func(t dossier.Token) bool {
			step, ok := p.Step(t.Step)
			return ok && step.Kind == v1alpha1.StepWait && step.For == "applicant"
		})
	})
}

// sentBack says whether an officer sent the dossier back to a step before the one at which it stood, neither of which is a
// wait.
func sentBack(p *procedure.Procedure, events []dossier.Event) bool {
	waits := func(id v1alpha1.ID) bool {
		step, ok := p.Step(id)
		return ok && step.Kind == v1alpha1.StepWait
	}
	first := map[v1alpha1.ID]int64{}
	for _, e := range events {
		for _, t := range e.Data.Entered {
			came, been := first[t.Step]
			if from := first[e.From]; been && e.Officer != "" && e.From != "" && came <= from && !waits(e.From) && !waits(t.Step) {
				return true
			}
			if !been {
				first[t.Step] = e.Seq
			}
		}
	}
	return false
}

// Report is what was counted.
func (c *Collector) Report() Report {
	r := Report{Period: c.period, AsOf: c.asOf, Procedures: []Figures{}, Channels: map[v1alpha1.Channel]int{}}
	for _, name := range slices.Sorted(maps.Keys(c.by)) {
		t := c.by[name]
		f := t.figures(name)
		if f.Counts.Total() == 0 && len(f.Steps) == 0 {
			continue
		}
		r.Counts = r.Counts.plus(f.Counts)
		for channel, n := range f.Channels {
			r.Channels[channel] += n
		}
		r.Procedures = append(r.Procedures, f)
	}
	r.Rates = r.Counts.rates()
	return r
}

func (t *tally) figures(name string) Figures {
	spec := t.procedure.Spec
	f := Figures{
		Procedure: name, Code: spec.Code, Title: spec.Title, Counts: t.counts, Rates: t.counts.rates(), Channels: t.channels,
		Steps: []StepFigures{},
	}
	if len(t.worked) > 0 {
		f.MedianMinutes = new(minutes(median(t.worked)))
		f.MedianElapsedMinutes = new(minutes(median(t.elapsed)))
	}
	order := map[v1alpha1.ID]int{}
	for i := range spec.Steps {
		order[spec.Steps[i].ID] = i + 1
	}
	for id, p := range t.steps {
		s := StepFigures{
			Step: id, Count: len(p.worked), Late: p.late, MedianMinutes: minutes(median(p.worked)), P90Minutes: minutes(rank(p.worked, 90)),
		}
		if step, ok := t.procedure.Step(id); ok {
			s.Title = step.Title
		}
		f.Steps = append(f.Steps, s)
	}
	// Steps that only an earlier revision had come last.
	slices.SortFunc(f.Steps, func(a, b StepFigures) int {
		return cmp.Or(cmp.Compare(uint(order[a.Step]-1), uint(order[b.Step]-1)), cmp.Compare(a.Step, b.Step))
	})
	for i := range spec.Objectives {
		f.Objectives = append(f.Objectives, measure(&spec.Objectives[i], f))
	}
	return f
}
