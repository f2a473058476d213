package manifest

import (
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// plainParser reads YAML as people and programs mostly write it: block and flow collections, scalars on one line, comments.
// It gives the nodes that the YAML library gives, several times as fast, which is most of what a lint of many procedures
// costs. Whatever else it meets (anchors, tags, block scalars, texts over several lines, mistakes …) makes it give up, and
// the library reads the document instead: it alone decides what is YAML, and words the faults. A fuzz test holds the two
// against each other.
type plainParser struct {
	text string
	pos  int
	// line is the number of the current line, and begins where it begins.
	line, begins int
	// indent is how far the current line is indented, once its content is reached; -1 at the end of the text.
	indent int
	// counted and column spare counting the characters of a long line again and again.
	counted, column int
	nodes           []yaml.Node
	depth           int
}

// maxPlainDepth is how deep collections may lie for the plain parser.
const maxPlainDepth = 64

// givenUp is the panic by which the plain parser gives up.
type givenUp struct{}

func (p *plainParser) giveUp() { panic(givenUp{}) }

// parsePlain returns the root of a document, if the plain parser can read it.
func parsePlain(text []byte) (root *yaml.Node, ok bool) {
	if !plainText(text) {
		return nil, false
	}
	defer func() {
		if r := recover(); r != nil {
			if _, expected := r.(givenUp); !expected {
				panic(r)
			}
			root, ok = nil, false
		}
	}()
	p := &plainParser{text: string(text), line: 1}
	p.column, p.counted = 1, 0
	if rest, marked := strings.CutPrefix(p.text, "---\n"); marked {
		p.pos = len(p.text) - len(rest)
		p.begins, p.line, p.counted, p.column = p.pos, 2, p.pos, 1
	}
	p.reach()
	if p.indent != 0 {
		return nil, false
	}
	if c := p.text[p.pos]; c == '{' || c == '[' {
		root = p.flow(-1)
		p.endOfLine()
		p.reach()
	} else {
		root = p.block(0)
	}
	return root, p.indent < 0
}

// plainText says whether a text holds only characters about which no two readers of YAML differ.
func plainText(text []byte) bool {
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c >= ' ' && c < 0x7f || c == '\n':
		case c < 0x80:
			return false
		case c == 0xc2 && i+1 < len(text) && text[i+1] < 0xa0:
			return false // controls, and a line break of their own
		case c == 0xe2 && i+2 < len(text) && text[i+1] == 0x80 && (text[i+2] == 0xa8 || text[i+2] == 0xa9):
			return false // line breaks
		case c == 0xef && i+2 < len(text) && (text[i+1] == 0xbb && text[i+2] == 0xbf || text[i+1] == 0xbf && text[i+2] >= 0xbe):
			return false // byte order marks and what is no character
		case c >= 0xf0:
			return false // rare enough to leave to the library
		}
	}
	return true
}

// reach goes on to the next line with content.
func (p *plainParser) reach() {
	for p.pos < len(p.text) {
		at := p.pos
		for at < len(p.text) && p.text[at] == ' ' {
			at++
		}
		if at < len(p.text) && p.text[at] != '\n' && p.text[at] != '#' {
			p.indent, p.pos = at-p.begins, at
			if p.indent == 0 && (strings.HasPrefix(p.text[at:], "---") || strings.HasPrefix(p.text[at:], "...")) {
				p.giveUp()
			}
			return
		}
		end := strings.IndexByte(p.text[at:], '\n')
		if end < 0 {
			p.pos = len(p.text)
			break
		}
		p.newLine(at + end + 1)
	}
	p.indent = -1
}

func (p *plainParser) newLine(at int) {
	p.pos, p.begins, p.counted, p.column = at, at, at, 1
	p.line++
}

// endOfLine passes over blanks and a comment to the end of the line, where nothing else may stand.
func (p *plainParser) endOfLine() {
	at := p.pos
	for at < len(p.text) && p.text[at] == ' ' {
		at++
	}
	if at < len(p.text) && p.text[at] == '#' && at > p.pos {
		for at < len(p.text) && p.text[at] != '\n' {
			at++
		}
	}
	switch {
	case at == len(p.text):
		p.pos = at
	case p.text[at] == '\n':
		p.newLine(at + 1)
	default:
		p.giveUp()
	}
}

