package postgres

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strconv"

	"github.com/jackc/pgx/v5"

	"chuan.dev/chuan/internal/store"
)

// walkPage is how many dossiers are held in memory at once by who goes through them.
const walkPage = 64

// errEnough ends a walk of which nobody wants more.
var errEnough = errors.New("enough")

// view runs something that sees the records as one moment saw them.
func (s *Store) view(ctx context.Context, do func(pgx.Tx) error) error {
	conn, err := s.db.read.Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	tx, err := conn.BeginTx(ctx, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly})
	if err != nil {
		return err
	}
	// Who reads slowly does so on purpose, but not for ever: the server cannot tidy up meanwhile.
	_, err = tx.Exec(ctx, `SELECT set_config('chuan.agency', $1, true),
		set_config('idle_in_transaction_session_timeout', '10min', true)`, s.code)
	if err == nil {
		err = do(tx)
	}
	// The context may have ended, and the connection is not to be lost because of it.
	if rollback := tx.Rollback(context.WithoutCancel(ctx)); rollback != nil && err == nil {
		err = rollback
	}
	return err
}

// sequence makes a sequence of what do yields; the last of it is do's error, when there is one.
func sequence[T any](what string, do func(yield func(T) error) error) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		err := do(func(item T) error {
			if !yield(item, nil) {
				return errEnough
			}
			return nil
		})
		if err != nil && !errors.Is(err, errEnough) {
			var zero T
			yield(zero, fmt.Errorf("%s: %w", what, classified(err)))
		}
	}
}

// walked is a dossier that is gone through.
type walked struct {
	store.Dossier
	id, version int64
	// ids are the numbers of its events.
	ids []int64
	// hash is that of the last event, as the dossier says.
	hash store.Hash
	// place in the order in which it is gone through.
	place store.Cursor
}

// Walk implements store.Store.
func (s *Store) Walk(ctx context.Context, q store.Query) iter.Seq2[store.Dossier, error] {
	return sequence("go through the records", func(yield func(store.Dossier) error) error {
		return s.view(ctx, func(tx pgx.Tx) error {
			return s.pages(ctx, tx, q, func(page []*walked) error {
				for _, w := range page {
					if err := yield(w.Dossier); err != nil {
						return err
					}
				}
				return nil
			})
		})
	})
}

// pages goes through what a query asks for, some dossiers at a time.
func (s *Store) pages(ctx context.Context, tx pgx.Tx, q store.Query, do func([]*walked) error) error {
	var place *store.Cursor
	for {
		where := selected(s.code, q)
		if place != nil {
			where.after(q.Order, *place)
		}
		page, err := s.heads(ctx, tx, where, q.Order)
		if err != nil || len(page) == 0 {
			return err
		}
		place = &page[len(page)-1].place
		if err := s.fill(ctx, tx, page); err != nil {
			return err
		}
		if err := do(page); err != nil {
			return err
		}
		if len(page) < walkPage {
			return nil
		}
	}
}

func (s *Store) heads(ctx context.Context, tx pgx.Tx, where *selection, order store.Order) ([]*walked, error) {
	rows, err := tx.Query(ctx, `SELECT `+headColumns+`, d.key, d.hash FROM dossier d WHERE `+where.String()+
		` ORDER BY `+ordered(order)+` LIMIT `+strconv.Itoa(walkPage), where.arguments...)
	if err != nil {
		return nil, err
	}
	page := make([]*walked, 0, walkPage)
	var r headRow
	var key, hash []byte
	err = each(r.into(&key, &hash), func() {
		page = append(page, &walked{
			Dossier: store.Dossier{Code: r.code, Head: r.get(), Key: key}, id: r.id, version: r.version, hash: hashOf(hash),
			place: r.position(order),
		})
	})(rows)
	return page, err
}

// fill reads the events of dossiers.
func (s *Store) fill(ctx context.Context, tx pgx.Tx, page []*walked) error {
	byID, ids := indexed(page)
	rows, err := tx.Query(ctx, `SELECT `+eventColumns+`, e.id, e.dossier FROM event e
		WHERE e.agency = $1 AND e.dossier = ANY($2) ORDER BY e.dossier, e.seq`, s.code, ids)
	if err != nil {
		return err
	}
	var r eventRow
	var id, dossier int64
	return each(r.into(&id, &dossier), func() {
		w := byID[dossier]
		w.Events = append(w.Events, r.get())
		w.ids = append(w.ids, id)
	})(rows)
}

func indexed(page []*walked) (byID map[int64]*walked, ids []int64) {
	byID = make(map[int64]*walked, len(page))
	for _, w := range page {
		byID[w.id] = w
		ids = append(ids, w.id)
	}
	return byID, ids
}
