package lint

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/fatih/color"

	"chuan.dev/chuan/internal/rule"
)

// palette colours text for terminals, or leaves it as it is.
type palette struct{ strong, faint, severe, mild, good func(...any) string }

func paletteOf(colour bool) palette {
	of := func(attributes ...color.Attribute) func(...any) string {
		c := color.New(attributes...)
		// What the library finds out about standard output counts for nothing here: the caller has decided.
		if colour {
			c.EnableColor()
		} else {
			c.DisableColor()
		}
		return c.SprintFunc()
	}
	return palette{
		strong: of(color.Bold), faint: of(color.Faint), severe: of(color.FgRed, color.Bold), mild: of(color.FgYellow, color.Bold), good: of(color.FgGreen),
	}
}

func (p palette) of(severity rule.Severity) func(...any) string {
	if severity == rule.Error {
		return p.severe
	}
	return p.mild
}

// textWriter writes a report for people.
type textWriter struct {
	strings.Builder
	Style
	palette palette
}

// WriteText writes a report for people: every finding with its place, in Vietnamese and in English, above the line of the
// file it speaks of; then what changed, what is waived, what could not be checked, and a summary.
func WriteText(w io.Writer, report *Report, style Style) error {
	out := &textWriter{Style: style, palette: paletteOf(style.Colour)}
	for i := range report.Findings {
		out.finding(&report.Findings[i])
	}
	for i := range report.Changes {
		out.change(&report.Changes[i])
	}
	for i := range report.Waived {
		out.waived(&report.Waived[i])
	}
	for _, n := range report.NotChecked {
		fmt.Fprintf(out, "%s %s: %s\n", out.palette.faint(out.choose("chưa kiểm tra", "not checked", " / ")), joinedRules(n.Rules),
			inOneBlock(out.choose(n.MessageVi, n.Message, "\n")))
	}
	paint := out.palette.good
	if len(report.Findings) > 0 {
		paint = out.palette.strong
	}
	for line := range strings.SplitSeq(out.summary(report), "\n") {
		out.WriteString(paint(line) + "\n")
	}
	_, err := io.WriteString(w, out.String())
	return err
}

// summary counts what was found and what was looked at.
func (s Style) summary(report *Report) string {
	errors, warnings, waived := report.Count(rule.Error), report.Count(rule.Warning), len(report.Waived)
	var kinds []string
	for _, kind := range slices.Sorted(maps.Keys(report.Skipped)) {
		kinds = append(kinds, fmt.Sprintf("%d %s", report.Skipped[kind], kind))
	}
	skipped := ""
	if len(kinds) > 0 {
		skipped = " (" + strings.Join(kinds, ", ") + ")"
	}
	vietnamese := fmt.Sprintf("%d lỗi, %d cảnh báo; đã kiểm tra %d đối tượng, bỏ qua %d%s",
		errors, warnings, report.Objects, report.SkippedObjects(), skipped)
	english := fmt.Sprintf("%s, %s; %s checked, %d skipped%s",
		counted(errors, "error"), counted(warnings, "warning"), counted(report.Objects, "object"), report.SkippedObjects(), skipped)
	if waived > 0 {
		vietnamese += fmt.Sprintf("; %d được miễn trừ", waived)
		english += fmt.Sprintf("; %d waived", waived)
	}
	return s.choose(vietnamese, english, "\n")
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func (w *textWriter) finding(f *Finding) {
	paint := w.palette.of(f.Severity)
	vietnamese := paint(severityVi[f.Severity]+" "+string(f.Rule)) + ": " + inOneBlock(f.MessageVi)
	english := paint(string(f.Severity)+" "+string(f.Rule)) + ": " + inOneBlock(f.Message)
	fmt.Fprintf(w, "%s: %s\n", w.palette.strong(f.Position.String()), w.choose(vietnamese, english, "\n    "))
	if f.Object != "" || f.Path != "" {
		fmt.Fprintf(w, "    %s\n", w.palette.faint(strings.TrimSpace(f.Object+" "+f.Path)))
	}
	f.Excerpt.write(&w.Builder, f.Position.Line, paint)
	w.WriteString("\n")
}

// waived tells a waiver in one line: what it bears is known to whoever bears it, and stands in full in the other formats.
func (w *textWriter) waived(waived *Waived) {
	of := waived.Waiver
	fmt.Fprintf(w, "%s: %s: %s\n", waived.Position, w.palette.faint(w.choose(
		"miễn trừ "+string(of.Rule)+" đến hết "+of.Until, "waived "+string(of.Rule)+" until "+of.Until, " / ")), inOneBlock(of.Reason))
}

func (w *textWriter) change(c *Change) {
	english, vietnamese := c.label()
	fmt.Fprintf(w, "%s: %s (%s): %s\n", w.palette.strong(c.Position.String()), c.Object, c.revisions(),
		w.palette.strong(w.choose(vietnamese, english, " / ")))
	for _, d := range c.Differences {
		fmt.Fprintf(w, "    %s\n", w.choose(
			w.palette.faint(d.Kind.Vietnamese())+": "+inOneBlock(d.MessageVi), w.palette.faint(string(d.Kind))+": "+inOneBlock(d.Message), "\n        "))
	}
	w.WriteString("\n")
}

// inOneBlock indents the lines after the first, and shows what would steer a terminal as a mark.
func inOneBlock(text string) string {
	return strings.ReplaceAll(strings.Map(visible, text), "\n", "\n        ")
}

func visible(r rune) rune {
	if unicode.IsControl(r) && r != '\n' && r != '\t' || unicode.Is(unicode.Bidi_Control, r) {
		return unicode.ReplacementChar
	}
	return r
}

// write writes a line of a file with a caret below the column.
func (e Excerpt) write(out *strings.Builder, line int, paint func(...any) string) {
	if e == (Excerpt{}) {
		return // there is no such line
	}
	label := fmt.Sprintf("%6d | ", line)
	out.WriteString(label + strings.Map(visible, e.Text) + "\n")
	if e.Column > 0 {
		shown := []rune(e.Text)
		blank := indent(shown[:min(e.Column-1, len(shown))])
		out.WriteString(strings.Repeat(" ", len(label)) + blank + paint("^") + "\n")
	}
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
