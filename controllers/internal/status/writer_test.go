package status_test

import (
	"context"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/controllers/internal/status"
)

// countingClient returns a client over one Agency, the Agency as stored, and the number of patches sent so far.
func countingClient(t *testing.T) (client.Client, *v1alpha1.Agency, *int) {
	t.Helper()
	scheme := runtime.NewScheme()
	if err := v1alpha1.AddToScheme(scheme); err != nil {
		t.Fatal(err)
	}
	agency := &v1alpha1.Agency{ObjectMeta: metav1.ObjectMeta{Namespace: "dien-bien", Name: "thanh-nua", Generation: 1}}
	patches := 0
	c := fake.NewClientBuilder().WithScheme(scheme).WithObjects(agency).WithStatusSubresource(agency).
		WithInterceptorFuncs(interceptor.Funcs{
			SubResourcePatch: func(ctx context.Context, inner client.Client, subresource string, object client.Object, patch client.Patch, options ...client.SubResourcePatchOption) error {
				patches++
				return inner.SubResource(subresource).Patch(ctx, object, patch, options...)
			},
		}).Build()
	if err := c.Get(t.Context(), client.ObjectKeyFromObject(agency), agency); err != nil {
		t.Fatal(err)
	}
	return c, agency, &patches
}

func TestWriterWritesOnlyChanges(t *testing.T) {
	c, agency, patches := countingClient(t)
	writer := status.NewWriter(c, "chuan-agency")

	if changed, err := writer.Write(t.Context(), agency, agency.DeepCopy()); err != nil || changed || *patches != 0 {
		t.Errorf("Write without a change: changed %t, error %v, %d patches; want none", changed, err, *patches)
	}

	after := agency.DeepCopy()
	after.Status.URL = "http://thanh-nua.dien-bien.svc:8080"
	if changed, err := writer.Write(t.Context(), agency, after); err != nil || !changed || *patches != 1 {
		t.Errorf("Write of a change: changed %t, error %v, %d patches; want one", changed, err, *patches)
	}
	var stored v1alpha1.Agency
	if err := c.Get(t.Context(), client.ObjectKeyFromObject(agency), &stored); err != nil {
		t.Fatal(err)
	}
	if stored.Status.URL != after.Status.URL {
		t.Errorf("stored url %q, want %q", stored.Status.URL, after.Status.URL)
	}
}

func TestWriterKnowsOldCache(t *testing.T) {
	c, old, _ := countingClient(t)
	writer := status.NewWriter(c, "chuan-agency")
	after := old.DeepCopy()
	after.Status.URL = "http://thanh-nua"
	if _, err := writer.Write(t.Context(), old, after); err != nil {
		t.Fatal(err)
	}
	if writer.Current(old) {
		t.Error("an object older than the last write counts as current")
	}
	if !writer.Current(after) {
		t.Error("the object as last written does not count as current")
	}

	writer.Forget(client.ObjectKeyFromObject(old))
	if !writer.Current(old) {
		t.Error("a forgotten object is still held back")
	}
}

func TestWriterConflictAndNotFound(t *testing.T) {
	c, old, _ := countingClient(t)
	writer := status.NewWriter(c, "chuan-agency")
	changed := old.DeepCopy()
	changed.Labels = map[string]string{"changed": "meanwhile"}
	if err := c.Update(t.Context(), changed); err != nil {
		t.Fatal(err)
	}
	after := old.DeepCopy()
	after.Status.URL = "http://thanh-nua"
	if _, err := writer.Write(t.Context(), old, after); !apierrors.IsConflict(err) {
		t.Errorf("Write over a newer object: error %v, want a conflict", err)
	}

	if err := c.Delete(t.Context(), changed); err != nil {
		t.Fatal(err)
	}
	if stored, err := writer.Write(t.Context(), old, after); err != nil || stored {
		t.Errorf("Write to an object that is gone: stored %t, error %v; want neither", stored, err)
	}
}
