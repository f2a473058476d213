package procedure

import (
	"errors"
	"fmt"

	"github.com/google/cel-go/cel"

	"chuan.dev/chuan/api/v1alpha1"
)

// Forms are the values that a dossier's forms hold, by form and by field, as they come from JSON: a string, a bool, a
// number (float64, json.Number or a Go integer), or nil for a field that was left empty.
type Forms map[v1alpha1.ID]map[string]any

// ErrNotFilledIn is wrapped by the error of a condition that reads a field which has no value yet.
var ErrNotFilledIn = errors.New("not filled in")

// StepApplies says whether a dossier with these forms takes a step (steps[].when). A step without a condition is always
// taken. The error says why the condition cannot be decided.
func (p *Procedure) StepApplies(step v1alpha1.ID, forms Forms) (bool, error) {
	return p.conditions.holds(place{stepWhen, step, ""}, forms)
}

// ActionApplies says whether an action is offered to a dossier with these forms (actions[].when). An action without a
// condition is always offered. The error says why the condition cannot be decided.
func (p *Procedure) ActionApplies(step, action v1alpha1.ID, forms Forms) (bool, error) {
	return p.conditions.holds(place{actionWhen, step, string(action)}, forms)
}

// DocumentApplies says whether a document is asked of a dossier with these forms (documents[].when). Whether it is then
// mandatory is the document's own required. The error says why the condition cannot be decided.
func (p *Procedure) DocumentApplies(document v1alpha1.ID, forms Forms) (bool, error) {
	return p.conditions.holds(place{documentWhen, document, ""}, forms)
}

// FieldRequired says whether a field must be filled in: always (required), or because its requiredWhen holds for the
// values of its own form. The error says why the condition cannot be decided.
func (p *Procedure) FieldRequired(form v1alpha1.ID, field string, forms Forms) (bool, error) {
	declared, ok := p.Form(form)
	if !ok {
		return false, fmt.Errorf("procedure %s has no form %s", p.Name, form)
	}
	for i := range declared.Fields {
		f := &declared.Fields[i]
		if f.Name != field {
			continue
		}
		if f.RequiredWhen == "" || isTrue(f.Required) {
			return isTrue(f.Required), nil
		}
		return p.conditions.holds(place{fieldRequiredWhen, form, field}, forms)
	}
	return false, fmt.Errorf("procedure %s: form %s has no field %s", p.Name, form, field)
}

// fieldRef names a field of a form.
type fieldRef struct {
	form  v1alpha1.ID
	field string
}

func (r fieldRef) String() string { return formVariable(r.form) + "." + r.field }

// notFilledIn is the error of a condition that reads a field which has no value yet.
type notFilledIn struct{ field fieldRef }

func (e *notFilledIn) Error() string { return fmt.Sprintf("%s is %s", e.field, ErrNotFilledIn) }

// Unwrap lets errors.Is find ErrNotFilledIn.
func (e *notFilledIn) Unwrap() error { return ErrNotFilledIn }

func isTrue(b *bool) bool { return b != nil && *b }

// placeKind tells the fields that hold a condition apart.
type placeKind uint8

const (
	stepWhen placeKind = iota
	actionWhen
	documentWhen
	fieldRequiredWhen
)

// place is where a condition stands: an owner, and an action or a field within it.
type place struct {
	kind   placeKind
	owner  v1alpha1.ID
	member string
}

// condition is a compiled expression.
type condition struct {
	text    v1alpha1.Expression
	program cel.Program
	reading reading
}

// conditions are the compiled conditions of a procedure.
type conditions map[place]*condition

func (c conditions) holds(at place, forms Forms) (bool, error) {
	compiled, ok := c[at]
	if !ok {
		return true, nil
	}
	return compiled.holds(forms)
}

func (c *condition) holds(forms Forms) (bool, error) {
	result, _, err := c.program.Eval(&activation{forms: forms})
	if err != nil {
		return false, fmt.Errorf("condition %q cannot be decided: %w", c.text, err)
	}
	// The compiler admits only expressions of type bool.
	holds, _ := result.Value().(bool)
	return holds, nil
}
