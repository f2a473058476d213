// Package artifacts builds the programs of a cluster from Go modules and keeps them in a cache outside the repository.
package artifacts

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/modfile"
)

// modulePath is what the go.mod at the root of the sources must say.
const modulePath = "chuan.dev/chuan/hack/cluster"

// A Part is one binary that is built, and cached, as a whole.
type Part struct {
	Name    string   // of the binary
	Dir     string   // of its main package, below the sources
	Module  string   // the required module whose version names the part; empty for a part without one
	Names   []string // the names the binary is started by, if it is several programs
	Flags   []string // of go build
	version func(version string) (ldflags string)
}

// Kubernetes is etcd, every Kubernetes component and kubectl in one binary: all that an API server alone needs.
var Kubernetes = Part{
	Name:   "kubernetes",
	Dir:    "kubernetes",
	Module: "k8s.io/kubernetes",
	Names: []string{
		"etcd", "kube-apiserver", "kubectl", "kube-controller-manager", "kube-scheduler",
		"kubelet", "kube-proxy", "volume-provisioner",
	},
	// No debugger will look at these packages. Others, and the standard library, are compiled as everywhere else, so
	// that the product's own build shares them.
	Flags:   []string{"-gcflags=k8s.io/...=-dwarf=false"},
	version: kubernetesVersion,
}

// CoreDNS is the cluster's DNS server.
var CoreDNS = Part{Name: "coredns", Dir: "coredns", Module: "github.com/coredns/coredns"}

// Pause is the first process of every pod.
var Pause = Part{Name: "pause", Dir: "pause"}

// kubernetesVersion stamps the version into the binary: without it clients take the server for v0.0.0 and refuse it.
func kubernetesVersion(version string) string {
	major, minor := "", ""
	if numbers := strings.Split(strings.TrimPrefix(version, "v"), "."); len(numbers) > 1 {
		major, minor = numbers[0], numbers[1]
	}
	const server, client = "k8s.io/component-base/version", "k8s.io/client-go/pkg/version"
	return fmt.Sprintf("-X %[1]s.gitVersion=%[3]s -X %[1]s.gitMajor=%[4]s -X %[1]s.gitMinor=%[5]s -X %[2]s.gitVersion=%[3]s",
		server, client, version, major, minor)
}

// requiredVersion reads from the part's go.mod which version of its module it is built from.
func (p Part) requiredVersion(sources string) (string, error) {
	if p.Module == "" {
		return "", nil
	}
	path := filepath.Join(sources, p.Dir, "go.mod")
	data, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("read the module of %s: %w", p.Name, err)
	}
	file, err := modfile.ParseLax(path, data, nil)
	if err != nil {
		return "", fmt.Errorf("read the module of %s: %w", p.Name, err)
	}
	for _, require := range file.Require {
		if require.Mod.Path == p.Module {
			return require.Mod.Version, nil
		}
	}
	return "", fmt.Errorf("%s does not require %s", path, p.Module)
}

// FindSources looks for the module of this program in the working directory and the directories above it: itself, or
// as hack/cluster of the repository.
func FindSources() (string, error) {
	start, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("find the sources of the cluster: %w", err)
	}
	for dir := start; ; dir = filepath.Dir(dir) {
		for _, candidate := range []string{dir, filepath.Join(dir, "hack", "cluster")} {
			data, err := os.ReadFile(filepath.Join(candidate, "go.mod"))
			if err == nil && modfile.ModulePath(data) == modulePath {
				return candidate, nil
			}
		}
		if dir == filepath.Dir(dir) {
			return "", fmt.Errorf("neither %s nor a directory above it holds hack/cluster: run this inside a checkout of the repository", start)
		}
	}
}
