// Package audit says when the audits of a plan take place.
//
// It is pure: the instant at which a question is asked comes in as a value, and so does the calendar of working days.
// [Evaluate] answers where a plan stands at an instant and when that will change; [Occurrences] lists what lies in a
// stretch of time. Both speak of occurrences: one for every month, quarter, half-year or year of the schedule.
//
// # Instants
//
// All instants are beginnings of days in the zone of the schedule. A window is open from the instant at which it opens
// until just before the one at which it closes.
//
// # What is not known
//
// A schedule that moves its openings to working days needs the calendars of the years it reaches. Where one is missing the
// occurrence is unknown, and no date is given for it: an [Evaluation] carries the missing year and says
// [PhaseUnknown] from the first instant at which the unknown occurrence could matter. An opening moves by at most
// [MaxShift] days, so that instant is certain.
package audit
