package operator_test

import (
	"fmt"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"chuan.dev/chuan/api/v1alpha1"
)

// tet takes three weeks off in every year, so that more than a few receipt dates before it are concerned.
func tet(c *v1alpha1.WorkCalendar) {
	c.Spec.Exceptions = []v1alpha1.CalendarException{{
		Date: v1alpha1.Date(fmt.Sprintf("%d-02-08", c.Spec.Year)), To: v1alpha1.Date(fmt.Sprintf("%d-02-28", c.Spec.Year)),
		Kind: v1alpha1.ExceptionHoliday, Title: "Tết Nguyên đán",
	}}
}

// inDays makes a procedure one of eight days' work with a statutory limit in calendar days.
func inDays(limit v1alpha1.WorkDuration) func(*v1alpha1.QualityProcedure) {
	return func(p *v1alpha1.QualityProcedure) { p.Spec.Deadline.Limit, p.Spec.Steps[1].Time = limit, "8wd" }
}

// TestTimesThatCannotBeKeptAroundTet: a limit in calendar days that is long enough in any other week.
func TestTimesThatCannotBeKeptAroundTet(t *testing.T) {
	w := newWorld(t)
	years := calendars("vn")
	p := procedure("xac-nhan", "luat")
	inDays("15d")(p)
	w.create(years...)
	w.create(legalDocument("luat"), p, agency("xa-a", "H18.01", "xac-nhan"))
	startOperator(t)
	w.awaitReady()
	w.await(p, expectation{v1alpha1.ConditionTimeBudgetMet, metav1.ConditionTrue, v1alpha1.ReasonRulesKept, nil})
	before := w.intents()

	// What was accepted goes on, and people see that it cannot be kept.
	for _, year := range years {
		change(w, year.(*v1alpha1.WorkCalendar), tet)
	}
	w.await(p, ready("revision 1 is in force", "T2"),
		expectation{v1alpha1.ConditionTimeBudgetMet, metav1.ConditionFalse, v1alpha1.ReasonTimeBudgetExceeded, []string{"T2", "receipt dates of"}},
		expectation{v1alpha1.ConditionValid, metav1.ConditionTrue, v1alpha1.ReasonAccepted, nil})
	// The calendars have changed, and with them the bundle.
	delete(before, "ConfigMap xa-a-bundle")
	w.nothingLost(before)

	// What is new is not accepted.
	change(w, p, func(p *v1alpha1.QualityProcedure) { p.Spec.Issue.Revision = 2; inDays("16d")(p) })
	w.await(p, append(stalled(v1alpha1.ReasonRuleViolated, "revision 2 is not accepted", "T2"),
		expectation{v1alpha1.ConditionTimeBudgetMet, metav1.ConditionFalse, v1alpha1.ReasonTimeBudgetExceeded, []string{"T2"}},
		expectation{v1alpha1.ConditionValid, metav1.ConditionTrue, v1alpha1.ReasonNotAccepted, nil},
		expectation{v1alpha1.ConditionEffective, metav1.ConditionTrue, v1alpha1.ReasonInForce, []string{"revision 1"}},
	)...)

	change(w, p, inDays("45d"))
	w.await(p, ready("revision 2 is in force"),
		expectation{v1alpha1.ConditionTimeBudgetMet, metav1.ConditionTrue, v1alpha1.ReasonRulesKept, nil})
}

// TestRetiredLaw: the law under a procedure is replaced, and the next revision rests on what replaced it.
func TestRetiredLaw(t *testing.T) {
	w := newWorld(t)
	old, p := legalDocument("luat"), procedure("xac-nhan", "luat")
	w.create(calendars("vn")...)
	w.create(old, p, agency("xa-a", "H18.01", "xac-nhan"))
	o := startOperator(t)
	w.awaitReady()

	change(w, old, func(d *v1alpha1.LegalDocument) {
		d.Spec.EffectiveTo = "2020-06-30"
		d.Spec.ReplacedBy = &v1alpha1.LocalReference{Name: "luat-moi"}
	})
	w.await(p, ready("revision 1 is in force", "L2"),
		expectation{v1alpha1.ConditionLegalBasisInForce, metav1.ConditionFalse, v1alpha1.ReasonLegalDocumentNotInForce, []string{"L2", "luat-moi"}})
	o.settle(t)

	change(w, p, func(p *v1alpha1.QualityProcedure) {
		p.Spec.Issue.Revision = 2
		p.Spec.LegalBasis[0].Ref = "luat-moi"
	})
	w.await(p, waiting(v1alpha1.ReasonDependencyNotFound, "revision 2 is not accepted yet", "luat-moi")...)
	replacement := legalDocument("luat-moi")
	replacement.Spec.Number = "2/2020/QH"
	w.create(replacement)
	w.await(p, ready("revision 2 is in force"),
		expectation{v1alpha1.ConditionLegalBasisInForce, metav1.ConditionTrue, v1alpha1.ReasonInForce, nil})
}
