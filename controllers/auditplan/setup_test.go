package auditplan

import (
	"errors"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/metrics/server"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"chuan.dev/chuan/api/v1alpha1"
)

func TestPlansOfAgency(t *testing.T) {
	named := quarterly()
	selected := quarterly(selecting, func(p *v1alpha1.AuditPlan) { p.Name = "selecting" })
	everybody := quarterly(func(p *v1alpha1.AuditPlan) {
		p.Name, p.Spec.Auditees = "everybody", v1alpha1.Auditees{Selector: &metav1.LabelSelector{}}
	})
	elsewhere := quarterly(func(p *v1alpha1.AuditPlan) { p.Namespace = "lai-chau" })
	h := newHarness(t, "2026-04-12 08:00", named, selected, everybody, elsewhere)
	tests := []struct {
		name   string
		agency *v1alpha1.Agency
		want   []string
	}{
		{"named", agency("xa-thanh-nua", nil), []string{"dien-bien/dgnb-2026", "dien-bien/everybody"}},
		{"selected", agency("xa-sam-mun", map[string]string{"level": "commune"}), []string{"dien-bien/everybody", "dien-bien/selecting"}},
		{"neither", agency("so-y-te", nil), []string{"dien-bien/everybody"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, names(h.reconciler.plansOfAgency(t.Context(), tt.agency))); diff != "" {
				t.Errorf("plans (-want +got):\n%s", diff)
			}
		})
	}
	h.listError = errors.New("no cache")
	if got := h.reconciler.plansOfAgency(t.Context(), agency("xa-thanh-nua", nil)); got != nil {
		t.Errorf("without a cache the plans are %v", got)
	}
}

func TestPlansOfCalendar(t *testing.T) {
	uses := quarterly(shifted)
	namesOnly := quarterly(func(p *v1alpha1.AuditPlan) { p.Name, p.Spec.Schedule.Calendar = "names-only", "vn" })
	other := quarterly(shifted, func(p *v1alpha1.AuditPlan) { p.Name, p.Spec.Schedule.Calendar = "other", "quan-doi" })
	h := newHarness(t, "2026-04-12 08:00", uses, namesOnly, other)
	got := names(h.reconciler.plansOfCalendar(t.Context(), workCalendar("vn", 2026, v1alpha1.CalendarOfficial)))
	if diff := cmp.Diff([]string{"dien-bien/dgnb-2026"}, got); diff != "" {
		t.Errorf("plans (-want +got):\n%s", diff)
	}
	if got := h.reconciler.plansOfCalendar(t.Context(), agency("xa-thanh-nua", nil)); got != nil {
		t.Errorf("an agency is taken for a calendar: %v", got)
	}
}

func names(requests []reconcile.Request) []string {
	all := make([]string, 0, len(requests))
	for _, r := range requests {
		all = append(all, r.String())
	}
	return all
}

// TestSetup: the controller can be added to a manager. The manager is not started and needs no API server.
func TestSetup(t *testing.T) {
	manager, err := ctrl.NewManager(&rest.Config{Host: "https://192.0.2.1"}, ctrl.Options{
		Scheme:  scheme(t),
		Metrics: server.Options{BindAddress: "0"},
		MapperProvider: func(*rest.Config, *http.Client) (meta.RESTMapper, error) {
			mapper := meta.NewDefaultRESTMapper(nil)
			mapper.Add(v1alpha1.GroupVersion.WithKind(v1alpha1.AuditPlanKind), meta.RESTScopeNamespace)
			return mapper, nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := Setup(manager, Options{}); err != nil {
		t.Errorf("Setup: %v", err)
	}
}
