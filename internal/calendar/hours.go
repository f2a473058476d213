package calendar

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"chuan.dev/chuan/api/v1alpha1"
)

const minutesPerDay = 24 * 60

// period is a stretch of work within a day, in minutes after midnight.
type period struct{ from, to int }

// dayHours are the periods of a day in order; a day off has none.
type dayHours []period

// week holds the hours of every day of the week.
type week [7]dayHours

// exception is a run of days that differ from the week. hours are theirs, except on a make-up day without hours of its own,
// which has those of a Monday.
type exception struct {
	from, to   Day
	hours      dayHours
	likeMonday bool
	field      string
}

// source is the object whose fields are read: the WorkCalendar of a year, or an agency when the year is zero. It collects
// the faults it finds.
type source struct {
	series v1alpha1.ID
	year   int
	faults *[]error
}

// fault notes a fault in English and in Vietnamese, which are given the same arguments.
func (s source) fault(field, english, vietnamese string, args ...any) {
	*s.faults = append(*s.faults, &FieldError{
		Series: s.series, Year: s.year, Field: field,
		Detail: fmt.Sprintf(english, args...), DetailVi: fmt.Sprintf(vietnamese, args...),
	})
}

// week reads the hours of the days of the week.
func (s source) week(field string, weekly []v1alpha1.WeeklyHours) week {
	var w week
	var namedBy [7]string
	for i, hours := range weekly {
		entry := fmt.Sprintf("%s[%d]", field, i)
		periods := s.periods(entry+".periods", hours.Periods)
		for _, name := range hours.Days {
			weekday, ok := parseWeekday(name)
			switch {
			case !ok:
				s.fault(entry+".days", "%q is not a day of the week: write it as Monday",
					"%q không phải tên ngày trong tuần: ghi như Monday (thứ Hai)", string(name))
			case namedBy[weekday] != "":
				s.fault(entry+".days", "%s already has its hours in %s: name every day once",
					"%s đã có giờ làm việc tại %s: mỗi ngày chỉ ghi một lần", name, namedBy[weekday])
			default:
				namedBy[weekday] = entry
				w[weekday] = periods
			}
		}
	}
	return w
}

// periods reads the periods of a day, which must be in order and must not overlap. At least one is needed.
func (s source) periods(field string, periods []v1alpha1.Period) dayHours {
	if len(periods) == 0 {
		s.fault(field, "there are no periods of work: give at least one, as from 07:30 to 11:30",
			"không có khoảng giờ làm việc: ghi ít nhất một khoảng, ví dụ từ 07:30 đến 11:30")
		return nil
	}
	hours := make(dayHours, 0, len(periods))
	for i, p := range periods {
		entry := fmt.Sprintf("%s[%d]", field, i)
		from, errFrom := parseTimeOfDay(string(p.From))
		to, errTo := parseTimeOfDay(string(p.To))
		switch {
		case errFrom != nil:
			s.fault(entry+".from", "%[2]v", notTimeOfDayVi, string(p.From), errFrom)
		case errTo != nil:
			s.fault(entry+".to", "%[2]v", notTimeOfDayVi, string(p.To), errTo)
		case from >= to:
			s.fault(entry, "the period from %s to %s does not end after it begins",
				"khoảng giờ từ %s đến %s không kết thúc sau khi bắt đầu", p.From, p.To)
		case len(hours) > 0 && from < hours[len(hours)-1].to:
			s.fault(entry, "the period from %s to %s begins before the one in front of it has ended: put the periods in "+
				"order, without overlap", "khoảng giờ từ %s đến %s bắt đầu khi khoảng trước chưa kết thúc: xếp các khoảng theo thứ "+
				"tự, không chồng nhau", p.From, p.To)
		default:
			hours = append(hours, period{from: from, to: to})
		}
	}
	return hours
}

