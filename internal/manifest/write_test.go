package manifest

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"chuan.dev/chuan/api/v1alpha1"
)

// objects are all objects of a set.
func objects(set *Set) []runtime.Object {
	all := make([]runtime.Object, 0, set.Size())
	for _, o := range set.Agencies {
		all = append(all, o.Value)
	}
	for _, o := range set.Procedures {
		all = append(all, o.Value)
	}
	for _, o := range set.Calendars {
		all = append(all, o.Value)
	}
	for _, o := range set.LegalDocuments {
		all = append(all, o.Value)
	}
	for _, o := range set.AuditPlans {
		all = append(all, o.Value)
	}
	return all
}

func TestWhatIsWrittenIsReadBack(t *testing.T) {
	for _, directory := range []string{"testdata/province", "../procedure/testdata"} {
		set, problems := Load(os.DirFS(directory))
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		var first, second bytes.Buffer
		if err := Write(&first, objects(set)...); err != nil {
			t.Fatal(err)
		}
		again, problems := Load(fstest.MapFS{"all.yaml": {Data: first.Bytes()}})
		if len(problems) > 0 {
			t.Fatalf("%s: what was written has problems: %v", directory, problems)
		}
		if diff := cmp.Diff(objects(set), objects(again)); diff != "" {
			t.Errorf("%s: written and read back (-before +after):\n%s", directory, diff)
		}
		if err := Write(&second, objects(again)...); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(first.Bytes(), second.Bytes()) {
			t.Errorf("%s: the second writing differs from the first", directory)
		}
	}
}

func TestWriteLeavesOutWhatOnlyAClusterKnows(t *testing.T) {
	document := &v1alpha1.LegalDocument{
		ObjectMeta: metav1.ObjectMeta{
			Name: "luat", UID: "u", ResourceVersion: "7", Generation: 3, CreationTimestamp: metav1.Unix(1, 0),
			Finalizers: []string{"f"}, OwnerReferences: []metav1.OwnerReference{{Name: "o"}},
			ManagedFields: []metav1.ManagedFieldsEntry{{Manager: "m"}},
			Labels:        map[string]string{"b": "yes", "a": "1"},
			Annotations: map[string]string{
				"ghi-chu": "giữ", v1alpha1.AnnotationRequestedAt: "now", "kubectl.kubernetes.io/last-applied-configuration": "{}",
			},
		},
		Spec: v1alpha1.LegalDocumentSpec{Number: "1/2020/QH14", Title: "Luật", EffectiveFrom: "2020-01-01", Source: "illustrative"},
	}
	var got strings.Builder
	if err := Write(&got, document); err != nil {
		t.Fatal(err)
	}
	want := `---
apiVersion: qms.chuan.dev/v1alpha1
kind: LegalDocument
metadata:
  annotations:
    ghi-chu: giữ
  labels:
    a: "1"
    b: "yes"
  name: luat
spec:
  effectiveFrom: "2020-01-01"
  number: 1/2020/QH14
  source: illustrative
  title: Luật
`
	if diff := cmp.Diff(want, got.String()); diff != "" {
		t.Errorf("Write (-want +got):\n%s", diff)
	}
	if len(document.Annotations) != 3 {
		t.Error("Write changed the object")
	}
}

func TestWriteRefuses(t *testing.T) {
	named := &v1alpha1.Agency{ObjectMeta: metav1.ObjectMeta{Name: "a"}}
	for name, tt := range map[string]struct {
		err  error
		want string
	}{
		"another kind": {Write(&bytes.Buffer{}, &corev1.Pod{}), "*v1.Pod is no kind of qms.chuan.dev"},
		"no name":      {Write(&bytes.Buffer{}, &v1alpha1.AuditPlan{}), "write a manifest of kind AuditPlan: the object has no name"},
		"a full disk":  {Write(fullDisk{}, named), "write a manifest of kind Agency: no space left on device"},
	} {
		if tt.err == nil || !strings.Contains(tt.err.Error(), tt.want) {
			t.Errorf("%s: error %v, want %q", name, tt.err, tt.want)
		}
	}
}

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }
