// Package calendar is the arithmetic of working time: deadlines in working hours, working days and calendar days, over
// a series of yearly calendars with the local differences of one agency.
//
// It is pure: instants come in as values and the result depends on nothing else. A [Calendar] is built once, checked
// whole, and never changes; it may be shared between goroutines. Building it takes time in proportion to the days it
// covers, every question afterwards at most the logarithm of that, however long the span asked about.
//
// # Working time
//
// A period of work includes both of its ends: an answer that falls on the end of a period stays there and does not
// jump to the beginning of the next one. Eight working hours from the opening of an eight-hour day therefore end at its
// close.
//
// A working day ([WorkingDays]) is the hours of the day in question and not a fixed eight: half a working day is two
// hours on a morning of four hours. Parts of a working day are parts of that day's working time.
//
// # Forward and backward
//
// [Calendar.Add] and [Calendar.Deadline] say when something ends; [Calendar.Subtract] and [Calendar.LatestReceipt] say from
// the other side when it must begin. They are adjoint: to begin by the one is to end by the other, without an instant in
// between that is told two things. [Calendar.Between] and [Calendar.WorkingDaysBetween] count.
//
// # What is not known
//
// A calendar answers only for the years it covers. Anything that needs another year is refused with
// [ErrOutsideCalendar]: holidays that nobody has announced are never guessed. [CheckYear] reports a year by which people
// compute although it is provisional.
package calendar
