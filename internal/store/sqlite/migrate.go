package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
)

//go:embed migrations
var migrations embed.FS

// migrate brings the tables of a file up to those of this program. The steps are the files of migrations in the order of
// their names; the file's user_version counts those it has. Each is taken in a transaction of its own. A file of a
// newer program is refused.
func migrate(ctx context.Context, db *sql.DB) error {
	// The names begin with numbers, and ReadDir sorts.
	steps, err := fs.ReadDir(migrations, "migrations")
	if err != nil {
		return err
	}
	var version int
	if err := db.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return err
	}
	if version > len(steps) {
		return fmt.Errorf("the file has version %d, this program knows %d: use the newer program that wrote it",
			version, len(steps))
	}
	for i := version; i < len(steps); i++ {
		if err := step(ctx, db, steps[i].Name(), i+1); err != nil {
			return fmt.Errorf("migration %s: %w", steps[i].Name(), err)
		}
	}
	return nil
}

// step takes one migration, after which the file has a version.
func step(ctx context.Context, db *sql.DB, name string, version int) error {
	text, err := migrations.ReadFile("migrations/" + name)
	if err != nil {
		return err
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, string(text)); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	// A pragma takes no parameters.
	if _, err := tx.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version = %d", version)); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}
