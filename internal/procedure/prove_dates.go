package procedure

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/calendar"
	"chuan.dev/chuan/internal/rule"
)

var timeProofs = []proof{
	{id: "T2", severity: rule.Error, check: proveReceiptDates},
	{id: "T3", severity: rule.Warning, check: proveReturns},
	{id: "T4", severity: rule.Error, check: proveLimits},
	{id: "V12", severity: rule.Warning, check: proveCutoff},
}

// proveReceiptDates (T2): on every working day of a year, a dossier that comes in at the opening and whose steps each use
// their whole time on the worst way is done by its due day.
func proveReceiptDates(p *Procedure, s *Surroundings) []violation {
	plain := newSchedule(p, false)
	worst, others := plain.worstYear(s, nil)
	if worst.failed == 0 {
		return nil
	}
	way := plain.worst(nil)
	length, lengthVi := p.graph.length(way, worst.limit)
	limit, limitVi := limitWords(worst.limit)
	count, countVi := worst.words(others)
	v := at("spec.deadline.limit",
		"worst path %[1]s, limit %[2]s: %[3]s; the worst path is %[4]s: shorten its steps, let some run in parallel, or correct the limit",
		"đường dài nhất %[5]s, thời hạn %[6]s: %[7]s; đường dài nhất là %[4]s: cần rút ngắn các bước, cho một số bước chạy đồng thời hoặc sửa thời hạn",
		length, limit, count, p.graph.route(way.steps), lengthVi, limitVi, countVi)
	v.severity = worst.severity()
	return []violation{v}
}

// proveReturns (T3): the same with every internal return used once. Dates on which the dossier is late without any are
// those of T2.
func proveReturns(p *Procedure, s *Surroundings) []violation {
	returning := newSchedule(p, true)
	if len(returning.returns) == 0 {
		return nil
	}
	worst, others := returning.worstYear(s, newSchedule(p, false))
	if worst.failed == 0 {
		return nil
	}
	way := returning.worst(returning.returnMinutes())
	used := slices.DeleteFunc(slices.Clone(returning.returns), func(r wayBack) bool { return !slices.Contains(way.steps, r.from) })
	if len(used) == 0 {
		used = returning.returns
	}
	names := make([]string, len(used))
	for i, r := range used {
		names[i] = p.graph.actionName(r)
	}
	limit, limitVi := limitWords(worst.limit)
	count, countVi := worst.words(others)
	return []violation{at(strings.TrimSuffix(used[0].along.path, ".to"),
		"with each return used once (%[1]s), the worst path takes %[2]s working hours, limit %[3]s: %[4]s; leave time for a return in the steps that are done again, or bear it with a waiver",
		"khi mỗi lần trả lại (%[1]s) xảy ra một lần, đường dài nhất mất %[2]s giờ làm việc, thời hạn %[5]s: %[6]s; cần dành thời gian cho việc làm lại trong các bước đó hoặc ghi miễn trừ",
		capped(names), hours(way.minutes), limit, count, limitVi, countVi)}
}

// schedule reckons a procedure against calendars.
type schedule struct {
	*course
	procedure *Procedure
	// returns are the ways back that are used once each, in the order of the text.
	returns []wayBack
}

func newSchedule(p *Procedure, returning bool) *schedule {
	s := &schedule{course: newCourse(p.graph), procedure: p}
	if returning {
		s.returns = slices.DeleteFunc(s.backs, func(b wayBack) bool {
			kind := func(i int) v1alpha1.StepKind { return s.spec.Steps[i].Kind }
			return kind(b.from) == v1alpha1.StepParallel || kind(b.from) == v1alpha1.StepWait || kind(b.to) == v1alpha1.StepWait
		})
	}
	return s
}

// receiptYear is what came of the receipt dates of one year under one calendar.
type receiptYear struct {
	WorkedBy
	limit calendar.Duration
	year  int
	// judged dates are those whose due day the calendar covers; beyond are the others.
	judged, beyond int
	// failed dates, of which first is the first.
	failed int
	first  calendar.Day
}

// severity is that of an error when more than one date in fifty fails.
func (y *receiptYear) severity() rule.Severity {
	const oneIn = 50
	if y.failed*oneIn > y.judged {
		return rule.Error
	}
	return rule.Warning
}

// words says how many dates fail, and by whose calendar where there are others.
func (y *receiptYear) words(others []receiptYear) (english, vietnamese string) {
	english = fmt.Sprintf("fails on %d of %d receipt dates of %d, first %s", y.failed, y.judged, y.year, y.first)
	vietnamese = fmt.Sprintf("không kịp với %d trên %d ngày tiếp nhận của năm %d, ngày đầu tiên %s", y.failed, y.judged, y.year, y.first)
	if y.beyond > 0 {
		_, last := y.Calendar.Years()
		english += fmt.Sprintf(" (%d more fall due after %d, where the calendar ends, and are not judged)", y.beyond, last)
		vietnamese += fmt.Sprintf(" (%d ngày khác đến hạn sau năm %d, ngoài phạm vi lịch nên chưa xét)", y.beyond, last)
	}
	if len(others) == 0 {
		return english, vietnamese
	}
	failing := 0
	for i := range others {
		if others[i].failed > 0 {
			failing++
		}
	}
	english += fmt.Sprintf(", by the calendar of %s", y.Who)
	vietnamese += fmt.Sprintf(", theo lịch của %s", y.Who)
	if failing > 0 {
		english += fmt.Sprintf(" (and by %d of %d others)", failing, len(others))
		vietnamese += fmt.Sprintf(" (và theo %d trên %d lịch khác)", failing, len(others))
	}
	return english, vietnamese
}

