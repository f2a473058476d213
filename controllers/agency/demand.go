package agency

import "chuan.dev/chuan/api/v1alpha1"

// demand is what the agencies of a namespace ask for.
type demand struct {
	// adoptions by agency.
	adoptions map[string]*adoption
	// mounted is the set that the pods of an agency mount, by agency.
	mounted map[string]string
	// sets are the members of the sets wanted.
	sets map[string][]string
}

// demandOf works out what the agencies of a namespace ask for. As long as some procedure has not been examined, an agency
// without pods does not count: its set may not be complete.
func demandOf(agencies []v1alpha1.Agency, from *shelf) demand {
	d := demand{adoptions: map[string]*adoption{}, mounted: map[string]string{}, sets: map[string][]string{}}
	for i := range agencies {
		agency := &agencies[i]
		a := adopt(agency, from)
		d.adoptions[agency.Name] = a
		if mounted := agency.Status.ProcedureSet; mounted != "" {
			d.mounted[agency.Name] = mounted
		}
		complete := !a.early || d.mounted[agency.Name] != ""
		if a.set != "" && a.malformed == nil && complete && agency.DeletionTimestamp.IsZero() {
			d.sets[a.set] = a.members
		}
	}
	return d
}
