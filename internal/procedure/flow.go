package procedure

import (
	"slices"

	"chuan.dev/chuan/api/v1alpha1"
)

// facts are things that surely have happened to a dossier, one bit each.
type facts uint64

// The places of the bits. The bounds of the CRD leave room for all of them.
const (
	firstForm       = 0
	firstFee        = 40
	signed    facts = 1 << 60
	anything        = ^facts(0)
)

// flow says what has surely happened to every dossier that comes to a place, whichever way it took. It follows what the
// workflow service demands: a form is surely complete after an action that requires it, or whose condition is true only
// with it; that a step lists a form among its own does not fill it in.
type flow struct {
	*graph
	conditions conditions
	forms, fee map[v1alpha1.ID]facts
	// gaps are the forms that may be filled in with gaps, because the intake takes them as they come.
	gaps map[v1alpha1.ID]bool
	ways [][]passage
	// entry holds the facts of dossiers that come to a step, by the outcome to which they are heading: 0 for none yet, and
	// 1 on for those of the text. Heading that nobody comes with are not reached.
	entry [][]state
	// joined is the same for the ends of the branches of a parallel step.
	joined map[int][][]state
	dirty  []bool
}

// state is what is known of the dossiers that come to a place.
type state struct {
	reached bool
	facts   facts
}

// passage is one way out of a step, with what it adds.
type passage struct {
	edge
	adds    facts
	heading int
	// action is the number of the action that is taken, or noAction when the dossier goes on by itself.
	action int
}

const noAction = -1

// arrival is one way in which dossiers end.
type arrival struct {
	step int
	passage
	// outcome is the number of the outcome.
	outcome int
	facts   facts
}

func newFlow(g *graph, compiled conditions) *flow {
	f := &flow{
		graph: g, conditions: compiled,
		forms: map[v1alpha1.ID]facts{}, fee: map[v1alpha1.ID]facts{}, gaps: map[v1alpha1.ID]bool{},
		ways: make([][]passage, len(g.spec.Steps)), entry: make([][]state, len(g.spec.Steps)),
		joined: map[int][][]state{}, dirty: make([]bool, len(g.spec.Steps)),
	}
	for i := range g.spec.Forms {
		f.forms[g.spec.Forms[i].ID] = 1 << (firstForm + i)
	}
	for i := range g.spec.Fees {
		f.fee[g.spec.Fees[i].ID] = 1 << (firstFee + i)
	}
	for _, id := range g.formsOf(g.intake()) {
		f.gaps[id] = true
	}
	headings := 1 + len(g.spec.Outcomes)
	for i := range g.spec.Steps {
		f.ways[i] = f.passages(i)
		f.entry[i] = make([]state, headings)
		for range g.spec.Steps[i].Branches {
			f.joined[i] = append(f.joined[i], make([]state, headings))
		}
	}
	f.run()
	return f
}

// formsOf returns the forms that can be filled in during a step, as the workflow service has it.
func (g *graph) formsOf(i int) []v1alpha1.ID {
	step := &g.spec.Steps[i]
	ids := namedForms(step)
	if step.Kind == v1alpha1.StepIntake || step.Kind == v1alpha1.StepWait && step.For == waitForApplicant {
		ids = append(ids, namedForms(&g.spec.Steps[g.intake()])...)
		for k := range g.spec.Documents {
			if form := g.spec.Documents[k].Form; form != "" {
				ids = append(ids, form)
			}
		}
	}
	return ids
}

// waitForApplicant is the wait in which the applicant completes the dossier.
const waitForApplicant = "applicant"

func namedForms(step *v1alpha1.Step) []v1alpha1.ID {
	ids := slices.Clone(step.Forms)
	for a := range step.Actions {
		if requires := step.Actions[a].Requires; requires != nil {
			ids = append(ids, requires.Forms...)
		}
	}
	return ids
}

// passages lists the ways out of a step: its actions, and those that nobody takes.
func (f *flow) passages(i int) []passage {
	step := &f.spec.Steps[i]
	var ways []passage
	byItself := func(a int) {
		ways = append(ways, passage{edge: f.out[i][a], heading: f.heading(&step.Actions[a]), action: noAction})
	}
	for a := range step.Actions {
		ways = append(ways, passage{
			edge: f.out[i][a], adds: f.adds(step, &step.Actions[a]), heading: f.heading(&step.Actions[a]), action: a,
		})
	}
	if step.When != "" && len(step.Actions) > 0 || step.Silence == silenceConsent {
		byItself(0)
	}
	if step.Silence == silenceRefusal {
		byItself(len(step.Actions) - 1)
	}
	if step.Expires != nil {
		ways = append(ways, passage{edge: f.out[i][len(step.Actions)], action: noAction})
	}
	return ways
}

// The answers that silence gives to a consult step.
const (
	silenceConsent = "consent"
	silenceRefusal = "refusal"
)

// heading is the number of the outcome that an action sets, or 0.
func (f *flow) heading(action *v1alpha1.Action) int {
	if action.Sets == nil {
		return 0
	}
	return 1 + f.outcome(action.Sets.Outcome)
}

// outcome is the number of an outcome that is declared.
func (f *flow) outcome(id v1alpha1.ID) int {
	return slices.IndexFunc(f.spec.Outcomes, func(o v1alpha1.Outcome) bool { return o.ID == id })
}

