package main

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"sigs.k8s.io/yaml"
)

const (
	province = "../../internal/manifest/testdata/province"
	broken   = "../../internal/lint/testdata/broken"
)

// chuan runs the program on a day of 2026 and returns what it wrote.
func chuan(t *testing.T, in string, args ...string) (code int, out, errs string) {
	t.Helper()
	var stdout, stderr strings.Builder
	code = run(environment{
		in: strings.NewReader(in), out: &stdout, err: &stderr,
		now: func() time.Time { return time.Date(2026, 5, 20, 3, 0, 0, 0, time.UTC) },
	}, args)
	return code, stdout.String(), stderr.String()
}

const document = `apiVersion: qms.chuan.dev/v1alpha1
kind: LegalDocument
metadata: {name: luat}
spec: {number: 1/2020/QH14, title: Luật, effectiveFrom: "2020-01-01", source: illustrative}
`

func TestExitCodesAndOutput(t *testing.T) {
	onlyWarnings := filepath.Join(t.TempDir(), "agency.yaml")
	text, err := os.ReadFile(province + "/agencies.yaml")
	if err != nil {
		t.Fatal(err)
	}
	elsewhere := strings.Replace(string(text), "name: huyen-dien-bien}", "name: huyen-khac}", 1)
	if err := os.WriteFile(onlyWarnings, []byte(elsewhere), 0o600); err != nil {
		t.Fatal(err)
	}
	warned := []string{onlyWarnings, province + "/calendar.json", province + "/procedures.yaml"}
	for name, tt := range map[string]struct {
		in       string
		args     []string
		code     int
		out, err string
	}{
		"help":                 {args: nil, out: "Exit codes:"},
		"an unknown command":   {args: []string{"lnt"}, code: exitFailed, err: `chuan: unknown command "lnt"`},
		"an unknown flag":      {args: []string{"lint", "--fix"}, code: exitFailed, err: "chuan: unknown flag: --fix"},
		"lint clean":           {args: []string{"lint", province}, out: "0 errors, 0 warnings; 7 objects checked, 1 skipped"},
		"lint findings":        {args: []string{"lint", broken}, code: exitFindings, out: "5 errors, 2 warnings"},
		"lint one file":        {args: []string{"lint", broken + "/calendar.yaml"}, code: exitFindings, out: broken + "/calendar.yaml:10:45: lỗi C1"},
		"lint standard input":  {in: "a: [", args: []string{"lint", "-"}, code: exitFindings, out: "<stdin>:1: lỗi M2"},
		"lint clean input":     {in: document, args: []string{"lint", "-"}, out: "1 object checked"},
		"lint nothing":         {args: []string{"lint", t.TempDir()}, code: exitFindings, out: "nothing to serve"},
		"lint what is missing": {args: []string{"lint", "nowhere"}, code: exitFailed, err: "chuan: nowhere: no such file or directory"},
		"lint warnings":        {args: append([]string{"lint"}, warned...), code: exitFindings, out: "0 errors, 1 warning"},
		"lint for errors only": {args: append([]string{"lint", "--fail-on", "error"}, warned...), out: "0 errors, 1 warning"},
		"lint errors":          {args: []string{"lint", "--fail-on", "error", broken}, code: exitFindings, out: "5 errors, 2 warnings"},
		"lint without failing": {args: []string{"lint", "--fail-on", "never", broken}, out: "5 errors, 2 warnings"},
		"lint fails on what":   {args: []string{"lint", "--fail-on", "info", province}, code: exitFailed, err: `--fail-on "info" is not known; write one of ["warning" "error" "never"]`},
		"lint in English":      {args: []string{"lint", "--language", "en", broken}, code: exitFindings, out: broken + "/calendar.yaml:10:45: error C1"},
		"lint in Lao":          {args: []string{"lint", "--language", "lo", province}, code: exitFailed, err: `--language "lo" is not known`},
		"lint in colour":       {args: []string{"lint", "--color", "always", broken}, code: exitFindings, out: "\x1b[31;1mlỗi C1"},
		"lint in what colour":  {args: []string{"lint", "--color", "red", province}, code: exitFailed, err: `--color "red" is not known`},
		"lint on a wrong day":  {args: []string{"lint", "--today", "2026-02-30", province}, code: exitFailed, err: "chuan: --today: "},
		"lint with no address": {args: []string{"lint", "--rules-url", "rules", province}, code: exitFailed, err: `--rules-url "rules" is no address`},
		"explain":              {args: []string{"explain"}, out: "  V1 (V15)  error  A revision says"},
		"explain as Markdown":  {args: []string{"explain", "-o", "markdown"}, out: "| [V1](V1.md) (V15) | error |"},
		"explain a rule":       {args: []string{"explain", "v1"}, out: "V1: A revision says what it changes"},
		"explain another id":   {args: []string{"explain", "V15", "-o", "markdown"}, out: "# V1: A revision says what it changes"},
		"explain in colour":    {args: []string{"explain", "V1", "--color", "always"}, out: "\x1b[1mWhat is checked"},
		"explain what is near": {args: []string{"explain", "V2"}, code: exitFailed, err: "there is no rule V2; did you mean "},
		"explain nonsense":     {args: []string{"explain", "nonsense"}, code: exitFailed, err: "there is no rule nonsense; chuan explain lists all rules"},
		"explain as XML":       {args: []string{"explain", "-o", "xml"}, code: exitFailed, err: `--output "xml" is not known`},
		"complete rules":       {args: []string{"__complete", "explain", ""}, out: "V1\tA revision says", err: "ShellCompDirectiveNoFileComp"},
		"complete outputs":     {args: []string{"__complete", "lint", "-o", ""}, out: "sarif\tSARIF 2.1.0", err: "ShellCompDirectiveNoFileComp"},
		"complete paths":       {args: []string{"__complete", "lint", ""}, out: "yaml\nyml\njson\n:8", err: "ShellCompDirectiveFilterFileExt"},
		"lint unknown output":  {args: []string{"lint", "-o", "xml", province}, code: exitFailed, err: `--output "xml" is not known`},
		"schedule": {args: []string{"schedule", province, "-n", "2"}, out: "" +
			"PLAN           SLOT      DUE SOON    OPENS       CLOSES      OVERDUE\n" +
			"danh-gia-2026  20260701  2026-06-01  2026-07-01  2026-07-21  2026-07-21\n" +
			"danh-gia-2026  20261001  2026-09-01  2026-10-01  2026-10-21  2026-10-21\n"},
		"schedule of a year": {
			args: []string{"schedule", province, "--from", "2027-01-01", "--to", "2027-04-01", "-n", "0"},
			out:  "danh-gia-2026  20270401",
		},
		"schedule before the plan": {
			args: []string{"schedule", province, "--from", "2020-01-01", "--to", "2020-12-31"},
			err:  "chuan: AuditPlan danh-gia-2026: no window opens from 2020-01-01 to 2020-12-31",
		},
		"schedule with a wrong day": {args: []string{"schedule", province, "--from", "2026-02-30"}, code: exitFailed, err: "chuan: --from: "},
		"schedule with a wrong end": {args: []string{"schedule", province, "--to", "soon"}, code: exitFailed, err: "chuan: --to: "},
		"schedule backwards":        {args: []string{"schedule", province, "--to", "2026-01-01"}, code: exitFailed, err: "--to 2026-01-01 is before the first day, 2026-05-20"},
		"schedule without end":      {args: []string{"schedule", province, "-n", "0"}, code: exitFailed, err: "say where it ends with --to"},
		"schedule less than none":   {args: []string{"schedule", province, "-n", "-1"}, code: exitFailed, err: "-n -1: write how many"},
		"schedule without plans":    {in: document, args: []string{"schedule", "-"}, code: exitFailed, err: "there is no AuditPlan"},
		"schedule of broken files":  {args: []string{"schedule", broken}, code: exitFailed, err: "chuan lint " + broken + " shows them"},
		"schedule of what is gone":  {args: []string{"schedule", "nowhere"}, code: exitFailed, err: "nowhere: no such file"},
		"schedule without a path":   {args: []string{"schedule"}, code: exitFailed, err: "accepts 1 arg(s), received 0"},
		"render of an unknown name": {args: []string{"render", "agency", province, "--name", "xa"}, code: exitFailed, err: "there is no Agency xa; there are huyen-dien-bien, xa-thanh-nua"},
		"render in another place":   {args: []string{"render", "agency", province, "--name", "xa-thanh-nua", "--namespace", "lai-chau"}, code: exitFailed, err: "there is no Agency xa-thanh-nua"},
		"render without a name":     {args: []string{"render", "agency", province}, code: exitFailed, err: `required flag(s) "name" not set`},
		"render of an agency that does not fit": {
			in:   strings.Replace(elsewhere, "series: vn", "series: lao", 2),
			args: []string{"render", "agency", "-", "--name", "xa-thanh-nua"}, code: exitFailed, err: `no WorkCalendar is of the series "lao"`,
		},
		"render":     {args: []string{"render"}, out: "chuan render agency"},
		"version":    {args: []string{"version"}, out: "chuan "},
		"completion": {args: []string{"completion", "bash"}, out: "bash completion"},
	} {
		t.Run(name, func(t *testing.T) {
			code, out, errs := chuan(t, tt.in, tt.args...)
			if code != tt.code {
				t.Errorf("exit code %d, want %d; wrote %q and %q", code, tt.code, out, errs)
			}
			if !strings.Contains(out, tt.out) {
				t.Errorf("output %q, want %q in it", out, tt.out)
			}
			if !strings.Contains(errs, tt.err) || tt.err == "" && errs != "" {
				t.Errorf("errors %q, want %q in them", errs, tt.err)
			}
		})
	}
}

