// Command cluster builds Kubernetes from Go modules and runs it on this machine: an API server for tests, or a whole
// node for a demonstration. It needs no container registry and no Kubernetes download.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"chuan.dev/chuan/hack/cluster/internal/state"
)

const (
	exitFailure = 1
	exitUsage   = 2
)

// usageError is a mistake in how the command was given, as opposed to a failure of what it does.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

func main() {
	os.Exit(run())
}

func run() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := newRootCommand().ExecuteContext(ctx)
	if err == nil {
		return 0
	}
	fmt.Fprintln(os.Stderr, "error:", err)
	if _, misused := errors.AsType[usageError](err); misused {
		fmt.Fprintln(os.Stderr, "Run it with --help to see how it is used.")
		return exitUsage
	}
	return exitFailure
}

// settings are what every command shares.
type settings struct {
	dir string
}

func (s *settings) resolve() (state.Dir, error) { return state.Resolve(s.dir) }

func newRootCommand() *cobra.Command {
	shared := &settings{}
	root := &cobra.Command{
		Use:   "cluster",
		Short: "A real Kubernetes from Go modules, on this machine",
		Long: `cluster builds Kubernetes from Go modules and runs it on this machine: an API server
alone for tests (api), or a whole cluster of one node (up).

Everything a cluster owns is in one directory, by default $CHUAN_CLUSTER_DIR, else
/var/lib/chuan-cluster for root and ~/.local/state/chuan-cluster for others.
Built programs are kept in ${CHUAN_CACHE:-${XDG_CACHE_HOME:-~/.cache}/chuan}/cluster.

Exit codes: 0 done, 1 failed, 2 not understood; kubectl has its own.`,
		Example: `  cluster up                      # a whole cluster, as root on Linux
  cluster kubectl get nodes
  cluster down

  export KUBEBUILDER_ASSETS=$(cluster assets)   # for envtest`,
		SilenceErrors: true, SilenceUsage: true,
		TraverseChildren: true, // so that --dir may stand before kubectl, which takes all that follows it
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usageError{fmt.Errorf("there is no command %q", args[0])}
			}
			return nil
		},
		RunE: func(command *cobra.Command, _ []string) error { return command.Help() },
	}
	root.PersistentFlags().StringVar(&shared.dir, "dir", "", "the cluster's directory (default: see above)")
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	root.CompletionOptions.DisableDefaultCmd = true
	root.AddCommand(
		newBuildCommand(), newAssetsCommand(), newAPICommand(shared), newUpCommand(shared), newLoadCommand(shared), newPushCommand(),
		newKubeconfigCommand(shared), newKubectlCommand(shared), newStatusCommand(shared), newDownCommand(shared),
	)
	return root
}

// noArguments is cobra.NoArgs as a usage error.
func noArguments(command *cobra.Command, args []string) error {
	if err := cobra.NoArgs(command, args); err != nil {
		return usageError{err}
	}
	return nil
}
