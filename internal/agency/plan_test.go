package agency

import (
	"testing"

	"sigs.k8s.io/yaml"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/calendar"
	"chuan.dev/chuan/internal/rule"
)

// planOf is an internal audit of two communes with the fields given.
func planOf(t *testing.T, text string) *v1alpha1.AuditPlan {
	t.Helper()
	plan := &v1alpha1.AuditPlan{}
	for _, part := range []string{`
title: Đánh giá
kind: Internal
criteria: [tcvn-iso-9001-2015]
schedule: {every: Year, month: 11, day: 2, from: "2026-01-01", window: 30d}
auditees: {names: [xa-a, xa-b]}
team:
- {id: hanh, title: Bùi Thị Hạnh, role: Lead, agency: tinh}
- {id: chung, title: Lò Văn Chung, role: Auditor, agency: xa-a}
- {id: senh, title: Giàng A Sếnh, role: TechnicalExpert, agency: xa-b}
`, text} {
		if err := yaml.UnmarshalStrict([]byte(part), &plan.Spec); err != nil {
			t.Fatalf("%v in\n%s", err, part)
		}
	}
	return plan
}

func auditable() []Auditable {
	var all []Auditable
	for _, name := range []string{"tinh", "xa-a", "xa-b", "xa-c"} {
		a := &v1alpha1.Agency{}
		a.Name = name
		a.Labels = map[string]string{"dot": "1"}
		all = append(all, Auditable{Agency: a, Procedures: []string{"khai-sinh"}})
	}
	all[3].Procedures = []string{}
	return all
}

func TestPlans(t *testing.T) {
	tests := map[string][]rule.Finding{
		"{}": nil,
		"criteria: []": {warning("V17", "spec",
			"the plan names no criteria; list in spec.criteria the documents against which is audited, as tcvn-iso-9001-2015",
			"kế hoạch chưa nêu chuẩn mực đánh giá; liệt kê văn bản tại spec.criteria, ví dụ tcvn-iso-9001-2015")},
		"auditees: {names: [xa-a, xa-d]}": {refusal("V17", "spec.auditees.names[1]",
			"there is no Agency xa-d to audit; correct the name, or add the agency",
			"không có Agency xa-d để đánh giá; hãy sửa tên hoặc thêm cơ quan")},
		"auditees: {names: null, selector: {matchLabels: {dot: '2'}}}": {refusal("V17", "spec.auditees.selector",
			"the selector selects none of the 4 agencies; correct it, or label the agencies",
			"bộ chọn không khớp cơ quan nào trong 4 cơ quan; hãy sửa bộ chọn hoặc gắn nhãn cho cơ quan")},
		"auditees: {names: [xa-a, xa-c]}": {warning("V17", "spec.auditees",
			"1 auditees adopt no procedure that the plan audits: xa-c; there is nothing to audit, so take them out or let them adopt one",
			"1 cơ quan không áp dụng quy trình nào thuộc phạm vi kế hoạch: xa-c; hãy bỏ ra hoặc cho áp dụng quy trình")},
		"procedures: [khai-sinh]": nil,
		"procedures: [khai-sinh, cap-phep]": {refusal("V17", "spec.procedures[1]",
			"none of the 2 auditees adopts the procedure cap-phep, so that it is never audited; correct the name, or audit an agency that adopts it",
			"không cơ quan nào trong 2 cơ quan được đánh giá áp dụng quy trình cap-phep; hãy sửa tên hoặc đánh giá cơ quan có áp dụng")},
		"kind: Inspection": {refusal("V17", "spec.team[1].agency",
			"Lò Văn Chung works in xa-a, which is audited, and this is no internal audit; let somebody from elsewhere audit",
			"Lò Văn Chung làm việc tại xa-a là cơ quan được đánh giá, trong khi đây không phải đánh giá nội bộ; hãy cử người từ nơi khác")},
		"team: [{id: chung, title: Lò Văn Chung, role: Lead, agency: xa-a}]": {warning("V17", "spec.team",
			"xa-a would be audited by people who work there only; add an auditor from elsewhere",
			"xa-a chỉ do người của chính cơ quan đánh giá; hãy bổ sung đánh giá viên từ nơi khác")},
		"team: [{id: chung, title: Lò Văn Chung, role: Lead, mayNotAudit: [xa-b]}, {id: senh, title: Sếnh, role: Observer}]": {
			refusal("V17", "spec.team", "nobody of the team may audit xa-b; add an auditor who may",
				"không ai trong đoàn được đánh giá xa-b; hãy bổ sung đánh giá viên phù hợp"),
		},
		"team: [{id: chung, title: Lò Văn Chung, role: Lead, agency: xa-x, mayNotAudit: [xa-y]}]": {
			warning("V17", "spec.team[0].agency",
				"there is no Agency xa-x here in which Lò Văn Chung works; correct the name, or leave it out for somebody from outside",
				"ở đây không có Agency xa-x là nơi Lò Văn Chung làm việc; hãy sửa tên hoặc bỏ trống nếu là người bên ngoài"),
			warning("V17", "spec.team[0].mayNotAudit[0]",
				"there is no Agency xa-y here that Lò Văn Chung could audit; correct the name",
				"ở đây không có Agency xa-y; hãy sửa tên cơ quan mà Lò Văn Chung không được đánh giá"),
		},
	}
	for text, findings := range tests {
		t.Run(text, func(t *testing.T) {
			want(t, CheckPlan(planOf(t, text), auditable(), nil, today), findings...)
		})
	}
}

