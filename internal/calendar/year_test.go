package calendar

import (
	"strings"
	"testing"

	"chuan.dev/chuan/api/v1alpha1"
)

func TestCheckYear(t *testing.T) {
	official := func(date v1alpha1.Date) v1alpha1.WorkCalendarSpec {
		return v1alpha1.WorkCalendarSpec{
			Year: 2027, Standing: v1alpha1.CalendarOfficial, Notice: &v1alpha1.Decision{Number: "1/TB-BNV", Date: date},
		}
	}
	provisional := v1alpha1.WorkCalendarSpec{Year: 2027, Standing: v1alpha1.CalendarProvisional}
	for _, tt := range []struct {
		name, today  string
		spec         v1alpha1.WorkCalendarSpec
		path, en, vi string
	}{
		{"provisional, far off", "2026-10-02", provisional, "", "", ""},
		{"provisional, ninety days before", "2026-10-03", provisional, "spec.standing", "the year begins in 90 days", "còn 90 ngày nữa"},
		{"provisional, a month before", "2026-11-27", provisional, "spec.standing", "the year begins in 35 days", "còn 35 ngày nữa"},
		{"provisional, on its first day", "2027-01-01", provisional, "spec.standing", "the year began on 2027-01-01", "đã bắt đầu từ ngày 2027-01-01"},
		{"provisional, on its last day", "2027-12-31", provisional, "spec.standing", "the year began on 2027-01-01", "đã bắt đầu từ ngày 2027-01-01"},
		{"provisional, over", "2028-01-01", provisional, "spec.standing", "the year ended on 2027-12-31", "đã hết từ ngày 2027-12-31"},
		{"official", "2026-11-27", official("2026-11-27"), "", "", ""},
		{"official by a notice to come", "2026-11-27", official("2026-12-01"), "spec.notice.date", "4 days from now", "còn 4 ngày nữa"},
		{"official without a notice, which the schema reports", "2026-11-27", v1alpha1.WorkCalendarSpec{Year: 2027, Standing: v1alpha1.CalendarOfficial}, "", "", ""},
		{"official by a notice of no day", "2026-11-27", official("2026-02-30"), "", "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			findings := CheckYear(&tt.spec, mustDate(t, tt.today))
			if tt.path == "" {
				if len(findings) > 0 {
					t.Errorf("findings %v, want none", findings)
				}
				return
			}
			if len(findings) != 1 || findings[0].Rule != "V21" || findings[0].Path != tt.path ||
				!strings.Contains(findings[0].Message, tt.en) || !strings.Contains(findings[0].MessageVi, tt.vi) {
				t.Errorf("findings %+v, want V21 at %s: …%s…", findings, tt.path, tt.en)
			}
		})
	}
}
