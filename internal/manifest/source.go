package manifest

import (
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Locate finds a field of an object in the text of a file. The object is the one that begins on a line, and the path is
// that of a finding, as spec.steps[2].actions[0].to. Of a path that the text does not spell out, the part that it does
// counts; the column is then that of the last field that is there.
func Locate(text []byte, at Position, path string) Position {
	for _, d := range splitDocuments(text) {
		root, err := parse(d.text)
		if err != nil || root == nil {
			continue
		}
		object := beginningOn(root, at.Line-d.line+1, maxDepth)
		if object == nil {
			continue
		}
		node := descend(object, path)
		return Position{File: at.File, Line: node.Line + d.line - 1, Column: node.Column}
	}
	return at
}

// beginningOn finds the object that begins on a line: the document itself, or an object of a list.
func beginningOn(node *yaml.Node, line, depth int) *yaml.Node {
	if node.Line == line && node.Kind == yaml.MappingNode && field(node, "items") == nil {
		return node
	}
	items := field(node, "items")
	if items == nil || depth == 0 {
		return nil
	}
	for _, item := range items.Content {
		if found := beginningOn(item, line, depth-1); found != nil {
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
