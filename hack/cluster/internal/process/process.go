// Package process starts programs that outlive the command that starts them, and finds them again by their ids.
package process

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"chuan.dev/chuan/hack/cluster/internal/state"
)

// Spec is a program to start.
type Spec struct {
	Name string // of the component
	Path string
	Args []string
	Dir  string // its working directory
}

// Process is a program that was started, as its pid file says.
type Process struct {
	Name  string
	PID   int
	Log   string
	start string // when, in the kernel's own measure: tells the process from a later one that has its id
}

const (
	pidDir = "run"
	logDir = "logs"
)

// Start starts the program in a session of its own with its output in a log, and writes its pid file. The environment
// is not the caller's: a proxy or a KUBECONFIG that is meant for other clusters must not lead a component astray. Nor is
// the umask: with that of a careful root, containerd would make a resolv.conf that no pod's user may read.
func Start(dir state.Dir, spec Spec) (*Process, error) {
	if err := errors.Join(os.MkdirAll(dir.Path(logDir), 0o750), os.MkdirAll(dir.Path(pidDir), 0o750)); err != nil {
		return nil, fmt.Errorf("start %s: %w", spec.Name, err)
	}
	log, err := os.Create(dir.Path(logDir, spec.Name+".log"))
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", spec.Name, err)
	}
	defer func() { _ = log.Close() }()
	command := exec.CommandContext(context.Background(), spec.Path, spec.Args...) // it outlives the command
	command.Dir = spec.Dir
	command.Env = []string{"PATH=" + SearchPath(), "HOME=" + string(dir), "TMPDIR=" + os.TempDir(), mark + "=" + string(dir)}
	command.Stdout, command.Stderr = log, log
	command.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	const usual = 0o022
	was := syscall.Umask(usual)
	err = command.Start()
	syscall.Umask(was)
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", spec.Name, err)
	}
	go command.Wait() //nolint:errcheck // only so that a process that has ended does not look as if it still ran
	started := &Process{Name: spec.Name, PID: command.Process.Pid, Log: log.Name(), start: startTime(command.Process.Pid)}
	pidFile := fmt.Sprintf("%d %s\n", started.PID, started.start)
	if err := dir.Write([]byte(pidFile), 0o644, pidDir, spec.Name+".pid"); err != nil {
		return nil, errors.Join(err, started.Kill())
	}
	return started, nil
}

// SearchPath is the PATH with the directories of the system's own programs, which the PATH of a user may lack.
func SearchPath() string {
	path := filepath.SplitList(os.Getenv("PATH"))
	for _, dir := range []string{"/usr/local/sbin", "/usr/sbin", "/sbin", "/usr/bin", "/bin"} {
		if !slices.Contains(path, dir) {
			path = append(path, dir)
		}
	}
	return strings.Join(path, string(filepath.ListSeparator))
}

// List returns the processes that have pid files in the directory, by name.
func List(dir state.Dir) ([]*Process, error) {
	entries, err := os.ReadDir(dir.Path(pidDir))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("list the cluster's processes: %w", err)
	}
	var processes []*Process
	for _, entry := range entries {
		name, isPID := strings.CutSuffix(entry.Name(), ".pid")
		if !isPID {
			continue
		}
		data, err := os.ReadFile(dir.Path(pidDir, entry.Name()))
		if err != nil {
			return nil, fmt.Errorf("list the cluster's processes: %w", err)
		}
		pid, start, err := parsePIDFile(string(data))
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", dir.Path(pidDir, entry.Name()), err)
		}
		processes = append(processes, &Process{Name: name, PID: pid, start: start, Log: dir.Path(logDir, name+".log")})
	}
	return processes, nil
}

func parsePIDFile(text string) (pid int, start string, err error) {
	number, start, _ := strings.Cut(strings.TrimSpace(text), " ")
	pid, err = strconv.Atoi(number)
	if err == nil && pid <= 1 {
		err = fmt.Errorf("%d is not the id of a process of ours", pid)
	}
	return pid, start, err
}

// Alive says whether the process still runs; a process that has its id but began at another time is not it.
func (p *Process) Alive() bool {
	if err := syscall.Kill(p.PID, 0); err != nil {
		return false
	}
	start := startTime(p.PID)
	return start != ended && start == p.start
}

// Kill ends the process at once and waits until it is gone. What runs here is thrown away: there is nothing to save.
func (p *Process) Kill() error {
	if !p.Alive() {
		return nil
	}
	if err := syscall.Kill(p.PID, syscall.SIGKILL); err != nil && !errors.Is(err, syscall.ESRCH) {
		return fmt.Errorf("kill %s (process %d): %w", p.Name, p.PID, err)
	}
	const limit = 10 * time.Second
	for deadline := time.Now().Add(limit); p.Alive(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			return fmt.Errorf("%s (process %d) still runs %s after it was killed", p.Name, p.PID, limit)
		}
	}
	return nil
}

// Wait waits until ready says so, and gives up when a process has ended or the context has.
func Wait(ctx context.Context, what string, processes []*Process, ready func(context.Context) error) error {
	const pause = 50 * time.Millisecond
	for {
		err := ready(ctx)
		if err == nil {
			return nil
		}
		for _, p := range processes {
			if !p.Alive() {
				return fmt.Errorf("%s has ended while waiting for %s; the end of its log, %s:\n%s", p.Name, what, p.Log, Tail(p.Log))
			}
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("wait for %s: %w; last answer: %w", what, ctx.Err(), err)
		case <-time.After(pause):
		}
	}
}
