package node

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"chuan.dev/chuan/hack/cluster/internal/process"
	"chuan.dev/chuan/hack/cluster/internal/state"
)

// before is what the machine was when the cluster came, and so what Clean has to make of it again.
type before struct {
	Boot    string            `json:"boot"`    // of the kernel: what a later one is set to is not the cluster's doing
	Sysctls map[string]string `json:"sysctls"` // below /proc/sys
	Absent  []string          `json:"absent"`  // of the elsewhere, what was not there
}

const beforeFile = "before.json"

// elsewhere is what the programs of a cluster make in places that no flag of theirs names, each before what holds it.
var elsewhere = []string{
	"/var/log/containers", // the kubelet
	"/var/log/pods",
	kubeletSocket,
	"/var/lib/kubelet/device-plugins/kubelet_internal_checkpoint",
	"/var/lib/kubelet/device-plugins",
	"/var/lib/kubelet",
	"/var/lib/cni/results", // containerd, of its network plugins
	"/var/lib/cni",
	"/run/containerd/s", // containerd, of its shims
	"/run/containerd",
	"/run/mount", // mount
}

// recordBefore writes down what the machine is, before anything is changed.
func recordBefore(dir state.Dir) error {
	data, err := json.MarshalIndent(before{Boot: process.Boot(), Sysctls: readSysctls(), Absent: absent(elsewhere)}, "", "  ")
	if err != nil {
		return fmt.Errorf("write down what the machine is: %w", err)
	}
	return dir.Write(append(data, '\n'), 0o644, beforeFile)
}

// loadBefore reads what recordBefore wrote. A cluster that was cut off before it has changed nothing either.
func loadBefore(dir state.Dir) (before, error) {
	var was before
	data, err := os.ReadFile(dir.Path(beforeFile))
	if errors.Is(err, fs.ErrNotExist) {
		return was, nil
	}
	if err == nil {
		err = json.Unmarshal(data, &was)
	}
	if err != nil {
		return was, fmt.Errorf("read what the machine was before the cluster: %w", err)
	}
	return was, nil
}

func absent(paths []string) []string {
	var missing []string
	for _, path := range paths {
		if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
			missing = append(missing, path)
		}
	}
	return missing
}

// removeElsewhere removes the files of the cluster outside its directory, and then what was not there before it, as
// far as nobody else has put anything into it since.
func removeElsewhere(dir state.Dir, was before) error {
	return errors.Join(
		removeLogLinks(dir, "/var/log/containers"),
		removeResults(dir, "/var/lib/cni/results"),
		removeAbsent(was.Absent),
	)
}

// removeLogLinks removes the links that lead to the logs of the cluster's containers.
func removeLogLinks(dir state.Dir, links string) error {
	return removeMatching(links, "*", func(path string) bool {
		target, err := os.Readlink(path)
		return err == nil && strings.HasPrefix(target, dir.Path()+"/")
	})
}

// removeResults removes what the network plugins keep of each pod: of the cluster's own network, and of the loopback,
// which all users of such plugins share, as far as the pod's network namespace was in the cluster's directory.
func removeResults(dir state.Dir, results string) error {
	return removeMatching(results, "*", func(path string) bool {
		if strings.HasPrefix(filepath.Base(path), networkName+"-") {
			return true
		}
		data, err := os.ReadFile(path)
		return err == nil && strings.Contains(string(data), `"sandbox":"`+dir.Path()+"/")
	})
}

func removeMatching(dir, pattern string, matches func(path string) bool) error {
	paths, err := filepath.Glob(filepath.Join(dir, pattern))
	if err != nil {
		return fmt.Errorf("look into %s: %w", dir, err)
	}
	var failures []error
	for _, path := range paths {
		if !matches(path) {
			continue
		}
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			failures = append(failures, fmt.Errorf("remove what the cluster left: %w", err))
		}
	}
	return errors.Join(failures...)
}

// removeAbsent removes files and empty directories; a directory that is not empty is in use by others and stays.
func removeAbsent(paths []string) error {
	var failures []error
	for _, path := range paths {
		err := os.Remove(path)
		if err == nil || errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if entries, readErr := os.ReadDir(path); readErr == nil && len(entries) > 0 {
			continue
		}
		failures = append(failures, fmt.Errorf("remove what the cluster left: %w", err))
	}
	return errors.Join(failures...)
}
