package lint

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"chuan.dev/chuan/internal/calendar"
	"chuan.dev/chuan/internal/manifest"
	"chuan.dev/chuan/internal/rule"
)

var update = flag.Bool("update", false, "write the reports as they are now into testdata")

// today is the day on which the tests ask.
var today = calendar.NewDay(2026, time.November, 27)

func check(t *testing.T, directory string) *Report {
	t.Helper()
	return checkFS(t, os.DirFS(directory))
}

// filesOf is a directory of texts by their names.
func filesOf(texts map[string]string) fstest.MapFS {
	files := fstest.MapFS{}
	for name, text := range texts {
		files[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return files
}

func TestReports(t *testing.T) {
	report := check(t, "testdata/broken")
	for file, write := range map[string]func(*strings.Builder) error{
		"testdata/broken.txt":  func(out *strings.Builder) error { return WriteText(out, report, Style{}) },
		"testdata/broken.json": func(out *strings.Builder) error { return WriteJSON(out, report, Style{}) },
	} {
		t.Run(file, func(t *testing.T) {
			var out strings.Builder
			if err := write(&out); err != nil {
				t.Fatal(err)
			}
			if *update {
				if err := os.WriteFile(file, []byte(out.String()), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), out.String()); diff != "" {
				t.Errorf("report (-want +got):\n%s", diff)
			}
		})
	}
}

func TestCheckOfWhatIsInOrder(t *testing.T) {
	report := check(t, "../manifest/testdata/province")
	if len(report.Findings) > 0 || report.Objects != 7 || report.SkippedObjects() != 1 {
		t.Errorf("report %+v, want no findings in 7 objects and 1 skipped", report)
	}
	var text, encoded strings.Builder
	if err := errors.Join(WriteText(&text, report, Style{}), WriteJSON(&encoded, report, Style{})); err != nil {
		t.Fatal(err)
	}
	if want := "0 lỗi, 0 cảnh báo; đã kiểm tra 7 đối tượng, bỏ qua 1 (1 ConfigMap)\n0 errors, 0 warnings; 7 objects checked, 1 skipped (1 ConfigMap)\n"; text.String() != want {
		t.Errorf("text %q, want %q", text.String(), want)
	}
	var decoded map[string]json.RawMessage
	if err := json.Unmarshal([]byte(encoded.String()), &decoded); err != nil || string(decoded["findings"]) != "[]" {
		t.Errorf("findings %s, %v, want an empty list", decoded["findings"], err)
	}
}

// TestRulesOfFindings checks the findings that only all objects together give.
func TestRulesOfFindings(t *testing.T) {
	report := check(t, "testdata/broken")
	rules := map[string]int{}
	for _, f := range report.Findings {
		rules[fmt.Sprintf("%s %s", f.Severity, f.Rule)]++
	}
	want := map[string]int{
		"error C1": 1, "warning V03": 1, "error R2": 1, "error A1": 1, "error G2": 1, "warning R1": 1, "error M2": 1,
	}
	if diff := cmp.Diff(want, rules); diff != "" {
		t.Errorf("findings by rule (-want +got):\n%s", diff)
	}
	if errors, warnings := report.Count(rule.Error), report.Count(rule.Warning); errors != 5 || warnings != 2 {
		t.Errorf("%d errors and %d warnings, want 5 and 2", errors, warnings)
	}
}

func TestFaultsOfCalendarsAndPlans(t *testing.T) {
	texts := map[string]string{
		"lich.yaml": `apiVersion: qms.chuan.dev/v1alpha1
kind: WorkCalendar
metadata: {name: vn-2026}
spec:
  series: vn
  year: 2026
  standing: Official
  workingHours: [{days: [Monday], periods: [{from: "07:30", to: "11:30"}]}]
  notice: {number: 9441/TB-BNV, date: "2025-10-16"}
---
apiVersion: qms.chuan.dev/v1alpha1
kind: WorkCalendar
metadata: {name: vn-2028}
spec:
  series: vn
  year: 2028
  standing: Official
  workingHours: [{days: [Monday], periods: [{from: "07:30", to: "11:30"}]}]
  notice: {number: 9441/TB-BNV, date: "2025-10-16"}
`,
		"xa.yaml": `apiVersion: qms.chuan.dev/v1alpha1
kind: Agency
metadata: {name: xa}
spec:
  title: UBND xã
  code: H18.01
  level: Commune
  calendar:
    series: lao
    workingHours: [{days: [Monday], periods: [{from: "11:30", to: "07:30"}]}]
---
apiVersion: qms.chuan.dev/v1alpha1
kind: WorkCalendar
metadata: {name: lao-2026}
spec:
  series: lao
  year: 2026
  standing: Official
  workingHours: [{days: [Monday], periods: [{from: "07:30", to: "11:30"}]}]
  notice: {number: 9441/TB-BNV, date: "2025-10-16"}
`,
		"ke-hoach.yaml": `apiVersion: qms.chuan.dev/v1alpha1
kind: AuditPlan
metadata: {name: ke-hoach}
spec:
  title: Kế hoạch
  kind: Internal
  decision: {number: 1/KH-UBND, date: "2026-01-05"}
  schedule: {every: Quarter, from: "2026-02-30", window: 20d}
  auditees: {selector: {}}
  team: [{id: truong, title: Trưởng đoàn, role: Lead}]
  criteria: [tcvn-iso-9001-2015]
`,
	}
	got := make([]string, 0, 3)
	for _, f := range checkFS(t, filesOf(texts)).Findings {
		got = append(got, fmt.Sprintf("%s %s %s", f.Position, f.Rule, f.Path))
	}
	want := []string{
		"ke-hoach.yaml:8:36 C1 spec.schedule.from",
		"ke-hoach.yaml:9:3 V17 spec.auditees", // the agency adopts nothing
		"lich.yaml:6:9 C1 spec.year",
		"xa.yaml:10:47 C1 spec.calendar.workingHours[0].periods[0]",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
}

func TestExcerpt(t *testing.T) {
	long := strings.Repeat("x", 200) + "Y" + strings.Repeat("z", 200)
	for name, tt := range map[string]struct {
		text         string
		line, column int
		want         string
	}{
		"the first line":       {"a: b\nc: d\n", 1, 4, "     1 | a: b\n            ^\n"},
		"the last line":        {"a: b\r\nc: d\r\n", 2, 1, "     2 | c: d\n         ^\n"},
		"diacritics":           {"tên: ủy ban", 1, 6, "     1 | tên: ủy ban\n              ^\n"},
		"diacritics that join": {"te\u0302n: a", 1, 7, "     1 | te\u0302n: a\n              ^\n"},
		"tabs":                 {"\t\"a\": 1", 1, 7, "     1 | \t\"a\": 1\n         \t     ^\n"},
		"no column":            {"a: b", 1, 0, "     1 | a: b\n"},
		"beyond the line":      {"ab", 1, 9, "     1 | ab\n           ^\n"},
		"no such line":         {"ab", 2, 1, ""},
		"a long line": {
			long, 1, 201,
			"     1 | " + strings.Repeat("x", 60) + "Y" + strings.Repeat("z", 49) + "\n" + strings.Repeat(" ", 69) + "^\n",
		},
		"beyond a long line": {long, 1, 1000, "     1 | \n         ^\n"},
	} {
		t.Run(name, func(t *testing.T) {
			var shown strings.Builder
			excerpt([]byte(tt.text), manifest.Position{Line: tt.line, Column: tt.column}).write(&shown, tt.line, fmt.Sprint)
			if diff := cmp.Diff(tt.want, shown.String()); diff != "" {
				t.Errorf("excerpt (-want +got):\n%s", diff)
			}
		})
	}
}

func TestWritersReportAFullDisk(t *testing.T) {
	for _, format := range Formats {
		if err := format.Write(fullDisk{}, &Report{}, Style{}); !errors.Is(err, errFull) {
			t.Errorf("%s: %v, want the error of the writer", format.Name, err)
		}
	}
}

var errFull = errors.New("no space left on device")

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errFull }
