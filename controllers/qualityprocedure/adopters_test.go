package qualityprocedure

import (
	"fmt"
	"slices"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"chuan.dev/chuan/api/v1alpha1"
)

func agency(name string, level v1alpha1.AgencyLevel, adopted *v1alpha1.AdoptedProcedures) *v1alpha1.Agency {
	return &v1alpha1.Agency{
		ObjectMeta: metav1.ObjectMeta{Namespace: key.Namespace, Name: name},
		Spec:       v1alpha1.AgencySpec{Level: level, Procedures: adopted},
	}
}

func byName(names ...string) *v1alpha1.AdoptedProcedures {
	adopted := &v1alpha1.AdoptedProcedures{}
	for _, name := range names {
		adopted.Refs = append(adopted.Refs, v1alpha1.AdoptedProcedure{Name: name})
	}
	return adopted
}

func bySelector(framework string, names ...string) *v1alpha1.AdoptedProcedures {
	adopted := byName(names...)
	adopted.Selector = &metav1.LabelSelector{MatchLabels: map[string]string{"framework": framework}}
	return adopted
}

func TestAdopters(t *testing.T) {
	commune, province := v1alpha1.AgencyLevelCommune, v1alpha1.AgencyLevelProvince
	elsewhere := agency("xa-khac-tinh", commune, byName("xac-nhan"))
	elsewhere.Namespace = "lai-chau"
	malformed := bySelector("dien-bien", "xac-nhan")
	malformed.Selector.MatchExpressions = []metav1.LabelSelectorRequirement{{Key: "a", Operator: "Like"}}
	going, now := agency("xa-dang-xoa", commune, byName("xac-nhan")), metav1.Now()
	going.DeletionTimestamp, going.Finalizers = &now, []string{"example.org/keep"}
	h := newHarness(t, morning, draft(), luat(), elsewhere, going,
		agency("so-ten", province, byName("khac", "xac-nhan")),
		agency("so-chon", province, bySelector("dien-bien")),
		agency("xa-chon", commune, bySelector("dien-bien")),
		agency("xa-ca-hai", commune, bySelector("dien-bien", "xac-nhan")),
		agency("xa-nhan-khac", commune, bySelector("lai-chau")),
		agency("xa-khong", commune, nil),
		agency("xa-chon-sai", commune, malformed),
	)
	_, p := h.reconcile()
	want := []string{"so-ten", "xa-ca-hai", "xa-chon", "xa-chon-sai"}
	if !slices.Equal(p.Status.Adopters, want) || *p.Status.AdopterCount != 4 {
		t.Errorf("%d adopters %v, want %v", *p.Status.AdopterCount, p.Status.Adopters, want)
	}
}

func TestAdoptersAreSortedAndCapped(t *testing.T) {
	h := newHarness(t, morning, draft(), luat())
	for i := range 23 {
		h.create(agency(fmt.Sprintf("xa-%02d", (i*7)%23), v1alpha1.AgencyLevelCommune, byName("xac-nhan")))
	}
	_, p := h.reconcile()
	var want []string
	for i := range 20 {
		want = append(want, fmt.Sprintf("xa-%02d", i))
	}
	if !slices.Equal(p.Status.Adopters, want) || *p.Status.AdopterCount != 23 {
		t.Errorf("%d adopters %v, want 23 and the first 20", *p.Status.AdopterCount, p.Status.Adopters)
	}
}

// TestAdoptersOfWhatIsInForceAndToCome: a text that is not accepted brings no adopter, one that is to come does.
func TestAdoptersOfWhatIsInForceAndToCome(t *testing.T) {
	h := newHarness(t, morning, draft(), luat(), agency("so", v1alpha1.AgencyLevelProvince, bySelector("dien-bien")))
	if _, p := h.reconcile(); *p.Status.AdopterCount != 0 {
		t.Errorf("adopters %v of a procedure for communes", p.Status.Adopters)
	}
	h.change(func(p *v1alpha1.QualityProcedure) {
		issued(2, "2026-07-01")(p)
		broken(p)
		p.Spec.AppliesTo.Levels = []v1alpha1.AgencyLevel{v1alpha1.AgencyLevelProvince}
	})
	if _, p := h.reconcile(); *p.Status.AdopterCount != 0 {
		t.Errorf("adopters %v of a text that is not accepted", p.Status.Adopters)
	}
	h.change(mended)
	if _, p := h.reconcile(); *p.Status.AdopterCount != 1 {
		t.Errorf("%d adopters of a revision that is to come, want 1", *p.Status.AdopterCount)
	}
}

func TestAdoptersOfAProcedureThatWasNeverAccepted(t *testing.T) {
	h := newHarness(t, morning, draft(broken), luat(), agency("xa", v1alpha1.AgencyLevelCommune, byName("xac-nhan")))
	if _, p := h.reconcile(); *p.Status.AdopterCount != 1 {
		t.Errorf("%d adopters, want the agency that waits for it", *p.Status.AdopterCount)
	}
}
