package flowchart

import "slices"

// point is a place in the drawing, in pixels from the left and from the top.
type point struct{ x, y int }

// box is a rectangle in the drawing.
type box struct{ x, y, width, height int }

func (b box) right() int  { return b.x + b.width }
func (b box) bottom() int { return b.y + b.height }

// layout is a chart with its places.
type layout struct {
	chart *Chart
	style *style
	// width and height of the whole.
	width, height int
	// header is the length of the lanes' headers.
	header int
	// pool is around the lanes of the agency itself.
	pool box
	// lanes are the boxes of the lanes with their headers.
	lanes []box
	// nodes are the boxes of the nodes, and beside the boxes of the text next to them; empty for those without.
	nodes, beside []box
	// paths are the corners of every edge from its beginning to its end.
	paths [][]point
	// cuts are the places along the flow, between the rows, at which nothing but straight edges is.
	cuts []int
	// labels are the boxes of the edges' text; empty for those without.
	labels []box
}

// arrange places a chart.
func arrange(chart *Chart, s *style) *layout {
	a := &arranger{grid: newGrid(chart, s)}
	a.acrossTheFlow()
	channels := a.nets()
	a.alongTheFlow(channels)
	return a.result(channels)
}

// arranger works in coordinates along and across the flow.
type arranger struct {
	*grid
	// laneFrom and laneTo are the bounds of the lanes across the flow.
	laneFrom, laneTo []int
	// middle of every row, and the beginning of the channel before it; the last is the one behind all rows.
	middle, channel []int
	length          []int
	along, across   int
	// header is the length of the lanes' headers.
	header int
}

const poolGap = 16

// acrossTheFlow places the lanes and their columns.
func (a *arranger) acrossTheFlow() {
	at := 0
	for lane, columns := range a.lanes {
		if a.chart.Lanes[lane].Outside && (lane == 0 || !a.chart.Lanes[lane-1].Outside) {
			at += poolGap
		}
		a.laneFrom = append(a.laneFrom, at)
		needed := a.style.gap
		for _, c := range columns {
			needed += c.before + c.after + a.style.gap
		}
		narrowest := 100
		if a.style.right {
			narrowest = len(wrap(a.chart.Lanes[lane].Title, 120, a.style.font))*a.style.line + 2*padding
		}
		spare := max(0, narrowest-needed)
		at += a.style.gap + spare/2
		for _, c := range columns {
			c.at = at + c.before
			at += c.before + c.after + a.style.gap
		}
		at += spare - spare/2
		a.laneTo = append(a.laneTo, at)
	}
	a.across = at
}

// place is a terminal of a node, where an edge leaves or enters it.
func (a *arranger) terminal(n int, kind EdgeKind, upper bool) terminal {
	port := a.style.port(&a.chart.Nodes[n], kind)
	return terminal{at: a.nodes[n].column.at + port, upper: upper, owner: n}
}

// nets takes every edge apart into its pieces in the channels. Channel r is the one before row r.
func (a *arranger) nets() [][]*net {
	channels := make([][]*net, a.count+1)
	for i, e := range a.chart.Edges {
		entering := e.Kind
		if entering == EdgeTimer {
			entering = EdgeFlow
		}
		previous := a.terminal(e.From, e.Kind, true)
		row := a.of[e.From]
		for _, pass := range a.passes[i] {
			next := terminal{at: pass.column.at, owner: -1, upper: a.back[i]}
			channel := pass.row
			if a.back[i] {
				channel = pass.row + 1
			}
			channels[channel] = append(channels[channel], &net{edge: i, a: previous, b: next})
			previous, row = terminal{at: pass.column.at, owner: -1, upper: !a.back[i]}, pass.row
		}
		last := a.terminal(e.To, entering, false)
		channel := row + 1
		if a.back[i] {
			channel = row
		}
		channels[channel] = append(channels[channel], &net{edge: i, a: previous, b: last})
	}
	return channels
}

// alongTheFlow places the rows, with room between them for the tracks of the channels.
func (a *arranger) alongTheFlow(channels [][]*net) {
	a.length = make([]int, a.count)
	for n, c := range a.nodes {
		a.length[a.of[n]] = max(a.length[a.of[n]], c.length)
	}
	for _, passes := range a.passes {
		for _, c := range passes {
			a.length[c.row] = max(a.length[c.row], c.length)
		}
	}
	a.header = a.style.header
	if !a.style.right {
		for i, lane := range a.chart.Lanes {
			lines := wrap(lane.Title, a.laneTo[i]-a.laneFrom[i]-padding, a.style.font)
			a.header = max(a.header, len(lines)*a.style.line+padding)
		}
	}
	at := a.header
	for r := range a.count + 1 {
		a.channel = append(a.channel, at)
		tracks := assignTracks(channels[r])
		switch {
		case tracks > 0:
			at += 2*a.style.lead + (tracks-1)*a.style.track
		case r == 0 || r == a.count:
			at += a.style.lead
		default:
			at += a.style.lead + a.style.lead/2
		}
		if r < a.count {
			a.middle = append(a.middle, at+a.length[r]/2)
			at += a.length[r]
		}
	}
	a.along = at
}

// trackAt is the position of a track along the flow.
func (a *arranger) trackAt(channel, track int) int {
	return a.channel[channel] + a.style.lead + track*a.style.track
}

func (a *arranger) point(along, across int) point {
	if a.style.right {
		return point{along + 1, across + 1}
	}
	return point{across + 1, along + 1}
}

func (a *arranger) box(along, across, length, breadth int) box {
	p := a.point(along, across)
	if a.style.right {
		return box{p.x, p.y, length, breadth}
	}
	return box{p.x, p.y, breadth, length}
}

func (a *arranger) result(channels [][]*net) *layout {
	end := a.point(a.along, a.across)
	l := &layout{chart: a.chart, style: a.style, header: a.header, width: end.x + 1, height: end.y + 1}
	inside := 0
	for i := range a.chart.Lanes {
		l.lanes = append(l.lanes, a.box(0, a.laneFrom[i], a.along, a.laneTo[i]-a.laneFrom[i]))
		if !a.chart.Lanes[i].Outside {
			inside = a.laneTo[i]
		}
	}
	l.pool = a.box(0, 0, a.along, inside)
	for n := range a.chart.Nodes {
		node, beside := a.nodeBoxes(n)
		l.nodes, l.beside = append(l.nodes, node), append(l.beside, beside)
	}
	pieces := make([][]placedNet, len(a.chart.Edges))
	for r, nets := range channels {
		for _, n := range nets {
			pieces[n.edge] = append(pieces[n.edge], placedNet{n, r})
		}
	}
	for _, at := range a.channel[min(1, a.count):a.count] {
		// The circles of timers reach into the channel.
		l.cuts = append(l.cuts, at+a.style.timer/2+2)
	}
	for i := range a.chart.Edges {
		l.paths = append(l.paths, a.path(i, pieces[i], l))
		l.labels = append(l.labels, a.labelBox(i))
	}
	return l
}

// placedNet is a net with the number of its channel.
type placedNet struct {
	*net
	channel int
}

func (a *arranger) nodeBoxes(n int) (node, beside box) {
	sh := a.style.shape(&a.chart.Nodes[n])
	middle := a.point(a.middle[a.of[n]], a.nodes[n].column.at)
	node = box{middle.x - sh.width/2, middle.y - sh.height/2, sh.width, sh.height}
	if len(sh.beside) == 0 {
		return node, box{}
	}
	width, height := widest(sh.beside, a.style.small), len(sh.beside)*a.style.smallLine
	if a.style.right {
		return node, box{middle.x - width/2, node.bottom() + 4, width, height}
	}
	return node, box{node.right() + 4, middle.y - height/2, width, height}
}

func (a *arranger) labelBox(edge int) box {
	k := a.labels[edge]
	if k < 0 {
		return box{}
	}
	c := a.passes[edge][k]
	lines := wrap(a.chart.Edges[edge].Label, a.style.labelWidth, a.style.small)
	width, height := widest(lines, a.style.small), len(lines)*a.style.smallLine
	at := a.point(a.middle[c.row], c.column.at)
	if a.style.right {
		return box{at.x - width/2, at.y - height - 3, width, height}
	}
	return box{at.x + 5, at.y - height/2, width, height}
}

// path joins the pieces of an edge, from the side of its first node to that of its last.
func (a *arranger) path(edge int, pieces []placedNet, l *layout) []point {
	if a.back[edge] {
		slices.Reverse(pieces)
	}
	e := a.chart.Edges[edge]
	var path []point
	for k, p := range pieces {
		if k == 0 {
			path = append(path, a.side(l.nodes[e.From], p.a))
		}
		if !p.straight() {
			at := a.trackAt(p.channel, p.track)
			path = append(path, a.point(at, p.a.at), a.point(at, p.b.at))
		}
		if k == len(pieces)-1 {
			path = append(path, a.side(l.nodes[e.To], p.b))
		}
	}
	return withoutIdle(path)
}

// side is where a terminal touches the box of its node.
func (a *arranger) side(b box, t terminal) point {
	p := a.point(0, t.at)
	switch {
	case a.style.right && t.upper:
		return point{b.right(), p.y}
	case a.style.right:
		return point{b.x, p.y}
	case t.upper:
		return point{p.x, b.bottom()}
	default:
		return point{p.x, b.y}
	}
}

// withoutIdle leaves out the corners that are none.
func withoutIdle(path []point) []point {
	kept := path[:0:0]
	for i, p := range path {
		if i > 0 && i < len(path)-1 {
			last, next := kept[len(kept)-1], path[i+1]
			if p == last || last.x == p.x && p.x == next.x || last.y == p.y && p.y == next.y {
				continue
			}
		}
		kept = append(kept, p)
	}
	return kept
}
