package procedure

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/calendar"
	"chuan.dev/chuan/internal/rule"
)

type law = map[string]*v1alpha1.LegalDocumentSpec

// registry is a law that was replaced, its successor, a circular with forms and a catalogue.
func registry() law {
	return law{
		"luat-cu":     {Number: "1/2014/QH13", EffectiveFrom: "2015-01-01", EffectiveTo: "2026-06-30", ReplacedBy: &v1alpha1.LocalReference{Name: "luat-moi"}},
		"luat-moi":    {Number: "2/2025/QH15", EffectiveFrom: "2026-07-01"},
		"luat-sau":    {Number: "3/2026/QH16", EffectiveFrom: "2027-03-01"},
		"nd-1":        {Number: "118/2025/NĐ-CP", EffectiveFrom: "2025-07-01", Limits: &v1alpha1.LegalLimits{SupplementTimes: 1, SupplementNotAfter: "3wd", ExtensionTimes: 1, ExtensionMax: "5wd"}},
		"tt-mau":      {Number: "03/2025/TT-VPCP", EffectiveFrom: "2025-09-15", PrintForms: []v1alpha1.PrintForm{"M01", "M04"}},
		"tt-mau-cu":   {Number: "01/2018/TT-VPCP", EffectiveFrom: "2018-11-23", EffectiveTo: "2025-09-14"},
		"qd-cong-bo":  {Number: "9/QĐ-BXD", EffectiveFrom: "2026-01-01", Catalogue: []v1alpha1.CatalogueEntry{{Code: "1.000001", Limit: "10wd", DisadvantagedLimit: "15wd"}}},
		"qd-khac":     {Number: "8/QĐ-BTP", EffectiveFrom: "2026-01-01", Catalogue: []v1alpha1.CatalogueEntry{{Code: "1.000009"}}},
		"qd-cong-bo2": {Number: "10/QĐ-BXD", EffectiveFrom: "2027-01-01", Abolishes: []v1alpha1.CatalogueCode{"1.000001"}},
	}
}

// lawful is a procedure that keeps the law of the registry.
func lawful() *v1alpha1.QualityProcedureSpec {
	spec := sketch("10wd", "B1 1wh: B2", "B2 1wh: CHO end", "CHO 0wh stopped: B2")
	spec.Steps[0].Actions[0].Prints = []v1alpha1.PrintForm{"M01"}
	spec.Steps[1].Actions[0].MaxTimes, spec.Steps[1].Actions[0].NotAfter = 1, "3wd"
	spec.Steps[2].Kind, spec.Steps[2].For = v1alpha1.StepWait, waitApplicant
	spec.Issue.EffectiveFrom = "2026-07-01"
	spec.AdministrativeProcedure = &v1alpha1.AdministrativeProcedure{Code: "1.000001.H18"}
	spec.Deadline.Extension = &v1alpha1.Extension{Max: "5wd", Prints: []v1alpha1.PrintForm{"M04"}}
	spec.LegalBasis = []v1alpha1.LegalBasis{
		{Ref: "luat-moi", Supports: []v1alpha1.Supported{"procedure"}},
		{Ref: "nd-1", Supports: []v1alpha1.Supported{"intake", "apology"}},
		{Ref: "tt-mau", Supports: []v1alpha1.Supported{"printForms"}},
		{Ref: "qd-cong-bo", Supports: []v1alpha1.Supported{"deadline"}},
	}
	return spec
}

