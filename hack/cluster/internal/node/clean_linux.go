package node

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/moby/sys/mountinfo"
	"golang.org/x/sys/unix"

	"chuan.dev/chuan/hack/cluster/internal/state"
)

// Traces says whether the machine bears traces of the cluster of that directory, even if the directory is gone.
func Traces(dir state.Dir) bool {
	owner, exists := bridgeOwner()
	return exists && owner == dir
}

// Clean ends every process of the cluster and takes back what it changed on the machine, as far as it can; it may be
// run again, and after any crash. It does not delete the directory.
func Clean(dir state.Dir) error {
	if owner, exists := bridgeOwner(); exists && owner != dir {
		return fmt.Errorf("the bridge %s belongs to the cluster in %s: stop that one first", bridgeName, owner)
	}
	if err := killAll(); err != nil {
		return err
	}
	return errors.Join(
		removeShimSockets(dir),
		unmountAll(dir),
		removeChains(),
		removeBridge(),
		removeCgroups(),
		restoreSysctls(dir),
		removeFilesElsewhere(dir),
	)
}

// unmountAll unmounts what containerd and the kubelet have mounted below the directory, the last first.
func unmountAll(dir state.Dir) error {
	prefix := string(dir)
	if resolved, err := filepath.EvalSymlinks(prefix); err == nil {
		prefix = resolved
	}
	mounts, err := mountinfo.GetMounts(mountinfo.PrefixFilter(prefix))
	if err != nil {
		return fmt.Errorf("list the mounts below %s: %w", dir, err)
	}
	slices.Reverse(mounts)
	var failures []error
	for _, mount := range mounts {
		if mount.Mountpoint == prefix {
			continue // the directory itself may be a mount of its owner's
		}
		err := unix.Unmount(mount.Mountpoint, unix.MNT_DETACH|unix.UMOUNT_NOFOLLOW)
		if err != nil && !errors.Is(err, unix.EINVAL) && !errors.Is(err, unix.ENOENT) {
			failures = append(failures, fmt.Errorf("unmount %s: %w", mount.Mountpoint, err))
		}
	}
	return errors.Join(failures...)
}

// removeShimSockets removes the sockets of containerd's shims, which it puts into a place of its own choice. Every
// shim has left the path of its socket in the cluster's directory.
func removeShimSockets(dir state.Dir) error {
	const runtime, namespace = "io.containerd.runtime.v2.task", "k8s.io"
	addresses, err := filepath.Glob(dir.Path("containerd", "state", runtime, namespace, "*", "address"))
	if err != nil {
		return fmt.Errorf("list the sockets of the shims: %w", err)
	}
	for _, file := range addresses {
		data, err := os.ReadFile(file)
		if err != nil {
			continue
		}
		if socket, found := strings.CutPrefix(strings.TrimSpace(string(data)), "unix://"); found {
			os.Remove(socket)
		}
	}
	return nil
}

// removeFilesElsewhere removes what the kubelet and the network plugins put outside the cluster's directory, and the
// directories that this leaves empty.
func removeFilesElsewhere(dir state.Dir) error {
	const podLogs, networkResults = "/var/log/containers", "/var/lib/cni/results"
	links, err := filepath.Glob(filepath.Join(podLogs, "*"))
	if err != nil {
		return fmt.Errorf("list the logs of containers: %w", err)
	}
	for _, link := range links {
		if target, err := os.Readlink(link); err == nil && strings.HasPrefix(target, dir.Path()+"/") {
			os.Remove(link)
		}
	}
	results, err := filepath.Glob(filepath.Join(networkResults, networkName+"-*"))
	if err != nil {
		return fmt.Errorf("list the results of network plugins: %w", err)
	}
	for _, result := range results {
		os.Remove(result)
	}
	for _, directory := range []string{
		podLogs, networkResults, "/var/lib/cni", "/run/containerd/s", "/run/containerd",
	} {
		os.Remove(directory) // which does nothing to a directory that is not empty
	}
	return nil
}
