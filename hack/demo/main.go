// Command demo shows the whole of Chuan: see package test/demo. `make demo` runs it.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"chuan.dev/chuan/test/demo"
)

func main() {
	cluster := flag.String("cluster", "local", "local starts a Kubernetes on this machine, existing uses the one of KUBECONFIG")
	registry := flag.String("images", "", "registry prefix from which an existing cluster pulls the images, as registry.example/prefix")
	flag.Parse()
	if err := run(os.Stdout, *cluster, *registry); err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

func run(out io.Writer, cluster, registry string) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if cluster != "local" && cluster != "existing" {
		return fmt.Errorf("CLUSTER=%s is unknown: use local or existing", cluster)
	}
	d, err := demo.New(out)
	if err != nil {
		return err
	}
	d.Existing, d.Registry = cluster == "existing", registry
	for _, stage := range []func(context.Context) error{d.Up, d.Install, d.Onboard, d.ShowJourney} {
		if err := stage(ctx); err != nil {
			return err
		}
	}
	d.ShowWhereToLook()
	return nil
}
