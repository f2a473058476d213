package procedure

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/calendar"
)

func TestCovers(t *testing.T) {
	commune := &v1alpha1.AgencySpec{Level: v1alpha1.AgencyLevelCommune, Type: v1alpha1.AgencyTypePeoplesCommittee}
	for name, tt := range map[string]struct {
		appliesTo *v1alpha1.AppliesTo
		want      bool
	}{
		"nobody":        {nil, false},
		"everybody":     {&v1alpha1.AppliesTo{}, true},
		"its level":     {&v1alpha1.AppliesTo{Levels: []v1alpha1.AgencyLevel{"District", "Commune"}}, true},
		"another level": {&v1alpha1.AppliesTo{Levels: []v1alpha1.AgencyLevel{"Province"}}, false},
		"its type":      {&v1alpha1.AppliesTo{Types: []v1alpha1.AgencyType{"PeoplesCommittee"}}, true},
		"its level and another type": {&v1alpha1.AppliesTo{
			Levels: []v1alpha1.AgencyLevel{"Commune"}, Types: []v1alpha1.AgencyType{"Department"},
		}, false},
	} {
		if got := Covers(tt.appliesTo, commune); got != tt.want {
			t.Errorf("a procedure for %s covers a commune: %t, want %t", name, got, tt.want)
		}
	}
}

func TestAdopted(t *testing.T) {
	communes := &v1alpha1.AppliesTo{Levels: []v1alpha1.AgencyLevel{"Commune"}}
	candidates := []Candidate{
		{Name: "ho-tich", Labels: map[string]string{"linh-vuc": "ho-tich"}, AppliesTo: communes},
		{Name: "chung-thuc", Labels: map[string]string{"linh-vuc": "chung-thuc"}, AppliesTo: communes},
		{Name: "noi-bo"},
		{Name: "cua-so", AppliesTo: &v1alpha1.AppliesTo{Levels: []v1alpha1.AgencyLevel{"Province"}}},
		// The next revision of ho-tich is no longer for communes; the one in force still is.
		{Name: "ho-tich", AppliesTo: &v1alpha1.AppliesTo{Levels: []v1alpha1.AgencyLevel{"Province"}}},
	}
	refs := func(names ...string) (adopted []v1alpha1.AdoptedProcedure) {
		for _, name := range names {
			adopted = append(adopted, v1alpha1.AdoptedProcedure{Name: name})
		}
		return adopted
	}
	for name, tt := range map[string]struct {
		adoption       *v1alpha1.AdoptedProcedures
		names, missing []string
	}{
		"nothing":      {nil, nil, nil},
		"no selector":  {&v1alpha1.AdoptedProcedures{}, nil, nil},
		"by name":      {&v1alpha1.AdoptedProcedures{Refs: refs("noi-bo", "cua-so")}, []string{"cua-so", "noi-bo"}, nil},
		"missing":      {&v1alpha1.AdoptedProcedures{Refs: refs("z", "noi-bo", "a")}, []string{"noi-bo"}, []string{"a", "z"}},
		"all that fit": {&v1alpha1.AdoptedProcedures{Selector: &metav1.LabelSelector{}}, []string{"chung-thuc", "ho-tich"}, nil},
		"both ways": {&v1alpha1.AdoptedProcedures{
			Refs:     refs("noi-bo", "ho-tich"),
			Selector: &metav1.LabelSelector{MatchLabels: map[string]string{"linh-vuc": "ho-tich"}},
		}, []string{"ho-tich", "noi-bo"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			agency := &v1alpha1.Agency{Spec: v1alpha1.AgencySpec{Level: "Commune", Procedures: tt.adoption}}
			names, missing, err := Adopted(agency, candidates)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([][]string{tt.names, tt.missing}, [][]string{names, missing}); diff != "" {
				t.Errorf("adopted and missing (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAdoptedWithMalformedSelector(t *testing.T) {
	agency := &v1alpha1.Agency{Spec: v1alpha1.AgencySpec{Procedures: &v1alpha1.AdoptedProcedures{
		Refs:     []v1alpha1.AdoptedProcedure{{Name: "noi-bo"}},
		Selector: &metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{{Key: "a", Operator: "Near"}}},
	}}}
	names, _, err := Adopted(agency, []Candidate{{Name: "noi-bo"}, {Name: "khac", AppliesTo: &v1alpha1.AppliesTo{}}})
	if err == nil {
		t.Error("a malformed selector gave no error")
	}
	if diff := cmp.Diff([]string{"noi-bo"}, names); diff != "" {
		t.Errorf("adopted by name (-want +got):\n%s", diff)
	}
}

func TestMissingRoles(t *testing.T) {
	officers := []v1alpha1.Officer{
		{ID: "an", Roles: []v1alpha1.ID{"mot-cua", "van-thu"}},
		{ID: "binh", Roles: []v1alpha1.ID{"lanh-dao-phong", "khong-can"}},
	}
	want := []v1alpha1.ID{"lanh-dao-ubnd", "thu-ly"}
	if diff := cmp.Diff(want, MissingRoles(compiled(t), officers)); diff != "" {
		t.Errorf("MissingRoles (-want +got):\n%s", diff)
	}
}

func TestInForce(t *testing.T) {
	today := calendar.NewDay(2026, 7, 1)
	for name, tt := range map[string]struct {
		revisions []Revision
		current   int32
		coming    []int32
	}{
		"none":             {nil, 0, nil},
		"one in force":     {[]Revision{{1, "2026-07-01"}}, 1, nil},
		"one coming":       {[]Revision{{1, "2026-07-02"}}, 0, []int32{1}},
		"old, now and new": {[]Revision{{3, "2026-08-01"}, {1, "2025-01-01"}, {2, "2026-01-01"}}, 2, []int32{3}},
		"two coming":       {[]Revision{{1, "2026-01-01"}, {2, "2026-08-01"}, {3, "2026-09-01"}}, 1, []int32{2, 3}},
		"one overtaken before it comes": {
			[]Revision{{1, "2026-01-01"}, {2, "2026-09-01"}, {3, "2026-08-01"}}, 1, []int32{3},
		},
		"one overtaken on its day": {
			[]Revision{{1, "2026-01-01"}, {2, "2026-08-01"}, {3, "2026-08-01"}}, 1, []int32{3},
		},
		"a smaller one that would come later": {[]Revision{{2, "2026-01-01"}, {1, "2026-08-01"}}, 2, nil},
	} {
		t.Run(name, func(t *testing.T) {
			current, coming := InForce(tt.revisions, today)
			var got int32
			if current != nil {
				got = current.Revision
			}
			var next []int32
			for _, r := range coming {
				next = append(next, r.Revision)
			}
			if got != tt.current || !cmp.Equal(next, tt.coming) {
				t.Errorf("in force %d, coming %v, want %d and %v", got, next, tt.current, tt.coming)
			}
		})
	}
}

func TestDigest(t *testing.T) {
	source := buildingPermit(t)
	digest := Digest(&source.Spec)
	if len(digest) != 64 {
		t.Errorf("Digest = %q, want 64 hexadecimal digits", digest)
	}
	suspend := true
	source.Spec.Suspend = &suspend
	if Digest(&source.Spec) != digest {
		t.Error("suspend is no part of the text and changed its digest")
	}
	if source.Spec.Suspend == nil {
		t.Error("Digest changed the spec")
	}
	source.Spec.Steps[0].Title += "."
	if Digest(&source.Spec) == digest {
		t.Error("a changed title left the digest as it was")
	}
}
