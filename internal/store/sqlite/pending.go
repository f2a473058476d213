package sqlite

import (
	"context"
	"errors"
	"iter"
	"time"

	"chuan.dev/chuan/internal/store"
)

func none[T any]() iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var zero T
		yield(zero, errors.ErrUnsupported)
	}
}

// Answered implements store.Store.
func (s *Store) Answered(context.Context, store.Once) (store.Written, error) {
	return store.Written{}, store.ErrNotFound
}

// Find implements store.Store.
func (s *Store) Find(context.Context, store.Query) (store.Page[store.Entry], error) {
	return store.Page[store.Entry]{}, errors.ErrUnsupported
}

// Walk implements store.Store.
func (s *Store) Walk(context.Context, store.Query) iter.Seq2[store.Dossier, error] {
	return none[store.Dossier]()
}

// Cites implements store.Store.
func (s *Store) Cites(context.Context, store.Hash) (bool, error) { return false, errors.ErrUnsupported }

// Outbox implements store.Store.
func (s *Store) Outbox(context.Context, time.Time, int) ([]store.Message, error) { return nil, nil }

// Sent implements store.Store.
func (s *Store) Sent(context.Context, store.Delivery) error { return errors.ErrUnsupported }

// Tail implements store.Store.
func (s *Store) Tail(context.Context) (int64, error) { return 0, errors.ErrUnsupported }

// Leaves implements store.Store.
func (s *Store) Leaves(context.Context, int64, int64) iter.Seq2[store.Hash, error] {
	return none[store.Hash]()
}

// Roots implements store.Store.
func (s *Store) Roots(context.Context, string) ([]store.DayRoot, error) {
	return nil, errors.ErrUnsupported
}

// PutRoot implements store.Store.
func (s *Store) PutRoot(context.Context, store.DayRoot) error { return errors.ErrUnsupported }

// Check implements store.Store.
func (s *Store) Check(context.Context) error { return errors.ErrUnsupported }

// Records implements store.Store.
func (s *Store) Records(context.Context) iter.Seq2[store.Record, error] { return none[store.Record]() }

// Restore implements store.Store.
func (s *Store) Restore(context.Context, iter.Seq2[store.Record, error]) error {
	return errors.ErrUnsupported
}
