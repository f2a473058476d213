package document

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/flowchart"
	"chuan.dev/chuan/internal/wording"
)

// Of makes the document of a procedure.
func Of(spec *v1alpha1.QualityProcedureSpec, context Context) *Document {
	w := &writer{spec: spec, context: context}
	issue := spec.Issue
	return &Document{
		Agency: context.Agency, Code: spec.Code, Title: string(spec.Title),
		Revision:  strconv.Itoa(int(issue.Revision)),
		Effective: wording.Date(issue.EffectiveFrom),
		Decision:  "Quyết định số " + issue.Decision.Number + " ngày " + wording.Date(issue.Decision.Date),
		Approver:  string(issue.Decision.Signer),
		History:   w.history(),
		Sections:  w.sections(),
		Chart:     flowchart.Of(spec, context.Agencies),
	}
}

type writer struct {
	spec    *v1alpha1.QualityProcedureSpec
	context Context
}

func (w *writer) history() Table {
	issues := append(slices.Clone(w.context.Earlier), w.spec.Issue)
	slices.SortStableFunc(issues, func(a, b v1alpha1.Issue) int { return cmp.Compare(a.Revision, b.Revision) })
	table := Table{Kind: "history", Columns: []string{"Lần ban hành", "Nội dung sửa đổi", "Quyết định", "Ngày hiệu lực"}}
	for _, issue := range issues {
		changes := issue.Changes
		switch {
		case changes != "":
		case issue.Revision == 1:
			changes = "Ban hành lần đầu"
		default:
			changes = wording.None
		}
		table.Rows = append(table.Rows, []Cell{
			cell(strconv.Itoa(int(issue.Revision))), cell(changes),
			cell(issue.Decision.Number, "ngày "+wording.Date(issue.Decision.Date)), cell(wording.Date(issue.EffectiveFrom)),
		})
	}
	return table
}

func (w *writer) sections() []Section {
	sections := []Section{
		{Number: "1", Title: "Mục đích", Paragraphs: []string{
			"Quy định thống nhất trình tự, trách nhiệm và thời gian thực hiện “" + string(w.spec.Title) +
				"”, bảo đảm việc giải quyết đúng pháp luật, đúng hạn và được kiểm soát.",
		}},
		w.scope(),
		w.references(),
		w.terms(),
		{Number: "5", Title: "Nội dung"},
	}
	for i, s := range []Section{
		w.legalBasis(), w.components(),
		{Title: "Số lượng hồ sơ", Paragraphs: []string{"01 bộ; số bản của từng giấy tờ ghi tại mục 5.2."}},
		w.limit(), w.place(), w.fees(), w.steps(), {Title: "Lưu đồ", Chart: true}, w.results(),
	} {
		s.Number = "5." + strconv.Itoa(i+1)
		sections = append(sections, s)
	}
	sections = append(sections, w.forms()...)
	return append(sections, w.records(), w.objectives())
}

func (w *writer) scope() Section {
	s := Section{Number: "2", Title: "Phạm vi"}
	whom := "các cơ quan áp dụng quy trình theo quyết định ban hành"
	if applies := w.spec.AppliesTo; applies != nil {
		var kinds []string
		for _, t := range applies.Types {
			kinds = append(kinds, wording.AgencyType(t))
		}
		for _, l := range applies.Levels {
			kinds = append(kinds, wording.Level(l))
		}
		if len(kinds) > 0 {
			whom = "các cơ quan: " + strings.Join(kinds, ", ")
		}
	}
	if w.context.Agency != "" {
		whom = w.context.Agency
	}
	s.Paragraphs = append(s.Paragraphs, "Quy trình áp dụng đối với "+whom+
		"; các vị trí ghi tại mục 5.7 có trách nhiệm thực hiện.")
	if national := w.spec.AdministrativeProcedure; national != nil {
		words := "Thủ tục hành chính mã " + national.Code
		if national.Field != "" {
			words += ", lĩnh vực " + string(national.Field)
		}
		s.Paragraphs = append(s.Paragraphs, words+".")
	}
	return s
}

// law is a legal document by its number and title or, where it is not known, by the name of its object.
func (w *writer) law(ref string) (number, title string) {
	if known, ok := w.context.Law[ref]; ok {
		return known.Number, string(known.Title)
	}
	return ref, wording.None
}

func (w *writer) references() Section {
	table := &Table{Kind: "law", Columns: []string{"TT", "Số, ký hiệu", "Tên văn bản"}}
	for i, basis := range w.spec.LegalBasis {
		number, title := w.law(basis.Ref)
		table.Rows = append(table.Rows, []Cell{cell(strconv.Itoa(i + 1)), cell(number), cell(title)})
	}
	return Section{Number: "3", Title: "Tài liệu viện dẫn", Table: table}
}

func (w *writer) terms() Section {
	items := []string{
		"Giờ làm việc, ngày làm việc: thời gian làm việc theo lịch của cơ quan, không tính ngày nghỉ, ngày lễ.",
		"Thời hạn giải quyết: thời gian từ khi tiếp nhận đủ hồ sơ đến khi có kết quả.",
	}
	if w.printsAnything() {
		items = append(items, "Mẫu số 01 đến Mẫu số 07: các mẫu phiếu giải quyết thủ tục hành chính theo cơ chế một cửa.")
	}
	roles := make([]string, 0, len(w.spec.Roles))
	for i := range w.spec.Roles {
		roles = append(roles, string(w.spec.Roles[i].Title))
	}
	items = append(items, "Các vị trí trong quy trình: "+strings.Join(roles, "; ")+".")
	for i := range w.spec.Roles {
		role := &w.spec.Roles[i]
		if len(role.SeparateFrom) > 0 {
			others := make([]string, 0, len(role.SeparateFrom))
			for _, id := range role.SeparateFrom {
				others = append(others, w.role(id))
			}
			items = append(items, string(role.Title)+" không đồng thời là "+strings.Join(others, ", ")+" trong cùng một hồ sơ.")
		}
	}
	return Section{Number: "4", Title: "Định nghĩa, thuật ngữ", Items: items}
}

func (w *writer) role(id v1alpha1.ID) string {
	for i := range w.spec.Roles {
		if w.spec.Roles[i].ID == id {
			return string(w.spec.Roles[i].Title)
		}
	}
	if id == "" {
		return wording.None
	}
	return string(id)
}

func (w *writer) form(id v1alpha1.ID) string {
	for i := range w.spec.Forms {
		if w.spec.Forms[i].ID == id {
			return string(w.spec.Forms[i].Title)
		}
	}
	return string(id)
}

func (w *writer) document(id v1alpha1.ID) string {
	for i := range w.spec.Documents {
		if w.spec.Documents[i].ID == id {
			return string(w.spec.Documents[i].Title)
		}
	}
	return string(id)
}

func (w *writer) condition(text v1alpha1.Expression) string {
	return wording.Condition(text, w.spec.Forms, nil)
}

func isTrue(b *bool) bool { return b != nil && *b }
