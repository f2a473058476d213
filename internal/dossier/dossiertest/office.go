package dossiertest

import (
	"fmt"
	"sync"
	"time"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/calendar"
	"chuan.dev/chuan/internal/dossier"
)

// Calendar works from Monday to Friday, 07:30 to 11:30 and 13:30 to 17:30, from 2026 to 2040.
var Calendar = sync.OnceValue(func() *calendar.Calendar {
	return worked("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
})

// Busier works on Saturdays as well.
var Busier = sync.OnceValue(func() *calendar.Calendar {
	return worked("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
})

func worked(days ...v1alpha1.Weekday) *calendar.Calendar {
	var years []v1alpha1.WorkCalendarSpec
	for year := int32(2026); year <= 2040; year++ {
		years = append(years, v1alpha1.WorkCalendarSpec{
			Series: "vn", Year: year, Standing: v1alpha1.CalendarProvisional, TimeZone: "Asia/Ho_Chi_Minh",
			WorkingHours: []v1alpha1.WeeklyHours{{
				Days:    days,
				Periods: []v1alpha1.Period{{From: "07:30", To: "11:30"}, {From: "13:30", To: "17:30"}},
			}},
		})
	}
	c, err := calendar.New(years, v1alpha1.AgencyCalendar{Series: "vn"})
	if err != nil {
		panic(err)
	}
	return c
}

// Morning is eight o'clock on Monday, the first of June 2026, in Vietnam.
var Morning = time.Date(2026, time.June, 1, 1, 0, 0, 0, time.UTC)

// Everything is the officer who holds every role.
const Everything v1alpha1.ID = "kiem"

// deputy holds no role and acts for who is away.
const deputy v1alpha1.ID = "thay"

// Office staffs a procedure: three officers hold each role and no other, one holds every role, and one of each role is away
// for whom another of the agency acts.
func Office(spec *v1alpha1.QualityProcedureSpec) dossier.Office {
	all := v1alpha1.Officer{ID: Everything, Title: "Kiêm nhiệm"}
	var officers []v1alpha1.Officer
	for _, role := range spec.Roles {
		all.Roles = append(all.Roles, role.ID)
		for i := range 3 {
			officers = append(officers, v1alpha1.Officer{
				ID: v1alpha1.ID(fmt.Sprintf("%s-%d", role.ID, i)), Title: v1alpha1.Title(fmt.Sprintf("Cán bộ %s %d", role.ID, i)),
				Roles: []v1alpha1.ID{role.ID},
			})
		}
		officers[len(officers)-1].DelegatesTo = []v1alpha1.Delegation{{Officer: deputy, Until: "2040-12-31"}}
	}
	officers = append(officers, all, v1alpha1.Officer{ID: deputy, Title: "Người làm thay"})
	return dossier.Office{Calendar: Calendar(), Officers: officers}
}
