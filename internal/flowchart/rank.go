package flowchart

import "slices"

// ranking says in which row of the chart every node stands.
type ranking struct {
	// of are the rows of the nodes, from 0.
	of []int
	// back says of every edge that it leads to an earlier row, or to its own.
	back []bool
	// count is the number of rows.
	count int
}

// rank puts every node below those that lead to it. Edges that close a circle lead back; of a circle it is the edge that
// is met last, going from the start by the order of the text.
func rank(chart *Chart) ranking {
	r := ranking{of: make([]int, len(chart.Nodes)), back: make([]bool, len(chart.Edges))}
	out := make([][]int, len(chart.Nodes))
	for i, e := range chart.Edges {
		out[e.From] = append(out[e.From], i)
	}
	finished := r.walk(chart, out)
	// A node is finished after everything that it leads to forward.
	for _, n := range slices.Backward(finished) {
		for _, i := range out[n] {
			e := chart.Edges[i]
			if r.back[i] {
				continue
			}
			length := 1
			if e.Label != "" {
				// The label has a row of its own.
				length = 2
			}
			r.of[e.To] = max(r.of[e.To], r.of[n]+length)
		}
	}
	for _, row := range r.of {
		r.count = max(r.count, row+1)
	}
	return r
}

// walk goes through the chart depth first, marks the edges that lead back and returns the nodes in the order in which
// they are finished.
func (r *ranking) walk(chart *Chart, out [][]int) []int {
	const (
		unseen = iota
		open
		closed
	)
	state := make([]int, len(chart.Nodes))
	next := make([]int, len(chart.Nodes))
	var finished []int
	for root := range chart.Nodes {
		if state[root] != unseen {
			continue
		}
		state[root] = open
		stack := []int{root}
		for len(stack) > 0 {
			n := stack[len(stack)-1]
			if next[n] == len(out[n]) {
				state[n] = closed
				finished = append(finished, n)
				stack = stack[:len(stack)-1]
				continue
			}
			i := out[n][next[n]]
			next[n]++
			switch to := chart.Edges[i].To; state[to] {
			case unseen:
				state[to] = open
				stack = append(stack, to)
			case open:
				r.back[i] = true
			}
		}
	}
	return finished
}
