package agency

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/controllers/internal/errclass"
	"chuan.dev/chuan/internal/workload"
)

func TestTwoAgenciesWithOneCode(t *testing.T) {
	w := newWorld(t)
	w.calendars(2026, 2027)
	elder, younger := w.agency("xa-a"), w.agency("xa-b")
	younger.Spec.Code = elder.Spec.Code
	w.create(elder)
	w.create(younger)
	w.run(Options{})
	w.ready("xa-a")
	w.says("xa-b", v1alpha1.ConditionStalled, "True", v1alpha1.ReasonCodeConflict, elder.Spec.Code, w.namespace+"/xa-a")
	w.says("xa-b", v1alpha1.ConditionReady, "False", v1alpha1.ReasonCodeConflict)
	if err := w.get("xa-b", &appsv1.StatefulSet{}); !apierrors.IsNotFound(err) {
		t.Errorf("the younger agency was given a StatefulSet: %v", err)
	}
	w.delete(elder)
	w.ready("xa-b")
}

func TestParents(t *testing.T) {
	w := newWorld(t)
	w.calendars(2026, 2027)
	child := func(name, parent string) *v1alpha1.Agency {
		agency := w.agency(name)
		agency.Spec.Parent = &v1alpha1.LocalReference{Name: parent}
		return agency
	}
	w.run(Options{})
	w.create(child("xa-c", "xa-b"))
	w.made("xa-c")
	w.answer("xa-c")
	w.says("xa-c", v1alpha1.ConditionReady, "False", v1alpha1.ReasonParentNotFound, `"xa-b"`)
	w.create(child("xa-b", "xa-a"))
	w.says("xa-c", v1alpha1.ConditionReady, "True", v1alpha1.ReasonSucceeded)
	w.create(child("xa-a", "xa-c"))
	for _, name := range []string{"xa-a", "xa-b", "xa-c"} {
		w.says(name, v1alpha1.ConditionStalled, "True", v1alpha1.ReasonParentCycle, "xa-a → xa-c → xa-b → xa-a")
	}
	w.create(child("xa-d", "xa-b"))
	w.ready("xa-d")
	w.edit("xa-a", func(a *v1alpha1.Agency) { a.Spec.Parent = nil })
	for _, name := range []string{"xa-a", "xa-b", "xa-c"} {
		w.ready(name)
	}
}

func TestProcedureThatComesLater(t *testing.T) {
	w := newWorld(t)
	w.calendars(2026, 2027)
	w.accept(w.propose("ban-sao", nil))
	w.create(w.agency("xa-a", "ban-sao", "khai-sinh"))
	w.run(Options{})
	w.made("xa-a")
	w.answer("xa-a")
	w.says("xa-a", v1alpha1.ConditionReady, "False", v1alpha1.ReasonDependencyNotFound, "khai-sinh")
	w.says("xa-a", v1alpha1.ConditionProceduresResolved, "False", v1alpha1.ReasonProcedureNotFound, "khai-sinh")
	template := w.template("xa-a")

	late := w.propose("khai-sinh", nil)
	w.says("xa-a", v1alpha1.ConditionProceduresResolved, "False", v1alpha1.ReasonProcedureNotAccepted, "khai-sinh")
	w.accept(late)
	w.says("xa-a", v1alpha1.ConditionReady, "True", v1alpha1.ReasonSucceeded)
	if got := w.template("xa-a"); got != template {
		t.Error("the pods were replaced because a procedure came")
	}

	w.delete(late)
	w.delete(&appsv1.ControllerRevision{ObjectMeta: metav1.ObjectMeta{Namespace: w.namespace, Name: "khai-sinh-r1"}})
	w.says("xa-a", v1alpha1.ConditionReady, "False", v1alpha1.ReasonDependencyNotFound, "khai-sinh")
	w.says("xa-a", v1alpha1.ConditionWorkflowAvailable, "True", v1alpha1.ReasonAvailable)
	if got := w.template("xa-a"); got != template {
		t.Error("the pods were replaced because a procedure went")
	}
}

