package procedure

import (
	"slices"
	"strconv"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/calendar"
)

// mainLine stands for no parallel step: the steps that are in no branch.
const mainLine = -1

// Destination is where an action leads, taken apart.
type Destination struct {
	// Step is the next step; empty when the action leads to a join or an end.
	Step v1alpha1.ID
	// Join says that the action ends its branch.
	Join bool
	// End says that the action ends the dossier, with all its branches.
	End bool
	// Outcome is the outcome of the end; empty for the outcome that an earlier action has set.
	Outcome v1alpha1.ID
}

// graph is a procedure as its rules see it: steps by number, and where each leads. It can be built of any text, however
// wrong; a reference to something that does not exist is noStep.
type graph struct {
	spec  *v1alpha1.QualityProcedureSpec
	steps map[v1alpha1.ID]int
	// out are the ways out of every step, in the order of the text. Those of a parallel step are the beginnings of its
	// branches; the way on from its join is in onward.
	out    [][]edge
	onward map[int]edge
	// line says of every step in which branch it lies.
	line []line
	// times are the budgets of the steps and limit is that of the whole; zero where they are absent or malformed.
	times []calendar.Duration
	limit calendar.Duration

	forms     map[v1alpha1.ID]*v1alpha1.Form
	documents map[v1alpha1.ID]bool
	fees      map[v1alpha1.ID]bool
	roles     map[v1alpha1.ID]bool
	outcomes  map[v1alpha1.ID]bool
}

// line is a sequence of steps that one thing moves along: the main line, or a branch of a parallel step.
type line struct {
	// parallel is the number of the parallel step, or mainLine.
	parallel int
	// branch is the number of the branch.
	branch int
}

// noStep stands for a step that does not exist.
const noStep = -1

// edge is one way out of a step.
type edge struct {
	// path is that of the target.
	path string
	Destination
	// to is the number of the next step, or noStep when the edge leads to a join, an end or nothing that exists.
	to int
	// sets says that the action fixes an outcome on the way.
	sets bool
}

func newGraph(spec *v1alpha1.QualityProcedureSpec) *graph {
	g := &graph{
		spec:      spec,
		steps:     make(map[v1alpha1.ID]int, len(spec.Steps)),
		out:       make([][]edge, len(spec.Steps)),
		onward:    map[int]edge{},
		line:      make([]line, len(spec.Steps)),
		times:     make([]calendar.Duration, len(spec.Steps)),
		forms:     make(map[v1alpha1.ID]*v1alpha1.Form, len(spec.Forms)),
		documents: idSet(spec.Documents, func(d *v1alpha1.RequiredDocument) v1alpha1.ID { return d.ID }),
		fees:      idSet(spec.Fees, func(f *v1alpha1.Fee) v1alpha1.ID { return f.ID }),
		roles:     idSet(spec.Roles, func(r *v1alpha1.Role) v1alpha1.ID { return r.ID }),
		outcomes:  idSet(spec.Outcomes, func(o *v1alpha1.Outcome) v1alpha1.ID { return o.ID }),
	}
	for i := range spec.Forms {
		g.forms[spec.Forms[i].ID] = &spec.Forms[i]
	}
	// Of two steps with one id, the first is meant; that there are two is for the rules to say.
	for i, step := range slices.Backward(spec.Steps) {
		g.steps[step.ID] = i
	}
	// Malformed durations are for the rules to say; zero stands for them here.
	g.limit, _ = calendar.ParseDuration(string(spec.Deadline.Limit))
	for i := range spec.Steps {
		g.times[i], _ = calendar.ParseDuration(string(spec.Steps[i].Time))
		g.line[i] = line{parallel: mainLine}
	}
	for i := range spec.Steps {
		g.connect(i)
	}
	return g
}

func idSet[T any](items []T, id func(*T) v1alpha1.ID) map[v1alpha1.ID]bool {
	set := make(map[v1alpha1.ID]bool, len(items))
	for i := range items {
		set[id(&items[i])] = true
	}
	return set
}

// connect adds the ways out of a step and, for a parallel step, says which steps lie in its branches.
func (g *graph) connect(i int) {
	step := &g.spec.Steps[i]
	if step.Kind == v1alpha1.StepParallel {
		for b, branch := range step.Branches {
			for k, id := range branch {
				n, ok := g.steps[id]
				if !ok {
					continue
				}
				if k == 0 {
					g.out[i] = append(g.out[i], edge{path: branchPath(i, b, k), Destination: Destination{Step: id}, to: n})
				}
				// Of what no branch may contain, and of a second branch, the rules say so.
				if g.line[n].parallel == mainLine && g.spec.Steps[n].Kind != v1alpha1.StepIntake {
					g.line[n] = line{parallel: i, branch: b}
				}
			}
		}
		g.onward[i] = g.edgeTo(step.To, stepPath(i)+".to", false)
		return
	}
	for a := range step.Actions {
		action := &step.Actions[a]
		g.out[i] = append(g.out[i], g.edgeTo(action.To, actionPath(i, a)+".to", action.Sets != nil))
	}
	if step.Expires != nil {
		g.out[i] = append(g.out[i], g.edgeTo(step.Expires.To, stepPath(i)+".expires.to", false))
	}
}

func (g *graph) edgeTo(target v1alpha1.Target, path string, sets bool) edge {
	e := edge{path: path, Destination: ParseTarget(target), to: noStep, sets: sets}
	if n, ok := g.steps[e.Step]; ok && e.Step != "" {
		e.to = n
	}
	return e
}

// resolve follows a join to where its parallel step goes on, out of as many branches as end there, and returns the next
// step, or noStep and whether the dossier ends.
func (g *graph) resolve(from int, e edge) (to int, ends bool) {
	// The bound is for branches that contain each other, which a rule refuses.
	for range g.spec.Steps {
		if !e.Join || g.line[from].parallel == mainLine {
			break
		}
		from = g.line[from].parallel
		e = g.onward[from]
	}
	return e.to, e.End
}

// intake returns the number of the first intake step, or noStep.
func (g *graph) intake() int {
	for i := range g.spec.Steps {
		if g.spec.Steps[i].Kind == v1alpha1.StepIntake {
			return i
		}
	}
	return noStep
}

func (g *graph) id(step int) v1alpha1.ID { return g.spec.Steps[step].ID }

// Paths are built for every edge of every procedure, and seldom shown: hence no formatting.

func stepPath(i int) string      { return "spec.steps[" + strconv.Itoa(i) + "]" }
func actionPath(i, a int) string { return stepPath(i) + ".actions[" + strconv.Itoa(a) + "]" }
func branchPath(i, b, k int) string {
	return stepPath(i) + ".branches[" + strconv.Itoa(b) + "][" + strconv.Itoa(k) + "]"
}
