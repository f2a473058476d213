package proceduretest

import (
	"slices"

	"chuan.dev/chuan/api/v1alpha1"
)

// deepest is how many parallel steps may lie within each other.
const deepest = 2

// line writes a line of steps that goes on to a target, and returns where it begins and the steps that lie in it. The line
// of a branch has a step at the least; the main line may have none.
func (a *author) line(onward v1alpha1.Target, depth int) (first v1alpha1.Target, in []v1alpha1.ID) {
	length := a.IntN(5)
	if depth > 0 {
		length = 1 + a.IntN(3)
	}
	// The line is written from its end, so that every step knows where it leads.
	first = onward
	for k := range length {
		if a.room <= 0 && (k > 0 || depth == 0) {
			break
		}
		var steps []v1alpha1.ID
		first, steps = a.segment(first, depth)
		in = append(steps, in...)
	}
	a.returns(in)
	return first, in
}

// segment writes a step, with what belongs to it, in front of a target.
func (a *author) segment(next v1alpha1.Target, depth int) (first v1alpha1.Target, in []v1alpha1.ID) {
	switch kind := a.IntN(8); {
	case kind == 1:
		return a.approve(next)
	case kind == 2:
		return a.consult(next)
	case kind == 3:
		return a.assign(next)
	case kind == 4:
		return a.wait(next)
	case kind >= 6 && depth < deepest && a.room >= 3:
		return a.parallel(next, depth)
	default:
		return a.task(next)
	}
}

// task writes a step of work, from which chance may open further ways.
func (a *author) task(next v1alpha1.Target) (v1alpha1.Target, []v1alpha1.ID) {
	id := a.name("B")
	step := v1alpha1.Step{
		ID: id, Kind: v1alpha1.StepTask, Title: "Xử lý", Role: One(a, handlers...), Time: a.time(),
		Actions: []v1alpha1.Action{{ID: "xong", To: next}},
	}
	steps := []v1alpha1.ID{id}
	if In(a, 4) {
		step.When = condition(a)
	}
	switch a.IntN(5) {
	case 1: // Two ways, of which a condition opens one.
		if when := condition(a); when != "" {
			step.Actions[0].When = when
			step.Actions = append(step.Actions, v1alpha1.Action{ID: "khac", To: next, When: "!(" + when + ")"})
		}
	case 2: // The applicant is asked for more.
		wait := a.name("C")
		a.add(v1alpha1.Step{
			ID: wait, Kind: v1alpha1.StepWait, Title: "Chờ bổ sung", For: "applicant", Clock: v1alpha1.ClockStopped,
			Expires: &v1alpha1.Expiry{
				After: One[v1alpha1.WorkDuration](a, "30d", "10wd", "40wh"), To: "end/" + v1alpha1.Target(Discontinued),
				Prints: []v1alpha1.PrintForm{"M05"},
			},
			Actions: []v1alpha1.Action{{ID: "da-bo-sung", To: v1alpha1.Target(id)}, {ID: "rut", To: "end/" + v1alpha1.Target(Withdrawn)}},
		})
		ask := v1alpha1.Action{
			ID: "bo-sung", To: v1alpha1.Target(wait), MaxTimes: int32(1 + a.IntN(2)), Requires: reason(), Prints: []v1alpha1.PrintForm{"M02"},
		}
		if In(a, 2) {
			ask.NotAfter = "5wd"
		}
		step.Actions, steps = append(step.Actions, ask), append(steps, wait)
	case 3: // The dossier is refused at once.
		step.Actions = append(step.Actions, v1alpha1.Action{
			ID: "tu-choi", To: "end/" + v1alpha1.Target(Refused), Requires: reason(), Sets: &v1alpha1.ActionEffects{Outcome: Refused},
		})
	}
	a.add(step)
	return v1alpha1.Target(id), steps
}

// approve writes a review. What it finds wrong goes back by a way that returns writes.
func (a *author) approve(next v1alpha1.Target) (v1alpha1.Target, []v1alpha1.ID) {
	id := a.add(v1alpha1.Step{
		ID: a.name("D"), Kind: v1alpha1.StepApprove, Title: "Xem xét", Role: One(a, handlers...), Time: a.time(),
		Actions: []v1alpha1.Action{{ID: "dong-y", To: next}},
	})
	return v1alpha1.Target(id), []v1alpha1.ID{id}
}

