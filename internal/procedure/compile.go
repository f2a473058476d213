package procedure

import (
	"fmt"

	"chuan.dev/chuan/api/v1alpha1"
)

// compileConditions compiles every condition of a procedure and returns the faults of those that do not compile.
func compileConditions(g *graph) (conditions, []violation) {
	var faults []violation
	compiled := conditions{}
	compiler, err := newExpressionCompiler(g.forms)
	if err != nil {
		return nil, []violation{at("spec.forms", "%s", "%s", err)}
	}
	add := func(at place, path string, text v1alpha1.Expression, own *v1alpha1.Form) {
		if text == "" {
			return
		}
		c, err := compiler.compile(text, own)
		if err != nil {
			faults = append(faults, expressionFault(path, text, err))
			return
		}
		compiled[at] = c
	}
	for i := range g.spec.Documents {
		document := &g.spec.Documents[i]
		add(place{documentWhen, document.ID, ""}, fmt.Sprintf("spec.documents[%d].when", i), document.When, nil)
	}
	for i := range g.spec.Forms {
		form := &g.spec.Forms[i]
		for k := range form.Fields {
			field := &form.Fields[k]
			path := fmt.Sprintf("spec.forms[%d].fields[%d].requiredWhen", i, k)
			add(place{fieldRequiredWhen, form.ID, field.Name}, path, field.RequiredWhen, form)
		}
	}
	for i := range g.spec.Steps {
		step := &g.spec.Steps[i]
		add(place{stepWhen, step.ID, ""}, stepPath(i)+".when", step.When, nil)
		for a := range step.Actions {
			action := &step.Actions[a]
			add(place{actionWhen, step.ID, string(action.ID)}, actionPath(i, a)+".when", action.When, nil)
		}
	}
	return compiled, faults
}

func expressionFault(path string, text v1alpha1.Expression, err error) violation {
	const longest = 80
	shown := []rune(string(text))
	if len(shown) > longest {
		shown = append(shown[:longest], '…')
	}
	return at(path,
		"the condition %q is not a sound expression over the forms: %s",
		"điều kiện %q không đúng đối với các biểu mẫu của quy trình: %s",
		string(shown), err)
}

// checkExpressions (E1): every condition compiles, reads only declared fields of declared forms, and is true or false.
func checkExpressions(s *subject) []violation { return s.faults }
