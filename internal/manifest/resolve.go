package manifest

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/procedure"
)

// Resolution says what every agency of a set works by.
type Resolution struct {
	// Agencies are the agencies of the set in the order of namespace and name.
	Agencies []ResolvedAgency
	// Problems are those of all agencies, in the order of files and lines.
	Problems []Problem
}

// ResolvedAgency is an agency with what it works by.
type ResolvedAgency struct {
	// Agency itself.
	Agency Object[v1alpha1.Agency]
	// Calendars are the years of the agency's calendar series, in the order of years.
	Calendars []Object[v1alpha1.WorkCalendar]
	// Procedures are the procedures that the agency adopts, in the order of names.
	Procedures []ResolvedProcedure
	// Problems are what does not fit together between this agency and other objects.
	Problems []Problem
}

// ResolvedProcedure is an adopted procedure with all its revisions in the set.
type ResolvedProcedure struct {
	// Name of the QualityProcedure.
	Name string
	// Revisions in the order of their numbers.
	Revisions []Object[v1alpha1.QualityProcedure]
}

// Resolve finds the calendars and procedures of every agency and checks what crosses objects: two agencies with one
// code, parents that lead in a circle, adopted procedures and calendar series that are not there. A parent that is not
// in the set is a warning only: the bundle of an agency holds no other agency.
//
// It is the one place where this is decided: the command line, the service and the controller all ask here.
func Resolve(set *Set) *Resolution {
	r := newResolver(set)
	resolution := &Resolution{Agencies: make([]ResolvedAgency, 0, len(r.agencies))}
	for _, agency := range r.agencies {
		resolved := r.agency(agency)
		resolution.Agencies = append(resolution.Agencies, resolved)
		resolution.Problems = append(resolution.Problems, resolved.Problems...)
	}
	SortProblems(resolution.Problems)
	return resolution
}

// key names an object within its namespace.
type key struct{ namespace, name string }

func (k key) compare(other key) int {
	return cmp.Or(cmp.Compare(k.namespace, other.namespace), cmp.Compare(k.name, other.name))
}

func keyOf(agency *v1alpha1.Agency) key { return key{agency.Namespace, agency.Name} }

// resolver has the set at hand by the names that agencies use.
type resolver struct {
	agencies   []Object[v1alpha1.Agency]
	byKey      map[key]*v1alpha1.Agency
	byCode     map[string][]Object[v1alpha1.Agency]
	calendars  map[v1alpha1.ID][]Object[v1alpha1.WorkCalendar]
	revisions  map[key][]Object[v1alpha1.QualityProcedure]
	candidates map[string][]procedure.Candidate
}

func newResolver(set *Set) *resolver {
	r := &resolver{
		agencies:   slices.Clone(set.Agencies),
		byKey:      make(map[key]*v1alpha1.Agency, len(set.Agencies)),
		byCode:     make(map[string][]Object[v1alpha1.Agency], len(set.Agencies)),
		calendars:  map[v1alpha1.ID][]Object[v1alpha1.WorkCalendar]{},
		revisions:  map[key][]Object[v1alpha1.QualityProcedure]{},
		candidates: map[string][]procedure.Candidate{},
	}
	slices.SortStableFunc(r.agencies, func(a, b Object[v1alpha1.Agency]) int { return keyOf(a.Value).compare(keyOf(b.Value)) })
	for _, o := range r.agencies {
		r.byKey[keyOf(o.Value)] = o.Value
		r.byCode[o.Value.Spec.Code] = append(r.byCode[o.Value.Spec.Code], o)
	}
	for _, o := range set.Calendars {
		r.calendars[o.Value.Spec.Series] = append(r.calendars[o.Value.Spec.Series], o)
	}
	for _, years := range r.calendars {
		slices.SortStableFunc(years, func(a, b Object[v1alpha1.WorkCalendar]) int {
			return cmp.Compare(a.Value.Spec.Year, b.Value.Spec.Year)
		})
	}
	for _, o := range set.Procedures {
		k := key{o.Value.Namespace, o.Value.Name}
		r.revisions[k] = append(r.revisions[k], o)
		r.candidates[k.namespace] = append(r.candidates[k.namespace], procedure.Candidate{
			Name: o.Value.Name, Labels: o.Value.Labels, AppliesTo: o.Value.Spec.AppliesTo,
		})
	}
	for _, revisions := range r.revisions {
		slices.SortStableFunc(revisions, func(a, b Object[v1alpha1.QualityProcedure]) int {
			return cmp.Compare(a.Value.Spec.Issue.Revision, b.Value.Spec.Issue.Revision)
		})
	}
	return r
}

