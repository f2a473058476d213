// Command workflowd is the workflow service of one agency or of many: it serves the agencies of a directory of manifests
// over HTTP and keeps their records in a directory of data or in a database. Its commands back the records up, move them and
// check them.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // the zones of the calendars, wherever the program runs
)

// The exit codes.
const (
	exitFailed = 1
	// exitUsage says that the flags are wrong, exitManifests that the manifests are.
	exitUsage     = 2
	exitManifests = 2
)

// command is something that the program does beside serving.
type command struct {
	name, summary string
	run           func(ctx context.Context, args []string, c console) error
}

// console is where a command prints: what it has to say, and how far it is.
type console struct {
	out, err io.Writer
}

// commands are the commands, in the order of the help.
func commands() []command {
	return []command{
		{"backup", "write the records of agencies into files, while they are in use", runBackup},
		{"restore", "fill an empty data directory or database from backups", runRestore},
		{"export", "write the records of one agency into a file that moves it", runExport},
		{"import", "take the records of one agency from a file", runImport},
		{"check", "verify chains, roots, documents and the database", runCheck},
	}
}

// usageError is a command that was not asked for as it has to be.
type usageError struct{ error }

func wrong(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run runs a command, or serves until the context ends, and returns the exit code.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	if len(args) > 0 {
		for _, c := range commands() {
			if c.name == args[0] {
				return c.finish(c.run(ctx, args[1:], console{stdout, stderr}), stderr)
			}
		}
	}
	return runServe(ctx, args, stdout, stderr)
}

// finish tells how a command ended and returns its exit code.
func (c command) finish(err error, stderr io.Writer) int {
	var usage usageError
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return 0
	case errors.As(err, &usage):
		fmt.Fprintf(stderr, "workflowd %s: %v\nRun workflowd %s --help for its flags.\n", c.name, err, c.name)
		return exitUsage
	default:
		fmt.Fprintf(stderr, "workflowd %s: %v\n", c.name, err)
		return exitFailed
	}
}
