// Package auditplan keeps saying where every AuditPlan stands: whether its schedule makes sense, whether a window is
// open, which occurrences come next, and whether its auditees exist.
//
// # A pass over a plan
//
// A pass fetches the AuditPlan, runs phases in order over a scope, collects the errors of all of them, and ends in one write
// of the status, which is left out when nothing has changed. The phases: validate, calendar, evaluate, auditees, examine. What
// decides is pure and lives in internal/audit; a pass lends it the instant and the calendar.
//
// Nothing ticks. The evaluation names the next instant at which anything changes, and the plan is looked at again at
// that instant, or when the plan, its auditees or its calendars change.
//
// # What is decided here
//
//   - A schedule that makes no sense, or a WorkCalendar that makes none, needs a person: the plan is Stalled, and its
//     status names no occurrences, since those of an earlier schedule would mislead.
//   - An auditee or a calendar that does not exist is waited for. The phases do not wait for each other: a plan that
//     misses an auditee still opens its window at the right instant.
//   - A calendar is missed only when something depends on it now. As long as the next occurrence is known, or unknown and
//     certainly far, the plan is ready and ScheduleValid tells which year will be needed. From the first instant on at which
//     the unknown occurrence could be due soon, ScheduleValid and WindowOpen are Unknown and the plan waits for the year.
//   - A plan that selects no agency waits for one.
//   - A suspended plan keeps its last status and is not woken.
package auditplan
