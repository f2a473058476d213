// Package dossier is the life of a dossier (hồ sơ) as a pure state machine over a compiled procedure. [Decide] answers
// what happens when somebody does something, as events or as a [Refusal]; [Fold] adds an event to a state. The events are
// the truth: they carry what was worked out when they happened (where the dossier went, by when each step is due, what
// the statutory clock showed), so that folding them again gives the same state without procedure, calendar or clock.
//
// A dossier stands at one or more steps, each held by a [Token]. A parallel step gives every branch a token of its own
// and takes them back when the branches have joined. Two clocks run: the statutory one of the dossier, which was
// promised to the applicant, and the budget of each step. A [Pass] says which step held the dossier, and whether it was
// late. What was promised stands: it is moved on by a stop or an extension, and otherwise only becomes earlier.
//
// Besides the actions of its steps a dossier can be given to another officer, extended, withdrawn, discontinued, corrected
// after its end, moved onto another revision, and in the end disposed of; its papers, payments and the place of its paper
// file are recorded along with it. [Commands] says what an officer may do.
//
// The number of a result is not decided here, because a book must have no gaps: [Numbering] says which book is asked for a
// number, and puts it in where it is made durable. [Split] keeps personal data apart, so that they can be kept secret and be
// gone after the disposal.
package dossier
