package calendar

import (
	"testing"
	"time"

	"chuan.dev/chuan/api/v1alpha1"
)

// subtractHours walks back until a number of minutes, more than none, was worked.
func (n naive) subtractHours(minute, worked int) int {
	for worked > 0 {
		if minute--; n.works[minute] {
			worked--
		}
	}
	return minute
}

// share is what one worked minute of a day is of that day, in units of which naive.whole make a day.
func (n naive) share(minute int) int { return n.whole / n.total[minute/naiveDay] }

// addParts walks until quarters of working days, more than none, were worked, each minute counted as a part of its own day.
// The answer lies in the minute that ends there, and at its very end when it is exact.
func (n naive) addParts(minute, quarters int) (end int, exact bool) {
	need := quarters * n.whole / 4
	for ; need > 0; minute++ {
		if n.works[minute] {
			need -= n.share(minute)
		}
	}
	return minute, need == 0
}

// subtractParts walks back in the same way. The answer lies in the minute that begins there, and at its very beginning when
// it is exact.
func (n naive) subtractParts(minute, quarters int) (begin int, exact bool) {
	need := quarters * n.whole / 4
	for need > 0 {
		if minute--; n.works[minute] {
			need -= n.share(minute)
		}
	}
	return minute, need == 0
}

// subtractCalendarDays walks back over the closes of working days to the first from which the days end by a minute.
func (n naive) subtractCalendarDays(minute, days int) int {
	for day := minute / naiveDay; ; day-- {
		last := day + days
		for last < len(n.total) && n.total[last] == 0 {
			last++
		}
		if n.total[day] > 0 && last < len(n.total) && n.close[last] <= minute {
			return n.close[day]
		}
	}
}

// check compares answers that are exact to the minute.
func (n naive) check(t *testing.T, what string, from int, d Duration, got time.Time, err error, want int) {
	t.Helper()
	n.checkWithin(t, what, from, d, got, err, want, want)
}

// checkWithin compares an answer with the two minutes between which it lies.
func (n naive) checkWithin(t *testing.T, what string, from int, d Duration, got time.Time, err error, first, last int) {
	t.Helper()
	zone := time.FixedZone("", 7*60*60)
	if err != nil {
		t.Fatalf("%s(%s, %s): %v", what, n.time(from).In(zone), d, err)
	}
	if got.Before(n.time(first)) || got.After(n.time(last)) {
		t.Fatalf("%s(%s, %s) = %s, naively %s to %s", what, n.time(from).In(zone), d, got, n.time(first).In(zone), n.time(last).In(zone))
	}
}

// crooked is an agency whose days differ in every way that the API knows, about the ends of years too.
func crooked() v1alpha1.AgencyCalendar {
	periods := func(times ...v1alpha1.TimeOfDay) []v1alpha1.Period {
		var p []v1alpha1.Period
		for i := 0; i < len(times); i += 2 {
			p = append(p, v1alpha1.Period{From: times[i], To: times[i+1]})
		}
		return p
	}
	return v1alpha1.AgencyCalendar{
		Series: "vn",
		WorkingHours: []v1alpha1.WeeklyHours{
			{Days: []v1alpha1.Weekday{"Monday", "Tuesday", "Thursday"}, Periods: periods("07:00", "11:30", "13:30", "17:00")},
			{Days: []v1alpha1.Weekday{"Wednesday"}, Periods: periods("07:00", "11:30", "13:00", "15:30")},
			{Days: []v1alpha1.Weekday{"Friday"}, Periods: periods("07:00", "11:30", "13:30", "16:45")},
			{Days: []v1alpha1.Weekday{"Saturday"}, Periods: periods("07:30", "11:00")},
		},
		Exceptions: []v1alpha1.CalendarException{
			{Date: "2018-05-07", To: "2018-05-08", Kind: v1alpha1.ExceptionClosure, Title: "Kỷ niệm Chiến thắng Điện Biên Phủ"},
			{Date: "2018-12-29", Kind: v1alpha1.ExceptionMakeUp, Title: "Làm bù cả ngày", Periods: periods("06:30", "11:00", "12:00", "16:00", "18:00", "19:20")},
			{Date: "2018-12-30", Kind: v1alpha1.ExceptionMakeUp, Title: "Làm bù như thứ Hai"},
			{Date: "2019-01-02", Kind: v1alpha1.ExceptionHalfDay, Title: "Sáng làm việc", Periods: periods("08:00", "09:31")},
			{Date: "2019-02-01", Kind: v1alpha1.ExceptionHalfDay, Title: "Chiều nghỉ trước Tết", Periods: periods("07:30", "11:30")},
			{Date: "2019-12-30", To: "2020-01-03", Kind: v1alpha1.ExceptionClosure, Title: "Chuyển trụ sở"},
			{Date: "2020-02-29", Kind: v1alpha1.ExceptionHalfDay, Title: "Trực ngày nhuận", Periods: periods("13:30", "17:00")},
		},
	}
}
