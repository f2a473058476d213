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
	version, known, err := versions(ctx, db)
	if err != nil {
		return err
	}
	if version > known {
		return newer(version, known)
	}
	steps, err := steps()
	if err != nil {
		return err
	}
	for i := version; i < known; i++ {
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

// steps are the migrations. The names begin with numbers, and ReadDir sorts.
func steps() ([]fs.DirEntry, error) { return fs.ReadDir(migrations, "migrations") }

// versions are that of a file and that of this program.
func versions(ctx context.Context, db querier) (version, known int, err error) {
	steps, err := steps()
	if err != nil {
		return 0, 0, err
	}
	err = db.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version)
	return version, len(steps), err
}

func newer(version, known int) error {
	return fmt.Errorf("the file has version %d, this program knows %d: use the newer program that wrote it", version, known)
}
