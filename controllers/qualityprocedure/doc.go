// Package qualityprocedure accepts the revisions of procedures: it compiles each text, checks it, records what passes as
// a ControllerRevision, and keeps saying which revision is in force and who adopts it.
//
// A pass fetches the QualityProcedure, runs phases in order over a scope, collects the errors of all of them, and ends in
// one write of the status. The phases: readRecords, survey (the law, the calendars of those who adopt it), examine (the
// rules), check, record, inForce, examineInForce, the three judgements, adopters, trim. A suspended procedure goes
// through those of them that accept nothing and change nothing.
//
//   - A text that breaks a rule stalls the procedure. The revisions accepted before stay in force, and services go on.
//   - A text that was not accepted yet must keep the rules on its surroundings too: a procedure whose times cannot be kept
//     around Tết, or whose basis will have lapsed on its first day, is refused before anyone works by it. It waits for the
//     legal documents that it names, since objects of one Git commit come in any order.
//   - An accepted text never changes. Should another text stand under its number, which the API server refuses as long as
//     the status is intact, the procedure stalls and nothing is changed.
//   - What becomes of the surroundings of an accepted text afterwards is reported and keeps nothing from working: the law
//     decides what becomes of a procedure, not the controller. The revision in force is judged beside a text to come.
//   - The rules are those of chuan lint, and so are the waivers. A proof is kept until the text, the law, the calendars or
//     the day is another: a pass around which nothing has changed compiles nothing.
//   - The next pass is due at the instant at which a revision comes into force, a legal basis begins, is about to end or has
//     ended, a waiver has ended, or a year begins.
package qualityprocedure
