// Package lint gathers everything that can be said about a set of manifests before anyone works by them: what the
// loader found, what does not fit together, and what the rules say of every procedure, calendar and audit plan. It
// writes the findings for people and for programs.
//
// It decides nothing itself: each finding comes from the function that the controller and the service call too.
package lint

import (
	"chuan.dev/chuan/internal/manifest"
	"chuan.dev/chuan/internal/rule"
)

// Finding is one thing that a person should know about the manifests.
type Finding struct {
	rule.Finding
	// Position is the place in the files.
	Position manifest.Position
	// Object is the kind and name of the object, as QualityProcedure qt-xd-07. Empty where no object is meant.
	Object string
	// Excerpt is the line of the file at Position, cut to a stretch around the column where it is long. Empty where there is
	// none.
	Excerpt Excerpt
}

// Excerpt is a line of a file, or a stretch of it.
type Excerpt struct {
	// Text of the line.
	Text string
	// Column, from 1, of the place within Text; 0 where the whole line is meant.
	Column int
}

// Waived is a finding that somebody has decided to bear for a time.
type Waived struct {
	Finding
	Waiver rule.Waiver
}

// NotChecked says which rules could not be checked for want of something.
type NotChecked struct {
	Rules []rule.ID
	// Message says in English what is wanting, and MessageVi in Vietnamese.
	Message, MessageVi string
}

// Report is the result of a run.
type Report struct {
	// Findings that stand, in the order of files, lines and rules.
	Findings []Finding
	// Waived findings, in the same order.
	Waived []Waived
	// NotChecked lists rules that could not be checked.
	NotChecked []NotChecked
	// Changes are what became of procedures since Options.Before, in the order of files and lines.
	Changes []Change
	// Objects is the number of objects that were checked.
	Objects int
	// Skipped counts the objects of kinds that are not Chuan's, which were not looked at, by kind.
	Skipped map[string]int
}

// Count returns the number of findings of a severity that stand.
func (r *Report) Count(severity rule.Severity) int {
	n := 0
	for i := range r.Findings {
		if r.Findings[i].Severity == severity {
			n++
		}
	}
	return n
}

// SkippedObjects is the number of objects that were not looked at.
func (r *Report) SkippedObjects() int {
	n := 0
	for _, of := range r.Skipped {
		n += of
	}
	return n
}
