package operator_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"chuan.dev/chuan/api/v1alpha1"
)

// expectation is a condition as it should come to be. All parts of its message are listed that a person needs.
type expectation struct {
	conditionType string
	status        metav1.ConditionStatus
	reason        string
	message       []string
}

// stalled expects of an object that it waits for a person.
func stalled(reason string, message ...string) []expectation {
	return []expectation{
		{v1alpha1.ConditionReady, metav1.ConditionFalse, reason, message},
		{v1alpha1.ConditionStalled, metav1.ConditionTrue, reason, message},
	}
}

// waiting expects of an object that it waits for something that is missing.
func waiting(reason string, message ...string) []expectation {
	return []expectation{
		{v1alpha1.ConditionReady, metav1.ConditionFalse, reason, message},
		{v1alpha1.ConditionReconciling, metav1.ConditionTrue, reason, message},
	}
}

// await waits until conditions of an object, which speak of its present generation, are as expected.
func (w *world) await(object client.Object, expected ...expectation) {
	w.t.Helper()
	eventually(w.t, object.GetName()+" says what is wrong", func() (bool, string) {
		w.runPods()
		conditions := conditionsOf(w.read(object))
		for _, e := range expected {
			c := meta.FindStatusCondition(conditions, e.conditionType)
			fits := c != nil && c.Status == e.status && c.Reason == e.reason && c.ObservedGeneration == object.GetGeneration()
			for _, part := range e.message {
				fits = fits && strings.Contains(c.Message, part)
			}
			if !fits {
				return false, fmt.Sprintf("%s is %s\nwant %s %s with %q", e.conditionType, describe(c), e.status, e.reason, e.message)
			}
		}
		return true, ""
	})
}

func conditionsOf(object client.Object) []metav1.Condition {
	switch o := object.(type) {
	case *v1alpha1.Agency:
		return o.Status.Conditions
	case *v1alpha1.QualityProcedure:
		return o.Status.Conditions
	default:
		return nil
	}
}

// intents returns the uid and generation of the StatefulSets in the world, and the uid and version of all else that the
// operator made for agencies: what stays the same as long as nobody is disturbed.
func (w *world) intents() map[string]string {
	w.t.Helper()
	all := w.versions()
	for name := range all {
		kind, _, _ := strings.Cut(name, " ")
		switch kind {
		case "Agency", "QualityProcedure", "AuditPlan", "Event", "WorkCalendar", "LegalDocument", "StatefulSet":
			delete(all, name)
		}
	}
	var sets appsv1.StatefulSetList
	w.list(&sets)
	for i := range sets.Items {
		all["StatefulSet "+sets.Items[i].Name] = fmt.Sprintf("%s generation %d", sets.Items[i].UID, sets.Items[i].Generation)
	}
	return all
}

// nothingLost checks that what the operator made is still what it was.
func (w *world) nothingLost(before map[string]string) {
	w.t.Helper()
	now := w.intents()
	for name, version := range before {
		if now[name] != version {
			w.t.Errorf("%s was %q and is %q now", name, version, now[name])
		}
	}
}

func TestTwoAgenciesWithOneCode(t *testing.T) {
	w := newWorld(t)
	older, younger := agency("xa-z", "H18.01", "xac-nhan"), agency("xa-a", "H18.01", "xac-nhan")
	w.create(calendars("vn")...)
	w.create(legalDocument("luat"), procedure("xac-nhan", "luat"), older)
	startOperator(t)
	w.awaitReady()
	before := w.intents()
	// Creation times are kept to the second.
	time.Sleep(time.Until(older.CreationTimestamp.Add(time.Second)))

	w.create(younger)
	w.await(younger, stalled(v1alpha1.ReasonCodeConflict, "xa-z", "H18.01", "delete one of the two")...)
	w.await(older, expectation{v1alpha1.ConditionReady, metav1.ConditionTrue, v1alpha1.ReasonSucceeded, nil})
	w.nothingLost(before)
	if diff := cmp.Diff(before, w.intents()); diff != "" {
		t.Errorf("the younger agency has changed something (-before +after):\n%s", diff)
	}

	w.delete(older)
	w.await(younger, expectation{v1alpha1.ConditionReady, metav1.ConditionTrue, v1alpha1.ReasonSucceeded, nil})
}

