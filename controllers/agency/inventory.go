package agency

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"chuan.dev/chuan/api/v1alpha1"
)

// inventory is objects by the id that status.inventory gives them, with their UIDs.
type inventory map[string]types.UID

func (i inventory) add(kind schema.GroupVersionKind, name string, uid types.UID) {
	i[inventoryID(kind, name)] = uid
}

// inventoryID writes an object as group/version/kind/name.
func inventoryID(kind schema.GroupVersionKind, name string) string {
	return strings.Join([]string{kind.Group, kind.Version, kind.Kind, name}, "/")
}

// parseInventoryID is the inverse of inventoryID.
func parseInventoryID(id string) (kind schema.GroupVersionKind, name string, err error) {
	parts := strings.Split(id, "/")
	if len(parts) != 4 {
		return kind, "", fmt.Errorf("inventory entry %q is not of the form group/version/kind/name", id)
	}
	return schema.GroupVersionKind{Group: parts[0], Version: parts[1], Kind: parts[2]}, parts[3], nil
}

// inventory returns what the status is to list: after a complete pass what was applied, otherwise what was made and listed
// before as well, since it may still be there.
func (s *scope) inventory() []v1alpha1.InventoryEntry {
	all := s.applied
	if !s.complete {
		listed := inventory{}
		for _, e := range s.before.Status.Inventory {
			listed[e.ID] = types.UID(e.UID)
		}
		all = merged(listed, merged(s.draft.made, s.applied))
	}
	var entries []v1alpha1.InventoryEntry
	for _, id := range slices.Sorted(maps.Keys(all)) {
		entries = append(entries, v1alpha1.InventoryEntry{ID: id, UID: string(all[id])})
	}
	return entries
}

// prune deletes what the inventory lists and is no longer wanted, once all that is wanted has been applied. What cannot be
// deleted stays in the inventory.
func (r *Reconciler) prune(ctx context.Context, s *scope) error {
	if !s.complete {
		return nil
	}
	var collected []error
	for _, e := range s.before.Status.Inventory {
		if _, wanted := s.applied[e.ID]; wanted {
			continue
		}
		if err := r.remove(ctx, s.key.Namespace, e); err != nil {
			s.applied[e.ID] = types.UID(e.UID)
			collected = append(collected, err)
		}
	}
	return errors.Join(collected...)
}

// remove deletes an object of the inventory. One that has another UID by now was made by someone else and stays. One
// without a UID, or of a kind that is never pruned, is left to the garbage collector, which removes it with the agency.
func (r *Reconciler) remove(ctx context.Context, namespace string, e v1alpha1.InventoryEntry) error {
	kind, name, err := parseInventoryID(e.ID)
	if err != nil {
		ctrl.LoggerFrom(ctx).Error(err, "Dropping an inventory entry that cannot be read")
		return nil
	}
	if e.UID == "" || !prunable(kind.GroupKind()) {
		return nil
	}
	object := &metav1.PartialObjectMetadata{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name}}
	object.SetGroupVersionKind(kind)
	uid := types.UID(e.UID)
	err = r.client.Delete(ctx, object, client.Preconditions{UID: &uid},
		client.PropagationPolicy(metav1.DeletePropagationBackground))
	if err == nil || apierrors.IsNotFound(err) || apierrors.IsConflict(err) {
		return nil
	}
	return fmt.Errorf("delete %s %s, which is no longer needed: %w", kind.Kind, name, err)
}

// prunable says whether the controller may delete objects of a kind.
func prunable(kind schema.GroupKind) bool {
	return slices.ContainsFunc(ownedKinds, func(owned schema.GroupVersionKind) bool { return owned.GroupKind() == kind })
}
