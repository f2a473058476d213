package main

import (
	"context"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"chuan.dev/chuan/hack/cluster/internal/artifacts"
	"chuan.dev/chuan/hack/cluster/internal/report"
)

// groups are the parts that --only chooses from.
var groups = map[string][]artifacts.Part{
	"":     {artifacts.Kubernetes, artifacts.CoreDNS, artifacts.Pause},
	"api":  {artifacts.Kubernetes},
	"node": {artifacts.CoreDNS, artifacts.Pause},
}

func newBuildCommand() *cobra.Command {
	var only string
	command := &cobra.Command{
		Use:   "build",
		Short: "Build the programs that the cache does not hold yet",
		Long: `build compiles what the cache does not hold yet: Kubernetes with etcd and kubectl in one
binary (4 to 6 minutes on two processors when nothing is compiled yet), CoreDNS (1 minute)
and pause. A change of their sources, required versions, flags or of the Go toolchain makes
a new entry in the cache; entries that are no longer used may be deleted.`,
		Example: `  cluster build
  cluster build --only=api     # Kubernetes, all that tests against an API server need
  cluster build --only=node    # the rest of a node: CoreDNS and pause`,
		Args: noArguments,
		RunE: func(command *cobra.Command, _ []string) error {
			parts, known := groups[only]
			if !known {
				return usageError{fmt.Errorf("--only=%s: it is api or node", only)}
			}
			reporter := report.New(os.Stderr)
			if _, err := ensure(command.Context(), reporter, parts...); err != nil {
				return err
			}
			reporter.Step("everything is built")
			return nil
		},
	}
	command.Flags().StringVar(&only, "only", "", "api or node: a part of it")
	return command
}

func newAssetsCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "assets",
		Short: "Print the directory of etcd, kube-apiserver and kubectl",
		Long: `assets prints the directory that holds etcd, kube-apiserver and kubectl, as envtest wants
it in KUBEBUILDER_ASSETS, and builds them first if need be. Progress goes to standard error.`,
		Example: `  KUBEBUILDER_ASSETS=$(cluster assets) go test ./...`,
		Args:    noArguments,
		RunE: func(command *cobra.Command, _ []string) error {
			bins, err := ensure(command.Context(), report.New(os.Stderr), artifacts.Kubernetes)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(command.OutOrStdout(), bins[artifacts.Kubernetes.Name])
			return err
		},
	}
}

// ensure builds what is missing of the parts and returns the directory of each.
func ensure(ctx context.Context, reporter *report.Reporter, parts ...artifacts.Part) (map[string]string, error) {
	builder, err := artifacts.NewBuilder(reporter)
	if err != nil {
		return nil, err
	}
	bins := map[string]string{}
	for _, part := range parts {
		if bins[part.Name], err = builder.Ensure(ctx, part); err != nil {
			return nil, err
		}
	}
	return bins, nil
}
