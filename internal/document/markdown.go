package document

import (
	"strings"

	"chuan.dev/chuan/internal/flowchart"
)

// Markdown writes a document as GitHub-flavoured Markdown, with the flow chart as Mermaid. No text of the procedure can end a
// table, open an element or make a link.
func Markdown(d *Document) string {
	var b strings.Builder
	b.WriteString("# " + markdownEscaped(d.Code+" – "+d.Title) + "\n\n")
	if d.Agency != "" {
		b.WriteString("**" + markdownEscaped(d.Agency) + "**\n\n")
	}
	b.WriteString(markdownEscaped("Lần ban hành: "+d.Revision+" · Ngày hiệu lực: "+d.Effective+" · "+d.Decision) + "\n\n")
	writeTable(&b, &Table{
		Columns: []string{"Trách nhiệm", "Soạn thảo", "Xem xét", "Phê duyệt"},
		Rows: [][]Cell{
			{cell("Họ và tên"), {}, {}, {}}, {cell("Chữ ký"), {}, {}, {}}, {cell("Chức vụ"), {}, {}, cell(d.Approver)},
		},
	})
	b.WriteString("\n## Lịch sử sửa đổi\n\n")
	writeTable(&b, &d.History)
	for _, s := range d.Sections {
		level := "\n## "
		if s.Sub() {
			level = "\n### "
		}
		b.WriteString(level + s.Number + ". " + markdownEscaped(s.Title) + "\n")
		for _, paragraph := range s.Paragraphs {
			b.WriteString("\n" + markdownEscaped(paragraph) + "\n")
		}
		if len(s.Items) > 0 {
			b.WriteString("\n")
			for _, item := range s.Items {
				b.WriteString("- " + markdownEscaped(item) + "\n")
			}
		}
		if s.Table != nil {
			b.WriteString("\n")
			writeTable(&b, s.Table)
		}
		if s.Chart {
			b.WriteString("\n```mermaid\n" + flowchart.Mermaid(d.Chart) + "```\n")
		}
	}
	return b.String()
}

func writeTable(b *strings.Builder, table *Table) {
	columns := make([]string, 0, len(table.Columns))
	for _, c := range table.Columns {
		columns = append(columns, markdownEscaped(c))
	}
	b.WriteString("| " + strings.Join(columns, " | ") + " |\n|" + strings.Repeat(" --- |", len(columns)) + "\n")
	for _, row := range table.Rows {
		for _, c := range row {
			lines := make([]string, 0, len(c))
			for _, line := range c {
				lines = append(lines, markdownEscaped(line))
			}
			b.WriteString("| " + strings.Join(lines, "<br>") + " ")
		}
		b.WriteString("|\n")
	}
}

// markdownEscaped makes every character that means something to Markdown or HTML stand for itself, and a text one line.
func markdownEscaped(text string) string {
	var b strings.Builder
	for _, r := range strings.Join(strings.Fields(text), " ") {
		switch {
		case r == '<':
			b.WriteString("&lt;")
		case r == '>':
			b.WriteString("&gt;")
		case r == '&':
			b.WriteString("&amp;")
		case strings.ContainsRune("\\`*_{}[]#|~!$@", r):
			b.WriteRune('\\')
			b.WriteRune(r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
