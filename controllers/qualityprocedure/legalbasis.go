package qualityprocedure

import (
	"context"
	"fmt"
	"strings"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/controllers/internal/status"
	"chuan.dev/chuan/internal/calendar"
)

// mostNamed is the number of names that a message lists.
const mostNamed = 5

// need is a legal document that is to be in force on a day.
type need struct {
	document string
	on       v1alpha1.Date
}

// needs are the legal documents on which the procedure rests: those of the revision in force, today, and those of the
// present text, today or on its first day. A text that is issued together with the law it carries out is in order.
func (s *scope) needs() []need {
	today := v1alpha1.Date(s.today.String())
	var all []need
	for _, basis := range s.before.Spec.LegalBasis {
		all = append(all, need{basis.Ref, max(today, s.before.Spec.Issue.EffectiveFrom)})
	}
	for _, r := range s.records {
		if s.current != nil && r.revision == *s.current {
			for _, document := range r.basis {
				all = append(all, need{document, today})
			}
		}
	}
	return all
}

// legalBasis says whether the instruments on which the procedure rests are known and in force, and when that changes.
func (r *Reconciler) legalBasis(ctx context.Context, s *scope) error {
	var all v1alpha1.LegalDocumentList
	if err := r.client.List(ctx, &all, client.UnsafeDisableDeepCopy); err != nil {
		return fmt.Errorf("list the legal documents: %w", err)
	}
	documents := make(map[string]*v1alpha1.LegalDocumentSpec, len(all.Items))
	for i := range all.Items {
		documents[all.Items[i].Name] = &all.Items[i].Spec
	}
	var unknown, lapsed []string
	for _, need := range s.needs() {
		document := documents[need.document]
		if document == nil {
			unknown = append(unknown, need.document)
			continue
		}
		s.wakeFor(document)
		if fault := standing(document, need.on); fault != "" {
			lapsed = append(lapsed, fault)
		}
	}
	s.judge(unknown, lapsed)
	return nil
}

// judge sets LegalBasisInForce.
func (s *scope) judge(unknown, lapsed []string) {
	const condition = v1alpha1.ConditionLegalBasisInForce
	var faults []string
	if len(unknown) > 0 {
		faults = append(faults, "no LegalDocument is named "+status.List(unknown, mostNamed))
	}
	if len(lapsed) > 0 {
		faults = append(faults, "the legal basis is not in force: "+status.List(lapsed, mostNamed))
	}
	s.lapsed = strings.Join(faults, "; ")
	switch {
	case len(unknown) > 0:
		s.set.False(condition, v1alpha1.ReasonLegalDocumentNotFound, s.lapsed+": add it, or correct spec.legalBasis")
	case len(lapsed) > 0:
		s.set.False(condition, v1alpha1.ReasonLegalDocumentNotInForce, s.lapsed+": issue a revision that rests on what is")
	default:
		s.set.True(condition, v1alpha1.ReasonInForce, "every legal basis is in force")
	}
}

// wakeFor asks for a pass on the days on which a document comes into force and has ceased to be.
func (s *scope) wakeFor(document *v1alpha1.LegalDocumentSpec) {
	if day, err := calendar.ParseDate(document.EffectiveFrom); err == nil {
		s.wake(day)
	}
	if day, err := calendar.ParseDate(document.EffectiveTo); err == nil {
		s.wake(day.AddDays(1))
	}
}

// standing says why a document is not in force on a day; it is empty when it is.
func standing(document *v1alpha1.LegalDocumentSpec, on v1alpha1.Date) string {
	switch {
	case on < document.EffectiveFrom:
		return fmt.Sprintf("%s (from %s)", document.Number, document.EffectiveFrom)
	case document.EffectiveTo == "" || on <= document.EffectiveTo:
		return ""
	case document.ReplacedBy != nil:
		return fmt.Sprintf("%s (until %s, replaced by %s)", document.Number, document.EffectiveTo, document.ReplacedBy.Name)
	default:
		return fmt.Sprintf("%s (until %s)", document.Number, document.EffectiveTo)
	}
}
