// Package document makes the printed document of a procedure as agencies with a quality system have it: the front page with
// its signatures and the history of revisions, and the numbered sections from the purpose to the records. [Of] makes one
// value of the text of a procedure; [HTML] and [Markdown] write it. The document is in Vietnamese and the same for the same
// text.
package document

import (
	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/flowchart"
)

// Context is what a document says beyond the text of the procedure. Its zero value is a document of nobody's, in which
// legal documents stand by the names of their objects.
type Context struct {
	// Agency is the name of the agency that works by the procedure; empty for a framework.
	Agency string
	// Law are legal documents by the names of their objects.
	Law map[string]*v1alpha1.LegalDocumentSpec
	// Agencies are the names of agencies by the names of their objects.
	Agencies map[string]string
	// Earlier are the earlier revisions, for the history.
	Earlier []v1alpha1.Issue
}

// Document is a printed document.
type Document struct {
	// Agency that works by it; may be empty.
	Agency string
	// Code and Title of the procedure.
	Code, Title string
	// Revision is the number of the issue, Effective its first day and Decision that by which it was approved.
	Revision, Effective, Decision string
	// Approver is who signed the decision; may be empty.
	Approver string
	// History are the revisions, the oldest first.
	History Table
	// Sections in their order.
	Sections []Section
	// Chart is the flow chart.
	Chart *flowchart.Chart
}

// Section is a numbered part.
type Section struct {
	// Number as 5.7.
	Number string
	Title  string
	// Paragraphs come first, then Items as a list, then Table.
	Paragraphs []string
	Items      []string
	Table      *Table
	// Chart says that the flow chart stands here.
	Chart bool
}

// Sub says whether the section is part of another.
func (s Section) Sub() bool { return len(s.Number) > 1 }

// Table is a table with a head.
type Table struct {
	// Kind names the table, for the widths of its columns.
	Kind    string
	Columns []string
	Rows    [][]Cell
}

// Cell is the lines of a cell.
type Cell []string

func cell(lines ...string) Cell { return lines }
