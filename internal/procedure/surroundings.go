package procedure

import (
	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/calendar"
	"chuan.dev/chuan/internal/rule"
)

// Surroundings are what a procedure is held against beyond its own text: the law and the calendars, on a day.
type Surroundings struct {
	// Today is the day on which the question is asked.
	Today calendar.Day
	// Law holds the legal documents by their names. Without any, rules on the law are not checked.
	Law map[string]*v1alpha1.LegalDocumentSpec
	// Calendars are those by which the adopting agencies work or, when nobody adopts the procedure, those that there are.
	// Without any, rules on dates are not checked.
	Calendars []WorkedBy
}

// WorkedBy is a calendar by which agencies work.
type WorkedBy struct {
	// Who works by it, for messages: the first agency, or the series.
	Who string
	// Calendar of the agency.
	Calendar *calendar.Calendar
	// Disadvantaged says that the longer limit of disadvantaged areas holds for them, where the procedure has one.
	Disadvantaged bool
}

// Prove holds a compiled procedure against its surroundings: whether its times can be kept on the days of a year, and
// whether its legal basis carries it. The findings come in the order of rules and of the text.
func Prove(p *Procedure, s *Surroundings) []rule.Finding {
	var findings []rule.Finding
	for _, c := range proofs {
		for _, v := range c.check(p, s) {
			findings = append(findings, finding(c.id, c.severity, v))
		}
	}
	return findings
}
