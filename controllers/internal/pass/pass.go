// Package pass ends a reconciliation the same way for every kind: it folds the collected errors, summarises them in the
// status, writes the status once if it changed, tells people what changed, and says when to come again.
package pass

import (
	"context"
	"errors"
	"time"

	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"chuan.dev/chuan/controllers/internal/errclass"
	"chuan.dev/chuan/controllers/internal/events"
	"chuan.dev/chuan/controllers/internal/status"
	"chuan.dev/chuan/controllers/internal/trigger"
)

// soonest is the shortest time after which an object is looked at again, for an instant that has just passed.
const soonest = 10 * time.Millisecond

// Pass is one reconciliation of one object that has come to its end.
type Pass[T client.Object] struct {
	// Before is the object as it was read; it is not changed.
	Before T
	// After is the object with its new status. Its trio, observed generation and handled request are set by Finish.
	After T
	// Now is the time of the pass.
	Now time.Time
	// Errors are what the phases collected; nil entries are allowed.
	Errors []error
	// Success is the message of Ready when there was no error.
	Success string
	// Outcome, when it is not zero, is used instead of what the errors come to: for a suspended object.
	Outcome status.Outcome
	// Next is the instant at which something about the object will change by itself; zero when there is none.
	Next time.Time
}

// Finisher ends the passes of one kind.
type Finisher[T client.Object] struct {
	// Fields returns the status fields of an object.
	Fields func(T) status.Fields
	// Writer writes the status.
	Writer *status.Writer
	// Recorder records the events.
	Recorder events.Recorder
}

// Finish ends a pass. What it returns is what Reconcile returns.
func (f Finisher[T]) Finish(ctx context.Context, p Pass[T]) (ctrl.Result, error) {
	verdict := errclass.Fold(p.Errors, p.Success)
	if !p.Outcome.IsZero() {
		verdict.Outcome = p.Outcome
	}
	f.settle(p, verdict.Outcome)
	changed, err := f.Writer.Write(ctx, p.Before, p.After)
	switch {
	case err != nil && errclass.Of(err) == errclass.Conflict:
		ctrl.LoggerFrom(ctx).V(1).Info("Object changed while its status was written, trying again", "conflict", err.Error())
		verdict.Result.RequeueAfter = errclass.ConflictDelay
	case err != nil:
		return ctrl.Result{}, errors.Join(verdict.Err, err)
	case changed:
		before, after := *f.Fields(p.Before).Conditions, *f.Fields(p.After).Conditions
		events.Emit(f.Recorder, p.After, events.Between(before, after))
	}
	if verdict.Err != nil {
		return ctrl.Result{}, verdict.Err
	}
	return until(verdict.Result, p.Now, p.Next), nil
}

// settle sets the fields of the status that every kind has.
func (f Finisher[T]) settle(p Pass[T], outcome status.Outcome) {
	fields, generation := f.Fields(p.After), p.After.GetGeneration()
	status.NewSetter(fields, generation, p.Now).Summarize(outcome)
	if !outcome.Observed() {
		return
	}
	*fields.ObservedGeneration = generation
	*fields.LastHandledReconcileAt = trigger.Requested(p.After)
}

// until brings a result forward to the next instant at which the object changes by itself, if there is one.
func until(result ctrl.Result, now, next time.Time) ctrl.Result {
	if next.IsZero() {
		return result
	}
	after := max(next.Sub(now), soonest)
	if result.RequeueAfter == 0 || after < result.RequeueAfter {
		result.RequeueAfter = after
	}
	return result
}
