package qualityprocedure

import (
	"errors"
	"slices"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"chuan.dev/chuan/api/v1alpha1"
)

// another is a procedure beside the draft that rests on nothing.
func another(namespace, name string) *v1alpha1.QualityProcedure {
	return draft(func(p *v1alpha1.QualityProcedure) {
		p.ObjectMeta = metav1.ObjectMeta{Namespace: namespace, Name: name}
		p.Spec.LegalBasis = nil
	})
}

func names(requests []reconcile.Request) []string {
	all := make([]string, 0, len(requests))
	for _, r := range requests {
		all = append(all, r.String())
	}
	slices.Sort(all)
	return all
}

func TestNewsOfALegalDocument(t *testing.T) {
	h := newHarness(t, morning, draft(), luat(), another("dien-bien", "khac"))
	if got := names(h.reconciler.resting(t.Context(), luat())); !slices.Equal(got, []string{"dien-bien/xac-nhan"}) {
		t.Errorf("a document concerns %v, want the procedure that rests on it", got)
	}
	if got := names(h.reconciler.resting(t.Context(), document("la", "2026-01-01", ""))); len(got) != 0 {
		t.Errorf("a document on which nothing rests concerns %v", got)
	}
	// The text rests on another document now, the revision in force still on the first.
	h.reconcile()
	h.reconcile()
	h.change(func(p *v1alpha1.QualityProcedure) {
		issued(2, "2026-07-01")(p)
		p.Spec.LegalBasis[0].Ref = "luat-moi"
	})
	if got := names(h.reconciler.resting(t.Context(), luat())); !slices.Equal(got, []string{"dien-bien/xac-nhan"}) {
		t.Errorf("a document on which only the revision in force rests concerns %v", got)
	}
}

func TestNewsWithoutACache(t *testing.T) {
	h := newHarness(t, morning, draft())
	h.fault = func(string, runtime.Object) error { return errors.New("the cache is closed") }
	if got := h.reconciler.resting(t.Context(), luat()); got != nil {
		t.Errorf("requests %v from a cache that cannot be read", got)
	}
}

func TestNewsOfAnAgency(t *testing.T) {
	h := newHarness(t, morning, draft(), another("dien-bien", "khac"), another("lai-chau", "xac-nhan"))
	xa := agency("xa", v1alpha1.AgencyLevelCommune, nil)
	if got, want := names(h.reconciler.ofNamespace(t.Context(), xa)), []string{"dien-bien/khac", "dien-bien/xac-nhan"}; !slices.Equal(got, want) {
		t.Errorf("an agency concerns %v, want %v", got, want)
	}
}

func TestOptions(t *testing.T) {
	o := Options{}.withDefaults()
	if o.Concurrency != 4 || o.Now == nil {
		t.Errorf("defaults %+v", o)
	}
	now := func() time.Time { return time.Time{} }
	if o := (Options{Concurrency: 2, Now: now}).withDefaults(); o.Concurrency != 2 || !o.Now().IsZero() {
		t.Errorf("options are not kept: %+v", o)
	}
}
