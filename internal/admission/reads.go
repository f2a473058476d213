package admission

import (
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/google/cel-go/common"
	"github.com/google/cel-go/common/ast"
	"github.com/google/cel-go/parser"
	schemacel "k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
)

// Most rules read little of a value: which of a few fields are there, and a word or two. What they say of one step of a
// procedure they say of every step that looks the same to them. So the values that broke no such rule are remembered by what
// the rules read of them, with what the rules cost.

// reads are the fields that the rules of a place read, where those decide what the rules say.
type reads struct {
	// present are the fields of which only the presence matters, and scalars those of which the value does.
	present, scalars []string
	// sound holds what a value without faults looked like, and the cost of looking; size bounds it.
	sound sync.Map
	size  atomic.Int64
}

// maxRemembered bounds what is remembered of one place of a schema.
const maxRemembered = 10_000

// readsOf returns what rules read of a value, or nil where that cannot be told from their text.
func readsOf(rules []compiledRule, types *typed) *reads {
	reader, err := parser.NewParser(parser.Macros(parser.AllMacros...))
	if err != nil {
		return nil
	}
	r := &reads{}
	for i := range rules {
		parsed, issues := reader.Parse(common.NewTextSource(rules[i].source))
		if len(issues.GetErrors()) > 0 || !r.add(parsed.Expr(), types) {
			return nil
		}
	}
	for _, fields := range []*[]string{&r.present, &r.scalars} {
		slices.Sort(*fields)
		*fields = slices.Compact(*fields)
	}
	return r
}

// add notes what an expression reads, and says whether that is all that it depends on.
func (r *reads) add(root ast.Expr, types *typed) bool {
	known := true
	selected := map[int64]bool{}
	ast.PreOrderVisit(root, ast.NewExprVisitor(func(e ast.Expr) {
		switch e.Kind() {
		case ast.SelectKind:
			selection := e.AsSelect()
			operand := selection.Operand()
			if operand.Kind() != ast.IdentKind || operand.AsIdent() != schemacel.ScopedVarName {
				known = false
				return
			}
			selected[operand.ID()] = true
			field := types.properties[selection.FieldName()]
			switch {
			case field == nil:
				known = false
			case selection.IsTestOnly():
				r.present = append(r.present, selection.FieldName())
			case field.Type() == "string" || field.Type() == "integer" || field.Type() == "boolean":
				r.scalars = append(r.scalars, selection.FieldName())
			default:
				known = false
			}
		case ast.IdentKind:
			known = known && selected[e.ID()]
		case ast.ComprehensionKind:
			known = false
		}
	}))
	return known
}

// look writes what the rules read of a value.
func (r *reads) look(value any) (string, bool) {
	object, ok := value.(map[string]any)
	if !ok {
		return "", false
	}
	var out strings.Builder
	out.Grow(64)
	for _, field := range r.present {
		if object[field] != nil {
			out.WriteByte('+')
		} else {
			out.WriteByte('-')
		}
	}
	for _, field := range r.scalars {
		switch v := object[field].(type) {
		case nil:
			out.WriteString("-")
		case string:
			out.WriteString(strconv.Itoa(len(v)) + "=" + v)
		case int64:
			out.WriteString("i" + strconv.FormatInt(v, 10) + ";")
		case bool:
			out.WriteString("b" + strconv.FormatBool(v) + ";")
		default:
			return "", false
		}
	}
	return out.String(), true
}

// remember notes a value that broke no rule.
func (r *reads) remember(look string, cost int64) {
	if r.size.Load() < maxRemembered {
		if _, known := r.sound.LoadOrStore(look, cost); !known {
			r.size.Add(1)
		}
	}
}
