package agency

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/testenv"
	"chuan.dev/chuan/internal/workload"
)

func TestAgencyBecomesAService(t *testing.T) {
	w := newWorld(t)
	w.calendars(2026, 2027)
	w.accept(w.propose("ban-sao", nil))
	w.accept(w.propose("khai-sinh", nil))
	w.create(w.agency("xa-a", "ban-sao", "khai-sinh"))
	w.run(Options{})

	w.made("xa-a")
	set := workload.ProcedureSetName([]string{"ban-sao", "khai-sinh"})
	for name, object := range map[string]client.Object{
		"xa-a-bundle":             &corev1.ConfigMap{},
		"xa-a-evidence":           &corev1.Secret{},
		"xa-a-master-key":         &corev1.Secret{},
		workload.PartName(set, 0): &corev1.ConfigMap{},
	} {
		if err := w.get(name, object); err != nil {
			t.Error(err)
		}
	}
	for _, object := range []client.Object{
		&corev1.ServiceAccount{}, &corev1.Service{}, &networkingv1.NetworkPolicy{}, &appsv1.StatefulSet{},
	} {
		if err := w.get("xa-a", object); err != nil {
			t.Error(err)
			continue
		}
		if owner := metav1.GetControllerOf(object); owner == nil || owner.Name != "xa-a" {
			t.Errorf("%T is owned by %v", object, owner)
		}
	}
	var masterKey corev1.Secret
	if err := w.get("xa-a-master-key", &masterKey); err != nil || len(masterKey.OwnerReferences) > 0 {
		t.Errorf("the key of the records goes with %v, %v: they outlive their Agency", masterKey.OwnerReferences, err)
	}
	w.says("xa-a", v1alpha1.ConditionReady, "False", v1alpha1.ReasonProgressing)
	w.says("xa-a", v1alpha1.ConditionReconciling, "True", v1alpha1.ReasonProgressing)
	w.says("xa-a", v1alpha1.ConditionWorkflowAvailable, "False", v1alpha1.ReasonProgressing)
	w.says("xa-a", v1alpha1.ConditionProceduresResolved, "True", v1alpha1.ReasonResolved)
	w.says("xa-a", v1alpha1.ConditionRolesStaffed, "True", v1alpha1.ReasonStaffed)
	w.says("xa-a", v1alpha1.ConditionCalendarResolved, "True", v1alpha1.ReasonCalendarProvisional, "2026")

	w.answer("xa-a")
	w.says("xa-a", v1alpha1.ConditionReady, "True", v1alpha1.ReasonSucceeded)
	var agency v1alpha1.Agency
	if err := w.get("xa-a", &agency); err != nil {
		t.Fatal(err)
	}
	s := agency.Status
	got := []any{s.URL, *s.Replicas, *s.ReadyReplicas, *s.ProcedureCount, s.ProcedureSet}
	want := []any{fmt.Sprintf("http://xa-a.%s.svc:8080", w.namespace), int32(1), int32(1), int32(2), set}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("status (-want +got):\n%s", diff)
	}
	for _, e := range s.Inventory {
		if e.UID == "" {
			t.Errorf("%s is listed without its uid", e.ID)
		}
	}
}

// A service that starts at once is reported on once.
func TestOneReportForAServiceThatStarts(t *testing.T) {
	w := newWorld(t)
	w.calendars(2026, 2027)
	w.create(w.agency("xa-a"))
	begun := time.Now()
	w.run(Options{})
	w.answer("xa-a")
	w.says("xa-a", v1alpha1.ConditionReady, "True", v1alpha1.ReasonSucceeded)
	reports := w.requests.Total(func(r testenv.Request) bool { return r.Resource == "agencies.qms.chuan.dev/status" })
	if took := time.Since(begun); reports != 1 && took < draftTime {
		t.Errorf("%d reports within %s, want 1", reports, took)
	}
}

