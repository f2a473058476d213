package agency

import (
	"slices"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/procedure"
	"chuan.dev/chuan/internal/workload"
)

// adoption is what an agency works by. It is comparable with [adoption.equal], and is not changed once made.
type adoption struct {
	// members are the names of the procedures adopted, those asked for by name that are missing among them: so the name
	// of the set, and with it the pods, stay as they are when a missing one appears.
	members []string
	// accepted is the number of members that have an accepted revision.
	accepted int
	// unknown are the members that do not exist, unaccepted those that have no accepted revision.
	unknown, unaccepted []string
	// bases are the accepted revisions by which the agency works or will work, as far as the rules on agencies ask for them.
	bases []basis
	// set is the name of the procedure set, empty when there are no members.
	set string
	// malformed is what is wrong with the selector, or with the size of the set; nil when nothing is.
	malformed error
	// early says that there may be more to adopt, because some procedure of the namespace has not been examined yet.
	early bool
}

// adopt works out what an agency works by, among the procedures of its namespace.
func adopt(agency *v1alpha1.Agency, from *shelf) *adoption {
	adopted, missing, err := procedure.Adopted(agency, from.candidates)
	a := &adoption{accepted: len(adopted), malformed: err, early: from.unexamined}
	for _, name := range missing {
		if from.known[name] {
			a.unaccepted = append(a.unaccepted, name)
		} else {
			a.unknown = append(a.unknown, name)
		}
	}
	a.members = slices.Sorted(slices.Values(slices.Concat(adopted, missing)))
	a.set = workload.ProcedureSetName(a.members)
	a.bases = basesOf(agency, adopted, from)
	if err == nil {
		a.malformed = from.fits(a.set, a.members)
	}
	return a
}

// basis is an accepted revision of a procedure, as far as it matters to whether an agency can work by it. Two that do not
// differ in that are equal.
type basis struct {
	name string
	// profile is nil when no dossier can be led by the revision, which was accepted, any more.
	profile *procedure.Profile
	// overridden is the revision itself where the agency overrides something of it.
	overridden *record
}

// basesOf returns what an agency works by and will work by, in the order of names and revisions.
func basesOf(agency *v1alpha1.Agency, adopted []string, from *shelf) []basis {
	overridden := map[string]bool{}
	if agency.Spec.Procedures != nil {
		for i := range agency.Spec.Procedures.Refs {
			ref := &agency.Spec.Procedures.Refs[i]
			overridden[ref.Name] = ref.Overrides != nil
		}
	}
	bases := make([]basis, 0, len(adopted))
	for _, name := range adopted {
		for _, r := range from.revisions[name] {
			b := basis{name: name, profile: r.profile}
			if overridden[name] {
				b.overridden = r
			}
			if len(bases) == 0 || bases[len(bases)-1] != b {
				bases = append(bases, b)
			}
		}
	}
	return bases
}

// equal says whether two adoptions make the same of an agency. Running says that the agency has pods: then it does not
// matter any more whether there may be more to adopt.
func (a *adoption) equal(b *adoption, running bool) bool {
	return a.set == b.set &&
		a.accepted == b.accepted &&
		slices.Equal(a.unknown, b.unknown) &&
		slices.Equal(a.unaccepted, b.unaccepted) &&
		slices.Equal(a.bases, b.bases) &&
		message(a.malformed) == message(b.malformed) &&
		(running || a.early == b.early)
}

func message(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
