package lint

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"chuan.dev/chuan/internal/rule"
)

// Language says in which language findings are worded.
type Language string

// The languages.
const (
	// Vietnamese only.
	Vietnamese Language = "vi"
	// English only.
	English Language = "en"
	// Both: Vietnamese first, English beside it.
	Both Language = "both"
)

// Languages lists the languages, for help and completion.
var Languages = []Language{Vietnamese, English, Both}

// Style says how a report looks.
type Style struct {
	// Language of the findings. Empty is Both.
	Language Language
	// Colour says whether the text format is coloured, for terminals.
	Colour bool
	// Pages is the address below which the pages of the rules are published, for formats that link to them. Empty where
	// nobody publishes them.
	Pages string

	// catalogue is rule.Groups() but in tests.
	catalogue []rule.Group
}

// groups is the catalogue of rules.
func (s Style) groups() []rule.Group {
	if s.catalogue != nil {
		return s.catalogue
	}
	return rule.Groups()
}

// rules is the catalogue without its chapters.
func (s Style) rules() []rule.Rule {
	var rules []rule.Rule
	for _, g := range s.groups() {
		rules = append(rules, g.Rules...)
	}
	return rules
}

// Format is a way to write a report. Each writes the same bytes for the same report.
type Format struct {
	// Name by which it is asked for.
	Name string
	// About says in a few words what it is for.
	About string
	// Write writes a report.
	Write func(io.Writer, *Report, Style) error
}

// Formats lists the formats.
var Formats = []Format{
	{"text", "for people: each finding above the line it speaks of, and a summary", WriteText},
	{"json", "for programs: everything, by the schema docs/reference/lint-report.schema.json", WriteJSON},
	{"yaml", "the same as json, in YAML", WriteYAML},
	{"sarif", "SARIF 2.1.0, for code scanning", WriteSARIF},
	{"junit", "JUnit XML, a test case a rule, for CI servers", WriteJUnit},
	{"github", "workflow commands, by which GitHub Actions annotates files", WriteGitHub},
	{"gitlab", "a Code Quality report of GitLab", WriteGitLab},
	{"markdown", "tables for a comment on a merge request", WriteMarkdown},
}

// FindFormat returns the format of a name.
func FindFormat(name string) (Format, bool) {
	i := slices.IndexFunc(Formats, func(f Format) bool { return f.Name == name })
	if i < 0 {
		return Format{}, false
	}
	return Formats[i], true
}

// choose returns what is said in the language of the style, the two languages parted by a separator.
func (s Style) choose(vietnamese, english, separator string) string {
	switch cmp.Or(s.Language, Both) {
	case Vietnamese:
		return vietnamese
	case English:
		return english
	default:
		return vietnamese + separator + english
	}
}

var severityVi = map[rule.Severity]string{rule.Error: "lỗi", rule.Warning: "cảnh báo"}

// fingerprint identifies a finding across runs: it does not change when lines move or numbers in a message do. The
// ordinal tells apart those that are the same in all else.
func fingerprint(f *Finding, ordinal int) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%q %q %q %q %d", f.Rule, f.Position.File, f.Object, f.Path, ordinal))
	return hex.EncodeToString(sum[:16])
}

// fingerprinter gives every finding of a report its own fingerprint.
type fingerprinter map[string]int

func (p fingerprinter) of(f *Finding) string {
	first := fingerprint(f, 0)
	p[first]++
	if p[first] == 1 {
		return first
	}
	return fingerprint(f, p[first]-1)
}

// titleOf is the title of a rule in the language of the style.
func (s Style) titleOf(id rule.ID) string {
	for _, r := range s.rules() {
		if r.ID == id {
			return s.choose(r.TitleVi, r.Title, " / ")
		}
	}
	return string(id)
}

// whole returns a finding in one text: what it says, of what, and where.
func (s Style) whole(f *Finding) string {
	text := s.choose(f.MessageVi, f.Message, "\n")
	if place := strings.TrimSpace(f.Object + " " + f.Path); place != "" {
		text += "\n" + place
	}
	return strings.Map(visible, text)
}

// bearing says until when and why a finding is waived.
func (s Style) bearing(w *Waived) string {
	return s.choose("miễn trừ đến hết ", "waived until ", "/ ") + w.Waiver.Until + ": " + strings.Map(visible, w.Waiver.Reason)
}

// label names what became of a procedure.
func (c *Change) label() (english, vietnamese string) {
	switch {
	case c.From == 0:
		return "new", "mới"
	case c.To == 0:
		return "removed", "đã bỏ"
	case c.Kind == "":
		return "new number only", "chỉ đổi số lần ban hành"
	default:
		return string(c.Kind), c.Kind.Vietnamese()
	}
}

// changed says what became of a procedure, a line a difference.
func (s Style) changed(c *Change) string {
	english, vietnamese := c.label()
	lines := []string{fmt.Sprintf("%s (%s): %s", c.Object, c.revisions(), s.choose(vietnamese, english, " / "))}
	for _, d := range c.Differences {
		lines = append(lines, s.choose(d.MessageVi, d.Message, " / "))
	}
	return strings.Map(visible, strings.Join(lines, "\n"))
}

// revisions says from which revision to which.
func (c *Change) revisions() string {
	switch {
	case c.From == 0:
		return strconv.Itoa(int(c.To))
	case c.To == 0:
		return strconv.Itoa(int(c.From))
	default:
		return fmt.Sprintf("%d → %d", c.From, c.To)
	}
}
