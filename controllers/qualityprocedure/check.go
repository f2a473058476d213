package qualityprocedure

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/controllers/internal/errclass"
	"chuan.dev/chuan/controllers/internal/findings"
	"chuan.dev/chuan/controllers/internal/status"
	"chuan.dev/chuan/internal/procedure"
	"chuan.dev/chuan/internal/rule"
)

// mostNamed is the number of names that a message lists.
const mostNamed = 5

// check says whether the present text may become, or stay, an accepted revision. A text that was accepted stays so whatever
// becomes of the law and the calendars. A new one is held against them as they are on its first day, so that a cluster that is
// built anew from the same files accepts what the old one accepted, whenever that is; and it waits for the legal documents
// that it names.
func check(_ context.Context, s *scope) error {
	number, faults := s.before.Spec.Issue.Revision, findings.Errors(s.present.text)
	verdict := "was accepted before and breaks a rule now"
	if !s.recorded(number) {
		faults = append(faults, findings.Errors(s.present.first)...)
		verdict = "is not accepted"
	}
	if slices.ContainsFunc(faults, func(f rule.Finding) bool { return !s.ofUnknown(f) }) {
		return errclass.NewTerminal(v1alpha1.ReasonRuleViolated,
			fmt.Errorf("revision %d %s: %s", number, verdict, findings.Violated(faults)))
	}
	if !s.read {
		return nil
	}
	if s.contradiction = s.contradicts(); s.contradiction != nil {
		return errclass.NewTerminal(v1alpha1.ReasonRevisionChanged, s.contradiction)
	}
	if s.recorded(number) {
		s.sound = true
		return nil
	}
	if unknown := s.unknown(s.basis()); len(unknown) > 0 {
		return errclass.NewWaiting(v1alpha1.ReasonDependencyNotFound, 0, fmt.Errorf(
			"revision %d is not accepted yet: %s", number, missingDocuments(unknown)))
	}
	s.sound = s.present.proved
	return nil
}

