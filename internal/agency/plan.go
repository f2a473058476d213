package agency

import (
	"fmt"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/audit"
	"chuan.dev/chuan/internal/calendar"
	"chuan.dev/chuan/internal/rule"
)

// Auditable is an agency that may be audited.
type Auditable struct {
	Agency *v1alpha1.Agency
	// Procedures are the names of those that it adopts; nil where that is not known.
	Procedures []string
}

// CheckPlan looks at an audit plan among the agencies of its namespace, by the calendar of its schedule, on a day (V17). The
// calendar is nil where the plan names none that is known. Without any agency nothing is said of auditees and team.
func CheckPlan(plan *v1alpha1.AuditPlan, agencies []Auditable, working *calendar.Calendar, today calendar.Day) []rule.Finding {
	var found []rule.Finding
	if len(plan.Spec.Criteria) == 0 {
		found = append(found, say("V17", rule.Warning, "spec",
			"the plan names no criteria; list in spec.criteria the documents against which is audited, as tcvn-iso-9001-2015",
			"kế hoạch chưa nêu chuẩn mực đánh giá; liệt kê văn bản tại spec.criteria, ví dụ tcvn-iso-9001-2015"))
	}
	if len(agencies) > 0 {
		auditees, missing := auditeesOf(plan, agencies, today)
		found = append(found, missing...)
		found = append(found, checkAudited(plan, auditees, today)...)
		found = append(found, checkIndependence(plan, agencies, auditees)...)
	}
	return append(found, checkWindows(plan, working, today)...)
}

// auditeesOf are the agencies that a plan audits, and what it names that is not there. A selector passes over those that are
// dissolved.
func auditeesOf(plan *v1alpha1.AuditPlan, agencies []Auditable, today calendar.Day) ([]Auditable, []rule.Finding) {
	selector, err := metav1.LabelSelectorAsSelector(plan.Spec.Auditees.Selector)
	if err != nil {
		selector = labels.Nothing()
	}
	var auditees []Auditable
	known := map[string]bool{}
	for _, a := range agencies {
		known[a.Agency.Name] = true
		named := slices.Contains(plan.Spec.Auditees.Names, a.Agency.Name)
		if named || selector.Matches(labels.Set(a.Agency.Labels)) && !dissolved(a.Agency, today) {
			auditees = append(auditees, a)
		}
	}
	var found []rule.Finding
	for i, name := range plan.Spec.Auditees.Names {
		if !known[name] {
			found = append(found, say("V17", rule.Error, fmt.Sprintf("spec.auditees.names[%d]", i),
				"there is no Agency %s to audit; correct the name, or add the agency",
				"không có Agency %s để đánh giá; hãy sửa tên hoặc thêm cơ quan", name))
		}
	}
	if plan.Spec.Auditees.Selector != nil && len(auditees) == 0 {
		found = append(found, say("V17", rule.Error, "spec.auditees.selector",
			"the selector selects none of the %d agencies; correct it, or label the agencies",
			"bộ chọn không khớp cơ quan nào trong %d cơ quan; hãy sửa bộ chọn hoặc gắn nhãn cho cơ quan", len(agencies)))
	}
	return auditees, found
}

// checkAudited looks at what is audited: every auditee is at work and has something to audit, and somebody is audited for
// every procedure that the plan names.
func checkAudited(plan *v1alpha1.AuditPlan, auditees []Auditable, today calendar.Day) []rule.Finding {
	var over, idle []string
	audited, known := map[string]bool{}, len(auditees) > 0
	for _, a := range auditees {
		if dissolved(a.Agency, today) {
			over = append(over, a.Agency.Name)
			continue
		}
		if a.Procedures == nil {
			known = false
			continue
		}
		has := false
		for _, name := range a.Procedures {
			audited[name] = true
			has = has || len(plan.Spec.Procedures) == 0 || slices.Contains(plan.Spec.Procedures, name)
		}
		if !has {
			idle = append(idle, a.Agency.Name)
		}
	}
	var found []rule.Finding
	if len(over) > 0 {
		found = append(found, say("V17", rule.Warning, "spec.auditees.names",
			"%d auditees that the plan names are dissolved: %s; take them out", "%d cơ quan được đánh giá đã giải thể: %s; hãy bỏ ra", len(over), list(over)))
	}
	if len(idle) > 0 {
		found = append(found, say("V17", rule.Warning, "spec.auditees",
			"%d auditees adopt no procedure that the plan audits: %s; there is nothing to audit, so take them out or let them adopt one",
			"%d cơ quan không áp dụng quy trình nào thuộc phạm vi kế hoạch: %s; hãy bỏ ra hoặc cho áp dụng quy trình", len(idle), list(idle)))
	}
	for i, name := range plan.Spec.Procedures {
		if known && !audited[name] {
			found = append(found, say("V17", rule.Error, fmt.Sprintf("spec.procedures[%d]", i),
				"none of the %d auditees adopts the procedure %s, so that it is never audited; correct the name, or audit an agency that adopts it",
				"không cơ quan nào trong %d cơ quan được đánh giá áp dụng quy trình %s; hãy sửa tên hoặc đánh giá cơ quan có áp dụng",
				len(auditees), name))
		}
	}
	return found
}

