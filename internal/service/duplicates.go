package service

import (
	"context"
	"slices"
	"strings"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/dossier"
	"chuan.dev/chuan/internal/store"
)

// Warning is something that who receives a dossier should know.
type Warning struct {
	// Code is stable; programs go by it.
	Code string `json:"code"`
	// Message in English and in Vietnamese.
	Message   string `json:"message"`
	MessageVi string `json:"messageVi"`
	// Dossiers that it is about.
	Dossiers []string `json:"dossiers,omitempty"`
}

// identityNumbers is the sort of the search keys of identity numbers.
const identityNumbers = "identity number"

// maxDuplicates bounds the dossiers that a warning names.
const maxDuplicates = 10

// plainNumber is an identity number without what people write between its digits.
func plainNumber(number string) string {
	return strings.ToUpper(strings.Map(func(r rune) rune {
		if strings.ContainsRune(" .-/\u00a0\t", r) {
			return -1
		}
		return r
	}, number))
}

// searchKeys are the keys under which a dossier is found after a decision: those of the identity number of its applicant,
// and of every personal identification number in a field that is personal data.
func (d *desk) searchKeys(next decided) []store.Hash {
	var keys []store.Hash
	add := func(number string) {
		if number == "" {
			return
		}
		if key := d.records.keys.SearchKey(identityNumbers, number); !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	for i := range next.events {
		data := &next.events[i].Data
		if data.Receipt != nil {
			add(plainNumber(data.Receipt.Applicant.IdentityNumber))
		}
		for id, values := range data.Forms {
			form, _ := next.procedure.Form(id)
			for name, value := range values {
				if text, ok := value.(string); ok && isPersonal(form, name) && isPersonalNumber(plainNumber(text)) {
					add(plainNumber(text))
				}
			}
		}
	}
	return keys
}

// isPersonal says whether a field of a form is personal data.
func isPersonal(form *v1alpha1.Form, name string) bool {
	return form != nil && slices.ContainsFunc(form.Fields, func(f v1alpha1.FormField) bool {
		return f.Name == name && f.Personal != nil && *f.Personal
	})
}

// isPersonalNumber says whether a text is a personal identification number (số định danh cá nhân): twelve digits.
func isPersonalNumber(text string) bool {
	return len(text) == 12 && !strings.ContainsFunc(text, func(r rune) bool { return r < '0' || r > '9' })
}

// numbersOf are the identity numbers of who hands a dossier in.
func (d *desk) numbersOf(p *adopted, c dossier.Receive) []store.Hash {
	current, _ := d.inForce(p, d.now)
	if current == nil {
		return nil
	}
	return d.searchKeys(decided{procedure: current.procedure, events: []dossier.Event{{Data: dossier.Data{
		Receipt: &dossier.Receipt{Applicant: c.Applicant}, Forms: c.Forms,
	}}}})
}

// duplicates warns of open dossiers of the same identity number under the same procedure.
func (d *desk) duplicates(ctx context.Context, p *adopted, c dossier.Receive) ([]Warning, error) {
	open := true
	var codes []string
	for _, key := range d.numbersOf(p, c) {
		found, err := d.records.Find(ctx, store.Query{
			Kind: store.KindDossier, Procedure: p.name, Open: &open, Key: &key, Limit: maxDuplicates,
		})
		if err != nil {
			return nil, err
		}
		for i := range found.Items {
			if code := found.Items[i].Code; !slices.Contains(codes, code) {
				codes = append(codes, code)
			}
		}
	}
	if len(codes) == 0 {
		return nil, nil
	}
	return []Warning{{
		Code:      "duplicate-submission",
		Message:   "the same applicant has an open dossier under this procedure: make sure that this is another matter",
		MessageVi: "người nộp đang có hồ sơ chưa giải quyết xong của cùng thủ tục; đề nghị kiểm tra để tránh nộp trùng",
		Dossiers:  codes,
	}}, nil
}

// without leaves a dossier out of warnings.
func without(warnings []Warning, code string) []Warning {
	for i := range warnings {
		warnings[i].Dossiers = slices.DeleteFunc(warnings[i].Dossiers, func(c string) bool { return c == code })
	}
	return slices.DeleteFunc(warnings, func(w Warning) bool { return len(w.Dossiers) == 0 })
}
