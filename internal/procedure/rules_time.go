package procedure

import (
	"fmt"
	"slices"
	"strings"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/calendar"
	"chuan.dev/chuan/internal/rule"
)

var timeChecks = []ruleCheck{
	{id: "T5", severity: rule.Error, check: checkSilence, sound: true},
	{id: "T1", severity: rule.Error, check: checkTimeBudget, sound: true, unless: "T5"},
	{id: "T4", severity: rule.Error, check: checkLimits},
}

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
//
// What breaks T5 breaks this rule too, which then would add nothing.
func checkTimeBudget(s *subject) []violation {
	worst := s.worst()
	allowed := s.allowed()
	if worst.minutes <= allowed || len(checkSilence(s)) > 0 {
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

// way is a way through the procedure, or the beginning of one.
type way struct {
	minutes int
	steps   []int
}

// trail is a way as it grows: its last step, and the trail before it.
type trail struct {
	minutes, step int
	before        *trail
}

// worst returns the longest way from the intake to an end.
func (g *graph) worst() way { return newCourse(g).worst(nil) }

// worst returns the longest way from the intake to an end, on which steps take more minutes than their own by what is
// given for them.
func (c *course) worst(more []int) way {
	last, _ := newRun(c, c.trails(more)).toEnd(nil)
	return last.way()
}

// trails reckons in minutes and remembers the way.
func (c *course) trails(more []int) reckoning[*trail] {
	return reckoning[*trail]{
		after: func(step int, begun *trail) (*trail, error) {
			t := &trail{minutes: begun.total() + c.spent(step), step: step, before: begun}
			if more != nil {
				t.minutes += more[step]
			}
			return t, nil
		},
		later: func(a, b *trail) bool { return a.total() > b.total() },
	}
}

func (t *trail) total() int {
	if t == nil {
		return 0
	}
	return t.minutes
}

func (t *trail) way() way {
	w := way{minutes: t.total()}
	for ; t != nil; t = t.before {
		w.steps = append(w.steps, t.step)
	}
	slices.Reverse(w.steps)
	return w
}

// spent is the time of a step that counts against the limit, in minutes.
func (g *graph) spent(step int) int {
	if !g.runs(step) {
		return 0
	}
	return minutes(g.times[step], g.limit)
}

// runs says whether the statutory clock runs during a step.
func (g *graph) runs(step int) bool {
	clock := g.spec.Steps[step].Clock
	return clock == v1alpha1.ClockRunning || clock == ""
}

// allowed is the working time that the limit leaves at most, in minutes.
func (g *graph) allowed() int {
	if g.limit.IsZero() {
		return minutesPerDay
	}
	return minutes(g.limit, g.limit)
}
