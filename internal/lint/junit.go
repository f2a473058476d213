package lint

import (
	"encoding/xml"
	"fmt"
	"io"
	"slices"
	"strings"

	"chuan.dev/chuan/internal/rule"
)

type junitSuites struct {
	XMLName  xml.Name     `xml:"testsuites"`
	Name     string       `xml:"name,attr"`
	Tests    int          `xml:"tests,attr"`
	Failures int          `xml:"failures,attr"`
	Skipped  int          `xml:"skipped,attr"`
	Errors   int          `xml:"errors,attr"`
	Suites   []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Skipped  int         `xml:"skipped,attr"`
	Errors   int         `xml:"errors,attr"`
	Time     string      `xml:"time,attr"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Name      string        `xml:"name,attr"`
	ClassName string        `xml:"classname,attr"`
	Time      string        `xml:"time,attr"`
	Failure   *junitMessage `xml:"failure,omitempty"`
	Skipped   *junitMessage `xml:"skipped,omitempty"`
	Output    string        `xml:"system-out,omitempty"`
}

type junitMessage struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr,omitempty"`
	Text    string `xml:",chardata"`
}

// noTime is the time of every case: rules are not timed one by one, and a report is the same whenever it is made.
const noTime = "0.000"

// WriteJUnit writes a report as JUnit XML: a suite a group of rules, a test case a rule. A rule with findings has failed,
// one that could not be checked was skipped, and what is waived stands in the output of its case.
func WriteJUnit(w io.Writer, report *Report, style Style) error {
	out := junitSuites{Name: "chuan lint"}
	for _, group := range append(slices.Clone(style.groups()), style.strangers(report)) {
		suite := junitSuite{Name: style.choose(group.TitleVi, group.Title, " / "), Time: noTime}
		for _, r := range group.Rules {
			c := junitCaseOf(report, &r, group.Name, style)
			suite.Tests++
			if c.Failure != nil {
				suite.Failures++
			}
			if c.Skipped != nil {
				suite.Skipped++
			}
			suite.Cases = append(suite.Cases, c)
		}
		if suite.Tests == 0 {
			continue
		}
		out.Tests, out.Failures, out.Skipped = out.Tests+suite.Tests, out.Failures+suite.Failures, out.Skipped+suite.Skipped
		out.Suites = append(out.Suites, suite)
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	encoder := xml.NewEncoder(w)
	encoder.Indent("", "  ")
	if err := encoder.Encode(out); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

// strangers are the rules of findings that no catalogue knows, so that no finding is lost.
func (s Style) strangers(report *Report) rule.Group {
	group := rule.Group{Name: "other", Title: "Other rules", TitleVi: "Quy tắc khác"}
	seen := map[rule.ID]bool{}
	for _, r := range s.rules() {
		seen[r.ID] = true
	}
	for i := range report.Findings {
		if id := report.Findings[i].Rule; !seen[id] {
			seen[id] = true
			group.Rules = append(group.Rules, rule.Rule{ID: id, Title: string(id), TitleVi: string(id)})
		}
	}
	return group
}

func junitCaseOf(report *Report, r *rule.Rule, group string, style Style) junitCase {
	c := junitCase{Name: string(r.ID) + ": " + style.choose(r.TitleVi, r.Title, " / "), ClassName: "chuan.lint." + group, Time: noTime}
	var broken strings.Builder
	worst, n := rule.Warning, 0
	for i := range report.Findings {
		f := &report.Findings[i]
		if f.Rule != r.ID {
			continue
		}
		n++
		if f.Severity == rule.Error {
			worst = rule.Error
		}
		fmt.Fprintf(&broken, "%s: %s\n", f.Position, style.whole(f))
	}
	for i := range report.Waived {
		if waived := &report.Waived[i]; waived.Rule == r.ID {
			c.Output += fmt.Sprintf("%s: %s\n%s\n", waived.Position, style.whole(&waived.Finding), style.bearing(waived))
		}
	}
	if n > 0 {
		c.Failure = &junitMessage{Message: counted(n, "finding"), Type: string(worst), Text: broken.String()}
		return c
	}
	for _, not := range report.NotChecked {
		for _, id := range not.Rules {
			if id == r.ID && c.Skipped == nil {
				c.Skipped = &junitMessage{Message: style.choose(not.MessageVi, not.Message, " / ")}
			}
		}
	}
	return c
}
