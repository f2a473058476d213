package agency

import (
	"context"
	"errors"
	"slices"
	"strings"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/controllers/internal/errclass"
	"chuan.dev/chuan/controllers/internal/findings"
	"chuan.dev/chuan/internal/rule"
)

// The rules that have a condition of their own; all others are those of Valid.
func onRoles(id rule.ID) bool { return strings.HasPrefix(string(id), "R") }

func onCover(id rule.ID) bool { return id == "L4" }

func onAnnouncement(id rule.ID) bool { return id == "V22" }

func onEdition(id rule.ID) bool { return id == "V01" }

func onSelf(id rule.ID) bool {
	return !onRoles(id) && !onCover(id) && !onAnnouncement(id) && !onEdition(id)
}

// violated is the error of an agency that breaks rules: nil when there is no error among the findings.
func violated(reason string, found []rule.Finding) error {
	if faults := findings.Errors(found); len(faults) > 0 {
		return errclass.NewTerminal(reason, errors.New(findings.Violated(faults)))
	}
	return nil
}

// judgeSelf sets Valid. What the agency says of itself beside what others say of themselves is reported and stalls nothing:
// which of two agencies has to give way is decided by the guard.
func judgeSelf(_ context.Context, s *scope) error {
	if s.law == nil {
		return nil
	}
	own := findings.Of(s.standing, onSelf)
	all := slices.Concat(own, findings.Of(s.crossing, onSelf))
	const condition = v1alpha1.ConditionValid
	switch faults := findings.Errors(all); {
	case len(faults) > 0:
		s.set.False(condition, v1alpha1.ReasonRuleViolated, findings.Violated(faults))
	case s.doubtful:
		// It was said after a look at the others, which a new operator has not had yet.
	default:
		s.set.True(condition, v1alpha1.ReasonRulesKept, findings.Noted("the rules on agencies are kept", findings.Warnings(all)))
	}
	return violated(v1alpha1.ReasonRuleViolated, own)
}

// judgeRoles sets RolesStaffed.
func judgeRoles(_ context.Context, s *scope) error {
	if s.law == nil {
		return nil
	}
	const condition = v1alpha1.ConditionRolesStaffed
	found := findings.Of(s.standing, onRoles)
	faults, reason := findings.Errors(found), v1alpha1.ReasonRuleViolated
	if slices.ContainsFunc(faults, func(f rule.Finding) bool { return f.Rule == "R2" }) {
		reason = v1alpha1.ReasonRoleVacant
	}
	if len(faults) > 0 {
		s.set.False(condition, reason, findings.Violated(faults))
	} else {
		s.set.True(condition, v1alpha1.ReasonStaffed,
			findings.Noted("every role of the adopted procedures is held", findings.Warnings(found)))
	}
	return violated(reason, found)
}

// judgeCover sets ProceduresCovered.
func judgeCover(_ context.Context, s *scope) error {
	if s.law == nil {
		return nil
	}
	spec := &s.before.Spec
	mandatory := s.law.Mandatory[spec.Level] && (spec.Type == "" || spec.Type == v1alpha1.AgencyTypePeoplesCommittee)
	return s.judge(v1alpha1.ConditionProceduresCovered, onCover, mandatory,
		"there is a procedure for every administrative procedure that is mandatory at this level")
}

// judgeAnnouncement sets Announced.
func judgeAnnouncement(_ context.Context, s *scope) error {
	qms := s.before.Spec.QMS
	return s.judge(v1alpha1.ConditionAnnounced, onAnnouncement, qms != nil && qms.Announcement != nil,
		"what was announced is what the agency works by")
}

// judgeEdition sets EditionCurrent.
func judgeEdition(_ context.Context, s *scope) error {
	qms := s.before.Spec.QMS
	return s.judge(v1alpha1.ConditionEditionCurrent, onEdition, qms != nil && qms.StandardEdition != "",
		"the edition of the standard holds, or the move to the one that does is on its way")
}

// judge sets a condition that is about one rule: any finding means that it does not hold, an error that a person has to act.
// Without a finding and a subject there is no such condition.
func (s *scope) judge(condition string, concerns func(rule.ID) bool, subject bool, holds string) error {
	if s.law == nil {
		return nil
	}
	found := findings.Of(slices.Concat(s.standing, s.crossing), concerns)
	switch {
	case len(found) > 0:
		s.set.False(condition, v1alpha1.ReasonRuleViolated, findings.Violated(found))
	case subject:
		s.set.True(condition, v1alpha1.ReasonRulesKept, holds)
	default:
		s.set.Remove(condition)
	}
	return violated(v1alpha1.ReasonRuleViolated, findings.Of(s.standing, concerns))
}