// A converged agency costs nothing, also for a new operator but for one apply of every object.
func TestConvergedIsSilent(t *testing.T) {
	w := newWorld(t)
	w.calendars(2026, 2027)
	procedure := w.propose("ban-sao", nil)
	w.accept(procedure)
	for _, name := range []string{"xa-a", "xa-b", "xa-c"} {
		w.create(w.agency(name, "ban-sao"))
	}
	stop := w.run(Options{})
	for _, name := range []string{"xa-a", "xa-b", "xa-c"} {
		w.ready(name)
	}
	w.quiet()
	before := w.snapshot()
	w.requests.Reset()

	// What touches agencies and changes nothing for them: a new revision to come is one write, that of the set.
	procedure.Spec = procedureSpec(2, "2026-09-01")
	if err := w.client.Update(t.Context(), procedure); err != nil {
		t.Fatal(err)
	}
	w.accept(procedure)
	w.eventually("the new revision is stored", func() error {
		if w.requests.Total(testenv.Request.Write) == 0 {
			return errors.New("nothing was written")
		}
		return nil
	})
	w.quiet()
	if writes := w.requests.Total(testenv.Request.Write); writes != 1 {
		t.Errorf("a new revision that three agencies adopt took %d writes, want 1:\n%s", writes, w.requests)
	}
	if reads := w.requests.Total(testenv.Request.Read); reads != 0 {
		t.Errorf("%d reads:\n%s", reads, w.requests)
	}
	stop()

	w.requests.Reset()
	w.run(Options{})
	w.eventually("the new operator has applied everything", func() error {
		if got := w.requests.Total(testenv.Request.Write); got < 3*5+1 {
			return fmt.Errorf("%d writes", got)
		}
		return nil
	})
	w.quiet()
	if writes := w.requests.Total(testenv.Request.Write); writes != 3*5+1 {
		t.Errorf("a new operator made %d writes, want one for every object:\n%s", writes, w.requests)
	}
	after := w.snapshot()
	delete(before, "ConfigMap/"+workload.PartName(workload.ProcedureSetName([]string{"ban-sao"}), 0))
	delete(after, "ConfigMap/"+workload.PartName(workload.ProcedureSetName([]string{"ban-sao"}), 0))
	if diff := cmp.Diff(before, after); diff != "" {
		t.Errorf("a new operator changed something (-before +after):\n%s", diff)
	}
}

func TestDriftIsCorrected(t *testing.T) {
	w := newWorld(t)
	w.calendars(2026, 2027)
	w.create(w.agency("xa-a"))
	w.run(Options{})
	w.ready("xa-a")

	var service corev1.Service
	if err := w.get("xa-a", &service); err != nil {
		t.Fatal(err)
	}
	service.Spec.Selector[v1alpha1.LabelInstance] = "another-agency"
	if err := w.client.Update(t.Context(), &service); err != nil {
		t.Fatal(err)
	}
	w.eventually("the selector is put right", func() error {
		if err := w.get("xa-a", &service); err != nil {
			return err
		}
		if got := service.Spec.Selector[v1alpha1.LabelInstance]; got != "xa-a" {
			return fmt.Errorf("the service selects the pods of %s", got)
		}
		return nil
	})

	var policy networkingv1.NetworkPolicy
	if err := w.get("xa-a", &policy); err != nil {
		t.Fatal(err)
	}
	w.delete(&policy)
	w.eventually("the network policy is made again", func() error { return w.get("xa-a", &networkingv1.NetworkPolicy{}) })

	var sts appsv1.StatefulSet
	if err := w.get("xa-a", &sts); err != nil {
		t.Fatal(err)
	}
	sts.Spec.Template.Spec.Containers[0].Image = "something-else"
	if err := w.client.Update(t.Context(), &sts); err != nil {
		t.Fatal(err)
	}
	w.eventually("the image is put right", func() error {
		if err := w.get("xa-a", &sts); err != nil {
			return err
		}
		if got := sts.Spec.Template.Spec.Containers[0].Image; got != "workflowd:v1" {
			return fmt.Errorf("image %s", got)
		}
		return nil
	})
}

func TestEvidenceKeyIsMadeOnce(t *testing.T) {
	w := newWorld(t)
	w.calendars(2026, 2027)
	w.create(w.agency("xa-a"))
	stop := w.run(Options{})
	w.ready("xa-a")
	var secret corev1.Secret
	if err := w.get("xa-a-evidence", &secret); err != nil {
		t.Fatal(err)
	}
	key := string(secret.Data["key"])
	stop()
	w.run(Options{})
	w.quiet()
	if err := w.get("xa-a-evidence", &secret); err != nil {
		t.Fatal(err)
	}
	if got := string(secret.Data["key"]); got != key {
		t.Error("a new operator replaced the evidence key")
	}
	var masterKey corev1.Secret
	if err := w.get("xa-a-master-key", &masterKey); err != nil {
		t.Fatal(err)
	}
	w.delete(&masterKey)

	w.delete(&secret)
	w.edit("xa-a", func(a *v1alpha1.Agency) {
		a.Annotations = map[string]string{v1alpha1.AnnotationRequestedAt: "2026-03-02T10:00:00+07:00"}
	})
	w.eventually("a deleted key comes back on request", func() error { return w.get("xa-a-evidence", &secret) })
	w.eventually("the request is acknowledged", func() error {
		var agency v1alpha1.Agency
		if err := w.get("xa-a", &agency); err != nil {
			return err
		}
		if got := agency.Status.LastHandledReconcileAt; got != "2026-03-02T10:00:00+07:00" {
			return fmt.Errorf("last handled %q", got)
		}
		return nil
	})
	if err := w.get("xa-a-master-key", &masterKey); !apierrors.IsNotFound(err) {
		t.Errorf("another master key was made, which opens no records: %v", err)
	}
}

