package lint

import (
	"cmp"
	"maps"
	"slices"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/manifest"
	"chuan.dev/chuan/internal/procedure"
	"chuan.dev/chuan/internal/rule"
)

// Change is what became of one procedure since an earlier state of the files.
type Change struct {
	// Object is the kind and name.
	Object string
	// Position of the procedure now or, when it was removed, before.
	Position manifest.Position
	// From and To are the revisions, 0 where there is none.
	From, To int32
	procedure.Change
}

// procedureKey names a procedure, all revisions of it.
type procedureKey struct{ namespace, name string }

type procedureObject = manifest.Object[v1alpha1.QualityProcedure]

// revisionsOf returns the revisions of every procedure of a set, in the order of their numbers.
func revisionsOf(set *manifest.Set) map[procedureKey][]procedureObject {
	all := map[procedureKey][]procedureObject{}
	if set == nil {
		return all
	}
	for _, o := range set.Procedures {
		k := procedureKey{o.Value.Namespace, o.Value.Name}
		all[k] = append(all[k], o)
	}
	for _, revisions := range all {
		slices.SortStableFunc(revisions, func(a, b procedureObject) int { return cmp.Compare(numberOf(a), numberOf(b)) })
	}
	return all
}

func numberOf(o procedureObject) int32 { return o.Value.Spec.Issue.Revision }

// successions holds revisions against those that they take the place of.
type successions struct {
	// before are the procedures in an earlier state of the files; asked says that there is one to compare with.
	before map[procedureKey][]procedureObject
	asked  bool
	// add takes the findings of the object at a position.
	add     func(manifest.Position, ...rule.Finding)
	changes []Change
}

// checkRevisions holds every revision of a set against the one before it (V1), in the set or in an earlier state of the
// files, which may be nil. It returns what changed since that state, in the order of files and lines. Procedures of one
// revision are looked into only where the earlier state has them too.
func checkRevisions(set, earlier *manifest.Set, add func(manifest.Position, ...rule.Finding)) []Change {
	now := revisionsOf(set)
	s := &successions{before: revisionsOf(earlier), asked: earlier != nil, add: add}
	for _, k := range slices.SortedFunc(maps.Keys(now), func(a, b procedureKey) int {
		return cmp.Or(cmp.Compare(a.namespace, b.namespace), cmp.Compare(a.name, b.name))
	}) {
		for i, o := range now[k] {
			var here *procedureObject
			if i > 0 && numberOf(now[k][i-1]) < numberOf(o) { // two of one number are a finding of M4
				here = &now[k][i-1]
			}
			s.succeed(o, here, s.before[k], i == len(now[k])-1)
		}
	}
	s.removed(now)
	slices.SortStableFunc(s.changes, func(a, b Change) int {
		return cmp.Or(cmp.Compare(a.Position.File, b.Position.File), cmp.Compare(a.Position.Line, b.Position.Line), cmp.Compare(a.Object, b.Object))
	})
	return s.changes
}

// succeed holds a revision against what it takes the place of: its own earlier text, or the greatest revision below it.
// Where there is none, and it is the newest of all, the newest that there was.
func (s *successions) succeed(o procedureObject, here *procedureObject, before []procedureObject, newest bool) {
	number := numberOf(o)
	if same := slices.IndexFunc(before, func(b procedureObject) bool { return numberOf(b) == number }); same >= 0 {
		if here != nil {
			s.compare(here, o, false)
		}
		s.compare(&before[same], o, true)
		return
	}
	former := here
	for i := range before {
		if numberOf(before[i]) < number && (former == nil || numberOf(before[i]) > numberOf(*former)) {
			former = &before[i]
		}
	}
	if former == nil && newest && len(before) > 0 {
		former = &before[len(before)-1]
	}
	s.compare(former, o, s.asked)
}

// compare reports what is wrong with the step from one text to another and, when it is asked to, notes the change.
func (s *successions) compare(former *procedureObject, o procedureObject, note bool) {
	change := Change{Object: v1alpha1.QualityProcedureKind + " " + o.Value.Name, Position: o.Position(), To: numberOf(o)}
	if former != nil {
		change.From = numberOf(*former)
		change.Change = procedure.Compare(&former.Value.Spec, &o.Value.Spec)
		s.add(o.Position(), procedure.CheckSuccession(&former.Value.Spec, &o.Value.Spec, change.Change)...)
	}
	if note && (former == nil || change.Kind != procedure.Unchanged || change.From != change.To) {
		s.changes = append(s.changes, change)
	}
}

// removed notes the procedures that are gone.
func (s *successions) removed(now map[procedureKey][]procedureObject) {
	for k, revisions := range s.before {
		if len(now[k]) == 0 {
			last := revisions[len(revisions)-1]
			s.changes = append(s.changes, Change{
				Object: v1alpha1.QualityProcedureKind + " " + k.name, Position: last.Position(), From: numberOf(last),
			})
		}
	}
}