// adds is what has surely happened when an action was taken.
func (f *flow) adds(step *v1alpha1.Step, action *v1alpha1.Action) facts {
	var added facts
	if action.Requires != nil {
		for _, form := range action.Requires.Forms {
			added |= f.forms[form]
		}
	}
	if compiled, ok := f.conditions[place{actionWhen, step.ID, string(action.ID)}]; ok {
		for _, read := range compiled.reading.whenTrue {
			// Outside the intake a form is handed in complete, or not at all.
			if !f.gaps[read.form] {
				added |= f.forms[read.form]
			}
		}
	}
	for _, fee := range step.Collects {
		added |= f.fee[fee]
	}
	if signs(step) {
		added |= signed
	}
	return added
}

// signs says whether a step signs.
func signs(step *v1alpha1.Step) bool { return step.Kind == v1alpha1.StepApprove && step.Sign != nil }

// run follows dossiers until nothing new is learnt. What is known of a place only ever shrinks, so that it comes to rest.
func (f *flow) run() {
	f.arrive(f.intake(), 0, 0)
	for again := true; again; {
		again = false
		for i := range f.spec.Steps {
			if f.dirty[i] {
				f.dirty[i], again = false, true
				f.leave(i)
			}
		}
	}
}

// arrive notes that dossiers come to a step.
func (f *flow) arrive(step, heading int, known facts) {
	if meet(&f.entry[step][heading], known) {
		f.dirty[step] = true
	}
}

// meet keeps what is true of both, and says whether that is news.
func meet(s *state, known facts) bool {
	before := *s
	if !s.reached {
		s.facts = anything
	}
	s.reached = true
	s.facts &= known
	return *s != before
}

func (f *flow) leave(i int) {
	for heading, s := range f.entry[i] {
		if !s.reached {
			continue
		}
		if _, parallel := f.onward[i]; parallel {
			for _, e := range f.out[i] {
				f.arrive(e.to, heading, s.facts)
			}
			if f.spec.Steps[i].When != "" {
				f.goOn(i, heading, s.facts)
			}
			continue
		}
		for _, way := range f.ways[i] {
			next := heading
			if way.heading > 0 {
				next = way.heading
			}
			f.follow(i, way.edge, next, s.facts|way.adds)
		}
	}
}

func (f *flow) follow(from int, e edge, heading int, known facts) {
	switch {
	case e.Join:
		around := f.line[from]
		if meet(&f.joined[around.parallel][around.branch][heading], known) {
			f.join(around.parallel)
		}
	case e.to != noStep:
		f.arrive(e.to, heading, known)
	}
}

func (f *flow) goOn(parallel, heading int, known facts) {
	f.follow(parallel, f.onward[parallel], heading, known)
}

// join goes on behind a parallel step with what its branches have surely done: all of them, or any one.
func (f *flow) join(parallel int) {
	branches := f.joined[parallel]
	each := make([]facts, len(branches))
	for b, branch := range branches {
		all := state{}
		for _, s := range branch {
			if s.reached {
				meet(&all, s.facts)
			}
		}
		if !all.reached && f.spec.Steps[parallel].Join != joinAny {
			return // a branch of which nothing is known yet
		}
		each[b] = all.facts
	}
	for b, branch := range branches {
		for heading, s := range branch {
			if !s.reached || !f.survives(parallel, heading) {
				continue
			}
			known := s.facts
			for other := range branches {
				if other != b && f.spec.Steps[parallel].Join != joinAny {
					known |= each[other]
				}
			}
			f.goOn(parallel, heading, known)
		}
	}
}

// survives says whether dossiers can be heading for an outcome behind a parallel step. One for which they were heading
// before is given up when any branch always sets another.
func (f *flow) survives(parallel, heading int) bool {
	if !f.entry[parallel][heading].reached || f.spec.Steps[parallel].Join == joinAny {
		return true
	}
	return !slices.ContainsFunc(f.joined[parallel], func(branch []state) bool { return !branch[heading].reached })
}

// before is what has surely happened to every dossier that comes to a step.
func (f *flow) before(step int) facts {
	all := state{}
	for _, s := range f.entry[step] {
		if s.reached {
			meet(&all, s.facts)
		}
	}
	return all.facts
}

// arrivals lists the ways in which dossiers end, in the order of the text.
func (f *flow) arrivals() []arrival {
	var ends []arrival
	for i := range f.spec.Steps {
		ways := f.ways[i]
		if on, parallel := f.onward[i]; parallel {
			ways = []passage{{edge: on, action: noAction}}
		}
		for _, way := range ways {
			if way.End {
				ends = append(ends, f.ending(i, way)...)
			}
		}
	}
	return ends
}

// ending lists the outcomes with which a way out of a step ends dossiers.
func (f *flow) ending(i int, way passage) []arrival {
	var ends []arrival
	for heading, s := range f.leaving(i) {
		if !s.reached {
			continue
		}
		outcome := heading - 1
		switch {
		case way.Outcome != "":
			outcome = f.outcome(way.Outcome)
		case way.heading > 0:
			outcome = way.heading - 1
		}
		if outcome >= 0 {
			ends = append(ends, arrival{step: i, passage: way, outcome: outcome, facts: s.facts | way.adds})
		}
	}
	return ends
}

// leaving is what is known of dossiers that leave a step, but for what the way out adds.
func (f *flow) leaving(i int) []state {
	if _, parallel := f.onward[i]; !parallel {
		return f.entry[i]
	}
	states := make([]state, len(f.entry[i]))
	for heading := range states {
		for _, branch := range f.joined[i] {
			if branch[heading].reached {
				meet(&states[heading], branch[heading].facts)
			}
		}
		if f.spec.Steps[i].When != "" && f.entry[i][heading].reached {
			meet(&states[heading], f.entry[i][heading].facts)
		}
	}
	return states
}
