package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"chuan.dev/chuan/hack/cluster/internal/artifacts"
	"chuan.dev/chuan/hack/cluster/internal/control"
	"chuan.dev/chuan/hack/cluster/internal/process"
	"chuan.dev/chuan/hack/cluster/internal/report"
	"chuan.dev/chuan/hack/cluster/internal/state"
)

func newAPICommand(shared *settings) *cobra.Command {
	var foreground bool
	command := &cobra.Command{
		Use:   "api",
		Short: "Start an API server with etcd, and nothing else",
		Long: `api starts etcd and an API server on free ports, without controllers and without a node,
and prints the path of the kubeconfig. It needs no rights. Several may run at the same
time, each with a --dir of its own; down stops one.`,
		Example: `  export KUBECONFIG=$(cluster api --dir /tmp/api)
  cluster down --dir /tmp/api

  cluster api --dir /tmp/api --foreground   # until it is interrupted`,
		Args: noArguments,
		RunE: func(command *cobra.Command, _ []string) error {
			dir, err := shared.resolve()
			if err != nil {
				return err
			}
			reporter := report.New(os.Stderr)
			bins, err := ensure(command.Context(), reporter, artifacts.Kubernetes)
			if err != nil {
				return err
			}
			if err := startAPI(command.Context(), dir, bins[artifacts.Kubernetes.Name], reporter); err != nil {
				return err
			}
			_, err = fmt.Fprintln(command.OutOrStdout(), dir.Kubeconfig())
			if foreground {
				return errors.Join(err, holdAPI(command.Context(), dir))
			}
			return err
		},
	}
	command.Flags().BoolVar(&foreground, "foreground", false, "stay, and stop it when interrupted")
	return command
}

func startAPI(ctx context.Context, dir state.Dir, bin string, reporter *report.Reporter) error {
	unlock, err := dir.Lock()
	if err != nil {
		return err
	}
	defer unlock()
	if _, err := dir.Load(); !errors.Is(err, state.ErrNone) {
		return errors.Join(err, fmt.Errorf("%s already holds a cluster: stop it with `down`, or name another directory with --dir", dir))
	}
	if err := dir.Claim(state.Cluster{Kind: state.API, Bin: bin}); err != nil {
		return err
	}
	plane, err := control.New(ctx, control.Options{
		Dir: dir, Bin: bin, Address: "127.0.0.1", ServiceCIDR: "10.0.0.0/24", Flags: control.StandaloneFlags(),
	})
	if err != nil {
		return err
	}
	err = plane.Start(func(spec process.Spec) error {
		_, err := process.Start(dir, spec)
		return err
	})
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, control.StartLimit)
	defer cancel()
	if err := control.WaitReady(ctx, dir); err != nil {
		return fmt.Errorf("%w\nThe cluster's directory %s stays for a closer look; `down` removes it", err, dir)
	}
	reporter.Step("the API server is ready")
	return nil
}

// holdAPI stays until it is interrupted, or until one of the programs ends, and leaves nothing running.
func holdAPI(ctx context.Context, dir state.Dir) error {
	processes, err := process.List(dir)
	if err != nil {
		return err
	}
	err = process.Wait(ctx, "an interruption", processes, func(context.Context) error { return errors.New("none yet") })
	if errors.Is(err, context.Canceled) {
		err = nil
	}
	return errors.Join(err, stopProcesses(dir), dir.Remove())
}
