package procedure

import (
	"strings"
	"testing"
	"time"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/calendar"
)

func TestProveCutoff(t *testing.T) {
	office := v1alpha1.WorkCalendarSpec{
		Series: "vn", Year: 2026, TimeZone: "Asia/Ho_Chi_Minh", Standing: v1alpha1.CalendarProvisional,
		WorkingHours: []v1alpha1.WeeklyHours{{
			Days:    []v1alpha1.Weekday{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday"},
			Periods: []v1alpha1.Period{{From: "07:30", To: "11:30"}, {From: "13:30", To: "17:30"}},
		}},
	}
	working, err := calendar.New([]v1alpha1.WorkCalendarSpec{office}, v1alpha1.AgencyCalendar{Series: "vn"})
	if err != nil {
		t.Fatal(err)
	}
	around := &Surroundings{
		Today: calendar.NewDay(2026, time.November, 27), Calendars: []WorkedBy{{Who: "xa-a", Calendar: working}},
	}
	for name, tt := range map[string]struct {
		limit  v1alpha1.WorkDuration
		cutoff v1alpha1.TimeOfDay
		want   string
	}{
		"the usual one":           {"0wd", "15:00", ""},
		"none, in several days":   {"15d", "", ""},
		"none, on the same day":   {"0wd", "", "settled on the day of receipt (0wd), and nothing says until when"},
		"at the close":            {"15d", "17:30", ""},
		"after the close":         {"15d", "18:00", "the cut-off 18:00 is after 17:30, when xa-a closes"},
		"at the opening":          {"15d", "07:30", "the cut-off 07:30 is not after 07:30, when xa-a opens"},
		"before the opening":      {"0wd", "06:00", "the cut-off 06:00 is not after 07:30, when xa-a opens"},
		"just after the opening":  {"15d", "07:31", ""},
		"in the break, as it may": {"15d", "12:00", ""},
	} {
		t.Run(name, func(t *testing.T) {
			source := buildingPermit(t)
			source.Spec.Deadline.Limit, source.Spec.Deadline.ReceiptCutoff = tt.limit, tt.cutoff
			p, _ := CompileAccepted(source.Name, &source.Spec)
			found := proveCutoff(p, around)
			switch {
			case tt.want == "" && len(found) > 0:
				t.Errorf("findings %v, want none", found)
			case tt.want != "" && (len(found) != 1 || !strings.Contains(found[0].message, tt.want) || found[0].messageVi == ""):
				t.Errorf("findings %v, want one that says %q", found, tt.want)
			}
		})
	}
}
