package lint

import (
	"fmt"
	"io"
	"strings"

	"chuan.dev/chuan/internal/manifest"
	"chuan.dev/chuan/internal/rule"
)

// The characters that workflow commands of GitHub Actions give a meaning to: in the text, and in the properties before it.
var (
	githubText     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	githubProperty = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

// WriteGitHub writes a report as workflow commands of GitHub Actions, which annotate the files: errors and warnings for
// what stands, notices for the rest.
func WriteGitHub(w io.Writer, report *Report, style Style) error {
	var out strings.Builder
	for i := range report.Findings {
		f := &report.Findings[i]
		command := "error"
		if f.Severity == rule.Warning {
			command = "warning"
		}
		githubCommand(&out, command, f.Position, string(f.Rule)+": "+style.titleOf(f.Rule), style.whole(f))
	}
	for i := range report.Waived {
		waived := &report.Waived[i]
		githubCommand(&out, "notice", waived.Position, string(waived.Rule)+": "+style.titleOf(waived.Rule),
			style.bearing(waived)+"\n"+style.whole(&waived.Finding))
	}
	for i := range report.Changes {
		change := &report.Changes[i]
		githubCommand(&out, "notice", change.Position, style.choose("Thay đổi", "Change", " / "), style.changed(change))
	}
	for _, n := range report.NotChecked {
		githubCommand(&out, "notice", manifest.Position{}, style.choose("Chưa kiểm tra", "Not checked", " / ")+" "+joinedRules(n.Rules),
			style.choose(n.MessageVi, n.Message, "\n"))
	}
	_, err := io.WriteString(w, out.String())
	return err
}

func githubCommand(out *strings.Builder, command string, at manifest.Position, title, text string) {
	out.WriteString("::" + command + " ")
	if at.File != "" {
		out.WriteString("file=" + githubProperty.Replace(at.File) + ",")
	}
	if at.Line > 0 {
		fmt.Fprintf(out, "line=%d,", at.Line)
	}
	if at.Column > 0 {
		fmt.Fprintf(out, "col=%d,", at.Column)
	}
	out.WriteString("title=" + githubProperty.Replace(title) + "::" + githubText.Replace(text) + "\n")
}

func joinedRules(rules []rule.ID) string {
	names := make([]string, len(rules))
	for i, id := range rules {
		names[i] = string(id)
	}
	return strings.Join(names, ", ")
}
