package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// exampleTree is a province in which all is in order on onTheDay.
const (
	exampleTree = "../../examples/dien-bien"
	onTheDay    = "2026-11-27"
	// birth is the file of one of its procedures.
	birth = "procedures/dang-ky-khai-sinh.yaml"
)

// checkout is a Git repository with a copy of the example, in which a branch has begun.
type checkout struct {
	t         *testing.T
	directory string
}

func newCheckout(t *testing.T) *checkout {
	t.Helper()
	c := &checkout{t, t.TempDir()}
	if err := os.CopyFS(filepath.Join(c.directory, "tỉnh"), os.DirFS(exampleTree)); err != nil {
		t.Fatal(err)
	}
	c.git("init", "--quiet", "--initial-branch=main")
	c.commit()
	c.git("checkout", "--quiet", "-b", "change")
	return c
}

func (c *checkout) git(args ...string) {
	c.t.Helper()
	cmd := exec.CommandContext(c.t.Context(), "git", args...)
	cmd.Dir = c.directory
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null", "GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@example.org",
		"GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@example.org")
	if out, err := cmd.CombinedOutput(); err != nil {
		c.t.Fatalf("git %v: %v\n%s", args, err, out)
	}
}

func (c *checkout) commit() {
	c.t.Helper()
	c.git("add", "--all")
	c.git("commit", "--quiet", "--message", "change")
}

func (c *checkout) path(parts ...string) string {
	return filepath.Join(append([]string{c.directory}, parts...)...)
}

// edit replaces text in a file of the province.
func (c *checkout) edit(file, before, after string) {
	c.t.Helper()
	path := c.path("tỉnh", file)
	text, err := os.ReadFile(path)
	if err != nil {
		c.t.Fatal(err)
	}
	if !strings.Contains(string(text), before) {
		c.t.Fatalf("%s does not hold %q", file, before)
	}
	if err := os.WriteFile(path, []byte(strings.ReplaceAll(string(text), before, after)), 0o600); err != nil {
		c.t.Fatal(err)
	}
}

// lint lints what changed since main and returns the findings of some rules, as FILE RULE, and the changes, as
// OBJECT FROM-TO KIND.
func (c *checkout) lint(paths ...string) (findings, changes []string) {
	c.t.Helper()
	code, out, errs := chuan(c.t, "", append([]string{"lint", "-o", "json", "--today", onTheDay, "--changed-since", "main"}, paths...)...)
	if code == exitFailed {
		c.t.Fatal(errs)
	}
	var report struct {
		Findings []struct{ Rule, File string }
		Changes  []struct {
			Object, Kind string
			From, To     int
		}
	}
	if err := json.Unmarshal([]byte(out), &report); err != nil {
		c.t.Fatal(err)
	}
	for _, f := range report.Findings {
		if slices.Contains([]string{"V1", "M2", "A1", "A2"}, f.Rule) {
			findings = append(findings, filepath.Base(f.File)+" "+f.Rule)
		}
	}
	for _, change := range report.Changes {
		changes = append(changes, strings.TrimSpace(strings.TrimPrefix(change.Object, "QualityProcedure ")+" "+string(rune('0'+change.From))+"-"+
			string(rune('0'+change.To))+" "+change.Kind))
	}
	return findings, changes
}

func TestChangedSince(t *testing.T) {
	for name, tt := range map[string]struct {
		change            func(*checkout)
		findings, changes []string
	}{
		"nothing":       {func(*checkout) {}, nil, nil},
		"another limit": {func(c *checkout) { c.edit(birth, "limit: 0wd", "limit: 3wd") }, []string{"dang-ky-khai-sinh.yaml V1"}, []string{"dang-ky-khai-sinh 1-1 loosening"}},
		"another code": {
			func(c *checkout) { c.edit(birth, "code: QT-HT-01", "code: QT-HT-99") }, []string{"dang-ky-khai-sinh.yaml V1"}, []string{"dang-ky-khai-sinh 1-1 structural"},
		},
		"a new revision": {
			func(c *checkout) { c.edit(birth, "revision: 1", "revision: 2\n    changes: Sửa tên") }, nil, []string{"dang-ky-khai-sinh 1-2"},
		},
		"a new file":     {func(c *checkout) { c.add("new.yaml", "a: [") }, []string{"new.yaml M2"}, nil},
		"an uncommitted": {func(c *checkout) { c.add("new.yaml", "a: ["); c.git("add", "--all") }, []string{"new.yaml M2"}, nil},
		"another series": {
			func(c *checkout) { c.edit("agencies/ubnd-xa-sam-mun.yaml", "series: vn", "series: lao") }, []string{"ubnd-xa-sam-mun.yaml A2"}, nil,
		},
		"a removed procedure": {
			func(c *checkout) { c.git("rm", "--quiet", "tỉnh/"+birth) }, nil, []string{"dang-ky-khai-sinh 1-0"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCheckout(t)
			tt.change(c)
			findings, changes := c.lint(c.path("tỉnh"))
			if diff := cmp.Diff(tt.findings, findings); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.changes, changes); diff != "" {
				t.Errorf("changes (-want +got):\n%s", diff)
			}
		})
	}
}

