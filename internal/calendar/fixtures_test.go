package calendar

import (
	"testing"
	"time"

	"chuan.dev/chuan/api/v1alpha1"
)

// officeHours are those of the table tests: eight hours, Monday to Friday.
func officeHours() []v1alpha1.WeeklyHours {
	return []v1alpha1.WeeklyHours{{
		Days: []v1alpha1.Weekday{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday"},
		Periods: []v1alpha1.Period{
			{From: "07:30", To: "11:30"},
			{From: "13:30", To: "17:30"},
		},
	}}
}

// year2026 is the year as state agencies nationwide have it, with the swapped days of New Year and of National Day.
func year2026() v1alpha1.WorkCalendarSpec {
	return v1alpha1.WorkCalendarSpec{
		Series:       "vn",
		Year:         2026,
		Standing:     v1alpha1.CalendarOfficial,
		Notice:       &v1alpha1.Decision{Number: "9441/TB-BNV", Date: "2025-10-15"},
		TimeZone:     "Asia/Ho_Chi_Minh",
		WorkingHours: officeHours(),
		Exceptions: []v1alpha1.CalendarException{
			{Date: "2026-01-01", Kind: v1alpha1.ExceptionHoliday, Title: "Tết Dương lịch"},
			{Date: "2026-01-02", Kind: v1alpha1.ExceptionSwapped, Title: "Hoán đổi với 10/01"},
			{Date: "2026-01-10", Kind: v1alpha1.ExceptionMakeUp, Title: "Làm bù cho 02/01"},
			{Date: "2026-02-16", To: "2026-02-20", Kind: v1alpha1.ExceptionHoliday, Title: "Tết Nguyên đán"},
			{Date: "2026-04-27", Kind: v1alpha1.ExceptionCompensatory, Title: "Nghỉ bù Giỗ Tổ Hùng Vương"},
			{Date: "2026-04-30", To: "2026-05-01", Kind: v1alpha1.ExceptionHoliday, Title: "30/4 và 1/5"},
			{Date: "2026-08-22", Kind: v1alpha1.ExceptionMakeUp, Title: "Làm bù cho 31/08"},
			{Date: "2026-08-31", Kind: v1alpha1.ExceptionSwapped, Title: "Hoán đổi với 22/08"},
			{Date: "2026-09-01", To: "2026-09-02", Kind: v1alpha1.ExceptionHoliday, Title: "Quốc khánh"},
			{Date: "2026-11-24", Kind: v1alpha1.ExceptionHoliday, Title: "Ngày Văn hóa Việt Nam"},
		},
	}
}

// year2027 is provisional: Tết and the day beside National Day are not announced and are left out.
func year2027() v1alpha1.WorkCalendarSpec {
	return v1alpha1.WorkCalendarSpec{
		Series:       "vn",
		Year:         2027,
		Standing:     v1alpha1.CalendarProvisional,
		WorkingHours: officeHours(),
		Exceptions: []v1alpha1.CalendarException{
			{Date: "2027-01-01", Kind: v1alpha1.ExceptionHoliday, Title: "Tết Dương lịch"},
			{Date: "2027-04-16", Kind: v1alpha1.ExceptionHoliday, Title: "Giỗ Tổ Hùng Vương"},
			{Date: "2027-04-30", Kind: v1alpha1.ExceptionHoliday, Title: "Ngày Chiến thắng"},
			{Date: "2027-05-03", Kind: v1alpha1.ExceptionCompensatory, Title: "Nghỉ bù 1/5"},
		},
	}
}

// commune is the calendar of an agency that closes at noon before Tết, works on a Saturday morning in June and is closed
// for its own festival.
func commune() v1alpha1.AgencyCalendar {
	return v1alpha1.AgencyCalendar{
		Series: "vn",
		Exceptions: []v1alpha1.CalendarException{
			{
				Date: "2026-02-13", Kind: v1alpha1.ExceptionHalfDay, Title: "Chiều nghỉ trước Tết",
				Periods: []v1alpha1.Period{{From: "07:30", To: "11:30"}},
			},
			{Date: "2026-05-07", Kind: v1alpha1.ExceptionClosure, Title: "Kỷ niệm Chiến thắng Điện Biên Phủ"},
			{
				Date: "2026-06-13", Kind: v1alpha1.ExceptionHalfDay, Title: "Sáng thứ Bảy",
				Periods: []v1alpha1.Period{{From: "08:00", To: "09:15"}, {From: "09:30", To: "11:15"}},
			},
		},
	}
}

func mustNew(tb testing.TB, years []v1alpha1.WorkCalendarSpec, local v1alpha1.AgencyCalendar) *Calendar {
	tb.Helper()
	c, err := New(years, local)
	if err != nil {
		tb.Fatalf("New: %v", err)
	}
	return c
}

// national is the series over 2026 and 2027 without local differences.
func national(tb testing.TB) *Calendar {
	tb.Helper()
	return mustNew(tb, []v1alpha1.WorkCalendarSpec{year2027(), year2026()}, v1alpha1.AgencyCalendar{Series: "vn"})
}

func communal(tb testing.TB) *Calendar {
	tb.Helper()
	return mustNew(tb, []v1alpha1.WorkCalendarSpec{year2026(), year2027()}, commune())
}

func mustDuration(tb testing.TB, s string) Duration {
	tb.Helper()
	d, err := ParseDuration(s)
	if err != nil {
		tb.Fatal(err)
	}
	return d
}

func mustZone(tb testing.TB, name string) *time.Location {
	tb.Helper()
	loc, err := LoadZone(name)
	if err != nil {
		tb.Fatal(err)
	}
	return loc
}

// at reads a local time as 2026-03-02 15:00, with seconds and parts of them when they matter.
func at(tb testing.TB, loc *time.Location, s string) time.Time {
	tb.Helper()
	for _, layout := range []string{"2006-01-02 15:04", "2006-01-02 15:04:05.999999999"} {
		if parsed, err := time.ParseInLocation(layout, s, loc); err == nil {
			return parsed
		}
	}
	tb.Fatalf("%q is not a time", s)
	return time.Time{}
}
