// Package rule is the catalogue of everything that Chuan checks before anyone works by a manifest. Each rule has a stable
// id, and the pages of docs/rules, chuan explain and the reports of chuan lint are made from its entry here.
//
// The catalogue is words only. What a rule decides is decided where its subject lives: by the packages manifest,
// procedure, agency and audit, which name it by its id.
package rule

import (
	"fmt"
	"slices"
)

// ID is the stable id of a rule, as G1. Ids are never reused.
type ID string

// Severity says what a finding means.
type Severity string

// The severities.
const (
	// Error: it cannot work as written.
	Error Severity = "error"
	// Warning: it works, and somebody should look at it: mend it, or waive it in the file with a reason.
	Warning Severity = "warning"
)

// Rule is one entry of the catalogue.
type Rule struct {
	ID ID
	// Severity of its findings. A rule may report some of its findings less severely than this, and says so in What.
	Severity Severity
	// Also are the ids by which the domain reference (section 8.1) knows the same rule.
	Also []ID
	// Waivable says whether a finding may be waived in the file although it is an Error. Warnings always may.
	Waivable bool
	// Title names in a few words what is checked, and TitleVi does in Vietnamese.
	Title, TitleVi string
	// What says exactly what is checked, and Why what happens to people when it does not hold. Both are Markdown, a
	// paragraph or two.
	What, Why string
	// Source is where the rule comes from: an instrument with its article, a published practice, or the design.
	Source string
	// Bad breaks the rule, and Good is the same thing in order. A test runs both.
	Bad, Good Example
}

// Example is a change of the example province (examples/dien-bien), or a whole file beside it.
type Example struct {
	// Patch holds documents that are merged into those of the example of the same kind and name, as kustomize does: objects
	// field by field, lists by the key of their entries, {$patch: delete} takes an entry out and null a field. A document of
	// another name is added. With $patch: copy, the document of the example stays and a changed copy of it is added, as the
	// next revision of a procedure.
	Patch string
	// File is the whole text of one more file, for rules on texts that a patch cannot hold.
	File string
	// Alone says that the file stands by itself, without the example province.
	Alone bool
}

// Finding is one place at which a rule is broken.
type Finding struct {
	// Rule is the stable id of the rule, as G1.
	Rule ID
	// Severity of this finding.
	Severity Severity
	// Path leads from the object to the place, as spec.steps[2].actions[0].to. Empty where the whole object is meant.
	Path string
	// Message says in English what is wrong, with the numbers, and what to do.
	Message string
	// MessageVi says the same in Vietnamese, for the officers who write procedures.
	MessageVi string
}

// String returns the finding in one line, as logs and conditions show it.
func (f Finding) String() string {
	if f.Path == "" {
		return fmt.Sprintf("%s: %s", f.Rule, f.Message)
	}
	return fmt.Sprintf("%s %s: %s", f.Rule, f.Path, f.Message)
}

// Errors returns the findings of severity Error, in their order.
func Errors(findings []Finding) []Finding {
	return slices.DeleteFunc(slices.Clone(findings), func(f Finding) bool { return f.Severity != Error })
}
