package auditplan

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"chuan.dev/chuan/api/v1alpha1"
)

// outcomes are what a first pass over a plan comes to, in the morning of 12 April 2026 unless another time is given, when the window
// of 10 April is open. Beside the plan there are the communes Thanh Nưa, which is labelled, and Thanh An, which is not.
var outcomes = []struct {
	name    string
	plan    *v1alpha1.AuditPlan
	others  []*v1alpha1.WorkCalendar
	now     string
	want    []string
	wakesAt string
	count   int32
}{
	{
		name: "unknown zone",
		plan: quarterly(func(p *v1alpha1.AuditPlan) { p.Spec.Schedule.TimeZone = "Asia/Hanoi" }),
		want: []string{
			`Ready=False InvalidSchedule: spec.schedule.timeZone: unknown time zone "Asia/Hanoi": write an IANA name, as Asia/Ho_Chi_Minh`,
			`Stalled=True InvalidSchedule: spec.schedule.timeZone: unknown time zone "Asia/Hanoi": write an IANA name, as Asia/Ho_Chi_Minh`,
			`ScheduleValid=False InvalidSchedule: spec.schedule.timeZone: unknown time zone "Asia/Hanoi": write an IANA name, as Asia/Ho_Chi_Minh`,
			`WindowOpen=Unknown InvalidSchedule: the schedule cannot be computed`,
		},
		count: 2,
	},
	{
		name: "two faults",
		plan: quarterly(func(p *v1alpha1.AuditPlan) { p.Spec.Schedule.Window, p.Spec.Schedule.Day = "0d", 40 }),
		want: []string{
			`Ready=False InvalidSchedule: spec.schedule.day: 40 is not a day of a month: write 1 to 31; in shorter months it is the last day; spec.schedule.window: a window of 0d is never open: write at least 1d`,
			`Stalled=True InvalidSchedule: spec.schedule.day: 40 is not a day of a month: write 1 to 31; in shorter months it is the last day; spec.schedule.window: a window of 0d is never open: write at least 1d`,
			`ScheduleValid=False InvalidSchedule: spec.schedule.day: 40 is not a day of a month: write 1 to 31; in shorter months it is the last day; spec.schedule.window: a window of 0d is never open: write at least 1d`,
			`WindowOpen=Unknown InvalidSchedule: the schedule cannot be computed`,
		},
		count: 2,
	},
	{
		name: "missing auditees, while the window opens all the same",
		plan: quarterly(func(p *v1alpha1.AuditPlan) {
			p.Spec.Auditees.Names = []string{"xa-z", "xa-y", "xa-x", "xa-w", "xa-thanh-an", "xa-v", "xa-u"}
		}),
		want: []string{
			`Ready=False AuditeeNotFound: spec.auditees.names: not in this namespace: xa-u, xa-v, xa-w, xa-x, xa-y and 1 more: make these agencies, or correct the names`,
			`Reconciling=True AuditeeNotFound: spec.auditees.names: not in this namespace: xa-u, xa-v, xa-w, xa-x, xa-y and 1 more: make these agencies, or correct the names`,
			`ScheduleValid=True Scheduled: the next windows are known`,
			`WindowOpen=True WindowOpen: the window of 20260410 is open`,
		},
		wakesAt: "2026-04-30 00:00",
		count:   1,
	},
	{
		name: "no agency is selected",
		plan: quarterly(func(p *v1alpha1.AuditPlan) {
			selecting(p)
			p.Spec.Auditees.Selector.MatchLabels["level"] = "ministry"
		}),
		want: []string{
			`Ready=False NoAuditees: spec.auditees.selector: no agency of this namespace has these labels: label the agencies, or correct the selector`,
			`Reconciling=True NoAuditees: spec.auditees.selector: no agency of this namespace has these labels: label the agencies, or correct the selector`,
			`ScheduleValid=True Scheduled: the next windows are known`,
			`WindowOpen=True WindowOpen: the window of 20260410 is open`,
		},
		wakesAt: "2026-04-30 00:00",
	},
	{
		name: "a selector that makes no sense",
		plan: quarterly(func(p *v1alpha1.AuditPlan) {
			selecting(p)
			p.Spec.Auditees.Selector.MatchExpressions = []metav1.LabelSelectorRequirement{{Key: "level", Operator: "Like"}}
		}),
		want: []string{
			`Ready=False InvalidSpec: spec.auditees.selector: "Like" is not a valid label selector operator: correct the selector`,
			`Stalled=True InvalidSpec: spec.auditees.selector: "Like" is not a valid label selector operator: correct the selector`,
			`ScheduleValid=True Scheduled: the next windows are known`,
			`WindowOpen=True WindowOpen: the window of 20260410 is open`,
		},
		wakesAt: "2026-04-30 00:00",
	},
	{
		name: "named and selected auditees count once",
		plan: quarterly(selecting, func(p *v1alpha1.AuditPlan) { p.Spec.Auditees.Names = []string{"xa-thanh-nua"} }),
		want: []string{
			`Ready=True Succeeded: the schedule is valid; 1 agency is audited`,
			`ScheduleValid=True Scheduled: the next windows are known`,
			`WindowOpen=True WindowOpen: the window of 20260410 is open`,
		},
		wakesAt: "2026-04-30 00:00",
		count:   1,
	},
	{
		name: "an inspector from an agency that is inspected",
		plan: quarterly(func(p *v1alpha1.AuditPlan) { p.Spec.Kind, p.Spec.Team[0].Agency = "Inspection", "xa-thanh-an" }),
		want: []string{
			`Ready=False RuleViolated: V17 spec.team[0].agency: Nguyễn Thị Thu works in xa-thanh-an, which is audited, and this is no internal audit; let somebody from elsewhere audit`,
			`Stalled=True RuleViolated: V17 spec.team[0].agency: Nguyễn Thị Thu works in xa-thanh-an, which is audited, and this is no internal audit; let somebody from elsewhere audit`,
			`IndependenceMet=False RuleViolated: V17 spec.team[0].agency: Nguyễn Thị Thu works in xa-thanh-an, which is audited, and this is no internal audit; let somebody from elsewhere audit`,
			`ScheduleValid=True Scheduled: the next windows are known`,
			`WindowOpen=True WindowOpen: the window of 20260410 is open`,
		},
		wakesAt: "2026-04-30 00:00",
		count:   2,
	},
	{
		name: "somebody who does not audit where she has worked, and no criteria",
		plan: quarterly(func(p *v1alpha1.AuditPlan) {
			p.Spec.Criteria = nil
			p.Spec.Team = append(p.Spec.Team, v1alpha1.AuditTeamMember{
				ID: "b", Title: "Lò Thị B", Role: "Auditor", MayNotAudit: []string{"xa-thanh-an"},
			})
		}),
		want: []string{
			`Ready=True Succeeded: the schedule is valid; 2 agencies are audited`,
			`IndependenceMet=True RulesKept: nobody of the team audits their own work`,
			`ScheduleValid=True Scheduled: the next windows are known; 1 warning: V17: chuan lint shows it`,
			`WindowOpen=True WindowOpen: the window of 20260410 is open`,
		},
		wakesAt: "2026-04-30 00:00",
		count:   2,
	},
	{
		name: "a procedure that no auditee adopts",
		plan: quarterly(func(p *v1alpha1.AuditPlan) { p.Spec.Procedures = []string{"cap-lai", "xac-nhan"} }),
		want: []string{
			`Ready=False DependencyNotFound: V17 spec.procedures[0]: none of the 2 auditees adopts the procedure cap-lai, so that it is never audited; correct the name, or audit an agency that adopts it`,
			`Reconciling=True DependencyNotFound: V17 spec.procedures[0]: none of the 2 auditees adopts the procedure cap-lai, so that it is never audited; correct the name, or audit an agency that adopts it`,
			`ScheduleValid=False RuleViolated: V17 spec.procedures[0]: none of the 2 auditees adopts the procedure cap-lai, so that it is never audited; correct the name, or audit an agency that adopts it`,
			`WindowOpen=True WindowOpen: the window of 20260410 is open`,
		},
		wakesAt: "2026-04-30 00:00",
		count:   2,
	},
	{
		name:   "no calendar of the series",
		plan:   quarterly(shifted),
		others: []*v1alpha1.WorkCalendar{workCalendar("other", 2026, v1alpha1.CalendarOfficial)},
		want: []string{
			`Ready=False DependencyNotFound: series "vn" has no WorkCalendar: add one for every year that is needed`,
			`Reconciling=True DependencyNotFound: series "vn" has no WorkCalendar: add one for every year that is needed`,
			`ScheduleValid=Unknown CalendarNotFound: series "vn" has no WorkCalendar: add one for every year that is needed`,
			`WindowOpen=Unknown CalendarNotFound: it depends on a calendar that is missing`,
		},
		count: 2,
	},
	{
		name:   "an official calendar; the slot is a Saturday",
		plan:   quarterly(shifted),
		others: []*v1alpha1.WorkCalendar{workCalendar("vn", 2026, v1alpha1.CalendarOfficial), workCalendar("vn", 2027, v1alpha1.CalendarOfficial)},
		now:    "2026-01-11 23:59",
		want: []string{
			`Ready=True Succeeded: the schedule is valid; 2 agencies are audited`,
			`ScheduleValid=True Scheduled: the next windows are known`,
			`WindowOpen=False DueSoon: the window of 20260110 opens soon`,
		},
		wakesAt: "2026-01-12 00:00",
		count:   2,
	},
	{
		name:   "the year of the next window is missing, and far",
		plan:   quarterly(shifted),
		others: []*v1alpha1.WorkCalendar{workCalendar("vn", 2026, v1alpha1.CalendarOfficial)},
		now:    "2026-11-20 08:00",
		want: []string{
			`Ready=True Succeeded: the schedule is valid; 2 agencies are audited`,
			`ScheduleValid=True Scheduled: later windows are not known yet: series "vn" has no WorkCalendar for 2027 (it has 2026): add the WorkCalendar of that year`,
			`WindowOpen=False BetweenWindows: no window is open`,
		},
		wakesAt: "2026-12-11 00:00",
		count:   2,
	},
	{
		name:   "the year of the next window is missing, and the window may be due soon",
		plan:   quarterly(shifted),
		others: []*v1alpha1.WorkCalendar{workCalendar("vn", 2026, v1alpha1.CalendarOfficial)},
		now:    "2026-12-11 00:00",
		want: []string{
			`Ready=False DependencyNotFound: series "vn" has no WorkCalendar for 2027 (it has 2026): add the WorkCalendar of that year`,
			`Reconciling=True DependencyNotFound: series "vn" has no WorkCalendar for 2027 (it has 2026): add the WorkCalendar of that year`,
			`ScheduleValid=Unknown CalendarNotFound: series "vn" has no WorkCalendar for 2027 (it has 2026): add the WorkCalendar of that year`,
			`WindowOpen=Unknown CalendarNotFound: it depends on a calendar that is missing`,
		},
		count: 2,
	},
	{
		name: "a provisional calendar",
		plan: quarterly(shifted),
		others: []*v1alpha1.WorkCalendar{
			workCalendar("vn", 2026, v1alpha1.CalendarOfficial), workCalendar("vn", 2027, v1alpha1.CalendarProvisional),
		},
		want: []string{
			`Ready=True Succeeded: the schedule is valid; 2 agencies are audited`,
			`ScheduleValid=True CalendarProvisional: the WorkCalendar of 2027 is provisional: windows computed from it may move`,
			`WindowOpen=True WindowOpen: the window of 20260410 is open`,
		},
		wakesAt: "2026-04-30 00:00",
		count:   2,
	},
	{
		name: "a calendar that makes no sense",
		plan: quarterly(shifted),
		others: []*v1alpha1.WorkCalendar{func() *v1alpha1.WorkCalendar {
			c := workCalendar("vn", 2026, v1alpha1.CalendarOfficial)
			c.Spec.TimeZone = "Asia/Hanoi"
			return c
		}()},
		want: []string{
			`Ready=False InvalidSchedule: WorkCalendar of series "vn" for 2026: spec.timeZone: unknown time zone "Asia/Hanoi": write an IANA name, as Asia/Ho_Chi_Minh`,
			`Stalled=True InvalidSchedule: WorkCalendar of series "vn" for 2026: spec.timeZone: unknown time zone "Asia/Hanoi": write an IANA name, as Asia/Ho_Chi_Minh`,
			`ScheduleValid=False InvalidSchedule: WorkCalendar of series "vn" for 2026: spec.timeZone: unknown time zone "Asia/Hanoi": write an IANA name, as Asia/Ho_Chi_Minh`,
			`WindowOpen=Unknown InvalidSchedule: the schedule cannot be computed`,
		},
		count: 2,
	},
	{
		name:   "windows that overlap once they are moved",
		plan:   quarterly(shifted, func(p *v1alpha1.AuditPlan) { p.Spec.Schedule.Window = "90d" }),
		others: []*v1alpha1.WorkCalendar{workCalendar("vn", 2026, v1alpha1.CalendarOfficial)},
		want: []string{
			`Ready=False InvalidSchedule: spec.schedule.window: 90d is too long: the window of 2026-01-10, moved to a working day, would still be open when that of 2026-04-10 opens on 2026-04-10`,
			`Stalled=True InvalidSchedule: spec.schedule.window: 90d is too long: the window of 2026-01-10, moved to a working day, would still be open when that of 2026-04-10 opens on 2026-04-10`,
			`ScheduleValid=False InvalidSchedule: spec.schedule.window: 90d is too long: the window of 2026-01-10, moved to a working day, would still be open when that of 2026-04-10 opens on 2026-04-10`,
			`WindowOpen=Unknown InvalidSchedule: the schedule cannot be computed`,
		},
		count: 2,
	},
	{
		name: "the last window is over",
		plan: quarterly(func(p *v1alpha1.AuditPlan) { p.Spec.Schedule.Until = "2026-01-31" }),
		want: []string{
			`Ready=True Succeeded: the schedule is valid; 2 agencies are audited`,
			`ScheduleValid=True NoFurtherOccurrence: the last window is over`,
			`WindowOpen=False NoFurtherOccurrence: the last window is over`,
		},
		count: 2,
	},
}

