package document

import (
	"fmt"
	"slices"
	"strings"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/procedure"
	"chuan.dev/chuan/internal/wording"
)

// steps is the table of the work: step, content, who, how long, what it leaves.
func (w *writer) steps() Section {
	table := &Table{Kind: "steps", Columns: []string{"TT", "Trình tự", "Trách nhiệm", "Thời gian", "Biểu mẫu/Kết quả"}}
	for i := range w.spec.Steps {
		step := &w.spec.Steps[i]
		table.Rows = append(table.Rows, []Cell{
			cell(string(step.ID)), w.sequence(step), cell(w.responsible(step)), stepTime(step), w.leaves(step),
		})
	}
	return Section{Title: "Quy trình xử lý công việc", Table: table}
}

// sequence says what is done in a step and where each action leads.
func (w *writer) sequence(step *v1alpha1.Step) Cell {
	lines := cell(string(step.Title))
	if step.When != "" {
		lines = append(lines, "Chỉ thực hiện khi: "+w.condition(step.When)+".")
	}
	if step.Assigns != nil {
		lines = append(lines, "Chọn "+w.role(step.Assigns.Role)+" cho bước "+string(step.Assigns.Step)+".")
	}
	lines = append(lines, w.branches(step)...)
	lines = append(lines, w.consultation(step)...)
	for i := range step.Actions {
		lines = append(lines, w.action(&step.Actions[i]))
	}
	if e := step.Expires; e != nil {
		lines = append(lines, "– Quá "+wording.Duration(e.After)+": "+w.target(e.To)+".")
	}
	for _, id := range step.Collects {
		for i := range w.spec.Fees {
			if w.spec.Fees[i].ID == id {
				lines = append(lines, "Thu: "+string(w.spec.Fees[i].Title)+".")
			}
		}
	}
	if len(step.Notify) > 0 {
		ways := make([]string, 0, len(step.Notify))
		for _, way := range step.Notify {
			ways = append(ways, wording.Notification(way))
		}
		lines = append(lines, "Báo người nộp hồ sơ qua: "+strings.Join(ways, ", ")+".")
	}
	return lines
}

func (w *writer) branches(step *v1alpha1.Step) []string {
	if step.Kind != v1alpha1.StepParallel {
		return nil
	}
	lines := []string{"Thực hiện đồng thời các nhánh:"}
	for i, branch := range step.Branches {
		ids := make([]string, 0, len(branch))
		for _, id := range branch {
			ids = append(ids, string(id))
		}
		lines = append(lines, fmt.Sprintf("– Nhánh %d: bước %s.", i+1, strings.Join(ids, ", ")))
	}
	when := "Khi tất cả các nhánh xong: "
	if step.Join == "any" {
		when = "Khi một nhánh bất kỳ xong: "
	}
	return append(lines, when+w.target(step.To)+".")
}

func (w *writer) consultation(step *v1alpha1.Step) []string {
	if step.Agency == nil {
		return nil
	}
	lines := []string{"Cơ quan được hỏi: " + w.consulted(step.Agency) + "."}
	if step.Sends != nil {
		var sent []string
		for _, id := range step.Sends.Forms {
			sent = append(sent, w.form(id))
		}
		for _, id := range step.Sends.Documents {
			sent = append(sent, w.document(id))
		}
		lines = append(lines, "Gửi kèm: "+strings.Join(sent, "; ")+".")
	}
	if words := wording.Silence(step.Silence); words != "" {
		lines = append(lines, "Quá thời gian mà không trả lời: "+words+".")
	}
	return lines
}

func (w *writer) consulted(agency *v1alpha1.ConsultedAgency) string {
	if title := w.context.Agencies[agency.Name]; title != "" {
		return title
	}
	if agency.Name != "" {
		return agency.Name
	}
	return "cơ quan loại “" + string(agency.Kind) + "”"
}

func actionTitle(a *v1alpha1.Action) string {
	if a.Title == "" {
		return string(a.ID)
	}
	return string(a.Title)
}

