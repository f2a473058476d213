package node

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/moby/sys/mountinfo"
	"golang.org/x/sys/unix"

	"chuan.dev/chuan/hack/cluster/internal/state"
)

// Traces says whether the machine bears traces of the cluster of that directory, even if the directory is gone. The
// bridge, which is made first and removed last, says whose they are.
func Traces(dir state.Dir) bool {
	owner, exists := bridgeOwner()
	return exists && owner == dir
}

// Clean ends every process of the cluster and takes back what it changed on the machine, as far as it can; it may be
// run again, and after any crash. It does not delete the directory.
func Clean(ctx context.Context, dir state.Dir) error {
	if owner, exists := bridgeOwner(); exists && owner != dir {
		return fmt.Errorf("the bridge %s belongs to the cluster in %s: stop that one first", bridgeName, owner)
	}
	was, err := loadBefore(dir)
	if err != nil {
		return err
	}
	if err := killAll(); err != nil {
		return err
	}
	return errors.Join(
		removeShimSockets(dir),
		unmountAll(dir),
		removeChains(ctx),
		removeCgroups(),
		restoreSysctls(was),
		removeElsewhere(dir, was),
		removeBridge(),
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

// removeShimSockets removes the sockets of containerd's shims, which are in a place that all containerds share. Every
// shim has left the path of its socket in the cluster's directory.
func removeShimSockets(dir state.Dir) error {
	const shimSockets, runtime, namespace = "/run/containerd/s", "io.containerd.runtime.v2.task", "k8s.io"
	addresses, err := filepath.Glob(dir.Path("containerd", "state", runtime, namespace, "*", "address"))
	if err != nil {
		return fmt.Errorf("list the sockets of the shims: %w", err)
	}
	var failures []error
	for _, file := range addresses {
		data, err := os.ReadFile(file)
		if err != nil {
			continue // the shim had not come so far
		}
		socket, found := strings.CutPrefix(strings.TrimSpace(string(data)), "unix://")
		if !found {
			continue
		}
		if err := os.Remove(filepath.Join(shimSockets, filepath.Base(socket))); err != nil && !errors.Is(err, fs.ErrNotExist) {
			failures = append(failures, fmt.Errorf("remove the socket of a shim: %w", err))
		}
	}
	return errors.Join(failures...)
}
