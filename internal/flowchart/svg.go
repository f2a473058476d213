package flowchart

import (
	"fmt"
	"strings"
)

const (
	ink  = "#1f2933"
	pale = "#f3f4f6"
	// fonts are those that are measured, and others that know Vietnamese.
	fonts = "Arial, 'Liberation Sans', Helvetica, 'Noto Sans', 'DejaVu Sans', sans-serif"
)

// SVG draws a chart. The drawing needs nothing from elsewhere, can stand within HTML, and tells by shape, not by colour.
func SVG(chart *Chart) string {
	l := arrange(chart, &drawing)
	return l.drawing(0, l.height)
}

// Slices draws a chart as SVG in slices no higher than a landscape page, cut between the rows. They belong into one page of
// HTML, in their order: the first holds the drawing, the others show more of it.
func Slices(chart *Chart) []string {
	l := arrange(chart, &drawing)
	most := l.width * 57 / 100
	var slices []string
	for from := 0; from < l.height; {
		to := l.height
		if l.height-from > most {
			to = l.cut(from, most)
		}
		if from == 0 {
			slices = append(slices, l.drawing(0, to))
		} else {
			use := l.root(from, to)
			use.add(newElement("use", "href", "#luu-do"))
			var b strings.Builder
			use.write(&b, "")
			slices = append(slices, b.String())
		}
		from = to
	}
	return slices
}

// cut is the last place between two rows that is within reach, or the first beyond it.
func (l *layout) cut(from, most int) int {
	to := l.height
	for i := len(l.cuts) - 1; i >= 0 && l.cuts[i] > from; i-- {
		to = l.cuts[i]
		if to-from <= most {
			break
		}
	}
	return to
}

// root is the element of a drawing from one height to another.
func (l *layout) root(from, to int) *element {
	return newElement("svg",
		"xmlns", "http://www.w3.org/2000/svg", "viewBox", fmt.Sprintf("0 %d %d %d", from, l.width, to-from),
		"width", number(l.width), "height", number(to-from))
}

func (l *layout) drawing(from, to int) string {
	chart := l.chart
	svg := l.root(from, to)
	svg.attributes = append(svg.attributes, "role", "img", "aria-labelledby", "luu-do-ten luu-do-mo-ta")
	svg.add(newElement("title", "id", "luu-do-ten").withText("Lưu đồ quy trình " + chart.Code + ": " + chart.Title))
	svg.add(newElement("desc", "id", "luu-do-mo-ta").withText(describe(chart)))
	svg.add(arrowheads())
	root := svg.add(newElement("g", "id", "luu-do",
		"font-family", fonts, "font-size", number(drawing.font), "fill", ink, "stroke-linejoin", "round"))
	root.add(newElement("rect", "width", number(l.width), "height", number(l.height), "fill", "#ffffff"))
	for i := range chart.Lanes {
		root.children = append(root.children, l.laneMarkup(i)...)
	}
	edges := root.add(newElement("g", "fill", "none", "stroke", ink, "stroke-width", "1.2"))
	for i := range chart.Edges {
		edges.add(l.edgeMarkup(i))
	}
	for n := range chart.Nodes {
		root.add(l.nodeMarkup(n))
	}
	for i, e := range chart.Edges {
		if e.Kind == EdgeTimer {
			root.add(clock(l.paths[i][0], drawing.timer/2))
		}
		if l.labels[i].width > 0 {
			lines := wrap(e.Label, drawing.labelWidth, drawing.small)
			root.children = append(root.children, textLines(lines, l.labels[i], "start", drawing.small, drawing.smallLine)...)
		}
	}
	var b strings.Builder
	svg.write(&b, "")
	return b.String()
}

// describe says in words what is drawn, for those who cannot see it.
func describe(chart *Chart) string {
	var b strings.Builder
	for i, n := range chart.Nodes {
		if n.Step == nil || n.Kind == NodeOutside {
			continue
		}
		if i > 0 && b.Len() > 0 {
			b.WriteString(" ")
		}
		b.WriteString(n.Title + " (" + chart.Lanes[n.Lane].Title)
		if n.Note != "" {
			b.WriteString(", " + n.Note)
		}
		b.WriteString(").")
	}
	return b.String()
}

func arrowheads() *element {
	defs := newElement("defs")
	for _, head := range []struct{ id, fill string }{{"luu-do-dong", ink}, {"luu-do-hoi", "#ffffff"}} {
		marker := defs.add(newElement("marker", "id", head.id, "viewBox", "0 0 10 10", "refX", "10", "refY", "5",
			"markerWidth", "8", "markerHeight", "8", "orient", "auto"))
		marker.add(newElement("path", "d", "M0 1L10 5L0 9Z", "fill", head.fill, "stroke", ink))
	}
	return defs
}

func (l *layout) laneMarkup(i int) []*element {
	b := l.lanes[i]
	fill := "#ffffff"
	if i%2 == 1 {
		fill = "#fafafa"
	}
	dash := "none"
	if l.chart.Lanes[i].Outside {
		dash = "6 4"
	}
	head := box{b.x, b.y, b.width, l.header}
	lines := wrap(l.chart.Lanes[i].Title, b.width-padding, drawing.font)
	markup := []*element{
		rectangle(b, "fill", fill, "stroke", "#9aa5b1", "stroke-dasharray", dash),
		rectangle(head, "fill", pale, "stroke", "#9aa5b1"),
	}
	title := newElement("g", "font-weight", "bold")
	title.children = textLines(lines, head, "middle", drawing.font, drawing.line)
	return append(markup, title)
}

