package process

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"chuan.dev/chuan/hack/cluster/internal/state"
)

func TestStartListKill(t *testing.T) {
	sleep, err := exec.LookPath("sleep")
	if err != nil {
		t.Fatal(err)
	}
	dir := state.Dir(t.TempDir())
	started, err := Start(dir, Spec{Name: "sleeper", Path: sleep, Args: []string{"60"}})
	if err != nil {
		t.Fatal(err)
	}
	if !started.Alive() {
		t.Error("it does not run after it was started")
	}
	listed, err := List(dir)
	if err != nil || len(listed) != 1 || *listed[0] != *started {
		t.Fatalf("listed %v, %v, want %+v", listed, err, started)
	}
	other := &Process{PID: started.PID, start: "1"}
	if other.Alive() {
		t.Error("a process that began at another time was taken for it")
	}
	if err := listed[0].Kill(); err != nil {
		t.Fatal(err)
	}
	if started.Alive() {
		t.Error("it runs after it was killed")
	}
}

func TestWaitShowsTheLogOfWhatEnded(t *testing.T) {
	shell, err := exec.LookPath("sh")
	if err != nil {
		t.Fatal(err)
	}
	started, err := Start(state.Dir(t.TempDir()), Spec{Name: "broken", Path: shell, Args: []string{"-c", "echo the reason; exit 1"}})
	if err != nil {
		t.Fatal(err)
	}
	err = Wait(context.Background(), "nothing", []*Process{started}, func(context.Context) error { return errors.New("not yet") })
	if err == nil || !strings.Contains(err.Error(), "the reason") || !strings.Contains(err.Error(), started.Log) {
		t.Errorf("error %v must show the end of the log and name it", err)
	}
}

func TestStartDoesNotPassOnTheUmask(t *testing.T) {
	shell, err := exec.LookPath("sh")
	if err != nil {
		t.Fatal(err)
	}
	const careful = 0o077
	was := syscall.Umask(careful)
	defer syscall.Umask(was)
	started, err := Start(state.Dir(t.TempDir()), Spec{Name: "umask", Path: shell, Args: []string{"-c", "umask"}})
	if err != nil {
		t.Fatal(err)
	}
	for started.Alive() {
		time.Sleep(time.Millisecond)
	}
	if got := strings.TrimSpace(Tail(started.Log)); got != "0022" {
		t.Errorf("it runs with the umask %s", got)
	}
	if now := syscall.Umask(careful); now != careful {
		t.Errorf("the caller's umask is now %#o", now)
	}
}

func TestParseStat(t *testing.T) {
	const rest = " 1 1 1 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 4711 0 0"
	for stat, want := range map[string]string{
		"7 (sleep) S" + rest:       "4711",
		"7 (a) b) (c) S" + rest:    "4711",
		"7 (sleep) Z" + rest:       ended,
		"":                         ended,
		"7 (cut off) S 1 2 3":      ended,
		"7 (name with Z) R" + rest: "4711",
	} {
		if got := parseStat(stat); got != want {
			t.Errorf("%q: got %q, want %q", stat, got, want)
		}
	}
}

func TestParsePIDFile(t *testing.T) {
	if pid, start, err := parsePIDFile("12 345\n"); pid != 12 || start != "345" || err != nil {
		t.Errorf("got %d, %q, %v", pid, start, err)
	}
	for _, text := range []string{"", "x", "1 2", "-1", "0"} {
		if _, _, err := parsePIDFile(text); err == nil {
			t.Errorf("%q was taken", text)
		}
	}
}

func TestTail(t *testing.T) {
	if got := LastLines(strings.Repeat("a\n", 20) + "b\n"); got != strings.Repeat("  a\n", 14)+"  b" {
		t.Errorf("got %q", got)
	}
	if got := Tail(t.TempDir() + "/absent"); !strings.Contains(got, "no log") {
		t.Errorf("got %q", got)
	}
	path := t.TempDir() + "/long"
	if err := os.WriteFile(path, []byte(strings.Repeat("line\n", 10000)+"end\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if got := Tail(path); !strings.HasSuffix(got, "\n  end") || strings.Count(got, "\n") > 20 {
		t.Errorf("got %q", got)
	}
}
