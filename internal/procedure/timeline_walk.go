package procedure

import (
	"slices"
	"strings"
	"time"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/calendar"
)

// wayfarer walks the paths of a procedure and tells each.
type wayfarer struct {
	*Procedure
	TimelineOptions
	limit calendar.Duration
	// back are the paths in the text of the ways back.
	back map[string]bool
	// told are the paths that have been told.
	told     map[string]bool
	timeline *Timeline
	steps    int
}

// mostWalked bounds the steps that are walked in all, and longestPath those of one path, so that no text makes it slow.
const (
	mostWalked  = 10_000
	longestPath = 300
)

// journey is how far one dossier has come. Journeys that part share their past.
type journey struct {
	at       time.Time
	passages []Passage
	// returned are the ways back that were used.
	returned []string
	outcome  v1alpha1.ID
	due      time.Time
	ready    time.Time
	// clock is that of the last step.
	clock           v1alpha1.ClockState
	unknown, beyond bool
}

// continuation is what becomes of a journey at a join or an end.
type continuation func(journey, edge)

// full says whether enough was told, and notes that there would be more.
func (w *wayfarer) full() bool {
	if len(w.timeline.Paths) < w.MaxPaths && w.steps < mostWalked {
		return false
	}
	w.timeline.Cut = true
	return true
}

// walk goes on from a step in every way, as far as the end of its line.
func (w *wayfarer) walk(j journey, step int, arrive continuation) {
	if w.full() {
		return
	}
	if len(j.passages) >= longestPath {
		w.timeline.Cut = true
		return
	}
	w.steps++
	if _, parallel := w.graph.onward[step]; parallel {
		w.throughBranches(j, step, arrive)
		return
	}
	text := &w.Spec.Steps[step]
	for i, e := range w.graph.out[step] {
		passed := j
		if i < len(text.Actions) {
			action := &text.Actions[i]
			w.pass(&passed, step, Passage{Action: action.ID}, w.lengthOf(step))
			if action.Sets != nil {
				passed.outcome = action.Sets.Outcome
			}
		} else {
			after, _ := calendar.ParseDuration(string(text.Expires.After)) // a rule keeps its form
			w.pass(&passed, step, Passage{Expires: true}, &after)
		}
		w.follow(passed, e, arrive)
	}
}

// lengthOf is how long a step lasts; nil where nobody knows.
func (w *wayfarer) lengthOf(step int) *calendar.Duration {
	text := &w.Spec.Steps[step]
	if text.Kind == v1alpha1.StepWait && text.Time == "" {
		return w.Wait
	}
	return &w.graph.times[step]
}

// follow goes along an edge. Ways back are gone once each, if at all.
func (w *wayfarer) follow(j journey, e edge, arrive continuation) {
	if w.back[e.path] {
		if !w.Returns || slices.Contains(j.returned, e.path) {
			return
		}
		j.returned = append(slices.Clip(j.returned), e.path)
	}
	if e.to == noStep {
		arrive(j, e)
		return
	}
	w.walk(j, e.to, arrive)
}

// pass spends the time of a step.
func (w *wayfarer) pass(j *journey, step int, p Passage, length *calendar.Duration) {
	text := &w.Spec.Steps[step]
	p.Step, p.Kind, p.Title, p.Role, p.Budget, p.Clock = text.ID, text.Kind, text.Title, text.Role, text.Time, text.Clock
	if p.Clock == "" {
		p.Clock = v1alpha1.ClockRunning
	}
	if p.Expires {
		p.Budget = text.Expires.After
	}
	if around := w.graph.line[step]; around.parallel != mainLine {
		p.Parallel, p.Branch = w.graph.id(around.parallel), around.branch+1
	}
	if length != nil && length == w.Wait {
		p.Budget, p.Assumed = v1alpha1.WorkDuration(length.String()), true
	}
	begun := j.at
	if length == nil {
		p.Unknown, j.unknown = true, true
	} else if !j.beyond {
		done, err := w.Calendar.Add(begun, *length)
		j.at, j.beyond = done, err != nil
	}
	if !j.beyond {
		p.Starts, p.Ends = begun, j.at
		w.turnClock(j, step, p)
	}
	j.clock = p.Clock
	j.passages = append(slices.Clip(j.passages), p)
}

