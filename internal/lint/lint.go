// Package lint gathers everything that can be said about a set of manifests before anyone works by them: what the
// loader found, what does not fit together, and what the rules say of every procedure, calendar and audit plan. It
// writes the findings for people and for programs.
//
// It decides nothing itself: each finding comes from the function that the controller and the service call too.
package lint

import (
	"cmp"
	"fmt"
	"slices"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/manifest"
	"chuan.dev/chuan/internal/procedure"
)

// Finding is one thing that a person should know about the manifests.
type Finding struct {
	// Rule is the stable id of the rule that is broken, as G1.
	Rule string
	// Severity says whether the manifests can be used all the same.
	Severity procedure.Severity
	// Position is the place in the files.
	Position manifest.Position
	// Object is the kind and name of the object, as QualityProcedure qt-xd-07. Empty where no object is meant.
	Object string
	// Path leads from the object to the field, as spec.steps[2].actions[0].to. Empty where no field is meant.
	Path string
	// Message says in English what is wrong and what to do.
	Message string
	// MessageVi says the same in Vietnamese.
	MessageVi string
}

// Report is the result of a run.
type Report struct {
	// Findings in the order of files, lines and rules.
	Findings []Finding
	// Objects is the number of objects that were checked.
	Objects int
	// Skipped is the number of objects of other kinds, which were not looked at.
	Skipped int
}

// Count returns the number of findings of a severity.
func (r *Report) Count(severity procedure.Severity) int {
	n := 0
	for i := range r.Findings {
		if r.Findings[i].Severity == severity {
			n++
		}
	}
	return n
}

// Texts gives the text of a file that was read.
type Texts func(file string) ([]byte, bool)

// Check checks a set. The problems are those of loading it, and texts are the files it was loaded from.
func Check(set *manifest.Set, problems []manifest.Problem, texts Texts) *Report {
	c := &checker{texts: texts, report: &Report{
		Skipped: set.Skipped,
		Objects: len(set.Agencies) + len(set.Procedures) + len(set.Calendars) + len(set.LegalDocuments) + len(set.AuditPlans),
	}}
	for _, p := range problems {
		c.add(ofProblem(p))
	}
	compiled := c.procedures(set)
	c.agencies(manifest.Resolve(set), compiled)
	c.calendars(set)
	c.plans(set)
	slices.SortStableFunc(c.report.Findings, compare)
	return c.report
}

func compare(a, b Finding) int {
	return cmp.Or(
		cmp.Compare(a.Position.File, b.Position.File),
		cmp.Compare(a.Position.Line, b.Position.Line),
		cmp.Compare(a.Position.Column, b.Position.Column),
		cmp.Compare(a.Rule, b.Rule),
		cmp.Compare(a.Message, b.Message),
	)
}

// checker gathers findings.
type checker struct {
	report *Report
	texts  Texts
}

func (c *checker) add(f Finding) { c.report.Findings = append(c.report.Findings, f) }

// locate turns the place of an object into that of one of its fields.
func (c *checker) locate(object manifest.Position, path string) manifest.Position {
	text, ok := c.texts(object.File)
	if !ok {
		return object
	}
	return manifest.Locate(text, object, path)
}

func ofProblem(p manifest.Problem) Finding {
	severity := procedure.Error
	if p.Warning {
		severity = procedure.Warning
	}
	return Finding{
		Rule: string(p.Rule), Severity: severity, Position: p.Position, Path: p.Path,
		Message: p.Message, MessageVi: p.MessageVi,
	}
}

// procedures compiles every procedure and returns those that can be used, by the objects they come from.
func (c *checker) procedures(set *manifest.Set) map[*v1alpha1.QualityProcedure]*procedure.Procedure {
	compiled := make(map[*v1alpha1.QualityProcedure]*procedure.Procedure, len(set.Procedures))
	for _, o := range set.Procedures {
		p, findings := procedure.Compile(o.Value.Name, &o.Value.Spec)
		compiled[o.Value] = p
		for _, f := range findings {
			c.add(Finding{
				Rule: f.Rule, Severity: f.Severity, Position: c.locate(o.Position(), f.Path),
				Object: v1alpha1.QualityProcedureKind + " " + o.Value.Name, Path: f.Path,
				Message: f.Message, MessageVi: f.MessageVi,
			})
		}
	}
	return compiled
}

// agencies reports what does not fit together around every agency, and the roles that nobody in it holds (R2).
func (c *checker) agencies(resolution *manifest.Resolution, compiled map[*v1alpha1.QualityProcedure]*procedure.Procedure) {
	for i := range resolution.Agencies {
		resolved := &resolution.Agencies[i]
		at := resolved.Agency.Position()
		object := v1alpha1.AgencyKind + " " + resolved.Agency.Value.Name
		for _, p := range resolved.Problems {
			f := ofProblem(p)
			f.Position, f.Object = c.locate(at, p.Path), object
			c.add(f)
		}
		for _, adopted := range resolved.Procedures {
			latest := adopted.Revisions[len(adopted.Revisions)-1].Value
			if compiled[latest] == nil {
				continue
			}
			for _, role := range procedure.MissingRoles(compiled[latest], resolved.Agency.Value.Spec.Officers) {
				c.add(Finding{
					Rule: "R2", Severity: procedure.Error, Position: c.locate(at, "spec.officers"), Object: object, Path: "spec.officers",
					Message: fmt.Sprintf("no officer holds the role %s of the procedure %s; give the role to an officer, or do not adopt the procedure",
						role, adopted.Name),
					MessageVi: fmt.Sprintf("không có ai giữ vai trò %s của quy trình %s; giao vai trò cho một người hoặc không áp dụng quy trình",
						role, adopted.Name),
				})
			}
		}
	}
}
