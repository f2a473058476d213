package agency

import (
	"context"
	"slices"
	"strings"
	"sync"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/types"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/controllers/internal/findings"
	"chuan.dev/chuan/controllers/internal/surroundings"
	rules "chuan.dev/chuan/internal/agency"
	"chuan.dev/chuan/internal/calendar"
	"chuan.dev/chuan/internal/procedure"
	"chuan.dev/chuan/internal/rule"
)

// examine finds out what the rules say of the agency and of its working by what it adopts. Overrides that break a rule keep
// the agency as it is.
func (r *Reconciler) examine(ctx context.Context, s *scope) error {
	if s.adoption == nil || s.zone == nil {
		return nil
	}
	law, err := r.around.Law(ctx)
	if err != nil {
		return err
	}
	calendars, err := r.around.Calendars(ctx)
	if err != nil {
		return err
	}
	s.law = law
	found := r.examined.of(s.before, examination{
		uid: s.before.UID, generation: s.before.Generation, today: s.today, law: law, calendars: calendars, bases: s.adoption.bases,
	})
	waivers := findings.WaiversOf(s.before.Annotations, s.today)
	s.standing = slices.Concat(waivers.Standing(found), waivers.Faults())
	s.doubtful = meta.IsStatusConditionFalse(s.before.Status.Conditions, v1alpha1.ConditionValid)
	crossing, known := r.sets.crossingOf(s.key, s.doubtful)
	s.crossing, s.doubtful = waivers.Standing(crossing), s.doubtful && !known
	s.blocked = s.blocked || slices.ContainsFunc(s.standing, inOverrides)
	s.foresee(waivers)
	return nil
}

// inOverrides says whether a finding is that overrides loosen what they override, or break it.
func inOverrides(f rule.Finding) bool {
	return f.Severity == rule.Error && (f.Rule == "V3" || strings.Contains(f.Path, "].overrides"))
}

// examination is all that the findings on an agency depend on, beside the other agencies, with the findings.
type examination struct {
	uid        types.UID
	generation int64
	today      calendar.Day
	law        *surroundings.Law
	calendars  *surroundings.Calendars
	bases      []basis

	found []rule.Finding
}

func (e *examination) same(as *examination) bool {
	return e.uid == as.uid && e.generation == as.generation && e.today == as.today &&
		e.law == as.law && e.calendars == as.calendars && slices.Equal(e.bases, as.bases)
}

// examinations keeps the last examination of every agency, so that a pass over one around which nothing has changed examines
// nothing. The zero value is ready for use.
type examinations struct {
	mu   sync.Mutex
	kept map[types.NamespacedName]examination
}

// of returns the findings on an agency.
func (e *examinations) of(agency *v1alpha1.Agency, now examination) []rule.Finding {
	key := types.NamespacedName{Namespace: agency.Namespace, Name: agency.Name}
	e.mu.Lock()
	kept, found := e.kept[key]
	e.mu.Unlock()
	if found && kept.same(&now) {
		return kept.found
	}
	now.found = now.examine(agency)
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.kept == nil {
		e.kept = map[types.NamespacedName]examination{}
	}
	e.kept[key] = now
	return now.found
}

// forget drops the examination of an agency that is gone.
func (e *examinations) forget(agency types.NamespacedName) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.kept, agency)
}

// examine checks an agency by the revisions by which it works and, where it will work by others, by those.
func (e *examination) examine(agency *v1alpha1.Agency) []rule.Finding {
	around := &procedure.Surroundings{Today: e.today, Law: e.law.Documents}
	if c, err := e.calendars.Of(agency.Spec.Calendar); err == nil {
		around.Calendars = []procedure.WorkedBy{{
			Who: agency.Name, Calendar: c, Disadvantaged: agency.Spec.Disadvantaged != nil && *agency.Spec.Disadvantaged,
		}}
	}
	inForce, last := turns(e.bases)
	found := rules.Check(agency, adopted(inForce, around), e.law.Documents, e.today)
	if !slices.Equal(inForce, last) {
		found = append(found, rules.Check(agency, adopted(last, around), e.law.Documents, e.today)...)
	}
	return found
}

// turns returns of the bases, which are in the order of names and revisions, the first and the last of every procedure.
func turns(bases []basis) (first, last []basis) {
	for i, b := range bases {
		if i == 0 || bases[i-1].name != b.name {
			first = append(first, b)
		}
		if i == len(bases)-1 || bases[i+1].name != b.name {
			last = append(last, b)
		}
	}
	return first, last
}

// adopted writes bases as the rules take them.
func adopted(bases []basis, around *procedure.Surroundings) []rules.Adopted {
	all := make([]rules.Adopted, 0, len(bases))
	for _, b := range bases {
		a := rules.Adopted{Profile: b.profile}
		if b.overridden != nil {
			a.Procedure, a.Around = b.overridden.compiled(), around
		}
		all = append(all, a)
	}
	return all
}
