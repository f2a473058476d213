package rule

// Group is a chapter of the catalogue.
type Group struct {
	// Name of the group in one word, as graph.
	Name string
	// Title of the group, and TitleVi in Vietnamese.
	Title, TitleVi string
	Rules          []Rule
}

// Groups returns the catalogue by its chapters, in their order. Those without rules are left out.
func Groups() []Group {
	all := []Group{
		{"manifest", "Files and waivers", "Tệp và miễn trừ", manifestRules},
		{"calendar", "Working calendars", "Lịch làm việc", calendarRules},
		{"graph", "The way of a dossier", "Đường đi của hồ sơ", graphRules},
		{"time", "Time limits", "Thời hạn giải quyết", timeRules},
		{"role", "Roles and officers", "Vai trò và cán bộ", roleRules},
		{"law", "Legal basis", "Căn cứ pháp lý", lawRules},
		{"form", "Forms, documents, fees", "Biểu mẫu, giấy tờ, phí", formRules},
		{"quality", "Records and objectives", "Hồ sơ lưu và mục tiêu chất lượng", qualityRules},
		{"text", "The text of a procedure", "Nội dung quy trình", textRules},
		{"change", "Revisions", "Lần ban hành", changeRules},
		{"agency", "Agencies", "Cơ quan", agencyRules},
		{"plan", "Audit plans", "Kế hoạch đánh giá", planRules},
	}
	var groups []Group
	for _, g := range all {
		if len(g.Rules) > 0 {
			groups = append(groups, g)
		}
	}
	return groups
}
