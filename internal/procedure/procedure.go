package procedure

import (
	"strings"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/calendar"
	"chuan.dev/chuan/internal/rule"
)

// Procedure is a compiled procedure. It is immutable and safe for use by several goroutines.
type Procedure struct {
	// Name is the name of the QualityProcedure.
	Name string
	// Spec is the approved text. It is a copy of what was compiled and must not be changed.
	Spec *v1alpha1.QualityProcedureSpec

	graph      *graph
	conditions conditions
}

// Compile checks the text of a procedure and compiles it. The findings come in the order of the catalogue of rules and
// of the text, the same for the same text. The procedure is nil when any finding is an Error. The work is bounded for
// any input: a text beyond the bounds of the CRD is refused before it is looked into.
func Compile(name string, spec *v1alpha1.QualityProcedureSpec) (*Procedure, []rule.Finding) {
	return compile(name, spec, false)
}

// CompileAccepted compiles a text that was accepted before, perhaps under fewer rules than there are today. It asks only
// what a dossier needs to be led through it: that the text has its shape, that every step, outcome, role, form and document
// that it names is there, and that its conditions can be evaluated. The procedure is nil when any finding is an Error.
func CompileAccepted(name string, spec *v1alpha1.QualityProcedureSpec) (*Procedure, []rule.Finding) {
	return compile(name, spec, true)
}

func compile(name string, spec *v1alpha1.QualityProcedureSpec, accepted bool) (*Procedure, []rule.Finding) {
	if oversized := beyondBounds(spec); len(oversized) > 0 {
		return nil, oversized
	}
	text := spec.DeepCopy()
	s := newSubject(newGraph(text))
	s.accepted = accepted
	findings := check(s)
	if len(rule.Errors(findings)) > 0 {
		return nil, findings
	}
	return &Procedure{Name: name, Spec: text, graph: s.graph, conditions: s.conditions}, findings
}

// Step returns the step with the given id.
func (p *Procedure) Step(id v1alpha1.ID) (*v1alpha1.Step, bool) {
	i, ok := p.graph.steps[id]
	if !ok {
		return nil, false
	}
	return &p.Spec.Steps[i], true
}

// Intake returns the step in which every dossier begins.
func (p *Procedure) Intake() *v1alpha1.Step { return &p.Spec.Steps[p.graph.intake()] }

// Action returns an action of a step.
func (p *Procedure) Action(step, action v1alpha1.ID) (*v1alpha1.Action, bool) {
	s, ok := p.Step(step)
	if !ok {
		return nil, false
	}
	for i := range s.Actions {
		if s.Actions[i].ID == action {
			return &s.Actions[i], true
		}
	}
	return nil, false
}

// Outcome returns the outcome with the given id.
func (p *Procedure) Outcome(id v1alpha1.ID) (*v1alpha1.Outcome, bool) {
	for i := range p.Spec.Outcomes {
		if p.Spec.Outcomes[i].ID == id {
			return &p.Spec.Outcomes[i], true
		}
	}
	return nil, false
}

// Form returns the form with the given id.
func (p *Procedure) Form(id v1alpha1.ID) (*v1alpha1.Form, bool) {
	form, ok := p.graph.forms[id]
	return form, ok
}

// Limit returns the statutory time limit.
func (p *Procedure) Limit() calendar.Duration { return p.graph.limit }

// LimitFor returns the statutory time limit that holds for an agency: in a disadvantaged area the longer one, where the
// procedure has one.
func (p *Procedure) LimitFor(disadvantaged bool) calendar.Duration {
	if longer := p.Spec.Deadline.DisadvantagedLimit; disadvantaged && longer != "" {
		if limit, err := calendar.ParseDuration(string(longer)); err == nil {
			return limit
		}
	}
	return p.graph.limit
}

// Time returns the budget of a step. ok is false for a step that has none, as most waits.
func (p *Procedure) Time(step v1alpha1.ID) (budget calendar.Duration, ok bool) {
	i, ok := p.graph.steps[step]
	if !ok || p.Spec.Steps[i].Time == "" {
		return calendar.Duration{}, false
	}
	return p.graph.times[i], true
}

// Branch returns the parallel step in whose branch a step lies, and the number of the branch from 0. ok is false for a
// step of the main line.
func (p *Procedure) Branch(step v1alpha1.ID) (parallel *v1alpha1.Step, branch int, ok bool) {
	i, known := p.graph.steps[step]
	if !known || p.graph.line[i].parallel == mainLine {
		return nil, 0, false
	}
	return &p.Spec.Steps[p.graph.line[i].parallel], p.graph.line[i].branch, true
}

// StartsClock says whether an action starts the statutory clock: the one that deadline.startsAt names or, when it names
// none, every action that leads from the intake step to another step that is not a wait.
func (p *Procedure) StartsClock(step, action v1alpha1.ID) bool {
	if named := p.Spec.Deadline.StartsAt; named != "" {
		return named == string(step)+"/"+string(action)
	}
	taken, ok := p.Action(step, action)
	if !ok || step != p.Intake().ID {
		return false
	}
	next, ok := p.Step(ParseTarget(taken.To).Step)
	return ok && next.ID != step && next.Kind != v1alpha1.StepWait
}

// ParseTarget takes a target apart.
func ParseTarget(to v1alpha1.Target) Destination {
	switch outcome, isEnd := strings.CutPrefix(string(to), "end/"); {
	case isEnd && outcome == outcomeSet:
		return Destination{End: true}
	case isEnd:
		return Destination{End: true, Outcome: v1alpha1.ID(outcome)}
	case to == join:
		return Destination{Join: true}
	default:
		return Destination{Step: v1alpha1.ID(to)}
	}
}

// The words of a target that are not ids.
const (
	join       = "join"
	outcomeSet = "outcome"
)
