package manifest

import (
	"bytes"
	"regexp"
	"strings"

	"chuan.dev/chuan/api/v1alpha1"
)

// peek says which procedure a document holds without parsing it. It is sure only of documents that begin as people and
// programs write them: apiVersion, kind and metadata first, each field of the metadata on lines of its own. Of any other
// document it says nothing, and the document has to be parsed.
func peek(text []byte) (Head, bool) {
	h := headReader{rest: text}
	for !h.complete() {
		line, ok := h.line()
		if !ok {
			return Head{}, false
		}
		switch key, value := keyAndValue(line); {
		case key == "apiVersion" && !h.version:
			h.version = value == v1alpha1.GroupVersion.String()
			if !h.version {
				return Head{}, false
			}
		case key == "kind" && !h.kind:
			h.kind = value == v1alpha1.QualityProcedureKind
			if !h.kind {
				return Head{}, false
			}
		case key == "metadata" && value == "" && !h.metadata:
			if !h.readMetadata() {
				return Head{}, false
			}
		default:
			return Head{}, false
		}
	}
	return h.head, true
}

type headReader struct {
	rest                    []byte
	head                    Head
	version, kind, metadata bool
}

func (h *headReader) complete() bool { return h.version && h.kind && h.metadata }

// line returns the next line that is not blank, a comment or the mark at the beginning.
func (h *headReader) line() (string, bool) {
	for len(h.rest) > 0 {
		line, rest, _ := bytes.Cut(h.rest, []byte("\n"))
		trimmed := bytes.TrimRight(line, " \r")
		if bytes.ContainsRune(trimmed, '\t') {
			return "", false
		}
		h.rest = rest
		if content := bytes.TrimLeft(trimmed, " "); len(content) > 0 && content[0] != '#' && string(trimmed) != "---" {
			return string(trimmed), true
		}
	}
	return "", false
}

// simpleLine is a field on one line: a plain key and nothing, a plain word, or a text in quotes without escapes.
var simpleLine = regexp.MustCompile(`^( *)([A-Za-z0-9][-A-Za-z0-9_./]*):(?: +("[^"\\]*"|'[^']*'|[^\s"'#&*!|>%@{}\[\],?` + "`" + `-][^:#]*))?(?: +#.*)?$`)

// keyAndValue takes a simple line without indentation apart.
func keyAndValue(line string) (key, value string) {
	parts := simpleLine.FindStringSubmatch(line)
	if parts == nil || parts[1] != "" {
		return "", ""
	}
	return parts[2], strings.Trim(strings.TrimSpace(parts[3]), `"'`)
}

// readMetadata reads the fields of the metadata up to the next line that is not indented.
func (h *headReader) readMetadata() bool {
	indent := 0
	for {
		before := h.rest
		line, ok := h.line()
		if !ok || line[0] != ' ' {
			h.rest = before
			h.metadata = h.head.Name != ""
			return h.metadata
		}
		parts := simpleLine.FindStringSubmatch(line)
		if parts == nil {
			return false
		}
		if indent == 0 {
			indent = len(parts[1])
		}
		value := strings.Trim(strings.TrimSpace(parts[3]), `"'`)
		switch {
		case len(parts[1]) < indent:
			return false
		case len(parts[1]) > indent:
		case parts[2] == "name" && h.head.Name == "":
			h.head.Name = value
		case parts[2] == "namespace" && h.head.Namespace == "":
			h.head.Namespace = value
		case parts[2] == "name" || parts[2] == "namespace":
			return false
		}
	}
}
