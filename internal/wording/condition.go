package wording

import (
	"strconv"
	"strings"
	"sync"

	"github.com/google/cel-go/common"
	"github.com/google/cel-go/common/ast"
	"github.com/google/cel-go/common/operators"
	"github.com/google/cel-go/parser"

	"chuan.dev/chuan/api/v1alpha1"
)

// Condition is a condition over forms in words: trong khu vực bảo vệ di tích và số tầng > 3, by the titles of the
// fields. own is the form whose fields the condition reads by their bare names, or nil. A condition that has no plain
// words stays as it is written.
func Condition(text v1alpha1.Expression, forms []v1alpha1.Form, own *v1alpha1.Form) string {
	if text == "" {
		return ""
	}
	parsed, errs := parserOfConditions().Parse(common.NewTextSource(string(text)))
	if len(errs.GetErrors()) > 0 {
		return string(text)
	}
	speaker := &conditionSpeaker{forms: forms, own: own}
	words := speaker.say(parsed.Expr())
	if speaker.lost {
		return string(text)
	}
	return words
}

// parserOfConditions knows no macros, so that has(x) stays a call.
var parserOfConditions = sync.OnceValue(func() *parser.Parser {
	p, err := parser.NewParser(parser.MaxRecursionDepth(50), parser.ExpressionSizeCodePointLimit(1000))
	if err != nil {
		panic(err) // The options are constants.
	}
	return p
})

// conditionSpeaker puts an expression into words.
type conditionSpeaker struct {
	forms []v1alpha1.Form
	own   *v1alpha1.Form
	// lost says that something had no words.
	lost bool
}

var comparisons = map[string]string{
	operators.Greater: ">", operators.GreaterEquals: "≥", operators.Less: "<", operators.LessEquals: "≤",
}

// say puts an expression that is true or false into words.
func (s *conditionSpeaker) say(e ast.Expr) string {
	if field := s.field(e); field != nil {
		return quoted(field.Title)
	}
	if e.Kind() != ast.CallKind {
		return s.lose()
	}
	call := e.AsCall()
	args := call.Args()
	switch name := call.FunctionName(); name {
	case operators.LogicalAnd:
		return s.part(args[0], operators.LogicalOr) + " và " + s.part(args[1], operators.LogicalOr)
	case operators.LogicalOr:
		return s.part(args[0], operators.LogicalAnd) + " hoặc " + s.part(args[1], operators.LogicalAnd)
	case operators.LogicalNot:
		return "không phải: " + s.part(args[0], operators.LogicalAnd, operators.LogicalOr)
	case operators.Equals, operators.NotEquals:
		return s.equality(args[0], args[1], name == operators.Equals)
	case operators.Greater, operators.GreaterEquals, operators.Less, operators.LessEquals:
		return s.value(args[0]) + " " + comparisons[name] + " " + s.value(args[1])
	case operators.In:
		return s.membership(args[0], args[1])
	case "has":
		if field := s.field(args[0]); len(args) == 1 && field != nil {
			return "có ghi " + quoted(field.Title)
		}
	}
	return s.lose()
}

// part is an operand, in brackets where it is one of the given operators.
func (s *conditionSpeaker) part(e ast.Expr, bracketed ...string) string {
	words := s.say(e)
	if e.Kind() == ast.CallKind {
		for _, operator := range bracketed {
			if e.AsCall().FunctionName() == operator {
				return "(" + words + ")"
			}
		}
	}
	return words
}

func (s *conditionSpeaker) equality(left, right ast.Expr, equal bool) string {
	field := s.field(left)
	if field == nil {
		left, right = right, left
		field = s.field(left)
	}
	if truth, ok := literal(right).(bool); ok && field != nil {
		if truth == equal {
			return quoted(field.Title)
		}
		return "không phải: " + quoted(field.Title)
	}
	verb := " là "
	if !equal {
		verb = " không phải là "
	}
	return s.value(left) + verb + s.value(right)
}

func (s *conditionSpeaker) membership(element, list ast.Expr) string {
	if list.Kind() != ast.ListKind {
		return s.lose()
	}
	values := make([]string, 0, list.AsList().Size())
	for _, e := range list.AsList().Elements() {
		values = append(values, s.value(e))
	}
	return s.value(element) + " là một trong: " + strings.Join(values, ", ")
}

// value puts a field or a literal into words.
func (s *conditionSpeaker) value(e ast.Expr) string {
	if field := s.field(e); field != nil {
		return quoted(field.Title)
	}
	switch v := literal(e).(type) {
	case string:
		return "“" + v + "”"
	case bool:
		if v {
			return "có"
		}
		return "không"
	case int64:
		return strconv.FormatInt(v, 10)
	case uint64:
		return strconv.FormatUint(v, 10)
	case float64:
		return strings.ReplaceAll(strconv.FormatFloat(v, 'f', -1, 64), ".", ",")
	default:
		return s.lose()
	}
}

func literal(e ast.Expr) any {
	if e.Kind() != ast.LiteralKind {
		return nil
	}
	return e.AsLiteral().Value()
}

// field returns the form field that an expression reads: form('don').soTang, or soTang in the form itself.
func (s *conditionSpeaker) field(e ast.Expr) *v1alpha1.FormField {
	switch e.Kind() {
	case ast.IdentKind:
		return fieldOf(s.own, e.AsIdent())
	case ast.SelectKind:
		operand := e.AsSelect().Operand()
		if operand.Kind() != ast.CallKind || operand.AsCall().FunctionName() != "form" || len(operand.AsCall().Args()) != 1 {
			return nil
		}
		id := literal(operand.AsCall().Args()[0])
		for i := range s.forms {
			if id == string(s.forms[i].ID) {
				return fieldOf(&s.forms[i], e.AsSelect().FieldName())
			}
		}
	}
	return nil
}

func fieldOf(form *v1alpha1.Form, name string) *v1alpha1.FormField {
	if form == nil {
		return nil
	}
	for i := range form.Fields {
		if form.Fields[i].Name == name {
			return &form.Fields[i]
		}
	}
	return nil
}

func quoted(title v1alpha1.Title) string { return "“" + string(title) + "”" }

func (s *conditionSpeaker) lose() string {
	s.lost = true
	return ""
}
