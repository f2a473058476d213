// Package consultation is a question that one agency asks another during a dossier (lấy ý kiến liên thông), as the asked
// agency keeps it: a pure state machine in the manner of package dossier, with [Decide] and [Fold], and the bodies of the
// messages that travel between the two agencies: [Question], [Reply] and [Cancel].
//
// The question says all that is needed to answer it, because the asked agency does not have the asker's procedure: the
// answers that are allowed, what is sent along with titles and values, and until when. A reply and a cancellation name the
// question by its [Reference]. Messages may cross: a question that was answered stays answered when it is cancelled
// afterwards, and the asker refuses the late answer.
package consultation
