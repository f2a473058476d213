package manifest

import (
	"strings"

	"go.yaml.in/yaml/v3"
)

// flow reads a collection in brackets. Its lines are indented deeper than what is around it.
func (p *plainParser) flow(indent int) *yaml.Node {
	p.deeper()
	defer func() { p.depth-- }()
	kind, tag, closing := yaml.SequenceNode, "!!seq", byte(']')
	if p.text[p.pos] == '{' {
		kind, tag, closing = yaml.MappingNode, "!!map", byte('}')
	}
	node := p.node(kind, p.pos)
	node.Tag, node.Style = tag, yaml.FlowStyle
	p.pos++
	for p.blank(indent); p.text[p.pos] != closing; {
		if kind == yaml.MappingNode {
			node.Content = append(node.Content, p.flowKey())
			p.blank(indent)
		}
		node.Content = append(node.Content, p.flowValue(indent))
		p.blank(indent)
		switch p.text[p.pos] {
		case ',':
			p.pos++
			p.blank(indent)
		case closing:
		default:
			p.giveUp()
		}
	}
	p.pos++
	return node
}

// blank passes over blanks, line breaks and comments within brackets. Something has to follow.
func (p *plainParser) blank(indent int) {
	for p.pos < len(p.text) {
		switch c := p.text[p.pos]; {
		case c == ' ':
			p.pos++
		case c == '\n', c == '#' && p.pos > p.begins && p.text[p.pos-1] == ' ':
			p.skipLine()
			p.reach()
			if p.indent <= indent {
				p.giveUp()
			}
		default:
			return
		}
	}
	p.giveUp()
}

// skipLine goes to the next line from a line break or a comment.
func (p *plainParser) skipLine() {
	end := strings.IndexByte(p.text[p.pos:], '\n')
	if end < 0 {
		p.giveUp()
	}
	p.newLine(p.pos + end + 1)
}

// flowKey reads a key within brackets and its colon.
func (p *plainParser) flowKey() *yaml.Node {
	begin := p.pos
	var key *yaml.Node
	if c := p.text[p.pos]; c == '"' || c == '\'' {
		key = p.quoted()
		if p.pos == len(p.text) || p.text[p.pos] != ':' {
			p.giveUp()
		}
	} else {
		if !beginsPlain(p.text[p.pos:]) || c == '-' {
			p.giveUp()
		}
		at := begin
		for at < len(p.text) && p.text[at] != ':' {
			if strings.IndexByte(",[]{}?#\n\"'", p.text[at]) >= 0 {
				p.giveUp()
			}
			at++
		}
		if at+1 >= len(p.text) || p.text[at+1] != ' ' {
			p.giveUp()
		}
		key = p.scalar(begin, strings.TrimRight(p.text[begin:at], " "))
		p.pos = at
	}
	if p.pos-begin > maxKey {
		p.giveUp()
	}
	p.pos++
	return key
}

func (p *plainParser) flowValue(indent int) *yaml.Node {
	switch c := p.text[p.pos]; c {
	case '[', '{':
		return p.flow(indent)
	case '"', '\'':
		return p.quoted()
	case '-':
		if p.pos+1 == len(p.text) || strings.IndexByte(" \n,[]{}", p.text[p.pos+1]) >= 0 {
			p.giveUp()
		}
	}
	return p.plain(true)
}
