package lint

import (
	"encoding/json"
	"encoding/xml"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jstemmer/go-junit-report/v2/junit"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"sigs.k8s.io/yaml"

	"chuan.dev/chuan/internal/manifest"
	"chuan.dev/chuan/internal/procedure"
	"chuan.dev/chuan/internal/rule"
)

// hostile is a report with everything that a format might trip over.
func hostile() *Report {
	place := manifest.Position{File: "quy trình/đăng ký, 100%: a|b.yaml", Line: 12, Column: 5}
	nasty := rule.Finding{
		Rule: "V1", Severity: rule.Error, Path: `metadata.annotations["a::b"]`,
		Message:   "50% of \"it\" | `code` <b>*not*</b> ::error::\n@all, second line \x1b[31m\u202e",
		MessageVi: "50% của \"nó\" | `mã` <b>*không*</b> ::error::\n@all, dòng thứ hai \x1b[31m\u202e",
	}
	return &Report{
		Findings: []Finding{
			{
				Finding: nasty, Position: place, Object: "QualityProcedure đăng-ký",
				Excerpt: Excerpt{Text: "  tiêu đề: \"Hồ sơ\" \x1b[2J", Column: 5},
			},
			{Finding: nasty, Position: place, Object: "QualityProcedure đăng-ký"},
			{
				Finding:  rule.Finding{Rule: "M1", Severity: rule.Warning, Message: "the file as a whole", MessageVi: "cả tệp"},
				Position: manifest.Position{File: "./a.yaml"},
			},
			{
				Finding:  rule.Finding{Rule: "ZZ9", Severity: rule.Error, Message: "of no catalogue", MessageVi: "ngoài danh mục"},
				Position: manifest.Position{File: "/tuyệt đối/<stdin>", Line: 1},
			},
		},
		Waived: []Waived{{
			Finding: Finding{
				Finding:  rule.Finding{Rule: "W1", Severity: rule.Warning, Path: "spec.steps[2]", Message: "known | borne", MessageVi: "đã biết | chấp nhận"},
				Position: manifest.Position{File: "b.yaml", Line: 3}, Object: "Agency xã-a",
			},
			Waiver: rule.Waiver{Rule: "W1", Until: "2027-03-31", Reason: "chờ Bộ | \"Nội vụ\",\n100%"},
		}},
		NotChecked: []NotChecked{{Rules: []rule.ID{"V1", "W1"}, Message: "no WorkCalendar | here", MessageVi: "không có lịch | ở đây"}},
		Changes: []Change{
			{
				Object: "QualityProcedure đăng-ký", Position: place, From: 1, To: 2,
				Change: procedure.Change{Kind: procedure.Loosening, Differences: []procedure.Difference{
					{Kind: procedure.Editorial, Path: "spec.title", Message: "title: other words", MessageVi: "tên: sửa câu chữ"},
					{Kind: procedure.Loosening, Path: "spec.fees[0]", Removed: true, Message: "fee | more", MessageVi: "lệ phí | thêm"},
				}},
			},
			{Object: "QualityProcedure mới", Position: manifest.Position{File: "c.yaml", Line: 1}, To: 1},
			{Object: "QualityProcedure cũ", Position: manifest.Position{File: "d.yaml", Line: 1}, From: 3},
		},
		Objects: 7, Skipped: map[string]int{"Secret": 1, "ConfigMap": 2},
	}
}

func formatted(t *testing.T, format string, report *Report, style Style) string {
	t.Helper()
	f, ok := FindFormat(format)
	if !ok {
		t.Fatalf("there is no format %s", format)
	}
	var out strings.Builder
	if err := f.Write(&out, report, style); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// catalogue is a small one, so that new rules do not change the reports below.
var catalogue = []rule.Group{
	{Name: "manifest", Title: "Files | waivers", TitleVi: "Tệp, miễn trừ", Rules: []rule.Rule{{
		ID: "W1", Severity: rule.Warning, Title: "Waivers are \"needed\"", TitleVi: "Miễn trừ 100% cần thiết", What: "What `is` checked.", Why: "Why <it> is.",
	}}},
	{Name: "change", Title: "Revisions", TitleVi: "Lần ban hành", Rules: []rule.Rule{{
		ID: "V1", Severity: rule.Error, Title: "Revisions: they rise, by one", TitleVi: "Lần ban hành: tăng dần", What: "Numbers.", Why: "People.",
	}}},
}

func TestFormats(t *testing.T) {
	type run struct {
		file, format string
		style        Style
	}
	runs := []run{
		{"vi.txt", "text", Style{Language: Vietnamese}},
		{"en.txt", "text", Style{Language: English}},
		{"colour.txt", "text", Style{Colour: true}},
		{"en.md", "markdown", Style{Language: English}},
		{"linked.sarif", "sarif", Style{Language: English, Pages: "https://example.org/rules/"}},
	}
	for _, format := range Formats {
		runs = append(runs, run{format.Name + ".golden", format.Name, Style{}})
	}
	for _, tt := range runs {
		t.Run(tt.file, func(t *testing.T) {
			tt.style.catalogue = catalogue
			got := formatted(t, tt.format, hostile(), tt.style)
			if again := formatted(t, tt.format, hostile(), tt.style); again != got {
				t.Error("the same report is written in two ways")
			}
			file := "testdata/formats/" + tt.file
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("report (-want +got):\n%s", diff)
			}
		})
	}
}

