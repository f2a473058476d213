package flowchart

import (
	"encoding/xml"
	"strconv"
	"strings"
)

// element is an XML element. Names are constants of this package; values and texts are escaped when they are written.
type element struct {
	name string
	// attributes are names and values in turn.
	attributes []string
	children   []*element
	text       string
}

func newElement(name string, attributes ...string) *element {
	return &element{name: name, attributes: attributes}
}

// add appends a child and returns it.
func (e *element) add(child *element) *element {
	e.children = append(e.children, child)
	return child
}

// withText gives an element without children its text.
func (e *element) withText(text string) *element {
	e.text = text
	return e
}

// write writes the element on lines of its own.
func (e *element) write(b *strings.Builder, indent string) {
	b.WriteString(indent + "<" + e.name)
	for i := 0; i < len(e.attributes); i += 2 {
		b.WriteString(" " + e.attributes[i] + `="` + escaped(e.attributes[i+1]) + `"`)
	}
	if len(e.children) == 0 && e.text == "" {
		b.WriteString("/>\n")
		return
	}
	b.WriteString(">" + escaped(e.text))
	if len(e.children) > 0 {
		b.WriteString("\n")
		for _, child := range e.children {
			child.write(b, indent+"  ")
		}
		b.WriteString(indent)
	}
	b.WriteString("</" + e.name + ">\n")
}

// escaped is a text as it may stand in XML and in HTML, in an element or an attribute. Characters that XML does not know
// are replaced.
func escaped(text string) string {
	var b strings.Builder
	// A strings.Builder takes everything.
	_ = xml.EscapeText(&b, []byte(text))
	return b.String()
}

func number(n int) string { return strconv.Itoa(n) }
