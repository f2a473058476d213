package rule

// calendarRules are those of working calendars and of the schedules that run by them.
var calendarRules = []Rule{
	{
		ID: "C1", Severity: Error,
		Title:   "Calendars and schedules can be computed with",
		TitleVi: "Lịch làm việc và lịch đánh giá tính được",
		What: `The yearly calendars of a series fit together: one a year, without a gap between the first and the last, all in one known
time zone; the periods of a day are in order, end after they begin and do not overlap; every day of the week is named once and every
date has one exception, in the calendar's own year; a make-up day has hours, its own or those of a Monday. The same holds of the hours
and exceptions that an agency adds. The schedule of an audit plan has days that exist, a period and a window that fit each other.`,
		Why: `Every due date is computed from these. A calendar that contradicts itself has no right answer, and the agency would work
without due dates, or by those of yesterday's calendar, until somebody notices.`,
		Source: "Design: a calendar is checked whole before anything is computed from it.",
		Bad: Example{Patch: `
kind: WorkCalendar
metadata:
  name: vn-2026
spec:
  workingHours:
    - days: [Monday, Tuesday, Wednesday, Thursday, Friday]
      periods:
        - {from: "07:30", to: "12:00"}
        - {from: "11:30", to: "17:00"}
`},
		Good: Example{Patch: `
kind: WorkCalendar
metadata:
  name: vn-2026
spec:
  workingHours:
    - days: [Monday, Tuesday, Wednesday, Thursday, Friday]
      periods:
        - {from: "07:30", to: "12:00"}
        - {from: "13:00", to: "16:30"}
`},
	},
	{
		ID: "V21", Severity: Warning,
		Title:   "A year that people compute by is official",
		TitleVi: "Năm đang dùng để tính hạn phải có lịch chính thức",
		What: `A calendar that is still Provisional is reported from ninety days before its year begins, since due dates fall in it by
then, and for as long as it stays so. An Official calendar cites the notice it rests on (the schema asks for it), and the notice is not
dated in the future.`,
		Why: `Tết and the day beside National Day are decided every year, and days are swapped for Saturdays by notices that come late.
A due date that was promised by an assumed calendar moves when the notice is out. Whoever publishes the calendar should know that
people compute by it; when there is no notice yet, the waiver says until when that is borne.`,
		Source: "Domain reference 8.1, V21; Labour Code 45/2019/QH14, article 112(3): the Prime Minister decides the days of Tết and the " +
			"day beside National Day.",
		Bad: Example{Patch: `
kind: WorkCalendar
metadata:
  name: vn-2026
spec:
  standing: Provisional
  notice: null
`},
		Good: Example{Patch: `
kind: WorkCalendar
metadata:
  name: vn-2026
spec:
  standing: Official
  notice: {number: 9441/TB-BNV, date: "2025-10-16", signer: Bộ Nội vụ}
`},
	},
}
