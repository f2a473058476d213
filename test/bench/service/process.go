package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// patience is how long a process may take to be ready, and to have looked through its records.
const patience = 3 * time.Minute

// process is a workflowd as it is deployed, in a process of its own.
type process struct {
	command *exec.Cmd
	url     string
	// ready is the time from its start until it said that it is ready.
	ready time.Duration
}

// program builds workflowd, once.
func (e *env) program(ctx context.Context) (string, error) {
	path := filepath.Join(e.dir, "workflowd")
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", path, "./cmd/workflowd")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if text, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, text)
	}
	return path, nil
}

// serve starts a workflowd and waits until it is ready.
func (e *env) serve(ctx context.Context, manifests, data string) (*process, error) {
	program, err := e.program(ctx)
	if err != nil {
		return nil, err
	}
	p := &process{command: exec.CommandContext(ctx, program,
		"--manifests", manifests, "--data", data, "--listen", "127.0.0.1:0", "--development-sign-in")}
	out, err := p.command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	began := time.Now()
	if err := p.command.Start(); err != nil {
		return nil, err
	}
	lines := bufio.NewScanner(out)
	for p.url == "" && lines.Scan() {
		if at, ok := strings.CutPrefix(strings.TrimSpace(lines.Text()), "pages"); ok {
			p.url = strings.TrimSpace(at)
		}
	}
	// It says little more, and nobody waits for that.
	go func() { _, _ = io.Copy(io.Discard, out) }()
	if _, err := p.get(ctx, "readyz"); err != nil {
		return nil, errors.Join(err, p.stop())
	}
	p.ready = time.Since(began)
	return p, nil
}

// get asks until it gets an answer.
func (p *process) get(ctx context.Context, path string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		text, err := p.ask(ctx, path)
		if err == nil || ctx.Err() != nil {
			return text, err
		}
		time.Sleep(time.Millisecond)
	}
}

func (p *process) ask(ctx context.Context, path string) (string, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, p.url+path, nil)
	if err != nil {
		return "", err
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return "", err
	}
	text, err := io.ReadAll(answer.Body)
	if err := errors.Join(err, answer.Body.Close()); err != nil {
		return "", err
	}
	if answer.StatusCode != http.StatusOK {
		return "", fmt.Errorf("%s: %s", path, answer.Status)
	}
	return string(text), nil
}

// settled waits until the records of so many agencies were checked, which is the last that a start brings with it, and what
// that took was given back, and returns the memory that is in use then, in MiB.
func (p *process) settled(ctx context.Context, agencies int) (float64, error) {
	until := time.Now().Add(patience)
	for {
		metrics, err := p.get(ctx, "metrics")
		if err != nil {
			return 0, err
		}
		if strings.Count(metrics, "\nchuan_store_integrity{") == agencies {
			break
		}
		if time.Now().After(until) {
			return 0, errors.New("the records were not checked")
		}
		time.Sleep(time.Second)
	}
	time.Sleep(20 * time.Second)
	return resident(strconv.Itoa(p.command.Process.Pid))
}

// stop ends the process.
func (p *process) stop() error {
	if err := p.command.Process.Signal(os.Interrupt); err != nil {
		return err
	}
	return p.command.Wait()
}

// communes makes manifests of so many agencies, each of them as the first of the bench's.
func communes(dir string, agencies int) error {
	if err := os.CopyFS(dir, os.DirFS(benchManifests)); err != nil {
		return err
	}
	path := filepath.Join(dir, "agencies.yaml")
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	first, _, _ := strings.Cut(string(text), "\n---\n")
	var all strings.Builder
	for i := range agencies {
		named := strings.NewReplacer("{name: xa-a,", fmt.Sprintf("{name: xa-%d,", i), agency, fmt.Sprintf("H18.%02d.%02d", i/100, i%100))
		fmt.Fprintf(&all, "%s\n---\n", named.Replace(first))
	}
	return os.WriteFile(path, []byte(all.String()), 0o600)
}

// benchFurther looks how much memory a service takes with one agency and with many, at which nobody works.
func benchFurther(ctx context.Context, e *env) (err error) {
	const further = 100
	counts := []int{1, 1 + further}
	running := make([]*process, len(counts))
	defer func() {
		for _, p := range running {
			if p != nil {
				err = errors.Join(err, p.stop())
			}
		}
	}()
	for i, agencies := range counts {
		dir := filepath.Join(e.dir, fmt.Sprintf("communes-%d", agencies))
		if err := communes(dir, agencies); err != nil {
			return err
		}
		if running[i], err = e.serve(ctx, dir, dir+".data"); err != nil {
			return err
		}
	}
	found := make([]float64, len(counts))
	for i, agencies := range counts {
		if found[i], err = running[i].settled(ctx, agencies); err != nil {
			return err
		}
	}
	row("workflowd with one agency, idle", found[0], "MiB", atMost(found[0], aimedIdle)+" (after the checks that follow a start)")
	row(fmt.Sprintf("workflowd with %d", counts[1]), found[1], "MiB", "")
	each := (found[1] - found[0]) / further
	row("  memory of a further open agency", each, "MiB", atMost(each, aimedRSS))
	return nil
}

// benchReady starts a workflowd again and again whose agency has a large file.
func benchReady(ctx context.Context, e *env, file string) error {
	data := file + ".data"
	if err := os.Mkdir(data, 0o700); err != nil {
		return err
	}
	if err := os.Link(file, filepath.Join(data, "xa-a.db")); err != nil {
		return err
	}
	if _, err := e.program(ctx); err != nil {
		return err
	}
	var took []float64
	for range 5 {
		p, err := e.serve(ctx, benchManifests, data)
		if err != nil {
			return err
		}
		took = append(took, p.ready.Seconds()*1000)
		if err := p.stop(); err != nil {
			return err
		}
	}
	row("workflowd, from its start to ready", middle(took), "ms", atMost(middle(took), aimedReady)+" (with this file)")
	return nil
}
