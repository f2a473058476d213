package procedure

import (
	"math"
	"slices"

	"github.com/google/cel-go/common/ast"
	"github.com/google/cel-go/common/operators"

	"chuan.dev/chuan/api/v1alpha1"
)

// reading is what an expression does with the fields that it reads.
type reading struct {
	// uses are the fields, in the order in which the text names them first.
	uses []use
	// whenTrue are fields that are surely filled in when the expression is true.
	whenTrue []fieldRef
}

// use is what an expression does with one field.
type use struct {
	field fieldRef
	// numbers and texts are the constants with which the field is compared.
	numbers []float64
	texts   []string
	// ordered says that a text is compared by order, as dates are.
	ordered bool
	// free says that the field is used otherwise than in a comparison with a constant, so that a few chosen values do not
	// stand for all.
	free bool
}

// comparisons are the operators that compare two values, and whether by order.
var comparisons = map[string]bool{
	operators.Equals: false, operators.NotEquals: false,
	operators.Less: true, operators.LessEquals: true, operators.Greater: true, operators.GreaterEquals: true,
}

func readingOf(root ast.Expr) reading {
	r := &reader{}
	r.visit(root)
	r.whenTrue = surelyRead(root)
	return r.reading
}

type reader struct{ reading }

// visit walks an expression whose value is true or false.
func (r *reader) visit(e ast.Expr) {
	if _, isField := fieldRead(e); isField {
		// A field that is itself true or false, or one that has() asks for.
		r.of(e)
		return
	}
	if e.Kind() != ast.CallKind {
		r.freely(e)
		return
	}
	call := e.AsCall()
	args := call.Args()
	switch call.FunctionName() {
	case operators.LogicalAnd, operators.LogicalOr, operators.LogicalNot, operators.Conditional:
		for _, arg := range args {
			r.visit(arg)
		}
	case operators.In:
		if args[1].Kind() != ast.ListKind {
			r.freely(e)
			return
		}
		for _, element := range args[1].AsList().Elements() {
			r.compared(args[0], element, false)
		}
	default:
		ordered, compares := comparisons[call.FunctionName()]
		if !compares {
			r.freely(e)
			return
		}
		r.compared(args[0], args[1], ordered)
	}
}

// compared notes a comparison of two expressions.
func (r *reader) compared(a, b ast.Expr, ordered bool) {
	if _, isField := fieldRead(b); isField {
		a, b = b, a
	}
	if _, isField := fieldRead(a); !isField {
		r.freely(a)
		r.freely(b)
		return
	}
	u := r.of(a)
	switch value := constant(b).(type) {
	case string:
		u.texts = append(u.texts, value)
		u.ordered = u.ordered || ordered
	case float64:
		u.numbers = append(u.numbers, value)
	case bool:
	default:
		u.free = true
		r.freely(b)
	}
}

// freely notes every field within an expression as used in a way that is not understood.
func (r *reader) freely(e ast.Expr) {
	ast.PreOrderVisit(e, ast.NewExprVisitor(func(e ast.Expr) {
		if _, isField := fieldRead(e); isField {
			r.of(e).free = true
		}
	}))
}

// of returns the use of the field that an expression reads.
func (r *reader) of(e ast.Expr) *use {
	field, _ := fieldRead(e)
	i := slices.IndexFunc(r.uses, func(u use) bool { return u.field == field })
	if i < 0 {
		i = len(r.uses)
		r.uses = append(r.uses, use{field: field})
	}
	return &r.uses[i]
}

// fieldRead says which field an expression reads, or asks for by has().
func fieldRead(e ast.Expr) (fieldRef, bool) {
	if e.Kind() != ast.SelectKind {
		return fieldRef{}, false
	}
	form, ok := formRead(e.AsSelect().Operand())
	return fieldRef{form: form, field: e.AsSelect().FieldName()}, ok
}

// constant returns the value of a constant: a string, a bool, or a number as float64; nil for anything else.
func constant(e ast.Expr) any {
	if e.Kind() == ast.CallKind && e.AsCall().FunctionName() == operators.Negate {
		if number, ok := constant(e.AsCall().Args()[0]).(float64); ok {
			return -number
		}
		return nil
	}
	if e.Kind() != ast.LiteralKind {
		return nil
	}
	switch value := e.AsLiteral().Value().(type) {
	case int64:
		return float64(value)
	case uint64:
		return float64(value)
	case float64:
		if math.IsNaN(value) || math.IsInf(value, 0) {
			return nil
		}
		return value
	case string, bool:
		return value
	default:
		return nil
	}
}

// surelyRead returns fields that are filled in whenever an expression is true. It looks into conjunctions and comparisons
// only; of anything else it knows none.
func surelyRead(e ast.Expr) []fieldRef {
	if field, isField := fieldRead(e); isField {
		return []fieldRef{field}
	}
	if e.Kind() != ast.CallKind {
		return nil
	}
	call := e.AsCall()
	args := call.Args()
	_, compares := comparisons[call.FunctionName()]
	switch {
	case call.FunctionName() == operators.LogicalAnd:
		return append(surelyRead(args[0]), surelyRead(args[1])...)
	case compares || call.FunctionName() == operators.In:
		if field, isField := fieldRead(args[0]); isField && !args[0].AsSelect().IsTestOnly() {
			return []fieldRef{field}
		}
	}
	return nil
}

// steers says whether fields of a type may decide the way of a dossier: those of free text and files may not, because
// nobody could say beforehand what they will hold.
func steers(t v1alpha1.FieldType) bool { return t != v1alpha1.FieldText && t != v1alpha1.FieldFile }
