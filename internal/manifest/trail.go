package manifest

import (
	"slices"
	"strconv"
	"strings"
)

// trail is the way from an object to the value that is looked at. It is written out only where something is wrong, so that
// a sound object costs no words.
type trail []step

// step is the name of a field or, where that is empty, the index of an entry.
type step struct {
	name  string
	index int
}

// String writes the way as spec.steps[2].labels["a.b/c"].
func (t trail) String() string {
	var out strings.Builder
	for _, s := range t {
		switch {
		case s.name == "":
			out.WriteString("[" + strconv.Itoa(s.index) + "]")
		case strings.ContainsAny(s.name, ".[]/"):
			out.WriteString("[" + strconv.Quote(s.name) + "]")
		case out.Len() == 0:
			out.WriteString(s.name)
		default:
			out.WriteString("." + s.name)
		}
	}
	return out.String()
}

// field is the way to a field of the value at the end of this way.
func (t trail) field(name string) trail { return append(slices.Clip(t), step{name: name}) }
