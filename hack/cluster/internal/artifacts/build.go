package artifacts

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"chuan.dev/chuan/hack/cluster/internal/report"
)

// Builder builds parts that the cache does not hold yet.
type Builder struct {
	Sources string // the directory of this module
	Cache   string
	Report  *report.Reporter
}

// NewBuilder finds the sources and the cache.
func NewBuilder(reporter *report.Reporter) (*Builder, error) {
	sources, err := FindSources()
	if err != nil {
		return nil, err
	}
	cache, err := CacheDir()
	if err != nil {
		return nil, err
	}
	return &Builder{Sources: sources, Cache: cache, Report: reporter}, nil
}

// Ensure returns the directory that holds the part's binary under all its names, and builds it first if need be.
func (b *Builder) Ensure(ctx context.Context, part Part) (string, error) {
	job, err := b.job(ctx, part)
	if err != nil {
		return "", err
	}
	if job.built() {
		return job.bin(), nil
	}
	unlock, err := b.lock(ctx)
	if err != nil {
		return "", err
	}
	defer unlock()
	if job.built() { // by whoever held the lock before
		return job.bin(), nil
	}
	if err := job.run(ctx, b.Report); err != nil {
		return "", fmt.Errorf("build %s: %w", part.Name, err)
	}
	return job.bin(), nil
}

// job is one part with all that is known about its build before it starts.
type job struct {
	part    Part
	dir     string // of the main package
	entry   string // of the cache
	version string
	flags   []string
}

func (b *Builder) job(ctx context.Context, part Part) (*job, error) {
	version, err := part.requiredVersion(b.Sources)
	if err != nil {
		return nil, err
	}
	ldflags := "-s -w"
	if part.version != nil {
		ldflags += " " + part.version(version)
	}
	flags := append([]string{"-trimpath", "-buildvcs=false", "-ldflags=" + ldflags}, part.Flags...)
	dir := filepath.Join(b.Sources, part.Dir)
	toolchain, err := output(goCommand(ctx, dir, "env", "GOVERSION", "GOOS", "GOARCH", "GOAMD64", "GOARM64"))
	if err != nil {
		return nil, fmt.Errorf("ask the Go toolchain for its version: %w", err)
	}
	name, err := entryName(part, b.Sources, version, toolchain, flags)
	if err != nil {
		return nil, err
	}
	return &job{part: part, dir: dir, entry: filepath.Join(b.Cache, name), version: version, flags: flags}, nil
}

func (j *job) bin() string { return filepath.Join(j.entry, "bin") }

// built says whether the cache holds the part: an entry appears under its name only when it is complete.
func (j *job) built() bool {
	_, err := os.Stat(filepath.Join(j.bin(), j.part.Name))
	return err == nil
}

// run builds into a directory beside the entry and renames it, so that a build that is cut short leaves no entry.
func (j *job) run(ctx context.Context, reporter *report.Reporter) error {
	staging, err := os.MkdirTemp(filepath.Dir(j.entry), ".building-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(staging) }()
	bin := filepath.Join(staging, "bin")
	start := time.Now()
	if err := j.compile(ctx, filepath.Join(bin, j.part.Name), reporter); err != nil {
		return err
	}
	for _, name := range j.part.Names {
		if err := os.Symlink(j.part.Name, filepath.Join(bin, name)); err != nil {
			return err
		}
	}
	if err := os.Rename(staging, j.entry); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	reporter.Step("%s: built in %.0f s into %s", j.title(), time.Since(start).Seconds(), j.bin())
	return nil
}

func (j *job) title() string { return strings.TrimSpace(j.part.Name + " " + j.version) }

func (j *job) compile(ctx context.Context, target string, reporter *report.Reporter) error {
	reporter.Step("%s: counting packages, and downloading modules where they are missing", j.title())
	listed, err := output(goCommand(ctx, j.dir, append(append([]string{"list", "-deps"}, j.flags...), ".")...))
	if err != nil {
		return fmt.Errorf("list its packages: %w", err)
	}
	meter := &meter{title: j.title(), total: strings.Count(listed, "\n") + 1, report: reporter}
	reporter.Step("%s: %d packages, of which those not in the Go build cache are compiled", meter.title, meter.total)
	command := goCommand(ctx, j.dir, append(append([]string{"build", "-v", "-o", target}, j.flags...), ".")...)
	command.Stderr = meter
	stop := meter.tick(time.Second)
	err = command.Run()
	stop()
	if err != nil {
		return fmt.Errorf("go build in %s: %w\n%s", j.dir, err, meter.messages())
	}
	return nil
}

// goCommand prepares a go command for a static build. A build as large as this one spends much of its time in the
// compiler's garbage collector: on its largest packages GOGC=400 saves a fifth of the processor time for 0.2 GiB more
// memory a compiler, and more than that, or no collection at all, saves nothing further.
func goCommand(ctx context.Context, dir string, args ...string) *exec.Cmd {
	command := exec.CommandContext(ctx, "go", args...)
	command.Dir = dir
	command.Env = append(os.Environ(), "CGO_ENABLED=0", "GOWORK=off", "GOGC=400", "PWD="+dir)
	return command
}

// output runs the command and returns what it wrote, without the last line end; its errors become part of ours.
func output(command *exec.Cmd) (string, error) {
	var stdout, stderr bytes.Buffer
	command.Stdout, command.Stderr = &stdout, &stderr
	if err := command.Run(); err != nil {
		return "", fmt.Errorf("%w\n%s", err, strings.TrimSpace(stderr.String()))
	}
	return strings.TrimSpace(stdout.String()), nil
}
