package control

import (
	"os"
	"slices"
	"strings"
	"testing"

	"chuan.dev/chuan/hack/cluster/internal/state"
)

func TestNewWritesWhatTheAPIServerAndItsClientsNeed(t *testing.T) {
	dir := state.Dir(t.TempDir())
	plane, err := New(t.Context(), Options{Dir: dir, Bin: "/bin", Address: "127.0.0.1", ServiceCIDR: "10.96.0.0/16", Flags: StandaloneFlags()})
	if err != nil {
		t.Fatal(err)
	}
	if plane.options.Port == 0 {
		t.Error("no port was chosen")
	}
	if _, err := NewClient(dir.Kubeconfig()); err != nil {
		t.Errorf("the kubeconfig cannot be used: %v", err)
	}
	for _, flag := range plane.flags() {
		_, path, _ := strings.Cut(flag, "=")
		if !strings.HasPrefix(path, string(dir)) {
			continue
		}
		info, err := os.Stat(path)
		if err != nil {
			t.Errorf("%s: %v", flag, err)
		} else if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %s", path, info.Mode())
		}
	}
	if !slices.Contains(plane.flags(), "--authorization-mode=RBAC") {
		t.Error("the further flags are missing")
	}
	if _, err := os.Stat(dir.Path("pki", "ca.key")); err == nil {
		t.Error("the authority's key must not be on disk")
	}
}

func TestKubeconfigOfAnotherShapeIsAnError(t *testing.T) {
	dir := state.Dir(t.TempDir())
	if err := dir.Write([]byte("clusters: []\n"), 0o600, "kubeconfig"); err != nil {
		t.Fatal(err)
	}
	if _, err := NewClient(dir.Kubeconfig()); err == nil {
		t.Error("a kubeconfig without a cluster was taken")
	}
}