// worstYear judges the year of the day of the question, or of the first day in force if that is later, under every
// calendar that differs, and returns the one under which most dates fail, and the others. Where a schedule is excused, the
// dates on which it fails too do not count.
func (s *schedule) worstYear(around *Surroundings, excused *schedule) (worst receiptYear, others []receiptYear) {
	inForce, _ := calendar.ParseDate(s.spec.Issue.EffectiveFrom) // a rule on dates says if there is none
	year := max(inForce, around.Today).Year()
	var years []receiptYear
	for _, w := range around.Calendars {
		limit := s.limitOf(w)
		same := func(y receiptYear) bool { return y.limit == limit && y.Calendar.Equal(w.Calendar) }
		if !slices.ContainsFunc(years, same) {
			years = append(years, s.judge(receiptYear{WorkedBy: w, limit: limit, year: year}, excused))
		}
	}
	if len(years) == 0 {
		return receiptYear{}, nil
	}
	most := 0
	for i := range years {
		if years[i].failed > years[most].failed {
			most = i
		}
	}
	return years[most], slices.Delete(slices.Clone(years), most, most+1)
}

// limitOf is the limit that holds for those who work by a calendar.
func (s *schedule) limitOf(w WorkedBy) calendar.Duration {
	if longer := s.spec.Deadline.DisadvantagedLimit; w.Disadvantaged && longer != "" {
		if d, err := calendar.ParseDuration(string(longer)); err == nil {
			return d
		}
	}
	return s.limit
}

// judge counts the dates of a year on which a dossier is late.
func (s *schedule) judge(y receiptYear, excused *schedule) receiptYear {
	first := calendar.NewDay(y.year, time.January, 1)
	next := calendar.NewDay(y.year+1, time.January, 1)
	ours := s.judgeOf(y)
	var theirs *dateJudge
	if excused != nil {
		theirs = excused.judgeOf(y)
	}
	if theirs != nil && ours.most <= theirs.most {
		return y
	}
	for day := first; day < next; day++ {
		if !y.Calendar.IsWorkingDay(day) {
			continue
		}
		allowed, err := y.Calendar.Allowance(day, y.limit, ours.cutoff)
		if err != nil {
			y.beyond++
			continue
		}
		y.judged++
		if ours.fails(day, allowed) && (theirs == nil || !theirs.fails(day, allowed)) {
			if y.failed == 0 {
				y.first = day
			}
			y.failed++
		}
	}
	return y
}

// dateJudge says for a receipt date whether a dossier is late.
type dateJudge struct {
	*schedule
	calendar *calendar.Calendar
	limit    calendar.Duration
	cutoff   string
	// least and most are bounds of the working time of the worst way on any date. Where all days are alike and no step is in
	// calendar days they are the same, and no date needs more than a comparison.
	least, most time.Duration
	exact       *run[time.Time]
}

func (s *schedule) judgeOf(y receiptYear) *dateJudge {
	j := &dateJudge{schedule: s, calendar: y.Calendar, limit: y.limit, cutoff: string(s.spec.Deadline.ReceiptCutoff)}
	shortest, longest := y.Calendar.DayLengths()
	j.least = s.workingTime(func(d calendar.Duration) time.Duration { return leastWork(d, shortest) })
	j.most = s.workingTime(func(d calendar.Duration) time.Duration { return mostWork(d, longest) })
	return j
}

// leastWork is the least working time that a budget can take where days are no shorter than one. Calendar days may all be
// days off.
func leastWork(d calendar.Duration, day time.Duration) time.Duration {
	switch d.Unit {
	case calendar.WorkingHours:
		return time.Duration(d.Quarters) * time.Hour / 4
	case calendar.WorkingDays:
		return time.Duration(d.Quarters) * day / 4
	default:
		return 0
	}
}

// mostWork is the most working time that a budget can take where days are no longer than one. Calendar days end at the close
// of the last one, so that they reach into one working day more than they are.
func mostWork(d calendar.Duration, day time.Duration) time.Duration {
	if d.Unit == calendar.CalendarDays {
		return time.Duration(d.Quarters/4+1) * day
	}
	return leastWork(d, day)
}

