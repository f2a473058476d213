package flowchart

import "strings"

// Mermaid writes a chart as the text of a Mermaid flowchart. Roles stand in the boxes: Mermaid has no lanes.
func Mermaid(chart *Chart) string {
	var b strings.Builder
	b.WriteString("flowchart TD\n")
	for i := range chart.Nodes {
		n := &chart.Nodes[i]
		opening, closing := mermaidShape(n.Kind)
		b.WriteString("  " + n.ID + opening + `"` + mermaidText(chart, n) + `"` + closing + "\n")
	}
	for _, e := range chart.Edges {
		arrow := " -->"
		if e.Kind != EdgeFlow {
			arrow = " -.->"
		}
		b.WriteString("  " + chart.Nodes[e.From].ID + arrow)
		if e.Label != "" {
			b.WriteString(`|"` + mermaidEscaped(e.Label) + `"|`)
		}
		b.WriteString(" " + chart.Nodes[e.To].ID + "\n")
	}
	return b.String()
}

func mermaidShape(kind NodeKind) (opening, closing string) {
	switch kind {
	case NodeStart, NodeEnd:
		return "([", "])"
	case NodeWait:
		return "[/", "/]"
	case NodeOutside:
		return "[[", "]]"
	case NodeChoice, NodeFirst:
		return "{", "}"
	case NodeSplit, NodeJoin:
		return "{{", "}}"
	default:
		return "[", "]"
	}
}

func mermaidText(chart *Chart, n *Node) string {
	text := mermaidEscaped(n.Title)
	switch n.Kind {
	case NodeStep, NodeWait:
		text += "<br/>" + mermaidEscaped(chart.Lanes[n.Lane].Title)
		if n.Note != "" {
			text += " · " + mermaidEscaped(n.Note)
		}
	case NodeChoice:
		text = " "
	case NodeJoin:
		text = "+"
	}
	return text
}

// mermaidEscaped writes what means something to Mermaid, to Markdown or to HTML as its entity code.
func mermaidEscaped(text string) string {
	var b strings.Builder
	for _, r := range strings.Join(strings.Fields(text), " ") {
		switch {
		case strings.ContainsRune("#&<>\"'`\\{}[]|;%*_~$@", r):
			b.WriteString("#" + number(int(r)) + ";")
		case r < ' ' || r == 0x7f:
			b.WriteRune('\uFFFD')
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
