package operator_test

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"chuan.dev/chuan/api/v1alpha1"
)

func legalDocument(name string) *v1alpha1.LegalDocument {
	return &v1alpha1.LegalDocument{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec: v1alpha1.LegalDocumentSpec{
			Number: "1/2010/QH", Title: "Luật mẫu", EffectiveFrom: "2010-01-01", Source: "illustrative",
		},
	}
}

// procedure is the first revision of a procedure of three steps and two roles, mot-cua and lanh-dao.
func procedure(name, basis string) *v1alpha1.QualityProcedure {
	reason := true
	return &v1alpha1.QualityProcedure{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec: v1alpha1.QualityProcedureSpec{
			Code: "QT-01", Title: "Xác nhận",
			Issue: v1alpha1.Issue{
				Revision: 1, EffectiveFrom: "2020-01-01", Decision: v1alpha1.Decision{Number: "1/QĐ-UBND", Date: "2019-12-01"},
			},
			LegalBasis: []v1alpha1.LegalBasis{{Ref: basis, Supports: []v1alpha1.Supported{"deadline"}}},
			Deadline:   v1alpha1.Deadline{Limit: "1wd"},
			Channels:   []v1alpha1.Channel{v1alpha1.ChannelCounter},
			Roles:      []v1alpha1.Role{{ID: "mot-cua", Title: "Một cửa"}, {ID: "lanh-dao", Title: "Lãnh đạo"}},
			Steps: []v1alpha1.Step{
				{ID: "B1", Kind: v1alpha1.StepIntake, Title: "Tiếp nhận", Role: "mot-cua", Time: "2wh", Actions: []v1alpha1.Action{
					{ID: "tiep-nhan", Title: "Tiếp nhận", To: "B2"},
					{ID: "tu-choi", Title: "Từ chối", To: "end/tu-choi", Requires: &v1alpha1.ActionRequirements{Reason: &reason}},
				}},
				{ID: "B2", Kind: v1alpha1.StepApprove, Title: "Ký", Role: "lanh-dao", Time: "4wh", Actions: []v1alpha1.Action{
					{ID: "ky", Title: "Ký", To: "B3", Sets: &v1alpha1.ActionEffects{Outcome: "xac-nhan"}},
				}},
				{ID: "B3", Kind: v1alpha1.StepHandover, Title: "Trả kết quả", Role: "mot-cua", Time: "0wh", Clock: v1alpha1.ClockFinished, Actions: []v1alpha1.Action{
					{ID: "da-tra", Title: "Đã trả", To: "end/outcome"},
				}},
			},
			Outcomes: []v1alpha1.Outcome{
				{ID: "xac-nhan", Title: "Giấy xác nhận", Result: v1alpha1.ResultGranted},
				{ID: "tu-choi", Title: "Từ chối", Result: "notAccepted"},
			},
			Records: []v1alpha1.QualityRecord{{
				ID: "so", Title: "Sổ theo dõi", Keeps: []v1alpha1.ID{"M07"}, Keeper: "mot-cua", Retention: "20y", Basis: basis,
			}},
		},
	}
}

// agency is a commune with an officer for both roles of [procedure], which follows the calendars of series vn.
func agency(name, code string, procedures ...string) *v1alpha1.Agency {
	a := &v1alpha1.Agency{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec: v1alpha1.AgencySpec{
			Title: v1alpha1.Title("UBND xã Mẫu " + name), Code: code, Level: v1alpha1.AgencyLevelCommune,
			Calendar: v1alpha1.AgencyCalendar{Series: "vn"},
			Officers: []v1alpha1.Officer{{ID: "nguyen-van-a", Title: "Nguyễn Văn A", Roles: []v1alpha1.ID{"mot-cua", "lanh-dao"}}},
		},
	}
	for _, p := range procedures {
		if a.Spec.Procedures == nil {
			a.Spec.Procedures = &v1alpha1.AdoptedProcedures{}
		}
		a.Spec.Procedures.Refs = append(a.Spec.Procedures.Refs, v1alpha1.AdoptedProcedure{Name: p})
	}
	return a
}
