package procedure

import (
	"fmt"

	"chuan.dev/chuan/api/v1alpha1"
)

// checkFeeBasis (F5): every fee is set by an instrument.
func checkFeeBasis(s *subject) []violation {
	var found []violation
	for i := range s.spec.Fees {
		if fee := &s.spec.Fees[i]; fee.Basis == "" {
			found = append(found, at(fmt.Sprintf("spec.fees[%d]", i),
				"the fee %s of %d VND names no basis; name the LegalDocument that sets it",
				"phí, lệ phí %s mức %d đồng chưa có căn cứ; ghi tên LegalDocument quy định mức thu vào basis",
				fee.ID, amount(fee)))
		}
	}
	return found
}

func amount(fee *v1alpha1.Fee) int64 {
	if fee.Amount == nil {
		return 0
	}
	return *fee.Amount
}

// checkFeesCollected (F5): every fee is collected on every way to a granting outcome, when the result is handed over at the
// latest, and not after the step at which it is due.
func checkFeesCollected(s *subject) []violation {
	if len(s.spec.Fees) == 0 {
		return nil
	}
	f := s.flow()
	ends := f.arrivals()
	var found []violation
	for i := range s.spec.Fees {
		fee := &s.spec.Fees[i]
		bit := f.fee[fee.ID]
		switch end, lacks := f.unpaid(ends, bit); {
		case lacks:
			found = append(found, at(fmt.Sprintf("spec.fees[%d]", i),
				"a dossier can end with %s at step %s and the fee %s not collected; let a step on every way there collect it (collects), at the hand-over at the latest",
				"hồ sơ có thể kết thúc với kết quả %s tại bước %s mà chưa thu %s; cần có bước thu (collects) trên mọi đường, chậm nhất khi trả kết quả",
				s.spec.Outcomes[end.outcome].ID, s.id(end.step), fee.ID))
		case fee.Due != "" && f.late(s.steps[fee.Due], bit):
			found = append(found, at(fmt.Sprintf("spec.fees[%d].due", i),
				"the fee %s is due at step %s, and a dossier can leave that step without it; let that step or one before it collect it",
				"%s phải thu chậm nhất ở bước %s nhưng hồ sơ có thể rời bước đó khi chưa thu; cần thu tại bước đó hoặc trước đó",
				fee.ID, fee.Due))
		}
	}
	return found
}

// unpaid returns a granting end, or a hand-over on the way to one, that can be reached without a fee.
func (f *flow) unpaid(ends []arrival, fee facts) (arrival, bool) {
	for _, end := range ends {
		if f.spec.Outcomes[end.outcome].Result != v1alpha1.ResultGranted {
			continue
		}
		if end.facts&fee == 0 {
			return end, true
		}
		for i := range f.spec.Steps {
			if f.spec.Steps[i].Kind != v1alpha1.StepHandover || !f.entry[i][1+end.outcome].reached {
				continue
			}
			if f.late(i, fee) {
				return arrival{step: i, outcome: end.outcome}, true
			}
		}
	}
	return arrival{}, false
}

// late says whether a dossier that is heading for a granting outcome, or for none yet, can leave a step by an action
// without a fee.
func (f *flow) late(step int, fee facts) bool {
	for heading, known := range f.entry[step] {
		granting := heading == 0 || f.spec.Outcomes[heading-1].Result == v1alpha1.ResultGranted
		if !known.reached || !granting {
			continue
		}
		for _, way := range f.ways[step] {
			if way.action != noAction && (known.facts|way.adds)&fee == 0 {
				return true
			}
		}
	}
	return false
}