// The Secret of a deleted agency of the same name may still be there, and go later.
func TestEvidenceKeyOfAnAgencyMadeAgain(t *testing.T) {
	w := newWorld(t)
	w.calendars(2026, 2027)
	remains := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: w.namespace, Name: "xa-a-evidence"}}
	w.create(remains)
	w.create(w.agency("xa-a"))
	w.run(Options{})
	w.made("xa-a")
	w.delete(remains)
	w.edit("xa-a", func(a *v1alpha1.Agency) { a.Labels = map[string]string{"touched": "yes"} })
	w.eventually("the key is made", func() error {
		var secret corev1.Secret
		if err := w.get("xa-a-evidence", &secret); err != nil {
			return err
		}
		if len(secret.Data["key"]) == 0 {
			return errors.New("it is empty")
		}
		return nil
	})
}

func TestDeletionPolicy(t *testing.T) {
	w := newWorld(t)
	w.calendars(2026, 2027)
	w.create(w.agency("xa-a"))
	w.run(Options{})
	w.made("xa-a")
	wants := func(policy appsv1.PersistentVolumeClaimRetentionPolicyType) {
		t.Helper()
		w.eventually("claims when the agency is deleted: "+string(policy), func() error {
			var sts appsv1.StatefulSet
			if err := w.get("xa-a", &sts); err != nil {
				return err
			}
			got := *sts.Spec.PersistentVolumeClaimRetentionPolicy
			want := appsv1.StatefulSetPersistentVolumeClaimRetentionPolicy{
				WhenDeleted: policy, WhenScaled: appsv1.RetainPersistentVolumeClaimRetentionPolicyType,
			}
			if got != want {
				return errors.New(cmp.Diff(want, got))
			}
			return nil
		})
	}
	wants(appsv1.RetainPersistentVolumeClaimRetentionPolicyType)
	w.edit("xa-a", func(a *v1alpha1.Agency) { a.Spec.DeletionPolicy = v1alpha1.DeletionPolicyDelete })
	wants(appsv1.DeletePersistentVolumeClaimRetentionPolicyType)
}

func TestSuspended(t *testing.T) {
	w := newWorld(t)
	w.calendars(2026, 2027)
	yes := true
	agency := w.agency("xa-a")
	agency.Spec.Suspend = &yes
	w.create(agency)
	w.run(Options{})
	w.says("xa-a", v1alpha1.ConditionReady, "Unknown", v1alpha1.ReasonSuspended)
	if err := w.get("xa-a", &appsv1.StatefulSet{}); !apierrors.IsNotFound(err) {
		t.Errorf("a suspended agency was given a StatefulSet: %v", err)
	}
	w.edit("xa-a", func(a *v1alpha1.Agency) { a.Spec.Suspend = nil })
	w.ready("xa-a")

	w.edit("xa-a", func(a *v1alpha1.Agency) { a.Spec.Suspend = &yes; a.Spec.Officers = nil })
	w.says("xa-a", v1alpha1.ConditionReady, "Unknown", v1alpha1.ReasonSuspended)
	w.delete(&corev1.Service{ObjectMeta: metav1.ObjectMeta{Namespace: w.namespace, Name: "xa-a"}})
	w.quiet()
	if err := w.get("xa-a", &corev1.Service{}); !apierrors.IsNotFound(err) {
		t.Errorf("something was made for a suspended agency: %v", err)
	}
}

func TestPrune(t *testing.T) {
	w := newWorld(t)
	w.calendars(2026, 2027)
	w.create(w.agency("xa-a"))
	stop := w.run(Options{})
	w.ready("xa-a")
	stop()

	old := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: w.namespace, Name: "xa-a-old"}}
	foreign := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: w.namespace, Name: "xa-a-foreign"}}
	w.create(old)
	w.create(foreign)
	var agency v1alpha1.Agency
	if err := w.get("xa-a", &agency); err != nil {
		t.Fatal(err)
	}
	agency.Status.Inventory = append(agency.Status.Inventory,
		v1alpha1.InventoryEntry{ID: "/v1/ConfigMap/xa-a-old", UID: string(old.UID)},
		v1alpha1.InventoryEntry{ID: "/v1/ConfigMap/xa-a-foreign", UID: "the-uid-of-what-we-made-under-that-name"},
		v1alpha1.InventoryEntry{ID: "/v1/ConfigMap/xa-a-gone", UID: "gone"},
	)
	if err := w.client.Status().Update(t.Context(), &agency); err != nil {
		t.Fatal(err)
	}
	w.run(Options{})
	w.eventually("the inventory is cleared", func() error {
		if err := w.get("xa-a", &agency); err != nil {
			return err
		}
		if len(agency.Status.Inventory) != 7 {
			return fmt.Errorf("%d entries", len(agency.Status.Inventory))
		}
		return nil
	})
	if err := w.get("xa-a-old", old); !apierrors.IsNotFound(err) {
		t.Errorf("what is no longer wanted was not deleted: %v", err)
	}
	if err := w.get("xa-a-foreign", foreign); err != nil {
		t.Errorf("what someone else made was deleted: %v", err)
	}
}
