package calendar

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"chuan.dev/chuan/api/v1alpha1"
)

func TestNewOverlaysLocalDifferences(t *testing.T) {
	local := commune()
	local.WorkingHours = []v1alpha1.WeeklyHours{
		{Days: []v1alpha1.Weekday{"Monday"}, Periods: []v1alpha1.Period{{From: "08:00", To: "12:00"}}},
		{Days: []v1alpha1.Weekday{"Saturday", "Tuesday"}, Periods: []v1alpha1.Period{{From: "07:00", To: "11:00"}, {From: "11:00", To: "12:30"}}},
	}
	local.Exceptions = append(local.Exceptions,
		v1alpha1.CalendarException{Date: "2026-04-27", Kind: v1alpha1.ExceptionMakeUp, Title: "Trực"},
		v1alpha1.CalendarException{Date: "2030-01-01", To: "2031-12-31", Kind: v1alpha1.ExceptionClosure, Title: "Xa"},
	)
	c := mustNew(t, []v1alpha1.WorkCalendarSpec{year2026(), year2027()}, local)
	tests := []struct {
		name string
		day  v1alpha1.Date
		want []string
	}{
		{"local hours", "2026-03-02", []string{"08:00-12:00"}},
		{"touching periods", "2026-03-03", []string{"07:00-11:00", "11:00-12:30"}},
		{"a weekday without local hours", "2026-03-04", nil},
		{"a holiday of the series", "2026-02-17", nil},
		{"a make-up day of the series has the local Monday", "2026-01-10", []string{"08:00-12:00"}},
		{"a local make-up day wins over a compensatory day", "2026-04-27", []string{"08:00-12:00"}},
		{"a local half day", "2026-02-13", []string{"07:30-11:30"}},
		{"local hours hold in every year", "2027-03-01", []string{"08:00-12:00"}},
		{"not covered", "2030-06-03", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d, err := ParseDate(tt.day)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, p := range c.Periods(d) {
				got = append(got, p.From.Format("15:04")+"-"+p.To.Format("15:04"))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("periods of %s (-want +got):\n%s", d, diff)
			}
			if c.IsWorkingDay(d) != (len(tt.want) > 0) {
				t.Errorf("IsWorkingDay(%s) = %v", d, c.IsWorkingDay(d))
			}
		})
	}
}

func TestCalendarFacts(t *testing.T) {
	c := national(t)
	if first, last := c.Years(); first != 2026 || last != 2027 {
		t.Errorf("Years() = %d, %d", first, last)
	}
	if got := c.Location().String(); got != "Asia/Ho_Chi_Minh" {
		t.Errorf("Location() = %s", got)
	}
	for year, want := range map[int]bool{2026: false, 2027: true, 2028: false} {
		if got := c.Provisional(year); got != want {
			t.Errorf("Provisional(%d) = %v, want %v", year, got, want)
		}
	}
}

func TestWorkingDayFromAndUntil(t *testing.T) {
	c := national(t)
	tests := []struct {
		day, from, until v1alpha1.Date
	}{
		{"2026-03-02", "2026-03-02", "2026-03-02"},
		{"2026-02-18", "2026-02-23", "2026-02-13"},
		{"2026-01-01", "2026-01-05", ""},
		{"2027-12-31", "2027-12-31", "2027-12-31"},
		{"2028-01-01", "", ""},
		{"2025-12-31", "", ""},
	}
	for _, tt := range tests {
		d, err := ParseDate(tt.day)
		if err != nil {
			t.Fatal(err)
		}
		for _, ask := range []struct {
			what string
			of   func(Day) (Day, error)
			want v1alpha1.Date
		}{{"WorkingDayFrom", c.WorkingDayFrom, tt.from}, {"WorkingDayUntil", c.WorkingDayUntil, tt.until}} {
			got, err := ask.of(d)
			switch {
			case ask.want == "" && !errors.Is(err, ErrOutsideCalendar):
				t.Errorf("%s(%s) = %s, %v; want ErrOutsideCalendar", ask.what, d, got, err)
			case ask.want != "" && (err != nil || got.String() != string(ask.want)):
				t.Errorf("%s(%s) = %s, %v; want %s", ask.what, d, got, err, ask.want)
			}
		}
	}
}

