package qualityprocedure

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"

	appsv1 "k8s.io/api/apps/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/controllers/internal/errclass"
	"chuan.dev/chuan/controllers/internal/revision"
	"chuan.dev/chuan/internal/procedure"
)

// kept is the number of accepted revisions that stay in the cluster. One in force or to come stays longer.
const kept = 10

// record is what a pass needs of an accepted revision.
type record struct {
	name      string
	uid       types.UID
	revision  procedure.Revision
	digest    string
	candidate procedure.Candidate
}

// memory keeps what was read of accepted revisions, whose texts are long and never change.
type memory struct {
	mu      sync.Mutex
	records map[types.NamespacedName]map[types.UID]*record
}

func newMemory() *memory {
	return &memory{records: map[types.NamespacedName]map[types.UID]*record{}}
}

// of returns the records of a procedure, oldest first, reading those that are new and forgetting those that are gone.
func (m *memory) of(key types.NamespacedName, stored []appsv1.ControllerRevision) ([]*record, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	before, now := m.records[key], map[types.UID]*record{}
	records := make([]*record, 0, len(stored))
	for i := range stored {
		r := before[stored[i].UID]
		if r == nil {
			var err error
			if r, err = newRecord(key.Name, &stored[i]); err != nil {
				return nil, err
			}
		}
		now[r.uid] = r
		records = append(records, r)
	}
	m.records[key] = now
	slices.SortFunc(records, func(a, b *record) int { return cmp.Compare(a.revision.Revision, b.revision.Revision) })
	return records, nil
}

func (m *memory) forget(key types.NamespacedName) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.records, key)
}

func newRecord(name string, stored *appsv1.ControllerRevision) (*record, error) {
	number, err := revision.Of(stored)
	if err != nil {
		return nil, err
	}
	text, err := revision.Read(stored)
	if err != nil {
		return nil, err
	}
	return &record{
		name: stored.Name, uid: stored.UID, revision: number,
		digest:    procedure.Digest(&text.Spec),
		candidate: procedure.Candidate{Name: name, Labels: text.Labels, AppliesTo: text.Spec.AppliesTo},
	}, nil
}

// readRecords finds the accepted revisions of the procedure.
func (r *Reconciler) readRecords(ctx context.Context, s *scope) error {
	var stored appsv1.ControllerRevisionList
	err := r.client.List(ctx, &stored, client.InNamespace(s.key.Namespace),
		client.MatchingLabels(revision.Labels(s.key.Name)), client.UnsafeDisableDeepCopy)
	if err != nil {
		return fmt.Errorf("list the accepted revisions of procedure %s: %w", s.key, err)
	}
	s.records, err = r.records.of(s.key, stored.Items)
	if err != nil {
		return errclass.NewTerminal(v1alpha1.ReasonInvalidSpec, err)
	}
	s.read = true
	return nil
}

// record records the present text when it is sound and not recorded yet.
func (r *Reconciler) record(ctx context.Context, s *scope) error {
	if !s.sound {
		return nil
	}
	number := s.before.Spec.Issue.Revision
	if !slices.ContainsFunc(s.records, func(r *record) bool { return r.revision.Revision == number }) {
		stored, err := revision.New(s.before)
		if err != nil {
			return err
		}
		err = r.client.Create(ctx, stored, client.FieldOwner(FieldOwner))
		switch {
		case apierrors.IsAlreadyExists(err):
			// Made by an earlier pass that the cache does not show yet, or left by a deleted procedure that had the
			// same name and is being collected.
			return errclass.NewWaiting(v1alpha1.ReasonProgressing, errclass.ConflictDelay,
				fmt.Errorf("waiting for the record of revision %d", number))
		case err != nil:
			return fmt.Errorf("record revision %d of procedure %s: %w", number, s.key, err)
		}
		added, err := newRecord(s.key.Name, stored)
		if err != nil {
			return err
		}
		s.records = append(s.records, added)
	}
	s.set.True(v1alpha1.ConditionValid, v1alpha1.ReasonAccepted, fmt.Sprintf("revision %d passes every rule and is recorded", number))
	return nil
}

// trim removes the oldest accepted revisions, but none that is in force or to come.
func (r *Reconciler) trim(ctx context.Context, s *scope) error {
	if !s.read {
		return nil
	}
	needed := func(r *record) bool {
		return s.current != nil && *s.current == r.revision || slices.Contains(s.coming, r.revision)
	}
	for i, old := range s.records[:max(0, len(s.records)-kept)] {
		if needed(old) {
			continue
		}
		stored := &appsv1.ControllerRevision{}
		stored.Namespace, stored.Name = s.key.Namespace, old.name
		err := r.client.Delete(ctx, stored, client.Preconditions{UID: &old.uid})
		if err != nil && !apierrors.IsNotFound(err) {
			return fmt.Errorf("remove the old revision %d of procedure %s: %w", s.records[i].revision.Revision, s.key, err)
		}
	}
	return nil
}
