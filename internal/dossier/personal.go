package dossier

import (
	"maps"
	"slices"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/procedure"
)

// Personal is the part of the content of an event that says something about people. It is kept apart from the rest, so
// that it can be kept secret, and be gone after the disposal of the record while the event still counts.
type Personal struct {
	// Applicant whose dossier it is.
	Applicant *Applicant `json:"applicant,omitempty"`
	// Forms with the values of fields that are personal data, and of those that are files.
	Forms procedure.Forms `json:"forms,omitempty"`
	// Names of the attachments, in their order.
	Names []string `json:"names,omitempty"`
	// Reason that an officer gave: free text may name people.
	Reason string `json:"reason,omitempty"`
}

// Split takes the content of an event apart into what may be seen and what is personal data; nil when nothing is.
// What the procedure does not know counts as personal. [Join] puts both together again.
func Split(p *procedure.Procedure, d Data) (Data, *Personal) {
	personal := Personal{Reason: d.Reason}
	d.Reason = ""
	if d.Receipt != nil && d.Receipt.Applicant != (Applicant{}) {
		receipt, applicant := *d.Receipt, d.Receipt.Applicant
		personal.Applicant, receipt.Applicant = &applicant, Applicant{}
		d.Receipt = &receipt
	}
	if slices.ContainsFunc(d.Attachments, func(a Attachment) bool { return a.Name != "" }) {
		d.Attachments = slices.Clone(d.Attachments)
		for i := range d.Attachments {
			personal.Names = append(personal.Names, d.Attachments[i].Name)
			d.Attachments[i].Name = ""
		}
	}
	d.Forms, personal.Forms = splitForms(p, d.Forms)
	if personal.Applicant == nil && personal.Forms == nil && personal.Names == nil && personal.Reason == "" {
		return d, nil
	}
	return d, &personal
}

// splitForms takes the values of forms apart. A form of which nothing may be seen is still there, without values.
func splitForms(p *procedure.Procedure, forms procedure.Forms) (public, personal procedure.Forms) {
	if forms == nil {
		return nil, nil
	}
	public = make(procedure.Forms, len(forms))
	for id, values := range forms {
		public[id] = make(map[string]any, len(values))
		for name, value := range values {
			if !isPersonal(p, id, name) {
				public[id][name] = value
				continue
			}
			if personal == nil {
				personal = procedure.Forms{}
			}
			if personal[id] == nil {
				personal[id] = map[string]any{}
			}
			personal[id][name] = value
		}
	}
	return public, personal
}

// isPersonal says whether a field holds personal data: where the procedure says so, and where it holds the name of a file.
func isPersonal(p *procedure.Procedure, id v1alpha1.ID, name string) bool {
	form, ok := p.Form(id)
	if !ok {
		return true
	}
	i := slices.IndexFunc(form.Fields, func(f v1alpha1.FormField) bool { return f.Name == name })
	return i < 0 || isTrue(form.Fields[i].Personal) || form.Fields[i].Type == v1alpha1.FieldFile
}

// Join puts the content of an event together again. Without its personal data, which are gone after disposal, the rest is
// enough to fold the event.
func Join(public Data, personal *Personal) Data {
	if personal == nil {
		return public
	}
	d := public
	d.Reason = personal.Reason
	if personal.Applicant != nil && d.Receipt != nil {
		receipt := *d.Receipt
		receipt.Applicant = *personal.Applicant
		d.Receipt = &receipt
	}
	if len(personal.Names) == len(d.Attachments) && len(personal.Names) > 0 {
		d.Attachments = slices.Clone(d.Attachments)
		for i, name := range personal.Names {
			d.Attachments[i].Name = name
		}
	}
	if len(personal.Forms) > 0 {
		forms := maps.Clone(d.Forms)
		if forms == nil {
			forms = procedure.Forms{}
		}
		for id, values := range personal.Forms {
			forms[id] = merged(forms[id], values)
		}
		d.Forms = forms
	}
	return d
}
