package manifest

import (
	"fmt"
	"slices"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/rule"
)

// Object is an object and the place where it was read.
type Object[T any] struct {
	// Value is the object, with the defaults of its CRD filled in.
	Value *T
	// File is the path of the file within the directory that was loaded, with slashes.
	File string
	// Line is the line on which the object begins, from 1.
	Line int
	// Column at which it begins, from 1, where that is not the first: other objects may begin on the same line. 0 otherwise.
	Column int
}

// Position returns the place at which the object begins.
func (o Object[T]) Position() Position { return Position{File: o.File, Line: o.Line, Column: o.Column} }

// Position is a place in a file.
type Position struct {
	// File is the path of the file within the directory that was loaded, with slashes.
	File string
	// Line and Column count from 1. Columns count characters. Both are 0 where the file as a whole is meant.
	Line, Column int
}

// String returns file:line:column, without what is not known.
func (p Position) String() string {
	switch {
	case p.Line == 0:
		return p.File
	case p.Column == 0:
		return fmt.Sprintf("%s:%d", p.File, p.Line)
	default:
		return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column)
	}
}

// Set is everything that was loaded, each kind in the order of files and of documents in them.
type Set struct {
	Agencies       []Object[v1alpha1.Agency]
	Procedures     []Object[v1alpha1.QualityProcedure]
	Calendars      []Object[v1alpha1.WorkCalendar]
	LegalDocuments []Object[v1alpha1.LegalDocument]
	AuditPlans     []Object[v1alpha1.AuditPlan]
	// Skipped counts the objects of kinds that are not Chuan's, by kind. They are left alone, so that a directory may hold
	// whatever else a cluster needs.
	Skipped map[string]int
}

// Problem is something in the manifests that a person has to put right.
type Problem struct {
	Position
	// Rule is the stable id of the rule that is broken.
	Rule rule.ID
	// Path leads from the object to the field, as spec.code. Empty where no field is meant.
	Path string
	// Warning says that the manifests can be served all the same.
	Warning bool
	// Message says in English what is wrong and what to do.
	Message string
	// MessageVi says the same in Vietnamese.
	MessageVi string
}

// The rules of this package, by their ids in the catalogue.
const (
	// RuleReadable: a file can be read and is UTF-8 text of a bearable size.
	RuleReadable rule.ID = "M1"
	// RuleYAML: a document is YAML without repeated keys, and plain data.
	RuleYAML rule.ID = "M2"
	// RuleKind: a document says which kind it is, and kinds of this project are known ones.
	RuleKind rule.ID = "M3"
	// RuleSchema: an object fits the schema of its kind.
	RuleSchema rule.ID = "S1"
	// RuleNumber: numbers are plain, without dots between thousands and with a decimal point.
	RuleNumber rule.ID = "V24"
	// RuleComposed: letters and their marks are one character (Unicode NFC).
	RuleComposed rule.ID = "V23"
	// RuleOnce: every object is given once, and every procedure once a revision.
	RuleOnce rule.ID = "M4"
	// RuleSomething: there is something to serve.
	RuleSomething rule.ID = "M5"
	// RuleCode: an agency's code is its own.
	RuleCode rule.ID = "V04"
	// RuleParent: parents exist and lead to a topmost agency.
	RuleParent rule.ID = "V03"
	// RuleAdopted: adopted procedures exist.
	RuleAdopted rule.ID = "A1"
	// RuleCalendar: an agency's calendar series exists.
	RuleCalendar rule.ID = "A2"
)

// Blocking returns the problems that are not mere warnings, in their order.
func Blocking(problems []Problem) []Problem {
	return slices.DeleteFunc(slices.Clone(problems), func(p Problem) bool { return p.Warning })
}

// String returns the problem in one line that begins with its place.
func (p Problem) String() string {
	if p.Path == "" {
		return fmt.Sprintf("%s: %s", p.Position, p.Message)
	}
	return fmt.Sprintf("%s: %s: %s", p.Position, p.Path, p.Message)
}
