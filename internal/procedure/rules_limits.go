package procedure

import (
	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/calendar"
)

// checkSilence (T5): the time in which another agency may answer, after which its silence counts, and what follows it fit
// the limit. The way before it is left out: even a question that is sent at once would come back too late.
func checkSilence(s *subject) []violation {
	c := newCourse(s.graph)
	var found []violation
	for i := range s.spec.Steps {
		step := &s.spec.Steps[i]
		if step.Kind != v1alpha1.StepConsult || step.Silence == "" || step.Silence == silenceNothing || !s.runs(i) || s.mayBePassedBy(i) {
			continue
		}
		r := newRun(c, c.trails(nil))
		if r.pass(i, nil, noStep) != nil || r.ended.value.total() <= s.allowed() {
			continue
		}
		way := r.ended.value.way()
		found = append(found, at(stepPath(i)+".time",
			"step %s waits %s for an answer before silence counts; with what follows (%s) that is %s working hours, and the limit of %s leaves at most %s even to a question that is sent at once; shorten the time of the answer, or let what follows run beside it",
			"bước %s chờ trả lời %s rồi mới coi như im lặng; cùng các bước sau (%s) là %s giờ làm việc, trong khi thời hạn %s chỉ có tối đa %s giờ dù gửi lấy ý kiến ngay; cần rút ngắn thời gian trả lời hoặc cho các bước sau chạy đồng thời",
			step.ID, s.times[i], s.route(way.steps), hours(way.minutes), s.spec.Deadline.Limit, hours(s.allowed())))
	}
	return found
}

// silenceNothing says that no answer within the time means nothing.
const silenceNothing = "nothing"

// mayBePassedBy says whether a step lies in a branch for which nobody needs to wait.
func (g *graph) mayBePassedBy(step int) bool {
	for around := g.line[step].parallel; around != mainLine; around = g.line[around].parallel {
		if g.spec.Steps[around].Join == joinAny {
			return true
		}
	}
	return false
}

// checkLimits (T4): the limits of a procedure are consistent with each other.
func checkLimits(s *subject) []violation {
	var found []violation
	deadline := &s.spec.Deadline
	for i := range s.spec.Steps {
		for a := range s.spec.Steps[i].Actions {
			action := &s.spec.Steps[i].Actions[a]
			if surelyLonger(action.NotAfter, deadline.Limit) {
				found = append(found, at(actionPath(i, a)+".notAfter",
					"the action %s may be taken until %s after acceptance, which is beyond the limit of %s; let it end before the limit does",
					"hành động %s được thực hiện đến %s sau khi tiếp nhận, vượt thời hạn %s; cần kết thúc trước khi hết thời hạn",
					action.ID, action.NotAfter, deadline.Limit))
			}
		}
	}
	return found
}

// surelyLonger says whether one length of time is longer than another: in the same unit by their numbers, and otherwise on
// whatever days they fall, by the measure of T1. It is false where either is absent or malformed.
func surelyLonger(a, b v1alpha1.WorkDuration) bool {
	if a == "" || b == "" {
		return false
	}
	long, errLong := calendar.ParseDuration(string(a))
	short, errShort := calendar.ParseDuration(string(b))
	switch {
	case errLong != nil || errShort != nil:
		return false
	case long.Unit == short.Unit:
		return long.Quarters > short.Quarters
	case short.IsZero():
		return minutes(long, short) > minutesPerDay
	default:
		return minutes(long, short) > minutes(short, short)
	}
}
