package auditplan

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/controllers/internal/errclass"
	"chuan.dev/chuan/controllers/internal/findings"
	rules "chuan.dev/chuan/internal/agency"
	"chuan.dev/chuan/internal/procedure"
	"chuan.dev/chuan/internal/rule"
)

// examine finds out what the rules say of the plan among the agencies of its namespace.
func (r *Reconciler) examine(ctx context.Context, s *scope) error {
	if !s.counted {
		return nil
	}
	auditable, err := r.auditable(ctx, s)
	if err != nil {
		return err
	}
	found := slices.DeleteFunc(rules.CheckPlan(s.before, auditable, s.calendar, s.today), onAuditees)
	s.standing, s.examined = slices.Concat(s.waivers.Standing(found), s.waivers.Faults()), true
	faults := findings.Errors(s.standing)
	switch {
	case len(faults) == 0:
		return nil
	case slices.ContainsFunc(faults, func(f rule.Finding) bool { return !onScope(f) }):
		return errclass.NewTerminal(v1alpha1.ReasonRuleViolated, errors.New(findings.Violated(faults)))
	default:
		return errclass.NewWaiting(v1alpha1.ReasonDependencyNotFound, 0, errors.New(findings.Violated(faults)))
	}
}

// auditable are the agencies of the namespace, with what they adopt.
func (r *Reconciler) auditable(ctx context.Context, s *scope) ([]rules.Auditable, error) {
	var procedures v1alpha1.QualityProcedureList
	err := r.client.List(ctx, &procedures, client.InNamespace(s.before.Namespace), client.UnsafeDisableDeepCopy)
	if err != nil {
		return nil, fmt.Errorf("list the procedures of namespace %s: %w", s.before.Namespace, err)
	}
	candidates := make([]procedure.Candidate, 0, len(procedures.Items))
	for i := range procedures.Items {
		p := &procedures.Items[i]
		candidates = append(candidates, procedure.Candidate{Name: p.Name, Labels: p.Labels, AppliesTo: p.Spec.AppliesTo})
	}
	all := make([]rules.Auditable, 0, len(s.agencies))
	for i := range s.agencies {
		agency := &s.agencies[i]
		if !agency.DeletionTimestamp.IsZero() {
			continue
		}
		// A malformed selector is the agency's fault, and it says so.
		adopted, _, _ := procedure.Adopted(agency, candidates)
		all = append(all, rules.Auditable{Agency: agency, Procedures: adopted})
	}
	slices.SortFunc(all, func(a, b rules.Auditable) int { return cmp.Compare(a.Agency.Name, b.Agency.Name) })
	return all, nil
}

// onAuditees says whether a finding is about auditees that are not there, which are waited for already.
func onAuditees(f rule.Finding) bool {
	return f.Severity == rule.Error && strings.HasPrefix(f.Path, "spec.auditees.")
}

// onScope says whether a finding is about what is audited. It may come by itself: agencies and procedures of one Git commit
// come in any order.
func onScope(f rule.Finding) bool { return strings.HasPrefix(f.Path, "spec.procedures") }

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
	if slices.ContainsFunc(s.before.Spec.Team, func(m v1alpha1.AuditTeamMember) bool { return m.Agency != "" || len(m.MayNotAudit) > 0 }) {
		s.set.True(condition, v1alpha1.ReasonRulesKept, "nobody of the team audits their own work")
		return
	}
	s.set.Remove(condition)
}
