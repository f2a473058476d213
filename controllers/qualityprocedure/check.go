package qualityprocedure

import (
	"context"
	"fmt"
	"strings"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/controllers/internal/errclass"
	"chuan.dev/chuan/controllers/internal/status"
	"chuan.dev/chuan/internal/procedure"
	"chuan.dev/chuan/internal/rule"
)

// mostFindings is the number of findings that a condition spells out.
const mostFindings = 3

// check compiles the present text and says whether it may become, or stay, an accepted revision.
func check(_ context.Context, s *scope) error {
	issue := s.before.Spec.Issue
	_, findings := procedure.Compile(s.key.Name, &s.before.Spec)
	if faults := rule.Errors(findings); len(faults) > 0 {
		message := violated(faults)
		s.set.False(v1alpha1.ConditionValid, v1alpha1.ReasonRuleViolated, message)
		verdict := "is not accepted"
		if s.recorded(issue.Revision) {
			// Rules are added with new versions of the operator.
			verdict = "was accepted before and breaks a rule now"
		}
		return errclass.NewTerminal(v1alpha1.ReasonRuleViolated, fmt.Errorf("revision %d %s: %s", issue.Revision, verdict, message))
	}
	if !s.read {
		return nil
	}
	if err := s.contradiction(); err != nil {
		s.set.False(v1alpha1.ConditionValid, v1alpha1.ReasonRevisionChanged, err.Error())
		return errclass.NewTerminal(v1alpha1.ReasonRevisionChanged, err)
	}
	s.sound = true
	return nil
}

// contradiction says how the present text contradicts what is recorded; nil when it does not.
func (s *scope) contradiction() error {
	if len(s.records) == 0 {
		return nil
	}
	number, newest := s.before.Spec.Issue.Revision, s.records[len(s.records)-1]
	switch {
	case newest.revision.Revision > number:
		return fmt.Errorf("revision %d was accepted already: issue this text under a higher number than %d",
			newest.revision.Revision, newest.revision.Revision)
	case newest.revision.Revision == number && newest.digest != procedure.Digest(&s.before.Spec):
		return fmt.Errorf("revision %d was accepted with another text: issue this one under the next number", number)
	default:
		return nil
	}
}

// violated writes findings as a condition shows them: how many, the rules, and the first of them in full.
func violated(faults []rule.Finding) string {
	rules := make([]string, 0, len(faults))
	for _, fault := range faults {
		rules = append(rules, string(fault.Rule))
	}
	spelled := make([]string, 0, mostFindings)
	for _, fault := range faults[:min(len(faults), mostFindings)] {
		spelled = append(spelled, fault.String())
	}
	text := strings.Join(spelled, "; ")
	if len(faults) <= mostFindings {
		return text
	}
	return fmt.Sprintf("%d findings (%s): %s; and %d more: chuan lint shows all",
		len(faults), status.List(rules, len(rules)), text, len(faults)-mostFindings)
}
