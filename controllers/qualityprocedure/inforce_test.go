package qualityprocedure

import (
	"strings"
	"testing"
	"time"

	"chuan.dev/chuan/api/v1alpha1"
)

func TestComesIntoForceAtMidnight(t *testing.T) {
	h := newHarness(t, "2026-06-30 15:00", draft(issued(1, "2026-07-01")), luat())
	result, p := h.reconcile()

	if got, want := said(p, v1alpha1.ConditionEffective), "False NotYetInForce: revision 1 comes into force on 2026-07-01"; got != want {
		t.Errorf("Effective is %s, want %s", got, want)
	}
	if got, want := said(p, v1alpha1.ConditionReady), "True Succeeded: revision 1 is accepted"; got != want {
		t.Errorf("Ready is %s, want %s", got, want)
	}
	if p.Status.RevisionInForce != nil {
		t.Errorf("revision %d is in force", *p.Status.RevisionInForce)
	}
	if result.RequeueAfter != 9*time.Hour {
		t.Errorf("comes again in %s, want at midnight in 9h", result.RequeueAfter)
	}

	// A timer that goes off too early changes nothing.
	h.now = h.now.Add(result.RequeueAfter - time.Millisecond)
	if early, _ := h.reconcile(); len(h.calls) != 0 || early.RequeueAfter <= 0 || early.RequeueAfter > time.Second {
		t.Errorf("a millisecond before midnight: calls %v, comes again in %s", h.calls, early.RequeueAfter)
	}
	h.now = h.now.Add(time.Millisecond)
	result, p = h.reconcile()
	if got, want := said(p, v1alpha1.ConditionEffective), "True InForce: revision 1 is in force since 2026-07-01"; got != want {
		t.Errorf("at midnight, Effective is %s, want %s", got, want)
	}
	if *p.Status.RevisionInForce != 1 || result.RequeueAfter != h.untilNewYear() {
		t.Errorf("at midnight, revision %d is in force, comes again in %s", *p.Status.RevisionInForce, result.RequeueAfter)
	}
}

func TestRevisionsTakeTheirTurns(t *testing.T) {
	h := newHarness(t, morning, draft(), luat())
	h.reconcile()
	h.issue(2, "2026-07-01")
	h.reconcile()
	h.issue(3, "2026-09-01")
	result, p := h.reconcile()
	if got, want := said(p, v1alpha1.ConditionReady), "True Succeeded: revision 3 is accepted; revision 1 is in force"; got != want {
		t.Errorf("Ready is %s, want %s", got, want)
	}
	turns := []struct {
		at    string
		ready string
	}{
		{"2026-07-01 00:00", "True Succeeded: revision 3 is accepted; revision 2 is in force"},
		{"2026-09-01 00:00", "True Succeeded: revision 3 is in force"},
	}
	for _, turn := range turns {
		if got, want := h.now.Add(result.RequeueAfter), local(t, turn.at); !got.Equal(want) {
			t.Fatalf("comes again at %s, want at %s", got, want)
		}
		h.now = h.now.Add(result.RequeueAfter)
		if result, p = h.reconcile(); said(p, v1alpha1.ConditionReady) != turn.ready {
			t.Errorf("at %s, Ready is %s, want %s", turn.at, said(p, v1alpha1.ConditionReady), turn.ready)
		}
	}
	if result.RequeueAfter != h.untilNewYear() {
		t.Errorf("comes again in %s when nothing is to come before the turn of the year", result.RequeueAfter)
	}
}

