// Package dossier is the life of a dossier (hồ sơ) as a pure state machine over a compiled procedure. [Decide] answers
// what happens when somebody does something, as events or as a [Refusal]; [Fold] adds an event to a state. The events are
// the truth: they carry what was worked out when they happened (where the dossier went, by when each step is due, what
// the statutory clock showed), so that folding them again gives the same state without procedure, calendar or clock.
//
// A dossier stands at one or more steps, each held by a [Token]. A parallel step gives every branch a token of its own
// and takes them back when the branches have joined. Two clocks run: the statutory one of the dossier, which was
// promised to the applicant, and the budget of each step.
package dossier