func TestParentCycle(t *testing.T) {
	w := newWorld(t)
	top, below := agency("xa-a", "H18.01"), agency("xa-b", "H18.02")
	below.Spec.Parent = &v1alpha1.LocalReference{Name: "xa-a"}
	w.create(calendars("vn")...)
	w.create(top, below)
	startOperator(t)
	w.awaitReady()
	before := w.intents()

	change(w, top, func(a *v1alpha1.Agency) { a.Spec.Parent = &v1alpha1.LocalReference{Name: "xa-b"} })
	for _, a := range []*v1alpha1.Agency{top, below} {
		w.await(a, stalled(v1alpha1.ReasonParentCycle, "xa-a → xa-b → xa-a", "remove one spec.parent")...)
	}
	w.nothingLost(before)

	change(w, top, func(a *v1alpha1.Agency) { a.Spec.Parent = nil })
	w.awaitReady()
	w.nothingLost(before)
}

func TestBrokenRevisionLeavesTheGoodOneInForce(t *testing.T) {
	w := newWorld(t)
	p, a := procedure("xac-nhan", "luat"), agency("xa-a", "H18.01", "xac-nhan")
	w.create(calendars("vn")...)
	w.create(legalDocument("luat"), p, a)
	startOperator(t)
	w.awaitReady()
	before := w.intents()

	change(w, p, func(p *v1alpha1.QualityProcedure) {
		p.Spec.Issue.Revision = 2
		p.Spec.Steps[1].Role = "van-thu"
		p.Spec.Steps[1].Actions[0].To = "B9"
	})
	w.await(p, append(stalled(v1alpha1.ReasonRuleViolated,
		"revision 2", "R1 spec.steps[1].role", "van-thu", "G2 spec.steps[1].actions[0].to", "B9"),
		expectation{v1alpha1.ConditionValid, metav1.ConditionFalse, v1alpha1.ReasonRuleViolated, []string{"R1", "G2"}},
		expectation{v1alpha1.ConditionEffective, metav1.ConditionTrue, v1alpha1.ReasonInForce, []string{"revision 1"}},
	)...)
	if s := p.Status; s.AcceptedRevision == nil || *s.AcceptedRevision != 1 || s.RevisionInForce == nil || *s.RevisionInForce != 1 {
		t.Errorf("accepted %v, in force %v, want revision 1", s.AcceptedRevision, s.RevisionInForce)
	}
	w.await(a, expectation{v1alpha1.ConditionReady, metav1.ConditionTrue, v1alpha1.ReasonSucceeded, nil})
	if diff := cmp.Diff(before, w.intents()); diff != "" {
		t.Errorf("the broken revision has reached the service (-before +after):\n%s", diff)
	}

	change(w, p, func(p *v1alpha1.QualityProcedure) {
		p.Spec.Steps[1].Role = "lanh-dao"
		p.Spec.Steps[1].Actions[0].To = "B3"
	})
	w.awaitReady()
	eventually(t, "the service has the new revision", func() (bool, string) {
		var stored []string
		for _, part := range w.procedureSets() {
			for file := range part.BinaryData {
				stored = append(stored, file)
			}
		}
		return len(stored) == 1 && stored[0] == "xac-nhan-r2.yaml.gz", fmt.Sprint(stored)
	})
	now := w.intents()
	if name := "StatefulSet xa-a"; now[name] != before[name] {
		t.Errorf("a new revision has replaced the pods: %s, then %s", before[name], now[name])
	}
	if name := "ControllerRevision xac-nhan-r1"; now[name] != before[name] {
		t.Errorf("the record of the first revision was %q and is %q now", before[name], now[name])
	}
}

// procedureSets are the ConfigMaps that hold procedures.
func (w *world) procedureSets() []corev1.ConfigMap {
	w.t.Helper()
	var parts corev1.ConfigMapList
	if err := w.client.List(w.t.Context(), &parts, client.InNamespace(w.namespace), client.HasLabels{v1alpha1.LabelProcedureSet}); err != nil {
		w.t.Fatal(err)
	}
	return parts.Items
}

func TestMissingCalendar(t *testing.T) {
	w := newWorld(t)
	a := agency("xa-a", "H18.01")
	w.create(a)
	startOperator(t)
	missing := append(waiting(v1alpha1.ReasonDependencyNotFound, `series "vn" has no WorkCalendar for`, "add it"),
		expectation{v1alpha1.ConditionCalendarResolved, metav1.ConditionFalse, v1alpha1.ReasonCalendarNotFound, []string{`"vn"`}})
	w.await(a, missing...)
	if made := w.intents(); len(made) != 0 {
		t.Errorf("without a calendar there is already %v", made)
	}

	years := calendars("vn")
	w.create(years...)
	w.awaitReady()
	before := w.intents()

	// The second is that of the present year.
	w.delete(years[1])
	w.await(a, missing...)
	w.nothingLost(before)
}