// contradicts says how the present text contradicts what is recorded; nil when it does not.
func (s *scope) contradicts() error {
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

// basis are the legal documents on which the present text rests, and basisInForce those of the revision in force.
func (s *scope) basis() []string {
	names := make([]string, 0, len(s.before.Spec.LegalBasis))
	for _, basis := range s.before.Spec.LegalBasis {
		names = append(names, basis.Ref)
	}
	return names
}

func (s *scope) basisInForce() []string {
	if s.current == nil {
		return nil
	}
	return s.recordOf(s.current.Revision).basis
}

// unknown are those of the names that no LegalDocument has (L2). The rule itself is silent where there is no law at all,
// since a linter may not have been given it.
func (s *scope) unknown(names []string) []string {
	if s.around == nil || s.waivers.Waive(ruleInForce) {
		return nil
	}
	return slices.DeleteFunc(names, func(name string) bool { return s.around.law.Documents[name] != nil })
}

// ofUnknown says whether a finding is about a legal basis that is not known. It may come by itself.
func (s *scope) ofUnknown(f rule.Finding) bool {
	return f.Rule == ruleInForce && slices.ContainsFunc(s.unknown(s.basis()), func(name string) bool {
		i := slices.IndexFunc(s.before.Spec.LegalBasis, func(b v1alpha1.LegalBasis) bool { return b.Ref == name })
		return f.Path == fmt.Sprintf("spec.legalBasis[%d].ref", i)
	})
}

// ruleInForce asks that every legal basis is known and in force.
const ruleInForce rule.ID = "L2"

func missingDocuments(unknown []string) string {
	return string(ruleInForce) + ": no LegalDocument is named " + status.List(unknown, mostNamed) + ": add it, or correct spec.legalBasis"
}

// onTime and onLaw say of a rule whether it has a condition of its own; all other rules are those of Valid.
func onTime(id rule.ID) bool { return strings.HasPrefix(string(id), "T") }

func onLaw(id rule.ID) bool { return strings.HasPrefix(string(id), "L") }

func onText(id rule.ID) bool { return !onTime(id) && !onLaw(id) }

// judgeText sets Valid.
func judgeText(_ context.Context, s *scope) error {
	const condition = v1alpha1.ConditionValid
	found := findings.Of(slices.Concat(s.present.text, s.present.held), onText)
	number := s.before.Spec.Issue.Revision
	faults, warnings := findings.Errors(found), findings.Warnings(found)
	switch {
	case len(faults) > 0:
		s.set.False(condition, v1alpha1.ReasonRuleViolated, findings.Violated(faults))
	case s.contradiction != nil:
		s.set.False(condition, v1alpha1.ReasonRevisionChanged, s.contradiction.Error())
	case s.recorded(number):
		s.set.True(condition, v1alpha1.ReasonAccepted, findings.Noted(fmt.Sprintf("revision %d is accepted and recorded", number), warnings))
	case !s.sound && s.around != nil:
		s.set.True(condition, v1alpha1.ReasonNotAccepted, findings.Noted(fmt.Sprintf(
			"the text keeps its rules; revision %d is not accepted: see the other conditions", number), warnings))
	}
	return nil
}

// judgeTime sets TimeBudgetMet.
func judgeTime(_ context.Context, s *scope) error {
	const condition = v1alpha1.ConditionTimeBudgetMet
	found := findings.Of(s.found(), onTime)
	faults, warnings := findings.Errors(found), findings.Warnings(found)
	switch {
	case len(faults) > 0:
		message := findings.Violated(faults)
		s.shortfalls = append(s.shortfalls, message)
		s.set.False(condition, v1alpha1.ReasonTimeBudgetExceeded, message)
	case s.around == nil || !s.examined():
	case !s.proved():
		s.set.Unknown(condition, v1alpha1.ReasonNotChecked, textFirst)
	case len(s.around.calendars) == 0:
		s.set.Unknown(condition, v1alpha1.ReasonCalendarNotFound, "there is no WorkCalendar by which days could be counted: add one for every year")
	default:
		s.set.True(condition, v1alpha1.ReasonRulesKept,
			findings.Noted("the times of the steps fit into the limit", warnings))
	}
	return nil
}

// textFirst is the message of a condition that cannot be judged.
const textFirst = "the text breaks rules, and has to be mended before this can be checked: see Valid and Ready"

// judgeLaw sets LegalBasisInForce.
func judgeLaw(_ context.Context, s *scope) error {
	const condition = v1alpha1.ConditionLegalBasisInForce
	found := findings.Of(s.found(), onLaw)
	faults, warnings := findings.Errors(found), findings.Warnings(found)
	unknown := s.unknown(slices.Concat(s.basis(), s.basisInForce()))
	switch {
	case len(unknown) > 0:
		message := missingDocuments(unknown)
		if others := slices.DeleteFunc(faults, s.ofUnknown); len(others) > 0 {
			message += "; " + findings.Violated(others)
		}
		s.shortfalls = append(s.shortfalls, message)
		s.set.False(condition, v1alpha1.ReasonLegalDocumentNotFound, message)
	case len(faults) > 0:
		message := findings.Violated(faults)
		s.shortfalls = append(s.shortfalls, message)
		s.set.False(condition, reasonOfLaw(faults), message)
	case s.around == nil || !s.examined():
	case !s.proved():
		s.set.Unknown(condition, v1alpha1.ReasonNotChecked, textFirst)
	default:
		s.set.True(condition, v1alpha1.ReasonInForce, findings.Noted("every legal basis is in force", warnings))
	}
	return nil
}

// reasonOfLaw tells a basis that is not in force from other faults of a legal basis.
func reasonOfLaw(faults []rule.Finding) string {
	if slices.ContainsFunc(faults, func(f rule.Finding) bool { return f.Rule == ruleInForce }) {
		return v1alpha1.ReasonLegalDocumentNotInForce
	}
	return v1alpha1.ReasonRuleViolated
}
