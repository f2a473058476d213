package audit

import (
	"cmp"
	"errors"
	"time"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/calendar"
)

// What holds when a field is absent. The API server fills the same in.
const (
	defaultLeadTime    v1alpha1.CalendarDays = "30d"
	defaultGracePeriod v1alpha1.CalendarDays = "0d"
)

// monthsOf is the number of months of every period.
var monthsOf = map[string]int{"Month": 1, "Quarter": 3, "HalfYear": 6, "Year": 12}

// Validate says what is wrong with the schedule of a plan, as far as that can be told without a calendar. The error joins a
// [FieldError] for every fault found.
func Validate(plan *v1alpha1.AuditPlanSpec) error {
	_, err := check(&plan.Schedule)
	return err
}

// compile checks a schedule and finds the slots that can be computed.
func compile(spec *v1alpha1.AuditSchedule, cal *calendar.Calendar) (*schedule, error) {
	s, err := check(spec)
	if err != nil {
		return nil, err
	}
	s.firstKnown, s.lastKnown = s.first, s.last
	if s.shift == shiftNone {
		return s, nil
	}
	var f faults
	if cal == nil {
		f.add("calendar", "the shift %s needs the WorkCalendars of series %q, which were not given",
			"dời ngày kiểu %s cần các WorkCalendar của chuỗi %q, nhưng chưa có", s.shift, spec.Calendar)
		return nil, errors.Join(f...)
	}
	s.calendar = cal
	s.limitToCalendar()
	if f.shiftedWindows(s); len(f) > 0 {
		return nil, errors.Join(f...)
	}
	return s, nil
}

// check reads a schedule without its calendar.
func check(spec *v1alpha1.AuditSchedule) (*schedule, error) {
	var f faults
	s := &schedule{}
	f.recurrence(s, spec)
	f.shift(s, spec)
	f.lengths(s, spec)
	f.zone(s, spec)
	if len(f) == 0 {
		f.bounds(s, spec)
	}
	if len(f) == 0 {
		f.windowFits(s)
	}
	if len(f) > 0 {
		return nil, errors.Join(f...)
	}
	return s, nil
}

// recurrence reads the day on which the window of a period is due to open.
func (f *faults) recurrence(s *schedule, spec *v1alpha1.AuditSchedule) {
	months, ok := monthsOf[spec.Every]
	if !ok {
		f.add("every", "%q is not a period: write Month, Quarter, HalfYear or Year",
			"%q không phải chu kỳ: ghi Month, Quarter, HalfYear hoặc Year", spec.Every)
	}
	s.months = months
	switch month := int(spec.Month); {
	case month == 0:
	case spec.Every == "Month":
		f.add("month", "a Month has no months to choose from: remove the field, or write every: Year",
			"chu kỳ Month không có tháng để chọn: bỏ trường này, hoặc ghi every: Year")
	case ok && (month < 1 || month > months):
		f.add("month", "%d does not count within a %s: write 1 to %d",
			"tháng thứ %d không nằm trong chu kỳ %s: ghi từ 1 đến %d", month, spec.Every, months)
	default:
		s.month = month - 1
	}
	if s.day = int(spec.Day); s.day == 0 {
		s.day = 1
	}
	if s.day < 1 || s.day > 31 {
		f.add("day", "%d is not a day of a month: write 1 to 31; in shorter months it is the last day",
			"%d không phải ngày trong tháng: ghi từ 1 đến 31; tháng ngắn hơn thì là ngày cuối tháng", s.day)
	}
}

// shift reads how an opening moves off a day that is not worked.
func (f *faults) shift(s *schedule, spec *v1alpha1.AuditSchedule) {
	switch spec.Shift {
	case "", shiftNone:
		s.shift = shiftNone
	case shiftNext, shiftPrevious:
		s.shift = spec.Shift
		if spec.Calendar == "" {
			f.add("calendar", "the shift %s needs the series of WorkCalendars that knows the working days: name it, as vn, "+
				"or write shift: None", "dời ngày kiểu %s cần chuỗi WorkCalendar để biết ngày làm việc: ghi tên chuỗi, như vn, hoặc ghi "+
				"shift: None", spec.Shift)
		}
	default:
		f.add("shift", "%q is not a shift: write None, Next or Previous",
			"%q không phải cách dời ngày: ghi None, Next hoặc Previous", spec.Shift)
	}
}

// notDateVi says in Vietnamese that a text, which comes first, is no date.
const notDateVi = "%[1]q không phải ngày có trong lịch: ghi ngày có thật, như 2026-03-01"

