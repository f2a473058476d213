package audit_test

import (
	"errors"
	"strings"
	"testing"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/audit"
	"chuan.dev/chuan/internal/calendar"
)

func TestEvaluateFindsFaults(t *testing.T) {
	tests := []struct {
		name  string
		spoil func(*v1alpha1.AuditSchedule)
		want  string
	}{
		{"unknown period", func(s *v1alpha1.AuditSchedule) { s.Every = "Week" },
			`spec.schedule.every: "Week" is not a period: write Month, Quarter, HalfYear or Year`},
		{"month of a month", func(s *v1alpha1.AuditSchedule) { s.Every, s.Month = "Month", 1 },
			`spec.schedule.month: a Month has no months to choose from: remove the field, or write every: Year`},
		{"month out of range", func(s *v1alpha1.AuditSchedule) { s.Month = 4 },
			`spec.schedule.month: 4 does not count within a Quarter: write 1 to 3`},
		{"negative month", func(s *v1alpha1.AuditSchedule) { s.Month = -1 },
			`spec.schedule.month: -1 does not count within a Quarter: write 1 to 3`},
		{"day out of range", func(s *v1alpha1.AuditSchedule) { s.Day = 32 },
			`spec.schedule.day: 32 is not a day of a month: write 1 to 31; in shorter months it is the last day`},
		{"unknown shift", func(s *v1alpha1.AuditSchedule) { s.Shift = "Nearest" },
			`spec.schedule.shift: "Nearest" is not a shift: write None, Next or Previous`},
		{"shift without a series", func(s *v1alpha1.AuditSchedule) { s.Shift = "Next" },
			`spec.schedule.calendar: the shift Next needs the series of WorkCalendars that knows the working days: ` +
				`name it, as vn, or write shift: None`},
		{"shift without a calendar", func(s *v1alpha1.AuditSchedule) { s.Shift, s.Calendar = "Next", "vn" },
			`spec.schedule.calendar: the shift Next needs the WorkCalendars of series "vn", which were not given`},
		{"unknown zone", func(s *v1alpha1.AuditSchedule) { s.TimeZone = "Asia/Hanoi" },
			`spec.schedule.timeZone: unknown time zone "Asia/Hanoi": write an IANA name, as Asia/Ho_Chi_Minh`},
		{"no window", func(s *v1alpha1.AuditSchedule) { s.Window = "0d" },
			`spec.schedule.window: a window of 0d is never open: write at least 1d`},
		{"window in working days", func(s *v1alpha1.AuditSchedule) { s.Window = "20wd" },
			`spec.schedule.window: "20wd" is not a number of calendar days: write it as 30d`},
		{"lead time without unit", func(s *v1alpha1.AuditSchedule) { s.LeadTime = "30" },
			`spec.schedule.leadTime: "30" is not a number of calendar days: write it as 30d`},
		{"negative grace time", func(s *v1alpha1.AuditSchedule) { s.GracePeriod = "-1d" },
			`spec.schedule.gracePeriod: "-1d" is not a number of calendar days: write it as 30d`},
		{"no such first day", func(s *v1alpha1.AuditSchedule) { s.From = "2026-02-30" },
			`spec.schedule.from: "2026-02-30" is not a day of the calendar: write an existing day as 2026-03-01`},
		{"no such last day", func(s *v1alpha1.AuditSchedule) { s.Until = "2026-04-31" },
			`spec.schedule.until: "2026-04-31" is not a day of the calendar: write an existing day as 2026-03-01`},
		{"last before first", func(s *v1alpha1.AuditSchedule) { s.Until = "2025-12-31" },
			`spec.schedule.until: the last day 2025-12-31 is before the first day 2026-01-01`},
		{"no slot between", func(s *v1alpha1.AuditSchedule) { s.From, s.Until = "2026-01-11", "2026-04-09" },
			`spec.schedule.until: no window opens from 2026-01-11 to 2026-04-09: the first after that would open on 2026-04-10`},
		{"overlapping windows", func(s *v1alpha1.AuditSchedule) { s.Window = "91d" },
			`spec.schedule.window: 91d is longer than the 90 days from 2026-01-10 to 2026-04-10: windows must not overlap, ` +
				`shorten it or let it open less often`},
		{"two faults", func(s *v1alpha1.AuditSchedule) { s.Every, s.TimeZone = "", "Local" },
			`spec.schedule.every: "" is not a period: write Month, Quarter, HalfYear or Year` + "\n" +
				`spec.schedule.timeZone: unknown time zone "Local": write an IANA name, as Asia/Ho_Chi_Minh`},
	}
	now := local(t, "", "2026-06-01 00:00")
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			schedule := quarterly()
			tt.spoil(&schedule)
			_, err := audit.Evaluate(planOf(schedule), nil, now)
			if err == nil || err.Error() != tt.want {
				t.Errorf("got  %v\nwant %s", err, tt.want)
			}
			if fault, ok := errors.AsType[*audit.FieldError](err); !ok {
				t.Errorf("the error %v is no FieldError", err)
			} else if fault.DetailVi == "" || strings.Contains(fault.Detail+fault.DetailVi, "%!") {
				t.Errorf("%q in English, %q in Vietnamese", fault.Detail, fault.DetailVi)
			}
			if tt.name != "shift without a calendar" {
				if err := audit.Validate(planOf(schedule)); err == nil || err.Error() != tt.want {
					t.Errorf("Validate gives the error %v", err)
				}
			}
			if _, again := audit.Occurrences(planOf(schedule), nil, now, now); again == nil || again.Error() != tt.want {
				t.Errorf("Occurrences gives the error %v", again)
			}
		})
	}
}

