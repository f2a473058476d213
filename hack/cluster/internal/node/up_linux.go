package node

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"golang.org/x/sync/errgroup"

	"chuan.dev/chuan/hack/cluster/internal/control"
	"chuan.dev/chuan/hack/cluster/internal/image"
	"chuan.dev/chuan/hack/cluster/internal/process"
	"chuan.dev/chuan/hack/cluster/internal/report"
	"chuan.dev/chuan/hack/cluster/internal/state"
)

// Prepare looks whether this machine can hold the cluster, before anything long or lasting is done, and installs the
// programs that a node needs and Kubernetes does not bring.
func Prepare(ctx context.Context, dir state.Dir, reporter *report.Reporter) error {
	if err := supported(); err != nil {
		return err
	}
	if _, err := dir.Load(); !errors.Is(err, state.ErrNone) {
		return err // of a cluster that is there, Up says how it is
	}
	if err := checkMachine(ctx, dir); err != nil {
		return err
	}
	if err := checkConflicts(ctx); err != nil {
		return err
	}
	return installPackages(ctx, reporter)
}

// Up starts the cluster and waits until it can be used.
func Up(ctx context.Context, dir state.Dir, programs Programs, reporter *report.Reporter) error {
	if _, err := dir.Load(); !errors.Is(err, state.ErrNone) {
		if err == nil {
			err = alreadyUp(ctx, dir, reporter)
		}
		return err
	}
	if err := checkConflicts(ctx); err != nil { // again: much may have happened while the programs were built
		return err
	}
	if err := dir.Claim(state.Cluster{Kind: state.Node, Bin: programs.Kubernetes}); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, control.StartLimit)
	defer cancel()
	if err := start(ctx, dir, programs, reporter); err != nil {
		return fmt.Errorf("%w\nThe cluster's directory %s stays for a closer look; `down` stops what runs and removes it", err, dir)
	}
	return nil
}

// alreadyUp is nil when all of the cluster in the directory runs.
func alreadyUp(ctx context.Context, dir state.Dir, reporter *report.Reporter) error {
	processes, err := process.List(dir)
	if err != nil {
		return err
	}
	var ended []string
	for _, p := range processes {
		if !p.Alive() {
			ended = append(ended, p.Name+" (log: "+p.Log+")")
		}
	}
	if len(ended) > 0 {
		return fmt.Errorf("the cluster in %s is broken, these have ended: %s: start afresh with `down` and `up`", dir, strings.Join(ended, ", "))
	}
	client, err := control.NewClient(dir.Kubeconfig())
	if err == nil {
		err = client.Condition(ctx, nodePath, "Ready")
	}
	if err != nil {
		return fmt.Errorf("the cluster in %s holds no node that is ready: start afresh with `down` and `up`: %w", dir, err)
	}
	reporter.Step("the cluster in %s is already up", dir)
	return nil
}

const (
	nodePath    = "/api/v1/nodes/" + nodeName
	coreDNSPath = "/apis/apps/v1/namespaces/kube-system/deployments/coredns"
)

// start does the work in the order in which things need each other.
func start(ctx context.Context, dir state.Dir, programs Programs, reporter *report.Reporter) error {
	m, err := newMachine(dir, programs)
	if err != nil {
		return err
	}
	if err := prepareMachine(ctx, dir); err != nil {
		return err
	}
	plane, err := m.writeFiles(ctx)
	if err != nil {
		return err
	}
	reporter.Step("bridge %s, certificates and settings are made; start etcd, the API server and containerd", bridgeName)
	if err := plane.Start(m.start); err != nil {
		return err
	}
	if err := m.startContainerd(); err != nil {
		return err
	}
	group, ready := errgroup.WithContext(ctx)
	group.Go(func() error { return control.WaitReady(ready, dir) })
	group.Go(func() error { return m.loadImages(ready, programs) })
	if err := group.Wait(); err != nil {
		return err
	}
	reporter.Step("the API server is ready; start the controllers, the kubelet and kube-proxy")
	for _, spec := range m.components() {
		if err := m.start(spec); err != nil {
			return err
		}
	}
	if err := m.applyAddons(ctx); err != nil {
		return err
	}
	return waitUsable(ctx, dir, reporter)
}

