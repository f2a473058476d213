package status

import (
	"context"
	"fmt"
	"sync"

	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/resourceversion"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// Writer writes the status of the objects of one kind. It remembers the version that each write made, because a cache
// that has not seen the last write yet would let the next pass compare with what is no longer there.
type Writer struct {
	client client.Client
	owner  client.FieldOwner

	mu      sync.Mutex
	written map[types.NamespacedName]string
}

// NewWriter returns a Writer that writes under the name of a field owner.
func NewWriter(c client.Client, owner string) *Writer {
	return &Writer{client: c, owner: client.FieldOwner(owner), written: map[types.NamespacedName]string{}}
}

// Current says whether an object read from the cache is at least as new as the last status written for it. A pass over an
// older one would undo that write, or miss that there is something to write.
func (w *Writer) Current(object client.Object) bool {
	key := client.ObjectKeyFromObject(object)
	w.mu.Lock()
	defer w.mu.Unlock()
	written, found := w.written[key]
	if !found {
		return true
	}
	order, err := resourceversion.CompareResourceVersion(object.GetResourceVersion(), written)
	if err == nil && order < 0 {
		return false
	}
	delete(w.written, key)
	return true
}

// Forget drops what is remembered of an object that is gone.
func (w *Writer) Forget(key types.NamespacedName) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.written, key)
}

// Write stores the status of after when it differs from that of before, with one merge patch that fails when the object
// has changed since it was read. It reports whether something was stored. An object that is gone is no error; a conflict
// is returned as the API server gave it. after is brought up to date with what the server answers.
func (w *Writer) Write(ctx context.Context, before, after client.Object) (bool, error) {
	if equality.Semantic.DeepEqual(before, after) {
		return false, nil
	}
	key := client.ObjectKeyFromObject(after)
	patch := client.MergeFromWithOptions(before, client.MergeFromWithOptimisticLock{})
	if err := w.client.Status().Patch(ctx, after, patch, w.owner); err != nil {
		if apierrors.IsNotFound(err) {
			return false, nil
		}
		return false, fmt.Errorf("write the status of %s: %w", key, err)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.written[key] = after.GetResourceVersion()
	return true, nil
}
