package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"chuan.dev/chuan/hack/cluster/internal/node"
	"chuan.dev/chuan/hack/cluster/internal/process"
	"chuan.dev/chuan/hack/cluster/internal/report"
	"chuan.dev/chuan/hack/cluster/internal/state"
)

// running returns the cluster of the directory, or an error that says how to start one.
func running(shared *settings) (state.Dir, *state.Cluster, error) {
	dir, err := shared.resolve()
	if err != nil {
		return "", nil, err
	}
	cluster, err := dir.Load()
	if errors.Is(err, state.ErrNone) {
		err = fmt.Errorf("%w: start one with `up` or `api`, or name the directory of one that runs with --dir", err)
	}
	return dir, cluster, err
}

func newKubeconfigCommand(shared *settings) *cobra.Command {
	return &cobra.Command{
		Use:     "kubeconfig",
		Short:   "Print the path of the administrator's kubeconfig",
		Example: `  export KUBECONFIG=$(cluster kubeconfig)`,
		Args:    noArguments,
		RunE: func(command *cobra.Command, _ []string) error {
			dir, _, err := running(shared)
			if err != nil {
				return err
			}
			if _, err := os.Stat(dir.Kubeconfig()); err != nil {
				return fmt.Errorf("the cluster in %s has not started: %w", dir, err)
			}
			_, err = fmt.Fprintln(command.OutOrStdout(), dir.Kubeconfig())
			return err
		},
	}
}

func newKubectlCommand(shared *settings) *cobra.Command {
	return &cobra.Command{
		Use:   "kubectl ...",
		Short: "Run kubectl, of the cluster's version, with the administrator's kubeconfig",
		Long: `kubectl passes everything that follows it to the kubectl that was built with the cluster.
--dir stands before it.`,
		Example: `  cluster kubectl get pods --all-namespaces
  cluster --dir /tmp/api kubectl apply -f config/crd`,
		DisableFlagParsing: true,
		RunE: func(_ *cobra.Command, args []string) error {
			dir, cluster, err := running(shared)
			if err != nil {
				return err
			}
			kubectl := filepath.Join(cluster.Bin, "kubectl")
			// In the place of this program, so that signals and the exit code are kubectl's own.
			return fmt.Errorf("run %s: %w", kubectl, syscall.Exec(kubectl, append([]string{"kubectl"}, args...), kubectlEnvironment(dir)))
		},
	}
}

// kubectlEnvironment is the caller's, but for what would lead kubectl to another cluster, or past this one to a proxy.
func kubectlEnvironment(dir state.Dir) []string {
	command := exec.Cmd{Env: append(os.Environ(), "KUBECONFIG="+dir.Kubeconfig(),
		"KUBECACHEDIR="+dir.Path("kubectl-cache"), "NO_PROXY=*", "no_proxy=*")}
	return command.Environ() // each variable once, as it was set last
}

func newStatusCommand(shared *settings) *cobra.Command {
	return &cobra.Command{
		Use:   "status",
		Short: "Show which of the cluster's programs run",
		Long:  "status lists the cluster's programs with their process ids and logs. It fails when one of them is down.",
		Args:  noArguments,
		RunE: func(command *cobra.Command, _ []string) error {
			dir, cluster, err := running(shared)
			if err != nil {
				return err
			}
			processes, err := process.List(dir)
			if err != nil {
				return err
			}
			return writeStatus(command.OutOrStdout(), dir, cluster, processes)
		},
	}
}

// writeStatus prints a table of the processes; it is an error when one of them has ended.
func writeStatus(out io.Writer, dir state.Dir, cluster *state.Cluster, processes []*process.Process) error {
	var text bytes.Buffer
	fmt.Fprintf(&text, "%s cluster in %s, programs in %s\n", cluster.Kind, dir, cluster.Bin)
	table := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	down := 0
	lines := append(make([]string, 0, len(processes)+1), "COMPONENT\tPID\tSTATE\tLOG")
	for _, p := range processes {
		condition := "up"
		if !p.Alive() {
			condition = "down"
			down++
		}
		lines = append(lines, fmt.Sprintf("%s\t%d\t%s\t%s", p.Name, p.PID, condition, p.Log))
	}
	if _, err := fmt.Fprintln(table, strings.Join(lines, "\n")); err != nil {
		return err
	}
	if err := table.Flush(); err != nil {
		return err
	}
	if _, err := text.WriteTo(out); err != nil {
		return err
	}
	if down > 0 {
		return fmt.Errorf("%d of %d programs are down: see their logs, or start afresh with `down` and `up`", down, len(processes))
	}
	return nil
}

func newDownCommand(shared *settings) *cobra.Command {
	return &cobra.Command{
		Use:   "down",
		Short: "Stop the cluster and leave the machine as it was",
		Long: `down ends every process of the cluster, pods included, takes back what it changed on the
machine and deletes its directory. All data of the cluster is lost. It may be given at any
time: after a crash, or when nothing runs.`,
		Args: noArguments,
		RunE: func(command *cobra.Command, _ []string) error {
			dir, err := shared.resolve()
			if err != nil {
				return err
			}
			return stop(command.Context(), dir, report.New(os.Stderr))
		},
	}
}

func stop(ctx context.Context, dir state.Dir, reporter *report.Reporter) error {
	cluster, err := dir.Load()
	none := errors.Is(err, state.ErrNone)
	if err != nil && !none {
		return err
	}
	if none && !node.Traces(dir) {
		reporter.Step("nothing to stop: %v", err)
		return nil
	}
	if !none {
		unlock, err := dir.Lock()
		if err != nil {
			return err
		}
		defer unlock()
	}
	err = stopProcesses(dir)
	if none || cluster.Kind == state.Node {
		err = errors.Join(err, node.Clean(ctx, dir))
	}
	if err != nil {
		return fmt.Errorf("not everything is stopped; %s stays, and `down` can be given again: %w", dir, err)
	}
	if err := dir.Remove(); err != nil {
		return err
	}
	reporter.Step("the cluster in %s is gone", dir)
	return nil
}

// stopProcesses ends what has a pid file, and what was started without coming to one.
func stopProcesses(dir state.Dir) error {
	processes, err := process.List(dir)
	for _, p := range processes {
		err = errors.Join(err, p.Kill())
	}
	return errors.Join(err, process.KillMarked(dir))
}
