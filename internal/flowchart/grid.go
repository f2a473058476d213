package flowchart

import (
	"cmp"
	"math"
	"slices"
)

// cell is a place in the grid of rows and columns: a node, or a piece of an edge that passes a row.
type cell struct {
	row    int
	column *column
	// before and after are how far it reaches to both sides of the column's line, and length how far along the flow.
	before, after, length int
}

// column is a line along the flow, within a lane, on which cells stand.
type column struct {
	lane int
	// taken says of every row whether a cell stands there.
	taken []bool
	// before and after are how far its cells reach at most.
	before, after int
	// at is the position of the line, once the columns are placed.
	at int
}

func (c *column) free(from, to int) bool { return !slices.Contains(c.taken[from:to+1], true) }

// grid gives every node and every edge its cells.
type grid struct {
	chart *Chart
	ranking
	style *style
	// lanes are the columns of every lane, side by side.
	lanes [][]*column
	nodes []cell
	// passes are the cells of every edge between its ends, in the order of the edge. Their column is one.
	passes [][]cell
	// labels are the indices of the labelled passes, or -1.
	labels []int
}

func newGrid(chart *Chart, s *style) *grid {
	g := &grid{
		chart: chart, ranking: rank(chart), style: s,
		lanes:  make([][]*column, len(chart.Lanes)),
		nodes:  make([]cell, len(chart.Nodes)),
		passes: make([][]cell, len(chart.Edges)),
		labels: make([]int, len(chart.Edges)),
	}
	g.placeNodes()
	g.placeEdges()
	return g
}

// placeNodes puts nodes on the first column of their lane that is free, beginning with that of the node before.
func (g *grid) placeNodes() {
	before := make([]int, len(g.chart.Nodes))
	timed := make([]bool, len(g.chart.Nodes))
	for i := range before {
		before[i] = -1
	}
	for i, e := range g.chart.Edges {
		if !g.back[i] && before[e.To] < 0 {
			before[e.To], timed[e.To] = e.From, e.Kind == EdgeTimer
		}
	}
	order := make([]int, len(g.chart.Nodes))
	for n := range order {
		order[n] = n
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(g.of[a], g.of[b]), cmp.Compare(ending(g.chart.Nodes[a]), ending(g.chart.Nodes[b])))
	})
	for _, n := range order {
		c := g.style.nodeCell(&g.chart.Nodes[n])
		c.row = g.of[n]
		lane := g.chart.Nodes[n].Lane
		var near *column
		if p := before[n]; p >= 0 && g.chart.Nodes[p].Lane == lane {
			near = g.nodes[p].column
		}
		c.column = g.nearest(lane, near, nil, c.row, c.row)
		if c.column == nil || c.column == near && timed[n] && g.chart.Nodes[n].Kind == NodeEnd {
			// What only time leads to stands aside.
			c.column = g.aside(lane, near, c.row)
		}
		g.take(c)
		g.nodes[n] = c
	}
}

// ending puts ends behind the other nodes of a row, so that the way on is the straight one.
func ending(n Node) int {
	if n.Kind == NodeEnd {
		return 1
	}
	return 0
}

// nearest returns the column of a lane that is free in some rows and the nearest to two others, or nil.
func (g *grid) nearest(lane int, a, b *column, from, to int) *column {
	columns := g.lanes[lane]
	at := func(c *column) int { return slices.Index(columns, c) }
	first, second := at(a), at(b)
	var best *column
	least := math.MaxInt
	for i, c := range columns {
		cost := i
		if first >= 0 {
			cost = abs(i - first)
		}
		if second >= 0 {
			cost = 2*cost + abs(i-second)
		}
		if cost < least && c.free(from, to) {
			best, least = c, cost
		}
	}
	return best
}

// aside returns the next column of a lane after another that is free in a row, a new one if need be.
func (g *grid) aside(lane int, after *column, row int) *column {
	columns := g.lanes[lane]
	for _, c := range columns[slices.Index(columns, after)+1:] {
		if c.free(row, row) {
			return c
		}
	}
	return g.newColumn(lane, len(columns))
}

func abs(n int) int { return max(n, -n) }

func (g *grid) newColumn(lane, at int) *column {
	c := &column{lane: lane, taken: make([]bool, g.count)}
	g.lanes[lane] = slices.Insert(g.lanes[lane], at, c)
	return c
}

func (g *grid) take(c cell) {
	c.column.taken[c.row] = true
	c.column.before = max(c.column.before, c.before)
	c.column.after = max(c.column.after, c.after)
}

// placeEdges gives every edge a column in the lane of its target for the rows that it passes. Short edges come first: they
// are to be straight.
func (g *grid) placeEdges() {
	order := make([]int, len(g.chart.Edges))
	for i := range order {
		order[i] = i
	}
	span := func(i int) int { return abs(g.of[g.chart.Edges[i].To] - g.of[g.chart.Edges[i].From]) }
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(span(a), span(b)) })
	for _, i := range order {
		g.placeEdge(i)
	}
}

func (g *grid) placeEdge(i int) {
	e := &g.chart.Edges[i]
	g.labels[i] = -1
	from, to, labelled := g.of[e.From]+1, g.of[e.To]-1, 0
	if g.back[i] {
		// It turns below its beginning and above its end.
		from, to = g.of[e.To], g.of[e.From]
		labelled = min(1, to-from)
	}
	if from > to {
		return
	}
	source, target := g.nodes[e.From].column, g.nodes[e.To].column
	lane := target.lane
	chosen := g.nearest(lane, target, source, from, to)
	if chosen == nil || g.back[i] && chosen.before > g.style.narrow {
		at := len(g.lanes[lane])
		if source.lane < lane {
			at = 0
		}
		chosen = g.newColumn(lane, at)
	}
	for row := from; row <= to; row++ {
		c := cell{row: row, column: chosen, before: g.style.narrow, after: g.style.narrow}
		g.passes[i] = append(g.passes[i], c)
	}
	if g.back[i] {
		slices.Reverse(g.passes[i])
	}
	if e.Label != "" {
		g.labels[i] = labelled
		pass := &g.passes[i][labelled]
		label := g.style.labelCell(e.Label)
		label.row, label.column = pass.row, chosen
		*pass = label
	}
	for _, c := range g.passes[i] {
		g.take(c)
	}
}
