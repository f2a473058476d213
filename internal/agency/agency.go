// Package agency says whether an agency can work by the procedures it adopts, and whether what it says of itself is sound:
// its officers, its code, its place among the other agencies.
//
// The package is pure: it reads no clock, file or network. The linter and the controller call the same functions.
package agency

import (
	"slices"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/calendar"
	"chuan.dev/chuan/internal/procedure"
	"chuan.dev/chuan/internal/rule"
)

// Adopted is a procedure that an agency adopts: the revision by which it works, or will work.
type Adopted struct {
	// Profile of the framework procedure; nil where the procedure breaks rules of its own, so that nobody can work by it.
	// What can only be said of all that the agency adopts is then not said.
	Profile *procedure.Profile
	// Procedure itself; nil where only its profile is at hand. It is needed where the agency overrides something.
	Procedure *procedure.Procedure
	// Around is what the text with the overrides of the agency is held against: the law, and the calendar of this agency.
	// Nil where it is not at hand.
	Around *procedure.Surroundings
}

// Check looks at one agency and at what it adopts, on a day. The law holds the legal documents by their names; without
// any, rules on the catalogue of administrative procedures are not checked. Of an agency that is dissolved nothing is asked
// that only one at work must have.
func Check(a *v1alpha1.Agency, adopted []Adopted, law map[string]*v1alpha1.LegalDocumentSpec, today calendar.Day) []rule.Finding {
	findings := checkIdentity(a, today)
	own, refused := fitted(a, adopted)
	findings = append(findings, refused...)
	findings = append(findings, checkSuffixes(a, own)...)
	if dissolved(a, today) {
		return findings
	}
	s := newStaff(a.Spec.Officers, today)
	findings = append(findings, s.checkDelegations()...)
	findings = append(findings, s.checkRoles(own)...)
	findings = append(findings, s.checkSeparation(own)...)
	findings = append(findings, s.checkLoneOfficers(own)...)
	findings = append(findings, checkOnceOnly(a, own)...)
	if len(own) == len(adopted) && allRefs(a, own) {
		findings = append(findings, checkCoverage(a, own, law, today)...)
		findings = append(findings, checkScope(a, own)...)
	}
	return findings
}

// dissolved says whether an agency is no more on a day.
func dissolved(a *v1alpha1.Agency, today calendar.Day) bool {
	l := a.Spec.Lifecycle
	return l != nil && l.DissolvedOn != "" && string(l.DissolvedOn) < today.String()
}

// allRefs says whether everything that the agency adopts by name is at hand.
func allRefs(a *v1alpha1.Agency, own []*procedure.Profile) bool {
	if a.Spec.Procedures == nil {
		return true
	}
	return !slices.ContainsFunc(a.Spec.Procedures.Refs, func(ref v1alpha1.AdoptedProcedure) bool {
		return !slices.ContainsFunc(own, func(p *procedure.Profile) bool { return p.Name == ref.Name })
	})
}
