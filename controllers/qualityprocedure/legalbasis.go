package qualityprocedure

import (
	"context"
	"fmt"
	"slices"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/controllers/internal/status"
	"chuan.dev/chuan/internal/calendar"
)

// mostNamed is the number of names that a message lists.
const mostNamed = 5

// legalBasis says whether the instruments on which the procedure rests are known and in force today, and when that
// changes.
func (r *Reconciler) legalBasis(ctx context.Context, s *scope) error {
	var all v1alpha1.LegalDocumentList
	if err := r.client.List(ctx, &all, client.UnsafeDisableDeepCopy); err != nil {
		return fmt.Errorf("list the legal documents: %w", err)
	}
	documents := make(map[string]*v1alpha1.LegalDocument, len(all.Items))
	for i := range all.Items {
		documents[all.Items[i].Name] = &all.Items[i]
	}
	var unknown, lapsed []string
	for _, basis := range s.before.Spec.LegalBasis {
		document := documents[basis.Ref]
		if document == nil {
			unknown = append(unknown, basis.Ref)
			continue
		}
		if fault := s.standing(document); fault != "" {
			lapsed = append(lapsed, fault)
		}
	}
	const condition = v1alpha1.ConditionLegalBasisInForce
	slices.Sort(lapsed)
	switch {
	case len(unknown) > 0:
		s.lapsed = "no LegalDocument is named " + status.List(unknown, mostNamed)
		s.set.False(condition, v1alpha1.ReasonLegalDocumentNotFound, s.lapsed+": add it, or correct spec.legalBasis")
	case len(lapsed) > 0:
		s.lapsed = "the legal basis is not in force: " + status.First(lapsed, mostNamed)
		s.set.False(condition, v1alpha1.ReasonLegalDocumentNotInForce, s.lapsed+": issue a revision that rests on what is")
	default:
		s.set.True(condition, v1alpha1.ReasonInForce, "every legal basis is in force")
	}
	return nil
}

// standing says why a document is not in force today; it is empty when it is. It asks for a pass on the day on which that
// changes.
func (s *scope) standing(document *v1alpha1.LegalDocument) string {
	spec := &document.Spec
	today := v1alpha1.Date(s.today.String())
	if day, err := calendar.ParseDate(spec.EffectiveFrom); err == nil {
		s.wake(day)
	}
	if day, err := calendar.ParseDate(spec.EffectiveTo); err == nil {
		s.wake(day.AddDays(1))
	}
	switch {
	case today < spec.EffectiveFrom:
		return fmt.Sprintf("%s begins on %s", spec.Number, spec.EffectiveFrom)
	case spec.EffectiveTo != "" && today > spec.EffectiveTo && spec.ReplacedBy != nil:
		return fmt.Sprintf("%s ended on %s, replaced by %s", spec.Number, spec.EffectiveTo, spec.ReplacedBy.Name)
	case spec.EffectiveTo != "" && today > spec.EffectiveTo:
		return fmt.Sprintf("%s ended on %s", spec.Number, spec.EffectiveTo)
	default:
		return ""
	}
}
