package artifacts

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestEntryNameChangesWithWhatChangesTheBinary(t *testing.T) {
	part := Part{Name: "thing", Dir: "thing", Module: "example.org/thing"}
	dir := t.TempDir()
	write(t, dir, "thing/main.go", "package main")
	write(t, dir, "thing/go.mod", "module x\n\nrequire example.org/thing v1.2.3\n")
	name := func(toolchain string, flags ...string) string {
		t.Helper()
		name, err := entryName(part, dir, "v1.2.3", toolchain, flags)
		if err != nil {
			t.Fatal(err)
		}
		return name
	}
	first := name("go1.26", "-trimpath")
	if !strings.HasPrefix(first, "thing-v1.2.3-") {
		t.Errorf("name %q does not begin with the part and its version", first)
	}
	if name("go1.27", "-trimpath") == first || name("go1.26") == first {
		t.Error("another toolchain or other flags must give another entry")
	}
	write(t, dir, "thing/main_test.go", "package main")
	write(t, dir, "thing/notes.md", "notes")
	if name("go1.26", "-trimpath") != first {
		t.Error("tests and notes must not give another entry")
	}
	write(t, dir, "thing/go.sum", "checksums")
	if name("go1.26", "-trimpath") == first {
		t.Error("another go.sum must give another entry")
	}
}

func TestRequiredVersion(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "thing/go.mod", "module x\n\nrequire example.org/thing v1.2.3\n")
	for module, want := range map[string]string{"example.org/thing": "v1.2.3", "": ""} {
		got, err := Part{Dir: "thing", Module: module}.requiredVersion(dir)
		if err != nil || got != want {
			t.Errorf("%q: got %q, %v, want %q", module, got, err, want)
		}
	}
	if _, err := (Part{Dir: "thing", Module: "example.org/other"}).requiredVersion(dir); err == nil {
		t.Error("a module that is not required must be an error")
	}
}

func TestKubernetesVersionStampsMajorAndMinor(t *testing.T) {
	flags := kubernetesVersion("v1.36.3")
	for _, want := range []string{"version.gitVersion=v1.36.3", "version.gitMajor=1 ", "version.gitMinor=36 "} {
		if !strings.Contains(flags, want) {
			t.Errorf("%q is not in %q", want, flags)
		}
	}
}

func TestMeterCountsPackagesAndKeepsMessages(t *testing.T) {
	m := &meter{}
	for _, piece := range []string{
		"internal/goarch\nk8s.io/api/co", "re/v1\n", "go: downloading k8s.io/api v0.36.3\n",
		"# example.org/broken\n./main.go:3:1: syntax error\n",
	} {
		if _, err := m.Write([]byte(piece)); err != nil {
			t.Fatal(err)
		}
	}
	if m.compiled != 2 || m.last != "k8s.io/api/core/v1" {
		t.Errorf("compiled %d, last %q", m.compiled, m.last)
	}
	if want := "# example.org/broken\n./main.go:3:1: syntax error"; m.messages() != want {
		t.Errorf("messages %q, want %q", m.messages(), want)
	}
}

func TestFindSourcesAboveTheWorkingDirectory(t *testing.T) {
	root := t.TempDir()
	write(t, root, "hack/cluster/go.mod", "module "+modulePath+"\n")
	write(t, root, "deep/er/file", "")
	t.Chdir(filepath.Join(root, "deep", "er"))
	got, err := FindSources()
	if err != nil {
		t.Fatal(err)
	}
	want, err := filepath.EvalSymlinks(filepath.Join(root, "hack", "cluster"))
	if err != nil {
		t.Fatal(err)
	}
	if got, err = filepath.EvalSymlinks(got); err != nil || got != want {
		t.Errorf("got %q, %v, want %q", got, err, want)
	}
}
