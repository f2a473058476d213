package node

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"chuan.dev/chuan/hack/cluster/internal/process"
)

const sysctlRoot = "/proc/sys"

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

// readSysctls returns those of the settings that this kernel has.
func readSysctls() map[string]string {
	values := map[string]string{}
	for _, name := range changedSysctls {
		if value, err := os.ReadFile(filepath.Join(sysctlRoot, name)); err == nil {
			values[name] = strings.TrimSpace(string(value))
		}
	}
	return values
}

func setSysctls() error {
	for _, name := range neededSysctls {
		if err := writeSysctl(name, "1"); err != nil {
			return err
		}
	}
	return nil
}

// restoreSysctls sets again what was set before, unless the kernel has begun anew since.
func restoreSysctls(was before) error {
	if was.Boot != process.Boot() {
		return nil
	}
	var failures []error
	for name, value := range was.Sysctls {
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
	if err := os.WriteFile(path, []byte(value), 0o600); err != nil {
		return fmt.Errorf("set the kernel's %s to %s: %w", strings.ReplaceAll(name, "/", "."), value, err)
	}
	return nil
}