func TestValidateNeedsNoCalendar(t *testing.T) {
	for _, schedule := range []v1alpha1.AuditSchedule{quarterly(), shiftedMonthly("Next")} {
		if err := audit.Validate(planOf(schedule)); err != nil {
			t.Errorf("Validate: %v", err)
		}
	}
}

func TestTheLongestWindow(t *testing.T) {
	// A window may end at the instant at which the next one opens, in the shortest month too.
	tests := []struct {
		every  string
		day    int32
		window v1alpha1.CalendarDays
		ok     bool
	}{
		{"Month", 1, "28d", true},
		{"Month", 1, "29d", false},
		{"Month", 31, "28d", true},
		{"Month", 31, "29d", false},
		{"Quarter", 1, "90d", true},
		{"Quarter", 1, "91d", false},
		{"HalfYear", 1, "181d", true},
		{"HalfYear", 1, "182d", false},
		{"Year", 1, "365d", true},
		{"Year", 1, "366d", false},
	}
	for _, tt := range tests {
		schedule := v1alpha1.AuditSchedule{Every: tt.every, Day: tt.day, From: "2028-03-01", Window: tt.window}
		_, err := audit.Evaluate(planOf(schedule), nil, local(t, "", "2028-06-01 00:00"))
		if (err == nil) != tt.ok {
			t.Errorf("every %s on day %d for %s: error %v", tt.every, tt.day, tt.window, err)
		}
	}
	once := v1alpha1.AuditSchedule{Every: "Month", Day: 1, From: "2028-03-01", Until: "2028-03-31", Window: "300d"}
	if _, err := audit.Evaluate(planOf(once), nil, local(t, "", "2028-06-01 00:00")); err != nil {
		t.Errorf("a single window overlaps nothing: %v", err)
	}
}

func TestShiftedWindowsMustNotOverlap(t *testing.T) {
	schedule := shiftedMonthly("Next")
	schedule.Day, schedule.Window = 16, "28d" // falls on the first day of Tết in 2026
	_, err := audit.Evaluate(planOf(schedule), workCalendar(t, 2026, 2027), local(t, "", "2026-06-01 00:00"))
	want := `spec.schedule.window: 28d is too long: the window of 2026-02-16, moved to a working day, would still be open ` +
		`when that of 2026-03-16 opens on 2026-03-16`
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	schedule.Window = "21d"
	if _, err := audit.Evaluate(planOf(schedule), workCalendar(t, 2026, 2027), local(t, "", "2026-06-01 00:00")); err != nil {
		t.Errorf("windows of 21d do not overlap: %v", err)
	}
}

func TestAShiftIsBounded(t *testing.T) {
	spec := v1alpha1.WorkCalendarSpec{
		Series: "vn", Year: 2026, Standing: v1alpha1.CalendarProvisional,
		WorkingHours: []v1alpha1.WeeklyHours{{
			Days: []v1alpha1.Weekday{"Monday"}, Periods: []v1alpha1.Period{{From: "08:00", To: "12:00"}},
		}},
		Exceptions: []v1alpha1.CalendarException{
			{Date: "2026-05-31", To: "2026-07-05", Kind: v1alpha1.ExceptionClosure, Title: "Nghỉ"},
		},
	}
	c, err := calendar.New([]v1alpha1.WorkCalendarSpec{spec}, v1alpha1.AgencyCalendar{Series: "vn"})
	if err != nil {
		t.Fatal(err)
	}
	_, err = audit.Evaluate(planOf(shiftedMonthly("Next")), c, local(t, "", "2026-01-15 00:00"))
	want := `spec.schedule.calendar: 2026-05-31 has no working day within 31 days on the side of shift Next: ` +
		`check the exceptions of the WorkCalendar`
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}
