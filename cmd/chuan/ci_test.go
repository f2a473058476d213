package main

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sigs.k8s.io/yaml"
)

// asProgram makes the binary of the tests be chuan itself, on a fixed day, for scripts that call it.
const asProgram = "CHUAN_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		os.Exit(run(environment{in: os.Stdin, out: os.Stdout, err: os.Stderr, now: func() time.Time {
			return time.Date(2026, 11, 27, 3, 0, 0, 0, time.UTC)
		}}, os.Args[1:]))
	}
	os.Exit(m.Run())
}

// script runs lines of a CI job in a checkout, with chuan on the PATH, and returns the exit code and what was written.
func (c *checkout) script(variables []string, lines ...string) (code int, out string) {
	c.t.Helper()
	self, err := os.Executable()
	if err != nil {
		c.t.Fatal(err)
	}
	programs := c.t.TempDir()
	wrapper := fmt.Sprintf("#!/bin/sh\n%s=1 exec %q \"$@\"\n", asProgram, self)
	if err := os.WriteFile(filepath.Join(programs, "chuan"), []byte(wrapper), 0o700); err != nil {
		c.t.Fatal(err)
	}
	cmd := exec.CommandContext(c.t.Context(), "sh", "-ec", strings.Join(lines, "\n"))
	cmd.Dir = c.directory
	cmd.Env = append(append(os.Environ(), "PATH="+programs+string(os.PathListSeparator)+os.Getenv("PATH")), variables...)
	text, err := cmd.CombinedOutput()
	if err != nil && cmd.ProcessState == nil {
		c.t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), string(text)
}

func readYAML(t *testing.T, file string, into any) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.UnmarshalStrict(text, into, yaml.DisallowUnknownFields); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
}

func TestGitHubActionsExample(t *testing.T) {
	type step struct {
		Name, Uses, If, Run string
		With                map[string]any
	}
	var workflow struct {
		Name        string
		On          map[string]any `json:"true"` // what YAML 1.1 makes of on
		Permissions map[string]string
		Jobs        map[string]struct {
			RunsOn string `json:"runs-on"`
			Steps  []step
		}
	}
	readYAML(t, "../../examples/ci/github-actions.yaml", &workflow)
	var lines []string
	uploaded := ""
	for _, s := range workflow.Jobs["lint"].Steps {
		if s.Run != "" && !strings.HasPrefix(s.Run, "go install chuan.dev/chuan/cmd/chuan@") {
			lines = append(lines, s.Run)
		}
		if strings.Contains(s.Uses, "upload-sarif") {
			uploaded, _ = s.With["sarif_file"].(string)
		}
	}
	c := newCheckout(t)
	c.git("update-ref", "refs/remotes/origin/main", "main")
	variables := []string{"GITHUB_BASE_REF=main", "GITHUB_STEP_SUMMARY=" + c.path("summary.md")}
	if code, out := c.script(variables, lines...); code != exitClean {
		t.Fatalf("a clean branch: exit code %d, %s", code, out)
	}
	c.edit(birth, "limit: 0wd", "limit: 3wd")
	code, out := c.script(variables, lines...)
	if code != exitFindings || !strings.Contains(out, "::error file=tỉnh/"+birth+",line=") {
		t.Errorf("a change without a new revision: exit code %d, %s", code, out)
	}
	var log struct {
		Version string
		Runs    []struct{ Results []any }
	}
	readJSON(t, c.path(uploaded), &log)
	if log.Version != "2.1.0" || len(log.Runs) != 1 {
		t.Errorf("%s is %+v, want a run of SARIF 2.1.0", uploaded, log)
	}
	if code, out := c.script(variables, lines[len(lines)-1]); code != exitClean {
		t.Errorf("the summary: exit code %d, %s", code, out)
	}
	summary, err := os.ReadFile(c.path("summary.md"))
	if err != nil || !strings.Contains(string(summary), "| V1 |") {
		t.Errorf("the summary is %q, %v, want a table with V1", summary, err)
	}
}

func readJSON(t *testing.T, file string, into any) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
}

func TestGitLabExample(t *testing.T) {
	var pipeline struct {
		Chuan struct {
			Stage, Image string
			Variables    map[string]string
			Rules        []struct{ If string }
			BeforeScript []string `json:"before_script"`
			Script       []string
			Artifacts    struct {
				When    string
				Reports map[string]string
			}
		}
	}
	readYAML(t, "../../examples/ci/gitlab-ci.yaml", &pipeline)
	c := newCheckout(t)
	variables := []string{"CI_MERGE_REQUEST_DIFF_BASE_SHA=main"}
	if code, out := c.script(variables, pipeline.Chuan.Script...); code != exitClean {
		t.Fatalf("a clean branch: exit code %d, %s", code, out)
	}
	c.edit("calendars/vn-2026.yaml", `"07:30"`, `"12:30"`)
	if code, out := c.script(variables, pipeline.Chuan.Script...); code != exitFindings || !strings.Contains(out, "vn-2026.yaml") {
		t.Errorf("a broken calendar: exit code %d, %s", code, out)
	}
	var issues []struct{ Fingerprint string }
	readJSON(t, c.path(pipeline.Chuan.Artifacts.Reports["codequality"]), &issues)
	if len(issues) == 0 || issues[0].Fingerprint == "" {
		t.Errorf("issues %+v, want one with a fingerprint", issues)
	}
	text, err := os.ReadFile(c.path(pipeline.Chuan.Artifacts.Reports["junit"]))
	if err != nil {
		t.Fatal(err)
	}
	var suites struct {
		Failures int `xml:"failures,attr"`
	}
	if err := xml.Unmarshal(text, &suites); err != nil || suites.Failures == 0 {
		t.Errorf("%d failures, %v, want some", suites.Failures, err)
	}
}

// TestPreCommitHook runs the hook's command, and sees that what is installed last under its name is the command line.
func TestPreCommitHook(t *testing.T) {
	var hooks []struct {
		ID, Name, Description, Language, Entry string
		Args                                   []string
		Dependencies                           []string `json:"additional_dependencies"`
		PassFilenames                          bool     `json:"pass_filenames"`
		Types                                  []string `json:"types_or"`
	}
	readYAML(t, "../../.pre-commit-hooks.yaml", &hooks)
	for _, hook := range hooks {
		program, _, _ := strings.Cut(hook.Entry, " ")
		if last := hook.Dependencies[len(hook.Dependencies)-1]; filepath.Base(last) != program {
			t.Errorf("%s: %s is installed last, want %s", hook.ID, last, program)
		}
		c := newCheckout(t)
		command := strings.Join(append([]string{hook.Entry}, hook.Args...), " ")
		if code, out := c.script(nil, command); code != exitClean {
			t.Errorf("%s: %s: exit code %d, %s", hook.ID, command, code, out)
		}
	}
}
