package admission

import (
	"context"
	"math"
	"strings"

	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"
	"github.com/google/cel-go/interpreter"
	schemacel "k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	"k8s.io/apimachinery/pkg/util/validation/field"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
	"k8s.io/apiserver/pkg/cel/common"

	"chuan.dev/chuan/internal/rule"
)

// walk holds one object against the rules of its kind.
type walk struct {
	ctx      context.Context //nolint:containedctx // a walk lives within one call
	findings []rule.Finding
	// budget is what the rules may still cost, in units of CEL; below zero, nothing more is run.
	budget int64
}

// place is a value within the object. The way to it is written out only where a rule is broken.
type place struct {
	above *place
	name  string
	index int
}

func (p *place) path() *field.Path {
	switch {
	case p == nil:
		return nil
	case p.name != "":
		if above := p.above.path(); above != nil {
			return above.Child(p.name)
		}
		return field.NewPath(p.name)
	default:
		return p.above.path().Index(p.index)
	}
}

func (w *walk) value(n *node, at *place, value any) {
	if value == nil || w.budget < 0 {
		return
	}
	if len(n.rules) > 0 {
		w.remembered(n, at, value)
	}
	switch v := value.(type) {
	case map[string]any:
		for _, name := range n.order {
			if inner, there := v[name]; there {
				w.value(n.properties[name], &place{above: at, name: name}, inner)
			}
		}
	case []any:
		if n.items != nil {
			for i, item := range v {
				w.value(n.items, &place{above: at, index: i}, item)
			}
		}
	}
}

// remembered runs the rules of one place, unless a value that looks the same to them is known to break none.
func (w *walk) remembered(n *node, at *place, value any) {
	if n.reads == nil {
		w.rules(n, at, value)
		return
	}
	look, ok := n.reads.look(value)
	if ok {
		known, _ := n.reads.sound.Load(look)
		if cost, sound := known.(int64); sound && cost <= w.budget {
			w.budget -= cost
			return
		}
	}
	before, faults := w.budget, len(w.findings)
	w.rules(n, at, value)
	if ok && w.budget >= 0 && len(w.findings) == faults {
		n.reads.remember(look, before-w.budget)
	}
}

// rules runs the rules of one place.
func (w *walk) rules(n *node, at *place, value any) {
	self := activation{common.UnstructuredToVal(value, n.schema)}
	for i := range n.rules {
		r := &n.rules[i]
		result, details, err := r.program.ContextEval(w.ctx, self)
		if w.ctx.Err() != nil {
			w.budget = -1
			return
		}
		switch cost := details.ActualCost(); {
		case cost == nil || *cost > math.MaxInt64 || int64(*cost) > w.budget:
			w.say(at, "", "validation failed due to running out of cost budget, no further validation rules will be run")
			w.budget = -1
			return
		default:
			w.budget -= int64(*cost)
		}
		switch {
		case err != nil && strings.HasPrefix(err.Error(), "operation cancelled: actual cost limit exceeded"):
			w.say(at, "", err.Error()+": no further validation rules will be run due to call cost exceeds limit for rule: "+r.text)
			w.budget = -1
			return
		case err != nil:
			w.say(at, "", err.Error()+" evaluating rule: "+r.text)
		case result != types.True:
			w.say(at, r.field, w.message(r, self))
		}
	}
}

// message words what a broken rule says.
func (w *walk) message(r *compiledRule, self activation) string {
	if r.reason == nil {
		return r.message
	}
	result, details, err := r.reason.ContextEval(w.ctx, self)
	if cost := details.ActualCost(); cost != nil && *cost <= math.MaxInt64 {
		w.budget -= int64(*cost)
	}
	if err != nil {
		return r.message
	}
	text, ok := result.Value().(string)
	text = strings.TrimSpace(text)
	if !ok || text == "" || len(text) > celconfig.MaxEvaluatedMessageExpressionSizeBytes || strings.Contains(text, "\n") {
		return r.message
	}
	return text
}

func (w *walk) say(at *place, below, message string) {
	where := at.path()
	switch {
	case below == "":
	case where == nil:
		where = field.NewPath(below)
	default:
		where = where.Child(below)
	}
	path := ""
	if where != nil {
		path = where.String()
	}
	w.findings = append(w.findings, rule.Finding{
		Rule: ruleSchema, Severity: rule.Error, Path: path,
		Message:   "the API server refuses this: " + message,
		MessageVi: "vi phạm ràng buộc của lược đồ: " + message,
	})
}

// activation gives rules the value they speak of.
type activation struct{ self ref.Val }

var _ interpreter.Activation = activation{}

// ResolveName returns what a name stands for.
func (a activation) ResolveName(name string) (any, bool) {
	if name == schemacel.ScopedVarName {
		return a.self, true
	}
	return nil, false
}

// Parent returns the activation around this one: none.
func (activation) Parent() interpreter.Activation { return nil }