func TestRefusedByTheAPIServer(t *testing.T) {
	w := newWorld(t)
	p := procedure("xac-nhan", "luat")
	w.create(calendars("vn")...)
	w.create(legalDocument("luat"), p, agency("xa-a", "H18.01", "xac-nhan"))
	startOperator(t)
	w.awaitReady()
	before := w.versions()

	tests := []struct {
		name, field, value string
		invalid            bool
		message            []string
	}{
		{"unknown field", "spec.stepz", "B1", false, []string{`unknown field "spec.stepz"`}},
		{"duration without a unit that is known", "spec.deadline.limit", "3 days", true, []string{"spec.deadline.limit", "should match", "wh|wd"}},
		{"duration without a unit", "spec.deadline.limit", "3", true, []string{"spec.deadline.limit", "should match"}},
		{"accepted text changed", "spec.title", "Khác", true, []string{"spec.issue.revision", "an accepted revision does not change: raise spec.issue.revision"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			object := &unstructured.Unstructured{}
			object.SetGroupVersionKind(v1alpha1.GroupVersion.WithKind(v1alpha1.QualityProcedureKind))
			key := client.ObjectKey{Namespace: w.namespace, Name: p.Name}
			if err := w.client.Get(t.Context(), key, object); err != nil {
				t.Fatal(err)
			}
			if err := unstructured.SetNestedField(object.Object, tt.value, strings.Split(tt.field, ".")...); err != nil {
				t.Fatal(err)
			}
			err := w.client.Update(t.Context(), object)
			if err == nil || apierrors.IsInvalid(err) != tt.invalid {
				t.Fatalf("error %v, want Invalid %t", err, tt.invalid)
			}
			for _, part := range tt.message {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("error %q does not say %q", err, part)
				}
			}
		})
	}
	if diff := cmp.Diff(before, w.versions()); diff != "" {
		t.Errorf("what was refused has changed something (-before +after):\n%s", diff)
	}
}

// TestProcedureSetTooLarge adopts procedures with more text than ConfigMaps hold. Their texts are random, since repetition
// is what compression removes.
func TestProcedureSetTooLarge(t *testing.T) {
	w := newWorld(t)
	a := agency("xa-a", "H18.01", "xac-nhan")
	w.create(calendars("vn")...)
	w.create(legalDocument("luat"), procedure("xac-nhan", "luat"), a)
	startOperator(t)
	w.awaitReady()
	before := w.intents()

	const large = 8
	random := rand.New(rand.NewPCG(1, 2))
	for i := range large {
		p := procedure(fmt.Sprintf("dai-%d", i), "luat")
		p.Labels = map[string]string{"size": "large"}
		p.Spec.AppliesTo = &v1alpha1.AppliesTo{}
		for form := range 14 {
			p.Spec.Forms = append(p.Spec.Forms, longForm(random, form))
		}
		w.create(p)
	}
	change(w, a, func(a *v1alpha1.Agency) {
		a.Spec.Procedures.Selector = &metav1.LabelSelector{MatchLabels: map[string]string{"size": "large"}}
	})
	w.await(a, append(stalled(v1alpha1.ReasonBundleTooLarge,
		fmt.Sprintf("a set of %d procedure revisions takes", large+1), "room for 3600 KiB", "adopt fewer procedures in spec.procedures"),
		expectation{v1alpha1.ConditionProceduresResolved, metav1.ConditionFalse, v1alpha1.ReasonBundleTooLarge, nil},
		expectation{v1alpha1.ConditionWorkflowAvailable, metav1.ConditionTrue, v1alpha1.ReasonAvailable, nil},
	)...)
	// The agency's own manifest has changed, and its bundle with it; the procedures that it works by have not.
	delete(before, "ConfigMap xa-a-bundle")
	w.nothingLost(before)

	change(w, a, func(a *v1alpha1.Agency) { a.Spec.Procedures.Selector = nil })
	w.awaitReady()
	w.nothingLost(before)
}

// longForm is a form with many fields, whose titles are random characters and as long as titles may be.
func longForm(random *rand.Rand, number int) v1alpha1.Form {
	form := v1alpha1.Form{ID: v1alpha1.ID(fmt.Sprintf("don-%d", number)), Title: "Đơn"}
	for field := range 55 {
		title := make([]rune, 300)
		for i := range title {
			title[i] = rune(0x4e00 + random.IntN(0x5000))
		}
		form.Fields = append(form.Fields, v1alpha1.FormField{
			Name: fmt.Sprintf("truong%d", field), Title: v1alpha1.Title(title), Type: v1alpha1.FieldString,
		})
	}
	return form
}
