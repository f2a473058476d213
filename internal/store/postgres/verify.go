package postgres

import (
	"context"
	"fmt"
	"iter"

	"github.com/jackc/pgx/v5"

	"chuan.dev/chuan/internal/store"
)

// Verify implements store.Store. It reads everything once, as one moment saw it, and the events of days that have a root once
// more: those are final.
func (s *Store) Verify(ctx context.Context) (store.Evidence, error) {
	var v store.Verification
	err := s.view(ctx, func(tx pgx.Tx) error {
		err := s.pages(ctx, tx, store.Query{Order: byNumber}, func(page []*walked) error {
			for _, w := range page {
				v.Dossier(w.Code, w.version, w.hash)
				for _, e := range w.Events {
					v.Event(e)
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		// An agency has numbered its events without gaps.
		var count, last int64
		err = tx.QueryRow(ctx, `SELECT (SELECT count(*) FROM event WHERE agency = $1), events FROM agency WHERE code = $1`, s.code).
			Scan(&count, &last)
		v.Numbered(count, last)
		return err
	})
	if err == nil {
		err = s.verifyRoots(ctx, &v)
	}
	if err != nil {
		return store.Evidence{}, fmt.Errorf("verify the records: %w", classified(err))
	}
	return v.Evidence(), nil
}

func (s *Store) verifyRoots(ctx context.Context, v *store.Verification) error {
	roots, err := s.Roots(ctx, "")
	if err != nil {
		return err
	}
	broken, err := store.VerifyRoots(roots, func(from, to int64) iter.Seq2[store.Hash, error] { return s.Leaves(ctx, from, to) })
	v.Breaks(broken)
	return err
}
