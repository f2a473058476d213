package trigger_test

import (
	"context"
	"maps"
	"slices"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/util/workqueue"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"chuan.dev/chuan/controllers/internal/trigger"
)

// delays is a queue that only takes note of what is put off.
type delays struct {
	workqueue.TypedRateLimitingInterface[reconcile.Request]
	put map[string]time.Duration
}

func (d *delays) AddAfter(request reconcile.Request, delay time.Duration) {
	d.put[request.Name] = delay
}

func TestAfterAWhile(t *testing.T) {
	handler := trigger.AfterAWhile(func(_ context.Context, object client.Object) []reconcile.Request {
		return []reconcile.Request{{NamespacedName: types.NamespacedName{Name: "of-" + object.GetLabels()["of"]}}}
	})
	labelled := func(of string) client.Object {
		return agency(func(m *metav1.ObjectMeta) { m.Labels = map[string]string{"of": of} })
	}
	a, b := labelled("a"), labelled("b")
	tests := map[string]struct {
		happens func(*delays)
		want    []string
	}{
		"comes":   {func(d *delays) { handler.Create(t.Context(), event.CreateEvent{Object: a}, d) }, []string{"of-a"}},
		"changes": {func(d *delays) { handler.Update(t.Context(), event.UpdateEvent{ObjectOld: a, ObjectNew: b}, d) }, []string{"of-a", "of-b"}},
		"goes":    {func(d *delays) { handler.Delete(t.Context(), event.DeleteEvent{Object: a}, d) }, []string{"of-a"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			d := &delays{put: map[string]time.Duration{}}
			tt.happens(d)
			if got := slices.Sorted(maps.Keys(d.put)); !slices.Equal(got, tt.want) {
				t.Errorf("put off: %v, want %v", got, tt.want)
			}
			for name, delay := range d.put {
				if delay != trigger.Coalescing {
					t.Errorf("%s is put off by %s", name, delay)
				}
			}
		})
	}
}
