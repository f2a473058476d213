package procedure

import (
	"fmt"
	"strings"
	"sync"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common"
	"github.com/google/cel-go/common/ast"
	"github.com/google/cel-go/common/types"

	"chuan.dev/chuan/api/v1alpha1"
)

// The bounds of the expression language. An expression has no loops: of the macros only has() is there, so that its cost
// grows no faster than its length.
const (
	maxExpressionLength = 1000
	maxExpressionDepth  = 50
	// maxExpressionCost bounds one evaluation in CEL's own units; a condition of a real procedure needs some tens.
	maxExpressionCost = 20_000
	// maxExpressions bounds how many different expressions are compiled for one procedure; the longest known has ten.
	maxExpressions = 1000
)

// baseEnvironment is what every expression may use, before the forms of a procedure are known. Building it is the dear
// part, so it is built once.
var baseEnvironment = sync.OnceValues(func() (*cel.Env, error) {
	return cel.NewCustomEnv(
		cel.StdLib(),
		cel.ClearMacros(),
		cel.Macros(cel.HasMacro),
		cel.CrossTypeNumericComparisons(true),
		cel.ParserRecursionLimit(maxExpressionDepth),
		cel.ParserExpressionSizeLimit(maxExpressionLength),
	)
})

// expressionCompiler compiles the expressions of one procedure.
type expressionCompiler struct {
	forms map[v1alpha1.ID]*v1alpha1.Form
	// overForms reads forms by form('id').field.
	overForms *cel.Env
	// overFields reads the fields of one form by their bare names.
	overFields map[v1alpha1.ID]*cel.Env
	compiled   map[expressionKey]compilation
}

type expressionKey struct {
	form v1alpha1.ID
	text v1alpha1.Expression
}

type compilation struct {
	program cel.Program
	err     error
}

func newExpressionCompiler(forms map[v1alpha1.ID]*v1alpha1.Form) (*expressionCompiler, error) {
	base, err := baseEnvironment()
	if err != nil {
		return nil, fmt.Errorf("set up the expression language: %w", err)
	}
	options := []cel.EnvOption{
		cel.CustomTypeProvider(&formTypes{Provider: base.CELTypeProvider(), forms: forms}),
		cel.Macros(formMacro(forms)),
	}
	for id := range forms {
		options = append(options, cel.Variable(formVariable(id), types.NewObjectType(formVariable(id))))
	}
	overForms, err := base.Extend(options...)
	if err != nil {
		return nil, fmt.Errorf("declare the forms to the expression language: %w", err)
	}
	return &expressionCompiler{
		forms:      forms,
		overForms:  overForms,
		overFields: map[v1alpha1.ID]*cel.Env{},
		compiled:   map[expressionKey]compilation{},
	}, nil
}

// compile compiles an expression that reads forms by form('id').field or, when own is given, the fields of that form by
// their bare names. Equal expressions are compiled once.
func (c *expressionCompiler) compile(text v1alpha1.Expression, own *v1alpha1.Form) (*condition, error) {
	key := expressionKey{text: text}
	if own != nil {
		key.form = own.ID
	}
	done, ok := c.compiled[key]
	if !ok {
		if len(c.compiled) >= maxExpressions {
			return nil, fmt.Errorf("the procedure has more than %d different conditions", maxExpressions)
		}
		done.program, done.err = c.build(text, own)
		c.compiled[key] = done
	}
	if done.err != nil {
		return nil, done.err
	}
	return &condition{text: text, program: done.program, own: own}, nil
}

func (c *expressionCompiler) build(text v1alpha1.Expression, own *v1alpha1.Form) (cel.Program, error) {
	if len(text) > maxExpressionLength {
		return nil, fmt.Errorf("the condition is %d bytes long; at most %d are allowed", len(text), maxExpressionLength)
	}
	env := c.overForms
	if own != nil {
		var err error
		if env, err = c.environmentOf(own); err != nil {
			return nil, err
		}
	}
	checked, issues := env.Compile(string(text))
	if issues != nil && issues.Err() != nil {
		return nil, firstIssue(issues)
	}
	if checked.OutputType() != cel.BoolType {
		return nil, fmt.Errorf("the expression is of type %s; a condition is true or false, so compare it with something", checked.OutputType())
	}
	if form, bare := bareForm(checked.NativeRep().Expr()); bare {
		return nil, fmt.Errorf("%s stands alone; read one of its fields, as %s.field", form, form)
	}
	program, err := env.Program(checked, cel.CostLimit(maxExpressionCost))
	if err != nil {
		return nil, fmt.Errorf("plan the condition: %w", err)
	}
	return program, nil
}

// environmentOf returns the environment in which the fields of a form are variables.
func (c *expressionCompiler) environmentOf(form *v1alpha1.Form) (*cel.Env, error) {
	if env, ok := c.overFields[form.ID]; ok {
		return env, nil
	}
	base, err := baseEnvironment()
	if err != nil {
		return nil, fmt.Errorf("set up the expression language: %w", err)
	}
	variables := make([]cel.EnvOption, len(form.Fields))
	for i := range form.Fields {
		variables[i] = cel.Variable(form.Fields[i].Name, celType(form.Fields[i].Type))
	}
	env, err := base.Extend(variables...)
	if err != nil {
		return nil, fmt.Errorf("declare the fields of form %s to the expression language: %w", form.ID, err)
	}
	c.overFields[form.ID] = env
	return env, nil
}

// firstIssue turns the first of the compiler's complaints into an error with its column.
func firstIssue(issues *cel.Issues) error {
	first := issues.Errors()[0]
	// The compiler goes on about what it expected, over several lines; the first says what is wrong.
	message, _, _ := strings.Cut(first.Message, "\n")
	if len(message) > 300 {
		message = message[:300] + "…"
	}
	return fmt.Errorf("at character %d: %s", first.Location.Column()+1, strings.ToValidUTF8(message, ""))
}

// formVariable is the name under which a form is known to the expression language. It is what authors write, so that
// messages of the compiler read well, and no identifier, so that there is no other way to write it.
func formVariable(id v1alpha1.ID) string { return "form('" + string(id) + "')" }

// formMacro reads form('id') as the variable of that form, and refuses a form that is not declared.
func formMacro(forms map[v1alpha1.ID]*v1alpha1.Form) cel.Macro {
	return cel.GlobalMacro("form", 1, func(factory cel.MacroExprFactory, _ ast.Expr, args []ast.Expr) (ast.Expr, *common.Error) {
		id, ok := "", args[0].Kind() == ast.LiteralKind
		if ok {
			id, ok = args[0].AsLiteral().Value().(string)
		}
		if !ok {
			return nil, factory.NewError(args[0].ID(), "form() takes the id of a form in quotes, as form('don')")
		}
		if _, declared := forms[v1alpha1.ID(id)]; !declared {
			return nil, factory.NewError(args[0].ID(), fmt.Sprintf("form %q is not declared in spec.forms", id))
		}
		return factory.NewIdent(formVariable(v1alpha1.ID(id))), nil
	})
}

// bareForm finds a form that is used otherwise than by reading one of its fields.
func bareForm(expr ast.Expr) (name string, found bool) {
	selected := map[int64]bool{}
	ast.PreOrderVisit(expr, ast.NewExprVisitor(func(e ast.Expr) {
		switch {
		case e.Kind() == ast.SelectKind:
			selected[e.AsSelect().Operand().ID()] = true
		case found || e.Kind() != ast.IdentKind || selected[e.ID()]:
		case strings.HasPrefix(e.AsIdent(), "form('"):
			name, found = e.AsIdent(), true
		}
	}))
	return name, found
}
