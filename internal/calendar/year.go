package calendar

import (
	"fmt"
	"time"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/rule"
)

// daysAhead is how long before a year begins people begin to compute due dates in it: the longest limits in use are of
// about ninety days.
const daysAhead = 90

// CheckYear finds what makes a yearly calendar less sure than people take it for on a day (rule V21): it is provisional
// although dates in it are computed by now, or official by a notice that is not issued yet. Whether a calendar can be used
// at all is what [New] says.
func CheckYear(spec *v1alpha1.WorkCalendarSpec, today Day) []rule.Finding {
	year := int(spec.Year)
	switch {
	case spec.Standing == v1alpha1.CalendarProvisional:
		if began, vi, ok := began(year, today); ok {
			return []rule.Finding{{
				Rule: "V21", Severity: rule.Warning, Path: "spec.standing",
				Message: fmt.Sprintf("the calendar of %d is provisional, and the year %s: due dates computed in it may move; "+
					"when the year's notice is out, correct the days, cite it in spec.notice and set Official", year, began),
				MessageVi: fmt.Sprintf("lịch năm %d mới là tạm tính (Provisional), mà năm này %s: hạn tính theo lịch có thể thay đổi; "+
					"khi có thông báo nghỉ lễ, tết thì sửa ngày, ghi thông báo vào spec.notice và chuyển sang Official", year, vi),
			}}
		}
	case spec.Standing == v1alpha1.CalendarOfficial && spec.Notice != nil:
		if issued, err := ParseDate(spec.Notice.Date); err == nil && issued > today {
			return []rule.Finding{{
				Rule: "V21", Severity: rule.Warning, Path: "spec.notice.date",
				Message: fmt.Sprintf("the calendar of %d is official by a notice of %s, which is %d days from now: correct the date, "+
					"or set Provisional until the notice is issued", year, issued, issued-today),
				MessageVi: fmt.Sprintf("lịch năm %d ghi là chính thức (Official) theo thông báo ngày %s, còn %d ngày nữa mới đến: hãy sửa "+
					"ngày, hoặc để Provisional đến khi có thông báo", year, issued, issued-today),
			}}
		}
	}
	return nil
}

// began says in English and Vietnamese when a year begins or began, and whether dates in it are computed by today.
func began(year int, today Day) (english, vietnamese string, ok bool) {
	first, next := NewDay(year, time.January, 1), NewDay(year+1, time.January, 1)
	switch {
	case today >= next:
		return fmt.Sprintf("ended on %s", next.AddDays(-1)), fmt.Sprintf("đã hết từ ngày %s", next.AddDays(-1)), true
	case today >= first:
		return fmt.Sprintf("began on %s", first), fmt.Sprintf("đã bắt đầu từ ngày %s", first), true
	case first-today <= daysAhead:
		return fmt.Sprintf("begins in %d days", first-today), fmt.Sprintf("còn %d ngày nữa là bắt đầu", first-today), true
	}
	return "", "", false
}
