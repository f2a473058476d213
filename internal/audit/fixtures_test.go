package audit_test

import (
	"testing"
	"time"
	_ "time/tzdata"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/calendar"
)

// planOf returns a plan with a schedule; the rest of a plan does not matter to this package.
func planOf(schedule v1alpha1.AuditSchedule) *v1alpha1.AuditPlanSpec {
	return &v1alpha1.AuditPlanSpec{Title: "Đánh giá nội bộ", Kind: "Internal", Schedule: schedule}
}

// quarterly opens for twenty days on the tenth of the first month of every quarter from 2026 on.
func quarterly() v1alpha1.AuditSchedule {
	return v1alpha1.AuditSchedule{
		Every: "Quarter", Day: 10, Shift: "None", TimeZone: "Asia/Ho_Chi_Minh",
		From: "2026-01-01", Window: "20d", LeadTime: "30d", GracePeriod: "5d",
	}
}

// shiftedMonthly opens for ten days on the last day of every month of 2026 and 2027, or on the working day next to it.
func shiftedMonthly(shift string) v1alpha1.AuditSchedule {
	return v1alpha1.AuditSchedule{
		Every: "Month", Day: 31, Shift: shift, Calendar: "vn", TimeZone: "Asia/Ho_Chi_Minh",
		From: "2026-01-01", Until: "2027-12-31", Window: "10d", LeadTime: "7d", GracePeriod: "0d",
	}
}

// workCalendar is the calendar of some years, worked from Monday to Friday but for Tết and National Day of 2026.
func workCalendar(t *testing.T, years ...int32) *calendar.Calendar {
	t.Helper()
	specs := make([]v1alpha1.WorkCalendarSpec, 0, len(years))
	for _, year := range years {
		spec := v1alpha1.WorkCalendarSpec{
			Series: "vn", Year: year, Standing: v1alpha1.CalendarProvisional,
			WorkingHours: []v1alpha1.WeeklyHours{{
				Days:    []v1alpha1.Weekday{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday"},
				Periods: []v1alpha1.Period{{From: "07:30", To: "11:30"}, {From: "13:30", To: "17:30"}},
			}},
		}
		if year == 2026 {
			spec.Exceptions = []v1alpha1.CalendarException{
				{Date: "2026-02-16", To: "2026-02-20", Kind: v1alpha1.ExceptionHoliday, Title: "Tết Nguyên đán"},
				{Date: "2026-08-31", To: "2026-09-02", Kind: v1alpha1.ExceptionHoliday, Title: "Quốc khánh"},
			}
		}
		specs = append(specs, spec)
	}
	c, err := calendar.New(specs, v1alpha1.AgencyCalendar{Series: "vn"})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// local reads a time as 2026-03-02 15:00 in a zone.
func local(t *testing.T, zone, s string) time.Time {
	t.Helper()
	loc, err := calendar.LoadZone(zone)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := time.ParseInLocation("2006-01-02 15:04", s, loc)
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}
