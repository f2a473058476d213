package revision_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/controllers/internal/revision"
	"chuan.dev/chuan/internal/procedure"
)

func quality() *v1alpha1.QualityProcedure {
	suspended := true
	return &v1alpha1.QualityProcedure{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: "dien-bien", Name: "xac-nhan", UID: "u-1", Labels: map[string]string{"linh-vuc": "ho-tich"},
		},
		Spec: v1alpha1.QualityProcedureSpec{
			Suspend: &suspended,
			Code:    "QT-HT-01",
			Title:   "Xác nhận",
			Issue:   v1alpha1.Issue{Revision: 12, EffectiveFrom: "2026-07-01"},
		},
	}
}

func TestWhatIsWrittenIsReadBack(t *testing.T) {
	approved := quality()
	record, err := revision.New(approved)
	if err != nil {
		t.Fatal(err)
	}

	number, err := revision.Of(record)
	if err != nil {
		t.Fatal(err)
	}
	if want := (procedure.Revision{Revision: 12, EffectiveFrom: "2026-07-01"}); number != want {
		t.Errorf("Of = %+v, want %+v", number, want)
	}

	text, err := revision.Read(record)
	if err != nil {
		t.Fatal(err)
	}
	want := &revision.Text{Spec: quality().Spec, Labels: approved.Labels}
	want.Spec.Suspend = nil
	if diff := cmp.Diff(want, text); diff != "" {
		t.Errorf("text (-want +got):\n%s", diff)
	}
	if approved.Spec.Suspend == nil {
		t.Error("the procedure that was recorded is no longer suspended")
	}
}

func TestRecordIsFoundByItsLabelsAndGoesWithItsProcedure(t *testing.T) {
	record, err := revision.New(quality())
	if err != nil {
		t.Fatal(err)
	}
	controller := true
	want := metav1.ObjectMeta{
		Namespace:   "dien-bien",
		Name:        "xac-nhan-r12",
		Labels:      map[string]string{"app.kubernetes.io/managed-by": "chuan", "qms.chuan.dev/procedure": "xac-nhan"},
		Annotations: map[string]string{"qms.chuan.dev/effective-from": "2026-07-01"},
		OwnerReferences: []metav1.OwnerReference{{
			APIVersion: "qms.chuan.dev/v1alpha1", Kind: "QualityProcedure", Name: "xac-nhan", UID: "u-1", Controller: &controller,
		}},
	}
	if diff := cmp.Diff(want, record.ObjectMeta); diff != "" {
		t.Errorf("metadata (-want +got):\n%s", diff)
	}
}

func TestRecordsOfSomeoneElse(t *testing.T) {
	annotated := metav1.ObjectMeta{Name: "xac-nhan-r1", Annotations: map[string]string{v1alpha1.AnnotationEffectiveFrom: "2026-07-01"}}
	tests := map[string]struct {
		record *appsv1.ControllerRevision
		want   string
	}{
		"without its first day": {&appsv1.ControllerRevision{ObjectMeta: metav1.ObjectMeta{Name: "xac-nhan-r1"}, Revision: 1}, "lacks the annotation"},
		"number zero":           {&appsv1.ControllerRevision{ObjectMeta: annotated}, "the number 0"},
		"number beyond all":     {&appsv1.ControllerRevision{ObjectMeta: annotated, Revision: 1 << 40}, "the number 1099511627776"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := revision.Of(test.record)
			if err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), "delete it") {
				t.Errorf("error %v, want one with %q and what to do", err, test.want)
			}
		})
	}
}

func TestTextThatIsNoText(t *testing.T) {
	record := &appsv1.ControllerRevision{ObjectMeta: metav1.ObjectMeta{Name: "xac-nhan-r1"}}
	record.Data.Raw = []byte(`{"spec": 1}`)
	if _, err := revision.Read(record); err == nil || !strings.Contains(err.Error(), "xac-nhan-r1") {
		t.Errorf("error %v, want one that names the record", err)
	}
}
