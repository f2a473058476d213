package manifest

import (
	"strings"

	"go.yaml.in/yaml/v3"
)

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
