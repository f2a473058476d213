package lint

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode"

	"chuan.dev/chuan/internal/manifest"
	"chuan.dev/chuan/internal/rule"
)

// WriteText writes a report for people: every finding with its place, in Vietnamese and in English, above the line of the
// file it speaks of; then a summary.
func WriteText(w io.Writer, report *Report) error {
	var out strings.Builder
	for i := range report.Findings {
		writeFinding(&out, &report.Findings[i])
	}
	errors, warnings := report.Count(rule.Error), report.Count(rule.Warning)
	fmt.Fprintf(&out, "%d lỗi, %d cảnh báo; đã kiểm tra %d đối tượng, bỏ qua %d\n", errors, warnings, report.Objects, report.SkippedObjects())
	fmt.Fprintf(&out, "%s, %s; %s checked, %d skipped\n",
		counted(errors, "error"), counted(warnings, "warning"), counted(report.Objects, "object"), report.SkippedObjects())
	_, err := io.WriteString(w, out.String())
	return err
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

var severityVi = map[rule.Severity]string{rule.Error: "lỗi", rule.Warning: "cảnh báo"}

func writeFinding(out *strings.Builder, f *Finding) {
	fmt.Fprintf(out, "%s: %s %s: %s\n", f.Position, severityVi[f.Severity], f.Rule, f.MessageVi)
	fmt.Fprintf(out, "    %s %s: %s\n", f.Severity, f.Rule, f.Message)
	if f.Object != "" || f.Path != "" {
		fmt.Fprintf(out, "    %s\n", strings.TrimSpace(f.Object+" "+f.Path))
	}
	f.Excerpt.write(out, f.Position.Line)
	out.WriteString("\n")
}

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

// write writes a line of a file with a caret below the column.
func (e Excerpt) write(out *strings.Builder, line int) {
	if e == (Excerpt{}) {
		return // there is no such line
	}
	label := fmt.Sprintf("%6d | ", line)
	out.WriteString(label + e.Text + "\n")
	if e.Column > 0 {
		shown := []rune(e.Text)
		out.WriteString(strings.Repeat(" ", len(label)) + indent(shown[:min(e.Column-1, len(shown))]) + "^\n")
	}
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

// indent is blank and as wide as the text: tabs stay tabs, and marks that combine with the letter before take no room.
func indent(text []rune) string {
	var blank strings.Builder
	for _, r := range text {
		switch {
		case r == '\t':
			blank.WriteRune('\t')
		case !unicode.Is(unicode.Mn, r):
			blank.WriteRune(' ')
		}
	}
	return blank.String()
}
