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
	took       time.Duration
	peak, idle int64
	calls      string
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
	begun := time.Now()
	p, err := startProcess(ctx, o, s)
	if err != nil {
		return result, err
	}
	defer func() { err = errors.Join(err, p.stop()) }()
	if err := p.guard(ctx, func(ctx context.Context) error { return s.present(ctx, o.agencies) }); err != nil {
		return result, err
	}
	result.took = time.Since(begun)
	progress("all objects are there after %.1f s; waiting %s", result.took.Seconds(), o.idle)
	if result.sets, err = s.verify(ctx, in); err != nil {
		return result, err
	}
	if err := p.guard(ctx, func(ctx context.Context) error { return sleep(ctx, o.idle) }); err != nil {
		return result, err
	}
	if result.peak, result.idle, err = p.memory(); err != nil {
		return result, err
	}
	after, err := s.calls(ctx)
	result.calls = after.since(before).String()
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
	err := poll(ctx, time.Second, func() (bool, error) {
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
	log     *bytes.Buffer
	ended   chan error
	folder  string
}

func startProcess(ctx context.Context, o options, s *server) (*process, error) {
	folder, err := os.MkdirTemp("", "bench-provision-")
	if err != nil {
		return nil, err
	}
	p := &process{log: &bytes.Buffer{}, ended: make(chan error, 1), folder: folder}
	kubeconfig := filepath.Join(folder, "kubeconfig")
	if err := os.WriteFile(kubeconfig, s.environment.KubeConfig, 0o600); err != nil {
		return nil, errors.Join(err, os.RemoveAll(folder))
	}
	p.command = exec.Command(o.manager,
		"--workflowd-image="+benchOptions.Image,
		"--leader-elect=false",
		"--metrics-bind-address=0",
		"--health-probe-bind-address=0",
		"--concurrency="+strconv.Itoa(o.workers),
	)
	p.command.Env = append(os.Environ(), "KUBECONFIG="+kubeconfig)
	p.command.Stderr, p.command.Stdout = p.log, p.log
	if err := p.command.Start(); err != nil {
		return nil, errors.Join(fmt.Errorf("start %s (make build makes it): %w", o.manager, err), os.RemoveAll(folder))
	}
	go func() { p.ended <- p.command.Wait() }()
	return p, nil
}

// benchOptions are those of the manager and of the bare client alike.
var benchOptions = workload.Options{Image: "chuan/workflowd:bench"}

// guard does something as long as the manager runs.
func (p *process) guard(ctx context.Context, do func(context.Context) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	done := make(chan error, 1)
	go func() { done <- do(ctx) }()
	select {
	case err := <-done:
		return err
	case err := <-p.ended:
		p.ended <- err
		cancel(errors.New("the manager has ended"))
		<-done
		return fmt.Errorf("the manager has ended (%w):\n%s", err, lastLines(p.log.String(), 20))
	}
}

// stop ends the manager and waits for it.
func (p *process) stop() error {
	defer os.RemoveAll(p.folder)
	if err := p.command.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("stop the manager: %w", err)
	}
	select {
	case <-p.ended:
		return nil
	case <-time.After(time.Minute):
		return errors.Join(errors.New("the manager did not stop within a minute"), p.command.Process.Kill())
	}
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
