// Package errclass sorts the errors of a reconciliation into four classes, by what helps against them, and folds all that
// one pass collected into what the work queue and the status need to know.
//
//   - Terminal: no retry helps; a person has to change something. The object is Stalled.
//   - Waiting: something is missing that comes by itself. Not an error; the pass is repeated when it comes, or after a time.
//   - Conflict: the object was changed meanwhile. Silent; the pass is repeated at once.
//   - Transient: everything else. The pass is repeated with growing delay.
package errclass

import (
	"errors"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
)

// Class says what helps against an error.
type Class int

// The classes, from the one that can wait longest for a person's attention to the one that cannot.
const (
	Conflict Class = iota
	Waiting
	Transient
	Terminal
)

// classified is an error with its class, and what the status says of it.
type classified struct {
	class  Class
	reason string
	after  time.Duration
	err    error
}

func (e *classified) Error() string { return e.err.Error() }

func (e *classified) Unwrap() error { return e.err }

// NewTerminal marks an error that no retry can help. The reason is that of the Stalled condition; the error's text is its
// message and says what to change.
func NewTerminal(reason string, err error) error {
	return &classified{class: Terminal, reason: reason, err: err}
}

// NewWaiting marks a state that will pass by itself. The pass is repeated after the given time, or, when that is zero, when
// a watch brings news.
func NewWaiting(reason string, after time.Duration, err error) error {
	return &classified{class: Waiting, reason: reason, after: after, err: err}
}

// NewConflict marks an error as a conflict: another writer was faster.
func NewConflict(err error) error {
	return &classified{class: Conflict, err: err}
}

// Of returns the class of an error. Conflicts of the API server are recognised; what is not marked is Transient.
func Of(err error) Class {
	marked, ok := errors.AsType[*classified](err)
	switch {
	case ok:
		return marked.class
	case apierrors.IsConflict(err):
		return Conflict
	default:
		return Transient
	}
}

func reasonOf(err error) string {
	if marked, ok := errors.AsType[*classified](err); ok {
		return marked.reason
	}
	return ""
}

func delayOf(err error) time.Duration {
	if marked, ok := errors.AsType[*classified](err); ok {
		return marked.after
	}
	return 0
}
