package procedure

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/calendar"
)

// The units in which T1 reckons, without a calendar: minutes of an ordinary week of five days of eight hours.
const (
	minutesPerDay = 8 * 60
	daysPerWeek   = 7
	worksPerWeek  = 5
)

// checkTimeBudget (T1): the steps' times on the worst way through the procedure fit the statutory limit.
//
// The rule speaks only when they surely do not. A limit in working hours or days leaves just that much working time to
// a dossier that is received at the close of a day. A limit in calendar days leaves no more than if every one of them
// were worked; how much less weekends and holidays leave depends on the day of receipt, which a rule without a calendar
// cannot say. A limit of no days is the day of receipt, which has no more than its own hours. Steps count while the
// statutory clock runs, each once: ways back are not walked.
func checkTimeBudget(s *subject) []violation {
	worst := s.worst()
	allowed := minutes(s.limit, s.limit)
	if s.limit.IsZero() {
		allowed = minutesPerDay
	}
	if worst.minutes <= allowed {
		return nil
	}
	limit := s.spec.Deadline.Limit
	return []violation{at("spec.deadline.limit",
		"the steps take %s working hours on the worst way (%s), and the limit of %s leaves at most %s (days of 8 hours); shorten steps by %s hours, let some run in parallel, or correct the limit",
		"các bước cần %s giờ làm việc trên đường dài nhất (%s), trong khi thời hạn %s chỉ có tối đa %s giờ (mỗi ngày 8 giờ); cần rút ngắn %s giờ, cho các bước chạy đồng thời hoặc sửa thời hạn",
		hours(worst.minutes), s.route(worst.steps), limit, hours(allowed), hours(worst.minutes-allowed))}
}

// minutes is the working time of a duration, so that it can be held against a limit.
//
// Against a limit in calendar days, a calendar day is a whole working day on either side, which is the most that it can
// be. Against a limit in working time, a step of calendar days takes at least the working days of an ordinary week that
// any such run of days contains.
func minutes(d, limit calendar.Duration) int {
	switch {
	case d.Unit == calendar.WorkingHours:
		return d.Quarters * 60 / 4
	case d.Unit == calendar.CalendarDays && limit.Unit != calendar.CalendarDays:
		days := d.Quarters / 4
		return (days/daysPerWeek*worksPerWeek + max(0, days%daysPerWeek-(daysPerWeek-worksPerWeek))) * minutesPerDay
	default:
		return d.Quarters * minutesPerDay / 4
	}
}

func hours(minutes int) string {
	return strings.TrimSuffix(strings.TrimRight(fmt.Sprintf("%.2f", float64(minutes)/60), "0"), ".")
}

// route writes the steps of a way as B1→B2→B3.
func (g *graph) route(steps []int) string {
	const most = 30
	ids := make([]string, 0, min(len(steps), most)+1)
	for i, step := range steps {
		if i == most {
			ids = append(ids, fmt.Sprintf("… and %d more", len(steps)-most))
			break
		}
		ids = append(ids, string(g.id(step)))
	}
	return strings.Join(ids, "→")
}

// way is a way through a part of the procedure. The zero value is no way at all.
type way struct {
	exists  bool
	minutes int
	steps   []int
}

// after puts a step, or the way through its branches, before a way.
func (w way) after(minutes int, steps ...int) way {
	if !w.exists {
		return way{}
	}
	return way{exists: true, minutes: w.minutes + minutes, steps: append(slices.Clone(steps), w.steps...)}
}

func longer(a, b way) way {
	if !a.exists || b.exists && b.minutes > a.minutes {
		return b
	}
	return a
}

// ways are the longest ways from a step on within its line.
type ways struct {
	// joining ends at the join of the branch, ending at an end of the dossier.
	joining, ending way
}

// worst returns the longest way from the intake to an end.
func (g *graph) worst() way {
	w := &walker{graph: g, state: make([]walkState, len(g.spec.Steps)), known: make([]ways, len(g.spec.Steps))}
	return w.from(g.intake()).ending
}

type walkState uint8

const (
	unvisited walkState = iota
	walking
	walked
)

// walker finds longest ways by walking depth first. An edge to a step that is being walked goes back and is left out,
// which makes the rest free of cycles, so that every step is walked once. Of several ways on, those to steps that stand
// earlier in the text are walked first: the text reads in the order of the work, so that what goes back in the walk is
// what goes back for the reader.
type walker struct {
	*graph
	state []walkState
	known []ways
}

func (w *walker) from(step int) ways {
	if w.state[step] != unvisited {
		return w.known[step]
	}
	w.state[step] = walking
	var on ways
	if onward, parallel := w.onward[step]; parallel {
		on = w.throughBranches(step, onward)
	} else {
		on = w.onAlong(w.out[step])
		spent := w.spent(step)
		on = ways{joining: on.joining.after(spent, step), ending: on.ending.after(spent, step)}
	}
	w.state[step], w.known[step] = walked, on
	return on
}

// onAlong returns the longest ways that begin with any of the edges.
func (w *walker) onAlong(edges []edge) ways {
	inOrder := slices.SortedStableFunc(slices.Values(edges), func(a, b edge) int { return cmp.Compare(a.to, b.to) })
	var on ways
	for _, e := range inOrder {
		switch {
		case e.Join:
			on.joining = longer(on.joining, way{exists: true})
		case e.End:
			on.ending = longer(on.ending, way{exists: true})
		case w.state[e.to] != walking:
			next := w.from(e.to)
			on.joining, on.ending = longer(on.joining, next.joining), longer(on.ending, next.ending)
		}
	}
	return on
}

// throughBranches returns the longest ways from a parallel step. It lasts as long as its longest branch or, when any
// branch is enough, its shortest; a branch that ends the dossier ends it there.
func (w *walker) throughBranches(step int, onward edge) ways {
	var through, cut way
	for _, e := range w.out[step] {
		branch := w.from(e.to)
		cut = longer(cut, branch.ending)
		if w.spec.Steps[step].Join == joinAny && through.exists && branch.joining.exists {
			if branch.joining.minutes < through.minutes {
				through = branch.joining
			}
			continue
		}
		through = longer(through, branch.joining)
	}
	spent := w.spent(step)
	cut = cut.after(spent, step)
	lasts := through.after(spent, step)
	if !lasts.exists {
		return ways{ending: cut}
	}
	on := w.onAlong([]edge{onward})
	return ways{
		joining: on.joining.after(lasts.minutes, lasts.steps...),
		ending:  longer(on.ending.after(lasts.minutes, lasts.steps...), cut),
	}
}

// spent is the time of a step that counts against the limit.
func (w *walker) spent(step int) int {
	switch w.spec.Steps[step].Clock {
	case v1alpha1.ClockRunning, "":
		return minutes(w.times[step], w.limit)
	default:
		return 0
	}
}
