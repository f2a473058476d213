package qualityprocedure

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/controllers/internal/errclass"
	"chuan.dev/chuan/controllers/internal/revision"
	"chuan.dev/chuan/internal/procedure"
)

// kept is the number of accepted revisions that stay in the cluster. One in force or to come stays longer.
const kept = 10

// settleTime is how long a record that was just made may take to appear in the cache.
const settleTime = 30 * time.Second

// collectionDelay is how soon it is looked again whether what is in the way of a record has gone.
const collectionDelay = 10 * time.Second

// record is what a pass needs of an accepted revision.
type record struct {
	name string
	uid  types.UID
	// owner is the procedure of which it is a record; empty when it was orphaned.
	owner     types.UID
	revision  procedure.Revision
	digest    string
	candidate procedure.Candidate
	// basis are the names of the legal documents on which the revision rests.
	basis []string
}

// memory keeps what was read of accepted revisions, whose texts are long and never change.
type memory struct {
	mu      sync.Mutex
	records map[types.NamespacedName]map[types.UID]*record
	// made are the records made last, as long as the cache does not show them.
	made map[types.NamespacedName]madeRecord
}

// madeRecord is a record with the time at which it was made.
type madeRecord struct {
	*record
	at time.Time
}

func newMemory() *memory {
	return &memory{
		records: map[types.NamespacedName]map[types.UID]*record{},
		made:    map[types.NamespacedName]madeRecord{},
	}
}

// of returns the records of a procedure, oldest first, reading those that are new and forgetting those that are gone. Stored
// are those that the cache shows at a time.
func (m *memory) of(key types.NamespacedName, stored []appsv1.ControllerRevision, at time.Time) ([]*record, error) {
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
	if made, found := m.made[key]; found {
		if now[made.uid] != nil || at.Sub(made.at) > settleTime {
			delete(m.made, key)
		} else {
			records = append(records, made.record)
		}
	}
	slices.SortFunc(records, func(a, b *record) int { return cmp.Compare(a.revision.Revision, b.revision.Revision) })
	return records, nil
}

func (m *memory) forget(key types.NamespacedName) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.records, key)
	delete(m.made, key)
}

// add takes note of a record that was just made, since the cache is behind for a moment.
func (m *memory) add(key types.NamespacedName, r *record, at time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.made[key] = madeRecord{record: r, at: at}
}

// rests says whether any record of a procedure rests on a legal document.
func (m *memory) rests(key types.NamespacedName, document string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, r := range m.records[key] {
		if slices.Contains(r.basis, document) {
			return true
		}
	}
	return false
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
	r := &record{
		name: stored.Name, uid: stored.UID, revision: number,
		digest:    procedure.Digest(&text.Spec),
		candidate: procedure.Candidate{Name: name, Labels: text.Labels, AppliesTo: text.Spec.AppliesTo},
	}
	if owner := metav1.GetControllerOfNoCopy(stored); owner != nil {
		r.owner = owner.UID
	}
	for _, basis := range text.Spec.LegalBasis {
		r.basis = append(r.basis, basis.Ref)
	}
	return r, nil
}

// readRecords finds the accepted revisions of the procedure.
func (r *Reconciler) readRecords(ctx context.Context, s *scope) error {
	var stored appsv1.ControllerRevisionList
	err := r.client.List(ctx, &stored, client.InNamespace(s.key.Namespace),
		client.MatchingLabels(revision.Labels(s.key.Name)), client.UnsafeDisableDeepCopy)
	if err != nil {
		return fmt.Errorf("list the accepted revisions of procedure %s: %w", s.key, err)
	}
	records, err := r.records.of(s.key, stored.Items, s.now)
	if err != nil {
		return errclass.NewTerminal(v1alpha1.ReasonInvalidSpec, err)
	}
	for _, old := range records {
		if old.owner != "" && old.owner != s.before.UID {
			return errclass.NewWaiting(v1alpha1.ReasonProgressing, collectionDelay,
				errors.New("waiting until the records of a deleted procedure of the same name are removed"))
		}
	}
	s.records, s.read = records, true
	s.turns()
	return nil
}

// record records the present text when it is sound and not recorded yet.
func (r *Reconciler) record(ctx context.Context, s *scope) error {
	if !s.sound {
		return nil
	}
	if s.recorded(s.before.Spec.Issue.Revision) {
		return nil
	}
	added, err := r.create(ctx, s)
	if err != nil {
		return err
	}
	s.records = append(s.records, added)
	return nil
}

// create makes the record of the present text.
func (r *Reconciler) create(ctx context.Context, s *scope) (*record, error) {
	number := s.before.Spec.Issue.Revision
	stored, err := revision.New(s.before)
	if err != nil {
		return nil, err
	}
	err = r.client.Create(ctx, stored, client.FieldOwner(FieldOwner))
	switch {
	case apierrors.IsAlreadyExists(err):
		return nil, errclass.NewWaiting(v1alpha1.ReasonProgressing, collectionDelay, fmt.Errorf(
			"revision %d cannot be recorded as long as there is another ControllerRevision %s: should it not go by itself, delete it",
			number, stored.Name))
	case apierrors.IsInvalid(err), apierrors.IsRequestEntityTooLargeError(err):
		return nil, errclass.NewTerminal(v1alpha1.ReasonInvalidSpec, fmt.Errorf("revision %d cannot be recorded: %w", number, err))
	case err != nil:
		return nil, fmt.Errorf("record revision %d of procedure %s: %w", number, s.key, err)
	}
	added, err := newRecord(s.key.Name, stored)
	if err != nil {
		return nil, err
	}
	r.records.add(s.key, added, s.now)
	return added, nil
}

// trim removes the oldest accepted revisions, but none that is in force or to come.
func (r *Reconciler) trim(ctx context.Context, s *scope) error {
	if !s.read {
		return nil
	}
	needed := func(r *record) bool {
		return s.current != nil && *s.current == r.revision || slices.Contains(s.coming, r.revision)
	}
	for _, old := range s.records[:max(0, len(s.records)-kept)] {
		if needed(old) {
			continue
		}
		stored := &appsv1.ControllerRevision{}
		stored.Namespace, stored.Name = s.key.Namespace, old.name
		err := r.client.Delete(ctx, stored, client.Preconditions{UID: &old.uid})
		if err != nil && !apierrors.IsNotFound(err) {
			return fmt.Errorf("remove the old revision %d of procedure %s: %w", old.revision.Revision, s.key, err)
		}
	}
	return nil
}
