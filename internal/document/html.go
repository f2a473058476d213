package document

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"

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
	}{d, charts}); err != nil {
		return fmt.Errorf("write the document %s: %w", d.Code, err)
	}
	return nil
}
