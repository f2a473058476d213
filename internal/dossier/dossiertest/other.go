package dossiertest

import (
	"slices"
	"strings"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/dossier"
	"chuan.dev/chuan/internal/procedure/proceduretest"
)

// Other is a command besides those that lead through the steps, by anybody: many of them are refused.
func (l *Life) Other() dossier.Command {
	officer, version, why := l.officer(), l.State.Version, proceduretest.One(l, "Theo đề nghị", "")
	if l.Successor != nil && proceduretest.In(l, 3) {
		return dossier.Move{
			Officer: proceduretest.One(l, proceduretest.Counter+"-0", "", officer), Version: version, Revision: 2, Digest: "digest-2", Reason: why,
		}
	}
	switch l.IntN(11) {
	case 0:
		return dossier.Supplement{
			Officer: officer, Version: version, Documents: map[v1alpha1.ID]int32{"anh": int32(l.IntN(4))},
			Attachments: []dossier.Attachment{{Document: "anh", SHA256: strings.Repeat("0a", 32), Size: 3, MediaType: "image/png", Name: "ảnh.png"}},
			Payments:    l.payments(),
		}
	case 1:
		return dossier.Shelve{Officer: officer, Version: version, Place: "Kho 1, giá 3"}
	case 2:
		return dossier.Lend{Officer: officer, Version: version, Loan: dossier.Loan{To: "Phòng Tư pháp"}}
	case 3:
		return dossier.Return{Officer: officer, Version: version}
	case 4:
		return l.reassignment(officer, why)
	case 5:
		by := proceduretest.One[v1alpha1.WorkDuration](l, "2wd", "5d", "4wh", "400d")
		return dossier.Extend{Officer: proceduretest.One(l, proceduretest.Signer+"-0", officer), Version: version, By: by, Reason: why}
	case 6:
		l.Office.Calendar = proceduretest.One(l, Calendar(), Busier())
		return dossier.Recount{}
	case 7:
		return proceduretest.One(l, l.question(), l.answer())
	default:
		return l.end(officer, why)
	}
}

// end is a command that ends a dossier, or opens an ended one again.
func (l *Life) end(officer v1alpha1.ID, why string) dossier.Command {
	version := l.State.Version
	counter := proceduretest.One(l, proceduretest.Counter+"-0", officer)
	switch k := l.IntN(3); {
	case !l.State.Open() && k == 2:
		l.Now = l.Now.AddDate(25, 0, 0)
		return dossier.Dispose{
			Officer: counter, Version: version, Disposal: dossier.Disposal{Minutes: "12/BB-UBND", Date: "2026-01-05"},
		}
	case !l.State.Open():
		return dossier.Correct{Officer: counter, Version: version, Reason: why}
	case k == 1:
		return dossier.Withdraw{Officer: counter, Version: version, Reason: why}
	case k == 2:
		return dossier.Discontinue{Officer: proceduretest.One(l, proceduretest.Signer+"-0", officer), Version: version, Reason: why}
	default:
		l.leave()
		return dossier.Expire{}
	}
}

// leave lets an officer go whose role others hold too.
func (l *Life) leave() {
	gone := &l.Office.Officers[l.IntN(len(l.Office.Officers))]
	if strings.HasSuffix(string(gone.ID), "-1") {
		gone.Until = "2026-05-31"
	}
}

// reassignment gives an open step to somebody else.
func (l *Life) reassignment(officer v1alpha1.ID, why string) dossier.Command {
	c := dossier.Reassign{Officer: officer, Version: l.State.Version, Reason: why}
	if !l.State.Open() {
		return c
	}
	t := proceduretest.One(l, l.State.Tokens...)
	step, _ := l.Procedure.Step(t.Step)
	c.Step = t.Step
	if able := l.Able(step); proceduretest.In(l, 2) {
		c.Officer = proceduretest.One(l, able...)
	}
	if holders := l.Office.Holders(step.Role); len(holders) > 0 {
		c.Assignee = proceduretest.One(l, append(holders, "")...)
	}
	return c
}

// asks says whether the dossier stands at a step that asks another agency, which was not asked yet.
func (l *Life) asks() bool {
	return len(l.State.Consultations) == 0 && slices.ContainsFunc(l.State.Tokens, func(t dossier.Token) bool {
		step, ok := l.Procedure.Step(t.Step)
		return ok && step.Kind == v1alpha1.StepConsult
	})
}

// question asks another agency where the dossier stands at a step that asks.
func (l *Life) question() dossier.Command {
	for _, t := range l.State.Tokens {
		if step, ok := l.Procedure.Step(t.Step); ok && step.Kind == v1alpha1.StepConsult {
			return dossier.Ask{Consultation: dossier.Consultation{Step: t.Step, Branch: t.Branch, Agency: "H18.20"}}
		}
	}
	return dossier.Ask{Consultation: dossier.Consultation{Step: "B0", Branch: dossier.MainBranch, Agency: "H18.20"}}
}

// answer is the answer of another agency, to what it was asked.
func (l *Life) answer() dossier.Command {
	if len(l.State.Consultations) == 0 {
		return dossier.Answer{Consultation: dossier.Consultation{Step: "B0", Branch: dossier.MainBranch, Agency: "H18.20"}, Action: "dong-y"}
	}
	asked := proceduretest.One(l, l.State.Consultations...)
	asked.Reference = "H18.20-260603-0001"
	return dossier.Answer{
		Consultation: asked, Action: proceduretest.One[v1alpha1.ID](l, "dong-y", "khong-dong-y", "co-le"), Reason: proceduretest.One(l, "Phù hợp", ""),
	}
}

// payments pay a part of a fee, or some of it back.
func (l *Life) payments() []dossier.Payment {
	if len(l.Procedure.Spec.Fees) == 0 {
		return nil
	}
	return []dossier.Payment{{
		Fee: l.Procedure.Spec.Fees[0].ID, Amount: proceduretest.One[int64](l, 1000, 75000, -1000), Method: proceduretest.One(l, "cash", "transfer", "online"),
	}}
}