// TestScheduleMovesOpeningsToWorkingDays needs the calendars of the plan's series, and says from where on they end.
func TestScheduleMovesOpeningsToWorkingDays(t *testing.T) {
	plan := func(series string) string {
		return `apiVersion: qms.chuan.dev/v1alpha1
kind: WorkCalendar
metadata: {name: vn-2026}
spec:
  series: vn
  year: 2026
  standing: Provisional
  workingHours: [{days: [Monday], periods: [{from: "07:30", to: "11:30"}]}]
---
apiVersion: qms.chuan.dev/v1alpha1
kind: AuditPlan
metadata: {name: ke-hoach}
spec:
  title: Kế hoạch
  kind: Internal
  decision: {number: 1/KH-UBND, date: "2026-01-05"}
  schedule: {every: Quarter, shift: Next, calendar: ` + series + `, from: "2026-01-01", window: 20d}
  auditees: {selector: {}}
  team: [{id: truong, title: Trưởng đoàn, role: Lead}]
`
	}
	code, out, errs := chuan(t, plan("vn"), "schedule", "-")
	if code != exitClean || !strings.Contains(out, "20260701  2026-06-06  2026-07-06") {
		t.Errorf("exit code %d, %q, want the opening of 1 July moved to the next Monday", code, out)
	}
	if want := `later windows are not known: series "vn" has no WorkCalendar for 2027`; !strings.Contains(errs, want) {
		t.Errorf("notes %q, want %q", errs, want)
	}
	code, _, errs = chuan(t, plan("lao"), "schedule", "-")
	if want := `AuditPlan ke-hoach: series "lao" has no WorkCalendar`; code != exitFailed || !strings.Contains(errs, want) {
		t.Errorf("exit code %d, %q, want %q", code, errs, want)
	}
}

