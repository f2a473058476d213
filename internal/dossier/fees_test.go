package dossier

import (
	"slices"
	"strings"
	"testing"
)

func TestFees(t *testing.T) {
	s := decided(t, "dat")
	if owed := Owed(s.p, s.state); len(owed) != 1 || owed[0].ID != "le-phi" {
		t.Errorf("owed %+v, want le-phi", owed)
	}
	refusal := s.refused(Act{Officer: "an", Action: "da-tra"}, CodeFeeUnpaid)
	if !strings.Contains(refusal.Message, "75000 VND") {
		t.Errorf("the refusal does not say how much: %s", refusal.Message)
	}
	part := Act{Officer: "an", Action: "da-tra"}
	paying(75000 - 1)(&part)
	s.refused(part, CodeFeeUnpaid)
	events := s.act("an", "da-tra", paying(70000), paying(5000))
	if want := []EventType{Paid, Paid, Moved, Ended}; !slices.Equal(types(events), want) {
		t.Errorf("events %v, want %v", types(events), want)
	}
	if got := s.state.Paid("le-phi"); got != 75000 || len(Owed(s.p, s.state)) != 0 {
		t.Errorf("paid %d, owed %v", got, Owed(s.p, s.state))
	}
	if p := events[0].Data.Payment; p.Currency != "VND" || events[0].Role != "mot-cua" || events[0].From != "" {
		t.Errorf("payment %+v in %+v", p, events[0])
	}
}

func TestARefusalOwesNothing(t *testing.T) {
	s := decided(t, "khong-dat")
	s.act("an", "da-tra")
	if s.state.Ending.Outcome != "tu-choi" {
		t.Errorf("ending %+v", s.state.Ending)
	}
}

func TestPaymentsAreChecked(t *testing.T) {
	good := Payment{Fee: "le-phi", Amount: 75000, Currency: "VND", Method: PaidOnline}
	for name, change := range map[string]func(*Payment){
		"no such fee":     func(p *Payment) { p.Fee = "la" },
		"other money":     func(p *Payment) { p.Currency = "USD" },
		"nothing":         func(p *Payment) { p.Amount = 0 },
		"too much":        func(p *Payment) { p.Amount = maxAmount + 1 },
		"paid back":       func(p *Payment) { p.Amount = -1 },
		"in kind":         func(p *Payment) { p.Method = "gà" },
		"endless receipt": func(p *Payment) { p.Receipt = strings.Repeat("1", maxReceipt+1) },
		"receipt of lines": func(p *Payment) {
			p.Receipt = "1\n2"
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := good
			change(&p)
			decided(t, "dat").refused(Act{Officer: "an", Action: "da-tra", Payments: []Payment{p}}, CodePaymentInvalid)
		})
	}
	s := accepted(t)
	s.refused(Act{Officer: "chi", Action: "cho", Reason: "x", Payments: []Payment{good}}, CodePaymentInvalid)
	for range maxPayments {
		s.state.Payments = append(s.state.Payments, good)
	}
	s.refused(Supplement{Officer: "an", Payments: []Payment{good}}, CodePaymentInvalid)
}

func TestPaymentsOutsideOfActions(t *testing.T) {
	s := accepted(t)
	s.do(Supplement{Officer: "an", Payments: []Payment{{Fee: "le-phi", Amount: 75000, Method: PaidByTransfer}}})
	s.refused(Supplement{Officer: "an", Payments: []Payment{{Fee: "le-phi", Amount: -75001, Method: PaidByTransfer}}}, CodePaymentInvalid)
	s.act("chi", "dat", with(appraisal("dat")))
	s.act("an", "dong-y")
	s.sign()
	s.act("an", "da-tra")
	// Money is paid back also after the end; papers do not come in any more.
	s.do(Supplement{Officer: "an", Payments: []Payment{{Fee: "le-phi", Amount: -75000, Method: PaidByTransfer}}})
	if got := s.state.Paid("le-phi"); got != 0 {
		t.Errorf("%d are left of what was paid back", got)
	}
	if s.state.Ending == nil {
		t.Error("the dossier is open again")
	}
}
