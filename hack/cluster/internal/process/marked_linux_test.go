package process

import (
	"errors"
	"os"
	"os/exec"
	"testing"

	"chuan.dev/chuan/hack/cluster/internal/state"
)

func TestWhatLostItsPIDFileIsFoundByItsMark(t *testing.T) {
	shell, err := exec.LookPath("sh")
	if err != nil {
		t.Fatal(err)
	}
	dir, other := state.Dir(t.TempDir()), state.Dir(t.TempDir())
	start := func(dir state.Dir) *Process {
		t.Helper()
		started, err := Start(dir, Spec{Name: "parent", Path: shell, Args: []string{"-c", "sleep 60 & wait"}})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := errors.Join(started.Kill(), KillMarked(dir)); err != nil {
				t.Error(err)
			}
		})
		return started
	}
	lost, foreign := start(dir), start(other)
	if err := os.RemoveAll(dir.Path(pidDir)); err != nil {
		t.Fatal(err)
	}
	if err := KillMarked(dir); err != nil {
		t.Fatal(err)
	}
	if lost.Alive() {
		t.Error("it still runs")
	}
	if found, err := killMarkedOnce(mark + "=" + string(dir)); found != 0 || err != nil {
		t.Errorf("%d processes that it started still run, %v", found, err)
	}
	if !foreign.Alive() {
		t.Error("a process of another cluster was killed")
	}
}

func TestHasVariable(t *testing.T) {
	environment := []byte("A=1\x00" + mark + "=/var/lib/cluster\x00B=2\x00")
	for variable, want := range map[string]bool{
		mark + "=/var/lib/cluster":   true,
		mark + "=/var/lib":           false,
		mark + "=/var/lib/cluster-2": false,
		"B=2":                        true,
		"=2":                         false,
	} {
		if got := hasVariable(environment, variable); got != want {
			t.Errorf("%s: got %t, want %t", variable, got, want)
		}
	}
}
