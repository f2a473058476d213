package flowchart

import (
	"strings"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/wording"
)

// merge adds the gateways at which alternative ways meet before one that waits for all that leads to it: the beginning of
// branches, to which a dossier may come in several ways, and their join, at which a branch may end in several ways.
func (b *builder) merge() {
	type meeting struct {
		at     int
		number int
	}
	var order []meeting
	ways := map[meeting][]int{}
	for i, e := range b.chart.Edges {
		m := meeting{at: e.To}
		switch b.chart.Nodes[e.To].Kind {
		case NodeSplit:
		case NodeJoin, NodeFirst:
			m.number = b.branchOf(e.From)
		default:
			continue
		}
		if len(ways[m]) == 0 {
			order = append(order, m)
		}
		ways[m] = append(ways[m], i)
	}
	for _, m := range order {
		if len(ways[m]) < 2 {
			continue
		}
		at := b.chart.Nodes[m.at]
		choice := b.add(Node{ID: at.ID + "_merge" + number(m.number), Kind: NodeChoice, Lane: at.Lane, Branch: true})
		for _, i := range ways[m] {
			b.chart.Edges[i].To = choice
		}
		b.connect(Edge{From: choice, To: m.at})
	}
}

// branchOf is the number of the branch in which a node lies, from 0.
func (b *builder) branchOf(n int) int {
	return b.around[b.origin[n]].number
}

// details say in words what a box has no room for.
func (b *builder) details(step *v1alpha1.Step, lane int) string {
	lines := []string{string(step.Title), "Trách nhiệm: " + b.chart.Lanes[lane].Title}
	if step.Time != "" {
		lines = append(lines, "Thời gian: "+wording.Duration(step.Time))
	}
	if step.Expires != nil {
		lines = append(lines, "Tối đa: "+wording.Duration(step.Expires.After))
	}
	if step.When != "" {
		lines = append(lines, "Điều kiện: "+wording.Condition(step.When, b.spec.Forms, nil))
	}
	for _, id := range step.Forms {
		for i := range b.spec.Forms {
			if b.spec.Forms[i].ID == id {
				lines = append(lines, "Biểu mẫu: "+string(b.spec.Forms[i].Title))
			}
		}
	}
	return strings.Join(lines, "\n")
}

// consult adds the agencies that are asked. They come last, so that their lanes stand beside those of the roles.
func (b *builder) consult() {
	for n := range len(b.chart.Nodes) {
		if step := b.chart.Nodes[n].Step; step != nil && step.Agency != nil {
			b.consulted(step, n)
		}
	}
}

// consulted adds the agency that a step asks.
func (b *builder) consulted(step *v1alpha1.Step, n int) {
	id, title := step.Agency.Kind, "Cơ quan được lấy ý kiến ("+string(step.Agency.Kind)+")"
	if step.Agency.Name != "" {
		id, title = v1alpha1.ID(step.Agency.Name), step.Agency.Name
		if known := b.agencies[step.Agency.Name]; known != "" {
			title = known
		}
	}
	outside := b.add(Node{
		ID: identifier("asked", step.ID), Kind: NodeOutside, Title: title, Lane: b.lane(laneKey{id, true}, title),
	})
	b.connect(Edge{From: n, To: outside, Kind: EdgeMessage})
	b.connect(Edge{From: outside, To: n, Kind: EdgeMessage})
}

// reachable drops the nodes that no edge touches and that are not steps, which happens to gateways of a wrong text.
func (b *builder) reachable() *Chart {
	touched := make([]bool, len(b.chart.Nodes))
	for _, e := range b.chart.Edges {
		touched[e.From], touched[e.To] = true, true
	}
	index := make([]int, len(b.chart.Nodes))
	kept := b.chart.Nodes[:0:0]
	for n, node := range b.chart.Nodes {
		index[n] = len(kept)
		if touched[n] || node.Step != nil {
			kept = append(kept, node)
		}
	}
	for i := range b.chart.Edges {
		b.chart.Edges[i].From, b.chart.Edges[i].To = index[b.chart.Edges[i].From], index[b.chart.Edges[i].To]
	}
	b.chart.Nodes = kept
	return b.chart
}
