package sqlite

import (
	"database/sql"
	"errors"
	"fmt"
	"os"
	"syscall"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"chuan.dev/chuan/internal/store"
)

// primary is the part of a result code that says which sort of failure it is.
const primary = 0xff

// classified tells the failures apart on which somebody has to act: no space, and a file that cannot be written for another
// reason. The error keeps the driver's words.
func classified(err error) error {
	if err == nil || errors.Is(err, store.ErrFull) || errors.Is(err, store.ErrUnwritable) {
		return err
	}
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return fmt.Errorf("%w: %w", store.ErrFull, err)
	}
	for _, refusal := range []error{syscall.EROFS, syscall.EIO, os.ErrPermission} {
		if errors.Is(err, refusal) {
			return fmt.Errorf("%w: %w", store.ErrUnwritable, err)
		}
	}
	var failure *sqlite.Error
	if !errors.As(err, &failure) {
		return err
	}
	switch failure.Code() & primary {
	case sqlite3.SQLITE_FULL:
		return fmt.Errorf("%w: %w", store.ErrFull, err)
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return fmt.Errorf("%w: %w", store.ErrDamaged, err)
	case sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_NOLFS:
		return fmt.Errorf("%w: %w", store.ErrUnwritable, err)
	default:
		return err
	}
}

// ofTheDisk says whether a failure is that of the file as a whole, so that trying the changes one by one is of no use.
func ofTheDisk(err error) bool {
	return errors.Is(err, store.ErrFull) || errors.Is(err, store.ErrUnwritable)
}

// harmless says whether a change failed before it wrote anything, so that the others of its commit are not affected.
func harmless(err error) bool {
	for _, refusal := range []error{
		store.ErrConflict, store.ErrNotFound, store.ErrRepeated, store.ErrReused, store.ErrGap, errEmpty,
	} {
		if errors.Is(err, refusal) {
			return true
		}
	}
	return false
}

// notFound says that there was no row in the words of package store.
func notFound(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return store.ErrNotFound
	}
	return err
}
