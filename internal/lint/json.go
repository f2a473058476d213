package lint

import (
	"encoding/json"
	"io"
	"maps"

	"sigs.k8s.io/yaml"

	"chuan.dev/chuan/internal/rule"
)

// ReportVersion is the version of the schema of JSON reports. It changes when a field changes its meaning or goes away.
const ReportVersion = 1

// JSONReport is a report as programs read it, in JSON or YAML. New fields may be added within a version.
type JSONReport struct {
	// Version of this schema.
	Version int `json:"version" jsonschema:"const=1"`
	// Findings that stand, in the order of files, lines and rules.
	Findings []JSONFinding `json:"findings"`
	// Waived are the findings that a waiver in the file covers today.
	Waived []JSONWaived `json:"waived"`
	// NotChecked lists rules that could not be checked for want of something.
	NotChecked []JSONNotChecked `json:"notChecked"`
	// Changes are what became of procedures since the revision that --changed-since names; empty without it.
	Changes []JSONChange `json:"changes"`
	// Summary counts.
	Summary JSONSummary `json:"summary"`
}

// JSONFinding is one place at which a rule is broken.
type JSONFinding struct {
	// Rule is the id of the rule, as T1; chuan explain and docs/rules say what it checks.
	Rule string `json:"rule"`
	// Severity is error for what cannot work as written, warning for what somebody should look at.
	Severity string `json:"severity" jsonschema:"enum=error,enum=warning"`
	// File as it was named on the command line, or found below a directory that was.
	File string `json:"file"`
	// Line from 1; absent where the file as a whole is meant.
	Line int `json:"line,omitempty" jsonschema:"minimum=1"`
	// Column from 1, in characters; absent where the line as a whole is meant.
	Column int `json:"column,omitempty" jsonschema:"minimum=1"`
	// Object is the kind and name of the object, as QualityProcedure dang-ky-khai-sinh.
	Object string `json:"object,omitempty"`
	// Path leads from the object to the place, as spec.steps[2].time.
	Path string `json:"path,omitempty"`
	// Message says in English what is wrong and what to do.
	Message string `json:"message"`
	// MessageVi says the same in Vietnamese.
	MessageVi string `json:"messageVi"`
	// Fingerprint identifies the finding across runs, although lines move.
	Fingerprint string `json:"fingerprint"`
}

// JSONWaived is a finding that somebody has decided to bear for a time.
type JSONWaived struct {
	JSONFinding
	// Until is the last day of the waiver.
	Until string `json:"until" jsonschema:"format=date"`
	// Reason of the waiver, as the file gives it.
	Reason string `json:"reason"`
}

// JSONNotChecked says which rules could not be checked.
type JSONNotChecked struct {
	// Rules by their ids.
	Rules []string `json:"rules"`
	// Message says in English what is wanting.
	Message string `json:"message"`
	// MessageVi says the same in Vietnamese.
	MessageVi string `json:"messageVi"`
}

// JSONChange is what became of a procedure.
type JSONChange struct {
	// Object is the kind and name.
	Object string `json:"object"`
	// File in which it stands or, when it was removed, stood.
	File string `json:"file"`
	// Line on which it begins.
	Line int `json:"line,omitempty" jsonschema:"minimum=1"`
	// From is the revision before; absent for a new procedure.
	From int32 `json:"from,omitempty"`
	// To is the revision now; absent for a procedure that was removed.
	To int32 `json:"to,omitempty"`
	// Kind is the weightiest of the differences; absent for a new and a removed procedure, and where only the number differs.
	Kind string `json:"kind,omitempty" jsonschema:"enum=editorial,enum=tightening,enum=loosening,enum=structural"`
	// Differences between the two texts, in the order of the text.
	Differences []JSONDifference `json:"differences"`
}