func TestEveryCommandHasHelpWithAnExample(t *testing.T) {
	for _, cmd := range newRoot(environment{in: os.Stdin, out: io.Discard, err: io.Discard, now: time.Now}).Commands() {
		for _, c := range append(cmd.Commands(), cmd) {
			if c.Name() != "help" && (c.Short == "" || c.Example == "") {
				t.Errorf("%s lacks its description or an example", c.CommandPath())
			}
		}
	}
	for _, command := range [][]string{{"lint"}, {"explain"}, {"completion", "bash"}, {"schedule"}, {"render", "agency"}} {
		code, out, _ := chuan(t, "", append(command, "--help")...)
		if code != exitClean || !strings.Contains(out, "Examples:") || !strings.Contains(out, "Usage:") {
			t.Errorf("%v --help: exit code %d, %q", command, code, out)
		}
	}
}

func TestLintWritesJSON(t *testing.T) {
	_, out, _ := chuan(t, "", "lint", "-o", "json", broken)
	var report struct {
		Findings []struct {
			Rule, File string
			Line       int
		}
		Summary struct{ Errors, Warnings int }
	}
	if err := json.Unmarshal([]byte(out), &report); err != nil {
		t.Fatal(err)
	}
	if len(report.Findings) != 7 || report.Summary.Errors != 5 || report.Findings[0].Rule != "C1" || report.Findings[0].Line != 10 {
		t.Errorf("report %+v, want seven findings, the first of the calendar", report)
	}
}

