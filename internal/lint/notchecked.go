package lint

import (
	"slices"

	"chuan.dev/chuan/internal/procedure"
	"chuan.dev/chuan/internal/rule"
)

// notChecked says which rules over the procedures of the set could not be checked, because what they hold them against was not
// given.
func (r *run) notChecked() []NotChecked {
	if len(r.set.Procedures) == 0 {
		return nil
	}
	var missing []NotChecked
	year := r.options.Today.Year()
	covered := func(w procedure.WorkedBy) bool {
		first, last := w.Calendar.Years()
		return first <= year && year <= last
	}
	if !slices.ContainsFunc(r.around.series, covered) {
		missing = append(missing, NotChecked{
			Rules:     []rule.ID{"T2", "T3"},
			Message:   "no WorkCalendar of this year is among the files; give the calendars too",
			MessageVi: "không có WorkCalendar của năm nay trong các tệp; hãy thêm lịch làm việc",
		})
	}
	if len(r.around.law) == 0 {
		missing = append(missing, NotChecked{
			Rules:     []rule.ID{"L2", "L3", "L4", "L5"},
			Message:   "no LegalDocument is among the files; give the legal documents too",
			MessageVi: "không có LegalDocument trong các tệp; hãy thêm các văn bản pháp luật",
		})
	}
	if len(r.set.Agencies) == 0 {
		missing = append(missing, NotChecked{
			Rules:     []rule.ID{"R2", "R3", "R4", "F3", "V3"},
			Message:   "no Agency is among the files; give those that adopt the procedures too",
			MessageVi: "không có Agency trong các tệp; hãy thêm các cơ quan áp dụng quy trình",
		})
	}
	return missing
}

// checked says whether a rule was checked wherever it applies.
func (r *run) checked(id rule.ID) bool {
	return !slices.ContainsFunc(r.report.NotChecked, func(n NotChecked) bool { return slices.Contains(n.Rules, id) })
}
