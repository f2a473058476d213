package postgres

import (
	"context"
	"fmt"
	"iter"

	"github.com/jackc/pgx/v5"

	"chuan.dev/chuan/internal/store"
)

// leavesPage is how many hashes are read at once.
const leavesPage = 4096

// Tail implements store.Store.
func (s *Store) Tail(ctx context.Context) (int64, error) {
	var tail int64
	if err := s.row(ctx, []any{&tail}, `SELECT events FROM agency WHERE code = $1`); err != nil {
		return 0, fmt.Errorf("read how many events there are: %w", err)
	}
	return tail, nil
}

// Leaves implements store.Store. Events are final, so that its pages fit together without a transaction.
func (s *Store) Leaves(ctx context.Context, from, to int64) iter.Seq2[store.Hash, error] {
	return sequence("read the hashes of events", func(yield func(store.Hash) error) error {
		for next := max(from, 1); next <= to; {
			last := min(next+leavesPage-1, to)
			var hashes []store.Hash
			err := s.ask(ctx, func(b *pgx.Batch) {
				hashes = make([]store.Hash, 0, last-next+1)
				var hash []byte
				b.Queue(`SELECT hash FROM event WHERE agency = $1 AND id BETWEEN $2 AND $3 ORDER BY id`, s.code, next, last).
					Query(each([]any{&hash}, func() { hashes = append(hashes, hashOf(hash)) }))
			})
			if err != nil {
				return err
			}
			for _, h := range hashes {
				if err := yield(h); err != nil {
					return err
				}
			}
			if int64(len(hashes)) < last-next+1 {
				return fmt.Errorf("%w: event %d", store.ErrNotFound, next+int64(len(hashes)))
			}
			next = last + 1
		}
		return nil
	})
}

const rootColumns = `day, first, last, root, prev, key_id, signature`

// rootRow takes rootColumns.
type rootRow struct {
	root            store.DayRoot
	hash, prev, sig []byte
}

func (r *rootRow) into() []any {
	return []any{&r.root.Day, &r.root.From, &r.root.To, &r.hash, &r.prev, &r.root.KeyID, &r.sig}
}

func (r *rootRow) get() store.DayRoot {
	d := r.root
	d.Root, d.Prev, d.Signature = hashOf(r.hash), hashOf(r.prev), r.sig
	return d
}

// Roots implements store.Store.
func (s *Store) Roots(ctx context.Context, after string) ([]store.DayRoot, error) {
	var roots []store.DayRoot
	err := s.ask(ctx, func(b *pgx.Batch) {
		roots = nil
		var r rootRow
		b.Queue(`SELECT `+rootColumns+` FROM day_root WHERE agency = $1 AND day > $2 ORDER BY day`, s.code, after).
			Query(each(r.into(), func() { roots = append(roots, r.get()) }))
	})
	if err != nil {
		return nil, fmt.Errorf("read the roots of days: %w", classified(err))
	}
	return roots, nil
}
