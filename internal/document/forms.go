package document

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/wording"
)

// printForms are the forms of the circular that are printed or kept anywhere in the procedure, in their order.
func (w *writer) printForms() []v1alpha1.PrintForm {
	used := map[v1alpha1.PrintForm]bool{}
	add := func(forms []v1alpha1.PrintForm) {
		for _, form := range forms {
			used[form] = true
		}
	}
	for i := range w.spec.Steps {
		step := &w.spec.Steps[i]
		for k := range step.Actions {
			add(step.Actions[k].Prints)
		}
		if step.Expires != nil {
			add(step.Expires.Prints)
		}
	}
	if e := w.spec.Deadline.Extension; e != nil {
		add(e.Prints)
	}
	for i := range w.spec.Records {
		for _, kept := range w.spec.Records[i].Keeps {
			if wording.PrintForm(v1alpha1.PrintForm(kept)) != string(kept) {
				used[v1alpha1.PrintForm(kept)] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(used))
}

func (w *writer) printsAnything() bool { return len(w.printForms()) > 0 }

// forms are the section of the forms and one for each.
func (w *writer) forms() []Section {
	head := Section{Number: "6", Title: "Biểu mẫu"}
	for i := range w.spec.Forms {
		head.Items = append(head.Items, string(w.spec.Forms[i].Title))
	}
	for _, form := range w.printForms() {
		head.Items = append(head.Items, wording.PrintForm(form))
	}
	if len(head.Items) == 0 {
		head.Paragraphs = []string{"Quy trình không dùng biểu mẫu."}
	}
	sections := []Section{head}
	for i := range w.spec.Forms {
		form := &w.spec.Forms[i]
		table := &Table{Kind: "fields", Columns: []string{"TT", "Nội dung", "Kiểu", "Bắt buộc", "Ghi chú"}}
		for k := range form.Fields {
			field := &form.Fields[k]
			required := "Không"
			switch {
			case isTrue(field.Required):
				required = "Có"
			case field.RequiredWhen != "":
				required = "Khi " + wording.Condition(field.RequiredWhen, w.spec.Forms, form)
			}
			table.Rows = append(table.Rows, []Cell{
				cell(strconv.Itoa(k + 1)), cell(string(field.Title)), cell(wording.FieldType(field.Type)), cell(required), fieldNotes(field),
			})
		}
		sections = append(sections, Section{Number: "6." + strconv.Itoa(i+1), Title: string(form.Title), Table: table})
	}
	return sections
}

func fieldNotes(field *v1alpha1.FormField) Cell {
	var notes Cell
	if len(field.Values) > 0 {
		notes = append(notes, "Một trong: "+strings.Join(field.Values, ", "))
	}
	if field.Minimum != nil {
		notes = append(notes, "Từ "+strconv.FormatInt(*field.Minimum, 10))
	}
	if field.Maximum != nil {
		notes = append(notes, "Đến "+strconv.FormatInt(*field.Maximum, 10))
	}
	if field.Pattern != "" {
		notes = append(notes, "Đúng dạng "+field.Pattern)
	}
	if isTrue(field.Personal) {
		notes = append(notes, "Dữ liệu cá nhân")
	}
	return notes
}

func (w *writer) records() Section {
	s := Section{Number: "7", Title: "Hồ sơ cần lưu"}
	if len(w.spec.Records) == 0 {
		s.Paragraphs = []string{"Quy trình không quy định hồ sơ cần lưu."}
		return s
	}
	s.Table = &Table{Kind: "records", Columns: []string{"TT", "Hồ sơ", "Người lưu", "Thời hạn lưu", "Căn cứ"}}
	for i := range w.spec.Records {
		record := &w.spec.Records[i]
		kept := make([]string, 0, len(record.Keeps))
		for _, id := range record.Keeps {
			kept = append(kept, keptWords(id))
		}
		basis := wording.None
		if record.Basis != "" {
			basis, _ = w.law(record.Basis)
		}
		s.Table.Rows = append(s.Table.Rows, []Cell{
			cell(strconv.Itoa(i + 1)), cell(string(record.Title), "Gồm: "+strings.Join(kept, "; ")), cell(w.role(record.Keeper)),
			cell(wording.Retention(record.Retention)), cell(basis),
		})
	}
	return s
}

func keptWords(id v1alpha1.ID) string {
	switch id {
	case "documents":
		return "thành phần hồ sơ"
	case "forms":
		return "các biểu mẫu"
	case "outcome":
		return "văn bản kết quả"
	default:
		return wording.PrintForm(v1alpha1.PrintForm(id))
	}
}

func (w *writer) objectives() Section {
	s := Section{Number: "8", Title: "Mục tiêu chất lượng"}
	if len(w.spec.Objectives) == 0 {
		s.Paragraphs = []string{"Quy trình không đặt mục tiêu riêng."}
		return s
	}
	s.Table = &Table{Kind: "objectives", Columns: []string{"Mục tiêu", "Chỉ tiêu", "Cách đo", "Kỳ đo"}}
	for i := range w.spec.Objectives {
		o := &w.spec.Objectives[i]
		s.Table.Rows = append(s.Table.Rows, []Cell{
			cell(string(o.Title)), cell(wording.Target(o.Target)), cell(wording.Measure(o.Measure)), cell(wording.Period(o.Period)),
		})
	}
	return s
}
