package demo

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// clusterProgram is the driver of hack/cluster, which `make bin/cluster` builds.
func (d *Demo) clusterProgram() string {
	return filepath.Join(d.Root, "bin", "cluster")
}

// run runs a program in the checkout and passes its output on.
func (d *Demo) run(ctx context.Context, program string, arguments ...string) error {
	command := exec.CommandContext(ctx, program, arguments...)
	command.Dir = d.Root
	command.Stdout, command.Stderr = d.Out, d.Out
	return command.Run()
}

// Kubectl runs kubectl against the demo's cluster and returns what it prints. The error carries what it complained about.
func (d *Demo) Kubectl(ctx context.Context, arguments ...string) (string, error) {
	return d.KubectlInput(ctx, "", arguments...)
}

// KubectlInput is Kubectl with an input.
func (d *Demo) KubectlInput(ctx context.Context, input string, arguments ...string) (string, error) {
	command := d.kubectlCommand(ctx, arguments...)
	command.Stdin = strings.NewReader(input)
	var out, complaint bytes.Buffer
	command.Stdout, command.Stderr = &out, &complaint
	if err := command.Run(); err != nil {
		return out.String(), fmt.Errorf("kubectl %s: %w: %s", strings.Join(arguments, " "), err, strings.TrimSpace(complaint.String()))
	}
	return out.String(), nil
}

// kubectlCommand is kubectl with the demo's cluster: the one built by hack/cluster, or the user's own.
func (d *Demo) kubectlCommand(ctx context.Context, arguments ...string) *exec.Cmd {
	if d.Existing {
		return exec.CommandContext(ctx, "kubectl", arguments...)
	}
	return exec.CommandContext(ctx, d.clusterProgram(), append([]string{"kubectl"}, arguments...)...)
}

// output runs a program in the checkout and returns what it prints.
func (d *Demo) output(ctx context.Context, program string, arguments ...string) (string, error) {
	command := exec.CommandContext(ctx, program, arguments...)
	command.Dir = d.Root
	command.Env = append(os.Environ(), "CGO_ENABLED=0")
	out, err := command.Output()
	if err != nil {
		return "", fmt.Errorf("%s %s: %w", program, strings.Join(arguments, " "), err)
	}
	return string(out), nil
}
