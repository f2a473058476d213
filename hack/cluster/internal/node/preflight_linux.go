package node

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"

	"chuan.dev/chuan/hack/cluster/internal/process"
	"chuan.dev/chuan/hack/cluster/internal/state"
)

// wayOut is what is left to those whose machine cannot be a node.
const wayOut = "use a cluster that you have instead, through KUBECONFIG: make demo CLUSTER=existing"

// supported says why this machine cannot be a node for the user who asks.
func supported() error {
	if os.Geteuid() != 0 {
		return errors.New("a node needs root: run this as root, or " + wayOut)
	}
	return nil
}

// checkMachine looks for what a node needs of the kernel, before anything is changed.
func checkMachine(ctx context.Context, dir state.Dir) error {
	const socketPath, longestBelow = 108, 48
	if len(dir) > socketPath-longestBelow {
		return fmt.Errorf("the path %s is too long for the sockets in it: name a shorter one with --dir", dir)
	}
	for capability, name := range map[int]string{unix.CAP_SYS_ADMIN: "CAP_SYS_ADMIN", unix.CAP_NET_ADMIN: "CAP_NET_ADMIN"} {
		has, err := hasCapability(capability)
		if err != nil {
			return err
		}
		if !has {
			return fmt.Errorf("root lacks %s here: run this in a virtual machine or a privileged container, or %s", name, wayOut)
		}
	}
	if _, err := leadingHierarchies(); err != nil {
		return err
	}
	if _, err := os.Stat("/dev/kmsg"); err != nil {
		return fmt.Errorf("the kubelet needs /dev/kmsg: %w: give it to the container, or %s", err, wayOut)
	}
	if err := needModule(ctx, "br_netfilter", "/proc/sys/net/bridge"); err != nil {
		return err
	}
	return needModule(ctx, "overlay", "/sys/module/overlay")
}

func hasCapability(number int) (bool, error) {
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var data [2]unix.CapUserData
	if err := unix.Capget(&header, &data[0]); err != nil {
		return false, fmt.Errorf("read the capabilities: %w", err)
	}
	const bits = 32
	return data[number/bits].Effective&(1<<(number%bits)) != 0, nil
}

// needModule loads a module of the kernel unless the path shows that what it does is there.
func needModule(ctx context.Context, name, path string) error {
	if _, err := os.Stat(path); err == nil || isFileSystem(name) {
		return nil
	}
	modprobe, err := lookPath("modprobe")
	if err == nil {
		var out []byte
		if out, err = exec.CommandContext(ctx, modprobe, name).CombinedOutput(); err != nil {
			err = fmt.Errorf("%w: %s", err, bytes.TrimSpace(out))
		}
	}
	if err != nil {
		return fmt.Errorf("the kernel has no %s and it cannot be loaded: %w: load it with modprobe, or %s", name, err, wayOut)
	}
	return nil
}

func isFileSystem(name string) bool {
	data, err := os.ReadFile("/proc/filesystems")
	return err == nil && bytes.Contains(data, []byte("\t"+name+"\n"))
}

// kubeletSocket is where a kubelet listens for device plugins; no flag changes it.
const kubeletSocket = "/var/lib/kubelet/device-plugins/kubelet.sock"

// checkConflicts looks for another cluster, ours or not, on the machine.
func checkConflicts(ctx context.Context) error {
	if owner, exists := bridgeOwner(); exists {
		if owner == "" {
			owner = "a directory that is not known"
		}
		return fmt.Errorf("the bridge %s belongs to the cluster in %s, and a machine holds only one: stop that one with `down --dir %s`",
			bridgeName, owner, owner)
	}
	if err := addressConflict(); err != nil {
		return err
	}
	if listens(ctx, kubeletSocket) {
		return fmt.Errorf("another kubelet runs on this machine and listens at %s, a place that each would take from the other: stop that one first, or %s", kubeletSocket, wayOut)
	}
	rules, err := saveRules(ctx, "iptables")
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if err != nil {
		return fmt.Errorf("iptables does not work here: %w: in a container, it must be privileged, or %s", err, wayOut)
	}
	if strings.Contains(rules, "\n:KUBE-SERVICES ") {
		return errors.New("another cluster's kube-proxy has its rules on this machine (iptables chain KUBE-SERVICES): stop that cluster, or restart the machine if it is gone")
	}
	return nil
}

// listens says whether a program listens at the socket, as opposed to one that has ended and left it.
func listens(ctx context.Context, socket string) bool {
	connection, err := new(net.Dialer).DialContext(ctx, "unix", socket)
	if err != nil {
		return false
	}
	_ = connection.Close()
	return true
}

// lookPath finds a program also where the PATH of the user does not lead.
func lookPath(name string) (string, error) {
	for _, dir := range filepath.SplitList(process.SearchPath()) {
		path := filepath.Join(dir, name)
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0 {
			return path, nil
		}
	}
	return "", fmt.Errorf("find the program %s: %w", name, fs.ErrNotExist)
}
