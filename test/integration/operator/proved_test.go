package operator_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/testenv"
)

// ready expects of an object that it is what its spec asks for.
func ready(message ...string) expectation {
	return expectation{v1alpha1.ConditionReady, metav1.ConditionTrue, v1alpha1.ReasonSucceeded, message}
}

// TestOfficerLeaves: whoever is the only one to hold a role is missed, and the service runs on.
func TestOfficerLeaves(t *testing.T) {
	w := newWorld(t)
	a := agency("xa-a", "H18.01", "xac-nhan")
	a.Spec.Officers = []v1alpha1.Officer{
		{ID: "nguyen-van-a", Title: "Nguyễn Văn A", Roles: []v1alpha1.ID{"mot-cua"}},
		{ID: "lo-thi-b", Title: "Lò Thị B", Roles: []v1alpha1.ID{"lanh-dao"}},
	}
	w.create(calendars("vn")...)
	w.create(legalDocument("luat"), procedure("xac-nhan", "luat"), a)
	startOperator(t)
	w.awaitReady()
	w.await(a, expectation{v1alpha1.ConditionRolesStaffed, metav1.ConditionTrue, v1alpha1.ReasonStaffed, nil})

	leader := a.Spec.Officers[1]
	change(w, a, func(a *v1alpha1.Agency) { a.Spec.Officers = a.Spec.Officers[:1] })
	w.await(a, append(stalled(v1alpha1.ReasonRoleVacant, "R2", "lanh-dao", "xac-nhan"),
		expectation{v1alpha1.ConditionRolesStaffed, metav1.ConditionFalse, v1alpha1.ReasonRoleVacant, []string{"R2", "lanh-dao", "xac-nhan"}},
		expectation{v1alpha1.ConditionWorkflowAvailable, metav1.ConditionTrue, v1alpha1.ReasonAvailable, nil},
	)...)

	change(w, a, func(a *v1alpha1.Agency) { a.Spec.Officers = append(a.Spec.Officers, leader) })
	w.await(a, ready(), expectation{v1alpha1.ConditionRolesStaffed, metav1.ConditionTrue, v1alpha1.ReasonStaffed, nil})
}

// TestWaiver: a finding that is waived in the manifest is none, and an operator that has seen that is silent.
func TestWaiver(t *testing.T) {
	w := newWorld(t)
	a := agency("xa-a", "H18.01", "xac-nhan")
	a.Spec.QMS = &v1alpha1.AgencyQMS{Announcement: &v1alpha1.Announcement{
		Decision: v1alpha1.Decision{Number: "7/QĐ-UBND", Date: "2020-02-01"}, Edition: "TCVN ISO 9001:2015", Scope: []string{"QT-99"},
	}}
	w.create(calendars("vn")...)
	w.create(legalDocument("luat"), procedure("xac-nhan", "luat"), a)
	o := startOperator(t)
	w.awaitReady()
	w.await(a, ready(), expectation{v1alpha1.ConditionAnnounced, metav1.ConditionFalse, v1alpha1.ReasonRuleViolated, []string{"V22", "QT-01", "QT-99"}})

	generation := a.GetGeneration()
	change(w, a, func(a *v1alpha1.Agency) {
		a.Annotations = map[string]string{v1alpha1.AnnotationWaivePrefix + "V22": "2099-12-31: chờ công bố lại"}
	})
	w.await(a, ready(), expectation{v1alpha1.ConditionAnnounced, metav1.ConditionTrue, v1alpha1.ReasonRulesKept, nil})
	if a.GetGeneration() != generation {
		t.Errorf("the waiver made generation %d of %d, so that this test says nothing", a.GetGeneration(), generation)
	}

	o.settle(t)
	before := passes(t)
	o.requests.Reset()
	awaitPasses(t, before, map[string]int{"agency": 2, "qualityprocedure": 2, "procedureset": 2})
	if n := o.requests.Total(testenv.Request.Write) + o.requests.Total(testenv.Request.Read); n != 0 {
		t.Errorf("%d requests over what is waived:\n%s", n, o.requests)
	}
}

// TestOverridesThatLoosen: they keep everything as it is, until they are mended.
func TestOverridesThatLoosen(t *testing.T) {
	w := newWorld(t)
	a := agency("xa-a", "H18.01", "xac-nhan")
	w.create(calendars("vn")...)
	w.create(legalDocument("luat"), procedure("xac-nhan", "luat"), a)
	startOperator(t)
	w.awaitReady()
	before := w.intents()

	override := func(limit v1alpha1.WorkDuration) {
		change(w, a, func(a *v1alpha1.Agency) {
			a.Spec.Procedures.Refs[0].Overrides = &v1alpha1.ProcedureOverrides{Limit: limit}
		})
	}
	override("2wd")
	w.await(a, append(stalled(v1alpha1.ReasonRuleViolated, "V3", "spec.procedures.refs[0].overrides.limit", "2wd", "1wd"),
		expectation{v1alpha1.ConditionValid, metav1.ConditionFalse, v1alpha1.ReasonRuleViolated, []string{"V3"}},
		expectation{v1alpha1.ConditionWorkflowAvailable, metav1.ConditionTrue, v1alpha1.ReasonAvailable, nil},
	)...)
	if diff := cmp.Diff(before, w.intents()); diff != "" {
		t.Errorf("overrides that loosen have reached the service (-before +after):\n%s", diff)
	}

	override("0.75wd")
	w.await(a, ready(), expectation{v1alpha1.ConditionValid, metav1.ConditionTrue, v1alpha1.ReasonRulesKept, nil})
	const bundle = "ConfigMap xa-a-bundle"
	eventually(t, "the service has the overrides", func() (bool, string) {
		now := w.intents()[bundle]
		return now != before[bundle], now
	})
}
