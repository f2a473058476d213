package agency

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/rule"
)

// words are the two wordings of a part of a message. Formatted by fmt they are the English one; say puts the other in its
// place in the Vietnamese message.
type words struct{ english, vietnamese string }

// say words a finding in both languages; the arguments are the same for both, in the order of the English one or by their
// numbers.
func say(id rule.ID, severity rule.Severity, path, english, vietnamese string, args ...any) rule.Finding {
	first, second := slices.Clone(args), slices.Clone(args)
	for i, arg := range args {
		if w, ok := arg.(words); ok {
			first[i], second[i] = w.english, w.vietnamese
		}
	}
	return rule.Finding{
		Rule: id, Severity: severity, Path: path,
		Message: fmt.Sprintf(english, first...), MessageVi: fmt.Sprintf(vietnamese, second...),
	}
}

// mostNamed bounds the names in one message.
const mostNamed = 5

// list names a few of many, in the order given.
func list(names []string) words {
	if len(names) <= mostNamed {
		all := strings.Join(names, ", ")
		return words{all, all}
	}
	first, more := strings.Join(names[:mostNamed], ", "), len(names)-mostNamed
	return words{fmt.Sprintf("%s and %d more", first, more), fmt.Sprintf("%s và %d mục khác", first, more)}
}

// procedures names procedures: the procedure a, or 7 procedures (a, b, c, d, e and 2 more).
func procedures(names []string) words {
	if len(names) == 1 {
		return words{"the procedure " + names[0], "quy trình " + names[0]}
	}
	l := list(names)
	return words{fmt.Sprintf("%d procedures (%s)", len(names), l.english), fmt.Sprintf("%d quy trình (%s)", len(names), l.vietnamese)}
}

// joined puts clauses one after another.
func joined(parts []words, separator string) words {
	var english, vietnamese []string
	for _, p := range parts {
		english, vietnamese = append(english, p.english), append(vietnamese, p.vietnamese)
	}
	return words{strings.Join(english, separator), strings.Join(vietnamese, separator)}
}

// folded is a text without what a hasty reader passes over: case, diacritics, đ for d, and white space.
func folded(text v1alpha1.Title) string {
	var out strings.Builder
	for word := range strings.FieldsSeq(norm.NFD.String(string(text))) {
		if out.Len() > 0 {
			out.WriteByte(' ')
		}
		for _, r := range word {
			switch {
			case unicode.Is(unicode.Mn, r):
			case r == 'đ' || r == 'Đ':
				out.WriteByte('d')
			default:
				out.WriteRune(unicode.ToLower(r))
			}
		}
	}
	return out.String()
}
