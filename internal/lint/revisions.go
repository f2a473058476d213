package lint

import (
	"cmp"
	"maps"
	"slices"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/manifest"
	"chuan.dev/chuan/internal/procedure"
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

// revisions holds every revision against the one before it (V1), here or in the earlier state of the files, and notes what
// changed since then. Of procedures that have no other text to be held against, the set holds only an outline.
func (r *run) revisions(set *manifest.Set) {
	now, before := revisionsOf(set), revisionsOf(r.options.Before)
	for _, k := range slices.SortedFunc(maps.Keys(now), func(a, b procedureKey) int {
		return cmp.Or(cmp.Compare(a.namespace, b.namespace), cmp.Compare(a.name, b.name))
	}) {
		for i, o := range now[k] {
			var here *procedureObject
			if i > 0 && numberOf(now[k][i-1]) < numberOf(o) { // two of one number are a finding of M4
				here = &now[k][i-1]
			}
			r.succession(o, here, before[k], i == len(now[k])-1)
		}
	}
	r.removed(now, before)
	slices.SortStableFunc(r.report.Changes, func(a, b Change) int {
		return cmp.Or(cmp.Compare(a.Position.File, b.Position.File), cmp.Compare(a.Position.Line, b.Position.Line))
	})
}

// succession holds a revision against what it takes the place of: its own earlier text, or the greatest revision below it.
// Where there is none, and it is the newest of all, the newest that there was.
func (r *run) succession(o procedureObject, here *procedureObject, before []procedureObject, newest bool) {
	number := numberOf(o)
	same := slices.IndexFunc(before, func(b procedureObject) bool { return numberOf(b) == number })
	var former *procedureObject
	switch {
	case same >= 0:
		former = &before[same]
		if here != nil {
			r.compare(here, o, false)
		}
	default:
		former = here
		for i := range before {
			if numberOf(before[i]) < number && (former == nil || numberOf(before[i]) > numberOf(*former)) {
				former = &before[i]
			}
		}
		if former == nil && newest && len(before) > 0 {
			former = &before[len(before)-1]
		}
	}
	r.compare(former, o, r.options.Before != nil && (r.options.Changed == nil || r.options.Changed(o.File)))
}

// compare reports what is wrong with the step from one text to another and, when it is asked to, notes the change.
func (r *run) compare(former *procedureObject, o procedureObject, note bool) {
	change := Change{Object: v1alpha1.QualityProcedureKind + " " + o.Value.Name, Position: o.Position(), To: numberOf(o)}
	if former != nil {
		change.From = numberOf(*former)
		change.Change = procedure.Compare(&former.Value.Spec, &o.Value.Spec)
		r.add(o.Position(), procedure.CheckSuccession(&former.Value.Spec, &o.Value.Spec, change.Change)...)
	}
	if note && (former == nil || change.Kind != procedure.Unchanged || change.From != change.To) {
		r.report.Changes = append(r.report.Changes, change)
	}
}

// removed notes the procedures that are gone.
func (r *run) removed(now, before map[procedureKey][]procedureObject) {
	for k, revisions := range before {
		if len(now[k]) == 0 {
			last := revisions[len(revisions)-1]
			r.report.Changes = append(r.report.Changes, Change{
				Object: v1alpha1.QualityProcedureKind + " " + k.name, Position: last.Position(), From: numberOf(last),
			})
		}
	}
}
