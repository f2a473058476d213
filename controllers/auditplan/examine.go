package auditplan

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/controllers/internal/errclass"
	"chuan.dev/chuan/controllers/internal/findings"
	rules "chuan.dev/chuan/internal/agency"
	"chuan.dev/chuan/internal/rule"
)

// examine finds out what the rules say of the plan among the agencies of its namespace.
func examine(_ context.Context, s *scope) error {
	if !s.counted {
		return nil
	}
	all := make([]*v1alpha1.Agency, 0, len(s.agencies))
	for i := range s.agencies {
		if s.agencies[i].DeletionTimestamp.IsZero() {
			all = append(all, &s.agencies[i])
		}
	}
	slices.SortFunc(all, func(a, b *v1alpha1.Agency) int { return cmp.Compare(a.Name, b.Name) })
	found := rules.CheckPlan(s.before, all, s.calendar, s.today)
	s.standing, s.examined = slices.Concat(s.waivers.Standing(found), s.waivers.Faults()), true
	if faults := findings.Errors(s.standing); len(faults) > 0 {
		return errclass.NewTerminal(v1alpha1.ReasonRuleViolated, errors.New(findings.Violated(faults)))
	}
	return nil
}

// onTeam says whether a finding is about who audits; all others are about the schedule.
func onTeam(f rule.Finding) bool { return strings.HasPrefix(f.Path, "spec.team") }

func onSchedule(f rule.Finding) bool { return !onTeam(f) }

// found is what stands of the findings for which a condition holds.
func (s *scope) found(concerns func(rule.Finding) bool) []rule.Finding {
	return slices.DeleteFunc(slices.Clone(s.standing), func(f rule.Finding) bool { return !concerns(f) })
}

// reportIndependenceMet sets IndependenceMet, when there are members of the team of whom it can be told.
func (s *scope) reportIndependenceMet() {
	const condition = v1alpha1.ConditionIndependenceMet
	if !s.examined {
		return
	}
	if found := s.found(onTeam); len(found) > 0 {
		s.set.False(condition, v1alpha1.ReasonRuleViolated, findings.Violated(found))
		return
	}
	s.set.Remove(condition)
}
