package procedure

import (
	"cmp"
	"slices"
	"time"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/calendar"
)

// TimelineOptions say under what a timeline is reckoned.
type TimelineOptions struct {
	// Received is when the dossier comes in.
	Received time.Time
	// Calendar by which the agency works.
	Calendar *calendar.Calendar
	// Disadvantaged says that the longer limit of disadvantaged areas holds, where the procedure has one.
	Disadvantaged bool
	// Returns says whether ways back are walked too, each at most once.
	Returns bool
	// Wait is how long a wait lasts that the text does not limit. Without it such a wait takes no time and is marked.
	Wait *calendar.Duration
	// MaxPaths is how many paths are told at most; 0 for DefaultPaths.
	MaxPaths int
}

// DefaultPaths is how many paths are told where nothing else is asked for.
const DefaultPaths = 200

// Timeline tells, path by path, when each step of a dossier begins and ends if every step uses its whole time.
type Timeline struct {
	Procedure string         `json:"procedure"`
	Code      string         `json:"code"`
	Title     v1alpha1.Title `json:"title"`
	Revision  int32          `json:"revision"`
	// Received is when the dossier comes in, and Due when it must be settled if its clock never stops.
	Received time.Time             `json:"received"`
	Limit    v1alpha1.WorkDuration `json:"limit"`
	Due      time.Time             `json:"due"`
	// Provisional says that a date lies in a year whose calendar is provisional.
	Provisional bool   `json:"provisional"`
	Paths       []Path `json:"paths"`
	// Cut says that there are more paths than are told.
	Cut bool `json:"cut"`
	// Worst is the index of the path with the least reserve; -1 where no path has a due date.
	Worst int `json:"worst"`
}

// Path is one way from the intake to an outcome.
type Path struct {
	Passages []Passage `json:"passages"`
	// Outcome with which it ends, with its title and result.
	Outcome v1alpha1.ID            `json:"outcome"`
	Title   v1alpha1.Title         `json:"title,omitempty"`
	Result  v1alpha1.OutcomeResult `json:"result,omitempty"`
	// Ready is when the result is ready: when the clock is finished, or the dossier ends.
	Ready time.Time `json:"ready,omitzero"`
	// Due is when it must be ready, moved on by what the clock stood still. Zero where the clock has not started at the end.
	Due time.Time `json:"due,omitzero"`
	// ReserveHours is the working time from Ready to Due in hours; negative when the path is late.
	ReserveHours float64 `json:"reserveHours"`
	Late         bool    `json:"late"`
	// UnknownWait says that a wait of unknown length lies on the path and was given no time.
	UnknownWait bool `json:"unknownWait"`
	// Beyond says that the path leads beyond the calendar: from there on no times are told.
	Beyond bool `json:"beyond"`
}

// Judged says whether the path has a due date that is known.
func (p *Path) Judged() bool { return !p.Due.IsZero() && !p.Beyond }

// Passage is one step on a path.
type Passage struct {
	Step  v1alpha1.ID       `json:"step"`
	Kind  v1alpha1.StepKind `json:"kind"`
	Title v1alpha1.Title    `json:"title"`
	Role  v1alpha1.ID       `json:"role,omitempty"`
	// Parallel and Branch, from 1, say in which branch the step lies.
	Parallel v1alpha1.ID `json:"parallel,omitempty"`
	Branch   int         `json:"branch,omitempty"`
	// Action by which the step is left; empty when a wait expires and for a parallel step.
	Action v1alpha1.ID `json:"action,omitempty"`
	// Expires says that the step, a wait, is left because it lasted too long.
	Expires bool                  `json:"expires,omitempty"`
	Budget  v1alpha1.WorkDuration `json:"budget,omitempty"`
	Clock   v1alpha1.ClockState   `json:"clock"`
	Starts  time.Time             `json:"starts,omitzero"`
	Ends    time.Time             `json:"ends,omitzero"`
	// Unknown says that the step is a wait of unknown length.
	Unknown bool `json:"unknown,omitempty"`
	// Assumed says that it is a wait whose length the options give.
	Assumed bool `json:"assumed,omitempty"`
}

// Simulate tells the timeline of every path of a dossier. Paths that pass the same steps to the same outcome are one. The
// error is that of a receipt or a due date which the calendar does not cover.
func Simulate(p *Procedure, options TimelineOptions) (*Timeline, error) {
	limit := p.graph.limit
	if longer := p.Spec.Deadline.DisadvantagedLimit; options.Disadvantaged && longer != "" {
		if d, err := calendar.ParseDuration(string(longer)); err == nil {
			limit = d
		}
	}
	due, err := options.Calendar.Deadline(options.Received, limit, string(p.Spec.Deadline.ReceiptCutoff))
	if err != nil {
		return nil, err
	}
	options.MaxPaths = cmp.Or(options.MaxPaths, DefaultPaths)
	t := &Timeline{
		Procedure: p.Name, Code: p.Spec.Code, Title: p.Spec.Title, Revision: p.Spec.Issue.Revision, Received: options.Received,
		Limit: v1alpha1.WorkDuration(limit.String()), Due: due,
	}
	w := &wayfarer{Procedure: p, TimelineOptions: options, limit: limit, back: map[string]bool{}, told: map[string]bool{}, timeline: t}
	for _, b := range newCourse(p.graph).backs {
		w.back[b.along.path] = true
	}
	w.walk(journey{at: options.Received, due: due}, p.graph.intake(), w.arrive)
	t.sumUp(options.Calendar)
	return t, nil
}

// sumUp finds the worst path and says whether a date is provisional.
func (t *Timeline) sumUp(c *calendar.Calendar) {
	t.Worst = -1
	provisional := func(at time.Time) bool {
		return !at.IsZero() && c.Provisional(calendar.DayOf(at, c.Location()).Year())
	}
	t.Provisional = provisional(t.Received) || provisional(t.Due)
	for i := range t.Paths {
		path := &t.Paths[i]
		if path.Judged() && (t.Worst < 0 || path.ReserveHours < t.Paths[t.Worst].ReserveHours) {
			t.Worst = i
		}
		t.Provisional = t.Provisional || provisional(path.Due) ||
			slices.ContainsFunc(path.Passages, func(p Passage) bool { return provisional(p.Ends) })
	}
}

// Late says whether any path is late.
func (t *Timeline) Late() bool {
	return slices.ContainsFunc(t.Paths, func(p Path) bool { return p.Late })
}
