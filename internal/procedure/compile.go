package procedure

import (
	"fmt"

	"chuan.dev/chuan/api/v1alpha1"
)

// compileConditions compiles every condition of a procedure and returns the faults of those that do not compile.
func compileConditions(g *graph) (conditions, []violation) {
	var faults []violation
	compiled := conditions{}
	compiler := newExpressionCompiler(g.forms)
	defer compiler.close()
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

// checkSteering (E1): no condition reads free text or a file.
func checkSteering(s *subject) []violation {
	var found []violation
	s.eachCondition(func(path string, c *condition) {
		for _, u := range c.reading.uses {
			if field := fieldOf(s.forms[u.field.form], u.field.field); !steers(field.Type) {
				found = append(found, at(path,
					"the condition %q reads %s, which is of type %s; nobody can say beforehand what it will hold, so decide by a boolean, an enum, a number, a date or a string",
					"điều kiện %q đọc trường %s thuộc loại %s; không thể biết trước nội dung, hãy quyết định theo trường boolean, enum, số, ngày hoặc string",
					c.text, u.field, field.Type))
			}
		}
	})
	return found
}

// eachCondition calls visit for every condition that compiles, in the order of the text.
func (s *subject) eachCondition(visit func(path string, c *condition)) {
	see := func(at place, path string) {
		if c, ok := s.conditions[at]; ok {
			visit(path, c)
		}
	}
	for i := range s.spec.Documents {
		if document := &s.spec.Documents[i]; document.When != "" {
			see(place{documentWhen, document.ID, ""}, fmt.Sprintf("spec.documents[%d].when", i))
		}
	}
	for i := range s.spec.Forms {
		form := &s.spec.Forms[i]
		for k := range form.Fields {
			if field := &form.Fields[k]; field.RequiredWhen != "" {
				see(place{fieldRequiredWhen, form.ID, field.Name}, fmt.Sprintf("spec.forms[%d].fields[%d].requiredWhen", i, k))
			}
		}
	}
	for i := range s.spec.Steps {
		step := &s.spec.Steps[i]
		if step.When != "" {
			see(place{stepWhen, step.ID, ""}, stepPath(i)+".when")
		}
		for a := range step.Actions {
			if action := &step.Actions[a]; action.When != "" {
				see(place{actionWhen, step.ID, string(action.ID)}, actionPath(i, a)+".when")
			}
		}
	}
}
