// Package node makes a machine the one node of a cluster, and makes it again what it was before.
package node

import (
	"bytes"
	"embed"
	"fmt"
	"path"
	"text/template"

	"chuan.dev/chuan/hack/cluster/internal/state"
)

// Programs are the directories of the built programs.
type Programs struct {
	Kubernetes, CoreDNS, Pause string
}

// What a machine has only one of bears these names, which is why it can hold only one such cluster.
const (
	nodeName    = "chuan"
	bridgeName  = "chuan0"
	networkName = "chuan-cluster"
	cgroupName  = "chuan-cluster"

	podCIDR     = "10.244.0.0/24" // 253 addresses for 250 pods
	gateway     = "10.244.0.1"    // of the bridge: the address of the node and of the API server
	serviceCIDR = "10.96.0.0/16"
	dnsAddress  = "10.96.0.10"
	apiAddress  = "10.96.0.1" // of the "kubernetes" service: the first of the services' addresses
	apiPort     = 6443

	provisioner     = "chuan.dev/local"
	provisionerUser = "chuan:volume-provisioner"
	pauseImage      = "chuan.dev/cluster/pause:local"
	coreDNSImage    = "chuan.dev/cluster/coredns:local"
)

//go:embed templates
var templateFiles embed.FS

var templates = template.Must(template.New("").Option("missingkey=error").ParseFS(templateFiles, "templates/*"))

// machine is what the files of a cluster depend on besides the constants.
type machine struct {
	dir         state.Dir
	bin         string // of Kubernetes
	cniBin      string
	snapshotter string
}

func (m machine) containerdSocket() string { return m.dir.Path("containerd", "containerd.sock") }

func (m machine) config(name string) string { return m.dir.Path("config", name) }

// render fills in the template of that name.
func (m machine) render(name string) ([]byte, error) {
	var out bytes.Buffer
	err := templates.ExecuteTemplate(&out, name, map[string]string{
		"Dir": string(m.dir), "CNIBin": m.cniBin, "Snapshotter": m.snapshotter, "Containerd": m.containerdSocket(),
		"Node": nodeName, "Bridge": bridgeName, "Network": networkName, "Cgroup": cgroupName,
		"PodCIDR": podCIDR, "Gateway": gateway, "DNS": dnsAddress,
		"Provisioner": provisioner, "ProvisionerUser": provisionerUser,
		"PauseImage": pauseImage, "CoreDNSImage": coreDNSImage,
	})
	if err != nil {
		return nil, fmt.Errorf("render %s: %w", name, err)
	}
	return out.Bytes(), nil
}

// writeConfigs renders every template into config/, but for the network's, which containerd wants alone in its place.
func (m machine) writeConfigs() error {
	entries, err := templateFiles.ReadDir("templates")
	if err != nil {
		return fmt.Errorf("list the templates: %w", err)
	}
	for _, entry := range entries {
		data, err := m.render(entry.Name())
		if err != nil {
			return err
		}
		directory := "config"
		if path.Ext(entry.Name()) == ".conflist" {
			directory = "cni"
		}
		if err := m.dir.Write(data, 0o644, directory, entry.Name()); err != nil {
			return err
		}
	}
	return nil
}