func (w *world) template(name string) string {
	w.Helper()
	var sts appsv1.StatefulSet
	if err := w.get(name, &sts); err != nil {
		w.Fatal(err)
	}
	return sts.Annotations[workload.AnnotationPodTemplate]
}

func TestSelector(t *testing.T) {
	w := newWorld(t)
	w.calendars(2026, 2027)
	agency := w.agency("xa-a")
	agency.Spec.Procedures = &v1alpha1.AdoptedProcedures{Selector: &metav1.LabelSelector{MatchLabels: map[string]string{"field": "ho-tich"}}}
	w.create(agency)
	w.run(Options{})
	w.made("xa-a")
	w.answer("xa-a")
	w.says("xa-a", v1alpha1.ConditionReady, "False", v1alpha1.ReasonNothingAdopted, "spec.procedures.selector")

	w.accept(w.propose("khai-sinh", map[string]string{"field": "ho-tich"}))
	w.accept(w.propose("xay-dung", map[string]string{"field": "xay-dung"}))
	set := workload.ProcedureSetName([]string{"khai-sinh"})
	w.eventually("the pods mount the set", func() error {
		var got v1alpha1.Agency
		if err := w.get("xa-a", &got); err != nil {
			return err
		}
		if got.Status.ProcedureSet != set {
			return fmt.Errorf("procedure set %q, want %q", got.Status.ProcedureSet, set)
		}
		return nil
	})
	w.ready("xa-a")
}

// Agencies and procedures from one commit arrive in any order. Pods wait until it is known what is adopted.
func TestNoPodsBeforeProceduresAreExamined(t *testing.T) {
	w := newWorld(t)
	w.calendars(2026, 2027)
	first, second := w.propose("ban-sao", nil), w.propose("khai-sinh", nil)
	w.create(w.agency("xa-a", "ban-sao"))
	w.run(Options{})
	w.accept(first)
	w.says("xa-a", v1alpha1.ConditionReady, "False", v1alpha1.ReasonProgressing, "every procedure of the namespace has been examined")
	w.quiet()
	if err := w.get("xa-a", &appsv1.StatefulSet{}); !apierrors.IsNotFound(err) {
		t.Errorf("there is a StatefulSet already: %v", err)
	}
	w.examined(second)
	w.ready("xa-a")
}

func TestVacantRole(t *testing.T) {
	w := newWorld(t)
	w.calendars(2026, 2027)
	w.accept(w.propose("ban-sao", nil))
	agency := w.agency("xa-a", "ban-sao")
	agency.Spec.Officers = nil
	w.create(agency)
	w.run(Options{})
	w.made("xa-a")
	w.answer("xa-a")
	w.says("xa-a", v1alpha1.ConditionStalled, "True", v1alpha1.ReasonRoleVacant, "R2", "reception", "ban-sao")
	w.says("xa-a", v1alpha1.ConditionRolesStaffed, "False", v1alpha1.ReasonRoleVacant)
	w.says("xa-a", v1alpha1.ConditionWorkflowAvailable, "True", v1alpha1.ReasonAvailable)
}

func TestCalendars(t *testing.T) {
	w := newWorld(t)
	w.create(w.agency("xa-a"))
	w.run(Options{})
	w.says("xa-a", v1alpha1.ConditionReady, "False", v1alpha1.ReasonDependencyNotFound, "2026")
	w.says("xa-a", v1alpha1.ConditionCalendarResolved, "False", v1alpha1.ReasonCalendarNotFound, string(w.series()))
	if err := w.get("xa-a", &appsv1.StatefulSet{}); !apierrors.IsNotFound(err) {
		t.Errorf("a service was made that could not compute a deadline: %v", err)
	}
	w.calendars(2026)
	w.made("xa-a")
	w.answer("xa-a")
	w.says("xa-a", v1alpha1.ConditionReady, "False", v1alpha1.ReasonDependencyNotFound, "2027")
	w.calendars(2027)
	w.says("xa-a", v1alpha1.ConditionReady, "True", v1alpha1.ReasonSucceeded)
}

