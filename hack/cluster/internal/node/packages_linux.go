package node

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"chuan.dev/chuan/hack/cluster/internal/process"
	"chuan.dev/chuan/hack/cluster/internal/report"
)

// packages are the Debian packages of the programs that a node needs. A machine that has the programs from elsewhere
// needs no package.
var packages = []struct {
	name     string
	programs []string
}{
	{"containerd", []string{"containerd", "containerd-shim-runc-v2", "ctr"}},
	{"runc", []string{"runc"}},
	{"iptables", []string{"iptables", "iptables-save", "iptables-restore"}},
	{"mount", []string{"mount", "umount"}},
}

const pluginPackage = "containernetworking-plugins"

// pluginDirs are where network plugins are: Debian's place and the usual one.
var pluginDirs = []string{"/usr/lib/cni", "/opt/cni/bin"}

// findPlugins returns the directory that has the plugins of our network and of every pod's loopback.
func findPlugins() (string, bool) {
	for _, dir := range pluginDirs {
		missing := slices.ContainsFunc([]string{"bridge", "host-local", "loopback"}, func(plugin string) bool {
			_, err := os.Stat(filepath.Join(dir, plugin))
			return err != nil
		})
		if !missing {
			return dir, true
		}
	}
	return "", false
}

func missingPackages() []string {
	var missing []string
	for _, candidate := range packages {
		for _, program := range candidate.programs {
			if _, err := lookPath(program); err != nil {
				missing = append(missing, candidate.name)
				break
			}
		}
	}
	if _, found := findPlugins(); !found {
		missing = append(missing, pluginPackage)
	}
	return missing
}

// installPackages installs what is missing. The packages stay when the cluster goes.
func installPackages(ctx context.Context, reporter *report.Reporter) error {
	missing := missingPackages()
	if len(missing) == 0 {
		return nil
	}
	list := strings.Join(missing, " ")
	if _, err := lookPath("apt-get"); err != nil {
		return fmt.Errorf("this machine lacks the programs of the packages %s, and apt-get to install them: install them, or %s", list, wayOut)
	}
	reporter.Step("install the missing packages: apt-get install %s", list)
	allowServices, err := forbidServices()
	if err != nil {
		return err
	}
	defer allowServices()
	if err := aptInstall(ctx, missing); err != nil {
		reporter.Step("the packages cannot be had as apt knows them: apt-get update")
		if updateErr := apt(ctx, "update"); updateErr != nil {
			return fmt.Errorf("install %s: %w", list, errors.Join(err, updateErr))
		}
		if err := aptInstall(ctx, missing); err != nil {
			return fmt.Errorf("install %s: %w", list, err)
		}
	}
	if still := missingPackages(); len(still) > 0 {
		return fmt.Errorf("the packages %s are installed, and yet programs of them are missing", strings.Join(still, " "))
	}
	if slices.Contains(missing, "containerd") {
		disableService(ctx, "containerd", reporter)
	}
	return nil
}

func aptInstall(ctx context.Context, names []string) error {
	return apt(ctx, append([]string{"install", "--yes", "--no-install-recommends"}, names...)...)
}

func apt(ctx context.Context, args ...string) error {
	path, err := lookPath("apt-get")
	if err != nil {
		return err
	}
	command := exec.CommandContext(ctx, path, append([]string{"--quiet"}, args...)...)
	command.Env = append(os.Environ(), "DEBIAN_FRONTEND=noninteractive", "PATH="+process.SearchPath())
	if out, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("apt-get %s: %w\n%s", args[0], err, process.LastLines(string(out)))
	}
	return nil
}

// forbidServices keeps packages from starting their services while they are installed, in the way Debian provides:
// the cluster runs a containerd of its own, and another would be left running.
func forbidServices() (undo func(), err error) {
	const path = "/usr/sbin/policy-rc.d"
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return func() {}, nil // the machine has a policy of its own
	}
	const forbidden = "#!/bin/sh\nexit 101\n"
	if err := os.WriteFile(path, []byte(forbidden), 0o755); err != nil { //nolint:gosec // the policy is a program
		return nil, fmt.Errorf("keep packages from starting services: %w", err)
	}
	return func() { _ = os.Remove(path) }, nil
}

// disableService keeps the service of a package that was installed here from starting with the machine.
func disableService(ctx context.Context, name string, reporter *report.Reporter) {
	path, err := lookPath("systemctl")
	if err != nil {
		return
	}
	if out, err := exec.CommandContext(ctx, path, "disable", name).CombinedOutput(); err != nil {
		reporter.Step("the service %s could not be disabled and may start with the machine: %s", name, strings.TrimSpace(string(out)))
	}
}
