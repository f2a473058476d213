package agency

import (
	"context"
	crand "crypto/rand"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/controllers/internal/apply"
	"chuan.dev/chuan/controllers/internal/errclass"
	"chuan.dev/chuan/internal/workload"
)

// evidenceRetry is how soon the creation of an evidence key is tried again that met a Secret of that name.
const evidenceRetry = 15 * time.Second

// turnRetry is about how soon an agency asks again whether its pods may be replaced.
const turnRetry = 10 * time.Second

// apply makes the agency's objects what they should be. An object that cannot be applied does not keep the others from it.
func (r *Reconciler) apply(ctx context.Context, s *scope) error {
	if s.blocked || !s.workable || s.adoption == nil {
		return nil
	}
	if s.statefulSet == nil && s.adoption.early && asksForProcedures(s.before) {
		return passing(v1alpha1.ReasonProgressing, "waiting until every procedure of the namespace has been examined once")
	}
	calendars, err := r.calendars.manifests(s.calendars)
	if err != nil {
		return err
	}
	desired, err := workload.Desired(s.before, calendars, r.mountedSet(s), r.options.Workload)
	if _, tooLarge := errors.AsType[*workload.BundleTooLargeError](err); tooLarge {
		return errclass.NewTerminal(v1alpha1.ReasonBundleTooLarge, err)
	}
	if err != nil {
		return err
	}
	if asked(s.before) {
		r.applier.Forget(s.key)
	}
	collected := []error{r.ensureKeys(ctx, s)}
	for _, object := range desired {
		collected = append(collected, r.applyOne(ctx, s, object))
	}
	s.after.Status.URL = workload.URL(s.key.Namespace, s.key.Name)
	err = errors.Join(collected...)
	s.complete = err == nil
	return err
}

// mountedSet is the procedure set that the pods are to mount: the adopted one, or the one they have while the adopted one
// cannot be stored.
func (r *Reconciler) mountedSet(s *scope) string {
	if s.adoption.malformed != nil {
		return s.before.Status.ProcedureSet
	}
	return s.adoption.set
}

func (r *Reconciler) applyOne(ctx context.Context, s *scope, object workload.Object) error {
	live, err := r.live(ctx, s, object)
	if err != nil {
		return err
	}
	if live != nil && live.GetDeletionTimestamp() != nil {
		return errclass.NewWaiting(v1alpha1.ReasonProgressing, 0,
			fmt.Errorf("%s %s is being deleted and will be made again", object.Kind.Kind, object.Name()))
	}
	if object.Kind.Kind == "StatefulSet" {
		return r.applyStatefulSet(ctx, s, object, live)
	}
	return r.send(ctx, s, object, live)
}

// live returns the object as the cache has it: the whole StatefulSet, and the metadata of the others. It is nil when there
// is none.
func (r *Reconciler) live(ctx context.Context, s *scope, object workload.Object) (metav1.Object, error) {
	if object.Kind.Kind == "StatefulSet" {
		if s.statefulSet == nil {
			return nil, nil
		}
		return s.statefulSet, nil
	}
	metadata := &metav1.PartialObjectMetadata{}
	metadata.SetGroupVersionKind(object.Kind)
	key := client.ObjectKey{Namespace: s.key.Namespace, Name: object.Name()}
	err := r.client.Get(ctx, key, metadata, client.UnsafeDisableDeepCopy)
	switch {
	case apierrors.IsNotFound(err):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("read %s %s: %w", object.Kind.Kind, key, err)
	}
	return metadata, nil
}

// applyStatefulSet applies the StatefulSet when its procedure set is stored, so that no pod starts without procedures, and
// when the agency may have its pods replaced.
func (r *Reconciler) applyStatefulSet(ctx context.Context, s *scope, object workload.Object, live metav1.Object) error {
	template := object.Meta.Annotations[workload.AnnotationPodTemplate]
	set := r.mountedSet(s)
	replaces := live != nil && live.GetAnnotations()[workload.AnnotationPodTemplate] != template
	if (live == nil || replaces) && set != "" && !r.sets.stored(s.key, set) {
		return passing(v1alpha1.ReasonProgressing, "waiting until the procedure set "+set+" is stored")
	}
	if replaces && !r.rollout.admit(s.key, template) {
		return errclass.NewWaiting(v1alpha1.ReasonProgressing, jittered(turnRetry),
			errors.New("the pods are to be replaced, and wait for their turn: too many agencies are unavailable at this moment"))
	}
	if err := r.send(ctx, s, object, live); err != nil {
		if replaces {
			r.rollout.withdraw(s.key, s.statefulSet)
		}
		return err
	}
	s.after.Status.ProcedureSet = set
	return nil
}

// send applies an object through the gate and takes it into the inventory. What the API server refuses as invalid stays
// so until a person changes something.
func (r *Reconciler) send(ctx context.Context, s *scope, object workload.Object, live metav1.Object) error {
	applied, err := r.applier.Apply(ctx, s.key, apply.Object(object), live, s.now)
	if applied.Overtaken {
		s.wake(s.now)
	}
	switch {
	case apierrors.IsInvalid(err):
		return errclass.NewTerminal(v1alpha1.ReasonInvalidSpec, err)
	case err != nil:
		return err
	}
	s.applied.add(object.Kind, object.Name(), applied.UID)
	return nil
}

// ensureKeys creates the Secrets with the agency's keys when they have never been created, and that of the evidence key also
// when a person asks. A master key that is gone has to come back from where a copy is kept: another one opens no records.
func (r *Reconciler) ensureKeys(ctx context.Context, s *scope) error {
	return errors.Join(
		r.ensureKey(ctx, s, workload.EvidenceSecret),
		r.ensureKey(ctx, s, workload.MasterKeySecret),
	)
}

func (r *Reconciler) ensureKey(
	ctx context.Context, s *scope, secretOf func(*v1alpha1.Agency, [workload.KeySize]byte) *corev1.Secret,
) error {
	var random [workload.KeySize]byte
	if _, err := crand.Read(random[:]); err != nil {
		return fmt.Errorf("make a key: %w", err)
	}
	secret := secretOf(s.before, random)
	name, owned := secret.Name, len(secret.OwnerReferences) > 0
	uid, created := s.recorded(secretKind, name)
	// One that somebody else has made, or an Agency before this one, may be about to go, unless nobody owns it.
	doubtful := created && uid == "" && owned && (s.statefulSet == nil || !available(s.statefulSet))
	if created && !doubtful && (!owned || !asked(s.before)) {
		s.applied.add(secretKind, name, uid)
		return nil
	}
	err := r.client.Create(ctx, secret, client.FieldOwner(FieldOwner))
	switch {
	case err == nil:
		uid = secret.UID
	case apierrors.IsAlreadyExists(err):
		if uid == "" && owned {
			s.wake(s.now.Add(evidenceRetry))
		}
	default:
		return fmt.Errorf("create Secret %s: %w", name, err)
	}
	s.applied.add(secretKind, name, uid)
	return nil
}

var secretKind = corev1.SchemeGroupVersion.WithKind("Secret")

// recorded looks an object up in what the last pass has made, and in the inventory.
func (s *scope) recorded(kind schema.GroupVersionKind, name string) (uid types.UID, found bool) {
	id := inventoryID(kind, name)
	if uid, found := s.draft.made[id]; found {
		return uid, true
	}
	for _, e := range s.before.Status.Inventory {
		if e.ID == id {
			return types.UID(e.UID), true
		}
	}
	return "", false
}

// jittered spreads a time by a quarter, so that those who wait do not come all at once.
func jittered(d time.Duration) time.Duration {
	return d + rand.N(d/4)
}
