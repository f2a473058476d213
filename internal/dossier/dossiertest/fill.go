package dossiertest

import (
	"fmt"
	"slices"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/procedure"
	"chuan.dev/chuan/internal/procedure/proceduretest"
)

// fill fills a form in completely and soundly.
func fill(c proceduretest.Chance, form *v1alpha1.Form) map[string]any {
	values := map[string]any{}
	for i := range form.Fields {
		field := &form.Fields[i]
		switch field.Type {
		case v1alpha1.FieldBoolean:
			values[field.Name] = proceduretest.In(c, 2)
		case v1alpha1.FieldInteger, v1alpha1.FieldNumber:
			low, high := int64(0), int64(1000)
			if field.Minimum != nil {
				low = *field.Minimum
			}
			if field.Maximum != nil {
				high = *field.Maximum
			}
			values[field.Name] = float64(low + int64(c.IntN(int(high-low)+1)))
		case v1alpha1.FieldDate:
			values[field.Name] = fmt.Sprintf("2026-%02d-%02d", 1+c.IntN(12), 1+c.IntN(28))
		case v1alpha1.FieldEnum:
			values[field.Name] = proceduretest.One(c, field.Values...)
		case v1alpha1.FieldString:
			values[field.Name] = proceduretest.One(c, "Lò Văn Xôm", "Quàng Thị Hoa", "Nguyễn Thị “Ánh” \\ <Tuyết>")
		case v1alpha1.FieldText:
			values[field.Name] = proceduretest.One(c, "Theo hồ sơ", "Dòng một\nDòng hai")
		}
	}
	return values
}

// formsOf fills in the forms that a step may take, sometimes leaving out what the applicant filled in before.
func (l *Life) formsOf(step *v1alpha1.Step) procedure.Forms {
	ids := slices.Clone(step.Forms)
	for _, action := range step.Actions {
		if action.Requires != nil {
			ids = append(ids, action.Requires.Forms...)
		}
	}
	forms := procedure.Forms{}
	for _, id := range ids {
		if form, ok := l.Procedure.Form(id); ok {
			forms[id] = fill(l, form)
		}
	}
	applicants := step.Kind == v1alpha1.StepWait && step.For == "applicant"
	if form, ok := l.Procedure.Form(proceduretest.Application); ok && applicants && proceduretest.In(l, 2) {
		forms[form.ID] = fill(l, form)
	}
	if len(forms) == 0 {
		return nil
	}
	return forms
}

// anyForms are whatever an unreliable client may send.
func (l *Life) anyForms() procedure.Forms {
	values := []any{nil, "", "dat", "a", 1.0, -1.0, 2.5, true, false, []any{}, map[string]any{}, "2026-02-30", "\x00"}
	forms := procedure.Forms{}
	for _, form := range l.Procedure.Spec.Forms {
		if proceduretest.In(l, 3) {
			forms[form.ID] = map[string]any{}
			for _, field := range form.Fields {
				forms[form.ID][field.Name] = proceduretest.One(l, values...)
			}
		}
	}
	return forms
}

// documents are all documents of the procedure.
func (l *Life) documents() map[v1alpha1.ID]int32 {
	all := map[v1alpha1.ID]int32{}
	for _, d := range l.Procedure.Spec.Documents {
		all[d.ID] = d.Copies
	}
	return all
}
