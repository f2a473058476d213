// Package qualityprocedure accepts the revisions of procedures: it compiles each text, checks it, records what passes as
// a ControllerRevision, and keeps saying which revision is in force and who adopts it.
//
// A pass fetches the QualityProcedure, runs phases in order over a scope, collects the errors of all of them, and ends in
// one write of the status. The phases: readRecords, check, record, inForce, legalBasis, adopters, trim. A suspended procedure
// goes through those of them that accept nothing and change nothing.
//
//   - A text that breaks a rule stalls the procedure. The revisions accepted before stay in force, and services go on.
//   - An accepted text never changes. Should another text stand under its number, which the API server refuses as long as
//     the status is intact, the procedure stalls and nothing is changed.
//   - A legal basis that is unknown or has lapsed is reported and keeps nothing from working: the law decides what
//     becomes of a procedure, not the controller. The revision in force is judged today, a text to come on its first day.
//   - The next pass is due at the instant at which a revision comes into force or a legal basis begins or ends to be.
package qualityprocedure