// turnClock does to the statutory clock what a step that was passed did. A branch does not stop it alone.
func (w *wayfarer) turnClock(j *journey, step int, p Passage) {
	var err error
	switch p.Clock {
	case v1alpha1.ClockStopped:
		if w.graph.line[step].parallel == mainLine {
			j.due, err = w.moved(j.due, p.Starts, p.Ends)
		}
	case v1alpha1.ClockNotStarted:
		j.due, err = w.Calendar.Deadline(p.Ends, w.limit, string(w.Spec.Deadline.ReceiptCutoff))
	case v1alpha1.ClockFinished:
		if j.ready.IsZero() {
			j.ready = p.Starts
		}
	}
	j.beyond = j.beyond || err != nil
}

// moved is a due date moved on by the working time in which the clock stood still, every stop rounded up to a quarter of
// an hour, as the service counts it.
func (w *wayfarer) moved(due, from, to time.Time) (time.Time, error) {
	const quarter = 15 * time.Minute
	stood, err := w.Calendar.Between(from, to)
	if err != nil || stood <= 0 {
		return due, err
	}
	return w.Calendar.Add(due, calendar.Duration{Quarters: int((stood + quarter - 1) / quarter), Unit: calendar.WorkingHours})
}

// throughBranches walks every branch in every way and goes on with each choice of one way a branch. A way that ends the
// dossier ends it there, whatever the other branches do.
func (w *wayfarer) throughBranches(j journey, step int, arrive continuation) {
	w.pass(&j, step, Passage{}, &calendar.Duration{})
	before := len(j.passages)
	together := []journey{j}
	for b, begin := range w.graph.out[step] {
		var joined []journey
		w.walk(j, begin.to, func(k journey, e edge) {
			if e.Join {
				joined = append(joined, k)
				return
			}
			arrive(k, e)
		})
		var combined []journey
		for _, a := range together {
			for _, k := range joined {
				if len(combined) < w.MaxPaths {
					combined = append(combined, w.combine(a, k, before, b == 0, w.Spec.Steps[step].Join == joinAny))
				}
			}
		}
		together = combined
	}
	for _, k := range together {
		w.follow(k, w.graph.onward[step], arrive)
	}
}

// combine adds what happened in one more branch, after the passages that all share, to a journey through the branches
// before it.
func (w *wayfarer) combine(a, branch journey, shared int, first, anyIsEnough bool) journey {
	if first {
		return branch
	}
	a.passages = append(slices.Clip(a.passages), branch.passages[shared:]...)
	if later := branch.at.After(a.at); later != anyIsEnough {
		a.at = branch.at
	}
	if branch.outcome != "" {
		a.outcome = branch.outcome
	}
	for _, path := range branch.returned {
		if !slices.Contains(a.returned, path) {
			a.returned = append(slices.Clip(a.returned), path)
		}
	}
	a.unknown, a.beyond = a.unknown || branch.unknown, a.beyond || branch.beyond
	return a
}

// arrive tells the path of a journey that has come to the end of the dossier.
func (w *wayfarer) arrive(j journey, e edge) {
	if e.Outcome != "" {
		j.outcome = e.Outcome
	}
	key := string(j.outcome)
	var steps strings.Builder
	for _, p := range j.passages {
		steps.WriteString(string(p.Step) + "/")
	}
	key += "\x00" + steps.String()
	if w.told[key] || w.full() {
		return
	}
	w.told[key] = true
	path := Path{Passages: j.passages, Outcome: j.outcome, UnknownWait: j.unknown, Beyond: j.beyond}
	if outcome, ok := w.Outcome(j.outcome); ok {
		path.Title, path.Result = outcome.Title, outcome.Result
	}
	if !j.beyond {
		if path.Ready = j.ready; path.Ready.IsZero() {
			path.Ready = j.at
		}
		if j.clock != v1alpha1.ClockNotStarted {
			w.judge(&path, j.due)
		}
	}
	w.timeline.Paths = append(w.timeline.Paths, path)
}

// judge holds a path against its due date.
func (w *wayfarer) judge(path *Path, due time.Time) {
	reserve, err := w.Calendar.Between(path.Ready, due)
	if err != nil {
		path.Beyond = true
		return
	}
	path.Due, path.ReserveHours = due, reserve.Hours()
	path.Late = path.Ready.After(due)
}