func TestNewNamesTheMissingYear(t *testing.T) {
	year2028 := year2027()
	year2028.Year = 2028
	year2028.Exceptions = nil
	tests := []struct {
		name  string
		years []v1alpha1.WorkCalendarSpec
		want  string
	}{
		{"no calendar of the series", nil, `series "vn" has no WorkCalendar: add one for every year that is needed`},
		{
			"a year left out", []v1alpha1.WorkCalendarSpec{year2028, year2026()},
			`series "vn" has no WorkCalendar for 2027 (it has 2026 to 2028): add the WorkCalendar of that year`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := New(tt.years, v1alpha1.AgencyCalendar{Series: "vn"})
			if !errors.Is(err, ErrOutsideCalendar) {
				t.Fatalf("the error %v is not ErrOutsideCalendar", err)
			}
			if err.Error() != tt.want {
				t.Errorf("got  %s\nwant %s", err, tt.want)
			}
		})
	}
}

func TestNewFindsFaults(t *testing.T) {
	tests := []struct {
		name   string
		spoil  func(y *v1alpha1.WorkCalendarSpec, local *v1alpha1.AgencyCalendar)
		field  string
		detail string
	}{
		{"unknown zone", func(y *v1alpha1.WorkCalendarSpec, _ *v1alpha1.AgencyCalendar) {
			y.TimeZone = "Asia/Hanoi"
		}, "spec.timeZone", `unknown time zone "Asia/Hanoi"`},
		{"zone of the machine", func(y *v1alpha1.WorkCalendarSpec, _ *v1alpha1.AgencyCalendar) {
			y.TimeZone = "Local"
		}, "spec.timeZone", `unknown time zone "Local"`},
		{"year out of range", func(y *v1alpha1.WorkCalendarSpec, _ *v1alpha1.AgencyCalendar) {
			y.Year = 26
		}, "spec.year", "not from 1990 to 2199"},
		{"no working hours", func(y *v1alpha1.WorkCalendarSpec, _ *v1alpha1.AgencyCalendar) {
			y.WorkingHours = nil
		}, "spec.workingHours", "no working hours"},
		{"unknown weekday", func(y *v1alpha1.WorkCalendarSpec, _ *v1alpha1.AgencyCalendar) {
			y.WorkingHours[0].Days[0] = "Thứ Hai"
		}, "spec.workingHours[0].days", "not a day of the week"},
		{"weekday twice", func(y *v1alpha1.WorkCalendarSpec, _ *v1alpha1.AgencyCalendar) {
			y.WorkingHours = append(y.WorkingHours, officeHours()...)
		}, "spec.workingHours[1].days", "already has its hours in spec.workingHours[0]"},
		{"no periods", func(y *v1alpha1.WorkCalendarSpec, _ *v1alpha1.AgencyCalendar) {
			y.WorkingHours[0].Periods = nil
		}, "spec.workingHours[0].periods", "no periods of work"},
		{"overlapping periods", func(y *v1alpha1.WorkCalendarSpec, _ *v1alpha1.AgencyCalendar) {
			y.WorkingHours[0].Periods[1].From = "11:29"
		}, "spec.workingHours[0].periods[1]", "begins before the one in front of it has ended"},
		{"unordered periods", func(y *v1alpha1.WorkCalendarSpec, _ *v1alpha1.AgencyCalendar) {
			p := y.WorkingHours[0].Periods
			p[0], p[1] = p[1], p[0]
		}, "spec.workingHours[0].periods[1]", "begins before the one in front of it has ended"},
		{"empty period", func(y *v1alpha1.WorkCalendarSpec, _ *v1alpha1.AgencyCalendar) {
			y.WorkingHours[0].Periods[0].To = "07:30"
		}, "spec.workingHours[0].periods[0]", "does not end after it begins"},
		{"bad beginning", func(y *v1alpha1.WorkCalendarSpec, _ *v1alpha1.AgencyCalendar) {
			y.WorkingHours[0].Periods[0].From = "7h30"
		}, "spec.workingHours[0].periods[0].from", "not a time of day"},
		{"bad end", func(y *v1alpha1.WorkCalendarSpec, _ *v1alpha1.AgencyCalendar) {
			y.WorkingHours[0].Periods[0].To = "9:30"
		}, "spec.workingHours[0].periods[0].to", "not a time of day"},
		{"no such day", func(y *v1alpha1.WorkCalendarSpec, _ *v1alpha1.AgencyCalendar) {
			y.Exceptions[3].Date = "2026-02-30"
		}, "spec.exceptions[3].date", `"2026-02-30" is not a day of the calendar`},
		{"no such last day", func(y *v1alpha1.WorkCalendarSpec, _ *v1alpha1.AgencyCalendar) {
			y.Exceptions[3].To = "2026-02-29"
		}, "spec.exceptions[3].to", `"2026-02-29" is not a day of the calendar`},
		{"last before first", func(y *v1alpha1.WorkCalendarSpec, _ *v1alpha1.AgencyCalendar) {
			y.Exceptions[3].To = "2026-02-15"
		}, "spec.exceptions[3].to", "is before the first day"},
		{"another year", func(y *v1alpha1.WorkCalendarSpec, _ *v1alpha1.AgencyCalendar) {
			y.Exceptions[0].Date = "2025-01-01"
		}, "spec.exceptions[0].date", "is not in 2026"},
		{"two exceptions for a day", func(y *v1alpha1.WorkCalendarSpec, _ *v1alpha1.AgencyCalendar) {
			y.Exceptions[4].Date = "2026-02-20"
		}, "spec.exceptions[4].date", "2026-02-20 already has an exception in spec.exceptions[3]"},
		{"periods on a holiday", func(y *v1alpha1.WorkCalendarSpec, _ *v1alpha1.AgencyCalendar) {
			y.Exceptions[0].Periods = officeHours()[0].Periods
		}, "spec.exceptions[0].periods", "a Holiday is not worked"},
		{"half day without periods", func(y *v1alpha1.WorkCalendarSpec, _ *v1alpha1.AgencyCalendar) {
			y.Exceptions[0].Kind = v1alpha1.ExceptionHalfDay
		}, "spec.exceptions[0].periods", "no periods of work"},
		{"unknown kind", func(y *v1alpha1.WorkCalendarSpec, _ *v1alpha1.AgencyCalendar) {
			y.Exceptions[0].Kind = "Bridge"
		}, "spec.exceptions[0].kind", `"Bridge" is not a kind of exception`},
		{"make-up day without a Monday", func(y *v1alpha1.WorkCalendarSpec, _ *v1alpha1.AgencyCalendar) {
			y.WorkingHours[0].Days = y.WorkingHours[0].Days[1:]
		}, "spec.exceptions[2].periods", "the make-up day 2026-01-10 would have the hours of a Monday"},
		{"local fault", func(_ *v1alpha1.WorkCalendarSpec, local *v1alpha1.AgencyCalendar) {
			local.Exceptions[1].Date = "2026-13-01"
		}, "spec.calendar.exceptions[1].date", "not a day of the calendar"},
		{"local hours", func(_ *v1alpha1.WorkCalendarSpec, local *v1alpha1.AgencyCalendar) {
			local.WorkingHours = []v1alpha1.WeeklyHours{{Days: []v1alpha1.Weekday{"Monday"}}}
		}, "spec.calendar.workingHours[0].periods", "no periods of work"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			year, local := year2026(), commune()
			tt.spoil(&year, &local)
			_, err := New([]v1alpha1.WorkCalendarSpec{year}, local)
			var fault *FieldError
			if !errors.As(err, &fault) {
				t.Fatalf("New gives the error %v, want a FieldError", err)
			}
			if fault.Field != tt.field || !strings.Contains(fault.Detail, tt.detail) {
				t.Errorf("got %s: %s\nwant %s: …%s…", fault.Field, fault.Detail, tt.field, tt.detail)
			}
			checkVietnamese(t, fault)
			wantYear := int(year.Year)
			if strings.HasPrefix(tt.name, "local") {
				wantYear = 0
			}
			if fault.Series != "vn" || fault.Year != wantYear {
				t.Errorf("the fault names series %q and year %d", fault.Series, fault.Year)
			}
		})
	}
}