// consult writes a question to another agency, by every rule of silence.
func (a *author) consult(next v1alpha1.Target) (v1alpha1.Target, []v1alpha1.ID) {
	id := a.add(v1alpha1.Step{
		ID: a.name("E"), Kind: v1alpha1.StepConsult, Title: "Lấy ý kiến", Time: a.time(), Role: One(a, "", Counter),
		Agency:  &v1alpha1.ConsultedAgency{Kind: "so-van-hoa"},
		Silence: One(a, "", "consent", "refusal", "nothing"), When: condition(a),
		Sends: &v1alpha1.Enclosure{Forms: []v1alpha1.ID{Application}},
		Actions: []v1alpha1.Action{
			{ID: "dong-y", To: next},
			{ID: "khong-dong-y", To: next, Sets: &v1alpha1.ActionEffects{Outcome: Refused}, Requires: reason()},
		},
	})
	return v1alpha1.Target(id), []v1alpha1.ID{id}
}

// assign writes a step that chooses who does the task behind it.
func (a *author) assign(next v1alpha1.Target) (v1alpha1.Target, []v1alpha1.ID) {
	task, steps := a.task(next)
	i := slices.IndexFunc(a.spec.Steps, func(s v1alpha1.Step) bool { return s.ID == v1alpha1.ID(task) })
	id := a.add(v1alpha1.Step{
		ID: a.name("A"), Kind: v1alpha1.StepAssign, Title: "Phân công", Role: Assigner, Time: "4wh",
		Assigns: &v1alpha1.Assignment{Step: v1alpha1.ID(task), Role: a.spec.Steps[i].Role},
		Actions: []v1alpha1.Action{{ID: "phan-cong", To: task}},
	})
	return v1alpha1.Target(id), append([]v1alpha1.ID{id}, steps...)
}

// wait writes a time in which the dossier waits for money or for somebody else, and goes on in the end.
func (a *author) wait(next v1alpha1.Target) (v1alpha1.Target, []v1alpha1.ID) {
	id := a.add(v1alpha1.Step{
		ID: a.name("C"), Kind: v1alpha1.StepWait, Title: "Chờ", For: One(a, "payment", "agency"),
		Clock:   One(a, v1alpha1.ClockRunning, v1alpha1.ClockStopped),
		Expires: &v1alpha1.Expiry{After: One[v1alpha1.WorkDuration](a, "15d", "3wd"), To: One(a, next, "end/"+v1alpha1.Target(Discontinued))},
		Actions: []v1alpha1.Action{{ID: "xong", To: next}},
	})
	return v1alpha1.Target(id), []v1alpha1.ID{id}
}

// parallel writes a parallel step with its branches.
func (a *author) parallel(next v1alpha1.Target, depth int) (v1alpha1.Target, []v1alpha1.ID) {
	id := a.name("P")
	step := v1alpha1.Step{ID: id, Kind: v1alpha1.StepParallel, Title: "Song song", To: next, Join: One(a, "all", "any")}
	if In(a, 4) {
		step.When = condition(a)
	}
	for range 2 + a.IntN(2) {
		first, in := a.line("join", depth+1)
		// The first step of the list begins the branch.
		in = slices.DeleteFunc(in, func(s v1alpha1.ID) bool { return v1alpha1.Target(s) == first })
		step.Branches = append(step.Branches, append(v1alpha1.Branch{v1alpha1.ID(first)}, in...))
	}
	a.add(step)
	return v1alpha1.Target(id), []v1alpha1.ID{id}
}

// returns opens ways back from steps of a line to those before them, each a few times at most.
func (a *author) returns(in []v1alpha1.ID) {
	for k := 1; k < len(in); k++ {
		i := slices.IndexFunc(a.spec.Steps, func(s v1alpha1.Step) bool { return s.ID == in[k] })
		step := &a.spec.Steps[i]
		if step.Kind != v1alpha1.StepTask && step.Kind != v1alpha1.StepApprove || !In(a, 2) {
			continue
		}
		step.Actions = append(step.Actions, v1alpha1.Action{
			ID: "tra-lai", To: v1alpha1.Target(in[a.IntN(k)]), MaxTimes: int32(1 + a.IntN(2)), Requires: reason(),
		})
	}
}

// time draws the budget of a step.
func (a *author) time() v1alpha1.WorkDuration {
	return One[v1alpha1.WorkDuration](a, "4wh", "0.5wd", "1wd", "2wd", "1d")
}
