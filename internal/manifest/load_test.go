package manifest

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"chuan.dev/chuan/api/v1alpha1"
)

func TestSchemasAreRead(t *testing.T) {
	used := map[string]bool{}
	for kind := range makers {
		if schemas[kind] == nil {
			t.Fatalf("no CRD for kind %s", kind)
		}
		collectPatterns(schemas[kind](), used)
	}
	for pattern := range forms {
		if !used[pattern] {
			t.Errorf("the pattern %s is put into words and no CRD uses it", pattern)
		}
	}
}

func collectPatterns(s *schema, used map[string]bool) {
	if s == nil {
		return
	}
	if s.Pattern != nil {
		used[s.Pattern.String()] = true
	}
	collectPatterns(s.Items, used)
	collectPatterns(s.Additional, used)
	for _, property := range s.Properties {
		collectPatterns(property, used)
	}
}

func TestLoadReadsADirectory(t *testing.T) {
	set, problems := Load(os.DirFS("testdata/province"))
	if len(problems) > 0 {
		t.Fatalf("problems: %v", problems)
	}
	if set.Skipped["ConfigMap"] != 1 {
		t.Errorf("Skipped = %v, want the ConfigMap", set.Skipped)
	}
	got := slices.Concat(
		placesOf(set.Agencies), placesOf(set.Procedures), placesOf(set.Calendars), placesOf(set.LegalDocuments), placesOf(set.AuditPlans),
	)
	want := []string{
		"agencies.yaml:1 huyen-dien-bien", "agencies.yaml:13 xa-thanh-nua",
		"procedures.yaml:4:3 sao-y", "procedures.yaml:30:3 noi-bo",
		"calendar.json:1 vn-2026", "other.yml:6 nd-23-2015-nd-cp", "other.yml:11 danh-gia-2026",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("objects (-want +got):\n%s", diff)
	}
}

func placesOf[T any](objects []Object[T]) []string {
	places := make([]string, len(objects))
	for i, o := range objects {
		named, _ := any(o.Value).(metav1.Object)
		places[i] = fmt.Sprintf("%s %s", o.Position(), named.GetName())
	}
	return places
}

func TestLoadAppliesTheDefaultsOfTheCRDs(t *testing.T) {
	set, problems := Load(os.DirFS("testdata/province"))
	if len(problems) > 0 {
		t.Fatalf("problems: %v", problems)
	}
	agency := set.Agencies[1].Value
	if agency.Spec.Type != v1alpha1.AgencyTypePeoplesCommittee || agency.Spec.DeletionPolicy != v1alpha1.DeletionPolicyRetain {
		t.Errorf("type %q and deletionPolicy %q, want the defaults", agency.Spec.Type, agency.Spec.DeletionPolicy)
	}
	if agency.Status.ObservedGeneration != -1 {
		t.Errorf("status.observedGeneration = %d, want -1", agency.Status.ObservedGeneration)
	}
	service := agency.Spec.Service
	if got := service.Storage.Size.String(); got != "1Gi" {
		t.Errorf("storage.size = %s, want 1Gi", got)
	}
	if cpu, memory := service.Resources.CPU.String(), service.Resources.Memory.String(); cpu != "10m" || memory != "256Mi" {
		t.Errorf("cpu %s, memory %s, want the default 10m and the given 256Mi", cpu, memory)
	}
	spec := set.Procedures[0].Value.Spec
	if spec.Steps[0].Clock != v1alpha1.ClockRunning || spec.Documents[0].Kind != "copy" || spec.Documents[0].Copies != 1 {
		t.Errorf("clock %q, document %+v, want the defaults", spec.Steps[0].Clock, spec.Documents[0])
	}
	if spec.Issue.EffectiveFrom != "2026-01-01" {
		t.Errorf("effectiveFrom = %q, want the day without quotes as a text", spec.Issue.EffectiveFrom)
	}
	if got := set.Calendars[0].Value.Spec.TimeZone; got != "Asia/Ho_Chi_Minh" {
		t.Errorf("timeZone = %q, want the default", got)
	}
	if got := set.AuditPlans[0].Value.Spec.Schedule; got.Shift != "None" || got.LeadTime != "30d" {
		t.Errorf("schedule %+v, want the defaults", got)
	}
}