// legalBases are procedures on the morning of 15 June 2026 and what is said of their legal basis.
var legalBases = []struct {
	name      string
	basis     []string
	from      v1alpha1.Date
	documents []*v1alpha1.LegalDocument
	want      string
	ready     string
	wakes     string
}{
	{
		name: "in force without an end", basis: []string{"luat"},
		documents: []*v1alpha1.LegalDocument{luat()},
		want:      "True InForce: every legal basis is in force",
		ready:     "True Succeeded: revision 1 is in force",
	},
	{
		name: "unknown, more than are listed", basis: []string{"g", "f", "e", "d", "c", "b", "a"},
		want: "False LegalDocumentNotFound: L2: no LegalDocument is named a, b, c, d, e and 2 more: add it, or correct spec.legalBasis",
		ready: "False DependencyNotFound: revision 1 is not accepted yet: L2: no LegalDocument is named a, b, c, d, e and 2 more: " +
			"add it, or correct spec.legalBasis",
	},
	{
		name: "on its last day", basis: []string{"luat"},
		documents: []*v1alpha1.LegalDocument{document("luat", "2020-01-01", "2026-06-15")},
		wakes:     "2026-06-16 00:00",
	},
	{
		name: "about to end", basis: []string{"luat"},
		documents: []*v1alpha1.LegalDocument{document("luat", "2020-01-01", "2026-12-31")},
		wakes:     "2026-10-02 00:00",
	},
	{
		name: "begins with the text that carries it out", basis: []string{"luat"}, from: "2026-08-01",
		documents: []*v1alpha1.LegalDocument{document("luat", "2026-08-01", "")},
		want:      "True InForce: every legal basis is in force",
		ready:     "True Succeeded: revision 1 is accepted",
		wakes:     "2026-08-01 00:00",
	},
	{
		name: "lapsed since the first day, as it would have on a cluster that was there then", basis: []string{"luat"},
		documents: []*v1alpha1.LegalDocument{document("luat", "2020-01-01", "2026-06-14")},
		want:      "False LegalDocumentNotInForce: L2 spec.legalBasis[0].ref: so luat ended on 2026-06-14",
		ready:     "True Succeeded: revision 1 is in force; L2 spec.legalBasis[0].ref: so luat ended on 2026-06-14",
	},
	{
		name: "lapsed before the first day", basis: []string{"luat"},
		documents: []*v1alpha1.LegalDocument{document("luat", "2020-01-01", "2025-12-31")},
		want:      "False LegalDocumentNotInForce: L2 spec.legalBasis[0].ref: so luat ended on 2025-12-31, before the revision",
		ready:     "False RuleViolated: revision 1 is not accepted: L2 spec.legalBasis[0].ref: so luat ended on 2025-12-31",
	},
	{
		name: "begins later", basis: []string{"luat"},
		documents: []*v1alpha1.LegalDocument{document("luat", "2026-08-01", "")},
		want:      "False LegalDocumentNotInForce: L2 spec.legalBasis[0].ref: so luat comes into force on 2026-08-01",
		ready:     "False RuleViolated: revision 1 is not accepted: L2",
		wakes:     "2026-08-01 00:00",
	},
	{
		name: "one unknown, one lapsed", basis: []string{"a", "luat"},
		documents: []*v1alpha1.LegalDocument{document("luat", "2020-01-01", "2025-12-31")},
		want: "False LegalDocumentNotFound: L2: no LegalDocument is named a: add it, or correct spec.legalBasis; " +
			"L2 spec.legalBasis[1].ref: so luat ended on 2025-12-31",
		ready: "False RuleViolated: revision 1 is not accepted: L2: 2 findings: ",
	},
	{
		name: "one unknown among those that are known", basis: []string{"a", "luat"},
		documents: []*v1alpha1.LegalDocument{luat()},
		want:      "False LegalDocumentNotFound: L2: no LegalDocument is named a: add it, or correct spec.legalBasis",
		ready:     "False DependencyNotFound: revision 1 is not accepted yet: L2: no LegalDocument is named a: add it",
	},
	{
		name: "about to end, within the notice", basis: []string{"luat"},
		documents: []*v1alpha1.LegalDocument{document("luat", "2020-01-01", "2026-08-31")},
		want:      "True InForce: every legal basis is in force; 1 warning: L3: chuan lint shows it",
		ready:     "True Succeeded: revision 1 is in force",
		wakes:     "2026-09-01 00:00",
	},
}

