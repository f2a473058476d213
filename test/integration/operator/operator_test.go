package operator_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/config"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"
	"sigs.k8s.io/controller-runtime/pkg/metrics"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"
	"sigs.k8s.io/yaml"

	"chuan.dev/chuan/controllers"
	"chuan.dev/chuan/internal/testenv"
	"chuan.dev/chuan/internal/workload"
)

// syncPeriod is the time after which operators look at every object again.
const syncPeriod = 2 * time.Second

// user is who the operators are to the API server.
const user = "chuan-manager"

// operator is a running operator.
type operator struct {
	// requests counts what it sends to the API server.
	requests *testenv.Requests

	cancel context.CancelFunc
	ended  chan error
	once   sync.Once
	log    journal
}

// journal is a log that several goroutines write.
type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (j *journal) Write(line []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(line)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.String()
}

// startOperator starts an operator, which stops with the test at the latest.
func startOperator(t *testing.T) *operator {
	t.Helper()
	o := &operator{requests: &testenv.Requests{}, ended: make(chan error, 1)}
	limited := env.CountingConfig(o.requests)
	limited.Impersonate = rest.ImpersonationConfig{UserName: user}
	grantRights(t)
	scheme, err := controllers.NewScheme()
	if err != nil {
		t.Fatal(err)
	}
	skip, grace := true, 10*time.Second
	manager, err := ctrl.NewManager(limited, ctrl.Options{
		Scheme:                  scheme,
		Cache:                   controllers.CacheOptions(nil, syncPeriod),
		Client:                  controllers.ClientOptions(),
		Metrics:                 metricsserver.Options{BindAddress: "0"},
		HealthProbeBindAddress:  "0",
		Logger:                  zap.New(zap.WriteTo(&o.log)),
		GracefulShutdownTimeout: &grace,
		// One process runs several operators, one after the other.
		Controller: config.Controller{SkipNameValidation: &skip},
	})
	if err != nil {
		t.Fatalf("make a manager: %v", err)
	}
	if err := controllers.KindsServed(manager.GetRESTMapper()); err != nil {
		t.Fatal(err)
	}
	options := controllers.Options{Workload: workload.Options{Image: "chuan/workflowd:test"}, Concurrency: 4}
	if err := controllers.Setup(manager, options); err != nil {
		t.Fatalf("set the controllers up: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	o.cancel = cancel
	go func() { o.ended <- manager.Start(ctx) }()
	t.Cleanup(func() { o.stop(t) })
	return o
}

// stop stops the operator and waits until it has ended.
func (o *operator) stop(t *testing.T) {
	t.Helper()
	o.once.Do(func() {
		o.cancel()
		if err := <-o.ended; err != nil {
			t.Errorf("the operator ended with: %v", err)
		}
		if t.Failed() {
			t.Logf("log of the operator:\n%s", o.log.String())
		}
	})
}

// settle waits until the operator has sent nothing for a while, longer than passes are put off.
func (o *operator) settle(t *testing.T) {
	t.Helper()
	const quiet = 2500 * time.Millisecond
	last, since := -1, time.Now()
	eventually(t, "the operator sends nothing any more", func() (bool, string) {
		if sent := o.requests.Total(nil); sent != last {
			last, since = sent, time.Now()
		}
		return time.Since(since) > quiet, o.requests.String()
	})
}

// grantRights gives the operators' user the rights of config/rbac, so that one that is missing there is missing here.
func grantRights(t *testing.T) {
	t.Helper()
	c, role := env.Client(t), managerRole(t)
	binding := &rbacv1.ClusterRoleBinding{
		ObjectMeta: metav1.ObjectMeta{Name: role.Name},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: role.Name},
		Subjects:   []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: user}},
	}
	if err := c.Create(t.Context(), role); err != nil && !apierrors.IsAlreadyExists(err) {
		t.Fatal(err)
	}
	if err := c.Create(t.Context(), binding); err != nil && !apierrors.IsAlreadyExists(err) {
		t.Fatal(err)
	}
}

// managerRole is the operator's ClusterRole, as generated from the markers in the code.
func managerRole(t *testing.T) *rbacv1.ClusterRole {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "..", "config", "rbac", "role.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	role := &rbacv1.ClusterRole{}
	if err := yaml.UnmarshalStrict(text, role); err != nil {
		t.Fatalf("config/rbac/role.yaml: %v", err)
	}
	if role.Kind != "ClusterRole" || len(role.Rules) == 0 {
		t.Fatalf("config/rbac/role.yaml holds a %s with %d rules, want a ClusterRole with some", role.Kind, len(role.Rules))
	}
	return role
}

// passes returns how many passes every controller of this process has made so far.
func passes(t *testing.T) map[string]int {
	t.Helper()
	families, err := metrics.Registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	made := map[string]int{}
	for _, family := range families {
		if family.GetName() != "controller_runtime_reconcile_total" {
			continue
		}
		for _, metric := range family.GetMetric() {
			for _, label := range metric.GetLabel() {
				if label.GetName() == "controller" {
					made[label.GetValue()] += int(metric.GetCounter().GetValue())
				}
			}
		}
	}
	return made
}

// awaitPasses waits until every controller has made so many passes more than before.
func awaitPasses(t *testing.T, before, more map[string]int) {
	t.Helper()
	eventually(t, "every controller looks at its objects again", func() (bool, string) {
		now, enough := passes(t), true
		for controller, count := range more {
			enough = enough && now[controller]-before[controller] >= count
		}
		return enough, fmt.Sprintf("passes before %v, now %v, wanted %v more", before, now, more)
	})
}

// eventually waits until something holds. The condition also says how things stand, for when it never holds.
func eventually(t *testing.T, what string, holds func() (bool, string)) {
	t.Helper()
	const patience, interval = 30 * time.Second, 50 * time.Millisecond
	for end := time.Now().Add(patience); ; time.Sleep(interval) {
		done, state := holds()
		if done {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("in %s it has not come about that %s:\n%s", patience, what, state)
		}
	}
}
