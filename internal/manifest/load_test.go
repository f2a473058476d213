package manifest

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io/fs"
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
	byKind, err := schemas()
	if err != nil {
		t.Fatal(err)
	}
	for kind := range adders {
		if byKind[kind] == nil {
			t.Errorf("no CRD for kind %s", kind)
		}
	}
	used := map[string]bool{}
	for _, s := range byKind {
		collectPatterns(s, used)
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
	if set.Skipped != 1 {
		t.Errorf("Skipped = %d, want the ConfigMap", set.Skipped)
	}
	got := slices.Concat(
		placesOf(set.Agencies), placesOf(set.Procedures), placesOf(set.Calendars), placesOf(set.LegalDocuments), placesOf(set.AuditPlans),
	)
	want := []string{
		"agencies.yaml:1 huyen-dien-bien", "agencies.yaml:13 xa-thanh-nua",
		"procedures.yaml:4 sao-y", "procedures.yaml:25 noi-bo",
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

// good is an object to be put beside a broken one.
const good = `apiVersion: qms.chuan.dev/v1alpha1
kind: LegalDocument
metadata: {name: luat}
spec: {number: 1/2020/QH14, title: Luật, effectiveFrom: "2020-01-01", source: illustrative}
`

// calendarWith is a calendar whose spec goes on with the lines given, from line 5.
func calendarWith(lines ...string) string {
	return `apiVersion: qms.chuan.dev/v1alpha1
kind: WorkCalendar
metadata: {name: vn-2026}
spec:
` + strings.Join(append(lines, ""), "\n")
}

const hours = "  workingHours: [{days: [Monday], periods: [{from: \"07:30\", to: \"11:30\"}]}]"

func TestLoadFindsWhatIsWrong(t *testing.T) {
	tests := map[string]struct {
		text string
		want string
	}{
		"an unknown field": {
			calendarWith("  series: vn", "  yeer: 2026", "  year: 2026", "  standing: Provisional", hours),
			`x.yaml:6:3: spec.yeer: unknown field "yeer" (year?)`,
		},
		"an unknown field like no other": {
			calendarWith("  series: vn", "  lich: 2026", "  year: 2026", "  standing: Provisional", hours),
			`x.yaml:6:3: spec.lich: unknown field "lich"`,
		},
		"a repeated field": {
			calendarWith("  series: vn", "  year: 2026", "  year: 2027", "  standing: Provisional", hours),
			`x.yaml:7:3: spec.year: the field "year" is given twice; keep one of the two`,
		},
		"a missing field": {
			calendarWith("  series: vn", "  standing: Provisional", hours),
			`x.yaml:5:3: spec.year: the field "year" is missing`,
		},
		"a field without a value": {
			calendarWith("  series: vn", "  year:", "  standing: Provisional", hours),
			`x.yaml:5:3: spec.year: the field "year" is missing`,
		},
		"a number in quotes": {
			calendarWith("  series: vn", `  year: "2026"`, "  standing: Provisional", hours),
			`x.yaml:6:9: spec.year: this must be a whole number in decimal digits, without quotes; it is the text "2026"`,
		},
		"a number in another base": {
			calendarWith("  series: vn", `  year: 0x7EA`, "  standing: Provisional", hours),
			`x.yaml:6:9: spec.year: this must be a whole number in decimal digits, without quotes; it is the number 0x7EA`,
		},
		"a number out of bounds": {
			calendarWith("  series: vn", `  year: 1889`, "  standing: Provisional", hours),
			`x.yaml:6:9: spec.year: 1889 is out of bounds; it must lie from 1990 to 2199`,
		},
		"a word of no list": {
			calendarWith("  series: vn", `  year: 2026`, "  standing: Sure", hours),
			`x.yaml:7:13: spec.standing: "Sure" is not one of Official, Provisional`,
		},
		"a text that is read as a number": {
			calendarWith("  series: 1.5", `  year: 2026`, "  standing: Provisional", hours),
			`x.yaml:5:11: spec.series: this must be a text, and without quotes it is read as the number 1.5; write it in quotes, as "1.5"`,
		},
		"a text that kubectl reads as true": {
			calendarWith("  series: yes", `  year: 2026`, "  standing: Provisional", hours),
			`x.yaml:5:11: spec.series: this must be a text, and without quotes it is read as a truth value by kubectl; write it in quotes, as "yes"`,
		},
		"a text of the wrong form": {
			calendarWith("  series: việt nam", `  year: 2026`, "  standing: Provisional", hours),
			`x.yaml:5:11: spec.series: "việt nam" does not have the right form: an id is made of letters without diacritics, digits and hyphens, as thu-ly`,
		},
		"a time of the wrong form": {
			calendarWith("  series: vn", `  year: 2026`, "  standing: Provisional", `  workingHours: [{days: [Monday], periods: [{from: "7:30", to: "11:30"}]}]`),
			`x.yaml:8:52: spec.workingHours[0].periods[0].from: "7:30" does not have the right form: write a time of day as 07:30`,
		},
		"an object for a list": {
			calendarWith("  series: vn", `  year: 2026`, "  standing: Provisional", "  workingHours: {days: [Monday]}"),
			"x.yaml:8:17: spec.workingHours: this must be a list; it is an object",
		},
		"a list for an object": {
			calendarWith("- series: vn"),
			"x.yaml:5:1: spec: this must be an object, with fields below it; it is a list",
		},
		"a list for a text": {
			calendarWith("  series: [vn]", `  year: 2026`, "  standing: Provisional", hours),
			"x.yaml:5:11: spec.series: this must be a text; it is a list",
		},
		"an empty list": {
			calendarWith("  series: vn", `  year: 2026`, "  standing: Provisional", "  workingHours: []"),
			"x.yaml:8:17: spec.workingHours: 0 entries; at least 1 are needed",
		},
		"too long a list": {
			calendarWith("  series: vn", `  year: 2026`, "  standing: Provisional", "  workingHours: [a, b, c, d, e, f, g, h]"),
			"x.yaml:8:17: spec.workingHours: 8 entries; at most 7 are allowed",
		},
		"a repeated entry of a set": {
			calendarWith("  series: vn", `  year: 2026`, "  standing: Provisional",
				`  workingHours: [{days: [Monday, Friday, Monday], periods: [{from: "07:30", to: "11:30"}]}]`),
			`x.yaml:8:42: spec.workingHours[0].days[2]: "Monday" is already entry 1 of the list; each may be there once`,
		},
		"a repeated key of a map list": {
			calendarWith("  series: vn", `  year: 2026`, "  standing: Provisional", hours, "  exceptions:",
				`  - {date: "2026-01-01", kind: Holiday, title: Tết}`, `  - {date: "2026-01-01", kind: Holiday, title: Tết}`),
			`x.yaml:11:5: spec.exceptions[1]: date "2026-01-01" is already entry 1 of the list; each may be there once`,
		},
		"an empty entry": {
			calendarWith("  series: vn", `  year: 2026`, "  standing: Provisional", hours, "  exceptions:", "  -"),
			`x.yaml:10:4: spec.exceptions[0]: the entry is empty; write it, or take it out`,
		},
		"no name": {
			strings.Replace(good, "name: luat", "namespace: luat", 1),
			`x.yaml:3:11: metadata.name: the field "name" is missing`,
		},
		"a name with capitals": {
			strings.Replace(good, "name: luat", "name: Luat", 1),
			`x.yaml:3:18: metadata.name: "Luat" does not have the right form: it must match ^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$`,
		},
		"too short a text": {
			strings.Replace(good, "title: Luật", "title: ''", 1),
			`x.yaml:4:36: spec.title: "" is 0 characters long; at least 1 are needed`,
		},
		"too long a text": {
			strings.Replace(good, "title: Luật", "title: "+strings.Repeat("ă", 301), 1),
			`x.yaml:4:36: spec.title: "` + strings.Repeat("ă", 60) + `…" is 301 characters long; at most 300 are allowed`,
		},
		"a truth value in quotes": {
			strings.Replace(calendarWith("  suspend: 'true'", "  title: UBND", "  code: H18", "  level: Province", "  calendar: {series: vn}"),
				"WorkCalendar", "Agency", 1),
			`x.yaml:5:12: spec.suspend: this must be true or false, without quotes; it is the text "true"`,
		},
		"no spec": {
			"apiVersion: qms.chuan.dev/v1alpha1\nkind: LegalDocument\nmetadata: {name: luat}\n",
			`x.yaml:1:1: spec: the field "spec" is missing`,
		},
		"a label that is a number": {
			strings.Replace(good, "name: luat", "name: luat, labels: {chuan.dev/nam: 2020}", 1),
			`x.yaml:3:48: metadata.labels["chuan.dev/nam"]: this must be a text, and without quotes it is read as the number 2020; write it in quotes, as "2020"`,
		},
		"merged fields": {
			strings.Replace(good, "spec: {", "spec: {<<: {title: Luật}, ", 1),
			"x.yaml:4:8: spec: merging (<<) is not read; write the fields out",
		},
		"a tag": {
			strings.Replace(good, "title: Luật", "title: !ten Luật", 1),
			"x.yaml:4:36: spec.title: the tag !ten means nothing here; take it out",
		},
		"a field whose name is a list": {
			strings.Replace(good, "title: Luật", "title: Luật, ? [a] : b", 1),
			"x.yaml:4:44: spec: the name of a field must be a word",
		},
		"an alias to what is around it": {
			strings.Replace(good, "metadata: {name: luat}", "metadata: &m {name: luat, labels: *m}", 1),
			`x.yaml:3:11: metadata.labels.labels: this must be a text; it is an object`,
		},
		"no kind": {
			"a: 1\n", "x.yaml:1:1: the object lacks its apiVersion or its kind; write both, as apiVersion: qms.chuan.dev/v1alpha1 and kind: Agency",
		},
		"an unknown kind": {
			strings.Replace(good, "LegalDocument", "Legal", 1),
			"x.yaml:2:7: kind: there is no kind Legal in qms.chuan.dev; the kinds are Agency, AuditPlan, LegalDocument, QualityProcedure, WorkCalendar",
		},
		"an unknown version": {
			strings.Replace(good, "v1alpha1", "v2", 1),
			"x.yaml:1:13: apiVersion: the version qms.chuan.dev/v2 is not known; write qms.chuan.dev/v1alpha1",
		},
		"a mere text": {
			"hello\n", "x.yaml:1:1: this is no object: it has neither apiVersion nor kind; write an object, or take the file away",
		},
		"not YAML": {
			"a: b: c\n", "x.yaml:1: this is not YAML: mapping values are not allowed in this context; correct the indentation, the quotes or the colons here or just above",
		},
		"not YAML further down": {
			good + "---\na: 1\nb: [\n", "x.yaml:7: this is not YAML: did not find expected node content; correct the indentation, the quotes or the colons here or just above",
		},
		"a document end mark": {
			good + "...\n" + good, "x.yaml:5: this is not YAML: did not find expected <document start>; correct the indentation, the quotes or the colons here or just above",
		},
		"a NUL byte": {
			good + "a: \x00\n", "x.yaml:5:4: the file holds a NUL byte and is no text; restore it, or save it as UTF-8 if it is UTF-16",
		},
		"another encoding": {
			"title: Lu\xe2t\n", "x.yaml:1:10: the byte 0xe2 is not UTF-8; save the file as UTF-8",
		},
		"UTF-16": {
			"\xff\xfea\x00:\x00", "x.yaml: the file is saved as UTF-16; save it as UTF-8",
		},
		"an object given twice": {
			good + "---\n" + good, "x.yaml:6: LegalDocument luat is already given at x.yaml:1; keep one of the two",
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, problems := Load(fstest.MapFS{"x.yaml": {Data: []byte(tt.text)}})
			if len(problems) != 1 || problems[0].String() != tt.want {
				t.Fatalf("got  %v\nwant %s", problems, tt.want)
			}
			if vi := problems[0].MessageVi; vi == "" || vi == problems[0].Message || strings.Contains(vi, "%!") {
				t.Errorf("Vietnamese message: %q", vi)
			}
		})
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

func TestLoadOfNothing(t *testing.T) {
	for name, tt := range map[string]struct {
		fsys fs.FS
		want string
	}{
		"an empty directory":   {fstest.MapFS{}, ".: nothing to serve: 0 manifests were read"},
		"other kinds only":     {fstest.MapFS{"a.yaml": {Data: []byte("apiVersion: v1\nkind: Pod\n")}}, ".: nothing to serve: 1 manifests were read"},
		"a missing directory":  {os.DirFS(filepath.Join(t.TempDir(), "gone")), ".: vanished before it was read"},
		"an empty file":        {fstest.MapFS{"a.yaml": {}}, ".: nothing to serve"},
		"not gzip":             {fstest.MapFS{"a.yaml.gz": {Data: []byte("plain")}}, "a.yaml.gz: cannot be read: it is not gzip"},
		"cut off gzip":         {fstest.MapFS{"a.yaml.gz": {Data: gzipped(t, good)[:40]}}, "a.yaml.gz: cannot be read: unexpected EOF"},
		"a file without right": {failing{MapFS: fstest.MapFS{"a.yaml": {}}, open: fs.ErrPermission}, "a.yaml: cannot be read: permission denied"},
		"a directory that vanishes": {
			failing{MapFS: fstest.MapFS{"xa/a.yaml": {Data: []byte(good)}}, list: fs.ErrNotExist}, "xa: vanished before it was read",
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, problems := Load(tt.fsys)
			if len(problems) != 1 || !strings.HasPrefix(problems[0].String(), tt.want) {
				t.Errorf("problems %v, want one that begins with %q", problems, tt.want)
			}
		})
	}
}

// failing fails to open files, or to list the directories below the root.
type failing struct {
	fstest.MapFS
	open, list error
}

func (f failing) Open(name string) (fs.File, error) {
	if f.open != nil && strings.HasSuffix(name, ".yaml") {
		return nil, &fs.PathError{Op: "open", Path: name, Err: f.open}
	}
	return f.MapFS.Open(name)
}

func (f failing) ReadDir(name string) ([]fs.DirEntry, error) {
	if f.list != nil && name != "." {
		return nil, &fs.PathError{Op: "open", Path: name, Err: f.list}
	}
	return f.MapFS.ReadDir(name)
}

func TestLoadIsBounded(t *testing.T) {
	var bomb strings.Builder
	bomb.WriteString("apiVersion: qms.chuan.dev/v1alpha1\nkind: WorkCalendar\nmetadata: {name: a}\nspec:\n")
	bomb.WriteString("  a0: &a0 {date: x}\n")
	for i := range 30 {
		fmt.Fprintf(&bomb, "  a%d: &a%d [*a%d, *a%d]\n", i+1, i+1, i, i)
	}
	bomb.WriteString("  exceptions: *a30\n")
	wide := "apiVersion: qms.chuan.dev/v1alpha1\nkind: LegalDocument\nmetadata: {name: a, labels: &l {" +
		strings.Repeat("? x : y, ", 5) + "}}\n"
	for name, text := range map[string]string{
		"aliases of aliases": bomb.String(),
		"repeated keys":      wide,
		"deep nesting":       "apiVersion: " + strings.Repeat("[", 20_000),
		"many documents":     strings.Repeat("---\n", maxDocumentsPerFile+1),
		"many problems":      strings.Repeat("a: 1\n---\n", 1000),
		"a large file":       strings.Repeat("# nothing\n", maxFileBytes/10+1),
	} {
		t.Run(name, func(t *testing.T) {
			_, problems := Load(fstest.MapFS{"x.yaml": {Data: []byte(text)}})
			if len(problems) == 0 || len(problems) > maxProblemsPerFile+1 {
				t.Errorf("%d problems, want some and at most %d", len(problems), maxProblemsPerFile+1)
			}
		})
	}
}

func TestProblemsOfAReaderThatFails(t *testing.T) {
	l := NewLoader()
	l.File("x.yaml", failingReader{})
	_, problems := l.Finish()
	if len(problems) != 1 || problems[0].String() != "x.yaml: cannot be read: input/output error" {
		t.Errorf("problems %v, want the failure to read", problems)
	}
}

type failingReader struct{}

func (failingReader) Read([]byte) (int, error) { return 0, errors.New("input/output error") }
