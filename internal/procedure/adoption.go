package procedure

import (
	"fmt"
	"maps"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"chuan.dev/chuan/api/v1alpha1"
)

// Candidate is a procedure that an agency may adopt.
type Candidate struct {
	// Name of the QualityProcedure.
	Name string
	// Labels of the QualityProcedure, which the agency's selector matches.
	Labels map[string]string
	// AppliesTo is the procedure's spec.appliesTo.
	AppliesTo *v1alpha1.AppliesTo
}

// Covers says whether a procedure is made for an agency: whether every list that appliesTo gives contains it. Without
// appliesTo a procedure covers nobody; it is adopted by name only.
func Covers(appliesTo *v1alpha1.AppliesTo, agency *v1alpha1.AgencySpec) bool {
	if appliesTo == nil {
		return false
	}
	if len(appliesTo.Levels) > 0 && !slices.Contains(appliesTo.Levels, agency.Level) {
		return false
	}
	return len(appliesTo.Types) == 0 || slices.Contains(appliesTo.Types, agency.Type)
}

// Adopted returns the names of the candidates that an agency adopts, by name or by its selector, and the names it asks
// for that no candidate has. Both are sorted and free of repetitions. A name may occur several times among the
// candidates, once a revision: it is adopted when any of them is. The error is that of a malformed selector; the
// adoptions by name are returned all the same.
func Adopted(agency *v1alpha1.Agency, candidates []Candidate) (names, missing []string, err error) {
	adoption := agency.Spec.Procedures
	if adoption == nil {
		return nil, nil, nil
	}
	known := make(map[string]bool, len(candidates))
	for _, c := range candidates {
		known[c.Name] = true
	}
	adopted, absent := map[string]bool{}, map[string]bool{}
	for _, ref := range adoption.Refs {
		if known[ref.Name] {
			adopted[ref.Name] = true
		} else {
			absent[ref.Name] = true
		}
	}
	selector, err := metav1.LabelSelectorAsSelector(adoption.Selector)
	if err != nil {
		selector = labels.Nothing()
		err = fmt.Errorf("agency %s: spec.procedures.selector: %w", agency.Name, err)
	}
	for _, c := range candidates {
		if !adopted[c.Name] && selector.Matches(labels.Set(c.Labels)) && Covers(c.AppliesTo, &agency.Spec) {
			adopted[c.Name] = true
		}
	}
	return slices.Sorted(maps.Keys(adopted)), slices.Sorted(maps.Keys(absent)), err
}

// Overrides returns how an agency fits a procedure to itself, and where in spec.procedures.refs it says so: nil when it works
// by the framework as it stands.
func Overrides(agency *v1alpha1.AgencySpec, name string) (overrides *v1alpha1.ProcedureOverrides, ref int) {
	if agency.Procedures == nil {
		return nil, 0
	}
	for i := range agency.Procedures.Refs {
		if agency.Procedures.Refs[i].Name == name {
			return agency.Procedures.Refs[i].Overrides, i
		}
	}
	return nil, 0
}

// MissingRoles returns the roles of a procedure that none of the officers holds, sorted.
func MissingRoles(p *Procedure, officers []v1alpha1.Officer) []v1alpha1.ID {
	held := map[v1alpha1.ID]bool{}
	for _, officer := range officers {
		for _, role := range officer.Roles {
			held[role] = true
		}
	}
	var missing []v1alpha1.ID
	for _, role := range p.Spec.Roles {
		if !held[role.ID] {
			missing = append(missing, role.ID)
		}
	}
	slices.Sort(missing)
	return missing
}