func TestNewComparesTheYearsOfASeries(t *testing.T) {
	berlin := year2027()
	berlin.TimeZone = "Europe/Berlin"
	unknown := year2026()
	unknown.TimeZone = "Asia/Hanoi"
	tests := []struct {
		name  string
		years []v1alpha1.WorkCalendarSpec
		want  string
	}{
		{
			"an unknown zone is told once", []v1alpha1.WorkCalendarSpec{unknown, year2027()},
			`WorkCalendar of series "vn" for 2026: spec.timeZone: unknown time zone "Asia/Hanoi": write an IANA name, ` +
				`as Asia/Ho_Chi_Minh`,
		},
		{
			"two calendars for a year", []v1alpha1.WorkCalendarSpec{year2026(), year2026()},
			`WorkCalendar of series "vn" for 2026: spec.year: the series has two calendars for 2026: keep one`,
		},
		{
			"two zones", []v1alpha1.WorkCalendarSpec{year2026(), berlin},
			`WorkCalendar of series "vn" for 2027: spec.timeZone: the zone Europe/Berlin differs from Asia/Ho_Chi_Minh, ` +
				`that of 2026: give all calendars of a series one zone`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := New(tt.years, v1alpha1.AgencyCalendar{Series: "vn"})
			if err == nil || err.Error() != tt.want {
				t.Errorf("got  %v\nwant %s", err, tt.want)
			}
			if fault, ok := errors.AsType[*FieldError](err); ok {
				checkVietnamese(t, fault)
			}
		})
	}
}