// exceptions reads the days that differ from the week, in order of their dates.
func (s source) exceptions(field string, exceptions []v1alpha1.CalendarException) []exception {
	read := make([]exception, 0, len(exceptions))
	for i, e := range exceptions {
		if parsed, ok := s.exception(fmt.Sprintf("%s[%d]", field, i), e); ok {
			read = append(read, parsed)
		}
	}
	slices.SortStableFunc(read, func(a, b exception) int { return cmp.Compare(a.from, b.from) })
	for i := 1; i < len(read); i++ {
		if before, e := read[i-1], read[i]; e.from <= before.to {
			s.fault(e.field+".date", "%s already has an exception in %s: give every day one exception",
				"ngày %s đã có ngoại lệ tại %s: mỗi ngày chỉ một ngoại lệ", e.from, before.field)
		}
	}
	return read
}

func (s source) exception(field string, e v1alpha1.CalendarException) (exception, bool) {
	from, err := ParseDate(e.Date)
	if err != nil {
		s.fault(field+".date", "%[2]v", notDateVi, string(e.Date), err)
		return exception{}, false
	}
	to := from
	if e.To != "" {
		if to, err = ParseDate(e.To); err != nil {
			s.fault(field+".to", "%[2]v", notDateVi, string(e.To), err)
			return exception{}, false
		}
	}
	if to < from {
		s.fault(field+".to", "the last day %s is before the first day %s",
			"ngày cuối %s trước ngày đầu %s", to, from)
		return exception{}, false
	}
	if s.year != 0 && (from.Year() != s.year || to.Year() != s.year) {
		s.fault(field+".date", "%s to %s is not in %d: write an exception in the WorkCalendar of its own year",
			"từ %s đến %s không thuộc năm %d: ghi ngoại lệ trong WorkCalendar của chính năm đó", from, to, s.year)
		return exception{}, false
	}
	parsed := exception{from: from, to: to, field: field}
	switch e.Kind {
	case v1alpha1.ExceptionHoliday, v1alpha1.ExceptionCompensatory, v1alpha1.ExceptionSwapped, v1alpha1.ExceptionClosure:
		if len(e.Periods) > 0 {
			s.fault(field+".periods", "a %s is not worked and has no periods: remove them, or make it a HalfDay",
				"ngày %s là ngày nghỉ, không có khoảng giờ làm việc: bỏ đi, hoặc đổi thành HalfDay", e.Kind)
		}
	case v1alpha1.ExceptionHalfDay:
		parsed.hours = s.periods(field+".periods", e.Periods)
	case v1alpha1.ExceptionMakeUp:
		if parsed.likeMonday = len(e.Periods) == 0; !parsed.likeMonday {
			parsed.hours = s.periods(field+".periods", e.Periods)
		}
	default:
		s.fault(field+".kind", "%q is not a kind of exception: write Holiday, Compensatory, Swapped, Closure, MakeUp or "+
			"HalfDay", "%q không phải loại ngoại lệ: ghi Holiday, Compensatory, Swapped, Closure, MakeUp hoặc HalfDay",
			string(e.Kind))
		return exception{}, false
	}
	return parsed, true
}

// What the parsers say in English, in Vietnamese: of a text, which comes first.
const (
	notTimeOfDayVi = "%[1]q không phải giờ trong ngày: ghi như 07:30, muộn nhất 24:00"
	notDateVi      = "%[1]q không phải ngày có trong lịch: ghi ngày có thật, như 2026-03-01"
)

func parseWeekday(name v1alpha1.Weekday) (time.Weekday, bool) {
	for weekday := time.Sunday; weekday <= time.Saturday; weekday++ {
		if weekday.String() == string(name) {
			return weekday, true
		}
	}
	return 0, false
}

// parseTimeOfDay reads a time as 07:30 into minutes after midnight. 24:00 is the end of the day.
func parseTimeOfDay(s string) (int, error) {
	if s == "24:00" {
		return minutesPerDay, nil
	}
	t, err := time.Parse("15:04", s)
	if err != nil || len(s) != len("15:04") {
		return 0, fmt.Errorf("%q is not a time of day: write it as 07:30, up to 24:00", s)
	}
	return 60*t.Hour() + t.Minute(), nil
}
