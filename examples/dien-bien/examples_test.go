// Package dienbien_test keeps the example true: what its README says of it is checked here.
package dienbien_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"sigs.k8s.io/yaml"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/audit"
	"chuan.dev/chuan/internal/manifest"
	"chuan.dev/chuan/internal/procedure"
)

// communes are those of plan 349/KH-UBND, by the names of their manifests.
var communes = map[string]string{
	"ubnd-xa-thanh-nua":   "UBND xã Thanh Nưa",
	"ubnd-xa-thanh-hung":  "UBND xã Thanh Hưng",
	"ubnd-xa-thanh-luong": "UBND xã Thanh Luông",
	"ubnd-xa-thanh-xuong": "UBND xã Thanh Xương",
	"ubnd-xa-thanh-chan":  "UBND xã Thanh Chăn",
	"ubnd-xa-thanh-an":    "UBND xã Thanh An",
	"ubnd-xa-thanh-yen":   "UBND xã Thanh Yên",
	"ubnd-xa-hua-thanh":   "UBND xã Hua Thanh",
	"ubnd-xa-noong-luong": "UBND xã Noong Luống",
	"ubnd-xa-noong-het":   "UBND xã Noong Hẹt",
	"ubnd-xa-sam-mun":     "UBND xã Sam Mứn",
	"ubnd-xa-pom-lot":     "UBND xã Pom Lót",
	"ubnd-xa-na-nhan":     "UBND xã Nà Nhạn",
	"ubnd-xa-muong-phang": "UBND xã Mường Phăng",
	"ubnd-xa-nua-ngam":    "UBND xã Núa Ngam",
}

const district = "ubnd-huyen-dien-bien"

func load(t *testing.T) *manifest.Set {
	t.Helper()
	set, problems := manifest.Load(os.DirFS("."))
	for _, p := range problems {
		t.Errorf("Load: %s", p)
	}
	if t.Failed() {
		t.FailNow()
	}
	return set
}

func TestEverythingLoadsAndFitsTogether(t *testing.T) {
	set := load(t)
	got := map[string]int{
		"Agency": len(set.Agencies), "QualityProcedure": len(set.Procedures), "WorkCalendar": len(set.Calendars),
		"LegalDocument": len(set.LegalDocuments), "AuditPlan": len(set.AuditPlans), "skipped": len(set.Skipped),
	}
	want := map[string]int{
		"Agency": 16, "QualityProcedure": 3, "WorkCalendar": 2, "LegalDocument": 17, "AuditPlan": 1,
		"skipped": 2, // the Namespace and the Kustomization
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("objects (-want +got):\n%s", diff)
	}
	for _, p := range manifest.Resolve(set).Problems {
		if !p.Warning { // 2027 is provisional, and may be warned of
			t.Errorf("Resolve: %s", p)
		}
	}
}

