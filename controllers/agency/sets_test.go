package agency

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/controllers/internal/revision"
	"chuan.dev/chuan/internal/testenv"
	"chuan.dev/chuan/internal/workload"
)

// setFixture is a namespace whose procedure sets are looked after, with a clock that stands still.
type setFixture struct {
	*testing.T
	client client.Client
	sets   *sets
	now    time.Time
	woken  []string
}

func newSetFixture(t *testing.T) *setFixture {
	f := &setFixture{T: t, now: march}
	f.client = fake.NewClientBuilder().WithScheme(testenv.Scheme()).WithStatusSubresource(&v1alpha1.Agency{}).Build()
	f.sets = newSets(f.client, func() time.Time { return f.now })
	f.sets.setWake(func(key types.NamespacedName) { f.woken = append(f.woken, key.Name) })
	return f
}

// pass makes a pass some time later, over what an up-to-date library says.
func (f *setFixture) pass(later time.Duration) ctrl.Result {
	f.Helper()
	f.now = f.now.Add(later)
	f.sets.library.outdated("n")
	f.woken = nil
	result, err := f.sets.Reconcile(f.Context(), ctrl.Request{NamespacedName: types.NamespacedName{Name: "n"}})
	if err != nil {
		f.Fatal(err)
	}
	return result
}

// visit does what a pass over an agency does, and says whether its set is stored.
func (f *setFixture) visit(name string) bool {
	f.Helper()
	key := types.NamespacedName{Namespace: "n", Name: name}
	var agency v1alpha1.Agency
	if err := f.client.Get(f.Context(), key, &agency); err != nil {
		f.Fatal(err)
	}
	f.sets.library.outdated("n")
	shelf, err := f.sets.library.shelf(f.Context(), "n")
	if err != nil {
		f.Fatal(err)
	}
	a := adopt(&agency, shelf)
	f.sets.knows(key, a)
	return f.sets.stored(key, a.set)
}

// accept records a revision of a procedure that is in force.
func (f *setFixture) accept(name string, number int32, size int) {
	f.Helper()
	f.acceptFrom(name, number, "2025-02-01", size)
}

// acceptFrom records a revision of a procedure that takes a compressed size, and whose controller has examined it.
func (f *setFixture) acceptFrom(name string, number int32, from v1alpha1.Date, size int) {
	f.Helper()
	procedure := &v1alpha1.QualityProcedure{ObjectMeta: metav1.ObjectMeta{Namespace: "n", Name: name}, Spec: procedureSpec(number, from)}
	procedure.Spec.Issue.Changes = noise(size)
	record, err := revision.New(procedure)
	if err != nil {
		f.Fatal(err)
	}
	record.UID = types.UID(record.Name)
	procedure.Status.ObservedGeneration = 1
	for _, object := range []client.Object{record, procedure} {
		if err := f.client.Create(f.Context(), object); client.IgnoreAlreadyExists(err) != nil {
			f.Fatal(err)
		}
	}
}

// noise is text of about a compressed size.
func noise(size int) string {
	random := rand.New(rand.NewPCG(1, uint64(size)))
	text := make([]byte, size*8/6)
	for i := range text {
		text[i] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"[random.IntN(64)]
	}
	return string(text)
}

// agency makes an agency, or makes it adopt other procedures.
func (f *setFixture) agency(name string, adopts ...string) {
	f.Helper()
	agency := &v1alpha1.Agency{ObjectMeta: metav1.ObjectMeta{Namespace: "n", Name: name}}
	found := f.client.Get(f.Context(), client.ObjectKeyFromObject(agency), agency) == nil
	agency.Spec.Procedures = &v1alpha1.AdoptedProcedures{}
	for _, procedure := range adopts {
		agency.Spec.Procedures.Refs = append(agency.Spec.Procedures.Refs, v1alpha1.AdoptedProcedure{Name: procedure})
	}
	write := func(ctx context.Context) error { return f.client.Create(ctx, agency) }
	if found {
		write = func(ctx context.Context) error { return f.client.Update(ctx, agency) }
	}
	if err := write(f.Context()); err != nil {
		f.Fatal(err)
	}
}

// mounts says in the status of an agency which set its pods mount.
func (f *setFixture) mounts(name, set string) {
	f.Helper()
	agency := &v1alpha1.Agency{}
	if err := f.client.Get(f.Context(), client.ObjectKey{Namespace: "n", Name: name}, agency); err != nil {
		f.Fatal(err)
	}
	agency.Status.ProcedureSet = set
	if err := f.client.Status().Update(f.Context(), agency); err != nil {
		f.Fatal(err)
	}
}

