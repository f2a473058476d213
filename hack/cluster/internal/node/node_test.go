package node

import (
	"encoding/json"
	"os"
	"path"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"chuan.dev/chuan/hack/cluster/internal/state"
)

func testMachine(t *testing.T) machine {
	t.Helper()
	return machine{dir: state.Dir(t.TempDir()), bin: "/bin", cniBin: "/usr/lib/cni", snapshotter: "overlayfs"}
}

func TestTemplatesRender(t *testing.T) {
	m := testMachine(t)
	entries, err := templateFiles.ReadDir("templates")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		data, err := m.render(entry.Name())
		if err != nil {
			t.Fatal(err)
		}
		switch path.Ext(entry.Name()) {
		case ".yaml":
			for document := range strings.SplitSeq(string(data), "\n---\n") {
				var object map[string]any
				if err := yaml.UnmarshalStrict([]byte(document), &object); err != nil {
					t.Errorf("%s: %v", entry.Name(), err)
				}
				if object["kind"] == nil || object["apiVersion"] == nil {
					t.Errorf("%s: a document without a kind or version:\n%s", entry.Name(), document)
				}
			}
		case ".conflist":
			if !json.Valid(data) {
				t.Errorf("%s is not JSON:\n%s", entry.Name(), data)
			}
		}
	}
}

func TestOnlyTheNetworkIsWhereContainerdLooksForNetworks(t *testing.T) {
	m := testMachine(t)
	if err := m.writeConfigs(); err != nil {
		t.Fatal(err)
	}
	networks, err := os.ReadDir(m.dir.Path("cni"))
	if err != nil {
		t.Fatal(err)
	}
	if len(networks) != 1 || networks[0].Name() != "chuan.conflist" {
		t.Errorf("cni/ holds %v", networks)
	}
	for _, name := range []string{"containerd.toml", "kubelet.yaml", "kube-proxy.yaml", "scheduler.yaml", "addons.yaml"} {
		if _, err := os.Stat(m.config(name)); err != nil {
			t.Error(err)
		}
	}
}

// A machine whose disk is nearly full must not lose pods or images over it: no threshold of the disk may be left to
// its default.
func TestKubeletNeverEvictsForTheDisk(t *testing.T) {
	data, err := testMachine(t).render("kubelet.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var config struct {
		EvictionHard                map[string]string `json:"evictionHard"`
		EvictionSoft                map[string]string `json:"evictionSoft"`
		ImageGCHighThresholdPercent int               `json:"imageGCHighThresholdPercent"`
	}
	if err := yaml.Unmarshal(data, &config); err != nil {
		t.Fatal(err)
	}
	for _, signal := range []string{"nodefs.available", "nodefs.inodesFree", "imagefs.available", "imagefs.inodesFree"} {
		if got := config.EvictionHard[signal]; got != "0%" {
			t.Errorf("%s is %q, want 0%%, which switches it off", signal, got)
		}
	}
	if len(config.EvictionSoft) > 0 || config.ImageGCHighThresholdPercent != 100 {
		t.Errorf("soft eviction %v and image collection above %d%%, want none", config.EvictionSoft, config.ImageGCHighThresholdPercent)
	}
}

func TestEveryComponentHasTheKubeconfigItNames(t *testing.T) {
	m := testMachine(t)
	for _, spec := range m.components() {
		for _, arg := range spec.Args {
			file, isKubeconfig := strings.CutPrefix(arg, "--kubeconfig=")
			if !isKubeconfig {
				continue
			}
			component := strings.TrimSuffix(path.Base(file), ".kubeconfig")
			if _, known := users[component]; !known || file != m.kubeconfig(component) {
				t.Errorf("%s reads %s, which is not written", spec.Name, file)
			}
		}
	}
}
