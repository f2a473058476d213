package node

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/moby/sys/mountinfo"
)

// Every process of the cluster is in a cgroup below cgroupName from its start: its daemons, and so the shims that
// containerd starts, in daemonCgroup, and its containers in those that the kubelet makes. So all of them are found
// again when nothing else is left that knows them.
const (
	cgroupMount  = "/sys/fs/cgroup"
	daemonCgroup = "daemons"
)

// hierarchy is a mounted hierarchy of cgroups: the one of version 2, or one a controller of version 1.
type hierarchy struct {
	path     string
	version2 bool
}

func hierarchies() ([]hierarchy, error) {
	mounts, err := mountinfo.GetMounts(mountinfo.FSTypeFilter("cgroup", "cgroup2"))
	if err != nil {
		return nil, fmt.Errorf("list the cgroup hierarchies: %w", err)
	}
	var all []hierarchy
	for _, mount := range mounts {
		found := hierarchy{path: mount.Mountpoint, version2: mount.FSType == "cgroup2"}
		if !slices.Contains(all, found) {
			all = append(all, found)
		}
	}
	return all, nil
}

// leading are the hierarchies that limit processes: those of version 1 where there are any, for then the one of
// version 2 beside them only groups.
func leading(all []hierarchy) ([]hierarchy, error) {
	version1 := slices.DeleteFunc(slices.Clone(all), func(h hierarchy) bool { return h.version2 })
	if len(version1) > 0 {
		return version1, nil
	}
	for _, h := range all {
		if h.path == cgroupMount {
			return []hierarchy{h}, nil
		}
	}
	return nil, fmt.Errorf("no cgroups are mounted at %s, and containers cannot run without: run this in a virtual machine or a privileged container, or %s", cgroupMount, wayOut)
}

func leadingHierarchies() ([]hierarchy, error) {
	all, err := hierarchies()
	if err != nil {
		return nil, err
	}
	return leading(all)
}

// makeCgroups makes the cluster's cgroup in every hierarchy that leads: the kubelet insists that it is there.
func makeCgroups() error {
	roots, err := leadingHierarchies()
	if err != nil {
		return err
	}
	for _, root := range roots {
		if err := enableControllers(root.path); err != nil {
			return err
		}
		if err := os.MkdirAll(filepath.Join(root.path, cgroupName, daemonCgroup), 0o750); err != nil {
			return fmt.Errorf("make a cgroup: %w: in a container, it must be privileged, or %s", err, wayOut)
		}
	}
	return nil
}

// enableControllers lets the cgroups below the root of version 2 have all the controllers that the root has. Version
// 1 has no such file.
func enableControllers(root string) error {
	controllers, err := os.ReadFile(filepath.Join(root, "cgroup.controllers"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read the cgroup controllers: %w", err)
	}
	for name := range strings.FieldsSeq(string(controllers)) {
		if err := os.WriteFile(filepath.Join(root, "cgroup.subtree_control"), []byte("+"+name), 0o600); err != nil {
			return fmt.Errorf("enable the cgroup controller %s: %w: in a container, it must be privileged and have a cgroup namespace that others do not run in, or %s", name, err, wayOut)
		}
	}
	return nil
}

// adopt puts a daemon into the cluster's cgroup, in one hierarchy, which is enough to find it.
func adopt(pid int) error {
	roots, err := leadingHierarchies()
	if err != nil {
		return err
	}
	root := roots[0].path
	for _, candidate := range roots {
		if filepath.Base(candidate.path) == "pids" { // which limits nothing here; cpuset would have to be set up first
			root = candidate.path
		}
	}
	procs := filepath.Join(root, cgroupName, daemonCgroup, "cgroup.procs")
	if err := os.WriteFile(procs, []byte(strconv.Itoa(pid)), 0o600); err != nil {
		return fmt.Errorf("put process %d into the cluster's cgroup: %w", pid, err)
	}
	return nil
}

// ownCgroups lists the cluster's cgroups in all hierarchies, each after those below it: runc and the kubelet make them
// in those that do not lead, too.
func ownCgroups() ([]string, error) {
	roots, err := hierarchies()
	if err != nil {
		return nil, err
	}
	var all []string
	for _, root := range roots {
		err := filepath.WalkDir(filepath.Join(root.path, cgroupName), func(path string, entry fs.DirEntry, err error) error {
			if errors.Is(err, fs.ErrNotExist) {
				return nil
			}
			if err == nil && entry.IsDir() {
				all = append(all, path)
			}
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("list the cluster's cgroups: %w", err)
		}
	}
	slices.Reverse(all)
	return all, nil
}

// killAll ends every process of the cluster, until there is none.
func killAll() error {
	const limit = 15 * time.Second
	for deadline := time.Now().Add(limit); ; time.Sleep(10 * time.Millisecond) {
		pids, err := ownProcesses()
		if err != nil || len(pids) == 0 {
			return err
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("processes %v of the cluster still run %s after they were killed", pids, limit)
		}
		for _, pid := range pids {
			if err := syscall.Kill(pid, syscall.SIGKILL); err != nil && !errors.Is(err, syscall.ESRCH) {
				return fmt.Errorf("kill process %d of the cluster: %w", pid, err)
			}
		}
	}
}

func ownProcesses() ([]int, error) {
	cgroups, err := ownCgroups()
	if err != nil {
		return nil, err
	}
	var pids []int
	for _, cgroup := range cgroups {
		data, err := os.ReadFile(filepath.Join(cgroup, "cgroup.procs"))
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENODEV) {
			continue // it went away meanwhile
		}
		if err != nil {
			return nil, fmt.Errorf("list the cluster's processes: %w", err)
		}
		for field := range strings.FieldsSeq(string(data)) {
			if pid, err := strconv.Atoi(field); err == nil && pid > 1 {
				pids = append(pids, pid)
			}
		}
	}
	return pids, nil
}

// removeCgroups removes the cluster's cgroups, which the kernel refuses for a moment after their last process ended.
func removeCgroups() error {
	const limit = 5 * time.Second
	for deadline := time.Now().Add(limit); ; time.Sleep(20 * time.Millisecond) {
		cgroups, err := ownCgroups()
		if err != nil || len(cgroups) == 0 {
			return err
		}
		var failed error
		for _, cgroup := range cgroups {
			if err := os.Remove(cgroup); err != nil && !errors.Is(err, fs.ErrNotExist) {
				failed = err
			}
		}
		if failed != nil && time.Now().After(deadline) {
			return fmt.Errorf("remove the cluster's cgroups: %w", failed)
		}
	}
}
