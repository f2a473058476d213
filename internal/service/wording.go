package service

import (
	"strconv"
	"strings"
	"time"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/calendar"
	"chuan.dev/chuan/internal/dossier"
)

// The words of the pages, which are in Vietnamese.

var channelWords = map[v1alpha1.Channel]string{
	v1alpha1.ChannelCounter: "trực tiếp tại Bộ phận Một cửa",
	v1alpha1.ChannelOnline:  "trực tuyến",
	v1alpha1.ChannelPost:    "qua bưu chính",
}

var documentKindWords = map[v1alpha1.DocumentKind]string{
	"original":      "bản chính",
	"copy":          "bản sao",
	"certifiedCopy": "bản sao chứng thực",
	"electronic":    "bản điện tử",
	"presented":     "xuất trình",
}

var waitWords = map[string]string{
	"applicant": "Người nộp hồ sơ",
	"payment":   "Người nộp phí, lệ phí",
	"agency":    "Cơ quan phối hợp",
}

var resultWords = map[v1alpha1.OutcomeResult]string{
	v1alpha1.ResultGranted:      "Đã giải quyết",
	v1alpha1.ResultRefused:      "Đã trả lời không giải quyết",
	v1alpha1.ResultNotAccepted:  "Không tiếp nhận",
	v1alpha1.ResultLapsed:       "Đã kết thúc vì không nộp lại",
	v1alpha1.ResultDiscontinued: "Đã dừng giải quyết",
	v1alpha1.ResultWithdrawn:    "Đã rút hồ sơ",
}

// statusWords says in which state a dossier is.
func statusWords(s dossier.State) string {
	if s.Ending != nil {
		if words, ok := resultWords[s.Ending.Result]; ok {
			return words
		}
		return "Đã kết thúc"
	}
	switch s.Clock.State {
	case v1alpha1.ClockNotStarted:
		return "Đang kiểm tra, chưa tiếp nhận chính thức"
	case v1alpha1.ClockStopped:
		return "Tạm dừng tính thời gian, chờ bổ sung"
	case v1alpha1.ClockFinished:
		return "Đã có kết quả, chờ trả"
	default:
		return "Đang giải quyết"
	}
}

// durationWords is a length of time as 8 giờ làm việc; none is a dash.
func durationWords(d v1alpha1.WorkDuration) string {
	parsed, err := calendar.ParseDuration(string(d))
	if err != nil || parsed.IsZero() {
		return "–"
	}
	number := strings.ReplaceAll(strings.TrimSuffix(parsed.String(), parsed.Unit.String()), ".", ",")
	switch parsed.Unit {
	case calendar.WorkingHours:
		return number + " giờ làm việc"
	case calendar.WorkingDays:
		return number + " ngày làm việc"
	default:
		return number + " ngày"
	}
}

// limitWords is a statutory limit. One of no length is a result on the day of receipt.
func limitWords(d v1alpha1.WorkDuration) string {
	if parsed, err := calendar.ParseDuration(string(d)); err == nil && parsed.IsZero() {
		return "trong ngày làm việc"
	}
	return durationWords(d)
}

// dateWords is a day as 01/03/2026.
func dateWords(d v1alpha1.Date) string {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return string(d)
	}
	return t.Format("02/01/2006")
}

// moment is a time as 17:00 ngày 01/03/2026 in the agency's zone; none is empty.
func (a *agency) moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(a.calendar.Location()).Format("15:04 ngày 02/01/2006")
}

// moneyWords is an amount as 75.000 đồng.
func moneyWords(amount int64) string {
	digits := strconv.FormatInt(amount, 10)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "." + digits[i:]
	}
	return digits + " đồng"
}
