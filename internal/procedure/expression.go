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

// formsVariable is the one variable of the language: all forms of a dossier. It cannot be written, only form('id') can.
const formsVariable = "@forms"

// language is the environment of the expression language, with the forms of the procedure that it is used for.
type language struct {
	env   *cel.Env
	types *formTypes
}

// languages are kept for the next procedure: to build one costs more than to compile all conditions of a procedure.
var languages = sync.Pool{New: func() any {
	l, err := newLanguage()
	if err != nil {
		return err
	}
	return l
}}

// newLanguage builds the environment. Its forms are those of one procedure after another, so that they are no part of it
// but are asked for when an expression is compiled.
func newLanguage() (*language, error) {
	base, err := cel.NewCustomEnv(
		cel.StdLib(),
		cel.ClearMacros(),
		cel.CrossTypeNumericComparisons(true),
		cel.ParserRecursionLimit(maxExpressionDepth),
		cel.ParserExpressionSizeLimit(maxExpressionLength),
	)
	if err != nil {
		return nil, fmt.Errorf("set up the expression language: %w", err)
	}
	known := &formTypes{Provider: base.CELTypeProvider()}
	env, err := base.Extend(
		cel.CustomTypeProvider(known),
		cel.Macros(cel.HasMacro, formMacro(known)),
		cel.Variable(formsVariable, types.NewObjectType(formsVariable)),
	)
	if err != nil {
		return nil, fmt.Errorf("set up the expression language: %w", err)
	}
	return &language{env: env, types: known}, nil
}

// expressionCompiler compiles the expressions of one procedure.
type expressionCompiler struct {
	forms    map[v1alpha1.ID]*v1alpha1.Form
	language *language
	compiled map[expressionKey]compilation
}

type expressionKey struct {
	form v1alpha1.ID
	text v1alpha1.Expression
}

type compilation struct {
	program cel.Program
	reading reading
	err     error
}

func newExpressionCompiler(forms map[v1alpha1.ID]*v1alpha1.Form) *expressionCompiler {
	return &expressionCompiler{forms: forms, compiled: map[expressionKey]compilation{}}
}

// close gives the language back. The programs that were compiled do not need it.
func (c *expressionCompiler) close() {
	if c.language != nil {
		c.language.types.forms = nil
		languages.Put(c.language)
		c.language = nil
	}
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
		done = c.build(text, own)
		c.compiled[key] = done
	}
	if done.err != nil {
		return nil, done.err
	}
	return &condition{text: text, program: done.program, reading: done.reading}, nil
}

func (c *expressionCompiler) build(text v1alpha1.Expression, own *v1alpha1.Form) compilation {
	program, reads, err := c.program(text, own)
	return compilation{program: program, reading: reads, err: err}
}

func (c *expressionCompiler) program(text v1alpha1.Expression, own *v1alpha1.Form) (cel.Program, reading, error) {
	if len(text) > maxExpressionLength {
		return nil, reading{}, fmt.Errorf("the condition is %d bytes long; at most %d are allowed", len(text), maxExpressionLength)
	}
	if err := c.begin(); err != nil {
		return nil, reading{}, err
	}
	parsed, issues := c.language.env.Parse(string(text))
	if issues != nil && issues.Err() != nil {
		return nil, reading{}, firstIssue(issues)
	}
	if own != nil {
		spellOut(parsed.NativeRep(), own)
	}
	checked, issues := c.language.env.Check(parsed)
	if issues != nil && issues.Err() != nil {
		return nil, reading{}, firstIssue(issues)
	}
	if checked.OutputType() != cel.BoolType {
		return nil, reading{}, fmt.Errorf("the expression is of type %s; a condition is true or false, so compare it with something", checked.OutputType())
	}
	root := checked.NativeRep().Expr()
	if form, bare := bareForm(root); bare {
		return nil, reading{}, fmt.Errorf("%s stands alone; read one of its fields, as %s.field", form, form)
	}
	program, err := c.language.env.Program(checked, cel.CostLimit(maxExpressionCost))
	if err != nil {
		return nil, reading{}, fmt.Errorf("plan the condition: %w", err)
	}
	return program, readingOf(root), nil
}

// begin takes a language when the first expression asks for one.
func (c *expressionCompiler) begin() error {
	if c.language != nil {
		return nil
	}
	switch l := languages.Get().(type) {
	case *language:
		l.types.forms = c.forms
		c.language = l
		return nil
	case error:
		return l
	default:
		return fmt.Errorf("set up the expression language: got a %T", l)
	}
}

// spellOut turns the bare names of a form's fields into what they stand for: form('id').field.
func spellOut(text *ast.AST, own *v1alpha1.Form) {
	factory := ast.NewExprFactory()
	next := ast.MaxID(text)
	ast.PostOrderVisit(text.Expr(), ast.NewExprVisitor(func(e ast.Expr) {
		if e.Kind() != ast.IdentKind || fieldOf(own, e.AsIdent()) == nil {
			return
		}
		form := factory.NewSelect(next+1, factory.NewIdent(next, formsVariable), string(own.ID))
		next += 2
		e.SetKindCase(factory.NewSelect(e.ID(), form, e.AsIdent()))
	}))
}

// fieldOf returns a field of a form, or nil.
func fieldOf(form *v1alpha1.Form, name string) *v1alpha1.FormField {
	for i := range form.Fields {
		if form.Fields[i].Name == name {
			return &form.Fields[i]
		}
	}
	return nil
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

// formVariable is the name of the type of a form. It is what authors write, so that messages of the compiler read well.
func formVariable(id v1alpha1.ID) string { return "form('" + string(id) + "')" }

// formMacro reads form('id') as that form of the dossier, and refuses a form that is not declared.
func formMacro(known *formTypes) cel.Macro {
	return cel.GlobalMacro("form", 1, func(factory cel.MacroExprFactory, _ ast.Expr, args []ast.Expr) (ast.Expr, *common.Error) {
		id, ok := "", args[0].Kind() == ast.LiteralKind
		if ok {
			id, ok = args[0].AsLiteral().Value().(string)
		}
		if !ok {
			return nil, factory.NewError(args[0].ID(), "form() takes the id of a form in quotes, as form('don')")
		}
		if _, declared := known.forms[v1alpha1.ID(id)]; !declared {
			return nil, factory.NewError(args[0].ID(), fmt.Sprintf("form %q is not declared in spec.forms", id))
		}
		return factory.NewSelect(factory.NewIdent(formsVariable), id), nil
	})
}

// formRead says which form an expression is, when it is one: form('id').
func formRead(e ast.Expr) (v1alpha1.ID, bool) {
	if e.Kind() != ast.SelectKind {
		return "", false
	}
	operand := e.AsSelect().Operand()
	if operand.Kind() != ast.IdentKind || operand.AsIdent() != formsVariable {
		return "", false
	}
	return v1alpha1.ID(e.AsSelect().FieldName()), true
}

// bareForm finds a form that is used otherwise than by reading one of its fields.
func bareForm(expr ast.Expr) (name string, found bool) {
	selected := map[int64]bool{}
	ast.PreOrderVisit(expr, ast.NewExprVisitor(func(e ast.Expr) {
		form, isForm := formRead(e)
		switch {
		case isForm:
			if !found && !selected[e.ID()] {
				name, found = formVariable(form), true
			}
		case e.Kind() == ast.SelectKind:
			selected[e.AsSelect().Operand().ID()] = true
		}
	}))
	return name, found
}
