package lint

import (
	"bytes"
	"strings"

	"chuan.dev/chuan/internal/manifest"
)

// excerpt takes the line of a position out of a text.
func excerpt(text []byte, at manifest.Position) Excerpt {
	line, ok := lineOf(text, at.Line)
	if !ok {
		return Excerpt{}
	}
	// Of a long line, as JSON often is, a stretch around the column is enough.
	const before, most = 60, 110
	from := max(0, at.Column-1-before)
	if len(line) <= most {
		from = 0
	}
	return Excerpt{Text: string(line[min(from, len(line)):min(from+most, len(line))]), Column: max(0, at.Column-from)}
}

// lineOf returns a line of a text, counted from 1, as characters.
func lineOf(text []byte, number int) ([]rune, bool) {
	for range number - 1 {
		_, rest, found := bytes.Cut(text, []byte("\n"))
		if !found {
			return nil, false
		}
		text = rest
	}
	line, _, _ := bytes.Cut(text, []byte("\n"))
	return []rune(strings.TrimRight(string(line), "\r")), true
}
