package wording

import (
	"strconv"
	"strings"
	"time"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/calendar"
)

// None stands in a table where there is nothing to say.
const None = "–"

// Duration is a length of time as 8 giờ làm việc; none is a dash. What is malformed stays as it is.
func Duration(d v1alpha1.WorkDuration) string {
	if d == "" {
		return None
	}
	parsed, err := calendar.ParseDuration(string(d))
	if err != nil {
		return string(d)
	}
	if parsed.IsZero() {
		return None
	}
	return amount(parsed)
}

// Limit is a statutory limit. One of no length is a result on the day of receipt.
func Limit(d v1alpha1.WorkDuration) string {
	if parsed, err := calendar.ParseDuration(string(d)); err == nil && parsed.IsZero() {
		return "trong ngày làm việc"
	}
	return Duration(d)
}

func amount(d calendar.Duration) string {
	number := strings.ReplaceAll(strings.TrimSuffix(d.String(), d.Unit.String()), ".", ",")
	switch d.Unit {
	case calendar.WorkingHours:
		return number + " giờ làm việc"
	case calendar.WorkingDays:
		return number + " ngày làm việc"
	default:
		return number + " ngày"
	}
}

// Date is a day as 01/03/2026.
func Date(d v1alpha1.Date) string {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return string(d)
	}
	return t.Format("02/01/2006")
}

// Money is an amount as 75.000 đồng.
func Money(amount int64) string {
	digits := strconv.FormatInt(amount, 10)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "." + digits[i:]
	}
	return digits + " đồng"
}

// Retention is how long a record is kept: vĩnh viễn, or 20 năm.
func Retention(retention string) string {
	if retention == "permanent" {
		return "vĩnh viễn"
	}
	if years, ok := strings.CutSuffix(retention, "y"); ok {
		return years + " năm"
	}
	return retention
}

// Target is the target of an objective, as ≥ 98% or ≤ 3 ngày làm việc.
func Target(target string) string {
	comparison, value, ok := strings.Cut(target, " ")
	sign := map[string]string{">=": "≥", "<=": "≤"}[comparison]
	if !ok || sign == "" {
		return target
	}
	for _, unit := range []struct{ short, words string }{
		{"wh", " giờ làm việc"}, {"wd", " ngày làm việc"}, {"d", " ngày"}, {"%", "%"},
	} {
		if number, ok := strings.CutSuffix(value, unit.short); ok {
			return sign + " " + strings.ReplaceAll(number, ".", ",") + unit.words
		}
	}
	return sign + " " + value
}
