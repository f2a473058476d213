package status

import (
	"fmt"
	"slices"
	"strings"
)

// MaxMessage is the length, in characters, beyond which the message of a condition is cut. The API allows 32768; nobody
// reads that much in a column.
const MaxMessage = 1000

// Message returns a text as it is stored in a condition: at most MaxMessage characters, a cut one ending in an ellipsis.
func Message(text string) string {
	characters := []rune(text)
	if len(characters) <= MaxMessage {
		return text
	}
	return string(characters[:MaxMessage-1]) + "…"
}

// List joins names for a message, sorted and without repetition, so that the same set always reads the same. At most
// limit names are written out; the rest is counted, as "a, b and 3 more".
func List(names []string, limit int) string {
	sorted := slices.Clone(names)
	slices.Sort(sorted)
	return First(slices.Compact(sorted), limit)
}

// First joins at most limit texts in their given order and counts the rest, as "a, b and 3 more".
func First(texts []string, limit int) string {
	if len(texts) <= limit {
		return strings.Join(texts, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(texts[:limit], ", "), len(texts)-limit)
}
