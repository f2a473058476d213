package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"go.yaml.in/yaml/v3"
)

// cost is what a program has used.
type cost struct {
	wall, cpu time.Duration
	// peak is the most memory it held at once, in bytes.
	peak int64
}

// measure runs a program to its end. Exit codes that say that something was found are no errors.
func measure(ctx context.Context, program string, args ...string) (cost, string, error) {
	command := exec.CommandContext(ctx, program, args...)
	var out, errs bytes.Buffer
	command.Stdout, command.Stderr = &out, &errs
	begin := time.Now()
	err := command.Run()
	wall := time.Since(begin)
	if exited, ok := errors.AsType[*exec.ExitError](err); ok && exited.ExitCode() == 1 {
		err = nil
	}
	if err != nil {
		return cost{}, "", fmt.Errorf("%s: %w: %s", program, err, strings.TrimSpace(errs.String()))
	}
	used, ok := command.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		return cost{}, "", errors.New("this system does not say what a process has used")
	}
	// Linux counts the most memory in kibibytes.
	return cost{wall: wall, cpu: command.ProcessState.UserTime() + command.ProcessState.SystemTime(), peak: used.Maxrss << 10}, out.String(), nil
}

// parse parses files to YAML nodes once, and does nothing else.
func parse(files []string, workers int) error {
	work := make(chan string)
	failed := make(chan error, workers)
	var group sync.WaitGroup
	for range workers {
		group.Go(func() {
			for file := range work {
				text, err := os.ReadFile(file)
				if err == nil {
					err = yaml.Unmarshal(text, new(yaml.Node))
				}
				if err != nil {
					select {
					case failed <- fmt.Errorf("%s: %w", file, err):
					default:
					}
				}
			}
		})
	}
	for _, file := range files {
		work <- file
	}
	close(work)
	group.Wait()
	close(failed)
	return <-failed
}

// coldStarts runs a program n times and returns the shortest and the middle time.
func coldStarts(ctx context.Context, n int, program string, args ...string) (shortest, middle time.Duration, err error) {
	times := make([]time.Duration, n)
	for i := range times {
		c, _, err := measure(ctx, program, args...)
		if err != nil {
			return 0, 0, err
		}
		times[i] = c.wall
	}
	slices.Sort(times)
	return times[0], times[n/2], nil
}
