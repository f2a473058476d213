package lint

import (
	"encoding/json"
	"io"
	"path"

	"chuan.dev/chuan/internal/rule"
)

// gitlabIssue is an entry of a Code Quality report of GitLab.
type gitlabIssue struct {
	Description string         `json:"description"`
	CheckName   string         `json:"check_name"`
	Fingerprint string         `json:"fingerprint"`
	Severity    string         `json:"severity"`
	Location    gitlabLocation `json:"location"`
}

type gitlabLocation struct {
	Path  string      `json:"path"`
	Lines gitlabLines `json:"lines"`
}

type gitlabLines struct {
	Begin int `json:"begin"`
}

// WriteGitLab writes the findings that stand as a Code Quality report of GitLab. That format knows no suppressed
// findings, so that those waived are not in it.
func WriteGitLab(w io.Writer, report *Report, style Style) error {
	issues := make([]gitlabIssue, len(report.Findings))
	prints := fingerprinter{}
	for i := range report.Findings {
		f := &report.Findings[i]
		severity := "critical"
		if f.Severity == rule.Warning {
			severity = "minor"
		}
		issues[i] = gitlabIssue{
			Description: string(f.Rule) + ": " + style.choose(f.MessageVi, f.Message, " / "),
			CheckName:   string(f.Rule), Fingerprint: prints.of(f), Severity: severity,
			// GitLab takes no line 0, and no ./ before a path.
			Location: gitlabLocation{Path: path.Clean(f.Position.File), Lines: gitlabLines{Begin: max(1, f.Position.Line)}},
		}
	}
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(issues)
}
