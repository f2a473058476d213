package dossier

import (
	"slices"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/procedure"
)

// Bounds of payments.
const (
	maxPayments = 200
	maxAmount   = 1_000_000_000_000
	maxReceipt  = 100
)

// The ways of paying.
const (
	PaidInCash     = "cash"
	PaidByTransfer = "transfer"
	PaidOnline     = "online"
)

// Owed returns the fees of a procedure that are not paid in full, in the order of its text. What was paid back counts as
// not paid.
func Owed(p *procedure.Procedure, s State) []v1alpha1.Fee {
	var owed []v1alpha1.Fee
	for i := range p.Spec.Fees {
		if fee := &p.Spec.Fees[i]; fee.Amount != nil && s.Paid(fee.ID) < *fee.Amount {
			owed = append(owed, *fee)
		}
	}
	return owed
}

// Paid is what was paid of a fee, less what was paid back.
func (s State) Paid(fee v1alpha1.ID) int64 {
	var sum int64
	for _, p := range s.Payments {
		if p.Fee == fee {
			sum += p.Amount
		}
	}
	return sum
}

// paid refuses the way forward, which is the first action, of the step at which a fee is due and not paid. A dossier that
// is heading for a refusal owes nothing.
func (d *decision) paid(s State, step *v1alpha1.Step, action *v1alpha1.Action) *Refusal {
	if action.ID != step.Actions[0].ID || !d.granting(s, action) {
		return nil
	}
	for _, fee := range Owed(d.p, s) {
		if fee.Due == step.ID {
			return refusef(CodeFeeUnpaid,
				"the fee %[1]s «%[2]s» is due at step %[3]s, and %[4]d %[5]s of it are not paid: record the payment "+
					"along with the action",
				"%[1]s «%[2]s» phải thu chậm nhất ở bước %[3]s, còn thiếu %[4]d %[5]s; đề nghị ghi nhận khoản thu "+
					"cùng thao tác",
				fee.ID, fee.Title, named(step), *fee.Amount-s.Paid(fee.ID), currencyOf(&fee))
		}
	}
	return nil
}

// granting says whether a dossier is heading, with an action, for an outcome that grants what was asked, or for none yet.
func (d *decision) granting(s State, action *v1alpha1.Action) bool {
	outcome, ok := d.p.Outcome(d.heads(s, action))
	return !ok || outcome.Result == v1alpha1.ResultGranted
}

// heads is the outcome for which a dossier is heading when an action is taken; empty when none is fixed.
func (d *decision) heads(s State, action *v1alpha1.Action) v1alpha1.ID {
	if to := procedure.ParseTarget(action.To); to.Outcome != "" {
		return to.Outcome
	}
	if heading := headingOf(action); heading != "" {
		return heading
	}
	return s.Heading
}

// collected refuses payments that are not made in a step: of fees that it does not collect, or back to the applicant.
func (d *decision) collected(step *v1alpha1.Step, payments []Payment) *Refusal {
	for _, p := range payments {
		fee, ok := d.fee(p.Fee)
		if ok && fee.Due != step.ID && !slices.Contains(step.Collects, p.Fee) {
			return refusef(CodePaymentInvalid,
				"the fee %[1]s is not collected in step %[2]s: add the payment to the dossier by itself",
				"%[1]s không thu ở bước %[2]s; đề nghị ghi nhận khoản thu riêng", p.Fee, named(step))
		}
		if p.Amount < 0 {
			return refusef(CodePaymentInvalid, "the fee %[1]s is not paid back along with an action: do it by itself",
				"không hoàn trả %[1]s cùng thao tác; đề nghị ghi nhận việc hoàn trả riêng", p.Fee)
		}
	}
	return nil
}

func (d *decision) fee(id v1alpha1.ID) (*v1alpha1.Fee, bool) {
	i := slices.IndexFunc(d.p.Spec.Fees, func(f v1alpha1.Fee) bool { return f.ID == id })
	if i < 0 {
		return nil, false
	}
	return &d.p.Spec.Fees[i], true
}

// pay records payments, an event each.
func (d *decision) pay(officer, role v1alpha1.ID, payments []Payment) error {
	for _, p := range payments {
		if refusal := d.checkPayment(&p); refusal != nil {
			return refusal
		}
		if err := d.record(Event{Type: Paid, Officer: officer, Role: role, Data: Data{Payment: &p}}); err != nil {
			return err
		}
	}
	return nil
}

// checkPayment checks a payment and fills in the currency where it is left out.
func (d *decision) checkPayment(p *Payment) *Refusal {
	fee, ok := d.fee(p.Fee)
	if !ok {
		return refusef(CodePaymentInvalid, "the procedure has no fee %[1]q", "thủ tục không có khoản thu %[1]q", p.Fee)
	}
	if p.Currency == "" {
		p.Currency = currencyOf(fee)
	}
	ways := []string{PaidInCash, PaidByTransfer, PaidOnline}
	switch {
	case p.Currency != currencyOf(fee):
		return refusef(CodePaymentInvalid,
			"the fee %[1]s is paid in %[2]s", "%[1]s được thu bằng %[2]s", p.Fee, currencyOf(fee))
	case p.Amount == 0 || p.Amount > maxAmount || p.Amount < -maxAmount:
		return refusef(CodePaymentInvalid, "the payment of the fee %[1]s is not an amount from 1 to %[2]d",
			"số tiền của %[1]s không nằm trong khoảng 1 đến %[2]d", p.Fee, int64(maxAmount))
	case d.state.Paid(p.Fee)+p.Amount < 0:
		return refusef(CodePaymentInvalid, "more of the fee %[1]s would be paid back than was paid: %[2]d",
			"số tiền hoàn trả của %[1]s lớn hơn số đã thu: %[2]d", p.Fee, d.state.Paid(p.Fee))
	case !slices.Contains(ways, p.Method):
		return refusef(CodePaymentInvalid,
			"a payment is made by one of %[1]v", "hình thức nộp phải là một trong %[1]v", ways)
	case !isLine(p.Receipt, maxReceipt):
		return refusef(CodePaymentInvalid,
			"the number of the receipt has more than %[1]d characters or more than one line",
			"số biên lai dài quá %[1]d ký tự hoặc nhiều hơn một dòng", maxReceipt)
	case len(d.state.Payments) >= maxPayments:
		return refusef(CodePaymentInvalid, "the dossier has %[1]d payments, and takes no more",
			"hồ sơ đã có %[1]d khoản thu, không ghi nhận thêm", maxPayments)
	}
	return nil
}

// currencyOf is the currency of a fee.
func currencyOf(fee *v1alpha1.Fee) string {
	if fee.Currency == "" {
		return "VND"
	}
	return fee.Currency
}
