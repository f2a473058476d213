package lint

import (
	"encoding/json"
	"io"

	"chuan.dev/chuan/internal/rule"
)

type jsonReport struct {
	Findings []jsonFinding `json:"findings"`
	Summary  jsonSummary   `json:"summary"`
}

type jsonFinding struct {
	Rule      string `json:"rule"`
	Severity  string `json:"severity"`
	File      string `json:"file"`
	Line      int    `json:"line,omitempty"`
	Column    int    `json:"column,omitempty"`
	Object    string `json:"object,omitempty"`
	Path      string `json:"path,omitempty"`
	Message   string `json:"message"`
	MessageVi string `json:"messageVi"`
}

type jsonSummary struct {
	Errors   int `json:"errors"`
	Warnings int `json:"warnings"`
	Objects  int `json:"objects"`
	Skipped  int `json:"skipped"`
}

// WriteJSON writes a report for programs. Without findings the list is there and empty.
func WriteJSON(w io.Writer, report *Report) error {
	out := jsonReport{
		Findings: make([]jsonFinding, len(report.Findings)),
		Summary: jsonSummary{
			Errors: report.Count(rule.Error), Warnings: report.Count(rule.Warning),
			Objects: report.Objects, Skipped: report.SkippedObjects(),
		},
	}
	for i := range report.Findings {
		f := &report.Findings[i]
		out.Findings[i] = jsonFinding{
			Rule: string(f.Rule), Severity: string(f.Severity), File: f.Position.File, Line: f.Position.Line, Column: f.Position.Column,
			Object: f.Object, Path: f.Path, Message: f.Message, MessageVi: f.MessageVi,
		}
	}
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(out)
}
