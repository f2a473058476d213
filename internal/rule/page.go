package rule

import (
	"fmt"
	"strings"
)

// Known returns the ids by which the rule is known: its own, and in brackets those of the domain reference.
func (r *Rule) Known() string {
	if len(r.Also) == 0 {
		return string(r.ID)
	}
	also := make([]string, len(r.Also))
	for i, id := range r.Also {
		also[i] = string(id)
	}
	return fmt.Sprintf("%s (%s)", r.ID, strings.Join(also, ", "))
}

// CanBeWaived says whether a finding of the rule can be waived in the file.
func (r *Rule) CanBeWaived() bool { return r.Severity == Warning || r.Waivable }

// Waiver is the annotation that waives the rule, for its page.
func (r *Rule) Waiver(prefix string) string {
	return fmt.Sprintf("metadata:\n  annotations:\n    %s%s: \"2027-03-31: %s\"", prefix, r.ID, "lý do")
}

// Page is the page of the rule in Markdown. The prefix is that of the annotations of waivers.
func (r *Rule) Page(prefix string) string {
	var out strings.Builder
	section := func(title, text string) { fmt.Fprintf(&out, "\n## %s\n\n%s\n", title, strings.TrimSpace(text)) }
	fmt.Fprintf(&out, "# %s: %s\n\n*%s*\n\n", r.ID, r.Title, r.TitleVi)
	fmt.Fprintf(&out, "Severity: **%s**.", r.Severity)
	if len(r.Also) > 0 {
		fmt.Fprintf(&out, " Known in the domain reference as %s.", strings.TrimSuffix(strings.TrimPrefix(r.Known(), string(r.ID)+" ("), ")"))
	}
	out.WriteString("\n")
	section("What is checked", r.What)
	section("Why", r.Why)
	section("Source", r.Source)
	section("Bad", r.Bad.markdown())
	section("Good", r.Good.markdown())
	if r.CanBeWaived() {
		section("Waive it", "On the object that breaks the rule, with the last day and the reason:\n\n```yaml\n"+r.Waiver(prefix)+"\n```")
	} else {
		section("Waive it", "A finding of this rule cannot be waived: what breaks it cannot work.")
	}
	return out.String()
}

// markdown shows an example: a change of the example province, a file, or both.
func (e Example) markdown() string {
	var parts []string
	if patch := strings.Trim(e.Patch, "\n"); patch != "" {
		parts = append(parts, "Laid over [the example province](../../examples/dien-bien/README.md):\n\n```yaml\n"+patch+"\n```")
	}
	if e.File != "" {
		parts = append(parts, "A file:\n\n```text\n"+strings.Trim(shown(e.File), "\n")+"\n```")
	}
	if len(parts) == 0 {
		return "The example province as it is."
	}
	return strings.Join(parts, "\n\n")
}

// shown makes a text that no page can hold into one that says what it is.
func shown(text string) string {
	const most = 2000
	if len(text) > most {
		text = strings.ToValidUTF8(text[:most], "") + "\n…"
	}
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' {
			return '\uFFFD'
		}
		return r
	}, strings.ToValidUTF8(text, "\uFFFD"))
}

// Index is the page that lists all rules, in Markdown.
func Index() string {
	var out strings.Builder
	out.WriteString(`# The rules

What [chuan lint](../guides/lint.md) checks. An **error** cannot work as written; a **warning** works and somebody should look at it.
Findings are waived only in the file, with a reason and a last day; errors only where their page says so.
`)
	for _, group := range Groups() {
		fmt.Fprintf(&out, "\n## %s\n\n*%s*\n\n| rule | severity | what it checks | | waivable |\n|---|---|---|---|---|\n", group.Title, group.TitleVi)
		for _, r := range group.Rules {
			waivable := "no"
			if r.CanBeWaived() {
				waivable = "yes"
			}
			fmt.Fprintf(&out, "| [%s](%s.md)%s | %s | %s | %s | %s |\n",
				r.ID, r.ID, strings.TrimPrefix(r.Known(), string(r.ID)), r.Severity, r.Title, r.TitleVi, waivable)
		}
	}
	return out.String()
}
