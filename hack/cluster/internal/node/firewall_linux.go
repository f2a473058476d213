package node

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os/exec"
	"strings"
)

// families are the two sets of programs, for IPv4 and IPv6: kube-proxy and the kubelet make chains in both.
var families = []string{"iptables", "ip6tables"}

// acceptPods adds the rules that let the pods' traffic pass.
func acceptPods(ctx context.Context) error {
	return restore(ctx, "iptables", acceptRules)
}

// removeChains removes every chain of the cluster, and the tables that are empty then.
func removeChains(ctx context.Context) error {
	var failures []error
	for _, family := range families {
		saved, err := saveRules(ctx, family)
		if err != nil {
			failures = append(failures, err)
			continue
		}
		if script := removalScript(saved); script != "" {
			failures = append(failures, restore(ctx, family, script))
		}
	}
	return errors.Join(failures...)
}

// saveRules returns the rules of a family. Where its programs are missing, so are the rules.
func saveRules(ctx context.Context, family string) (string, error) {
	path, err := lookPath(family + "-save")
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	out, err := exec.CommandContext(ctx, path).Output()
	if err != nil {
		return "", fmt.Errorf("list the rules of %s: %w", family, withStderr(err))
	}
	return string(out), nil
}

func restore(ctx context.Context, family, script string) error {
	path, err := lookPath(family + "-restore")
	if err != nil {
		return fmt.Errorf("change the rules of %s: %w", family, err)
	}
	const waitForTheLock = "--wait=5" // seconds
	command := exec.CommandContext(ctx, path, "--noflush", waitForTheLock)
	command.Stdin = strings.NewReader(script)
	if out, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("change the rules of %s: %w: %s", family, err, strings.TrimSpace(string(out)))
	}
	return nil
}

// withStderr adds to the error of a command what the command said.
func withStderr(err error) error {
	if ended, found := errors.AsType[*exec.ExitError](err); found && len(ended.Stderr) > 0 {
		return fmt.Errorf("%w: %s", err, strings.TrimSpace(string(ended.Stderr)))
	}
	return err
}