func TestProveLaw(t *testing.T) {
	type change = func(*v1alpha1.QualityProcedureSpec, law)
	for name, tt := range map[string]struct {
		change change
		today  calendar.Day
		want   []string
	}{
		"lawful":        {change: func(*v1alpha1.QualityProcedureSpec, law) {}},
		"no law at all": {change: func(s *v1alpha1.QualityProcedureSpec, l law) { clear(l); s.LegalBasis[0].Ref = "khong-co" }},
		"an unknown one": {change: func(s *v1alpha1.QualityProcedureSpec, _ law) { s.LegalBasis[0].Ref = "luat-moii" }, want: []string{
			"error L2 spec.legalBasis[0].ref: there is no legal document luat-moii; near names are luat-moi, luat-cu, luat-sau",
			"không có văn bản luat-moii; tên gần giống: luat-moi, luat-cu, luat-sau",
		}},
		"one unlike all others": {change: func(s *v1alpha1.QualityProcedureSpec, _ law) { s.LegalBasis[0].Ref = "hien-phap-2013" }, want: []string{
			"error L2 spec.legalBasis[0].ref: there is no legal document hien-phap-2013; declare it as a LegalDocument, or correct the name",
			"không có văn bản hien-phap-2013; hãy khai báo LegalDocument hoặc sửa lại tên",
		}},
		"one that has ended": {change: func(s *v1alpha1.QualityProcedureSpec, _ law) { s.LegalBasis[0].Ref = "luat-cu" }, want: []string{
			"error L2 spec.legalBasis[0].ref: 1/2014/QH13 ended on 2026-06-30, before the revision comes into force on 2026-07-01; it was replaced by 2/2025/QH15 (luat-moi): issue a revision that rests on that",
			"1/2014/QH13 hết hiệu lực sau ngày 2026-06-30, trước ngày hiệu lực của lần ban hành là 2026-07-01; văn bản thay thế là 2/2025/QH15 (luat-moi): cần ban hành lần mới theo văn bản này",
		}},
		"one whose successor is in force": {change: func(_ *v1alpha1.QualityProcedureSpec, l law) {
			l["luat-moi"].ReplacedBy = &v1alpha1.LocalReference{Name: "nd-1"}
		}, want: []string{
			"error L2 spec.legalBasis[0].ref: 2/2025/QH15 was replaced on 2025-07-01; it was replaced by 118/2025/NĐ-CP (nd-1): issue a revision that rests on that", "",
		}},
		"one that is not in force yet": {change: func(s *v1alpha1.QualityProcedureSpec, _ law) { s.LegalBasis[0].Ref = "luat-sau" }, want: []string{
			"error L2 spec.legalBasis[0].ref: 3/2026/QH16 comes into force on 2027-03-01, after the revision does on 2026-07-01; cite what is in force then, let the revision begin later, or say in spec.transition what becomes of open dossiers",
			"3/2026/QH16 có hiệu lực từ ngày 2027-03-01, sau ngày hiệu lực của lần ban hành là 2026-07-01; viện dẫn văn bản đang có hiệu lực, lùi ngày hiệu lực hoặc quy định xử lý hồ sơ dở dang trong spec.transition",
		}},
		"one that is not in force yet, with a transition": {change: func(s *v1alpha1.QualityProcedureSpec, _ law) {
			s.LegalBasis[0].Ref, s.Transition = "luat-sau", &v1alpha1.Transition{}
		}},
		"one that ends soon": {change: func(_ *v1alpha1.QualityProcedureSpec, l law) {
			l["luat-moi"].EffectiveTo, l["luat-moi"].ReplacedBy = "2027-02-25", &v1alpha1.LocalReference{Name: "luat-sau"}
		}, want: []string{
			"warning L3 spec.legalBasis[0].ref: 2/2025/QH15 ends on 2027-02-25, 90 days from 2026-11-27; prepare a revision that rests on 3/2026/QH16 (luat-sau), in force from 2027-03-01",
			"2/2025/QH15 hết hiệu lực sau ngày 2027-02-25, còn 90 ngày kể từ 2026-11-27; cần chuẩn bị lần ban hành mới theo 3/2026/QH16 (luat-sau), có hiệu lực từ ngày 2027-03-01",
		}},
		"one that ends in 91 days": {change: func(_ *v1alpha1.QualityProcedureSpec, l law) { l["luat-moi"].EffectiveTo = "2027-02-26" }},
		"one that is replaced in 94": {change: func(_ *v1alpha1.QualityProcedureSpec, l law) {
			l["luat-moi"].ReplacedBy = &v1alpha1.LocalReference{Name: "luat-sau"}
		}},
		"one that ends with no successor": {change: func(_ *v1alpha1.QualityProcedureSpec, l law) { l["luat-moi"].EffectiveTo = "2026-12-01" }, want: []string{
			"warning L3 spec.legalBasis[0].ref: 2/2025/QH15 ends on 2026-12-01, 4 days from 2026-11-27; find out what takes its place", "",
		}},
		"abolished": {change: func(*v1alpha1.QualityProcedureSpec, law) {}, today: calendar.NewDay(2027, time.January, 1), want: []string{
			"warning L4 spec.administrativeProcedure.code: the administrative procedure 1.000001 was abolished by 10/QĐ-BXD from 2027-01-01; withdraw the procedure, or give the code that takes its place",
			"thủ tục 1.000001 đã bị bãi bỏ theo 10/QĐ-BXD từ ngày 2027-01-01; cần hủy bỏ quy trình hoặc ghi mã thủ tục thay thế",
		}},
		"abolished and announced again": {change: func(_ *v1alpha1.QualityProcedureSpec, l law) {
			l["qd-cong-bo"].EffectiveFrom = "2026-06-01"
			l["qd-cong-bo2"].EffectiveFrom = "2026-05-01"
		}},
		"announced by nobody": {change: func(s *v1alpha1.QualityProcedureSpec, _ law) { s.AdministrativeProcedure.Code = "1.000002" }, want: []string{
			"warning L4 spec.administrativeProcedure.code: the administrative procedure 1.000002 is announced neither by 9/QĐ-BXD, which the procedure cites, nor by any other document in force; correct the code, or cite the decision that announces it",
			"thủ tục 1.000002 không có trong 9/QĐ-BXD mà quy trình viện dẫn, cũng không có trong văn bản công bố nào đang có hiệu lực; sửa mã hoặc viện dẫn quyết định công bố",
		}},
		"announced elsewhere": {change: func(s *v1alpha1.QualityProcedureSpec, _ law) { s.AdministrativeProcedure.Code = "1.000009" }},
		"citing no announcement": {change: func(s *v1alpha1.QualityProcedureSpec, _ law) {
			s.AdministrativeProcedure.Code, s.LegalBasis = "1.000002", s.LegalBasis[:3]
		}},
		"forms that rest on nothing": {change: func(s *v1alpha1.QualityProcedureSpec, _ law) { s.LegalBasis[2].Supports = nil }, want: []string{
			"error L5 spec.steps[0].actions[0].prints[0]: the form M01 is printed, and no basis supports printForms; cite 03/2025/TT-VPCP with supports: [printForms]",
			"quy trình in M01 nhưng không có căn cứ nào ghi supports: [printForms]; viện dẫn 03/2025/TT-VPCP",
		}},
		"forms of the circular before": {change: func(s *v1alpha1.QualityProcedureSpec, l law) {
			s.LegalBasis[2].Ref = "tt-mau-cu"
			l["tt-mau-cu"].EffectiveTo = "2026-10-01"
		}, want: []string{
			"error L2 spec.legalBasis[2].ref: 01/2018/TT-VPCP ended on 2026-10-01; cite what is in force", "",
			"error L5 spec.steps[0].actions[0].prints[0]: the form M01 belongs to 01/2018/TT-VPCP, which is not in force; cite 03/2025/TT-VPCP",
			"M01 là mẫu của 01/2018/TT-VPCP, văn bản này không có hiệu lực; viện dẫn 03/2025/TT-VPCP",
		}},
		"a form that the circular does not have": {change: func(_ *v1alpha1.QualityProcedureSpec, l law) { l["tt-mau"].PrintForms = []v1alpha1.PrintForm{"M01"} }, want: []string{
			"error L5 spec.deadline.extension.prints[0]: the form M04 is not one that 03/2025/TT-VPCP prescribes; cite 03/2025/TT-VPCP, or print a form of it",
			"M04 không phải mẫu do 03/2025/TT-VPCP quy định; viện dẫn 03/2025/TT-VPCP hoặc dùng mẫu của văn bản đó",
		}},
		"more supplements than the law allows": {change: func(s *v1alpha1.QualityProcedureSpec, _ law) {
			s.Steps[1].Actions[0].MaxTimes, s.Steps[1].Actions[0].NotAfter = 0, "4wd"
		}, want: []string{
			"error T4 spec.steps[1].actions[0]: 118/2025/NĐ-CP lets an applicant be asked for more at most 1 times; set maxTimes of the action den-CHO to 1 or less",
			"118/2025/NĐ-CP chỉ cho yêu cầu bổ sung tối đa 1 lần; đặt maxTimes của hành động den-CHO không quá 1",
			"error T4 spec.steps[1].actions[0].notAfter: 118/2025/NĐ-CP lets an applicant be asked for more until 3wd after acceptance; set notAfter of the action den-CHO to 3wd or less",
			"118/2025/NĐ-CP chỉ cho yêu cầu bổ sung trong 3wd kể từ khi tiếp nhận; đặt notAfter của hành động den-CHO không quá 3wd",
		}},
		"the more generous of two": {change: func(s *v1alpha1.QualityProcedureSpec, l law) {
			s.Steps[1].Actions[0].MaxTimes = 2
			l["luat-moi"].Limits = &v1alpha1.LegalLimits{SupplementTimes: 2}
			s.LegalBasis[0].Supports = []v1alpha1.Supported{"documents"}
		}},
		"longer extensions than the law allows": {change: func(s *v1alpha1.QualityProcedureSpec, _ law) {
			s.Deadline.Extension.Times, s.Deadline.Extension.Max = 2, "6wd"
		}, want: []string{
			"error T4 spec.deadline.extension.times: the limit may be extended 2 times here, and 1 at most by 118/2025/NĐ-CP; correct times",
			"quy trình cho gia hạn 2 lần, trong khi 118/2025/NĐ-CP chỉ cho tối đa 1 lần; sửa times",
			"error T4 spec.deadline.extension.max: an extension may last 6wd here, and 5wd at most by 118/2025/NĐ-CP; correct max",
			"quy trình cho gia hạn 6wd, trong khi 118/2025/NĐ-CP chỉ cho tối đa 5wd; sửa max",
		}},
		"longer than announced": {change: func(s *v1alpha1.QualityProcedureSpec, _ law) {
			s.Deadline.Limit, s.Deadline.DisadvantagedLimit = "11wd", "16wd"
		}, want: []string{
			"error T4 spec.deadline.limit: the limit of 11wd is longer than the 10wd that 9/QĐ-BXD announces for 1.000001; a procedure may shorten what is announced, not lengthen it",
			"thời hạn 11wd dài hơn 10wd đã công bố tại 9/QĐ-BXD cho thủ tục 1.000001; quy trình chỉ được rút ngắn, không được kéo dài",
			"error T4 spec.deadline.disadvantagedLimit: the limit of disadvantaged areas of 16wd is longer than the 15wd that 9/QĐ-BXD announces for 1.000001; a procedure may shorten what is announced, not lengthen it", "",
		}},
		"another unit that may be shorter": {change: func(s *v1alpha1.QualityProcedureSpec, _ law) { s.Deadline.Limit = "13d" }},
	} {
		t.Run(name, func(t *testing.T) {
			spec, l := lawful(), registry()
			tt.change(spec, l)
			today := calendar.NewDay(2026, time.November, 27)
			if tt.today != 0 {
				today = tt.today
			}
			if got := proven(spec, &Surroundings{Today: today, Law: l}); !cmp.Equal(tt.want, blanked(got, tt.want)) {
				t.Errorf("findings (-want +got):\n%s", cmp.Diff(tt.want, got))
			}
		})
	}
}

