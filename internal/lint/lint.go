// Package lint gathers everything that can be said about a set of manifests before anyone works by them: what the
// loader found, what does not fit together, and what the rules say of every procedure, calendar and audit plan. It
// writes the findings for people and for programs.
//
// It decides nothing itself: each finding comes from the function that the controller and the service call too.
package lint

import (
	"cmp"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/calendar"
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

// Texts gives the text of a file that was read.
type Texts func(file string) ([]byte, bool)

// Options say how to check.
type Options struct {
	// Today is the day on which the question is asked: waivers end, and laws are in force, on a day.
	Today calendar.Day
	// Before is the set in an earlier state of the same files, for rules on what changes; nil when that is not asked.
	Before *manifest.Set
}

// Check checks a set. The problems are those of loading it, and texts are the files it was loaded from.
func Check(set *manifest.Set, problems []manifest.Problem, texts Texts, options Options) *Report {
	c := &checker{
		options: options, texts: texts, found: map[manifest.Position]*examined{},
		report: &Report{
			Skipped: set.Skipped,
			Objects: len(set.Agencies) + len(set.Procedures) + len(set.Calendars) + len(set.LegalDocuments) + len(set.AuditPlans),
		},
	}
	for _, p := range problems {
		c.report.Findings = append(c.report.Findings, Finding{Finding: ofProblem(p), Position: p.Position, Excerpt: c.excerpt(p.Position)})
	}
	c.register(set)
	resolution := manifest.Resolve(set)
	around := surroundingsOf(set, resolution, c.options.Today)
	c.law = around.law
	c.agencies(resolution, c.procedures(set, around), around)
	c.report.Changes = checkRevisions(set, c.options.Before, c.add)
	c.calendars(set)
	c.plans(set)
	c.auditors(set, resolution)
	return c.finish()
}

// checker gathers findings.
type checker struct {
	options Options
	report  *Report
	texts   Texts
	law     map[string]*v1alpha1.LegalDocumentSpec
	found   map[manifest.Position]*examined
}

// examined is an object and what was found of it.
type examined struct {
	position manifest.Position
	// object is its kind and name.
	object      string
	annotations map[string]string
	findings    []rule.Finding
}

// register notes every object of a set, so that its waivers are looked at even when nothing is found.
func (c *checker) register(set *manifest.Set) {
	note := func(kind string, at manifest.Position, meta *metav1.ObjectMeta) {
		c.found[at] = &examined{position: at, object: kind + " " + meta.Name, annotations: meta.Annotations}
	}
	for _, o := range set.Agencies {
		note(v1alpha1.AgencyKind, o.Position(), &o.Value.ObjectMeta)
	}
	for _, o := range set.Procedures {
		note(v1alpha1.QualityProcedureKind, o.Position(), &o.Value.ObjectMeta)
	}
	for _, o := range set.Calendars {
		note(v1alpha1.WorkCalendarKind, o.Position(), &o.Value.ObjectMeta)
	}
	for _, o := range set.LegalDocuments {
		note(v1alpha1.LegalDocumentKind, o.Position(), &o.Value.ObjectMeta)
	}
	for _, o := range set.AuditPlans {
		note(v1alpha1.AuditPlanKind, o.Position(), &o.Value.ObjectMeta)
	}
}

// add notes findings of the object at a position.
func (c *checker) add(object manifest.Position, findings ...rule.Finding) {
	c.found[object].findings = append(c.found[object].findings, findings...)
}

// finish applies the waivers of every object and puts the findings in order.
func (c *checker) finish() *Report {
	for _, e := range c.found {
		waivers, faults := rule.Waivers(e.annotations, v1alpha1.AnnotationWaivePrefix)
		standing, waived := rule.Apply(e.findings, waivers, v1alpha1.AnnotationWaivePrefix, c.options.Today.String())
		for _, f := range slices.Concat(standing, faults) {
			c.report.Findings = append(c.report.Findings, c.place(e, f))
		}
		for _, w := range waived {
			c.report.Waived = append(c.report.Waived, Waived{Finding: c.place(e, w.Finding), Waiver: w.Waiver})
		}
	}
	slices.SortStableFunc(c.report.Findings, compare)
	slices.SortStableFunc(c.report.Waived, func(a, b Waived) int { return compare(a.Finding, b.Finding) })
	return c.report
}

func compare(a, b Finding) int {
	return cmp.Or(
		cmp.Compare(a.Position.File, b.Position.File),
		cmp.Compare(a.Position.Line, b.Position.Line),
		cmp.Compare(a.Position.Column, b.Position.Column),
		cmp.Compare(a.Rule, b.Rule),
		cmp.Compare(a.Path, b.Path),
		cmp.Compare(a.Message, b.Message),
	)
}

// place says where in the files a finding of an object lies.
func (c *checker) place(e *examined, f rule.Finding) Finding {
	at := e.position
	if text, ok := c.texts(at.File); ok {
		at = manifest.Locate(text, at, f.Path)
	}
	return Finding{Finding: f, Position: at, Object: e.object, Excerpt: c.excerpt(at)}
}

func (c *checker) excerpt(at manifest.Position) Excerpt {
	text, ok := c.texts(at.File)
	if !ok || at.Line == 0 {
		return Excerpt{}
	}
	return excerpt(text, at)
}

func ofProblem(p manifest.Problem) rule.Finding {
	severity := rule.Error
	if p.Warning {
		severity = rule.Warning
	}
	return rule.Finding{Rule: p.Rule, Severity: severity, Path: p.Path, Message: p.Message, MessageVi: p.MessageVi}
}
