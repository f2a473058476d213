package main

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"time"
)

// startTime is how long a replica may take until it is ready, recovery of its records included.
const startTime = 30 * time.Second

// replica is a process of workflowd.
type replica struct {
	program   string
	arguments []string
	// before the arguments come those of a program that starts the program.
	before []string
	// url at which it answers, while it runs.
	url string

	process *exec.Cmd
	log     bytes.Buffer
}

// evidenceKey is the key by which the clients ask the replicas to verify their records.
const evidenceKey = "durability"

// newReplica is a process with a directory of its own, and whatever arguments come on top. It is not started.
func newReplica(o options, dir string, more ...string) (*replica, error) {
	key := filepath.Join(dir, "evidence-key")
	if err := os.WriteFile(key, []byte(evidenceKey), 0o600); err != nil {
		return nil, err
	}
	arguments := append([]string{
		"--manifests", o.manifests, "--data", filepath.Join(dir, "data"), "--evidence-key-file", key, "--development-sign-in",
	}, more...)
	return &replica{program: o.workflowd, arguments: arguments}, nil
}

// start starts the process and waits until it is ready.
func (r *replica) start(ctx context.Context) error {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	address := listener.Addr().String()
	if err := listener.Close(); err != nil {
		return err
	}
	r.url = "http://" + address
	r.log.Reset()
	arguments := slices.Concat(r.before, []string{"--listen", address}, r.arguments)
	r.process = exec.Command(r.program, arguments...) //nolint:noctx // it ends by being killed
	r.process.Stdout, r.process.Stderr = &r.log, &r.log
	r.process.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := r.process.Start(); err != nil {
		return fmt.Errorf("start %s: %w", r.program, err)
	}
	return r.ready(ctx)
}

// ready waits until the process is ready.
func (r *replica) ready(ctx context.Context) error {
	ready, cancel := context.WithTimeout(ctx, startTime)
	defer cancel()
	for {
		if answers(ready, r.url+"/readyz") {
			return nil
		}
		select {
		case <-ready.Done():
			r.kill()
			return fmt.Errorf("%s is not ready after %s; its log:\n%s", r.program, startTime, tail(r.log.Bytes()))
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// kill ends the process at once, as a power cut would, and waits until it is gone.
func (r *replica) kill() { r.end(syscall.SIGKILL) }

// stop lets the process end in order: then everything is in the files themselves, and nothing in their logs.
func (r *replica) stop() { r.end(syscall.SIGTERM) }

func (r *replica) end(signal os.Signal) {
	if r.process == nil {
		return
	}
	_ = r.process.Process.Signal(signal)
	// That it did not end well is what was wanted.
	_ = r.process.Wait()
	r.process = nil
}

func answers(ctx context.Context, url string) bool {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return false
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return false
	}
	_ = answer.Body.Close()
	return answer.StatusCode == http.StatusOK
}

// tail is the end of a log.
func tail(log []byte) []byte { return log[max(0, len(log)-4000):] }
