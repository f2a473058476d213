package postgres

import (
	"context"
	"embed"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
)

//go:embed migrations
var migrations embed.FS

// step is a migration. Replicas of two versions of the program work with one database while the newer one is rolled out, so
// what a step adds must not disturb the program before it (expand), and what is no longer used is taken away only by a
// release after the one that stopped using it (contract).
type step struct {
	// file of the step in migrations.
	file string
	// oldest is the version of the tables that a program must know at least to work with them after the step.
	oldest int
}

// steps are the migrations in their order. The version of the tables is the number of steps that were taken.
var steps = []step{
	{"00001_records.sql", 1},
}

// migrationLock is the advisory lock that one replica holds while it migrates: "chuan" in ASCII.
const migrationLock = 0x636875616e

// migrate brings the tables up to those of this program. Each step is taken in a transaction of its own, by one replica
// while the others wait. Tables of a newer program are accepted when they say that this one may still work with them.
func migrate(ctx context.Context, conn *pgx.Conn, steps []step) error {
	for {
		done, err := migrateOnce(ctx, conn, steps)
		if err != nil || done {
			return err
		}
	}
}

// migrateOnce takes the next step; done says that there is none.
func migrateOnce(ctx context.Context, conn *pgx.Conn, steps []step) (done bool, err error) {
	tx, err := conn.BeginTx(ctx, pgx.TxOptions{IsoLevel: pgx.ReadCommitted, AccessMode: pgx.ReadWrite})
	if err != nil {
		return false, err
	}
	defer func() {
		if rollback := tx.Rollback(ctx); rollback != nil && !errors.Is(rollback, pgx.ErrTxClosed) {
			err = errors.Join(err, rollback)
		}
	}()
	if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock($1)`, int64(migrationLock)); err != nil {
		return false, err
	}
	version, oldest, err := schemaVersion(ctx, tx)
	if err != nil {
		return false, err
	}
	switch {
	case version > len(steps) && oldest > len(steps):
		return false, fmt.Errorf("the tables have version %d and need a program that knows version %d, this one knows %d: "+
			"use the newer program", version, oldest, len(steps))
	case version >= len(steps):
		return true, nil
	}
	next := steps[version]
	if err := take(ctx, tx, next, version+1); err != nil {
		return false, fmt.Errorf("migration %s: %w", next.file, err)
	}
	return false, tx.Commit(ctx)
}

// schemaVersion returns the version of the tables, 0 for an empty database, and the oldest one that a program may know.
func schemaVersion(ctx context.Context, tx pgx.Tx) (version, oldest int, err error) {
	_, err = tx.Exec(ctx, `CREATE TABLE IF NOT EXISTS schema_version (
		one boolean PRIMARY KEY DEFAULT true CHECK (one), version integer NOT NULL, oldest integer NOT NULL)`)
	if err != nil {
		return 0, 0, err
	}
	err = tx.QueryRow(ctx, `SELECT version, oldest FROM schema_version`).Scan(&version, &oldest)
	if errors.Is(err, pgx.ErrNoRows) {
		err = nil
	}
	return version, oldest, err
}

func take(ctx context.Context, tx pgx.Tx, s step, version int) error {
	text, err := migrations.ReadFile("migrations/" + s.file)
	if err != nil {
		return err
	}
	// A table that somebody reads for long must not make everybody wait behind the migration.
	if _, err := tx.Exec(ctx, `SET LOCAL lock_timeout = '10s'`); err != nil {
		return err
	}
	// Without parameters a text may hold several statements.
	if _, err := tx.Exec(ctx, string(text), pgx.QueryExecModeSimpleProtocol); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO schema_version (version, oldest) VALUES ($1, $2)
		ON CONFLICT (one) DO UPDATE SET version = excluded.version, oldest = excluded.oldest`, version, s.oldest)
	return err
}