// checkVietnamese: the fault is worded in Vietnamese too, and every argument fits its place in both.
func checkVietnamese(t *testing.T, fault *FieldError) {
	t.Helper()
	if vi := fault.DetailVi; vi == "" || vi == fault.Detail || strings.Contains(vi+fault.Detail, "%!") {
		t.Errorf("%s: %q in English, %q in Vietnamese", fault.Field, fault.Detail, vi)
	}
}

func TestNewReportsEveryFaultAtOnce(t *testing.T) {
	year, local := year2026(), commune()
	year.Exceptions[0].Date = "2026-02-30"
	year.WorkingHours[0].Periods[0].From = "late"
	local.Exceptions[0].Kind = "Bridge"
	_, err := New([]v1alpha1.WorkCalendarSpec{year}, local)
	want := strings.Join([]string{
		`calendar of the agency (series "vn"): spec.calendar.exceptions[0].kind: "Bridge" is not a kind of exception: ` +
			`write Holiday, Compensatory, Swapped, Closure, MakeUp or HalfDay`,
		`WorkCalendar of series "vn" for 2026: spec.workingHours[0].periods[0].from: "late" is not a time of day: ` +
			`write it as 07:30, up to 24:00`,
		`WorkCalendar of series "vn" for 2026: spec.exceptions[0].date: "2026-02-30" is not a day of the calendar: ` +
			`write an existing day as 2026-03-01`,
	}, "\n")
	if err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
}

func TestAReplacedMakeUpDayNeedsNoMonday(t *testing.T) {
	year := year2026()
	local := v1alpha1.AgencyCalendar{
		Series: "vn",
		WorkingHours: []v1alpha1.WeeklyHours{
			{Days: []v1alpha1.Weekday{"Tuesday"}, Periods: []v1alpha1.Period{{From: "08:00", To: "12:00"}}},
		},
		Exceptions: []v1alpha1.CalendarException{
			{Date: "2026-01-10", Kind: v1alpha1.ExceptionClosure, Title: "Nghỉ"},
			{Date: "2026-08-22", Kind: v1alpha1.ExceptionClosure, Title: "Nghỉ"},
		},
	}
	c := mustNew(t, []v1alpha1.WorkCalendarSpec{year}, local)
	if d := NewDay(2026, time.January, 10); c.IsWorkingDay(d) {
		t.Errorf("%s is worked", d)
	}
}

func TestMissingYearInVietnamese(t *testing.T) {
	for _, tt := range []struct {
		err  MissingYearError
		want string
	}{
		{MissingYearError{Series: "vn"}, `chuỗi lịch "vn" chưa có WorkCalendar nào: thêm lịch cho từng năm cần dùng`},
		{MissingYearError{Series: "vn", Year: 2027, First: 2026, Last: 2026}, `chuỗi lịch "vn" chưa có WorkCalendar năm 2027 (đang có năm 2026): thêm lịch năm đó`},
		{MissingYearError{Series: "vn", Year: 2028, First: 2026, Last: 2027}, `chuỗi lịch "vn" chưa có WorkCalendar năm 2028 (đang có các năm 2026 đến 2027): thêm lịch năm đó`},
	} {
		if got := tt.err.Vietnamese(); got != tt.want {
			t.Errorf("got  %s\nwant %s", got, tt.want)
		}
	}
}