func rectangle(b box, attributes ...string) *element {
	return newElement("rect", append([]string{
		"x", number(b.x), "y", number(b.y), "width", number(b.width), "height", number(b.height),
	}, attributes...)...)
}

// textLines writes lines in the middle of the height of a box.
func textLines(lines []string, b box, anchor string, size, line int) []*element {
	x := b.x
	if anchor == "middle" {
		x += b.width / 2
	}
	// The base of a line is about a third of the size below its middle.
	y := b.y + (b.height-len(lines)*line)/2 + line/2 + size*35/100
	markup := make([]*element, 0, len(lines))
	for i, text := range lines {
		markup = append(markup, newElement("text", "x", number(x), "y", number(y+i*line), "text-anchor", anchor,
			"font-size", number(size)).withText(text))
	}
	return markup
}

func (l *layout) edgeMarkup(i int) *element {
	var d strings.Builder
	for k, p := range l.paths[i] {
		letter := "L"
		if k == 0 {
			letter = "M"
		}
		fmt.Fprintf(&d, "%s%d %d", letter, p.x, p.y)
	}
	head, dash := "url(#luu-do-dong)", "none"
	if l.chart.Edges[i].Kind == EdgeMessage {
		head, dash = "url(#luu-do-hoi)", "5 3"
	}
	return newElement("path", "d", d.String(), "marker-end", head, "stroke-dasharray", dash)
}

func (l *layout) nodeMarkup(n int) *element {
	node, b := &l.chart.Nodes[n], l.nodes[n]
	sh := drawing.shape(node)
	g := newElement("g", "stroke", ink, "stroke-width", "1.2")
	middle := point{b.x + b.width/2, b.y + b.height/2}
	switch node.Kind {
	case NodeStep:
		g.add(rectangle(b, "rx", "5", "fill", "#ffffff"))
	case NodeWait:
		g.add(rectangle(b, "rx", "5", "fill", pale, "stroke-dasharray", "6 3"))
	case NodeOutside:
		g.add(rectangle(b, "fill", "#ffffff", "stroke-width", "2"))
	case NodeStart:
		g.add(circle(middle, b.width/2, "fill", "#ffffff"))
	case NodeEnd:
		g.add(rectangle(b, "rx", number(b.height/2), "fill", "#ffffff", "stroke-width", "2.6"))
	default:
		g.add(newElement("path", "fill", "#ffffff", "d", fmt.Sprintf("M%d %dL%d %dL%d %dL%d %dZ",
			middle.x, b.y, b.right(), middle.y, middle.x, b.bottom(), b.x, middle.y)))
		g.children = append(g.children, gatewaySign(node.Kind, middle)...)
	}
	words := g.add(newElement("g", "stroke", "none"))
	room := b
	room.height -= len(sh.note) * drawing.smallLine
	size, line := drawing.font, drawing.line
	if node.Kind == NodeEnd {
		size, line = drawing.small, drawing.smallLine
	}
	words.children = textLines(sh.lines, room, "middle", size, line)
	if len(sh.note) > 0 {
		// The note follows the text; what is left of the height is shared above and below.
		top := b.y + (b.height-len(sh.lines)*line-len(sh.note)*drawing.smallLine)/2 + len(sh.lines)*line
		note := box{b.x, top, b.width, len(sh.note) * drawing.smallLine}
		words.children = append(words.children, textLines(sh.note, note, "middle", drawing.small, drawing.smallLine)...)
	}
	words.children = append(words.children, textLines(sh.beside, l.beside[n], "start", drawing.small, drawing.smallLine)...)
	return g
}

func circle(middle point, radius int, attributes ...string) *element {
	return newElement("circle", append([]string{
		"cx", number(middle.x), "cy", number(middle.y), "r", number(radius),
	}, attributes...)...)
}

// gatewaySign is what stands in a diamond: nothing for a choice, a cross where branches begin and end together, a circle
// where the first to end is enough.
func gatewaySign(kind NodeKind, at point) []*element {
	const arm = 6
	switch kind {
	case NodeSplit, NodeJoin:
		return []*element{newElement("path", "stroke-width", "2.4", "d",
			fmt.Sprintf("M%d %dV%dM%d %dH%d", at.x, at.y-arm, at.y+arm, at.x-arm, at.y, at.x+arm))}
	case NodeFirst:
		return []*element{circle(at, arm, "fill", "none", "stroke-width", "2")}
	default:
		return nil
	}
}

// clock is the sign of a timer.
func clock(at point, radius int) *element {
	g := newElement("g", "stroke", ink, "fill", "#ffffff", "stroke-width", "1.2")
	g.add(circle(at, radius))
	g.add(circle(at, radius-3))
	g.add(newElement("path", "fill", "none", "d", fmt.Sprintf("M%d %dV%dH%d", at.x, at.y-radius+5, at.y, at.x+radius-5)))
	return g
}
