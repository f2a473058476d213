// Package control runs etcd and the API server, which are a cluster of their own for tests and a part of a whole one.
package control

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"chuan.dev/chuan/hack/cluster/internal/pki"
	"chuan.dev/chuan/hack/cluster/internal/process"
	"chuan.dev/chuan/hack/cluster/internal/state"
)

// StartLimit is how long a cluster may take to start; on an idle machine it takes a tenth of that.
const StartLimit = 2 * time.Minute

// Options say where the API server of a cluster is and what it is more than an API server.
type Options struct {
	Dir         state.Dir
	Bin         string   // the directory of the programs
	Address     string   // that the API server listens on
	Port        int      // that it listens on; 0 is any free one
	Hosts       []string // further names and addresses it is called by
	ServiceCIDR string
	Flags       []string // of the API server, besides those that every cluster here has
}

// Plane is an API server with its store.
type Plane struct {
	options   Options
	authority *pki.Authority
	url       string
}

// ServiceAccountKey is the file of the private key that signs tokens, for the controller manager.
func ServiceAccountKey(dir state.Dir) string { return dir.Path("pki", "service-accounts.key") }

// AuthorityCert is the file of the authority's certificate.
func AuthorityCert(dir state.Dir) string { return dir.Path("pki", "ca.crt") }

// New makes the certificates and writes the administrator's kubeconfig.
func New(ctx context.Context, options Options) (*Plane, error) {
	if options.Port == 0 {
		port, err := freePort(ctx, options.Address)
		if err != nil {
			return nil, err
		}
		options.Port = port
	}
	authority, err := pki.NewAuthority()
	if err != nil {
		return nil, err
	}
	address := net.JoinHostPort(options.Address, strconv.Itoa(options.Port))
	plane := &Plane{options: options, authority: authority, url: "https://" + address}
	if err := plane.writeFiles(); err != nil {
		return nil, err
	}
	if err := plane.WriteKubeconfig(options.Dir.Kubeconfig(), "administrator", "system:masters"); err != nil {
		return nil, err
	}
	return plane, nil
}

// freePort asks the kernel for a port. Another program may take it before the API server does; then the API server
// says so in its log and the command can be given again.
func freePort(ctx context.Context, address string) (int, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", net.JoinHostPort(address, "0"))
	if err != nil {
		return 0, fmt.Errorf("find a free port: %w", err)
	}
	port := listener.Addr().(*net.TCPAddr).Port
	return port, listener.Close()
}

func (p *Plane) writeFiles() error {
	hosts := append([]string{
		p.options.Address, "127.0.0.1", "localhost", "kubernetes", "kubernetes.default",
		"kubernetes.default.svc", "kubernetes.default.svc.cluster.local",
	}, p.options.Hosts...)
	signing, verifying, err := pki.NewSigningKey()
	if err != nil {
		return err
	}
	return errors.Join(
		p.WriteServerPair("api-server", hosts...),
		p.writePrivate(p.authority.Cert, "pki", "ca.crt"),
		p.writePrivate(signing, "pki", "service-accounts.key"),
		p.writePrivate(verifying, "pki", "service-accounts.pub"),
	)
}

func (p *Plane) writePrivate(data []byte, elements ...string) error {
	const ownerOnly fs.FileMode = 0o600
	return p.options.Dir.Write(data, ownerOnly, elements...)
}

// WriteKubeconfig writes the file by which a component, or the administrator, reaches the API server.
func (p *Plane) WriteKubeconfig(path, user string, groups ...string) error {
	pair, err := p.authority.Client(user, groups...)
	if err != nil {
		return err
	}
	data, err := kubeconfig(p.url, user, p.authority.Cert, pair)
	if err != nil {
		return err
	}
	relative, err := filepath.Rel(string(p.options.Dir), path)
	if err != nil {
		return fmt.Errorf("write the kubeconfig of %s: %w", user, err)
	}
	return p.writePrivate(data, relative)
}

// WriteServerPair writes a serving certificate as pki/NAME.crt and its key as pki/NAME.key.
func (p *Plane) WriteServerPair(name string, hosts ...string) error {
	pair, err := p.authority.Server(name, hosts...)
	return p.writePair(name, pair, err)
}

// WriteClientPair writes a client's certificate as pki/NAME.crt and its key as pki/NAME.key.
func (p *Plane) WriteClientPair(name string, groups ...string) error {
	pair, err := p.authority.Client(name, groups...)
	return p.writePair(name, pair, err)
}

func (p *Plane) writePair(name string, pair *pki.Pair, err error) error {
	if err != nil {
		return err
	}
	return errors.Join(p.writePrivate(pair.Cert, "pki", name+".crt"), p.writePrivate(pair.Key, "pki", name+".key"))
}

// Start starts both programs without waiting for them. start is process.Start, or does more than it.
func (p *Plane) Start(start func(process.Spec) error) error {
	dir := string(p.options.Dir)
	if err := os.MkdirAll(p.options.Dir.Path("etcd"), 0o700); err != nil {
		return fmt.Errorf("make etcd's directory: %w", err)
	}
	return errors.Join(
		start(process.Spec{Name: "etcd", Path: filepath.Join(p.options.Bin, "etcd"), Args: etcdFlags(), Dir: dir}),
		start(process.Spec{Name: "kube-apiserver", Path: filepath.Join(p.options.Bin, "kube-apiserver"), Args: p.flags(), Dir: dir}),
	)
}

// WaitReady waits until the API server answers that it is ready.
func WaitReady(ctx context.Context, dir state.Dir) error {
	client, err := NewClient(dir.Kubeconfig())
	if err != nil {
		return err
	}
	processes, err := process.List(dir)
	if err != nil {
		return err
	}
	return process.Wait(ctx, "the API server", processes, client.Ready)
}
