package node

import (
	"path/filepath"

	"chuan.dev/chuan/hack/cluster/internal/control"
	"chuan.dev/chuan/hack/cluster/internal/process"
)

// users are the components that talk to the API server, with the groups they are in.
var users = map[string]struct {
	name   string
	groups []string
}{
	"kube-controller-manager": {name: "system:kube-controller-manager"},
	"kube-scheduler":          {name: "system:kube-scheduler"},
	"kube-proxy":              {name: "system:kube-proxy"},
	"kubelet":                 {name: "system:node:" + nodeName, groups: []string{"system:nodes"}},
	"volume-provisioner":      {name: provisionerUser},
}

func (m machine) kubeconfig(component string) string { return m.config(component + ".kubeconfig") }

// apiServerFlags make the API server one with a node: only its kubelet may act for it, and it is reached for logs
// and for exec.
func (m machine) apiServerFlags() []string {
	return []string{
		"--authorization-mode=Node,RBAC",
		"--enable-admission-plugins=NodeRestriction",
		"--kubelet-preferred-address-types=InternalIP",
		"--kubelet-certificate-authority=" + control.AuthorityCert(m.dir),
		"--kubelet-client-certificate=" + m.dir.Path("pki", kubeletClient+".crt"),
		"--kubelet-client-key=" + m.dir.Path("pki", kubeletClient+".key"),
	}
}

// kubeletClient is whom the kubelet takes the API server for.
const kubeletClient = "kube-apiserver-kubelet-client"

func (m machine) containerd(path string) process.Spec {
	return process.Spec{Name: "containerd", Path: path, Args: []string{"--config=" + m.config("containerd.toml")}, Dir: string(m.dir)}
}

// components are the programs that follow the API server. The limits on their requests are far above the defaults,
// which are meant for an API server that many share and would be what a demonstration waits for.
func (m machine) components() []process.Spec {
	return []process.Spec{
		m.component("kube-controller-manager",
			"--kubeconfig="+m.kubeconfig("kube-controller-manager"),
			"--leader-elect=false",
			"--secure-port=0",
			"--use-service-account-credentials=true",
			"--service-account-private-key-file="+control.ServiceAccountKey(m.dir),
			"--root-ca-file="+control.AuthorityCert(m.dir),
			"--kube-api-qps=500", "--kube-api-burst=1000",
			"--concurrent-statefulset-syncs=20",
			"--pvclaimbinder-sync-period=5s",
			"--flex-volume-plugin-dir="+m.dir.Path("volume-plugins"),
		),
		m.component("kube-scheduler", "--config="+m.config("scheduler.yaml"), "--secure-port=0"),
		m.component("kubelet",
			"--config="+m.config("kubelet.yaml"),
			"--kubeconfig="+m.kubeconfig("kubelet"),
			"--root-dir="+m.dir.Path("kubelet"),
			"--hostname-override="+nodeName,
			"--node-ip="+gateway,
		),
		m.component("kube-proxy", "--config="+m.config("kube-proxy.yaml")),
		m.component("volume-provisioner",
			"--kubeconfig="+m.kubeconfig("volume-provisioner"),
			"--provisioner="+provisioner,
			"--root="+m.dir.Path("volumes"),
			"--node="+nodeName,
		),
	}
}

func (m machine) component(name string, args ...string) process.Spec {
	return process.Spec{Name: name, Path: filepath.Join(m.bin, name), Args: args, Dir: string(m.dir)}
}