// TestRenderShowsWhatTheOperatorMakes reads the objects back and follows the names by which they refer to one another.
func TestRenderShowsWhatTheOperatorMakes(t *testing.T) {
	code, out, errs := chuan(t, "", "render", "agency", province, "--name", "xa-thanh-nua", "--workflowd-image", "registry/w:1")
	if code != exitClean {
		t.Fatalf("exit code %d: %s", code, errs)
	}
	kinds := map[string]int{}
	for _, text := range strings.Split(out, "---\n")[1:] {
		var object struct {
			Kind     string
			Metadata struct{ Name, Namespace string }
		}
		if err := yaml.Unmarshal([]byte(text), &object); err != nil {
			t.Fatal(err)
		}
		if object.Metadata.Namespace != "dien-bien" {
			t.Errorf("%s %s lies in namespace %q", object.Kind, object.Metadata.Name, object.Metadata.Namespace)
		}
		kinds[object.Kind]++
	}
	for kind, want := range map[string]int{"ConfigMap": 2, "ServiceAccount": 1, "Service": 1, "StatefulSet": 1, "NetworkPolicy": 1, "Secret": 0} {
		if kinds[kind] != want {
			t.Errorf("%d objects of kind %s, want %d", kinds[kind], kind, want)
		}
	}
	if !strings.Contains(out, "image: registry/w:1") {
		t.Error("the image is not the one that was asked for")
	}
}

func TestVersion(t *testing.T) {
	built := &debug.BuildInfo{Main: debug.Module{Version: "v1.2.3"}, Settings: []debug.BuildSetting{
		{Key: "vcs.revision", Value: "abc"}, {Key: "vcs.modified", Value: "true"},
	}}
	if got := version(built); !strings.HasPrefix(got, "chuan v1.2.3 (abc, modified, go1") {
		t.Errorf("version = %q", got)
	}
	if got := version(nil); !strings.HasPrefix(got, "chuan (devel) (unknown revision, go1") {
		t.Errorf("version = %q", got)
	}
}

func TestAFullDiskIsAFailure(t *testing.T) {
	for _, args := range [][]string{
		{"lint", province}, {"schedule", province}, {"render", "agency", province, "--name", "xa-thanh-nua"}, {"version"},
	} {
		var stderr strings.Builder
		code := run(environment{in: strings.NewReader(""), out: fullDisk{}, err: &stderr, now: time.Now}, args)
		if code != exitFailed || !strings.Contains(stderr.String(), "no space left on device") {
			t.Errorf("%v: exit code %d, %q, want the failure to write", args, code, stderr.String())
		}
	}
}

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }
