package flowchart

// style says how large things are. A chart flows down or, as is usual for BPMN, to the right.
type style struct {
	// right says that the chart flows to the right.
	right bool
	// step is the size of a step's box, of which the length grows with its text.
	stepWidth, stepHeight int
	// event, choice are the sizes of circles and diamonds; terminator is the width of an end, 0 for a circle.
	event, choice, terminator int
	// timer is the size of the circle on the edge of a box.
	timer int
	// labelWidth is the width of the text beside an edge or an event.
	labelWidth int
	// font is the size of the text and small that of labels and notes, line and smallLine the distances of lines.
	font, small, line, smallLine int
	// narrow is how far an edge reaches to both sides of its line.
	narrow int
	// gap is the distance of columns and track that of parallel pieces of edges.
	gap, track int
	// lead is the shortest straight piece at the beginning and the end of an edge.
	lead int
	// header is the length of a lane's header.
	header int
}

const padding = 8

// drawing is the style of SVG.
var drawing = style{
	stepWidth: 142, stepHeight: 36, event: 26, choice: 26, terminator: 116, timer: 20, labelWidth: 86,
	font: 13, small: 11, line: 17, smallLine: 14, narrow: 7, gap: 10, track: 9, lead: 16, header: 30,
}

// notation is the style of BPMN, with the sizes that its tools are used to.
var notation = style{
	right: true, stepWidth: 150, stepHeight: 80, event: 36, choice: 50, timer: 36, labelWidth: 110,
	font: 12, small: 11, line: 15, smallLine: 14, narrow: 10, gap: 16, track: 12, lead: 28, header: 30,
}

// shape is what a node looks like: its box and its text, within or beside it.
type shape struct {
	width, height int
	// lines of text within, and note below them.
	lines, note []string
	// beside are lines of text beside the shape.
	beside []string
}

func (s *style) shape(n *Node) shape {
	switch n.Kind {
	case NodeStep, NodeWait, NodeOutside:
		return s.box(n)
	case NodeEnd:
		if s.terminator > 0 {
			lines := wrap(n.Title, s.terminator-2*padding, s.small)
			return shape{width: s.terminator, height: len(lines)*s.smallLine + padding + 4, lines: lines}
		}
		return shape{width: s.event, height: s.event, beside: wrap(n.Title, s.labelWidth, s.small)}
	case NodeStart:
		return shape{width: s.event, height: s.event, beside: wrap(n.Title, s.labelWidth, s.small)}
	default:
		return shape{width: s.choice, height: s.choice, beside: wrap(n.Title, s.labelWidth, s.small)}
	}
}

func (s *style) box(n *Node) shape {
	lines := wrap(n.Title, s.stepWidth-2*padding, s.font)
	note := wrap(n.Note, s.stepWidth-2*padding, s.small)
	if s.right {
		// Tools write the name themselves and have no note.
		note = nil
	}
	height := max(s.stepHeight, len(lines)*s.line+len(note)*s.smallLine+2*padding)
	return shape{width: s.stepWidth, height: height, lines: lines, note: note}
}

// nodeCell is the room that a node needs.
func (s *style) nodeCell(n *Node) cell {
	sh := s.shape(n)
	width, height := widest(sh.beside, s.small), len(sh.beside)*s.smallLine
	if s.right {
		c := cell{before: sh.height / 2, after: sh.height / 2, length: max(sh.width, width)}
		if len(sh.beside) > 0 {
			c.after += 4 + height
		}
		return c
	}
	c := cell{before: sh.width / 2, after: sh.width / 2, length: max(sh.height, height)}
	if len(sh.beside) > 0 {
		c.after += 4 + width
	}
	return c
}

// labelCell is the room that the label of an edge needs: right of an edge that runs down, above one that runs right.
func (s *style) labelCell(label string) cell {
	lines := wrap(label, s.labelWidth, s.small)
	width, height := widest(lines, s.small), len(lines)*s.smallLine
	if s.right {
		return cell{before: height + 4, after: s.narrow, length: width + 8}
	}
	return cell{before: s.narrow, after: width + 6, length: height + 2}
}

// port is where an edge leaves or enters a node, beside its middle: timers and messages do not share the line of the flow.
func (s *style) port(n *Node, kind EdgeKind) int {
	if n.Kind != NodeStep && n.Kind != NodeWait && n.Kind != NodeOutside {
		return 0
	}
	sh := s.shape(n)
	side := sh.width
	if s.right {
		side = sh.height
	}
	switch kind {
	case EdgeTimer:
		return side/2 - s.timer/2 - 2
	case EdgeMessage:
		return -side / 4
	default:
		return 0
	}
}
