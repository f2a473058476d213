package control

import "strconv"

// etcdSocket and peerSocket are files in the cluster's directory, which is the working directory of etcd and of the
// API server: no port that could be taken, none that other users of the machine could reach, and no path that could
// be too long for a socket. etcd insists on what looks like a host and a port.
const (
	etcdSocket = "unix://etcd-client.sock:0"
	peerSocket = "unix://etcd-peer.sock:0"
)

// etcdFlags let etcd skip what makes data survive a crash of the machine: this cluster does not.
func etcdFlags() []string {
	return []string{
		"--name=chuan",
		"--data-dir=etcd",
		"--unsafe-no-fsync",
		"--listen-client-urls=" + etcdSocket,
		"--advertise-client-urls=" + etcdSocket,
		"--listen-peer-urls=" + peerSocket,
		"--initial-advertise-peer-urls=" + peerSocket,
		"--initial-cluster=chuan=" + peerSocket,
		"--log-level=warn",
	}
}

func (p *Plane) flags() []string {
	pki := func(name string) string { return p.options.Dir.Path("pki", name) }
	return append([]string{
		"--etcd-servers=" + etcdSocket,
		"--bind-address=" + p.options.Address,
		"--advertise-address=" + p.options.Address,
		"--secure-port=" + strconv.Itoa(p.options.Port),
		"--service-cluster-ip-range=" + p.options.ServiceCIDR,
		"--tls-cert-file=" + pki("api-server.crt"),
		"--tls-private-key-file=" + pki("api-server.key"),
		"--client-ca-file=" + AuthorityCert(p.options.Dir),
		"--service-account-issuer=https://kubernetes.default.svc.cluster.local",
		"--service-account-key-file=" + pki("service-accounts.pub"),
		"--service-account-signing-key-file=" + ServiceAccountKey(p.options.Dir),
		"--allow-privileged=true",
		"--enable-priority-and-fairness=false", // one user: fairness would only slow it down
		"--max-requests-inflight=0",
		"--max-mutating-requests-inflight=0",
		"--profiling=false",
	}, p.options.Flags...)
}

// StandaloneFlags are those of an API server without controllers: nothing makes service accounts, so pods are admitted
// without them, and nothing serves the "kubernetes" service, so it has no endpoints.
func StandaloneFlags() []string {
	return []string{
		"--authorization-mode=RBAC",
		"--disable-admission-plugins=ServiceAccount",
		"--endpoint-reconciler-type=none",
	}
}
