package procedure

import (
	"cmp"
	"slices"
)

// course is a procedure without its ways back: an order of its steps in which each comes after all that lead to it, so
// that one pass along it settles what is longest, or latest, for all of them.
//
// Which ways lead back is found by walking depth first: those to a step that is being walked. Of several ways on, those
// to steps that stand earlier in the text are walked first: the text reads in the order of the work, so that what goes
// back in the walk is what goes back for the reader.
type course struct {
	*graph
	// order holds steps by their numbers, and stands for the join of a parallel step by the complement of its number.
	order []int
	// place is where a step stands in the order; -1 for one that is not reached.
	place []int
	// onwards are the ways out of a step that do not lead back, those to earlier steps first.
	onwards [][]edge
	// backs are the ways back, in the order of the text.
	backs []wayBack
}

// wayBack leads from a step back to one that comes before it.
type wayBack struct {
	from, to int
	// along is the edge.
	along edge
}

func newCourse(g *graph) *course {
	n := len(g.spec.Steps)
	c := &course{graph: g, place: make([]int, n), onwards: make([][]edge, n)}
	w := courseWalk{course: c, state: make([]walkState, n)}
	w.from(g.intake())
	slices.Reverse(c.order)
	for i := range c.place {
		c.place[i] = -1
	}
	for at, step := range c.order {
		if step >= 0 {
			c.place[step] = at
		}
	}
	slices.SortStableFunc(c.backs, func(a, b wayBack) int { return cmp.Compare(a.from, b.from) })
	return c
}

type walkState uint8

const (
	unvisited walkState = iota
	walking
	walked
)

type courseWalk struct {
	*course
	state []walkState
}

// from walks everything after a step and notes it, last things first.
func (w *courseWalk) from(step int) {
	w.state[step] = walking
	if onward, parallel := w.onward[step]; parallel {
		w.along(step, onward)
		w.order = append(w.order, ^step)
	}
	edges := slices.Clone(w.out[step])
	slices.SortStableFunc(edges, func(a, b edge) int { return cmp.Compare(a.to, b.to) })
	for _, e := range edges {
		if w.along(step, e) {
			w.onwards[step] = append(w.onwards[step], e)
		}
	}
	w.state[step] = walked
	w.order = append(w.order, step)
}

// along walks along an edge and says whether it leads on.
func (w *courseWalk) along(step int, e edge) bool {
	if e.to == noStep {
		return true
	}
	if w.state[e.to] == walking {
		w.backs = append(w.backs, wayBack{from: step, to: e.to, along: e})
		return false
	}
	if w.state[e.to] == unvisited {
		w.from(e.to)
	}
	return true
}

// reckoning is how far a dossier has come, in whatever measure: minutes, an instant, a way. Of two dossiers at one step the
// one that has come later must stay the later whatever steps both go through.
type reckoning[T any] struct {
	// after returns how far a dossier has come that began a step, or a part of the procedure that stands for it, at a value.
	after func(step int, begun T) (T, error)
	// later says whether a is later than b.
	later func(a, b T) bool
}

// run is one pass along a course, with its scratch space.
type run[T any] struct {
	*course
	reckoning[T]
	arrived []optional[T]
	// joined says when each branch of a parallel step came to its join at the latest.
	joined map[line]optional[T]
	ended  optional[T]
}

type optional[T any] struct {
	known bool
	value T
}

func newRun[T any](c *course, r reckoning[T]) *run[T] {
	return &run[T]{course: c, reckoning: r, arrived: make([]optional[T], len(c.spec.Steps)), joined: map[line]optional[T]{}}
}

// toEnd returns when a dossier that began at the intake at a value has ended at the latest.
func (r *run[T]) toEnd(begun T) (T, error) {
	if err := r.pass(r.intake(), begun, noStep); err != nil {
		return begun, err
	}
	return r.ended.value, nil
}

// between returns when a dossier that began a step at a value is done at the latest with a step that comes after it.
func (r *run[T]) between(first int, begun T, last int) (T, error) {
	if err := r.pass(first, begun, last); err != nil {
		return begun, err
	}
	return r.ended.value, nil
}

// pass reckons from a step to the end of the dossier, or until it is done with a last step.
func (r *run[T]) pass(first int, begun T, last int) error {
	clear(r.arrived)
	clear(r.joined)
	r.ended = optional[T]{}
	r.arrived[first] = optional[T]{known: true, value: begun}
	for _, step := range r.order[r.place[first]:] {
		if step < 0 {
			r.join(^step)
			continue
		}
		if !r.arrived[step].known {
			continue
		}
		done, err := r.after(step, r.arrived[step].value)
		if err != nil {
			return err
		}
		if step == last {
			// What may have ended on the way does not matter to what comes as far as here.
			r.ended = optional[T]{known: true, value: done}
			return nil
		}
		for _, e := range r.onwards[step] {
			r.lead(step, e, done)
		}
	}
	return nil
}

// lead takes a dossier along an edge.
func (r *run[T]) lead(from int, e edge, at T) {
	switch {
	case e.Join:
		r.joined[r.line[from]] = r.latest(r.joined[r.line[from]], at)
	case e.to != noStep:
		r.arrived[e.to] = r.latest(r.arrived[e.to], at)
	default:
		r.ended = r.latest(r.ended, at)
	}
}

func (r *run[T]) latest(known optional[T], at T) optional[T] {
	if known.known && !r.later(at, known.value) {
		return known
	}
	return optional[T]{known: true, value: at}
}

// join goes on from a parallel step: when its last branch has joined or, when any branch is enough, its first.
func (r *run[T]) join(parallel int) {
	var at optional[T]
	anyIsEnough := r.spec.Steps[parallel].Join == joinAny
	for b := range r.spec.Steps[parallel].Branches {
		joined := r.joined[line{parallel: parallel, branch: b}]
		switch {
		case !joined.known:
		case !at.known,
			anyIsEnough && r.later(at.value, joined.value),
			!anyIsEnough && r.later(joined.value, at.value):
			at = joined
		}
	}
	if at.known && !r.leadsBack(parallel) {
		r.lead(parallel, r.onward[parallel], at.value)
	}
}

// leadsBack says whether a parallel step goes on at a step before it.
func (r *run[T]) leadsBack(parallel int) bool {
	to := r.onward[parallel].to
	return to != noStep && r.place[to] <= r.place[parallel]
}