// TestNextChange asks on every day on which something changes, and wants no change of the verdict in between.
func TestNextChange(t *testing.T) {
	l := registry()
	l["luat-moi"].EffectiveTo, l["luat-moi"].ReplacedBy = "2027-02-28", &v1alpha1.LocalReference{Name: "luat-sau"}
	p := sketched(lawful())
	verdict := func(day calendar.Day) string { return fmt.Sprint(rulesOf(Prove(p, &Surroundings{Today: day, Law: l}))) }
	var days []string
	for day := calendar.NewDay(2026, time.June, 1); day < calendar.NewDay(2028, time.January, 1); {
		next, ok := NextChange(p, &Surroundings{Today: day, Law: l})
		if !ok {
			break
		}
		for between := day + 1; between < next; between++ {
			if verdict(between) != verdict(day) {
				t.Fatalf("the verdict of %s changes on %s from %s to %s, and the next change was said to be %s", day, between, verdict(day), verdict(between), next)
			}
		}
		day = next
		days = append(days, day.String())
	}
	want := []string{"2026-07-01", "2026-11-30", "2027-01-01", "2027-03-01", "2028-01-01"}
	if diff := cmp.Diff(want, days); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
}

func rulesOf(findings []rule.Finding) []rule.ID {
	var ids []rule.ID
	for _, f := range findings {
		ids = append(ids, f.Rule)
	}
	return ids
}
