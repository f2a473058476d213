package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/workload"
)

// managedResult is what was measured of the manager.
type managedResult struct {
	cost
	// reported is the time until the status of every agency lists its objects.
	reported   time.Duration
	peak, idle int64
	// timed are the calls that were made while the clock ran, later those that were made after.
	timed, later calls
	// sets are the procedure sets of the agencies, which the bare client mounts as well.
	sets map[string]string
}

// patience is how long a side may take for an agency, and at least for all.
const (
	patienceEach  = 500 * time.Millisecond
	patienceLeast = 2 * time.Minute
)

func measureManager(ctx context.Context, o options, in *input) (result managedResult, err error) {
	ctx, cancel := context.WithTimeout(ctx, patienceLeast+time.Duration(o.agencies)*patienceEach)
	defer cancel()
	s, err := startServer()
	if err != nil {
		return result, err
	}
	defer s.stop()
	if err := in.create(ctx, s.client, o.workers); err != nil {
		return result, fmt.Errorf("create the input: %w", err)
	}
	before, err := s.calls(ctx)
	if err != nil {
		return result, err
	}
	progress("starting the manager")
	var p *process
	begun := time.Now()
	result.cost, err = measure(func() error {
		if p, err = startProcess(ctx, o, s); err != nil {
			return err
		}
		return p.guard(ctx, func(ctx context.Context) error { return s.present(ctx, o.agencies) })
	})
	if p != nil {
		defer func() { err = errors.Join(err, p.stop()) }()
	}
	if err != nil {
		return result, err
	}
	atEnd, err := s.calls(ctx)
	if err != nil {
		return result, err
	}
	progress("all objects are there after %.1f s; waiting for the reports on them", result.took.Seconds())
	if result.sets, err = s.verify(ctx, in); err != nil {
		return result, err
	}
	result.reported = time.Since(begun)
	progress("all agencies are reported on after %.1f s; waiting %s", result.reported.Seconds(), o.idle)
	if err := p.guard(ctx, func(ctx context.Context) error { return sleep(ctx, o.idle) }); err != nil {
		return result, err
	}
	if result.peak, result.idle, err = p.memory(); err != nil {
		return result, err
	}
	after, err := s.calls(ctx)
	result.timed, result.later = atEnd.since(before), after.since(atEnd)
	return result, err
}

func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-time.After(d):
		return nil
	}
}

// verify waits for the status of all agencies, checks that every one has its objects by name and lists them, and returns
// their procedure sets.
func (s *server) verify(ctx context.Context, in *input) (map[string]string, error) {
	sets := map[string]string{}
	err := poll(ctx, 500*time.Millisecond, func() (bool, error) {
		var agencies v1alpha1.AgencyList
		if err := s.client.List(ctx, &agencies, client.InNamespace(namespace)); err != nil {
			return false, err
		}
		for _, agency := range agencies.Items {
			if len(agency.Status.Inventory) < objectsEach || agency.Status.ProcedureSet == "" {
				return false, nil
			}
			sets[agency.Name] = agency.Status.ProcedureSet
			for _, entry := range agency.Status.Inventory {
				if !strings.Contains(entry.ID, agency.Name) || entry.UID == "" {
					return false, fmt.Errorf("agency %s lists %s with uid %q", agency.Name, entry.ID, entry.UID)
				}
			}
		}
		return len(sets) == len(in.agencies), nil
	})
	if err != nil {
		return nil, fmt.Errorf("wait for the status of the agencies: %w", err)
	}
	return sets, nil
}

// process is the manager as a process of its own.
type process struct {
	command *exec.Cmd
	cancel  context.CancelFunc
	log     *bytes.Buffer
	// ended is closed when the process has ended, with err.
	ended  chan struct{}
	err    error
	folder string
}

func startProcess(ctx context.Context, o options, s *server) (*process, error) {
	folder, err := os.MkdirTemp("", "bench-provision-")
	if err != nil {
		return nil, err
	}
	p := &process{log: &bytes.Buffer{}, ended: make(chan struct{}), folder: folder}
	kubeconfig := filepath.Join(folder, "kubeconfig")
	if err := os.WriteFile(kubeconfig, s.environment.KubeConfig, 0o600); err != nil {
		return nil, errors.Join(err, os.RemoveAll(folder))
	}
	ctx, p.cancel = context.WithCancel(ctx)
	p.command = exec.CommandContext(ctx, o.manager,
		"--workflowd-image="+benchOptions.Image,
		"--leader-elect=false",
		"--metrics-bind-address=0",
		"--health-probe-bind-address=0",
		"--concurrency="+strconv.Itoa(o.workers),
	)
	p.command.Cancel = func() error { return p.command.Process.Signal(syscall.SIGTERM) }
	p.command.WaitDelay = time.Minute
	p.command.Env = append(os.Environ(), "KUBECONFIG="+kubeconfig)
	p.command.Stderr, p.command.Stdout = p.log, p.log
	if err := p.command.Start(); err != nil {
		p.cancel()
		return nil, errors.Join(fmt.Errorf("start %s (make build makes it): %w", o.manager, err), os.RemoveAll(folder))
	}
	go func() {
		defer close(p.ended)
		p.err = p.command.Wait()
	}()
	return p, nil
}

// benchOptions are those of the manager and of the bare client alike.
var benchOptions = workload.Options{Image: "chuan/workflowd:bench"}

// guard does something as long as the manager runs.
func (p *process) guard(ctx context.Context, do func(context.Context) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- do(ctx) }()
	select {
	case err := <-done:
		return err
	case <-p.ended:
		return fmt.Errorf("the manager has ended (%w):\n%s", p.err, lastLines(p.log.String(), 20))
	}
}

// stop asks the manager to end and waits for it. How it ends does not matter any more.
func (p *process) stop() error {
	p.cancel()
	<-p.ended
	return os.RemoveAll(p.folder)
}

// memory returns the most resident memory that the manager had, and what it has now, in bytes.
func (p *process) memory() (peak, now int64, err error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.command.Process.Pid))
	if err != nil {
		return 0, 0, err
	}
	for line := range strings.Lines(string(text)) {
		fields := strings.Fields(line)
		if len(fields) < 2 || (fields[0] != "VmHWM:" && fields[0] != "VmRSS:") {
			continue
		}
		kibibytes, err := strconv.ParseInt(fields[1], 10, 64)
		if err != nil {
			return 0, 0, fmt.Errorf("read %q: %w", line, err)
		}
		if fields[0] == "VmHWM:" {
			peak = kibibytes << 10
		} else {
			now = kibibytes << 10
		}
	}
	return peak, now, nil
}

func lastLines(text string, n int) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}