func TestKustomizationListsEveryManifest(t *testing.T) {
	text, err := os.ReadFile("kustomization.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var kustomization struct {
		Resources []string `json:"resources"`
	}
	if err := yaml.Unmarshal(text, &kustomization); err != nil {
		t.Fatal(err)
	}
	var manifests []string
	err = fs.WalkDir(os.DirFS("."), ".", func(path string, _ fs.DirEntry, err error) error {
		if filepath.Ext(path) == ".yaml" && path != "kustomization.yaml" {
			manifests = append(manifests, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(kustomization.Resources)
	if diff := cmp.Diff(manifests, kustomization.Resources); diff != "" {
		t.Errorf("resources of kustomization.yaml (-files +listed):\n%s", diff)
	}
}

func TestTextIsNFC(t *testing.T) {
	err := fs.WalkDir(os.DirFS("."), ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		if err == nil && !norm.NFC.IsNormal(text) {
			t.Errorf("%s is not in Unicode NFC", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestAgenciesAreTheDistrictAndItsFifteenCommunes(t *testing.T) {
	titles := map[string]string{}
	codes := map[string]string{}
	officers := map[v1alpha1.Title]string{}
	for _, object := range load(t).Agencies {
		a := object.Value
		if other, ok := codes[a.Spec.Code]; ok {
			t.Errorf("%s and %s have the code %s", other, a.Name, a.Spec.Code)
		}
		codes[a.Spec.Code] = a.Name
		for _, o := range a.Spec.Officers {
			if other, ok := officers[o.Title]; ok {
				t.Errorf("%s works in %s and in %s", o.Title, other, a.Name)
			}
			officers[o.Title] = a.Name
		}
		if len(a.Spec.Officers) < 5 {
			t.Errorf("%s has %d officers, want 5 or more", a.Name, len(a.Spec.Officers))
		}
		if a.Name == district {
			if a.Spec.Title != "UBND huyện Điện Biên" || a.Spec.Level != v1alpha1.AgencyLevelDistrict || a.Spec.Parent != nil {
				t.Errorf("%s is %q, %s, with parent %v", a.Name, a.Spec.Title, a.Spec.Level, a.Spec.Parent)
			}
			continue
		}
		titles[a.Name] = string(a.Spec.Title)
		if a.Spec.Level != v1alpha1.AgencyLevelCommune || a.Spec.Parent == nil || a.Spec.Parent.Name != district {
			t.Errorf("%s is a %s with parent %v, want a Commune under %s", a.Name, a.Spec.Level, a.Spec.Parent, district)
		}
		if !strings.HasPrefix(a.Spec.Code, "H18.") {
			t.Errorf("%s has the code %s, want one of Điện Biên, H18", a.Name, a.Spec.Code)
		}
	}
	if diff := cmp.Diff(communes, titles); diff != "" {
		t.Errorf("communes (-want +got):\n%s", diff)
	}
}

func TestAdoption(t *testing.T) {
	set := load(t)
	var candidates []procedure.Candidate
	for _, p := range set.Procedures {
		candidates = append(candidates, procedure.Candidate{
			Name: p.Value.Name, Labels: p.Value.Labels, AppliesTo: p.Value.Spec.AppliesTo,
		})
	}
	for _, a := range set.Agencies {
		want := []string{"cap-ban-sao-tu-so-goc", "cap-giay-phep-xay-dung-nha-o", "dang-ky-khai-sinh"}
		if a.Value.Name == district {
			want = want[:1]
		}
		got, missing, err := procedure.Adopted(a.Value, candidates)
		if err != nil || len(missing) > 0 {
			t.Errorf("Adopted(%s): missing %v, error %v", a.Value.Name, missing, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("procedures of %s (-want +got):\n%s", a.Value.Name, diff)
		}
	}
}

func TestAuditPlanCoversTheFifteenCommunes(t *testing.T) {
	set := load(t)
	if len(set.AuditPlans) != 1 {
		t.Fatalf("%d audit plans, want 1", len(set.AuditPlans))
	}
	plan := set.AuditPlans[0].Value
	if d := plan.Spec.Decision; d.Number != "349/KH-UBND" || d.Date != "2018-03-16" {
		t.Errorf("the plan rests on %s of %s", d.Number, d.Date)
	}
	selector, err := metav1.LabelSelectorAsSelector(plan.Spec.Auditees.Selector)
	if err != nil {
		t.Fatal(err)
	}
	audited := map[string]string{}
	for _, a := range set.Agencies {
		if selector.Matches(labels.Set(a.Value.Labels)) {
			audited[a.Value.Name] = string(a.Value.Spec.Title)
		}
	}
	if diff := cmp.Diff(communes, audited); diff != "" {
		t.Errorf("auditees (-want +got):\n%s", diff)
	}
}

func TestAuditWindows(t *testing.T) {
	plan := load(t).AuditPlans[0].Value
	zone, err := time.LoadLocation(plan.Spec.Schedule.TimeZone)
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		now     time.Time
		phase   audit.Phase
		current string
		next    string
	}{
		{time.Date(2018, time.March, 31, 9, 0, 0, 0, zone), audit.PhaseBetweenWindows, "", "20181101"},
		{time.Date(2018, time.October, 2, 0, 0, 0, 0, zone), audit.PhaseDueSoon, "", "20181101"},
		{time.Date(2026, time.November, 23, 9, 0, 0, 0, zone), audit.PhaseWindowOpen, "20261101", "20271101"},
		{time.Date(2026, time.December, 1, 0, 0, 0, 0, zone), audit.PhaseInGrace, "20261101", "20271101"},
		{time.Date(2026, time.December, 16, 0, 0, 0, 0, zone), audit.PhaseBetweenWindows, "", "20271101"},
	}
	for _, tt := range tests {
		e, err := audit.Evaluate(&plan.Spec, nil, tt.now)
		if err != nil {
			t.Fatal(err)
		}
		current, next := "", ""
		if e.Current != nil {
			current = e.Current.Slot
		}
		if len(e.Upcoming) > 0 {
			next = e.Upcoming[0].Slot
		}
		if e.Phase != tt.phase || current != tt.current || next != tt.next {
			t.Errorf("%s: %s, current %q, next %q; want %s, %q, %q", tt.now, e.Phase, current, next, tt.phase, tt.current, tt.next)
		}
	}
}
