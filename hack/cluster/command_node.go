package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"chuan.dev/chuan/hack/cluster/internal/artifacts"
	"chuan.dev/chuan/hack/cluster/internal/node"
	"chuan.dev/chuan/hack/cluster/internal/report"
	"chuan.dev/chuan/hack/cluster/internal/state"
)

func newUpCommand(shared *settings) *cobra.Command {
	return &cobra.Command{
		Use:   "up",
		Short: "Start a whole cluster of one node",
		Long: `up starts a cluster of one node on this machine: etcd, the control plane, containerd, the
kubelet, kube-proxy, CoreDNS and volumes for claims. It waits until all of it is ready and
prints the path of the kubeconfig. It needs root on Linux; Debian packages that are missing
(containerd, runc, CNI plugins, iptables) are installed. down leaves the machine as it was.`,
		Example: `  export KUBECONFIG=$(cluster up)
  cluster load --binary bin/manager --name chuan/manager:dev
  cluster kubectl get pods --all-namespaces
  cluster down`,
		Args: noArguments,
		RunE: func(command *cobra.Command, _ []string) error {
			dir, err := shared.resolve()
			if err != nil {
				return err
			}
			if err := up(command.Context(), dir, report.New(os.Stderr)); err != nil {
				return err
			}
			_, err = fmt.Fprintln(command.OutOrStdout(), dir.Kubeconfig())
			return err
		},
	}
}

func up(ctx context.Context, dir state.Dir, reporter *report.Reporter) error {
	if err := node.Prepare(ctx, dir, reporter); err != nil {
		return err
	}
	bins, err := ensure(ctx, reporter, groups[""]...)
	if err != nil {
		return err
	}
	unlock, err := dir.Lock()
	if err != nil {
		return err
	}
	defer unlock()
	return node.Up(ctx, dir, node.Programs{
		Kubernetes: bins[artifacts.Kubernetes.Name],
		CoreDNS:    bins[artifacts.CoreDNS.Name],
		Pause:      bins[artifacts.Pause.Name],
	}, reporter)
}

func newLoadCommand(shared *settings) *cobra.Command {
	var flags packing
	command := &cobra.Command{
		Use:   "load [IMAGE.tar ...]",
		Short: "Give the node images: archives, or a static program",
		Long: `load imports image archives (as docker save or an OCI layout in a tar makes them), or packs
a static program as an image of one layer and imports that. Pods then use the image with
imagePullPolicy IfNotPresent or Never.`,
		Example: `  cluster load image.tar other.tar
  cluster load --binary bin/workflowd --name chuan/workflowd:dev
  cluster load --binary bin/manager --name chuan/manager:dev --user 65532:65532 \
      --file config/manager.yaml:/etc/chuan/manager.yaml`,
		RunE: func(command *cobra.Command, args []string) error {
			if err := checkLoad(flags, args); err != nil {
				return usageError{err}
			}
			dir, cluster, err := running(shared)
			if err != nil {
				return err
			}
			if cluster.Kind != state.Node {
				return fmt.Errorf("the cluster in %s is an API server without a node: start a whole one with `up`", dir)
			}
			if flags.binary != "" {
				return loadProgram(command.Context(), dir, flags)
			}
			return node.Load(command.Context(), dir, args...)
		},
	}
	flags.register(command)
	return command
}

func checkLoad(p packing, archives []string) error {
	switch {
	case p.binary == "" && len(archives) == 0:
		return errors.New("name archives, or a program with --binary")
	case p.binary != "" && len(archives) > 0:
		return errors.New("name archives or a program with --binary, not both")
	case p.binary != "" && p.name == "":
		return errors.New("--binary needs --name, the image's name and tag")
	case p.binary == "" && (p.name != "" || len(p.files) > 0):
		return errors.New("--name and --file go with --binary")
	}
	_, err := p.spec()
	return err
}

func loadProgram(ctx context.Context, dir state.Dir, flags packing) error {
	spec, err := flags.spec()
	if err != nil {
		return usageError{err}
	}
	return node.LoadProgram(ctx, dir, spec)
}
