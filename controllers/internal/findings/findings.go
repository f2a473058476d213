// Package findings brings what the rules say of an object into its conditions: which findings stand on a day, in view of
// the object's waivers, and how a condition words them.
package findings

import (
	"fmt"
	"slices"
	"strings"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/controllers/internal/status"
	"chuan.dev/chuan/internal/calendar"
	"chuan.dev/chuan/internal/rule"
)

// most is the number of findings that a condition spells out.
const most = 3

// Waivers are the decisions on an object to bear findings for a time.
type Waivers struct {
	today   string
	waivers []rule.Waiver
	faults  []rule.Finding
}

// WaiversOf reads the waivers of an object on a day from its annotations.
func WaiversOf(annotations map[string]string, today calendar.Day) Waivers {
	waivers, faults := rule.Waivers(annotations, v1alpha1.AnnotationWaivePrefix)
	return Waivers{today: today.String(), waivers: waivers, faults: faults}
}

// Faults are what is wrong with the waivers themselves.
func (w Waivers) Faults() []rule.Finding { return w.faults }

// Standing returns those of the findings that no waiver covers, in their order and each once, and a finding for every waiver
// of one of them that has ended. That a waiver is not needed is the matter of the linter, which sees all that was checked.
func (w Waivers) Standing(found []rule.Finding) []rule.Finding {
	seen := make(map[rule.Finding]bool, len(found))
	once := slices.DeleteFunc(slices.Clone(found), func(f rule.Finding) bool {
		before := seen[f]
		seen[f] = true
		return before
	})
	needed := slices.DeleteFunc(slices.Clone(w.waivers), func(waiver rule.Waiver) bool {
		return !slices.ContainsFunc(once, func(f rule.Finding) bool { return f.Rule == waiver.Rule })
	})
	standing, _ := rule.Apply(once, needed, v1alpha1.AnnotationWaivePrefix, w.today)
	return standing
}

// Waive says whether the findings of a rule are waived today.
func (w Waivers) Waive(id rule.ID) bool {
	return slices.ContainsFunc(w.waivers, func(waiver rule.Waiver) bool { return waiver.Rule == id && waiver.Until >= w.today })
}

// Ends returns the first day on which a waiver that holds today holds no longer; ok is false when there is none.
func (w Waivers) Ends() (day calendar.Day, ok bool) {
	for _, waiver := range w.waivers {
		last, err := calendar.ParseDate(v1alpha1.Date(waiver.Until))
		if err == nil && waiver.Until >= w.today && (!ok || last.AddDays(1) < day) {
			day, ok = last.AddDays(1), true
		}
	}
	return day, ok
}

// Of returns the findings of rules for which a condition holds, in their order.
func Of(found []rule.Finding, concerns func(rule.ID) bool) []rule.Finding {
	return slices.DeleteFunc(slices.Clone(found), func(f rule.Finding) bool { return !concerns(f.Rule) })
}

// Errors returns the findings of severity Error, and Warnings the others.
func Errors(found []rule.Finding) []rule.Finding { return rule.Errors(found) }

// Warnings returns the findings that are no errors.
func Warnings(found []rule.Finding) []rule.Finding {
	return slices.DeleteFunc(slices.Clone(found), func(f rule.Finding) bool { return f.Severity == rule.Error })
}

// Violated words findings for a condition that does not hold: the rules first, then the first findings in full.
func Violated(found []rule.Finding) string {
	spelled := make([]string, 0, most+1)
	for _, f := range found[:min(len(found), most)] {
		spelled = append(spelled, f.String())
	}
	if len(found) == 1 {
		return spelled[0]
	}
	text := fmt.Sprintf("%s: %d findings: %s", rules(found), len(found), strings.Join(spelled, "; "))
	if len(found) > most {
		text += fmt.Sprintf("; and %d more: chuan lint shows all", len(found)-most)
	}
	return text
}

// Noted adds to the message of a condition that holds that there are warnings.
func Noted(message string, warnings []rule.Finding) string {
	switch len(warnings) {
	case 0:
		return message
	case 1:
		return message + "; 1 warning: " + rules(warnings) + ": chuan lint shows it"
	default:
		return fmt.Sprintf("%s; %d warnings: %s: chuan lint shows them", message, len(warnings), rules(warnings))
	}
}

// rules lists the rules of findings.
func rules(found []rule.Finding) string {
	ids := make([]string, 0, len(found))
	for _, f := range found {
		ids = append(ids, string(f.Rule))
	}
	return status.List(ids, len(ids))
}