// JSONDifference is one thing that is not the same in two texts.
type JSONDifference struct {
	// Kind of this difference.
	Kind string `json:"kind" jsonschema:"enum=editorial,enum=tightening,enum=loosening,enum=structural"`
	// Path leads to the place in the later text or, when removed, in the earlier.
	Path string `json:"path"`
	// Removed says that the place is in the earlier text only.
	Removed bool `json:"removed,omitempty"`
	// Message says in English what changes.
	Message string `json:"message"`
	// MessageVi says the same in Vietnamese.
	MessageVi string `json:"messageVi"`
}

// JSONSummary counts.
type JSONSummary struct {
	// Errors that stand.
	Errors int `json:"errors" jsonschema:"minimum=0"`
	// Warnings that stand.
	Warnings int `json:"warnings" jsonschema:"minimum=0"`
	// Waived findings.
	Waived int `json:"waived" jsonschema:"minimum=0"`
	// Objects that were checked.
	Objects int `json:"objects" jsonschema:"minimum=0"`
	// Skipped objects of kinds that are not Chuan's.
	Skipped int `json:"skipped" jsonschema:"minimum=0"`
	// SkippedKinds counts the skipped objects by kind.
	SkippedKinds map[string]int `json:"skippedKinds"`
}

// WriteJSON writes a report for programs. Lists without entries are there and empty.
func WriteJSON(w io.Writer, report *Report, _ Style) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(encodedReport(report))
}

// WriteYAML writes what WriteJSON writes, as YAML.
func WriteYAML(w io.Writer, report *Report, _ Style) error {
	text, err := yaml.Marshal(encodedReport(report))
	if err != nil {
		return err
	}
	_, err = w.Write(text)
	return err
}

func encodedReport(report *Report) *JSONReport {
	out := &JSONReport{
		Version:    ReportVersion,
		Findings:   make([]JSONFinding, len(report.Findings)),
		Waived:     make([]JSONWaived, len(report.Waived)),
		NotChecked: make([]JSONNotChecked, len(report.NotChecked)),
		Changes:    make([]JSONChange, len(report.Changes)),
		Summary: JSONSummary{
			Errors: report.Count(rule.Error), Warnings: report.Count(rule.Warning), Waived: len(report.Waived),
			Objects: report.Objects, Skipped: report.SkippedObjects(), SkippedKinds: map[string]int{},
		},
	}
	prints := fingerprinter{}
	for i := range report.Findings {
		out.Findings[i] = encodedFinding(&report.Findings[i], prints)
	}
	for i := range report.Waived {
		waived := &report.Waived[i]
		out.Waived[i] = JSONWaived{encodedFinding(&waived.Finding, prints), waived.Waiver.Until, waived.Waiver.Reason}
	}
	for i, n := range report.NotChecked {
		rules := make([]string, len(n.Rules))
		for k, id := range n.Rules {
			rules[k] = string(id)
		}
		out.NotChecked[i] = JSONNotChecked{rules, n.Message, n.MessageVi}
	}
	for i := range report.Changes {
		out.Changes[i] = encodedChange(&report.Changes[i])
	}
	maps.Copy(out.Summary.SkippedKinds, report.Skipped)
	return out
}

func encodedFinding(f *Finding, prints fingerprinter) JSONFinding {
	return JSONFinding{
		Rule: string(f.Rule), Severity: string(f.Severity), File: f.Position.File, Line: f.Position.Line, Column: f.Position.Column,
		Object: f.Object, Path: f.Path, Message: f.Message, MessageVi: f.MessageVi, Fingerprint: prints.of(f),
	}
}

func encodedChange(c *Change) JSONChange {
	out := JSONChange{
		Object: c.Object, File: c.Position.File, Line: c.Position.Line, From: c.From, To: c.To, Kind: string(c.Kind),
		Differences: make([]JSONDifference, len(c.Differences)),
	}
	for i, d := range c.Differences {
		out.Differences[i] = JSONDifference{string(d.Kind), d.Path, d.Removed, d.Message, d.MessageVi}
	}
	return out
}