// node makes a node that begins at a place of the current line.
func (p *plainParser) node(kind yaml.Kind, at int) *yaml.Node {
	if len(p.nodes) == cap(p.nodes) {
		p.nodes = make([]yaml.Node, 0, min(1024, max(64, 2*cap(p.nodes))))
	}
	p.nodes = append(p.nodes, yaml.Node{Kind: kind, Line: p.line, Column: p.columnOf(at)})
	return &p.nodes[len(p.nodes)-1]
}

func (p *plainParser) columnOf(at int) int {
	if at < p.counted {
		p.counted, p.column = p.begins, 1
	}
	p.column += utf8.RuneCountInString(p.text[p.counted:at])
	p.counted = at
	return p.column
}

func (p *plainParser) deeper() {
	if p.depth++; p.depth > maxPlainDepth {
		p.giveUp()
	}
}

// block reads the collection that begins at the current place, in the column of an indentation.
func (p *plainParser) block(indent int) *yaml.Node {
	p.deeper()
	defer func() { p.depth-- }()
	if p.atEntry() {
		return p.sequence(indent)
	}
	return p.mapping(indent)
}

// atEntry says whether an entry of a block sequence begins here.
func (p *plainParser) atEntry() bool {
	return p.text[p.pos] == '-' && (p.pos+1 == len(p.text) || p.text[p.pos+1] == ' ' || p.text[p.pos+1] == '\n')
}

func (p *plainParser) sequence(indent int) *yaml.Node {
	list := p.node(yaml.SequenceNode, p.pos)
	list.Tag = "!!seq"
	for {
		p.pos++
		list.Content = append(list.Content, p.entry(indent))
		if p.indent > indent {
			p.giveUp()
		}
		if p.indent < indent || !p.atEntry() {
			return list
		}
	}
}

// entry reads an entry of a sequence after its hyphen.
func (p *plainParser) entry(indent int) *yaml.Node {
	at := p.pos
	for at < len(p.text) && p.text[at] == ' ' {
		at++
	}
	if at == len(p.text) || p.text[at] == '\n' || p.text[at] == '#' {
		return p.below(indent, false)
	}
	p.pos = at
	if p.atEntry() || p.atKey() {
		p.indent = at - p.begins
		return p.block(p.indent)
	}
	return p.value(indent)
}

// below reads a collection that begins on a line below, deeper than an indentation or, for a sequence in a mapping, just as
// deep.
func (p *plainParser) below(indent int, mapping bool) *yaml.Node {
	p.endOfLine()
	p.reach()
	switch {
	case p.indent > indent && (p.atEntry() || p.atKey()):
		return p.block(p.indent)
	case p.indent == indent && mapping && p.indent >= 0 && p.atEntry():
		p.deeper()
		defer func() { p.depth-- }()
		return p.sequence(indent)
	default:
		p.giveUp()
		return nil
	}
}

func (p *plainParser) mapping(indent int) *yaml.Node {
	object := p.node(yaml.MappingNode, p.pos)
	object.Tag = "!!map"
	for {
		key := p.key()
		at := p.pos
		for at < len(p.text) && p.text[at] == ' ' {
			at++
		}
		var value *yaml.Node
		if at == len(p.text) || p.text[at] == '\n' || p.text[at] == '#' {
			value = p.below(indent, true)
		} else {
			p.pos = at
			value = p.value(indent)
		}
		object.Content = append(object.Content, key, value)
		if p.indent > indent {
			p.giveUp()
		}
		if p.indent < indent {
			return object
		}
	}
}

// value reads a value that stands on the current line, and goes on to the next line with content.
func (p *plainParser) value(indent int) *yaml.Node {
	var value *yaml.Node
	switch c := p.text[p.pos]; c {
	case '[', '{':
		value = p.flow(indent)
	case '"', '\'':
		value = p.quoted()
	case '|', '>':
		value = p.lines(indent)
	default:
		value = p.plain(false)
	}
	if p.pos > p.begins {
		p.endOfLine()
	}
	p.reach()
	if p.indent > indent {
		p.giveUp() // the text goes on there, or it is a mistake
	}
	return value
}
