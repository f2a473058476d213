package procedure

import (
	"errors"
	"fmt"
	"slices"

	"chuan.dev/chuan/api/v1alpha1"
)

// checkFilledIn (F2): whatever a condition reads is filled in before it is asked, or the condition asks for it with has().
func checkFilledIn(s *subject) []violation {
	var found []violation
	for i := range s.spec.Documents {
		document := &s.spec.Documents[i]
		if c, ok := s.conditions[place{documentWhen, document.ID, ""}]; ok {
			found = append(found, s.readsDocuments(fmt.Sprintf("spec.documents[%d].when", i), c)...)
		}
	}
	found = append(found, s.readsOwnForm()...)
	for i := range s.spec.Steps {
		step := &s.spec.Steps[i]
		known := s.flow().before(i)
		if c, ok := s.conditions[place{stepWhen, step.ID, ""}]; ok {
			found = append(found, s.reads(stepPath(i)+".when", c, known, nil)...)
		}
		// What can be filled in during the step is there when one of its actions is taken, or else the service asks for it.
		here := s.formsOf(i)
		for a := range step.Actions {
			if c, ok := s.conditions[place{actionWhen, step.ID, string(step.Actions[a].ID)}]; ok {
				found = append(found, s.reads(actionPath(i, a)+".when", c, known, here)...)
			}
		}
	}
	return found
}

// readsDocuments looks at the condition of a document, which is asked by every action that requires the documents.
func (s *subject) readsDocuments(path string, c *condition) []violation {
	for i := range s.spec.Steps {
		for a := range s.spec.Steps[i].Actions {
			requires := s.spec.Steps[i].Actions[a].Requires
			if requires == nil || requires.Documents == "" {
				continue
			}
			if found := s.reads(path, c, s.flow().before(i), requires.Forms); found != nil {
				return found
			}
		}
	}
	return nil
}

// readsOwnForm looks at the conditions under which fields are required. They read fields of their own form, which is
// there; each of these has to be required, at least by a condition of its own.
func (s *subject) readsOwnForm() []violation {
	var found []violation
	for i := range s.spec.Forms {
		form := &s.spec.Forms[i]
		for k := range form.Fields {
			c, ok := s.conditions[place{fieldRequiredWhen, form.ID, form.Fields[k].Name}]
			if !ok {
				continue
			}
			for _, u := range c.reading.uses {
				if read := fieldOf(form, u.field.field); !isTrue(read.Required) && read.RequiredWhen == "" {
					found = append(found, empty(fmt.Sprintf("spec.forms[%d].fields[%d].requiredWhen", i, k), c, u.field))
				}
			}
		}
	}
	return found
}

// reads evaluates a condition for every way in which its forms may be left when it is asked: those that are surely there
// and those that can be filled in here in every valid way, the others also not at all.
func (s *subject) reads(path string, c *condition, known facts, here []v1alpha1.ID) []violation {
	var absent []v1alpha1.ID
	gaps := false
	for _, u := range c.reading.uses {
		form := u.field.form
		if known&s.flow().forms[form] == 0 && !slices.Contains(here, form) && !slices.Contains(absent, form) {
			absent = append(absent, form)
		}
		gaps = gaps || !isTrue(fieldOf(s.forms[form], u.field.field).Required)
	}
	if gaps {
		absent = append(absent, "")
	}
	for _, form := range absent {
		if field, missing := s.missing(c, form); missing {
			if form == "" {
				return []violation{empty(path, c, field)}
			}
			return []violation{at(path,
				"the condition %q reads %s, and a dossier can come here without the form %s; let an action on every way here require it (requires.forms)",
				"điều kiện %q đọc %s, nhưng hồ sơ có thể đến đây khi chưa có biểu mẫu %s; cần có hành động yêu cầu biểu mẫu này (requires.forms) trên mọi đường đến đây",
				c.text, field, form)}
		}
	}
	return nil
}

// missing finds a field for want of which a condition cannot be decided when a form is not filled in at all.
func (s *subject) missing(c *condition, without v1alpha1.ID) (field fieldRef, found bool) {
	s.fillingsOf([]*condition{c}).each(1, without, func(forms Forms) bool {
		var unfilled *notFilledIn
		if _, err := c.holds(forms); errors.As(err, &unfilled) {
			field, found = unfilled.field, true
		}
		return !found
	})
	return field, found
}

func empty(path string, c *condition, field fieldRef) violation {
	return at(path,
		"the condition %q reads %s, which may be left empty; make the field required, or ask has(%[2]s) first",
		"điều kiện %q đọc %s là trường có thể để trống; hãy đặt required: true cho trường này hoặc hỏi has(%[2]s) trước",
		c.text, field)
}
