package postgres

import (
	"context"
	"errors"
	"fmt"
	"net"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"chuan.dev/chuan/internal/store"
)

// The codes of PostgreSQL on which something depends.
const (
	diskFull         = "53100"
	lockNotAvailable = "55P03"
	deadlock         = "40P01"
	notSerializable  = "40001"
	notUnique        = "23505"
	readOnly         = "25006"
	corrupted        = "XX001"
	indexCorrupted   = "XX002"
)

// classified tells the failures apart on which somebody has to act. The error keeps the driver's words, which hold no
// values of parameters.
func classified(err error) error {
	if err == nil {
		return nil
	}
	for _, known := range []error{
		store.ErrFull, store.ErrUnwritable, store.ErrBusy, store.ErrNotFound, store.ErrConflict, store.ErrRepeated,
		store.ErrReused, store.ErrGap, store.ErrCursor, store.ErrClosed,
	} {
		if errors.Is(err, known) {
			return err
		}
	}
	if errors.Is(err, pgx.ErrNoRows) {
		return store.ErrNotFound
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	if refused, ok := errors.AsType[*pgconn.PgError](err); ok {
		return classifiedRefusal(refused, err)
	}
	var connect *pgconn.ConnectError
	var network net.Error
	if errors.As(err, &connect) || errors.As(err, &network) {
		return fmt.Errorf("%w: %w", store.ErrUnwritable, err)
	}
	return err
}

func classifiedRefusal(refused *pgconn.PgError, err error) error {
	switch refused.Code {
	case diskFull:
		return fmt.Errorf("%w: %w", store.ErrFull, err)
	case lockNotAvailable:
		return fmt.Errorf("%w: another replica writes: %w", store.ErrBusy, err)
	case corrupted, indexCorrupted:
		return fmt.Errorf("%w: %w", store.ErrDamaged, err)
	case readOnly:
		return fmt.Errorf("%w: %w", store.ErrUnwritable, err)
	}
	switch refused.Code[:2] {
	// The classes of failing connections, rights that are missing, lacking resources, operators' interventions, system
	// and internal errors.
	case "08", "28", "42", "53", "57", "58", "F0", "XX":
		return fmt.Errorf("%w: %w", store.ErrUnwritable, err)
	}
	return err
}

// again says whether a transaction was refused only because of another one.
func again(err error) bool {
	var refused *pgconn.PgError
	return errors.As(err, &refused) && (refused.Code == deadlock || refused.Code == notSerializable)
}

// mistaken says whether a transaction was refused because of what it took for granted: that nobody else had written, or that
// a request was not answered before.
func mistaken(err error) bool {
	var refused *pgconn.PgError
	return errors.As(err, &refused) && (refused.Code == notSerializable || refused.Code == notUnique)
}

// ofTheServer says whether a failure is that of the server as a whole, so that trying the changes one by one is of no use.
func ofTheServer(err error) bool {
	return errors.Is(err, store.ErrFull) || errors.Is(err, store.ErrUnwritable) || errors.Is(err, store.ErrBusy)
}
