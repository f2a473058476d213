package procedure

import (
	"fmt"
	"slices"
	"strings"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/rule"
)

// placeholder is a {{…}} in a text that people get to read.
type placeholder struct {
	// name is what stands between the braces, and field the field that it means, when it is form.field.
	name    string
	field   fieldRef
	isField bool
}

// placeholders finds the placeholders of a text.
func placeholders(text string) []placeholder {
	var found []placeholder
	for {
		_, rest, opens := strings.Cut(text, "{{")
		if !opens {
			return found
		}
		inner, after, closes := strings.Cut(rest, "}}")
		if !closes {
			return append(found, placeholder{name: strings.TrimSpace(rest)})
		}
		p := placeholder{name: strings.TrimSpace(inner)}
		form, field, dotted := strings.Cut(p.name, ".")
		p.field, p.isField = fieldRef{v1alpha1.ID(form), field}, dotted
		found = append(found, p)
		text = after
	}
}

// The placeholders that are no fields, of result documents and of messages.
var (
	inTemplates = []string{"dossier", "number", "date"}
	inMessages  = []string{"dossier", "due"}
)

// checkTemplates (F1): every outcome names a template that is there, every template is named, and every placeholder
// means something.
func checkTemplates(s *subject) []violation {
	templates := idSet(s.spec.Templates, func(t *v1alpha1.ResultTemplate) v1alpha1.ID { return t.ID })
	used := map[v1alpha1.ID]bool{}
	var found []violation
	for i := range s.spec.Outcomes {
		template := s.spec.Outcomes[i].Template
		used[template] = true
		if template != "" && !templates[template] {
			found = append(found, at(fmt.Sprintf("spec.outcomes[%d].template", i),
				"there is no template %s; add it to spec.templates, or name one that is there",
				"không có mẫu kết quả %s; thêm vào spec.templates hoặc dùng mẫu đã có", template))
		}
	}
	for i := range s.spec.Templates {
		template := &s.spec.Templates[i]
		if !used[template.ID] {
			unused := at(fmt.Sprintf("spec.templates[%d]", i),
				"no outcome uses the template %s; name it in an outcome, or take it out",
				"không kết quả nào dùng mẫu %s; ghi vào template của một kết quả hoặc bỏ mẫu", template.ID)
			unused.severity = rule.Warning
			found = append(found, unused)
		}
		found = append(found, s.meaningless(fmt.Sprintf("spec.templates[%d].text", i), template.Text, inTemplates)...)
	}
	for i := range s.spec.Steps {
		found = append(found, s.meaningless(stepPath(i)+".message", s.spec.Steps[i].Message, inMessages)...)
	}
	return found
}

// meaningless finds the placeholders of a text that stand for nothing.
func (g *graph) meaningless(path, text string, plain []string) []violation {
	var found []violation
	for _, p := range placeholders(text) {
		switch {
		case p.isField && g.field(p.field) == nil:
			found = append(found, at(path, "{{%s}} stands for nothing: there is no field %[3]q in a form %[2]q; name a field of spec.forms",
				"{{%s}} không có nghĩa: không có trường %[3]q trong biểu mẫu %[2]q; ghi trường có trong spec.forms",
				p.name, p.field.form, p.field.field))
		case !p.isField && !slices.Contains(plain, p.name):
			known := "{{form.field}}, {{" + strings.Join(plain, "}}, {{") + "}}"
			found = append(found, at(path, "{{%s}} stands for nothing here; the placeholders are %s",
				"{{%s}} không có nghĩa ở đây; các ô điền được dùng: %s", p.name, known))
		}
	}
	return found
}

// field returns a declared field, or nil.
func (g *graph) field(ref fieldRef) *v1alpha1.FormField {
	if form := g.forms[ref.form]; form != nil {
		return fieldOf(form, ref.field)
	}
	return nil
}

