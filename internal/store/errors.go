package store

import (
	"errors"
	"fmt"
)

// The errors that every driver gives. They may be wrapped.
var (
	// ErrNotFound: there is no such dossier or revision.
	ErrNotFound = errors.New("not found")
	// ErrConflict: the dossier has moved on since it was read. Nothing was written.
	ErrConflict = errors.New("the dossier has changed meanwhile")
	// ErrRepeated: it was written before, under the same key or number. Written says as what.
	ErrRepeated = errors.New("it was written before")
	// ErrReused: the key of the request was used before for another request. Nothing was written.
	ErrReused = errors.New("the key was used before for something else")
	// ErrGap: the message is not the next one of its sender. Nothing was written.
	ErrGap = errors.New("a message before this one is missing")
	// ErrBusy: too much is waiting to be written. Nothing was written; trying again shortly is worth while.
	ErrBusy = errors.New("too many changes are waiting to be written")
	// ErrFull: there is no space left. Nothing was written, and nothing that was acknowledged is lost.
	ErrFull = errors.New("no space left for the records")
	// ErrUnwritable: the records cannot be written for another reason, which wraps it. Nothing was acknowledged.
	ErrUnwritable = errors.New("the records cannot be written")
	// ErrDamaged: what is kept is not sound. It has to be restored from a backup, and is not written to any more; as
	// nothing can be recorded, it is an ErrUnwritable too.
	ErrDamaged = fmt.Errorf("%w: they are damaged, restore them from a backup", ErrUnwritable)
	// ErrReadOnly: the records were opened for reading only. It is an ErrUnwritable too.
	ErrReadOnly = fmt.Errorf("%w: they were opened for reading only", ErrUnwritable)
	// ErrCursor: the place from which to go on is none that a page of the same order has ended with.
	ErrCursor = errors.New("the cursor is not one of this list")
	// ErrClosed: the store has been closed.
	ErrClosed = errors.New("the store is closed")
)
