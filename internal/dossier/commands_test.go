package dossier

import (
	"slices"
	"testing"

	"chuan.dev/chuan/api/v1alpha1"
)

func TestCommands(t *testing.T) {
	shelved := func(s *story) *story {
		s.do(Shelve{Officer: "ha", Place: "Kho 1"})
		return s
	}
	lent := func(s *story) *story {
		shelved(s).do(Lend{Officer: "ha", Loan: Loan{To: "Thanh tra"}})
		return s
	}
	late := func(s *story) *story {
		s.now = at(t, "2026-06-16 08:00")
		return s
	}
	old := func(s *story) *story {
		s.p.Spec.Records[0].Retention, s.p.Spec.Records[1].Retention = "1y", "2y"
		s.now = at(t, "2029-01-01 00:00")
		return s
	}
	for name, c := range map[string]struct {
		s       *story
		officer v1alpha1.ID
		want    []CommandName
	}{
		"the counter, before acceptance": {licence(t), "an", []CommandName{
			CommandReassign, CommandWithdraw, CommandSupplement, CommandShelve, CommandMove,
		}},
		"who assigned":            {accepted(t), "binh", []CommandName{CommandReassign, CommandShelve}},
		"who holds the step":      {accepted(t), "chi", []CommandName{CommandReassign, CommandSupplement, CommandShelve}},
		"who signs":               {accepted(t), "giang", []CommandName{CommandExtend, CommandDiscontinue, CommandShelve}},
		"who signs, too late":     {late(accepted(t)), "giang", []CommandName{CommandDiscontinue, CommandShelve}},
		"who signs, afterwards":   {handedOver(t), "giang", []CommandName{CommandCorrect, CommandShelve}},
		"the counter, afterwards": {handedOver(t), "an", []CommandName{CommandCorrect, CommandSupplement, CommandShelve}},
		"a file on the shelf":     {shelved(handedOver(t)), "ha", []CommandName{CommandShelve, CommandLend}},
		"a file that is lent":     {lent(handedOver(t)), "ha", []CommandName{CommandShelve, CommandReturn}},
		"a file that is old":      {old(handedOver(t)), "ha", []CommandName{CommandShelve, CommandDispose}},
		"a stranger":              {accepted(t), "la", nil},
	} {
		c.s.office.Today = (&decision{now: c.s.now, office: c.s.office}).today()
		if got := Commands(c.s.p, c.s.state, c.officer, c.s.office); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
	if got := Commands(load(t, "giay-phep"), State{}, "an", office(t)); got != nil {
		t.Errorf("commands of a dossier that has not come in: %v", got)
	}
}