// checkPlaceholders (F1): what a template or a message says of a form is filled in on every way to it.
func checkPlaceholders(s *subject) []violation {
	var found []violation
	for i := range s.spec.Templates {
		found = append(found, s.unfilledTemplate(i)...)
	}
	for i := range s.spec.Steps {
		if asked := placeholders(s.spec.Steps[i].Message); len(asked) > 0 {
			step := string(s.id(i))
			found = append(found, s.unfilled(stepPath(i)+".message", asked, s.flow().before(i), "step "+step, "bước "+step)...)
		}
	}
	return found
}

// unfilledTemplate holds a template against every way to an outcome that uses it. What is missing on several of them is
// said once.
func (s *subject) unfilledTemplate(i int) []violation {
	template := &s.spec.Templates[i]
	asked := placeholders(template.Text)
	if !slices.ContainsFunc(asked, func(p placeholder) bool { return p.isField }) {
		return nil
	}
	var found []violation
	for _, end := range s.flow().arrivals() {
		outcome := &s.spec.Outcomes[end.outcome]
		if outcome.Template != template.ID {
			continue
		}
		for _, v := range s.unfilled(fmt.Sprintf("spec.templates[%d].text", i), asked, end.facts,
			"the outcome "+string(outcome.ID), "kết quả "+string(outcome.ID)) {
			if !slices.Contains(found, v) {
				found = append(found, v)
			}
		}
	}
	return found
}

// unfilled finds the fields of a text that may be empty when it is written.
func (s *subject) unfilled(path string, asked []placeholder, known facts, where, whereVi string) []violation {
	var found []violation
	for _, p := range asked {
		field := s.field(p.field)
		switch {
		case !p.isField || field == nil:
		case known&s.flow().forms[p.field.form] == 0:
			found = append(found, violation{path: path,
				message: fmt.Sprintf("{{%s}} may be empty: a dossier can come to %s without the form %s; let an action on every way there require it (requires.forms)",
					p.name, where, p.field.form),
				messageVi: fmt.Sprintf("{{%s}} có thể trống: hồ sơ có thể đến %s khi chưa có biểu mẫu %s; cần có hành động yêu cầu biểu mẫu này (requires.forms) trên mọi đường",
					p.name, whereVi, p.field.form)})
		case !isTrue(field.Required) && field.RequiredWhen == "":
			found = append(found, at(path,
				"{{%s}} may be empty: the field may be left so; make it required, or take it out of the text",
				"{{%s}} có thể trống vì trường này không bắt buộc; hãy đặt required: true hoặc bỏ khỏi nội dung", p.name))
		}
	}
	return found
}

// checkPersonal (F4): no personal data goes into what the public sees, or into messages.
func checkPersonal(s *subject) []violation {
	var found []violation
	look := func(path, text, open, end string) {
		for rest := text; ; {
			_, after, opens := strings.Cut(rest, open)
			name, beyond, closes := strings.Cut(after, end)
			if !opens || !closes {
				return
			}
			rest = beyond
			form, field, _ := strings.Cut(strings.Trim(name, "{} "), ".")
			if declared := s.field(fieldRef{v1alpha1.ID(form), field}); declared != nil && isTrue(declared.Personal) {
				found = append(found, at(path,
					"%s.%s is personal data («%s») and would be shown here; take it out",
					"%s.%s là dữ liệu cá nhân («%s») và sẽ bị lộ tại đây; hãy bỏ khỏi nội dung", form, field, declared.Title))
			}
		}
	}
	for i := range s.spec.Steps {
		look(stepPath(i)+".title", string(s.spec.Steps[i].Title), "{{", "}}")
		look(stepPath(i)+".message", s.spec.Steps[i].Message, "{{", "}}")
	}
	for i := range s.spec.Outcomes {
		path := fmt.Sprintf("spec.outcomes[%d]", i)
		look(path+".title", string(s.spec.Outcomes[i].Title), "{{", "}}")
		look(path+".number", s.spec.Outcomes[i].Number, "{", "}")
	}
	return found
}
