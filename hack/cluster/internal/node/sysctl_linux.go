package node

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"chuan.dev/chuan/hack/cluster/internal/state"
)

const (
	sysctlRoot  = "/proc/sys"
	savedSysctl = "sysctl.json"
)

// changedSysctls are what this program, the kubelet and the network plugins may set.
var changedSysctls = []string{
	"kernel/keys/root_maxbytes",
	"kernel/keys/root_maxkeys",
	"kernel/panic",
	"kernel/panic_on_oops",
	"net/bridge/bridge-nf-call-iptables",
	"net/ipv4/conf/all/route_localnet",
	"net/ipv4/ip_forward",
	"vm/overcommit_memory",
	"vm/panic_on_oom",
}

// neededSysctls route the pods' traffic, and show what passes the bridge to the rules of the services.
var neededSysctls = []string{"net/ipv4/ip_forward", "net/bridge/bridge-nf-call-iptables"}

// setSysctls sets what the cluster needs, after it has saved what every one of them was.
func setSysctls(dir state.Dir) error {
	was := map[string]string{}
	for _, name := range changedSysctls {
		value, err := os.ReadFile(filepath.Join(sysctlRoot, name))
		if err == nil {
			was[name] = strings.TrimSpace(string(value))
		}
	}
	data, err := json.MarshalIndent(was, "", "  ")
	if err != nil {
		return fmt.Errorf("save the kernel's settings: %w", err)
	}
	if err := dir.Write(data, 0o644, savedSysctl); err != nil {
		return err
	}
	for _, name := range neededSysctls {
		if err := writeSysctl(name, "1"); err != nil {
			return err
		}
	}
	return nil
}

func restoreSysctls(dir state.Dir) error {
	data, err := os.ReadFile(dir.Path(savedSysctl))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read what the kernel's settings were: %w", err)
	}
	var was map[string]string
	if err := json.Unmarshal(data, &was); err != nil {
		return fmt.Errorf("read what the kernel's settings were: %w", err)
	}
	var failures []error
	for name, value := range was {
		failures = append(failures, writeSysctl(name, value))
	}
	return errors.Join(failures...)
}

// writeSysctl leaves alone what is right already: a sandbox may show a setting that it does not let anyone write.
func writeSysctl(name, value string) error {
	path := filepath.Join(sysctlRoot, name)
	if have, err := os.ReadFile(path); err == nil && strings.TrimSpace(string(have)) == value {
		return nil
	}
	if err := os.WriteFile(path, []byte(value), 0o644); err != nil {
		return fmt.Errorf("set the kernel's %s to %s: %w", strings.ReplaceAll(name, "/", "."), value, err)
	}
	return nil
}
