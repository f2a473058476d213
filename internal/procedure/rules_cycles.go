package procedure

import (
	"slices"

	"chuan.dev/chuan/api/v1alpha1"
)

// checkWaits (G7): every wait ends by itself at last.
func checkWaits(s *subject) []violation {
	var found []violation
	for i := range s.spec.Steps {
		step := &s.spec.Steps[i]
		if step.Kind == v1alpha1.StepWait && step.Expires == nil {
			found = append(found, at(stepPath(i),
				"step %s waits for ever when nobody comes; say when it expires and where the dossier goes then, as expires: {after: 30d, to: end/%s}",
				"bước %s chờ vô thời hạn nếu không ai đến; ghi khi nào hết hạn và hồ sơ đi đâu, ví dụ expires: {after: 30d, to: end/%s}",
				step.ID, firstID(s.spec.Outcomes, func(o *v1alpha1.Outcome) v1alpha1.ID { return o.ID })))
		}
	}
	return found
}

// checkCycles (G6): no dossier goes round for ever. Every circle has an action that may be taken a number of times only,
// or a wait that expires.
func checkCycles(s *subject) []violation {
	next := make([][]int, len(s.spec.Steps))
	for i := range s.spec.Steps {
		next[i] = s.unlimited(i)
	}
	var found []violation
	reported := make([]bool, len(next))
	for i := range next {
		if reported[i] {
			continue
		}
		circle := shortestCircle(next, i)
		if circle == nil || slices.ContainsFunc(circle, func(step int) bool { return reported[step] }) {
			continue
		}
		for _, step := range circle {
			reported[step] = true
		}
		found = append(found, at(stepPath(i),
			"a dossier can go round %s for ever; give an action of this circle maxTimes",
			"hồ sơ có thể đi vòng %s mãi; cần đặt maxTimes cho một hành động trong vòng này",
			s.route(append(circle, i))))
	}
	return found
}

// unlimited are the steps to which a dossier can go from a step any number of times.
func (g *graph) unlimited(i int) []int {
	step := &g.spec.Steps[i]
	if step.Kind == v1alpha1.StepWait && step.Expires != nil {
		return nil
	}
	var next []int
	for k, e := range g.out[i] {
		if k < len(step.Actions) && step.Actions[k].MaxTimes > 0 {
			continue
		}
		if to, _ := g.resolve(i, e); to != noStep {
			next = append(next, to)
		}
	}
	if on, parallel := g.onward[i]; parallel && step.When != "" {
		if to, _ := g.resolve(i, on); to != noStep {
			next = append(next, to)
		}
	}
	return next
}

// shortestCircle returns the steps of a shortest circle through a step, beginning with it, or nil.
func shortestCircle(next [][]int, from int) []int {
	before := make([]int, len(next))
	for i := range before {
		before[i] = noStep
	}
	for queue := []int{from}; len(queue) > 0; queue = queue[1:] {
		for _, to := range next[queue[0]] {
			if to == from {
				circle := []int{}
				for step := queue[0]; step != from; step = before[step] {
					circle = append(circle, step)
				}
				circle = append(circle, from)
				slices.Reverse(circle)
				return circle
			}
			if before[to] == noStep {
				before[to] = queue[0]
				queue = append(queue, to)
			}
		}
	}
	return nil
}
