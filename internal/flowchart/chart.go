package flowchart

import (
	"chuan.dev/chuan/api/v1alpha1"
)

// Chart is a procedure as a graph.
type Chart struct {
	// Title of the procedure.
	Title string
	// Code of the procedure.
	Code string
	// Lanes are who acts, in the order in which they first do. The last ones are agencies that are consulted.
	Lanes []Lane
	// Nodes in the order of the text; the start is the first.
	Nodes []Node
	// Edges in the order of the text.
	Edges []Edge
}

// Lane is who acts.
type Lane struct {
	// ID is that of the role, or of the kind or name of the consulted agency.
	ID v1alpha1.ID
	// Title as it is shown.
	Title string
	// Outside says that it is another agency, of which only what it is asked is known.
	Outside bool
}

// NodeKind says what a node is.
type NodeKind uint8

// The kinds of node.
const (
	// NodeStart is where a dossier comes in.
	NodeStart NodeKind = iota
	// NodeStep is a step in which somebody acts.
	NodeStep
	// NodeWait is a step in which the agency waits.
	NodeWait
	// NodeChoice is where exactly one way is taken.
	NodeChoice
	// NodeSplit begins branches that run at once.
	NodeSplit
	// NodeJoin goes on when all branches have ended.
	NodeJoin
	// NodeFirst goes on when any one branch has ended.
	NodeFirst
	// NodeEnd is an end of the dossier.
	NodeEnd
	// NodeOutside is another agency that is asked.
	NodeOutside
)

// Node is a place in the chart.
type Node struct {
	// ID is unique in the chart and fit for XML and Mermaid: letters, digits and underscores, beginning with a letter.
	ID   string
	Kind NodeKind
	// Lane is the index of its lane.
	Lane int
	// Title is what it says; empty for most gateways.
	Title string
	// Note is a second line: the time of a step.
	Note string
	// Details say of a step who acts, how long, with which forms and on which conditions.
	Details string
	// Step is the step it stands for; nil for starts, gateways between steps, and ends.
	Step *v1alpha1.Step
	// Outcome of an end; nil where it is the one that an earlier action has set.
	Outcome *v1alpha1.Outcome
	// Branch says that it lies in a branch, where an end ends the other branches too.
	Branch bool
}

// EdgeKind says what moves along an edge.
type EdgeKind uint8

// The kinds of edge.
const (
	// EdgeFlow is the dossier going on.
	EdgeFlow EdgeKind = iota
	// EdgeTimer is the dossier going on because time has passed.
	EdgeTimer
	// EdgeMessage is a question to another agency or its answer.
	EdgeMessage
)

// Edge leads from one node to another.
type Edge struct {
	// From and To are indices of nodes.
	From, To int
	Kind     EdgeKind
	// Label is what it says; may be empty.
	Label string
	// When is the condition under which a flow is open; empty for always.
	When v1alpha1.Expression
	// Default says that the flow is taken where no condition of its gateway holds.
	Default bool
	// After is the time of a timer.
	After v1alpha1.WorkDuration
}
