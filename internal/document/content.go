package document

import (
	"fmt"
	"strconv"
	"strings"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/wording"
)

func (w *writer) legalBasis() Section {
	table := &Table{Kind: "basis", Columns: []string{"Văn bản", "Điều khoản", "Làm căn cứ cho"}}
	for _, basis := range w.spec.LegalBasis {
		number, _ := w.law(basis.Ref)
		articles := wording.None
		if len(basis.Articles) > 0 {
			articles = "Điều " + strings.Join(basis.Articles, ", ")
		}
		supports := make([]string, 0, len(basis.Supports))
		for _, s := range basis.Supports {
			supports = append(supports, wording.Supported(s))
		}
		table.Rows = append(table.Rows, []Cell{cell(number), cell(articles), cell(strings.Join(supports, ", "))})
	}
	return Section{Title: "Cơ sở pháp lý", Table: table}
}

func (w *writer) components() Section {
	s := Section{Title: "Thành phần hồ sơ"}
	if len(w.spec.Documents) == 0 {
		s.Paragraphs = []string{"Quy trình không yêu cầu giấy tờ."}
		return s
	}
	s.Table = &Table{Kind: "components", Columns: []string{"TT", "Giấy tờ", "Hình thức", "Số bản", "Yêu cầu"}}
	for i := range w.spec.Documents {
		d := &w.spec.Documents[i]
		need := cell("Nếu có")
		if isTrue(d.Required) {
			need = cell("Bắt buộc")
		}
		if d.When != "" {
			need = append(need, "Áp dụng khi: "+w.condition(d.When))
		}
		if d.Reuse != "" {
			need = append(need, "Khai thác từ kho dữ liệu "+string(d.Reuse)+" nếu đã có")
		}
		title := cell(string(d.Title))
		if d.Form != "" {
			title = append(title, "Theo biểu mẫu: "+w.form(d.Form))
		}
		s.Table.Rows = append(s.Table.Rows, []Cell{
			cell(strconv.Itoa(i + 1)), title, cell(wording.DocumentKind(d.Kind)), cell(fmt.Sprintf("%02d", max(d.Copies, 1))), need,
		})
	}
	return s
}

func (w *writer) limit() Section {
	d := &w.spec.Deadline
	items := []string{"Thời hạn giải quyết: " + wording.Limit(d.Limit) + "."}
	if d.DisadvantagedLimit != "" {
		items = append(items, "Địa bàn có điều kiện khó khăn: "+wording.Limit(d.DisadvantagedLimit)+".")
	}
	if starts := w.startsAt(); starts != "" {
		items = append(items, starts)
	}
	if d.ReceiptCutoff != "" {
		items = append(items, "Hồ sơ nhận sau "+string(d.ReceiptCutoff)+" được tính là tiếp nhận vào ngày làm việc tiếp theo.")
	}
	if e := d.Extension; e != nil {
		parts := []string{fmt.Sprintf("Được gia hạn tối đa %s, không quá %d lần", wording.Duration(e.Max), max(e.Times, 1))}
		if e.Reason != "optional" {
			parts[0] += ", nêu rõ lý do"
		}
		if e.Approver != "" {
			parts = append(parts, "người quyết định: "+w.role(e.Approver))
		}
		for _, form := range e.Prints {
			parts = append(parts, "lập "+wording.PrintForm(form))
		}
		items = append(items, strings.Join(parts, "; ")+".")
	}
	return Section{Title: "Thời gian xử lý", Items: items}
}

func (w *writer) startsAt() string {
	step, action, _ := strings.Cut(w.spec.Deadline.StartsAt, "/")
	for i := range w.spec.Steps {
		if string(w.spec.Steps[i].ID) != step {
			continue
		}
		for k := range w.spec.Steps[i].Actions {
			if a := &w.spec.Steps[i].Actions[k]; string(a.ID) == action {
				return "Thời hạn tính từ hành động “" + actionTitle(a) + "” tại bước " + step + "."
			}
		}
	}
	return ""
}

func (w *writer) place() Section {
	channels := make([]string, 0, len(w.spec.Channels))
	for _, c := range w.spec.Channels {
		channels = append(channels, wording.Channel(c))
	}
	place := "Bộ phận Tiếp nhận và Trả kết quả của cơ quan"
	if w.context.Agency != "" {
		place = "Bộ phận Tiếp nhận và Trả kết quả của " + w.context.Agency
	}
	items := []string{"Nơi tiếp nhận và trả kết quả: " + place + ".", "Cách nộp hồ sơ: " + strings.Join(channels, ", ") + "."}
	for i := range w.spec.Steps {
		step := &w.spec.Steps[i]
		switch step.Kind {
		case v1alpha1.StepIntake:
			items = append(items, "Người tiếp nhận: "+w.role(step.Role)+".")
		case v1alpha1.StepHandover:
			items = append(items, "Người trả kết quả: "+w.role(step.Role)+".")
		}
	}
	return Section{Title: "Nơi tiếp nhận và trả kết quả", Items: items}
}

func (w *writer) fees() Section {
	s := Section{Title: "Phí, lệ phí"}
	if len(w.spec.Fees) == 0 {
		s.Paragraphs = []string{"Không thu phí, lệ phí."}
		return s
	}
	s.Table = &Table{Kind: "fees", Columns: []string{"Khoản thu", "Mức thu", "Căn cứ", "Thu tại bước"}}
	for i := range w.spec.Fees {
		fee := &w.spec.Fees[i]
		amount, basis, due := wording.None, wording.None, wording.None
		if fee.Amount != nil {
			amount = wording.Money(*fee.Amount)
		}
		if fee.Basis != "" {
			basis, _ = w.law(fee.Basis)
		}
		if fee.Due != "" {
			due = string(fee.Due)
		}
		s.Table.Rows = append(s.Table.Rows, []Cell{cell(string(fee.Title)), cell(amount), cell(basis), cell(due)})
	}
	return s
}

func (w *writer) results() Section {
	table := &Table{Kind: "results", Columns: []string{"Kết quả", "Ý nghĩa", "Mẫu văn bản", "Số văn bản"}}
	for i := range w.spec.Outcomes {
		o := &w.spec.Outcomes[i]
		template, number := wording.None, wording.None
		if o.Template != "" {
			template = string(o.Template)
			for k := range w.spec.Templates {
				if w.spec.Templates[k].ID == o.Template {
					template = string(w.spec.Templates[k].Title)
				}
			}
		}
		if o.Number != "" {
			number = o.Number
		}
		table.Rows = append(table.Rows, []Cell{cell(wording.Outcome(o)), cell(wording.Result(o.Result)), cell(template), cell(number)})
	}
	return Section{Title: "Kết quả giải quyết", Table: table}
}
