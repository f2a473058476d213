package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"chuan.dev/chuan/internal/store"
)

// contradictions find what the tables of an agency contradict each other in. Each returns a number that is 0 when all is
// well. They read every row and the indices by which rows are found; PostgreSQL verifies the checksums of the pages that it
// reads, where they are switched on, and fails on one that is damaged.
var contradictions = []struct{ what, statement string }{
	{"dossiers whose version is not that of their last event", `SELECT count(*) FROM dossier d WHERE d.agency = $1
		AND (d.version, d.hash) IS DISTINCT FROM (SELECT (e.seq, e.hash) FROM event e
			WHERE e.agency = $1 AND e.dossier = d.id ORDER BY e.seq DESC LIMIT 1)`},
	{"numbers of events that are missing", `SELECT a.events - count(e.id) FROM agency a
		LEFT JOIN event e ON e.agency = a.code AND e.id BETWEEN 1 AND a.events WHERE a.code = $1 GROUP BY a.events`},
	{"numbers of dossiers that are missing", `SELECT a.dossiers - count(d.id) FROM agency a
		LEFT JOIN dossier d ON d.agency = a.code AND d.id BETWEEN 1 AND a.dossiers WHERE a.code = $1 GROUP BY a.dossiers`},
	{"events without a dossier", `SELECT count(*) FROM event e WHERE e.agency = $1
		AND NOT EXISTS (SELECT FROM dossier d WHERE d.agency = $1 AND d.id = e.dossier)`},
	{"dossiers that are not found by their code", `SELECT count(*) FROM dossier d WHERE d.agency = $1
		AND NOT EXISTS (SELECT FROM dossier o WHERE o.agency = $1 AND o.code = d.code AND o.id = d.id)`},
	{"dossiers whose revision is missing", `SELECT count(*) FROM dossier d WHERE d.agency = $1 AND d.digest IS NOT NULL
		AND NOT EXISTS (SELECT FROM revision r WHERE r.agency = $1 AND r.digest = d.digest AND octet_length(r.text) > 0)`},
	{"open steps without a dossier", `SELECT count(*) FROM work_item w WHERE w.agency = $1
		AND NOT EXISTS (SELECT FROM dossier d WHERE d.agency = $1 AND d.id = w.dossier)`},
	{"search keys or citations without a dossier", `SELECT count(*) FROM (
			SELECT dossier FROM search_key WHERE agency = $1 UNION ALL SELECT dossier FROM citation WHERE agency = $1) x
		WHERE NOT EXISTS (SELECT FROM dossier d WHERE d.agency = $1 AND d.id = x.dossier AND NOT d.disposed)`},
	{"messages that are missing", `SELECT coalesce(sum(last - there), 0)::bigint FROM (
			SELECT max(number) AS last, count(*) AS there FROM message WHERE agency = $1 GROUP BY receiver) x`},
}

// Check implements store.Store.
func (s *Store) Check(ctx context.Context) error {
	err := s.view(ctx, func(tx pgx.Tx) error {
		for _, c := range contradictions {
			var n int64
			if err := tx.QueryRow(ctx, c.statement, s.code).Scan(&n); err != nil {
				return err
			}
			if n != 0 {
				return fmt.Errorf("%w: %d %s", store.ErrDamaged, n, c.what)
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("check the records of agency %s: %w", s.code, classified(err))
	}
	return nil
}