func TestOutcomes(t *testing.T) {
	for _, tt := range outcomes {
		t.Run(tt.name, func(t *testing.T) {
			now := tt.now
			if now == "" {
				now = "2026-04-12 08:00"
			}
			h := newHarness(t, now, tt.plan, agency("xa-thanh-nua", map[string]string{"level": "commune"}), agency("xa-thanh-an", nil))
			for _, c := range tt.others {
				h.create(c)
			}
			result, plan := h.reconcile()
			if diff := cmp.Diff(strings.Join(tt.want, "\n"), conditions(plan)); diff != "" {
				t.Errorf("conditions (-want +got):\n%s", diff)
			}
			var sleeps time.Duration
			if tt.wakesAt != "" {
				sleeps = local(t, tt.wakesAt).Sub(h.now)
			}
			if result.RequeueAfter != sleeps {
				t.Errorf("the pass asks for %s, want %s", result.RequeueAfter, sleeps)
			}
			if plan.Status.ObservedGeneration != 3 {
				t.Errorf("observedGeneration %d, want 3", plan.Status.ObservedGeneration)
			}
			if count := plan.Status.AuditeeCount; tt.count != 0 && (count == nil || *count != tt.count) {
				t.Errorf("auditeeCount %v, want %d", count, tt.count)
			}
		})
	}
}
