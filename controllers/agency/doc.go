// Package agency gives every Agency its workflow service and keeps saying where the agency stands.
//
// # A pass over an agency
//
// A pass fetches the Agency, runs phases in order over a scope, collects the errors of all of them, and ends in one write
// of the status. The phases: guard (its name, its code, its parents), calendars, procedures, examine (the rules) and the
// judgements of what it found, apply, prune, availability. A phase that fails does not keep the others from their work, but nothing is changed in the cluster when
// the guard objects, and nothing is pruned unless all was applied.
//
// What decides is pure and lives elsewhere: internal/workload says which objects an agency needs, internal/procedure
// which procedures it adopts, internal/calendar what its calendar is worth. What is decided here:
//
//   - Two agencies with one code: the younger one is Stalled, the older one goes on. A circle of parents stalls every agency
//     in the circle. A stalled agency keeps the objects it has.
//   - An agency works by accepted revisions only. One that names a procedure which does not exist, or which has no accepted
//     revision, waits for it, and its service goes on with the others.
//   - An agency that asks for no procedure is in order. One whose selector matches nothing waits.
//   - The rules are those of chuan lint, and so are the waivers. What breaks one, as a role that nobody holds, does not keep
//     the service from running, since other procedures can be worked by. A person has to act, so the agency is Stalled.
//   - Overrides that loosen a procedure or break it do keep everything as it is: the service goes on by what it had.
//   - Agencies are looked at beside one another once a namespace, with the procedure sets. What is found there is said and
//     stalls nothing; which of two agencies with one code gives way is the guard's decision.
//   - Without a WorkCalendar for this year nothing is applied, as no deadline could be computed: a service that runs keeps
//     the calendar it has. Without one for the next year the service runs, and the agency waits for the calendar.
//   - Before an agency has pods, it waits until every procedure of its namespace has been looked at once. Objects from one
//     Git commit arrive in any order, and each new procedure would be a reason to replace the pods.
//
// # Restarting pods
//
// A change of manifests restarts nothing: services watch their files. What changes the pod template (another image,
// other resources, another list of procedures) replaces pods, for a new operator those of all agencies. So an existing
// StatefulSet gets a new template only while few agencies are unavailable (Options.MaxUnavailablePercent, at least one);
// the others wait for their turn. An agency that is unavailable anyway need not wait.
//
// # Procedure sets
//
// The procedures of an agency are stored in its namespace once for all agencies that adopt the same ones. A second
// reconciler, one request a namespace, stores the sets and deletes those that nobody mounts; see [sets]. It also tells
// agencies whose adoption has changed. Thus a new revision of a procedure that a thousand agencies adopt is one write,
// and a pass over none of them.
//
// # The evidence key
//
// The key is made once and never read. The controller may create Secrets and do nothing else with them, so it cannot know
// whether a Secret is still there: that the creation succeeded is kept in the inventory as the UID of the Secret. A Secret
// that exists already is left alone. It may be the remains of a deleted agency of the same name, which are still being
// collected, so the creation is tried again as long as the service is not available. A new value of the annotation
// qms.chuan.dev/requested-at tries it once more, which brings a deleted Secret back.
//
// # Calls
//
// A pass over an agency that is as it should be makes no call at all: it reads from caches, applies through a gate
// (controllers/internal/apply), and writes no status that says what the last one said. A report that says only that
// something is on its way is held back for three seconds: mostly it has come by then, and one report is enough. When a
// thousand agencies come at once, this also lets the objects of all come before the reports on any.
package agency
