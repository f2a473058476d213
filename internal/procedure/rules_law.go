package procedure

import (
	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/calendar"
)

// checkSupport (L1): the deadline, the documents and the fees each rest on an entry of the legal basis.
func checkSupport(s *subject) []violation {
	supported := map[v1alpha1.Supported]bool{}
	for i := range s.spec.LegalBasis {
		for _, part := range s.spec.LegalBasis[i].Supports {
			supported[part] = true
		}
	}
	var found []violation
	need := func(needed bool, part v1alpha1.Supported, path, english, vietnamese string) {
		if needed && !supported[part] {
			found = append(found, at(path,
				"no entry of the legal basis supports "+english+"; add %[1]s to the supports of the instrument that sets it",
				"không có căn cứ pháp lý nào cho "+vietnamese+"; thêm %[1]s vào supports của văn bản quy định", part))
		}
	}
	need(true, "deadline", "spec.deadline", "the time limit", "thời hạn giải quyết")
	need(len(s.spec.Documents) > 0, "documents", "spec.documents", "what applicants are asked for", "thành phần hồ sơ")
	need(len(s.spec.Fees) > 0, "fees", "spec.fees", "the fees", "phí, lệ phí")
	return found
}

// checkDecision (V14): the decision by which the revision was approved has a number and a date, and came before it is in
// force.
func checkDecision(s *subject) []violation {
	issue := &s.spec.Issue
	var found []violation
	if issue.Decision.Number == "" {
		found = append(found, at("spec.issue.decision.number",
			"the decision by which revision %d was approved has no number; write it as 512/QĐ-UBND",
			"quyết định ban hành lần %d chưa có số; ghi như 512/QĐ-UBND", issue.Revision))
	}
	_, errDecided := calendar.ParseDate(issue.Decision.Date)
	_, errEffective := calendar.ParseDate(issue.EffectiveFrom)
	if errDecided == nil && errEffective == nil && issue.Decision.Date > issue.EffectiveFrom {
		found = append(found, at("spec.issue.effectiveFrom",
			"revision %d is in force from %s, before it was decided on %s; correct one of the dates",
			"lần ban hành %d có hiệu lực từ %s, trước ngày ký quyết định %s; cần sửa một trong hai ngày",
			issue.Revision, issue.EffectiveFrom, issue.Decision.Date))
	}
	return found
}

// checkDisadvantaged (V25): the limit of disadvantaged areas is not shorter than the ordinary one.
func checkDisadvantaged(s *subject) []violation {
	deadline := &s.spec.Deadline
	if !surelyLonger(deadline.Limit, deadline.DisadvantagedLimit) {
		return nil
	}
	return []violation{at("spec.deadline.disadvantagedLimit",
		"the limit of disadvantaged areas, %s, is shorter than the ordinary one, %s; it is there to give them longer",
		"thời hạn đối với vùng khó khăn là %s, ngắn hơn thời hạn chung %s; thời hạn này phải dài hơn hoặc bằng",
		deadline.DisadvantagedLimit, deadline.Limit)}
}