func TestLegalBasis(t *testing.T) {
	for _, tt := range legalBases {
		t.Run(tt.name, func(t *testing.T) {
			h := newHarness(t, morning, draft(func(p *v1alpha1.QualityProcedure) {
				p.Spec.LegalBasis = nil
				for _, ref := range tt.basis {
					p.Spec.LegalBasis = append(p.Spec.LegalBasis, v1alpha1.LegalBasis{Ref: ref, Supports: []v1alpha1.Supported{"deadline"}})
				}
				if tt.from != "" {
					p.Spec.Issue.EffectiveFrom = tt.from
				}
			}))
			for _, d := range tt.documents {
				h.create(d.DeepCopy())
			}
			result, p := h.reconcile()
			if got := said(p, v1alpha1.ConditionLegalBasisInForce); !strings.HasPrefix(got, tt.want) {
				t.Errorf("LegalBasisInForce is %s\nwant %s", got, tt.want)
			}
			if got := said(p, v1alpha1.ConditionReady); !strings.HasPrefix(got, tt.ready) {
				t.Errorf("Ready is %s\nwant %s", got, tt.ready)
			}
			sleeps := h.untilNewYear()
			if tt.wakes != "" {
				sleeps = local(t, tt.wakes).Sub(h.now)
			}
			if result.RequeueAfter != sleeps {
				t.Errorf("comes again in %s, want %s", result.RequeueAfter, sleeps)
			}
		})
	}
}

// TestLawLapsesUnderAnAcceptedText: what was accepted stays in force, and says on what it does not rest any more. Meanwhile
// the text may be that of the next revision already.
func TestLawLapsesUnderAnAcceptedText(t *testing.T) {
	h := newHarness(t, morning, draft(), document("luat", "2020-01-01", "2026-06-30"), document("luat-moi", "2026-07-01", ""))
	h.reconcile()
	h.change(func(p *v1alpha1.QualityProcedure) {
		issued(2, "2026-08-01")(p)
		p.Spec.LegalBasis[0].Ref = "luat-moi"
	})
	stations := []struct{ at, want, ready string }{
		{
			"2026-07-01 00:00", "True InForce: every legal basis is in force; 1 warning: L3: chuan lint shows it",
			"True Succeeded: revision 2 is accepted; revision 1 is in force",
		},
		{
			"2026-08-01 00:00", "False LegalDocumentNotInForce: L2 revision 1 spec.legalBasis[0].ref: so luat ended on 2026-06-30",
			"True Succeeded: revision 2 is accepted; revision 1 is in force; L2 revision 1 spec.legalBasis[0].ref: so luat ended on",
		},
		{"", "True InForce: every legal basis is in force", "True Succeeded: revision 2 is in force"},
	}
	for _, station := range stations {
		result, p := h.reconcile()
		if got := said(p, v1alpha1.ConditionLegalBasisInForce); !strings.HasPrefix(got, station.want) {
			t.Errorf("at %s, LegalBasisInForce is %s, want %s", h.now, got, station.want)
		}
		if got := said(p, v1alpha1.ConditionReady); !strings.HasPrefix(got, station.ready) {
			t.Errorf("at %s, Ready is %s, want %s", h.now, got, station.ready)
		}
		if station.at == "" {
			continue
		}
		if got, want := h.now.Add(result.RequeueAfter), local(t, station.at); !got.Equal(want) {
			t.Fatalf("at %s: comes again at %s, want at %s", h.now, got, want)
		}
		h.now = h.now.Add(result.RequeueAfter)
	}
}

// TestWaivedLaw: a waiver lets a text in that would be refused, until its day, and the pass after that day says so.
func TestWaivedLaw(t *testing.T) {
	h := newHarness(t, morning, draft(func(p *v1alpha1.QualityProcedure) {
		p.Annotations = map[string]string{v1alpha1.AnnotationWaivePrefix + "L2": "2026-06-20: chờ văn bản thay thế"}
	}), document("luat", "2020-01-01", "2026-06-14"))
	result, p := h.reconcile()
	if got, want := said(p, v1alpha1.ConditionReady), "True Succeeded: revision 1 is in force"; got != want {
		t.Errorf("Ready is %s, want %s", got, want)
	}
	if got, want := h.now.Add(result.RequeueAfter), local(t, "2026-06-21 00:00"); !got.Equal(want) {
		t.Fatalf("comes again at %s, want at %s", got, want)
	}
	h.now = h.now.Add(result.RequeueAfter)
	_, p = h.reconcile()
	if got, want := said(p, v1alpha1.ConditionLegalBasisInForce), "False LegalDocumentNotInForce: L2 "; !strings.HasPrefix(got, want) {
		t.Errorf("after the waiver LegalBasisInForce is %s, want %s", got, want)
	}
	if got, want := said(p, v1alpha1.ConditionReady), "True Succeeded: revision 1 is in force; L2 "; !strings.HasPrefix(got, want) {
		t.Errorf("after the waiver Ready is %s, want %s", got, want)
	}
}