// checkIndependence looks at who audits whom: every auditee has somebody to audit it who may, an inspection or certification
// has nobody from an auditee, and an internal audit somebody from elsewhere.
func checkIndependence(plan *v1alpha1.AuditPlan, agencies, auditees []Auditable) []rule.Finding {
	found := checkTeam(plan, agencies, auditees)
	var barred, own []string
	for _, a := range auditees {
		may, outside := 0, 0
		for i := range plan.Spec.Team {
			m := &plan.Spec.Team[i]
			if !audits(m) || slices.Contains(m.MayNotAudit, a.Agency.Name) {
				continue
			}
			may++
			if m.Agency != a.Agency.Name {
				outside++
			}
		}
		switch {
		case may == 0:
			barred = append(barred, a.Agency.Name)
		case outside == 0 && plan.Spec.Kind == kindInternal:
			own = append(own, a.Agency.Name)
		}
	}
	if len(barred) > 0 {
		found = append(found, say("V17", rule.Error, "spec.team",
			"nobody of the team may audit %s; add an auditor who may", "không ai trong đoàn được đánh giá %s; hãy bổ sung đánh giá viên phù hợp", list(barred)))
	}
	if len(own) > 0 {
		found = append(found, say("V17", rule.Warning, "spec.team",
			"%s would be audited by people who work there only; add an auditor from elsewhere",
			"%s chỉ do người của chính cơ quan đánh giá; hãy bổ sung đánh giá viên từ nơi khác", list(own)))
	}
	return found
}

const kindInternal = v1alpha1.AuditKind("Internal")

// audits says whether a member of a team audits, and does not only advise or watch.
func audits(m *v1alpha1.AuditTeamMember) bool { return m.Role == "Lead" || m.Role == "Auditor" }

// checkTeam looks at each member: the agencies that are named exist, and who inspects or certifies comes from none of the
// auditees.
func checkTeam(plan *v1alpha1.AuditPlan, agencies, auditees []Auditable) []rule.Finding {
	is := func(name string) func(Auditable) bool { return func(a Auditable) bool { return a.Agency.Name == name } }
	var found []rule.Finding
	for i := range plan.Spec.Team {
		m := &plan.Spec.Team[i]
		path := fmt.Sprintf("spec.team[%d].agency", i)
		switch {
		case m.Agency == "":
		case !slices.ContainsFunc(agencies, is(m.Agency)):
			found = append(found, say("V17", rule.Warning, path,
				"there is no Agency %s here in which %s works; correct the name, or leave it out for somebody from outside",
				"ở đây không có Agency %s là nơi %s làm việc; hãy sửa tên hoặc bỏ trống nếu là người bên ngoài", m.Agency, m.Title))
		case plan.Spec.Kind != kindInternal && audits(m) && slices.ContainsFunc(auditees, is(m.Agency)):
			found = append(found, say("V17", rule.Error, path,
				"%s works in %s, which is audited, and this is no internal audit; let somebody from elsewhere audit",
				"%s làm việc tại %s là cơ quan được đánh giá, trong khi đây không phải đánh giá nội bộ; hãy cử người từ nơi khác", m.Title, m.Agency))
		}
		for k, name := range m.MayNotAudit {
			if !slices.ContainsFunc(agencies, is(name)) {
				found = append(found, say("V17", rule.Warning, fmt.Sprintf("spec.team[%d].mayNotAudit[%d]", i, k),
					"there is no Agency %s here that %s could audit; correct the name",
					"ở đây không có Agency %s; hãy sửa tên cơ quan mà %s không được đánh giá", name, m.Title))
			}
		}
	}
	return found
}

// checkWindows looks at the windows of this year and the next: they open on working days of the plan's calendar, and end in
// the year in which they open. The first that does not is named.
func checkWindows(plan *v1alpha1.AuditPlan, working *calendar.Calendar, today calendar.Day) []rule.Finding {
	schedule := &plan.Spec.Schedule
	loc, err := calendar.LoadZone(schedule.TimeZone)
	if err != nil || audit.NeedsCalendar(schedule) && working == nil {
		return nil
	}
	begins := calendar.NewDay(today.Year(), 1, 1).Start(loc)
	ends := calendar.NewDay(today.Year()+2, 1, 1).Start(loc)
	// What is wrong with the schedule itself, or with the years of its calendar, another rule says.
	windows, _ := audit.Occurrences(&plan.Spec, working, begins, ends)
	var found []rule.Finding
	for _, w := range windows {
		if opens := calendar.DayOf(w.Opens, loc); working != nil && working.Covers(opens) && !working.IsWorkingDay(opens) {
			next, err := working.WorkingDayFrom(opens)
			if err != nil {
				continue
			}
			found = append(found, say("V17", rule.Warning, "spec.schedule.day",
				"the window of %s opens on a day off; set shift to Next, so that it opens on %s, or choose another day",
				"đợt đánh giá mở ngày %s là ngày nghỉ; đặt shift: Next để mở ngày %s, hoặc chọn ngày khác", opens, next))
			break
		}
	}
	for _, w := range windows {
		opens, last := calendar.DayOf(w.Opens, loc), calendar.DayOf(w.Closes, loc).AddDays(-1)
		if opens.Year() != last.Year() {
			found = append(found, say("V17", rule.Warning, "spec.schedule.window",
				"the window that opens on %s ends on %s, in the next year; open it earlier or shorten it by %d days, so that the programme of a year is done in it",
				"đợt đánh giá mở ngày %s kết thúc ngày %s, sang năm sau; hãy mở sớm hơn hoặc rút ngắn %d ngày để hoàn thành trong năm",
				opens, last, int(last-calendar.NewDay(opens.Year(), 12, 31))))
			break
		}
	}
	return found
}
