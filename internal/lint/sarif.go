package lint

import (
	"encoding/json"
	"io"
	"net/url"
	"path"
	"strings"

	"chuan.dev/chuan/internal/manifest"
	"chuan.dev/chuan/internal/rule"
)

// The parts of SARIF 2.1.0 that a report uses.
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool        sarifTool         `json:"tool"`
		Invocations []sarifInvocation `json:"invocations"`
		ColumnKind  string            `json:"columnKind"`
		Results     []sarifResult     `json:"results"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name  string      `json:"name"`
		Rules []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID                   string             `json:"id"`
		Name                 string             `json:"name"`
		ShortDescription     sarifText          `json:"shortDescription"`
		FullDescription      sarifText          `json:"fullDescription"`
		Help                 sarifText          `json:"help"`
		HelpURI              string             `json:"helpUri,omitempty"`
		DefaultConfiguration sarifConfiguration `json:"defaultConfiguration"`
	}
	sarifConfiguration struct {
		Level string `json:"level"`
	}
	sarifText struct {
		Text     string `json:"text"`
		Markdown string `json:"markdown,omitempty"`
	}
	sarifInvocation struct {
		ExecutionSuccessful bool                `json:"executionSuccessful"`
		Notifications       []sarifNotification `json:"toolExecutionNotifications,omitempty"`
	}
	sarifNotification struct {
		Level   string    `json:"level"`
		Message sarifText `json:"message"`
	}
	sarifResult struct {
		RuleID       string             `json:"ruleId"`
		RuleIndex    *int               `json:"ruleIndex,omitempty"`
		Level        string             `json:"level"`
		Message      sarifText          `json:"message"`
		Locations    []sarifLocation    `json:"locations"`
		Fingerprints map[string]string  `json:"partialFingerprints"`
		Suppressions []sarifSuppression `json:"suppressions"`
	}
	sarifLocation struct {
		Physical sarifPhysical  `json:"physicalLocation"`
		Logical  []sarifLogical `json:"logicalLocations,omitempty"`
	}
	sarifPhysical struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   *sarifRegion  `json:"region,omitempty"`
	}
	sarifArtifact struct {
		URI string `json:"uri"`
	}
	sarifRegion struct {
		StartLine   int        `json:"startLine"`
		StartColumn int        `json:"startColumn,omitempty"`
		Snippet     *sarifText `json:"snippet,omitempty"`
	}
	sarifLogical struct {
		FullyQualifiedName string `json:"fullyQualifiedName"`
		Kind               string `json:"kind"`
	}
	sarifSuppression struct {
		Kind          string `json:"kind"`
		Status        string `json:"status"`
		Justification string `json:"justification"`
	}
)

const sarifSchema = "https://json.schemastore.org/sarif-2.1.0.json"

// WriteSARIF writes a report as SARIF 2.1.0. Waived findings are results that are suppressed in the source, rules that
// could not be checked are notifications, and labels of changes are notifications too.
func WriteSARIF(w io.Writer, report *Report, style Style) error {
	rules := style.rules()
	index := map[rule.ID]int{}
	run := sarifRun{
		Tool:        sarifTool{Driver: sarifDriver{Name: "chuan", Rules: make([]sarifRule, len(rules))}},
		Invocations: []sarifInvocation{{ExecutionSuccessful: true, Notifications: sarifNotifications(report, style)}},
		ColumnKind:  "unicodeCodePoints",
		Results:     make([]sarifResult, 0, len(report.Findings)+len(report.Waived)),
	}
	for i := range rules {
		index[rules[i].ID] = i
		run.Tool.Driver.Rules[i] = sarifRuleOf(&rules[i], style)
	}
	prints := fingerprinter{}
	add := func(f *Finding, suppressions []sarifSuppression) {
		result := sarifResult{
			RuleID: string(f.Rule), Level: string(f.Severity), Message: sarifText{Text: style.choose(f.MessageVi, f.Message, "\n")},
			Locations: []sarifLocation{sarifLocationOf(f)}, Fingerprints: map[string]string{"chuan/v1": prints.of(f)}, Suppressions: suppressions,
		}
		if i, known := index[f.Rule]; known {
			result.RuleIndex = &i
		}
		run.Results = append(run.Results, result)
	}
	for i := range report.Findings {
		add(&report.Findings[i], []sarifSuppression{})
	}
	for i := range report.Waived {
		waived := &report.Waived[i]
		add(&waived.Finding, []sarifSuppression{{Kind: "inSource", Status: "accepted", Justification: waived.Waiver.Until + ": " + waived.Waiver.Reason}})
	}
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(sarifLog{Schema: sarifSchema, Version: "2.1.0", Runs: []sarifRun{run}})
}

func sarifRuleOf(r *rule.Rule, style Style) sarifRule {
	help := r.What + "\n\n" + r.Why
	described := sarifRule{
		ID: string(r.ID), Name: string(r.ID), ShortDescription: sarifText{Text: style.choose(r.TitleVi, r.Title, " / ")},
		FullDescription: sarifText{Text: r.What}, Help: sarifText{Text: help, Markdown: help},
		DefaultConfiguration: sarifConfiguration{Level: string(r.Severity)},
	}
	// SARIF takes no relative address, and only whoever publishes the pages knows where they are.
	if style.Pages != "" {
		described.HelpURI = strings.TrimSuffix(style.Pages, "/") + "/" + string(r.ID) + ".md"
	}
	return described
}

func sarifNotifications(report *Report, style Style) []sarifNotification {
	var notes []sarifNotification
	for _, n := range report.NotChecked {
		notes = append(notes, sarifNotification{Level: "note", Message: sarifText{
			Text: joinedRules(n.Rules) + ": " + style.choose(n.MessageVi, n.Message, "\n"),
		}})
	}
	for i := range report.Changes {
		notes = append(notes, sarifNotification{Level: "note", Message: sarifText{Text: style.changed(&report.Changes[i])}})
	}
	return notes
}

func sarifLocationOf(f *Finding) sarifLocation {
	location := sarifLocation{Physical: sarifPhysical{Artifact: sarifArtifact{URI: uriOf(f.Position)}}}
	if f.Position.Line > 0 {
		location.Physical.Region = &sarifRegion{StartLine: f.Position.Line, StartColumn: f.Position.Column}
		if f.Excerpt.Text != "" {
			location.Physical.Region.Snippet = &sarifText{Text: f.Excerpt.Text}
		}
	}
	if name := strings.TrimSpace(f.Object + " " + f.Path); name != "" {
		location.Logical = []sarifLogical{{FullyQualifiedName: name, Kind: "object"}}
	}
	return location
}

// uriOf is the place of a file as a URI: relative to where lint ran, as code scanning wants it, or of the scheme file.
func uriOf(at manifest.Position) string {
	if path.IsAbs(at.File) {
		return (&url.URL{Scheme: "file", Path: at.File}).String()
	}
	return (&url.URL{Path: path.Clean(at.File)}).String()
}
