package pass

import (
	"context"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"chuan.dev/chuan/controllers/internal/errclass"
	"chuan.dev/chuan/controllers/internal/status"
)

// Begin reads the object of a request. Where there is nothing to do, because the object is gone, is being deleted (the
// garbage collector removes what it owns) or is older than the last status written for it, more is false and what it
// returns is what Reconcile returns. Forget drops what the caller remembers of an object that is gone.
func Begin(
	ctx context.Context, reader client.Reader, writer *status.Writer, request ctrl.Request, object client.Object, forget func(),
) (more bool, result ctrl.Result, err error) {
	err = reader.Get(ctx, request.NamespacedName, object)
	switch {
	case apierrors.IsNotFound(err):
		writer.Forget(request.NamespacedName)
		forget()
		return false, ctrl.Result{}, nil
	case err != nil:
		return false, ctrl.Result{}, fmt.Errorf("read %s: %w", request.NamespacedName, err)
	case !object.GetDeletionTimestamp().IsZero():
		return false, ctrl.Result{}, nil
	case !writer.Current(object):
		return false, ctrl.Result{RequeueAfter: errclass.ConflictDelay}, nil
	default:
		return true, ctrl.Result{}, nil
	}
}
