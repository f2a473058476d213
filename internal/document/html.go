package document

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"strings"
	"unicode"

	"chuan.dev/chuan/internal/flowchart"
)

//go:embed document.html
var page string

var pageTemplate = template.Must(template.New("document").Parse(page))

// HTML writes a document as one page that needs nothing from elsewhere and runs no script, for the screen and for A4 paper.
// An error is that of the writer.
func HTML(out io.Writer, d *Document) error {
	// The drawing escapes every text in it itself.
	var charts []template.HTML
	for _, slice := range flowchart.Slices(d.Chart) {
		charts = append(charts, template.HTML(slice)) //nolint:gosec // see above
	}
	if err := pageTemplate.Execute(out, struct {
		*Document
		Charts []template.HTML
		// Left and Right stand at the top of every printed page.
		Left, Right template.CSS
	}{d, charts, cssString(d.Code), cssString("Lần ban hành: " + d.Revision + " – Ngày: " + d.Effective)}); err != nil {
		return fmt.Errorf("write the document %s: %w", d.Code, err)
	}
	return nil
}

// cssString is a text as a string of CSS. Everything but letters, digits and spaces is written by its number, so that
// nothing in it can end the string or the style. html/template takes strings of CSS for addresses and would change them.
func cssString(text string) template.CSS {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range text {
		if r == ' ' || unicode.IsLetter(r) || unicode.IsDigit(r) {
			b.WriteRune(r)
		} else {
			fmt.Fprintf(&b, "\\%x ", r)
		}
	}
	b.WriteByte('"')
	return template.CSS(b.String()) //nolint:gosec // see above
}
