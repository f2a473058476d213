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

// lines reads a block scalar: the lines below that are indented deeper than what is around it.
func (p *plainParser) lines(indent int) *yaml.Node {
	node := p.node(yaml.ScalarNode, p.pos)
	node.Tag, node.Style = "!!str", yaml.LiteralStyle
	folded := p.text[p.pos] == '>'
	if folded {
		node.Style = yaml.FoldedStyle
	}
	p.pos++
	stripped := p.pos < len(p.text) && p.text[p.pos] == '-'
	if stripped {
		p.pos++
	}
	p.endOfLine()
	var out strings.Builder
	depth, blank := 0, 0
	for p.pos < len(p.text) {
		end := strings.IndexByte(p.text[p.pos:], '\n')
		if end < 0 {
			p.giveUp()
		}
		line := p.text[p.pos : p.pos+end]
		lead := len(line) - len(strings.TrimLeft(line, " "))
		if depth == 0 {
			depth = lead
		}
		switch {
		case lead == len(line) && out.Len() > 0 && lead <= depth:
			blank++
			p.newLine(p.pos + end + 1)
			continue
		case lead == len(line), depth <= indent, folded && lead > depth:
			p.giveUp() // where such lines count, the library knows how
		}
		if lead < depth {
			break
		}
		switch {
		case out.Len() == 0:
		case folded && blank == 0:
			out.WriteByte(' ')
		case folded:
			out.WriteString(strings.Repeat("\n", blank))
		default:
			out.WriteString(strings.Repeat("\n", blank+1))
		}
		out.WriteString(line[depth:])
		blank = 0
		p.newLine(p.pos + end + 1)
	}
	if out.Len() == 0 {
		p.giveUp()
	}
	if !stripped {
		out.WriteByte('\n')
	}
	node.Value = out.String()
	return node
}

// maxKey is how long a key may be without a mark of its own.
const maxKey = 1000

// atKey says whether a key of a block mapping stands here.
func (p *plainParser) atKey() bool { return p.endOfKey() > 0 }

// endOfKey returns where the colon after a key stands, or 0.
func (p *plainParser) endOfKey() int {
	text := p.text[p.pos:]
	end := strings.IndexByte(text, '\n')
	if end < 0 {
		end = len(text)
	}
	text = text[:min(end, maxKey)]
	from := 0
	if quote := text[0]; quote == '"' || quote == '\'' {
		closing := strings.IndexByte(text[1:], quote)
		if closing < 0 {
			return 0
		}
		from = closing + 2
		if rest := strings.TrimLeft(text[from:], " "); rest == "" || rest[0] != ':' {
			return 0
		}
	} else if !beginsPlain(text) {
		return 0
	}
	for i := from; i < len(text); i++ {
		switch text[i] {
		case ':':
			if i+1 == end || i+1 < len(text) && text[i+1] == ' ' {
				return p.pos + i
			}
		case '#':
			if i > 0 && text[i-1] == ' ' {
				return 0
			}
		}
	}
	return 0
}

// key reads a key of a block mapping and its colon.
func (p *plainParser) key() *yaml.Node {
	colon := p.endOfKey()
	if colon == 0 {
		p.giveUp()
	}
	var key *yaml.Node
	if c := p.text[p.pos]; c == '"' || c == '\'' {
		key = p.quoted()
		if strings.Trim(p.text[p.pos:colon], " ") != "" {
			p.giveUp()
		}
	} else {
		if !beginsPlain(p.text[p.pos:]) || p.text[p.pos] == '-' {
			p.giveUp()
		}
		key = p.scalar(p.pos, strings.TrimRight(p.text[p.pos:colon], " "))
	}
	p.pos = colon + 1
	return key
}

// beginsPlain says whether a plain scalar may begin here.
func beginsPlain(text string) bool {
	switch text[0] {
	case '?', ':', ',', '[', ']', '{', '}', '#', '&', '*', '!', '|', '>', '\'', '"', '%', '@', '`':
		return false
	case '-':
		return len(text) > 1 && text[1] != ' ' && text[1] != '\n'
	default:
		return true
	}
}

// scalar makes a plain scalar of a text that begins at a place of the current line.
func (p *plainParser) scalar(at int, value string) *yaml.Node {
	node := p.node(yaml.ScalarNode, at)
	node.Value = value
	node.Tag = "!!str"
	switch c := value[0]; {
	case c >= '0' && c <= '9', strings.IndexByte("+-.~<=yYnNtTfFoO", c) >= 0:
		node.Tag = ""
		node.Tag = node.ShortTag()
	}
	return node
}

// plain reads a plain scalar that is a value.
func (p *plainParser) plain(inFlow bool) *yaml.Node {
	if !beginsPlain(p.text[p.pos:]) {
		p.giveUp()
	}
	begin := p.pos
	at := begin
scan:
	for at < len(p.text) {
		switch c := p.text[at]; c {
		case '\n':
			break scan
		case '#':
			if p.text[at-1] == ' ' {
				break scan
			}
		case ':':
			if at+1 == len(p.text) || strings.IndexByte(" \n,[]{}", p.text[at+1]) >= 0 {
				p.giveUp() // a key where none is expected, or a matter of taste
			}
		case ',', ']', '}', '[', '{', '?':
			if inFlow {
				if c == '[' || c == '{' || c == '?' {
					p.giveUp()
				}
				break scan
			}
		}
		at++
	}
	value := strings.TrimRight(p.text[begin:at], " ")
	p.pos = begin + len(value)
	return p.scalar(begin, value)
}

// quoted reads a scalar in quotes that ends on its line.
func (p *plainParser) quoted() *yaml.Node {
	quote := p.text[p.pos]
	node := p.node(yaml.ScalarNode, p.pos)
	node.Tag = "!!str"
	node.Style = yaml.DoubleQuotedStyle
	if quote == '\'' {
		node.Style = yaml.SingleQuotedStyle
	}
	rest := p.text[p.pos+1:]
	end := strings.IndexByte(rest, quote)
	if end < 0 || strings.ContainsAny(rest[:end], "\n\\") || end+1 < len(rest) && rest[end+1] == quote {
		p.giveUp()
	}
	node.Value = rest[:end]
	p.pos += end + 2
	return node
}