func TestDissolvedAuditees(t *testing.T) {
	agencies := auditable()
	agencies[1].Agency.Spec.Lifecycle = &v1alpha1.AgencyLifecycle{DissolvedOn: "2025-06-30"}
	want(t, CheckPlan(planOf(t, "{}"), agencies, nil, today), warning("V17", "spec.auditees.names",
		"1 auditees that the plan names are dissolved: xa-a; take them out",
		"1 cơ quan được đánh giá đã giải thể: xa-a; hãy bỏ ra"))
	agencies = agencies[:3]
	want(t, CheckPlan(planOf(t, "auditees: {names: null, selector: {}}"), agencies, nil, today))
}

func TestNothingIsSaidOfAuditeesThatAreKeptElsewhere(t *testing.T) {
	want(t, CheckPlan(planOf(t, "auditees: {names: [xa-d]}"), nil, nil, today))
}

func TestNothingIsSaidOfProceduresThatAreNotKnown(t *testing.T) {
	agencies := auditable()
	agencies[1].Procedures = nil
	want(t, CheckPlan(planOf(t, "procedures: [khai-sinh, cap-phep]"), agencies, nil, today))
}

func TestWindowsOfPlans(t *testing.T) {
	year := func(n int32) v1alpha1.WorkCalendarSpec {
		return v1alpha1.WorkCalendarSpec{Series: "vn", Year: n, WorkingHours: []v1alpha1.WeeklyHours{{
			Days:    []v1alpha1.Weekday{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday"},
			Periods: []v1alpha1.Period{{From: "07:30", To: "17:00"}},
		}}}
	}
	working, err := calendar.New([]v1alpha1.WorkCalendarSpec{year(2026), year(2027)}, v1alpha1.AgencyCalendar{Series: "vn"})
	if err != nil {
		t.Fatal(err)
	}
	dayOff := warning("V17", "spec.schedule.day",
		"the window of 2026-11-01 opens on a day off; set shift to Next, so that it opens on 2026-11-02, or choose another day",
		"đợt đánh giá mở ngày 2026-11-01 là ngày nghỉ; đặt shift: Next để mở ngày 2026-11-02, hoặc chọn ngày khác")
	nextYear := warning("V17", "spec.schedule.window",
		"the window that opens on 2026-12-14 ends on 2027-01-12, in the next year; open it earlier or shorten it by 12 days, so that the programme of a year is done in it",
		"đợt đánh giá mở ngày 2026-12-14 kết thúc ngày 2027-01-12, sang năm sau; hãy mở sớm hơn hoặc rút ngắn 12 ngày để hoàn thành trong năm")
	for text, findings := range map[string][]rule.Finding{
		"schedule: {day: 1, calendar: vn}":                         {dayOff},
		"schedule: {day: 1, calendar: vn, shift: Next}":            nil,
		"schedule: {day: 1, calendar: vn, until: '2026-10-31'}":    nil,
		"schedule: {month: 12, day: 14, until: '2026-12-31'}":      {nextYear},
		"schedule: {month: 12, day: 2, until: '2026-12-31'}":       nil,
		"schedule: {every: Month, month: 0, window: 0x, day: 300}": nil, // a rule on schedules says so
	} {
		t.Run(text, func(t *testing.T) {
			var c *calendar.Calendar
			plan := planOf(t, text)
			if plan.Spec.Schedule.Calendar != "" {
				c = working
			}
			want(t, CheckPlan(plan, auditable(), c, today), findings...)
		})
	}
	want(t, CheckPlan(planOf(t, "schedule: {day: 1, shift: Next, calendar: la}"), auditable(), nil, today))
}
