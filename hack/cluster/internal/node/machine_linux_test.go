package node

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"chuan.dev/chuan/hack/cluster/internal/process"
	"chuan.dev/chuan/hack/cluster/internal/state"
)

func TestLeadingHierarchies(t *testing.T) {
	var (
		memory  = hierarchy{path: cgroupMount + "/memory"}
		pids    = hierarchy{path: cgroupMount + "/pids"}
		beside  = hierarchy{path: cgroupMount + "/unified", version2: true}
		unified = hierarchy{path: cgroupMount, version2: true}
	)
	for _, test := range []struct {
		name      string
		all, want []hierarchy
	}{
		{"version 2", []hierarchy{unified}, []hierarchy{unified}},
		{"version 1", []hierarchy{memory, pids}, []hierarchy{memory, pids}},
		{"version 2 beside version 1", []hierarchy{memory, beside, pids}, []hierarchy{memory, pids}},
		{"version 2 mounted twice", []hierarchy{{path: "/mnt/cgroup", version2: true}, unified}, []hierarchy{unified}},
		{"none", nil, nil},
		{"version 2 elsewhere", []hierarchy{{path: "/mnt/cgroup", version2: true}}, nil},
	} {
		got, err := leading(test.all)
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: got %v, want %v", test.name, got, test.want)
		}
		if (err != nil) != (test.want == nil) || err != nil && !strings.Contains(err.Error(), wayOut) {
			t.Errorf("%s: got error %v", test.name, err)
		}
	}
}

// touch makes a file with the directories above it.
func touch(t *testing.T, text string, elements ...string) string {
	t.Helper()
	path := filepath.Join(elements...)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

func TestRemoveResultsLeavesThoseOfOthers(t *testing.T) {
	dir, results := state.Dir("/var/lib/chuan-cluster"), t.TempDir()
	sandbox := func(path string) string { return `{"result":{"interfaces":[{"name":"lo","sandbox":"` + path + `"}]}}` }
	own := []string{
		touch(t, "{}", results, networkName+"-0123-eth0"),
		touch(t, sandbox("/var/lib/chuan-cluster/containerd/state/netns/cni-1"), results, "cni-loopback-0123-lo"),
	}
	others := []string{
		touch(t, sandbox("/run/netns/cni-2"), results, "cni-loopback-4567-lo"),
		touch(t, sandbox("/var/lib/chuan-cluster-2/netns/cni-3"), results, "cni-loopback-89ab-lo"),
		touch(t, "{}", results, "podman-4567-eth0"),
	}
	if err := removeResults(dir, results); err != nil {
		t.Fatal(err)
	}
	for _, path := range own {
		if exists(path) {
			t.Errorf("%s is still there", filepath.Base(path))
		}
	}
	for _, path := range others {
		if !exists(path) {
			t.Errorf("%s of others is gone", filepath.Base(path))
		}
	}
}

func TestRemoveLogLinksLeavesThoseOfOthers(t *testing.T) {
	dir, links := state.Dir("/var/lib/chuan-cluster"), t.TempDir()
	own, other := filepath.Join(links, "own.log"), filepath.Join(links, "other.log")
	for link, target := range map[string]string{own: dir.Path("pod-logs", "0.log"), other: "/var/log/pods/0.log"} {
		if err := os.Symlink(target, link); err != nil {
			t.Fatal(err)
		}
	}
	if err := removeLogLinks(dir, links); err != nil {
		t.Fatal(err)
	}
	if exists(own) || !exists(other) {
		t.Errorf("own link there: %t, link of others there: %t", exists(own), exists(other))
	}
}

func TestWhatWasThereBeforeStays(t *testing.T) {
	root := t.TempDir()
	old := filepath.Join(root, "old")
	if err := os.Mkdir(old, 0o755); err != nil {
		t.Fatal(err)
	}
	made, used := filepath.Join(root, "made"), filepath.Join(root, "used")
	missing := absent([]string{filepath.Join(made, "inner"), made, old, used})
	if want := []string{filepath.Join(made, "inner"), made, used}; !slices.Equal(missing, want) {
		t.Fatalf("absent are %v, want %v", missing, want)
	}
	if err := os.MkdirAll(filepath.Join(made, "inner"), 0o755); err != nil {
		t.Fatal(err)
	}
	touch(t, "of others", used, "file")
	if err := removeAbsent(missing); err != nil {
		t.Fatal(err)
	}
	if exists(made) {
		t.Error("a directory that was made is still there")
	}
	if !exists(old) || !exists(filepath.Join(used, "file")) {
		t.Error("a directory from before, or one that others use by now, is gone")
	}
}

func TestRecordBeforeIsReadAgain(t *testing.T) {
	dir := state.Dir(t.TempDir())
	if was, err := loadBefore(dir); err != nil || was.Boot != "" || was.Absent != nil {
		t.Errorf("without a record: %+v, %v", was, err)
	}
	if err := recordBefore(dir); err != nil {
		t.Fatal(err)
	}
	was, err := loadBefore(dir)
	if err != nil {
		t.Fatal(err)
	}
	if was.Boot != process.Boot() || was.Sysctls["net/ipv4/ip_forward"] == "" {
		t.Errorf("read %+v", was)
	}
}

func TestSysctlsOfAnotherBootStay(t *testing.T) {
	was := before{Boot: "another", Sysctls: map[string]string{"not/a/setting": "1"}}
	if err := restoreSysctls(was); err != nil {
		t.Errorf("after a restart: %v", err)
	}
	was.Boot = process.Boot()
	if err := restoreSysctls(was); err == nil || !strings.Contains(err.Error(), "not.a.setting") {
		t.Errorf("a setting that cannot be set: %v", err)
	}
}

func TestElsewhereNamesContentsBeforeWhatHoldsThem(t *testing.T) {
	for i, holder := range elsewhere {
		for _, later := range elsewhere[i:] {
			if strings.HasPrefix(later, holder+"/") {
				t.Errorf("%s comes after %s, which could then not be removed", later, holder)
			}
		}
	}
}

func TestMissingModuleNamesTheWayOut(t *testing.T) {
	err := needModule(t.Context(), "chuan_no_such_module", "/nonexistent")
	if err == nil || !strings.Contains(err.Error(), wayOut) || strings.Contains(err.Error(), "\n") {
		t.Errorf("got %v", err)
	}
}

func TestPathsThatAreTooLongForSockets(t *testing.T) {
	err := checkMachine(t.Context(), state.Dir("/"+strings.Repeat("x", 80)))
	if err == nil || !strings.Contains(err.Error(), "too long") {
		t.Errorf("got %v", err)
	}
}
