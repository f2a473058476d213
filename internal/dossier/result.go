package dossier

import (
	"fmt"
	"regexp"
	"strings"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/procedure"
)

// Number is what is to be known to number a result. The number itself is taken where it is made durable, so that a book
// has no gaps.
type Number struct {
	// Event is the place, among the events of the decision, of the one that issues the result.
	Event int
	// Book and the year in which it counts, as "GPXD-UBND/2026".
	Book string

	pattern string
}

// Numbering returns the number that the events of a decision ask for; ok is false when they ask for none. A decision asks
// for at most one.
func Numbering(p *procedure.Procedure, events []Event) (n Number, ok bool) {
	for i := range events {
		result := events[i].Data.Result
		if result == nil || result.Book == "" || result.Number != 0 {
			continue
		}
		if outcome, known := p.Outcome(result.Outcome); known {
			return Number{Event: i, Book: result.Book, pattern: patternOf(outcome)}, true
		}
	}
	return Number{}, false
}

// Put returns the data of the event with a number in its result. It leaves the data that it is given alone, so that
// another number can be put in where the first did not count.
func (n Number) Put(number int64, data Data) Data {
	result := *data.Result
	result.Number, result.Text = number, numberText(n.pattern, number)
	data.Result = &result
	return data
}

// sequence is where the number stands in the pattern of a number book. The zeros say how many digits it has at the least.
var sequence = regexp.MustCompile(`\{seq(?::(0{0,12}))?\}`)

// patternOf is the pattern of an outcome's number book. Where the text forgets to say where the number stands, it stands
// in front.
func patternOf(outcome *v1alpha1.Outcome) string {
	if sequence.MatchString(outcome.Number) {
		return outcome.Number
	}
	return "{seq}/" + outcome.Number
}

// numberText is a number as it is printed.
func numberText(pattern string, number int64) string {
	return sequence.ReplaceAllStringFunc(pattern, func(place string) string {
		digits := len(sequence.FindStringSubmatch(place)[1])
		return fmt.Sprintf("%0*d", digits, number)
	})
}

// bookOf is the book in which the results of an outcome are numbered in a year: the pattern without the number, so that
// procedures with the same pattern share a book. A pattern that is nothing but the number is a book of its procedure.
func bookOf(p *procedure.Procedure, outcome *v1alpha1.Outcome, year int) string {
	name := strings.Trim(sequence.ReplaceAllString(patternOf(outcome), ""), "/-. ")
	if name == "" {
		name = p.Spec.Code + "/" + string(outcome.ID)
	}
	return fmt.Sprintf("%s/%d", name, year)
}

// issuedBy is the result that an action of an issue step issues; nil when it issues none: because it leads back, because
// no outcome is fixed, or because that result was issued before.
func (d *decision) issuedBy(step *v1alpha1.Step, action *v1alpha1.Action) *Result {
	if step.Kind != v1alpha1.StepIssue || action.ID != step.Actions[0].ID && leadsBack(d.p, step, action) {
		return nil
	}
	outcome, ok := d.p.Outcome(d.heads(d.state, action))
	if !ok || d.state.issued(outcome.ID) {
		return nil
	}
	return d.resultOf(outcome)
}

// issuedAtEnd is the result of a dossier that comes to its end without a step having issued it; nil when there is none to
// number.
func (d *decision) issuedAtEnd(outcome *v1alpha1.Outcome) *Result {
	if outcome.Number == "" || d.state.issued(outcome.ID) {
		return nil
	}
	d.retract()
	return d.resultOf(outcome)
}

// retract takes back a result of this very decision, which nobody has seen: the dossier went on, by itself, to an end with
// another one.
func (d *decision) retract() {
	for i := range d.events {
		if d.events[i].Data.Result != nil {
			d.events[i].Data.Result = nil
			d.state.Results = d.state.Results[:len(d.state.Results)-1]
		}
	}
}

// resultOf is the result of an outcome, without its number. It replaces the one before a correction.
func (d *decision) resultOf(outcome *v1alpha1.Outcome) *Result {
	result := &Result{Outcome: outcome.ID}
	if outcome.Number != "" {
		result.Book = bookOf(d.p, outcome, d.today().Year())
	}
	for _, earlier := range d.state.Results[:d.state.corrected()] {
		if earlier.Text != "" {
			result.Replaces = earlier.Text
		}
	}
	return result
}

// issued says whether a result was issued for an outcome since the dossier was last opened again.
func (s State) issued(outcome v1alpha1.ID) bool {
	for _, result := range s.Results[s.corrected():] {
		if result.Outcome == outcome {
			return true
		}
	}
	return false
}

// corrected is the number of results that were there when the dossier was last opened again.
func (s State) corrected() int {
	if len(s.Corrections) == 0 {
		return 0
	}
	return s.Corrections[len(s.Corrections)-1].Results
}

// leadsBack says whether a dossier can come back to a step after one of its actions.
func leadsBack(p *procedure.Procedure, step *v1alpha1.Step, action *v1alpha1.Action) bool {
	seen := map[v1alpha1.ID]bool{}
	var visit func(from v1alpha1.ID, to v1alpha1.Target) bool
	visit = func(from v1alpha1.ID, to v1alpha1.Target) bool {
		target := procedure.ParseTarget(to)
		if target.Join {
			parallel, _, ok := p.Branch(from)
			return ok && visit(parallel.ID, parallel.To)
		}
		next, ok := p.Step(target.Step)
		if target.End || !ok || seen[next.ID] {
			return false
		}
		seen[next.ID] = true
		if next.ID == step.ID {
			return true
		}
		for _, onward := range waysOut(next) {
			if visit(next.ID, onward) {
				return true
			}
		}
		return false
	}
	return visit(step.ID, action.To)
}

// waysOut are the targets to which a dossier may go from a step.
func waysOut(step *v1alpha1.Step) []v1alpha1.Target {
	var targets []v1alpha1.Target
	for i := range step.Actions {
		targets = append(targets, step.Actions[i].To)
	}
	for _, branch := range step.Branches {
		targets = append(targets, v1alpha1.Target(branch[0]))
	}
	if step.To != "" {
		targets = append(targets, step.To)
	}
	if step.Expires != nil {
		targets = append(targets, step.Expires.To)
	}
	return targets
}