// TestTextSteersNoTerminal keeps what stands in files from reaching the terminal as commands.
func TestTextSteersNoTerminal(t *testing.T) {
	if text := formatted(t, "text", hostile(), Style{}); strings.ContainsAny(text, "\x1b\u202e\r") {
		t.Errorf("the text holds control characters: %q", text)
	}
}

// TestGitHubCommandsAreOneLineEach keeps a message from ending its command or beginning another.
func TestGitHubCommandsAreOneLineEach(t *testing.T) {
	for line := range strings.SplitSeq(strings.TrimSuffix(formatted(t, "github", hostile(), Style{}), "\n"), "\n") {
		command, rest, _ := strings.Cut(strings.TrimPrefix(line, "::"), " ")
		if command != "error" && command != "warning" && command != "notice" {
			t.Errorf("%q is no command", line)
		}
		properties, _, found := strings.Cut(rest, "::")
		if !found || strings.Count(properties, "title=") != 1 {
			t.Errorf("%q has no title or no text", line)
		}
	}
}

func TestReportsFitTheirSchemas(t *testing.T) {
	own := compileSchema(t, "../../docs/reference/lint-report.schema.json")
	official := compileSchema(t, sarifSchemaFile(t))
	for name, report := range map[string]*Report{"hostile": hostile(), "broken": check(t, "testdata/broken"), "empty": {}} {
		for format, schema := range map[string]*jsonschema.Schema{"json": own, "yaml": own, "sarif": official} {
			text := formatted(t, format, report, Style{})
			encoded, err := yaml.YAMLToJSON([]byte(text))
			if err != nil {
				t.Fatalf("%s as %s: %v", name, format, err)
			}
			value, err := jsonschema.UnmarshalJSON(strings.NewReader(string(encoded)))
			if err != nil {
				t.Fatalf("%s as %s: %v", name, format, err)
			}
			if err := schema.Validate(value); err != nil {
				t.Errorf("%s as %s: %v", name, format, err)
			}
		}
	}
}

func compileSchema(t *testing.T, file string) *jsonschema.Schema {
	t.Helper()
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	schema, err := compiler.Compile(file)
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// sarifSchemaFile finds the official schema of SARIF 2.1.0, which the pinned module of a linter carries for its own tests.
func sarifSchemaFile(t *testing.T) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "-C", "../../hack/tools", "mod", "download", "-json", "github.com/securego/gosec/v2")
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %v", cmd, err)
	}
	var module struct{ Dir string }
	if err := json.Unmarshal(out, &module); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(module.Dir, "report", "sarif", "testdata", "sarif-schema-2.1.0.json")
}

func TestJUnitIsReadByOthers(t *testing.T) {
	var suites junit.Testsuites
	if err := xml.Unmarshal([]byte(formatted(t, "junit", hostile(), Style{catalogue: catalogue})), &suites); err != nil {
		t.Fatal(err)
	}
	cases, failures, skipped := 0, 0, 0
	for _, suite := range suites.Suites {
		for _, c := range suite.Testcases {
			cases++
			if c.Failure != nil {
				failures++
			}
			if c.Skipped != nil {
				skipped++
			}
		}
	}
	// V1, M1 and ZZ9 have findings, and W1 could not be checked.
	if cases != suites.Tests || failures != suites.Failures || failures != 3 || skipped != 1 || suites.Skipped != 1 {
		t.Errorf("%d cases, %d failures, %d skipped; the suites say %d, %d and %d", cases, failures, skipped, suites.Tests, suites.Failures, suites.Skipped)
	}
}

func TestFingerprintsAreStableAndUnique(t *testing.T) {
	prints := func(report *Report) []string {
		var issues []gitlabIssue
		if err := json.Unmarshal([]byte(formatted(t, "gitlab", report, Style{})), &issues); err != nil {
			t.Fatal(err)
		}
		all := make([]string, len(issues))
		for i := range issues {
			all[i] = issues[i].Fingerprint
		}
		return all
	}
	moved := hostile()
	for i := range moved.Findings {
		moved.Findings[i].Position.Line += 10
		moved.Findings[i].Message += " 7"
	}
	before, after := prints(hostile()), prints(moved)
	if diff := cmp.Diff(before, after); diff != "" {
		t.Errorf("fingerprints after lines moved (-before +after):\n%s", diff)
	}
	seen := map[string]bool{}
	for _, print := range before {
		if seen[print] {
			t.Errorf("the fingerprint %s is given twice", print)
		}
		seen[print] = true
	}
}

func TestMarkdownTablesAreBounded(t *testing.T) {
	report := hostile()
	for range mostRows {
		report.Findings = append(report.Findings, report.Findings[0])
	}
	text := formatted(t, "markdown", report, Style{Language: English})
	if !strings.Contains(text, "… and 4 more") || strings.Count(text, "| error |") != mostRows-1 {
		t.Errorf("a comment of %d rows, want %d and a word about the rest", strings.Count(text, "| error |"), mostRows)
	}
}