// lengths reads the window and the times before and after it.
func (f *faults) lengths(s *schedule, spec *v1alpha1.AuditSchedule) {
	var ok bool
	if s.window, ok = f.days("window", spec.Window); ok && s.window == 0 {
		f.add("window", "a window of 0d is never open: write at least 1d",
			"đợt 0d không bao giờ mở: ghi ít nhất 1d")
	}
	s.lead, _ = f.days("leadTime", cmp.Or(spec.LeadTime, defaultLeadTime))
	s.grace, _ = f.days("gracePeriod", cmp.Or(spec.GracePeriod, defaultGracePeriod))
}

func (f *faults) days(field string, days v1alpha1.CalendarDays) (n int, ok bool) {
	d, err := calendar.ParseDuration(string(days))
	if err != nil || d.Unit != calendar.CalendarDays {
		f.add(field, "%q is not a number of calendar days: write it as 30d",
			"%q không phải số ngày theo lịch: ghi như 30d", string(days))
		return 0, false
	}
	return d.Quarters / 4, true
}

func (f *faults) zone(s *schedule, spec *v1alpha1.AuditSchedule) {
	loc, err := calendar.LoadZone(spec.TimeZone)
	if err != nil {
		f.add("timeZone", "%[2]v", "không có múi giờ %[1]q: ghi tên theo IANA, như "+calendar.DefaultTimeZone, spec.TimeZone, err)
	}
	s.loc = loc
}

// bounds reads the days between which the slots lie, and finds the first and the last slot.
func (f *faults) bounds(s *schedule, spec *v1alpha1.AuditSchedule) {
	from, err := calendar.ParseDate(spec.From)
	if err != nil {
		f.add("from", "%[2]v", notDateVi, string(spec.From), err)
		return
	}
	s.first = s.number(from)
	if s.slot(s.first) < from {
		s.first++
	}
	s.last = endless
	if spec.Until == "" {
		return
	}
	until, err := calendar.ParseDate(spec.Until)
	if err != nil {
		f.add("until", "%[2]v", notDateVi, string(spec.Until), err)
		return
	}
	s.last = s.number(until)
	if s.slot(s.last) > until {
		s.last--
	}
	switch {
	case until < from:
		f.add("until", "the last day %s is before the first day %s",
			"ngày cuối %s trước ngày đầu %s", until, from)
	case s.last < s.first:
		f.add("until", "no window opens from %s to %s: the first after that would open on %s",
			"từ %s đến %s không có đợt nào mở: đợt đầu tiên sau đó mở ngày %s", from, until, s.slot(s.first))
	}
}

// windowFits refuses a window that is longer than the time from one slot to the next. The shortest such time comes up within
// any five years.
func (f *faults) windowFits(s *schedule) {
	const years = 5
	for n := s.first; n < min(s.first+years*12/s.months, s.last); n++ {
		if gap := int(s.slot(n+1) - s.slot(n)); s.window > gap {
			f.add("window", "%dd is longer than the %d days from %s to %s: windows must not overlap, shorten it or let it "+
				"open less often", "đợt %dd dài hơn %d ngày từ %s đến %s: các đợt không được chồng nhau, hãy rút ngắn hoặc mở thưa "+
				"hơn", s.window, gap, s.slot(n), s.slot(n+1))
			return
		}
	}
}

// limitToCalendar finds the slots for which the calendar knows the working days. They follow one another: only at its two
// ends can the calendar be too short for a shift.
func (s *schedule) limitToCalendar() {
	firstYear, lastYear := s.calendar.Years()
	s.firstKnown = min(max(s.first, s.number(calendar.NewDay(firstYear, time.January, 1))), s.last+1)
	for n := s.firstKnown; n <= min(s.last, s.number(calendar.NewDay(lastYear, time.December, 31))); n++ {
		opens, err := s.shifted(n)
		switch {
		case err == nil:
			s.openings = append(s.openings, opens)
		case len(s.openings) == 0:
			s.firstKnown = n + 1
		}
	}
	s.lastKnown = s.firstKnown + len(s.openings) - 1
}

// shiftedWindows checks all known openings: none may move too far, and no window may be pushed into another.
func (f *faults) shiftedWindows(s *schedule) {
	for n := s.firstKnown; n <= s.lastKnown; n++ {
		slot, opens := s.slot(n), s.openingDay(n)
		if moved := opens - slot; max(moved, -moved) > MaxShift {
			f.add("calendar", "%s has no working day within %d days on the side of shift %s: check the exceptions of the "+
				"WorkCalendar", "gần ngày %s không có ngày làm việc nào trong %d ngày theo chiều dời %s: xem lại các ngoại lệ của "+
				"WorkCalendar", slot, MaxShift, s.shift)
			return
		}
		if n > s.firstKnown && s.openingDay(n-1).AddDays(s.window) > opens {
			f.add("window", "%dd is too long: the window of %s, moved to a working day, would still be open when that of %s "+
				"opens on %s", "%dd quá dài: đợt %s, khi dời sang ngày làm việc, vẫn còn mở khi đợt %s mở ngày %s", s.window, s.slot(n-1), slot, opens)
			return
		}
	}
}
