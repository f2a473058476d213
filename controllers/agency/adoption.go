package agency

import (
	"maps"
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
	// vacant are the roles that nobody holds, as "role (procedure)".
	vacant []string
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
	a.vacant = vacantRoles(agency, adopted, from)
	if err == nil {
		a.malformed = from.fits(a.set, a.members)
	}
	return a
}

// vacantRoles returns the roles of the adopted procedures that no officer holds, sorted.
func vacantRoles(agency *v1alpha1.Agency, adopted []string, from *shelf) []string {
	vacant := map[string]bool{}
	for _, name := range adopted {
		for _, r := range from.revisions[name] {
			for _, role := range procedure.MissingRoles(r.roles, agency.Spec.Officers) {
				vacant[string(role)+" ("+name+")"] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(vacant))
}

// equal says whether two adoptions make the same of an agency. Running says that the agency has pods: then it does not
// matter any more whether there may be more to adopt.
func (a *adoption) equal(b *adoption, running bool) bool {
	return a.set == b.set &&
		a.accepted == b.accepted &&
		slices.Equal(a.unknown, b.unknown) &&
		slices.Equal(a.unaccepted, b.unaccepted) &&
		slices.Equal(a.vacant, b.vacant) &&
		message(a.malformed) == message(b.malformed) &&
		(running || a.early == b.early)
}

func message(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
