package agency

import (
	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/calendar"
	"chuan.dev/chuan/internal/rule"
)

// CheckPlan looks at an audit plan among the agencies of its namespace, by the calendar of its schedule, on a day. The
// calendar is nil where the plan names none that is known.
func CheckPlan(plan *v1alpha1.AuditPlan, agencies []*v1alpha1.Agency, working *calendar.Calendar, today calendar.Day) []rule.Finding {
	_, _, _, _ = plan, agencies, working, today
	return nil
}
