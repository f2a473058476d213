// Command chuan is the command line of Chuan, for people and for CI: it checks manifests before anyone works by them,
// shows when audits are due and what the operator would make of an agency. It needs no cluster.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"
	_ "time/tzdata" // the zones of the calendars, wherever the program runs

	"github.com/spf13/cobra"
)

// The exit codes.
const (
	exitClean    = 0
	exitFindings = 1
	exitFailed   = 2
)

// errFindings says that the work was done and what it found is not in order. It has been reported already.
var errFindings = errors.New("findings")

func main() {
	os.Exit(run(environment{in: os.Stdin, out: os.Stdout, err: os.Stderr, now: time.Now}, os.Args[1:]))
}

// environment is what a command takes from the world around it.
type environment struct {
	in       io.Reader
	out, err io.Writer
	now      func() time.Time
}

func run(env environment, args []string) int {
	root := newRoot(env)
	root.SetArgs(args)
	err := root.ExecuteContext(context.Background())
	switch {
	case err == nil:
		return exitClean
	case errors.Is(err, errFindings):
		return exitFindings
	default:
		// Where even this cannot be written, the exit code has to say it.
		_, _ = fmt.Fprintf(env.err, "chuan: %v\n", err)
		return exitFailed
	}
}

func newRoot(env environment) *cobra.Command {
	root := &cobra.Command{
		Use:   "chuan",
		Short: "A province's quality system as code",
		Long: `chuan checks and explains the manifests of a quality management system: agencies, procedures, calendars,
legal documents and audit plans. It works on files and needs no cluster.

Exit codes:
  0  done, and all is in order
  1  done, and findings stand
  2  it could not run: wrong flags, or a file or directory that is not there`,
		Example: `  # Check a province before merging a change
  chuan lint examples/dien-bien

  # What does a rule check, and why?
  chuan explain T2

  # When are the next audits?
  chuan schedule examples/dien-bien

  # What would the operator make of an agency?
  chuan render agency examples/dien-bien --name ubnd-xa-thanh-nua`,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.NoArgs,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetIn(env.in)
	root.SetOut(env.out)
	root.SetErr(env.err)
	root.AddCommand(newLint(env.now), newExplain(), newSchedule(env.now), newSimulate(), newRender(), newVerify(), newVersion())
	root.AddCommand(extraCommands()...)
	addCompletion(root)
	return root
}
