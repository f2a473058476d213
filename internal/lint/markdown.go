package lint

import (
	"fmt"
	"io"
	"strings"

	"chuan.dev/chuan/internal/rule"
)

// mostRows is how many rows a table of a comment has: hosts refuse comments that are too long.
const mostRows = 100

// markdownText keeps text from being read as Markdown or HTML, from ending a cell or a row, and from calling people.
var markdownText = strings.NewReplacer(
	`\`, `\\`, "|", `\|`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "#", `\#`, "~", `\~`, "!", `\!`,
	"&", "&amp;", "<", "&lt;", ">", "&gt;", "@", "&#64;", "\r\n", "<br>", "\n", "<br>", "\r", "<br>",
)

// WriteMarkdown writes a report as tables for a comment on a merge request.
func WriteMarkdown(w io.Writer, report *Report, style Style) error {
	var out strings.Builder
	out.WriteString("### chuan lint\n\n")
	out.WriteString(markdownText.Replace(style.summary(report)) + "\n")
	if len(report.Findings) > 0 {
		markdownTable(&out, len(report.Findings), style,
			[]string{style.choose("Mức", "Severity", " / "), style.choose("Vị trí", "Place", " / "), style.choose("Quy tắc", "Rule", " / "), style.choose("Nội dung", "Finding", " / ")},
			func(i int) []string {
				f := &report.Findings[i]
				return []string{style.severity(f.Severity), f.Position.String(), string(f.Rule), style.whole(f)}
			})
	}
	for i := range report.Changes {
		style.markdownChange(&out, &report.Changes[i])
	}
	if len(report.Waived) > 0 {
		out.WriteString("\n#### " + style.choose("Được miễn trừ", "Waived", " / ") + "\n")
		markdownTable(&out, len(report.Waived), style,
			[]string{style.choose("Vị trí", "Place", " / "), style.choose("Quy tắc", "Rule", " / "), style.choose("Nội dung", "Finding", " / "),
				style.choose("Đến hết", "Until", " / "), style.choose("Lý do", "Reason", " / ")},
			func(i int) []string {
				waived := &report.Waived[i]
				return []string{waived.Position.String(), string(waived.Rule), style.whole(&waived.Finding), waived.Waiver.Until, waived.Waiver.Reason}
			})
	}
	if len(report.NotChecked) > 0 {
		out.WriteString("\n#### " + style.choose("Chưa kiểm tra", "Not checked", " / ") + "\n\n")
		for _, n := range report.NotChecked {
			out.WriteString("- " + markdownText.Replace(joinedRules(n.Rules)+": "+style.choose(n.MessageVi, n.Message, " / ")) + "\n")
		}
	}
	_, err := io.WriteString(w, out.String())
	return err
}

func (s Style) severity(severity rule.Severity) string {
	return s.choose(severityVi[severity], string(severity), " / ")
}

func (s Style) markdownChange(out *strings.Builder, c *Change) {
	english, vietnamese := c.label()
	fmt.Fprintf(out, "\n#### %s\n\n%s\n", markdownText.Replace(c.Object+" ("+c.revisions()+")"),
		markdownText.Replace(s.choose("Thay đổi: "+vietnamese, "Change: "+english, " / ")))
	if len(c.Differences) == 0 {
		return
	}
	markdownTable(out, len(c.Differences), s,
		[]string{s.choose("Loại", "Kind", " / "), s.choose("Chỗ", "Place", " / "), s.choose("Thay đổi", "Change", " / ")},
		func(i int) []string {
			d := &c.Differences[i]
			return []string{s.choose(d.Kind.Vietnamese(), string(d.Kind), " / "), d.Path, s.choose(d.MessageVi, d.Message, "\n")}
		})
}

func markdownTable(out *strings.Builder, rows int, style Style, heads []string, row func(int) []string) {
	line := func(cells []string) {
		for _, cell := range cells {
			out.WriteString("| " + markdownText.Replace(strings.Map(visible, cell)) + " ")
		}
		out.WriteString("|\n")
	}
	out.WriteString("\n")
	line(heads)
	out.WriteString(strings.Repeat("|---", len(heads)) + "|\n")
	for i := range min(rows, mostRows) {
		line(row(i))
	}
	if more := rows - mostRows; more > 0 {
		fmt.Fprintf(out, "\n%s\n", style.choose(fmt.Sprintf("… và %d mục khác", more), fmt.Sprintf("… and %d more", more), " / "))
	}
}
