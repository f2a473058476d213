package procedure

import (
	"fmt"
	"time"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/calendar"
)

const cutoffPath = "spec.deadline.receiptCutoff"

// proveCutoff (V12): a procedure of the same day has a cut-off, and a cut-off lies within the working hours of those who work
// by it.
func proveCutoff(p *Procedure, s *Surroundings) []violation {
	cutoff := p.Spec.Deadline.ReceiptCutoff
	if cutoff == "" {
		if !p.graph.limit.IsZero() {
			return nil
		}
		return []violation{at(cutoffPath,
			"a dossier is settled on the day of receipt (%s), and nothing says until when it counts as received that day; give the cut-off, as 15:00",
			"hồ sơ giải quyết trong ngày (%s) nhưng chưa quy định giờ chốt nhận; ghi giờ chốt, ví dụ 15:00", p.Spec.Deadline.Limit)}
	}
	for i := range s.Calendars {
		by := &s.Calendars[i]
		opens, closes, known := longestDay(by.Calendar, s.Today)
		switch {
		case !known:
		case cutoff <= opens:
			return []violation{at(cutoffPath,
				"the cut-off %s is not after %s, when %s opens: every dossier would count as received on the next working day; write a time of the afternoon, as 15:00",
				"giờ chốt %s không sau giờ mở cửa %s của %s: mọi hồ sơ sẽ tính sang ngày làm việc sau; ghi giờ buổi chiều, ví dụ 15:00", cutoff, opens, by.Who)}
		case cutoff > closes:
			return []violation{at(cutoffPath,
				"the cut-off %s is after %s, when %s closes, and so never applies; write a time before that, as 15:00, or take it out",
				"giờ chốt %s sau giờ đóng cửa %s của %s nên không bao giờ áp dụng; ghi giờ sớm hơn, ví dụ 15:00, hoặc bỏ", cutoff, closes, by.Who)}
		}
	}
	return nil
}

// longestDay returns when the longest of the seven days from a day on opens and closes. A week with a holiday still has a
// whole day.
func longestDay(c *calendar.Calendar, from calendar.Day) (opens, closes v1alpha1.TimeOfDay, known bool) {
	var longest time.Duration
	for d := from; d < from.AddDays(7); d++ {
		periods := c.Periods(d)
		if len(periods) == 0 {
			continue
		}
		begin, end := periods[0].From, periods[len(periods)-1].To
		if lasts := end.Sub(begin); lasts > longest {
			longest, known = lasts, true
			opens, closes = timeOfDay(begin.Sub(d.Start(c.Location()))), timeOfDay(end.Sub(d.Start(c.Location())))
		}
	}
	return opens, closes, known
}

func timeOfDay(since time.Duration) v1alpha1.TimeOfDay {
	return v1alpha1.TimeOfDay(fmt.Sprintf("%02d:%02d", int(since.Hours()), int(since.Minutes())%60))
}
