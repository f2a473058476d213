package manifest

import (
	"sort"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Locator finds places in the text of a file. It keeps the document in which it found the last one.
type Locator struct {
	text     *Text
	document int
	root     *yaml.Node
}

// NewLocator returns a locator for a file.
func NewLocator(text *Text) *Locator { return &Locator{text: text, document: -1} }

// Locate finds a field of an object. The object is the one that begins on a line, and the path is that of a finding, as
// spec.steps[2].actions[0].to. Of a path that the text does not spell out, the part that it does counts; the column is
// then that of the last field that is there.
func (l *Locator) Locate(at Position, path string) Position {
	documents := l.text.documents
	i := sort.Search(len(documents), func(i int) bool { return documents[i].line > at.Line }) - 1
	if i < 0 {
		return at
	}
	if i != l.document {
		l.document = i
		// What cannot be parsed holds no objects.
		l.root, _ = parse(documents[i].text)
	}
	if l.root == nil {
		return at
	}
	object := beginningAt(l.root, at.Line-documents[i].line+1, at.Column, maxDepth)
	if object == nil {
		return at
	}
	node := descend(object, path)
	return Position{File: at.File, Line: node.Line + documents[i].line - 1, Column: node.Column}
}

// beginningAt finds the object that begins at a place, of column 0 the first of the line: the document itself, or an object of a list.
func beginningAt(node *yaml.Node, line, column, depth int) *yaml.Node {
	if node.Line == line && (column == 0 || node.Column == column) && node.Kind == yaml.MappingNode && field(node, "items") == nil {
		return node
	}
	items := field(node, "items")
	if items == nil || depth == 0 {
		return nil
	}
	for _, item := range items.Content {
		if found := beginningAt(item, line, column, depth-1); found != nil {
			return found
		}
	}
	return nil
}

// descend follows a path as far as it goes and returns the place of what it found: the value where that is a scalar on
// the same line, the name of the field otherwise.
func descend(node *yaml.Node, path string) *yaml.Node {
	place := node
	for _, part := range pathParts(path) {
		if node.Kind == yaml.AliasNode {
			node = node.Alias
		}
		if index, err := strconv.Atoi(part); err == nil && node.Kind == yaml.SequenceNode {
			if index < 0 || index >= len(node.Content) {
				return place
			}
			node = node.Content[index]
			place = node
			continue
		}
		key, value := fieldAndKey(node, part)
		if key == nil {
			return place
		}
		node, place = value, key
		if value.Kind == yaml.ScalarNode && value.Line == key.Line {
			place = value
		}
	}
	return place
}

func fieldAndKey(object *yaml.Node, name string) (key, value *yaml.Node) {
	if object.Kind != yaml.MappingNode {
		return nil, nil
	}
	for i := 0; i+1 < len(object.Content); i += 2 {
		if object.Content[i].Value == name {
			return object.Content[i], object.Content[i+1]
		}
	}
	return nil, nil
}

// pathParts cuts spec.steps[2].labels["a.b/c"] into spec, steps, 2, labels and a.b/c.
func pathParts(path string) []string {
	var parts []string
	for path != "" {
		switch {
		case strings.HasPrefix(path, `["`):
			name, rest, _ := strings.Cut(path[2:], `"]`)
			parts, path = append(parts, name), rest
		case path[0] == '[':
			index, rest, _ := strings.Cut(path[1:], "]")
			parts, path = append(parts, index), rest
		default:
			end := strings.IndexAny(path, ".[")
			if end < 0 {
				end = len(path)
			}
			if end > 0 {
				parts = append(parts, path[:end])
			}
			path = strings.TrimPrefix(path[end:], ".")
		}
	}
	return parts
}