func (r *resolver) agency(o Object[v1alpha1.Agency]) ResolvedAgency {
	resolved := ResolvedAgency{Agency: o, Calendars: r.calendars[o.Value.Spec.Calendar.Series]}
	resolved.Problems = append(r.codeProblems(o), r.parentProblems(o)...)
	if len(resolved.Calendars) == 0 {
		resolved.Problems = append(resolved.Problems, say(o.Position(), RuleCalendar, "spec.calendar.series",
			"no WorkCalendar is of the series %q; add the calendars of that series, one a year, or name another",
			"không có WorkCalendar nào thuộc bộ lịch %q; thêm lịch từng năm của bộ này hoặc ghi bộ lịch khác",
			o.Value.Spec.Calendar.Series))
	}
	names, missing, err := procedure.Adopted(o.Value, r.candidates[o.Value.Namespace])
	for _, name := range names {
		resolved.Procedures = append(resolved.Procedures, ResolvedProcedure{
			Name: name, Revisions: r.revisions[key{o.Value.Namespace, name}],
		})
	}
	for _, name := range missing {
		resolved.Problems = append(resolved.Problems, say(o.Position(), RuleAdopted, adoptionPath(o.Value, name),
			"there is no QualityProcedure %s; add it, or adopt another", "không có QualityProcedure %s; hãy thêm hoặc áp dụng quy trình khác",
			name))
	}
	if err != nil {
		resolved.Problems = append(resolved.Problems, say(o.Position(), RuleAdopted, "spec.procedures.selector",
			"the selector cannot be read: %s", "bộ chọn không hợp lệ: %s", err))
	}
	return resolved
}

func adoptionPath(agency *v1alpha1.Agency, name string) string {
	i := slices.IndexFunc(agency.Spec.Procedures.Refs, func(ref v1alpha1.AdoptedProcedure) bool { return ref.Name == name })
	return "spec.procedures.refs[" + strconv.Itoa(i) + "].name"
}

// codeProblems says which other agencies have the same code. Each of them is told, for none has a better right to it.
func (r *resolver) codeProblems(o Object[v1alpha1.Agency]) []Problem {
	var others []string
	for _, other := range r.byCode[o.Value.Spec.Code] {
		if other.Value != o.Value {
			others = append(others, other.Value.Name)
		}
	}
	if len(others) == 0 {
		return nil
	}
	return []Problem{say(o.Position(), RuleCode, "spec.code",
		"the code %s is also that of %s; dossiers of the two could not be told apart, so give each agency its own",
		"mã %s cũng là mã của %s; hồ sơ của hai cơ quan sẽ lẫn nhau, mỗi cơ quan cần mã riêng",
		o.Value.Spec.Code, capped(others))}
}

// parentProblems follows the parents of an agency upwards.
func (r *resolver) parentProblems(o Object[v1alpha1.Agency]) []Problem {
	const path = "spec.parent.name"
	way := []string{o.Value.Name}
	seen := map[string]bool{o.Value.Name: true}
	for agency := o.Value; agency.Spec.Parent != nil; {
		parent := agency.Spec.Parent.Name
		next := r.byKey[key{o.Value.Namespace, parent}]
		switch {
		case parent == o.Value.Name:
			return []Problem{say(o.Position(), RuleParent, path,
				"the parents lead in a circle: %s; let the topmost agency have no parent",
				"các cơ quan cấp trên tạo thành vòng: %s; cơ quan cao nhất không được có cấp trên",
				circle(append(way, parent)))}
		case next == nil && agency == o.Value:
			missing := say(o.Position(), RuleParent, path,
				"there is no Agency %s here; add it, unless it is kept elsewhere",
				"ở đây không có Agency %s; hãy thêm, trừ khi được quản lý ở nơi khác", parent)
			missing.Warning = true
			return []Problem{missing}
		case next == nil || seen[parent]:
			// What is wrong further up is said of the agencies there.
			return nil
		}
		seen[parent] = true
		way = append(way, parent)
		agency = next
	}
	return nil
}

// capped lists names without letting them fill a message.
func capped(names []string) words {
	const most = 5
	slices.Sort(names)
	if len(names) <= most {
		all := strings.Join(names, ", ")
		return words{all, all}
	}
	first, more := strings.Join(names[:most], ", "), len(names)-most
	return words{fmt.Sprintf("%s and %d more", first, more), fmt.Sprintf("%s và %d cơ quan khác", first, more)}
}

// circle writes names that lead to one another, leaving out the middle of a long way round.
func circle(names []string) string {
	const most = 8
	if len(names) > most {
		names = append(append(slices.Clone(names[:most-2]), "…"), names[len(names)-1])
	}
	return strings.Join(names, " → ")
}