func TestLoadKeepsWhatIsInOrder(t *testing.T) {
	set, problems := Load(fstest.MapFS{
		"a.yaml": {Data: []byte("broken: [\n---\n" + good + "---\n# nothing but a comment\n---\nkind: Agency\n")},
		"b.yaml": {Data: []byte("\xef\xbb\xbf" + strings.ReplaceAll(strings.ReplaceAll(good, "luat", "nghi-dinh"), "\n", "\r\n"))},
	})
	if len(set.LegalDocuments) != 2 {
		t.Errorf("%d objects, want the two that are in order", len(set.LegalDocuments))
	}
	if len(problems) != 2 || problems[0].Line != 1 || problems[1].Line != 10 {
		t.Errorf("problems %v, want one on line 1 and one on line 10", problems)
	}
}

func TestLoadChoosesFiles(t *testing.T) {
	doc := func(name string) *fstest.MapFile {
		return &fstest.MapFile{Data: []byte(strings.ReplaceAll(good, "luat", name))}
	}
	set, problems := Load(fstest.MapFS{
		"a.yaml": doc("a"), "b.yml": doc("b"), "c.yaml.gz": {Data: gzipped(t, strings.ReplaceAll(good, "luat", "c"))},
		"deep/er/d.yaml": doc("d"), "e.txt": doc("e"), ".f.yaml": doc("f"), ".git/g.yaml": doc("g"),
		"..2026/h.yaml": doc("h"), "i.gz": doc("i"), "README.md": {Data: []byte("# x")},
	})
	names := make([]string, 0, len(set.LegalDocuments))
	for _, o := range set.LegalDocuments {
		names = append(names, o.Value.Name)
	}
	if diff := cmp.Diff([]string{"a", "b", "c", "d"}, names); diff != "" || len(problems) > 0 {
		t.Errorf("files (-want +got):\n%s\nproblems %v", diff, problems)
	}
}

func gzipped(t *testing.T, text string) []byte {
	t.Helper()
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	if _, err := w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return packed.Bytes()
}

// TestLoadFollowsAMountedVolume lays a directory out as a kubelet does: names that link into a hidden version.
func TestLoadFollowsAMountedVolume(t *testing.T) {
	mount := t.TempDir()
	version := filepath.Join(mount, "..2026_01_01", "sub")
	if err := os.MkdirAll(version, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(mount, "..2026_01_01", "luat.yaml"), []byte(good), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(version, "khac.yaml"), []byte(strings.ReplaceAll(good, "luat", "khac")), 0o644); err != nil {
		t.Fatal(err)
	}
	for link, target := range map[string]string{
		"..data": "..2026_01_01", "luat.yaml": "..data/luat.yaml", "sub": "..data/sub", "loop": ".", "gone": "nowhere",
	} {
		if err := os.Symlink(target, filepath.Join(mount, link)); err != nil {
			t.Fatal(err)
		}
	}
	set, problems := Load(os.DirFS(mount))
	if len(set.LegalDocuments) != 2 || len(problems) > 0 {
		t.Errorf("%d objects, problems %v, want each of the two once", len(set.LegalDocuments), problems)
	}
	if err := os.Symlink("..data/none.yaml", filepath.Join(mount, "none.yaml")); err != nil {
		t.Fatal(err)
	}
	_, problems = Load(os.DirFS(mount))
	if len(problems) != 1 || problems[0].File != "none.yaml" || !strings.Contains(problems[0].Message, "link to nothing") {
		t.Errorf("problems %v, want one of the broken link", problems)
	}
}
