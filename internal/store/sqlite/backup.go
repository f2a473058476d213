package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"chuan.dev/chuan/internal/store"
)

// Backup writes a consistent copy of the file while it is in use; nobody waits for it. When it returns, the copy is on the
// disk and was opened and compared. A path at which there is something already is refused. What was begun and not
// finished has another name.
func (s *Store) Backup(ctx context.Context, path string) error {
	if err := s.backup(ctx, path); err != nil {
		return fmt.Errorf("back up the records of agency %s to %s: %w", s.agency, path, classified(err))
	}
	return nil
}

func (s *Store) backup(ctx context.Context, path string) error {
	if _, err := os.Lstat(path); !errors.Is(err, os.ErrNotExist) {
		return errors.Join(os.ErrExist, err)
	}
	// The name tells what it is, and the permissions are those of nobody else.
	partial, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.partial")
	if err != nil {
		return err
	}
	name := partial.Name()
	if err := s.copyTo(ctx, partial); err != nil {
		return errors.Join(err, os.Remove(name))
	}
	// A link, unlike a renaming, never takes the place of something that came there meanwhile.
	err = os.Link(name, path)
	return errors.Join(err, os.Remove(name), syncDir(filepath.Dir(path)))
}

// copyTo fills an empty file, brings it to the disk and closes it.
func (s *Store) copyTo(ctx context.Context, f *os.File) error {
	err := vacuumInto(ctx, s.read, f.Name())
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	return s.compare(ctx, f.Name())
}

// vacuumInto copies a file, as one moment sees it, through a connection for reading. It has to be allowed to write for that,
// which it still cannot in the file itself.
func vacuumInto(ctx context.Context, db *sql.DB, path string) (err error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	if _, err := conn.ExecContext(ctx, `PRAGMA query_only = 0`); err != nil {
		return err
	}
	_, err = conn.ExecContext(ctx, `VACUUM INTO ?`, path)
	_, back := conn.ExecContext(context.WithoutCancel(ctx), `PRAGMA query_only = 1`)
	return errors.Join(err, back)
}

// compare opens a copy and looks whether it can be what the file was a moment ago.
func (s *Store) compare(ctx context.Context, path string) error {
	c, err := OpenReadOnly(ctx, path)
	if err != nil {
		return err
	}
	var found string
	err = c.read.QueryRowContext(ctx, `PRAGMA quick_check(1)`).Scan(&found)
	if err == nil && (found != "ok" || c.agency != s.agency) {
		err = fmt.Errorf("%w: the copy, of agency %s: %s", store.ErrDamaged, c.agency, found)
	}
	return errors.Join(err, c.Close())
}

func syncDir(path string) error {
	dir, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

// OpenReadOnly opens a file, as a backup or an export, for reading only: whatever changes it fails with
// store.ErrReadOnly. Nothing is written beside it either, so that it may be on a medium that is not writable. A file of
// an older version of the program is read through a copy that is brought up to this one and goes when it is closed.
func OpenReadOnly(ctx context.Context, path string) (*Store, error) {
	s, err := openReadOnly(ctx, path)
	if err != nil {
		return nil, fmt.Errorf("records in %s: %w", path, classified(err))
	}
	return s, nil
}

func openReadOnly(ctx context.Context, path string) (*Store, error) {
	if _, err := os.Stat(path); err != nil {
		return nil, err
	}
	db, err := openForReading(path)
	if err != nil {
		return nil, err
	}
	s := &Store{read: db}
	version, known, err := versions(ctx, db)
	switch {
	case err != nil:
	case version == 0:
		err = errors.New("these are no records of an agency")
	case version > known:
		err = newer(version, known)
	case version < known:
		return upgraded(ctx, path, db)
	default:
		err = s.identify(ctx, db)
	}
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return s, nil
}

// openForReading opens a file. One without a log beside it is not changed by anybody, and is read as it is.
func openForReading(path string) (*sql.DB, error) {
	pragmas := []string{"query_only(1)", "cache_size(-2048)"}
	name := dsn(path, "ro", pragmas...)
	if log, err := os.Stat(path + "-wal"); err != nil || log.Size() == 0 {
		name += "&immutable=1"
	}
	return sql.Open("sqlite", name)
}

// upgraded opens a copy of a file of an older version.
func upgraded(ctx context.Context, path string, db *sql.DB) (*Store, error) {
	dir, err := os.MkdirTemp("", "chuan-records-")
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	fail := func(err error) (*Store, error) { return nil, errors.Join(err, os.RemoveAll(dir)) }
	copied := filepath.Join(dir, filepath.Base(path))
	if err := errors.Join(vacuumInto(ctx, db, copied), db.Close()); err != nil {
		return fail(err)
	}
	write, err := sql.Open("sqlite", dsn(copied, "rw"))
	if err != nil {
		return fail(err)
	}
	if err := errors.Join(migrate(ctx, write), write.Close()); err != nil {
		return fail(err)
	}
	s, err := openReadOnly(ctx, copied)
	if err != nil {
		return fail(err)
	}
	s.discard = func() error { return os.RemoveAll(dir) }
	return s, nil
}