func (f *setFixture) wants(what string, names ...string) {
	f.Helper()
	var list corev1.ConfigMapList
	if err := f.client.List(f.Context(), &list, client.InNamespace("n")); err != nil {
		f.Fatal(err)
	}
	var got []string
	for _, item := range list.Items {
		got = append(got, item.Name)
	}
	slices.Sort(names)
	if diff := cmp.Diff(names, got); diff != "" {
		f.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func TestSetsAreSharedAndPruned(t *testing.T) {
	f := newSetFixture(t)
	f.accept("ban-sao", 1, 10)
	f.accept("khai-sinh", 1, 10)
	f.agency("xa-a", "ban-sao", "khai-sinh")
	f.agency("xa-b", "khai-sinh", "ban-sao")
	f.agency("xa-c", "ban-sao")
	both, one := workload.ProcedureSetName([]string{"ban-sao", "khai-sinh"}), workload.ProcedureSetName([]string{"ban-sao"})

	if f.visit("xa-a") || f.visit("xa-c") {
		t.Error("a set is said to be stored that is not")
	}
	f.pass(0)
	f.wants("two agencies share a set", workload.PartName(both, 0), workload.PartName(one, 0))
	if diff := cmp.Diff([]string{"xa-a", "xa-c"}, f.woken); diff != "" {
		t.Errorf("those who wait for their set are woken (-want +got):\n%s", diff)
	}
	for _, name := range []string{"xa-a", "xa-b", "xa-c"} {
		if !f.visit(name) {
			t.Errorf("the set of %s is stored, and it is not known", name)
		}
	}
	if result := f.pass(100 * time.Millisecond); result.RequeueAfter != changeSpacing-100*time.Millisecond {
		t.Errorf("a pass that comes early waits for %s", result.RequeueAfter)
	}
	f.mounts("xa-c", one)
	f.pass(changeSpacing)
	if len(f.woken) != 0 {
		t.Errorf("%v are woken although nothing changed", f.woken)
	}

	f.agency("xa-c", "ban-sao", "khai-sinh")
	f.pass(changeSpacing)
	f.wants("what is mounted stays", workload.PartName(both, 0), workload.PartName(one, 0))
	if diff := cmp.Diff([]string{"xa-c"}, f.woken); diff != "" {
		t.Errorf("the one that adopts something else is woken (-want +got):\n%s", diff)
	}
	if !f.visit("xa-c") {
		t.Error("the set is stored, and it is not known")
	}
	f.mounts("xa-c", both)
	if result := f.pass(changeSpacing); result.RequeueAfter != pruneGrace {
		t.Errorf("looks again after %s, want %s", result.RequeueAfter, pruneGrace)
	}
	f.wants("what was mounted a moment ago stays", workload.PartName(both, 0), workload.PartName(one, 0))
	f.pass(pruneGrace)
	f.wants("what nobody needs goes", workload.PartName(both, 0))
}

func TestNewRevisionWakesNobody(t *testing.T) {
	f := newSetFixture(t)
	f.accept("ban-sao", 1, 10)
	f.agency("xa-a", "ban-sao")
	set := workload.ProcedureSetName([]string{"ban-sao"})
	f.pass(0)
	f.visit("xa-a")
	f.mounts("xa-a", set)
	f.pass(changeSpacing)
	f.accept("ban-sao", 2, 10)
	f.pass(changeSpacing)
	if len(f.woken) != 0 {
		t.Errorf("%v are woken", f.woken)
	}
	var part corev1.ConfigMap
	if err := f.client.Get(t.Context(), client.ObjectKey{Namespace: "n", Name: workload.PartName(set, 0)}, &part); err != nil {
		t.Fatal(err)
	}
	if part.BinaryData["ban-sao-r2.yaml.gz"] == nil {
		t.Error("the new revision is not in the set")
	}
}

func TestSetGrowsAndShrinks(t *testing.T) {
	f := newSetFixture(t)
	var names []string
	for i := range 6 {
		names = append(names, fmt.Sprintf("tthc-%d", i))
		f.accept(names[i], 1, 100<<10)
	}
	f.agency("xa-a", names...)
	set := workload.ProcedureSetName(names)
	f.pass(0)
	f.wants("one part is enough", workload.PartName(set, 0))
	for _, name := range names {
		f.acceptFrom(name, 2, "2026-09-01", 100<<10)
	}
	f.pass(changeSpacing)
	f.wants("revisions to come need another", workload.PartName(set, 0), workload.PartName(set, 1))
	for _, name := range names {
		record := &appsv1.ControllerRevision{ObjectMeta: metav1.ObjectMeta{Namespace: "n", Name: revision.Name(name, 2)}}
		if err := f.client.Delete(t.Context(), record); err != nil {
			t.Fatal(err)
		}
	}
	f.pass(changeSpacing)
	f.wants("without them it goes", workload.PartName(set, 0))
}