// At the turn of the year the agency looks for the next calendar by itself.
func TestTurnOfTheYear(t *testing.T) {
	w := newWorld(t)
	w.calendars(2026, 2027)
	w.create(w.agency("xa-a"))
	w.run(Options{Now: clock(time.Date(2026, 12, 31, 23, 59, 56, 0, march.Location()))})
	w.ready("xa-a")
	w.says("xa-a", v1alpha1.ConditionCalendarResolved, "False", v1alpha1.ReasonCalendarNotFound, "2028")
}

// The API server refuses such a name. Objects from before that rule, or a cluster with older CRDs, may have it.
func TestNameThatCannotNameAService(t *testing.T) {
	err := checkName(t.Context(), &scope{key: types.NamespacedName{Namespace: "dien-bien", Name: "xa.a"}})
	if errclass.Of(err) != errclass.Terminal || !strings.Contains(err.Error(), "make the Agency again") {
		t.Errorf("got %v", err)
	}
}

// What the API server refuses stalls the agency, and says why. What else there is to do is done.
func TestRefusedChange(t *testing.T) {
	w := newWorld(t)
	w.calendars(2026, 2027)
	w.create(w.agency("xa-a"))
	w.run(Options{})
	w.ready("xa-a")
	var service corev1.Service
	if err := w.get("xa-a", &service); err != nil {
		t.Fatal(err)
	}
	// A port is known by its number: ours is added beside the edited one, and both have one name.
	service.Spec.Ports[0].Port = 9999
	if err := w.client.Update(t.Context(), &service); err != nil {
		t.Fatal(err)
	}
	w.says("xa-a", v1alpha1.ConditionStalled, "True", v1alpha1.ReasonInvalidSpec, "Service xa-a", "Duplicate value")
	w.says("xa-a", v1alpha1.ConditionWorkflowAvailable, "True", v1alpha1.ReasonAvailable)
	w.edit("xa-a", func(a *v1alpha1.Agency) { a.Spec.DeletionPolicy = v1alpha1.DeletionPolicyDelete })
	w.eventually("the StatefulSet follows the agency", func() error {
		var sts appsv1.StatefulSet
		if err := w.get("xa-a", &sts); err != nil {
			return err
		}
		if got := sts.Spec.PersistentVolumeClaimRetentionPolicy.WhenDeleted; got != appsv1.DeletePersistentVolumeClaimRetentionPolicyType {
			return fmt.Errorf("claims when deleted: %s", got)
		}
		return nil
	})
	w.delete(&service)
	w.answer("xa-a")
	w.says("xa-a", v1alpha1.ConditionReady, "True", v1alpha1.ReasonSucceeded)
}

// Another image replaces the pods of one agency after the other.
func TestRollout(t *testing.T) {
	w := newWorld(t)
	w.calendars(2026, 2027)
	names := []string{"xa-a", "xa-b", "xa-c", "xa-d"}
	for _, name := range names {
		w.create(w.agency(name))
	}
	stop := w.run(Options{})
	for _, name := range names {
		w.ready(name)
	}
	stop()
	before := map[string]string{}
	for _, name := range names {
		before[name] = w.template(name)
	}
	w.run(Options{Workload: workload.Options{Image: "workflowd:v2"}, MaxUnavailablePercent: 50})
	replaced := func() (changed []string) {
		for _, name := range names {
			if w.template(name) != before[name] {
				changed = append(changed, name)
			}
		}
		return changed
	}
	w.eventually("the first pods are replaced", func() error {
		if len(replaced()) < 2 {
			return errors.New("not yet")
		}
		return nil
	})
	w.quiet()
	if got := replaced(); len(got) != 2 {
		t.Fatalf("the pods of %v are replaced at once, want 2 of 4", got)
	}
	waiting := ""
	for _, name := range names {
		if w.template(name) == before[name] {
			waiting = name
		}
	}
	w.says(waiting, v1alpha1.ConditionReconciling, "True", v1alpha1.ReasonProgressing, "wait for their turn")
	w.says(waiting, v1alpha1.ConditionWorkflowAvailable, "True", v1alpha1.ReasonAvailable)
	w.eventually("all pods are replaced", func() error {
		for _, name := range replaced() {
			w.answer(name)
		}
		if got := len(replaced()); got < len(names) {
			return fmt.Errorf("%d of %d", got, len(names))
		}
		return nil
	})
}
