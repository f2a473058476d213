package calendar

import (
	"errors"
	"fmt"
	"strconv"

	"chuan.dev/chuan/api/v1alpha1"
)

// ErrOutsideCalendar is matched, with [errors.Is], by every error that says a year is missing. What is missing is in the
// [MissingYearError] that carries it.
var ErrOutsideCalendar = errors.New("outside the working calendar")

// MissingYearError says that an answer needs a year for which the series has no WorkCalendar. Adding that calendar is
// the cure.
type MissingYearError struct {
	// Series of the calendars.
	Series v1alpha1.ID
	// Year that is missing; zero when the series has no calendar at all.
	Year int
	// First and Last year that the series has; zero when it has none.
	First, Last int
}

// Error names the series and the missing year.
func (e *MissingYearError) Error() string {
	if e.Year == 0 {
		return fmt.Sprintf("series %q has no WorkCalendar: add one for every year that is needed", e.Series)
	}
	covered := strconv.Itoa(e.First)
	if e.Last != e.First {
		covered = fmt.Sprintf("%d to %d", e.First, e.Last)
	}
	return fmt.Sprintf("series %q has no WorkCalendar for %d (it has %s): add the WorkCalendar of that year",
		e.Series, e.Year, covered)
}

// Vietnamese says what Error says, for the officers who write manifests.
func (e *MissingYearError) Vietnamese() string {
	if e.Year == 0 {
		return fmt.Sprintf("chuỗi lịch %q chưa có WorkCalendar nào: thêm lịch cho từng năm cần dùng", e.Series)
	}
	covered := fmt.Sprintf("năm %d", e.First)
	if e.Last != e.First {
		covered = fmt.Sprintf("các năm %d đến %d", e.First, e.Last)
	}
	return fmt.Sprintf("chuỗi lịch %q chưa có WorkCalendar năm %d (đang có %s): thêm lịch năm đó", e.Series, e.Year, covered)
}

// Unwrap makes the error match [ErrOutsideCalendar].
func (e *MissingYearError) Unwrap() error { return ErrOutsideCalendar }

// FieldError says what is wrong with one field of a calendar, and what to do about it.
type FieldError struct {
	// Series of the calendar.
	Series v1alpha1.ID
	// Year of the WorkCalendar at fault; zero when the fault lies in the local differences of an agency.
	Year int
	// Field at fault, as spec.exceptions[3].date in a WorkCalendar or spec.calendar.workingHours[0].days in an Agency.
	Field string
	// Detail says in English what is wrong and what to do, and DetailVi says it in Vietnamese.
	Detail, DetailVi string
}

// Error names the calendar, the field and the fault.
func (e *FieldError) Error() string {
	if e.Year == 0 {
		return fmt.Sprintf("calendar of the agency (series %q): %s: %s", e.Series, e.Field, e.Detail)
	}
	return fmt.Sprintf("WorkCalendar of series %q for %d: %s: %s", e.Series, e.Year, e.Field, e.Detail)
}
