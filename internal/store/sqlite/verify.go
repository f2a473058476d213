package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"iter"

	"chuan.dev/chuan/internal/store"
)

// Verify implements store.Store. It reads the whole file, as one commit left it.
func (s *Store) Verify(ctx context.Context) (store.Evidence, error) {
	evidence, err := s.verify(ctx)
	if err != nil {
		return store.Evidence{}, fmt.Errorf("verify the records: %w", classified(err))
	}
	return evidence, nil
}

func (s *Store) verify(ctx context.Context) (store.Evidence, error) {
	tx, err := s.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return store.Evidence{}, err
	}
	defer func() { _ = tx.Rollback() }()
	v := &store.Verification{}
	if err := verifyChains(ctx, tx, v); err != nil {
		return store.Evidence{}, err
	}
	var count, last int64
	if err := tx.QueryRowContext(ctx, `SELECT count(*), ifnull(max(id), 0) FROM event`).Scan(&count, &last); err != nil {
		return store.Evidence{}, err
	}
	v.Numbered(count, last)
	days, err := roots(ctx, tx, "")
	if err != nil {
		return store.Evidence{}, err
	}
	broken, err := store.VerifyRoots(days, func(from, to int64) iter.Seq2[store.Hash, error] {
		return leaves(ctx, tx, from, to)
	})
	if err != nil {
		return store.Evidence{}, err
	}
	v.Breaks(broken)
	return v.Evidence(), nil
}

// verifyChains goes through every dossier, also those of which no event is left.
func verifyChains(ctx context.Context, tx *sql.Tx, v *store.Verification) error {
	rows, err := tx.QueryContext(ctx, `SELECT d.id, d.code, d.version, d.hash, e.dossier IS NOT NULL,
			ifnull(e.seq, 0), ifnull(e.at, 0), ifnull(e.type, ''), ifnull(e.officer, ''), ifnull(e.role, ''),
			ifnull(e.action, ''), ifnull(e.origin, ''), ifnull(e.target, ''), e.data, e.prev, e.hash
		FROM dossier d LEFT JOIN event e ON e.dossier = d.id ORDER BY d.id, e.seq`)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	var event eventRow
	var before int64
	for rows.Next() {
		var id, version int64
		var code string
		var hash []byte
		var present bool
		if err := rows.Scan(append([]any{&id, &code, &version, &hash, &present}, event.columns()...)...); err != nil {
			return err
		}
		if id != before {
			var head store.Hash
			copy(head[:], hash)
			v.Dossier(code, version, head)
			before = id
		}
		if present {
			v.Event(event.read())
		}
	}
	return rows.Err()
}

// Check implements store.Store. It goes through the file table by table, in connections for reading, so that the writer
// never waits and its log can be brought into the file in between.
func (s *Store) Check(ctx context.Context) error {
	if err := s.check(ctx); err != nil {
		return fmt.Errorf("check the file: %w", classified(err))
	}
	return nil
}

func (s *Store) check(ctx context.Context) error {
	tables, err := texts(ctx, s.read, `SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name`)
	if err != nil {
		return err
	}
	for _, table := range append(tables, "sqlite_schema") {
		// A name of a table in the argument bounds the check to it and its indexes. The names are ours.
		found, err := texts(ctx, s.read, `PRAGMA integrity_check("`+table+`")`)
		if err != nil {
			return err
		}
		if len(found) != 1 || found[0] != "ok" {
			return fmt.Errorf("%w: table %s: %s", store.ErrDamaged, table, first(found))
		}
	}
	return nil
}

// first is the first finding; the others mostly follow from it.
func first(found []string) string {
	if len(found) == 0 {
		return "the check found nothing, not even that it is in order"
	}
	return found[0]
}

// texts are the rows of a query for one text.
func texts(ctx context.Context, db querier, query string) ([]string, error) {
	rows, err := db.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var found []string
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return nil, err
		}
		found = append(found, text)
	}
	return found, rows.Err()
}
