// Package demo brings up the whole of Chuan as a person would: a Kubernetes, the operator, the fifteen communes of
// examples/dien-bien, and a dossier that travels through one of them. `make demo` shows it; the end-to-end tests build on it.
//
// It talks through the command line only (cluster, kubectl, go), so that what it shows is what a person can do.
package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

// Namespace holds the agencies of examples/dien-bien: a namespace is a province.
const Namespace = "tinh-dien-bien"

// OperatorNamespace holds the operator.
const OperatorNamespace = "chuan-system"

// Images that the demo builds, with the names under which config/demo expects them.
const (
	ManagerImage   = "chuan/manager:dev"
	WorkflowdImage = "chuan/workflowd:dev"
)

// Demo is one run.
type Demo struct {
	// Root of the checkout.
	Root string
	// Existing uses the cluster of KUBECONFIG instead of starting one.
	Existing bool
	// Registry is the prefix under which an existing cluster finds the images.
	Registry string
	// Out is where progress is told.
	Out io.Writer

	started time.Time
}

// New returns a demo for the checkout that the working directory belongs to.
func New(out io.Writer) (*Demo, error) {
	root, err := checkout()
	if err != nil {
		return nil, err
	}
	return &Demo{Root: root, Out: out, started: time.Now()}, nil
}

// checkout finds the root of the checkout above the working directory.
func checkout() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("find the checkout: %w", err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "hack", "cluster", "go.mod")); err == nil {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New("not inside a checkout of Chuan: run this from the repository")
		}
		dir = parent
	}
}

// Up starts the cluster and brings the images into it.
func (d *Demo) Up(ctx context.Context) error {
	if d.Existing {
		return d.pushImages(ctx)
	}
	if err := d.run(ctx, d.clusterProgram(), "up"); err != nil {
		return fmt.Errorf("start the cluster: %w", err)
	}
	for _, image := range images {
		if err := d.build(ctx, image); err != nil {
			return err
		}
		if err := d.run(ctx, d.clusterProgram(), "load", "--binary", d.binary(image), "--name", image.name); err != nil {
			return fmt.Errorf("load the image %s: %w", image.name, err)
		}
	}
	return nil
}

// Install installs the kinds and the operator, and waits until the operator is available.
func (d *Demo) Install(ctx context.Context) error {
	d.say("installing the operator (kubectl apply -k config/demo)")
	manifests, err := d.operatorManifests(ctx)
	if err != nil {
		return err
	}
	if _, err := d.KubectlInput(ctx, manifests, "apply", "--server-side", "--force-conflicts", "-f", "-"); err != nil {
		return fmt.Errorf("install the operator: %w", err)
	}
	if _, err := d.Kubectl(ctx, "wait", "--for=condition=Established", "--timeout=60s", "crd",
		"agencies.qms.chuan.dev", "qualityprocedures.qms.chuan.dev", "auditplans.qms.chuan.dev"); err != nil {
		return fmt.Errorf("wait for the kinds: %w", err)
	}
	if _, err := d.Kubectl(ctx, "rollout", "status", "--timeout=120s", "-n", OperatorNamespace, "deployment"); err != nil {
		return fmt.Errorf("wait for the operator: %w", err)
	}
	return nil
}

// Onboard applies the district and its communes, and waits until all are Ready.
func (d *Demo) Onboard(ctx context.Context) error {
	d.say("onboarding the district Điện Biên (kubectl apply -k examples/dien-bien)")
	if _, err := d.Kubectl(ctx, "apply", "--server-side", "-k", filepath.Join(d.Root, "examples", "dien-bien")); err != nil {
		return fmt.Errorf("apply examples/dien-bien: %w", err)
	}
	return d.WaitAgenciesReady(ctx, 3*time.Minute)
}

// Down stops the cluster that Up started, and leaves nothing behind. Another one's cluster is left alone.
func (d *Demo) Down(ctx context.Context) error {
	if d.Existing {
		return nil
	}
	if err := d.run(ctx, d.clusterProgram(), "down"); err != nil {
		return fmt.Errorf("stop the cluster: %w", err)
	}
	return nil
}

// say tells one line of progress with the time since the demo began.
func (d *Demo) say(format string, arguments ...any) {
	fmt.Fprintf(d.Out, "[%4.0f s] %s\n", time.Since(d.started).Seconds(), fmt.Sprintf(format, arguments...))
}
