// Package testenv gives tests a real API server: etcd and kube-apiserver on this machine, with the kinds of Chuan
// installed, started once for all tests of a package and stopped when they have run.
//
//	var env *testenv.Environment
//
//	func TestMain(m *testing.M) { os.Exit(testenv.Run(m, &env)) }
//
// There are no other controllers: nothing is garbage-collected, no pod runs, a deleted namespace stays. Tests keep apart
// by working in a namespace each.
package testenv

import (
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/envtest"

	"chuan.dev/chuan/api/v1alpha1"
)

// stopReserve is how long before the time limit of the test binary the servers are stopped, so that a test that hangs does
// not leave them running.
const stopReserve = 5 * time.Second

// Environment is a running API server.
type Environment struct {
	control    *envtest.Environment
	config     *rest.Config
	namespaces atomic.Int64
	stop       sync.Once
}

// Run starts an API server, runs the tests of a package with it, stops it, and returns the exit code for os.Exit. Where
// no API server can be started it says what to do and returns 1: tests are never skipped.
func Run(m *testing.M, into **Environment) int {
	flag.Parse()
	env, err := start()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer env.shutDown()
	defer env.stopOnInterrupt()()
	*into = env
	return m.Run()
}

// Scheme returns a new scheme with the built-in kinds and those of Chuan.
func Scheme() *runtime.Scheme {
	scheme := runtime.NewScheme()
	utilruntime.Must(clientgoscheme.AddToScheme(scheme))
	utilruntime.Must(v1alpha1.AddToScheme(scheme))
	return scheme
}

// Config returns a new configuration of a client that may do everything and is not slowed down.
func (e *Environment) Config() *rest.Config {
	config := rest.CopyConfig(e.config)
	config.QPS = -1
	return config
}

// CountingConfig is Config for a client whose requests are counted.
func (e *Environment) CountingConfig(requests *Requests) *rest.Config {
	config := e.Config()
	config.Wrap(requests.count)
	return config
}

// Kubectl returns the path of the kubectl that comes with the API server.
func (e *Environment) Kubectl() string { return e.control.ControlPlane.KubectlPath }

// Client returns a client that talks to the API server directly, without a cache, and is told of unknown fields.
func (e *Environment) Client(t testing.TB) client.Client {
	t.Helper()
	c, err := client.New(e.Config(), client.Options{Scheme: Scheme(), FieldValidation: metav1.FieldValidationStrict})
	if err != nil {
		t.Fatalf("make a client of the test API server: %v", err)
	}
	return c
}

var notAllowedInName = regexp.MustCompile(`[^a-z0-9]+`)

// Namespace makes a namespace for one test and returns its name. It is not removed: without a namespace controller it
// could not be, and the whole server goes away after the tests.
func (e *Environment) Namespace(t testing.TB) string {
	t.Helper()
	stem := strings.Trim(notAllowedInName.ReplaceAllString(strings.ToLower(t.Name()), "-"), "-")
	name := fmt.Sprintf("%.40s-%d", stem, e.namespaces.Add(1))
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}}
	if err := e.Client(t).Create(t.Context(), namespace); err != nil {
		t.Fatalf("make the namespace %s: %v", name, err)
	}
	return name
}

func start() (*Environment, error) {
	root, err := moduleRoot()
	if err != nil {
		return nil, err
	}
	assets, err := assets(root)
	if err != nil {
		return nil, err
	}
	control := &envtest.Environment{
		BinaryAssetsDirectory:    assets,
		CRDDirectoryPaths:        []string{filepath.Join(root, "config", "crd", "bases")},
		ErrorIfCRDPathMissing:    true,
		ControlPlaneStartTimeout: time.Minute,
		ControlPlaneStopTimeout:  time.Minute,
	}
	config, err := control.Start()
	env := &Environment{control: control, config: config}
	if err != nil {
		env.shutDown()
		return nil, fmt.Errorf("testenv: start the API server of %s: %w", assets, err)
	}
	return env, nil
}

// shutDown stops the servers; further calls do nothing.
func (e *Environment) shutDown() {
	e.stop.Do(func() {
		if err := e.control.Stop(); err != nil {
			fmt.Fprintf(os.Stderr, "testenv: stop the API server: %v\n", err)
		}
	})
}

// stopOnInterrupt stops the servers when the test binary is interrupted or about to reach its time limit, where deferred
// calls would not run. The function it returns ends the watch.
func (e *Environment) stopOnInterrupt() (end func()) {
	interrupted := make(chan os.Signal, 1)
	signal.Notify(interrupted, os.Interrupt, syscall.SIGTERM)
	ended := make(chan struct{})
	var limit <-chan time.Time
	if timeout := testTimeout(); timeout > stopReserve {
		limit = time.After(timeout - stopReserve)
	}
	go func() {
		select {
		case <-interrupted:
			e.shutDown()
			os.Exit(1)
		case <-limit:
			fmt.Fprintln(os.Stderr, "testenv: the tests reach their time limit; the API server is stopped")
			e.shutDown()
		case <-ended:
		}
	}()
	return func() {
		signal.Stop(interrupted)
		close(ended)
	}
}

// testTimeout returns the value of go test's -timeout; zero when there is none.
func testTimeout() time.Duration {
	if f := flag.Lookup("test.timeout"); f != nil {
		if getter, ok := f.Value.(flag.Getter); ok {
			timeout, _ := getter.Get().(time.Duration)
			return timeout
		}
	}
	return 0
}
