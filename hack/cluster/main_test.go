package main

import (
	"bytes"
	"errors"
	"maps"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"chuan.dev/chuan/hack/cluster/internal/process"
	"chuan.dev/chuan/hack/cluster/internal/state"
)

// execute runs a command line and returns what it printed.
func execute(t *testing.T, args ...string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	root := newRootCommand()
	root.SetArgs(args)
	root.SetOut(&out)
	err := root.ExecuteContext(t.Context())
	return out.String(), err
}

func TestMisuseIsToldFromFailure(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "none")
	for _, test := range []struct {
		args   []string
		want   string // of the message
		misuse bool
	}{
		{[]string{"dance"}, `no command "dance"`, true},
		{[]string{"down", "now"}, "unknown command", true},
		{[]string{"down", "--soon"}, "unknown flag", true},
		{[]string{"build", "--only=half"}, "it is api or node", true},
		{[]string{"load"}, "name archives, or a program", true},
		{[]string{"load", "a.tar", "--binary=b", "--name=c:d"}, "not both", true},
		{[]string{"load", "--binary=b"}, "needs --name", true},
		{[]string{"load", "a.tar", "--name=c:d"}, "go with --binary", true},
		{[]string{"load", "--binary=b", "--name=c:d", "--file=here"}, "HERE:IN-IMAGE", true},
		{[]string{"push", "--binary=b"}, "push needs --binary", true},
		{[]string{"push", "--name=r.example/a:b"}, "push needs --binary", true},
		{[]string{"push", "--binary=b", "--name=r.example/a:b", "--file=:x"}, "HERE:IN-IMAGE", true},
		{[]string{"kubeconfig", "--dir", dir}, "no cluster in " + dir, false},
		{[]string{"status", "--dir", dir}, "start one with `up` or `api`", false},
		{[]string{"--dir", dir, "kubectl", "get", "nodes"}, "no cluster in " + dir, false},
		{[]string{"load", "--dir", dir, "a.tar"}, "no cluster in " + dir, false},
	} {
		_, err := execute(t, test.args...)
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%v: got %v, want %q", test.args, err, test.want)
		}
		if _, misuse := errors.AsType[usageError](err); misuse != test.misuse {
			t.Errorf("%v: taken for a misuse: %t, want %t", test.args, misuse, test.misuse)
		}
	}
}

func TestPackingFlags(t *testing.T) {
	for _, test := range []struct {
		user, want string
		files      []string
		inImage    map[string]string
	}{
		{user: "65532", want: "65532:65532"},
		{user: "1:2", want: "1:2"},
		{user: "", want: ""},
		{files: []string{"a:/etc/a", "b:/etc/b:c"}, inImage: map[string]string{"/etc/a": "a", "/etc/b:c": "b"}},
	} {
		spec, err := packing{binary: "b", name: "c:d", user: test.user, files: test.files}.spec()
		if err != nil {
			t.Fatal(err)
		}
		if spec.User != test.want || !maps.Equal(spec.Files, test.inImage) {
			t.Errorf("%+v: got user %q, files %v", test, spec.User, spec.Files)
		}
	}
	if _, err := (packing{files: []string{"a:/x", "b:/x"}}).spec(); err == nil || !strings.Contains(err.Error(), "twice") {
		t.Errorf("a file that is named twice: %v", err)
	}
}

func TestKubectlSeesOnlyItsOwnCluster(t *testing.T) {
	t.Setenv("KUBECONFIG", "/of/another/cluster")
	var found []string
	for _, variable := range kubectlEnvironment("/own") {
		if value, isKubeconfig := strings.CutPrefix(variable, "KUBECONFIG="); isKubeconfig {
			found = append(found, value)
		}
	}
	if !slices.Equal(found, []string{"/own/kubeconfig"}) {
		t.Errorf("kubectl is given the kubeconfigs %v", found)
	}
}

// startSleeper starts a program as a component of the cluster in the directory.
func startSleeper(t *testing.T, dir state.Dir, name string) *process.Process {
	t.Helper()
	sleep, err := exec.LookPath("sleep")
	if err != nil {
		t.Fatal(err)
	}
	started, err := process.Start(dir, process.Spec{Name: name, Path: sleep, Args: []string{"60"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := started.Kill(); err != nil {
			t.Error(err)
		}
	})
	return started
}

func TestStatusFailsWhenAProgramHasEnded(t *testing.T) {
	dir := state.Dir(filepath.Join(t.TempDir(), "cluster"))
	if err := dir.Claim(state.Cluster{Kind: state.API, Bin: "/programs"}); err != nil {
		t.Fatal(err)
	}
	server, store := startSleeper(t, dir, "kube-apiserver"), startSleeper(t, dir, "etcd")
	out, err := execute(t, "status", "--dir", string(dir))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"api cluster in " + string(dir), "kube-apiserver", strconv.Itoa(server.PID), store.Log} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not in\n%s", want, out)
		}
	}
	if err := store.Kill(); err != nil {
		t.Fatal(err)
	}
	out, err = execute(t, "status", "--dir", string(dir))
	if err == nil || !strings.Contains(err.Error(), "1 of 2 programs are down") || !strings.Contains(out, "down") {
		t.Errorf("after one has ended: %v\n%s", err, out)
	}
}

func TestDownEndsWhatItStartedAndNothingElse(t *testing.T) {
	dir := state.Dir(filepath.Join(t.TempDir(), "cluster"))
	if err := dir.Claim(state.Cluster{Kind: state.API}); err != nil {
		t.Fatal(err)
	}
	own := startSleeper(t, dir, "etcd")
	other := startSleeper(t, state.Dir(t.TempDir()), "other")
	// As after a restart of the machine, when another program may have the id of one of the cluster's.
	stale := strconv.Itoa(other.PID) + " 1 of-an-earlier-boot\n"
	if err := dir.Write([]byte(stale), 0o600, "run", "kube-apiserver.pid"); err != nil {
		t.Fatal(err)
	}
	for range 2 { // down may be given again
		if _, err := execute(t, "down", "--dir", string(dir)); err != nil {
			t.Fatal(err)
		}
	}
	if own.Alive() {
		t.Error("a program of the cluster still runs")
	}
	if !other.Alive() {
		t.Error("a program that only has the id of one of the cluster's was ended")
	}
	if _, err := dir.Load(); !errors.Is(err, state.ErrNone) {
		t.Errorf("the directory still holds a cluster: %v", err)
	}
}
