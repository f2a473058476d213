package dossier

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/procedure"
)

// maxCopies bounds the copies of one document.
const maxCopies = 1000

// handInForms checks the values handed in during a step and brings them into the types of their fields. At the intake step
// a form may have gaps, because the officer there decides what becomes of a dossier that is not complete. Everywhere
// else a form that is handed in is complete together with what was there before.
func (d *decision) handInForms(step *v1alpha1.Step, given procedure.Forms) (procedure.Forms, *Refusal) {
	if len(given) == 0 {
		return nil, nil
	}
	allowed := d.formsOf(step)
	forms := make(procedure.Forms, len(given))
	var wrong []FieldError
	for _, id := range slices.Sorted(maps.Keys(given)) {
		form, known := d.p.Form(id)
		if !known || !slices.Contains(allowed, id) {
			return nil, refusef(CodeFormNotInStep,
				"the form %[1]q is not filled in during step %[2]s: it takes %[3]v",
				"biểu mẫu %[1]q không được khai ở bước %[2]s; các biểu mẫu của bước: %[3]v", id, named(step), allowed)
		}
		var faults []FieldError
		forms[id], faults = typedValues(form, given[id])
		// A field that is empty already is not emptied: nothing was said about it.
		maps.DeleteFunc(forms[id], func(name string, v any) bool { return v == nil && d.state.Forms[id][name] == nil })
		wrong = append(wrong, faults...)
	}
	if len(wrong) > 0 {
		return nil, invalid(wrong)
	}
	if step.Kind == v1alpha1.StepIntake {
		return forms, nil
	}
	return forms, d.completeForms(slices.Sorted(maps.Keys(forms)), mergeForms(d.state.Forms, forms))
}

// formsOf returns the forms that are filled in during a step: its own, and those its actions require. At the intake step
// and while the agency waits for the applicant these are the applicant's forms, which are those of the intake step and
// those that are documents of the dossier.
func (d *decision) formsOf(step *v1alpha1.Step) []v1alpha1.ID {
	ids := formsIn(step)
	if step.Kind == v1alpha1.StepIntake || step.Kind == v1alpha1.StepWait && step.For == waitForApplicant {
		ids = append(ids, formsIn(d.p.Intake())...)
		for _, document := range d.p.Spec.Documents {
			if document.Form != "" {
				ids = append(ids, document.Form)
			}
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// waitForApplicant is the wait in which the applicant completes the dossier.
const waitForApplicant = "applicant"

func formsIn(step *v1alpha1.Step) []v1alpha1.ID {
	ids := slices.Clone(step.Forms)
	for _, action := range step.Actions {
		if action.Requires != nil {
			ids = append(ids, action.Requires.Forms...)
		}
	}
	return ids
}

// completeForms refuses forms in which a required field is empty.
func (d *decision) completeForms(ids []v1alpha1.ID, forms procedure.Forms) *Refusal {
	var missing []FieldError
	for _, id := range ids {
		form, ok := d.p.Form(id)
		if !ok {
			continue
		}
		for i := range form.Fields {
			field := &form.Fields[i]
			if filled(forms[id][field.Name]) {
				continue
			}
			required, err := d.p.FieldRequired(id, field.Name, forms)
			// A condition over a field that is itself empty does not make this one required; that field speaks for itself.
			if required || err != nil && !errors.Is(err, procedure.ErrNotFilledIn) {
				missing = append(missing, fieldError(id, field, "required", "is missing", "chưa được khai"))
			}
		}
	}
	if len(missing) > 0 {
		return invalid(missing)
	}
	return nil
}

func filled(v any) bool {
	text, isText := v.(string)
	return v != nil && (!isText || !blank(text))
}

// invalid is the refusal of forms with the given faults.
func invalid(faults []FieldError) *Refusal {
	const shown = 5
	en, vi := make([]string, 0, shown), make([]string, 0, shown)
	for _, fault := range faults[:min(shown, len(faults))] {
		at := fmt.Sprintf("%s.%s", fault.Form, fault.Field)
		en, vi = append(en, at+" "+fault.Message), append(vi, at+" "+fault.MessageVi)
	}
	if more := len(faults) - shown; more > 0 {
		en, vi = append(en, fmt.Sprintf("and %d more", more)), append(vi, fmt.Sprintf("và %d trường khác", more))
	}
	return &Refusal{
		Code:      CodeFormInvalid,
		Message:   "the forms need correction: " + strings.Join(en, "; "),
		MessageVi: "biểu mẫu cần chỉnh sửa: " + strings.Join(vi, "; "),
		Fields:    faults,
	}
}

// checkDocuments checks the documents handed in against those the procedure knows.
func (d *decision) checkDocuments(given map[v1alpha1.ID]int32) *Refusal {
	for _, id := range slices.Sorted(maps.Keys(given)) {
		known := slices.ContainsFunc(d.p.Spec.Documents, func(r v1alpha1.RequiredDocument) bool { return r.ID == id })
		if !known {
			return refusef(CodeDocumentUnknown, "the procedure has no document %[1]q",
				"thủ tục không có thành phần hồ sơ %[1]q", id)
		}
		if copies := given[id]; copies < 0 || copies > maxCopies {
			return refusef(CodeDocumentUnknown, "document %[1]s: %[2]d is not a number of copies from 0 to %[3]d",
				"thành phần hồ sơ %[1]s: số bản %[2]d không nằm trong khoảng 0 đến %[3]d", id, copies, maxCopies)
		}
	}
	return nil
}

// completeDocuments refuses a dossier in which a document is missing that is required of it. A document that is a form is
// there when the form is filled in.
func (d *decision) completeDocuments(s State) *Refusal {
	var missing []string
	for i := range d.p.Spec.Documents {
		document := &d.p.Spec.Documents[i]
		if !isTrue(document.Required) || s.Documents[document.ID] >= max(document.Copies, 1) {
			continue
		}
		if document.Form != "" && len(s.Forms[document.Form]) > 0 {
			continue
		}
		// A condition that cannot be worked out, for want of a field, does not excuse the document.
		if applies, err := d.p.DocumentApplies(document.ID, s.Forms); applies || err != nil {
			missing = append(missing, fmt.Sprintf("%s «%s» ×%d", document.ID, document.Title, max(document.Copies, 1)))
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return refusef(CodeDocumentsMissing,
		"the dossier is not complete: %[1]s", "hồ sơ chưa đủ thành phần: %[1]s", strings.Join(missing, "; "))
}