func newMachine(dir state.Dir, programs Programs) (machine, error) {
	plugins, found := findPlugins()
	if !found {
		return machine{}, fmt.Errorf("the network plugins are in none of %s", strings.Join(pluginDirs, ", "))
	}
	unpackAs, err := snapshotter(dir)
	return machine{dir: dir, bin: programs.Kubernetes, cniBin: plugins, snapshotter: unpackAs}, err
}

// prepareMachine makes the changes to the machine that Clean takes back.
func prepareMachine(ctx context.Context, dir state.Dir) error {
	if err := recordBefore(dir); err != nil {
		return err
	}
	if err := makeBridge(dir); err != nil {
		return err
	}
	if err := setSysctls(); err != nil {
		return err
	}
	if err := acceptPods(ctx); err != nil {
		return err
	}
	return makeCgroups()
}

// writeFiles writes all certificates, kubeconfigs and settings.
func (m machine) writeFiles(ctx context.Context) (*control.Plane, error) {
	plane, err := control.New(ctx, control.Options{
		Dir: m.dir, Bin: m.bin, Address: gateway, Port: apiPort, Hosts: []string{apiAddress},
		ServiceCIDR: serviceCIDR, Flags: m.apiServerFlags(),
	})
	if err != nil {
		return nil, err
	}
	err = errors.Join(
		plane.WriteServerPair("kubelet", nodeName, gateway),
		plane.WriteClientPair(kubeletClient),
		m.writeConfigs(),
		os.MkdirAll(m.dir.Path("volumes"), 0o750),
	)
	for component, user := range users {
		err = errors.Join(err, plane.WriteKubeconfig(m.kubeconfig(component), user.name, user.groups...))
	}
	return plane, err
}

// start starts a daemon where Clean will find it.
func (m machine) start(spec process.Spec) error {
	started, err := process.Start(m.dir, spec)
	if err != nil {
		return err
	}
	return adopt(started.PID)
}

func (m machine) startContainerd() error {
	path, err := lookPath("containerd")
	if err != nil {
		return err
	}
	return m.start(m.containerd(path))
}

// loadImages gives containerd the images that every node needs, as soon as it listens.
func (m machine) loadImages(ctx context.Context, programs Programs) error {
	processes, err := process.List(m.dir)
	if err != nil {
		return err
	}
	err = process.Wait(ctx, "containerd", processes, func(ctx context.Context) error {
		if !listens(ctx, m.containerdSocket()) {
			return fmt.Errorf("nothing listens at %s", m.containerdSocket())
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, spec := range []image.Spec{
		{Name: pauseImage, Binary: filepath.Join(programs.Pause, "pause"), User: "65535:65535"},
		{Name: coreDNSImage, Binary: filepath.Join(programs.CoreDNS, "coredns"), User: "65532:65532"},
	} {
		if err := LoadProgram(ctx, m.dir, spec); err != nil {
			return err
		}
	}
	return nil
}

// applyAddons gives the cluster its storage class and DNS.
func (m machine) applyAddons(ctx context.Context) error {
	kubectl := exec.CommandContext(ctx, filepath.Join(m.bin, "kubectl"), "apply", "--server-side", "--filename", m.config("addons.yaml"))
	kubectl.Env = []string{"KUBECONFIG=" + m.dir.Kubeconfig(), "HOME=" + m.dir.Path()}
	if out, err := kubectl.CombinedOutput(); err != nil {
		return fmt.Errorf("apply %s: %w\n%s", m.config("addons.yaml"), err, process.LastLines(string(out)))
	}
	return nil
}

// waitUsable waits until pods can run and find each other by name.
func waitUsable(ctx context.Context, dir state.Dir, reporter *report.Reporter) error {
	client, err := control.NewClient(dir.Kubeconfig())
	if err != nil {
		return err
	}
	processes, err := process.List(dir)
	if err != nil {
		return err
	}
	for _, step := range []struct{ what, path, condition string }{
		{"the node", nodePath, "Ready"},
		{"CoreDNS", coreDNSPath, "Available"},
	} {
		err := process.Wait(ctx, step.what, processes, func(ctx context.Context) error {
			return client.Condition(ctx, step.path, step.condition)
		})
		if err != nil {
			return err
		}
		reporter.Step("%s is ready", step.what)
	}
	return nil
}
