package apply

import (
	"context"
	"fmt"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	metaac "k8s.io/client-go/applyconfigurations/meta/v1"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
)

// Object is an object that is wanted.
type Object struct {
	// Kind of the object.
	Kind schema.GroupVersionKind
	// Meta is the metadata within Configuration. Applying fills it with what the API server answers.
	Meta *metaac.ObjectMetaApplyConfiguration
	// Configuration says what is wanted of the object.
	Configuration runtime.ApplyConfiguration
}

// Applied is what an object came to.
type Applied struct {
	// UID of the object.
	UID types.UID
	// Sent says whether a call was needed.
	Sent bool
	// Overtaken says that someone has changed or deleted the object while the call was under way, or that the call failed
	// and news of the object came meanwhile. The owner needs another look: there will be no event.
	Overtaken bool
}

// Applier applies the objects of many owners under one field owner. It takes over fields of ours that someone else has
// set. It may be used by several goroutines, each at work on another owner.
type Applier struct {
	client client.Client
	field  client.FieldOwner
	gate   *gate
}

// New returns an Applier that writes under the name of a field owner.
func New(c client.Client, fieldOwner string) *Applier {
	return &Applier{client: c, field: client.FieldOwner(fieldOwner), gate: newGate()}
}

// Apply makes an object of an owner what its configuration says. Live is the object as the cache has it, nil when the
// cache has none. Now is the time of the pass. The configuration is used up: it holds the answer afterwards.
func (a *Applier) Apply(ctx context.Context, owner types.NamespacedName, object Object, live metav1.Object, now time.Time) (Applied, error) {
	c := call{owner: owner, id: identity{kind: object.Kind.GroupKind(), name: *object.Meta.Name}}
	intent, err := intentOf(object.Configuration)
	if err != nil {
		return Applied{}, fmt.Errorf("marshal %s %s: %w", c.id.kind.Kind, c.id.name, err)
	}
	uid, needed := a.gate.passes(c, intent, live, now)
	if !needed {
		return Applied{UID: uid}, nil
	}
	a.gate.depart(c)
	if err := a.client.Apply(ctx, object.Configuration, a.field, client.ForceOwnership); err != nil {
		return Applied{Overtaken: a.gate.fail(c)}, fmt.Errorf("apply %s %s: %w", c.id.kind.Kind, c.id.name, err)
	}
	answer := answered(object.Meta)
	overtaken := a.gate.land(c, entry{
		intent:          intent,
		version:         versionOf(answer),
		uid:             answer.UID,
		resourceVersion: answer.ResourceVersion,
		applied:         now,
		seen:            live != nil && live.GetUID() == answer.UID,
	})
	return Applied{UID: answer.UID, Sent: true, Overtaken: overtaken}, nil
}

// Forget drops what is remembered of the objects of an owner: because it is gone, or because all are to be applied again.
func (a *Applier) Forget(owner types.NamespacedName) { a.gate.forget(owner) }

// News passes the events of objects of one kind, except those that are only the echo of an apply, and those of a resync.
// OwnerOf returns the owner of an object.
func (a *Applier) News(kind schema.GroupKind, ownerOf func(client.Object) types.NamespacedName) predicate.Predicate {
	of := func(object client.Object) call {
		return call{owner: ownerOf(object), id: identity{kind: kind, name: object.GetName()}}
	}
	return predicate.Funcs{
		CreateFunc: func(e event.CreateEvent) bool { return !a.gate.recognises(of(e.Object), e.Object) },
		UpdateFunc: func(e event.UpdateEvent) bool {
			resync := e.ObjectOld.GetResourceVersion() == e.ObjectNew.GetResourceVersion()
			return !resync && !a.gate.recognises(of(e.ObjectNew), e.ObjectNew)
		},
		DeleteFunc: func(e event.DeleteEvent) bool {
			a.gate.deleted(of(e.Object))
			return true
		},
	}
}

// answered returns the metadata that the API server answered to an apply.
func answered(meta *metaac.ObjectMetaApplyConfiguration) *metav1.ObjectMeta {
	answer := &metav1.ObjectMeta{
		UID:               deref(meta.UID),
		ResourceVersion:   deref(meta.ResourceVersion),
		Generation:        deref(meta.Generation),
		DeletionTimestamp: meta.DeletionTimestamp,
		Labels:            meta.Labels,
		Annotations:       meta.Annotations,
	}
	for _, owner := range meta.OwnerReferences {
		answer.OwnerReferences = append(answer.OwnerReferences, metav1.OwnerReference{
			UID: deref(owner.UID), Controller: owner.Controller,
		})
	}
	return answer
}

func deref[T any](value *T) T {
	if value == nil {
		var zero T
		return zero
	}
	return *value
}