// workingTime is that of the worst way, returns and all, where budgets take what is given.
func (s *schedule) workingTime(of func(calendar.Duration) time.Duration) time.Duration {
	spans := make([]time.Duration, len(s.spec.Steps))
	for i := range spans {
		if s.runs(i) {
			spans[i] = of(s.times[i])
		}
	}
	adding := func(spans []time.Duration) *run[time.Duration] {
		return newRun(s.course, reckoning[time.Duration]{
			after: func(step int, begun time.Duration) (time.Duration, error) { return begun + spans[step], nil },
			later: func(a, b time.Duration) bool { return a > b },
		})
	}
	once := adding(slices.Clone(spans))
	for _, r := range s.returns {
		again, _ := once.between(r.to, 0, r.from) // adding cannot fail
		spans[r.from] += again
	}
	total, _ := adding(spans).toEnd(0)
	return total
}

// returnMinutes are the minutes that the returns of each step take, by the measure of T1.
func (s *schedule) returnMinutes() []int {
	more := make([]int, len(s.spec.Steps))
	once := newRun(s.course, s.trails(nil))
	for _, r := range s.returns {
		again, _ := once.between(r.to, nil, r.from)
		more[r.from] += again.total()
	}
	return more
}

// mostExact bounds the steps that are reckoned for one date, so that no text makes the proof slow.
const mostExact = 2000

// fails says whether a dossier that comes in at the opening of a day is late, given the working time that its limit leaves.
func (j *dateJudge) fails(day calendar.Day, allowed time.Duration) bool {
	// Days of unequal hours are converted to the nanosecond, which must not decide.
	const slack = time.Millisecond
	switch {
	case j.most <= allowed:
		return false
	case j.least > allowed+slack:
		return true
	case (len(j.returns)+1)*len(j.spec.Steps) > mostExact:
		return false
	}
	if j.exact == nil {
		j.exact = j.instants()
	}
	opening := j.calendar.Periods(day)[0].From
	due, err := j.calendar.Deadline(opening, j.limit, j.cutoff)
	if err != nil {
		return false
	}
	done, err := j.exact.toEnd(opening)
	// Work that ends after the last day of the calendar ends after the due day, which lies within it.
	return err != nil || done.After(due)
}

// instants reckons with the calendar itself.
func (j *dateJudge) instants() *run[time.Time] {
	plain := func(step int, begun time.Time) (time.Time, error) {
		if !j.runs(step) {
			return begun, nil
		}
		return j.calendar.Add(begun, j.times[step])
	}
	once := newRun(j.course, reckoning[time.Time]{after: plain, later: time.Time.After})
	return newRun(j.course, reckoning[time.Time]{later: time.Time.After, after: func(step int, begun time.Time) (time.Time, error) {
		done, err := plain(step, begun)
		for _, r := range j.returns {
			if r.from == step && err == nil {
				done, err = once.between(r.to, done, step)
			}
		}
		return done, err
	}})
}

// length writes how long a way is, in working days of eight hours or, for a limit in hours or of the same day, in hours.
func (g *graph) length(w way, limit calendar.Duration) (english, vietnamese string) {
	minutes, days := 0, 0
	for _, step := range w.steps {
		switch d := g.times[step]; {
		case !g.runs(step):
		case d.Unit == calendar.CalendarDays:
			days += d.Quarters / 4
		case d.Unit == calendar.WorkingDays:
			minutes += d.Quarters * minutesPerDay / 4
		default:
			minutes += d.Quarters * 60 / 4
		}
	}
	if limit.IsZero() || limit.Unit == calendar.WorkingHours {
		english, vietnamese = hours(minutes)+" working hours", hours(minutes)+" giờ làm việc"
	} else {
		n := decimal(float64(minutes) / minutesPerDay)
		english, vietnamese = n+" working days", n+" ngày làm việc"
	}
	if days > 0 {
		english += fmt.Sprintf(" and %d calendar days", days)
		vietnamese += fmt.Sprintf(" và %d ngày", days)
	}
	return english, vietnamese
}

func decimal(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }

func limitWords(d calendar.Duration) (english, vietnamese string) {
	n := decimal(float64(d.Quarters) / 4)
	switch {
	case d.IsZero():
		return "the day of receipt", "trong ngày tiếp nhận"
	case d.Unit == calendar.WorkingHours:
		return n + " working hours", n + " giờ làm việc"
	case d.Unit == calendar.WorkingDays:
		return n + " working days", n + " ngày làm việc"
	default:
		return n + " calendar days", n + " ngày"
	}
}

// actionName names an action with its step, as B6/tra-lai.
func (g *graph) actionName(r wayBack) string {
	step := &g.spec.Steps[r.from]
	for a := range step.Actions {
		if actionPath(r.from, a)+".to" == r.along.path {
			return string(step.ID) + "/" + string(step.Actions[a].ID)
		}
	}
	return string(step.ID)
}

// capped joins names, the first of them where there are many.
func capped(names []string) string {
	const most = 5
	if len(names) > most {
		names = append(slices.Clone(names[:most]), fmt.Sprintf("… +%d", len(names)-most))
	}
	return strings.Join(names, ", ")
}