func (c *checkout) add(name, text string) {
	c.t.Helper()
	if err := os.WriteFile(c.path("tỉnh", name), []byte(text), 0o600); err != nil {
		c.t.Fatal(err)
	}
}

// TestChangedSinceReachesOtherFiles finds in files that did not change what the change does to them.
func TestChangedSinceReachesOtherFiles(t *testing.T) {
	c := newCheckout(t)
	c.git("rm", "--quiet", "-r", "tỉnh/calendars")
	code, out, errs := chuan(t, "", "lint", "-o", "json", "--today", onTheDay, "--changed-since", "main", c.path("tỉnh"))
	if code == exitFailed || !strings.Contains(out, "ubnd-xa-sam-mun.yaml") {
		t.Errorf("exit code %d, %q, want a finding of an agency without calendar: %s", code, errs, out)
	}
}

// TestChangedSinceTheMergeBase takes no notice of what the other branch did meanwhile.
func TestChangedSinceTheMergeBase(t *testing.T) {
	c := newCheckout(t)
	c.git("checkout", "--quiet", "main")
	c.edit(birth, "limit: 0wd", "limit: 3wd")
	c.commit()
	c.git("checkout", "--quiet", "change")
	if findings, changes := c.lint(c.path("tỉnh")); len(findings)+len(changes) > 0 {
		t.Errorf("findings %v and changes %v, want none", findings, changes)
	}
}

// TestChangedSinceOfOneFile names a file, and one that main does not have.
func TestChangedSinceOfOneFile(t *testing.T) {
	c := newCheckout(t)
	c.edit(birth, "limit: 0wd", "limit: 3wd")
	if findings, changes := c.lint(c.path("tỉnh", birth)); len(findings) != 1 || len(changes) != 1 {
		t.Errorf("findings %v and changes %v, want one of each", findings, changes)
	}
	if err := os.Rename(c.path("tỉnh", birth), c.path("tỉnh", "other.yaml")); err != nil {
		t.Fatal(err)
	}
	if _, changes := c.lint(c.path("tỉnh", "other.yaml")); len(changes) != 1 || !strings.Contains(changes[0], "0-1") {
		t.Errorf("changes %v, want a new procedure", changes)
	}
}

func TestChangedSinceSaysWhatToDo(t *testing.T) {
	c := newCheckout(t)
	for name, tt := range map[string]struct {
		args []string
		want string
	}{
		"standard input":         {[]string{"--changed-since", "main", "-"}, "standard input has no history"},
		"no checkout":            {[]string{"--changed-since", "main", t.TempDir()}, "is in no Git checkout"},
		"an unknown revision":    {[]string{"--changed-since", "nowhere", c.path("tỉnh")}, "Git knows no revision nowhere here; fetch it first"},
		"a flag for a revision":  {[]string{"--changed-since=--all", c.path("tỉnh")}, `"--all" is no revision`},
		"a path that is missing": {[]string{"--changed-since", "main", c.path("gone")}, "no such file or directory"},
	} {
		t.Run(name, func(t *testing.T) {
			code, _, errs := chuan(t, "", append([]string{"lint"}, tt.args...)...)
			if code != exitFailed || !strings.Contains(errs, tt.want) {
				t.Errorf("exit code %d, %q, want %q", code, errs, tt.want)
			}
		})
	}
	c.git("checkout", "--quiet", "--orphan", "alone")
	c.add("new.yaml", "") // or it would be the very same commit
	c.commit()
	if code, _, errs := chuan(t, "", "lint", "--changed-since", "main", c.path("tỉnh")); code != exitFailed || !strings.Contains(errs, "no common ancestor") {
		t.Errorf("exit code %d, %q, want a word about the ancestor", code, errs)
	}
}