// action says what an action needs and where it leads.
func (w *writer) action(a *v1alpha1.Action) string {
	var notes []string
	if a.When != "" {
		notes = append(notes, "khi "+w.condition(a.When))
	}
	if r := a.Requires; r != nil {
		if r.Documents != "" {
			notes = append(notes, "đủ giấy tờ bắt buộc")
		}
		if isTrue(r.Reason) {
			notes = append(notes, "nêu lý do")
		}
	}
	if a.MaxTimes > 0 {
		notes = append(notes, fmt.Sprintf("tối đa %d lần", a.MaxTimes))
	}
	if a.NotAfter != "" {
		notes = append(notes, "trong vòng "+wording.Duration(a.NotAfter)+" từ khi tiếp nhận")
	}
	words := "– " + actionTitle(a)
	if len(notes) > 0 {
		words += " (" + strings.Join(notes, "; ") + ")"
	}
	words += ": " + w.target(a.To)
	if a.Sets != nil {
		words += "; dự kiến kết quả: " + w.outcome(a.Sets.Outcome)
	}
	return words + "."
}

func (w *writer) outcome(id v1alpha1.ID) string {
	for i := range w.spec.Outcomes {
		if w.spec.Outcomes[i].ID == id {
			return wording.Outcome(&w.spec.Outcomes[i])
		}
	}
	return string(id)
}

func (w *writer) target(to v1alpha1.Target) string {
	switch d := procedure.ParseTarget(to); {
	case d.End && d.Outcome == "":
		return "kết thúc theo kết quả giải quyết"
	case d.End:
		return "kết thúc, " + w.outcome(d.Outcome)
	case d.Join:
		return "kết thúc nhánh"
	default:
		return "chuyển bước " + string(d.Step)
	}
}

func (w *writer) responsible(step *v1alpha1.Step) string {
	switch {
	case step.Role != "" && step.Kind == v1alpha1.StepWait:
		return w.role(step.Role) + " theo dõi; chờ " + wording.WaitsFor(step.For)
	case step.Kind == v1alpha1.StepWait:
		return wording.WaitsFor(step.For)
	case step.Kind == v1alpha1.StepParallel && step.Role == "":
		return "Theo từng nhánh"
	default:
		return w.role(step.Role)
	}
}

func stepTime(step *v1alpha1.Step) Cell {
	words := wording.Duration(step.Time)
	if step.Expires != nil {
		words = "Tối đa " + wording.Duration(step.Expires.After)
	}
	switch step.Clock {
	case v1alpha1.ClockStopped, v1alpha1.ClockNotStarted:
		return cell(words, "Không tính vào thời hạn giải quyết")
	default:
		return cell(words)
	}
}

// leaves are the forms and papers that a step leaves behind.
func (w *writer) leaves(step *v1alpha1.Step) Cell {
	var lines Cell
	add := func(words string) {
		if !slices.Contains(lines, words) {
			lines = append(lines, words)
		}
	}
	for _, id := range step.Forms {
		add(w.form(id))
	}
	for i := range step.Actions {
		if r := step.Actions[i].Requires; r != nil {
			for _, id := range r.Forms {
				add(w.form(id))
			}
		}
		for _, form := range step.Actions[i].Prints {
			add(wording.PrintForm(form))
		}
	}
	if step.Expires != nil {
		for _, form := range step.Expires.Prints {
			add(wording.PrintForm(form))
		}
	}
	if step.Drafts != "" {
		add("Dự thảo văn bản kết quả")
	}
	if step.Sign != nil {
		if step.Sign.Type == "digital" {
			add("Văn bản đã ký số")
		} else {
			add("Văn bản đã ký")
		}
	}
	if isTrue(step.Seal) {
		add("Văn bản đã vào số, đóng dấu")
	}
	if len(lines) == 0 {
		return cell(wording.None)
	}
	return lines
}
