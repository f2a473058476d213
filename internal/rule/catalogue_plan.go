package rule

// planRules are those of audit plans.
var planRules = []Rule{
	{
		ID: "V17", Severity: Error,
		Title:   "An audit plan can be carried out, by people who may",
		TitleVi: "Kế hoạch đánh giá thực hiện được và khách quan",
		What: `Every auditee that the plan names exists, the selector selects somebody, and every procedure that the plan names is adopted by an auditee.
For every auditee there is a Lead or an Auditor who may audit it (` + "`mayNotAudit`" + `), and an inspection or certification has no Lead or
Auditor who works in an auditee (` + "`team[].agency`" + `).

These are **warnings**: a plan without criteria; auditees that are dissolved or adopt nothing that the plan audits; an internal audit of an
agency by nobody but its own people; members' agencies that are not there; a window, of this year or the next, that opens on a day off of
the plan's calendar, or that ends in another year than it opens in.`,
		Why: `The system of an agency is audited at least once a year, by somebody who does not audit their own work. A plan that nobody may carry out, or that
opens on a Sunday, is found out in the week in which it is due.`,
		Source: "TCVN ISO 9001:2015 clause 9.2.2 and ISO 19011:2018 (criteria, scope, objectivity), own wording; plan 349/KH-UBND for the yearly programme.",
		Bad: Example{Patch: `
kind: AuditPlan
metadata: {name: danh-gia-noi-bo-15-xa}
spec:
  kind: Inspection
  team:
    - {id: lo-van-chung, agency: ubnd-xa-thanh-an}
`},
		Good: Example{Patch: `
kind: AuditPlan
metadata: {name: danh-gia-noi-bo-15-xa}
spec:
  kind: Internal
  team:
    - {id: lo-van-chung, agency: ubnd-xa-thanh-an, mayNotAudit: [ubnd-xa-thanh-an]}
`},
	},
}
