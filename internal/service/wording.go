package service

import (
	"time"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/dossier"
)

// The words that only the pages use, in Vietnamese; package wording has the others.

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

// moment is a time as 17:00 ngày 01/03/2026 in the agency's zone; none is empty.
func (a *agency) moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(a.calendar.Location()).Format("15:04 ngày 02/01/2006")
}
