package manifest

import (
	"cmp"
	"fmt"
	"slices"

	"chuan.dev/chuan/internal/rule"
)

// words are a part of a message in both languages.
type words struct{ english, vietnamese string }

// say words a problem in both languages. The arguments are the same for both, but for words, of which each language
// takes its own.
func say(at Position, id rule.ID, path, english, vietnamese string, args ...any) Problem {
	inEnglish, inVietnamese := slices.Clone(args), slices.Clone(args)
	for i, arg := range args {
		if w, ok := arg.(words); ok {
			inEnglish[i], inVietnamese[i] = w.english, w.vietnamese
		}
	}
	return Problem{
		Position: at, Rule: id, Path: path,
		Message: fmt.Sprintf(english, inEnglish...), MessageVi: fmt.Sprintf(vietnamese, inVietnamese...),
	}
}

// SortProblems puts problems in the order of files and lines, in which a person works through them.
func SortProblems(problems []Problem) {
	slices.SortStableFunc(problems, func(a, b Problem) int {
		return cmp.Or(
			cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column),
			cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Path, b.Path), cmp.Compare(a.Message, b.Message),
		)
	})
}
