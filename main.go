// Command manager is the operator of Chuan: it gives every Agency its workflow service, accepts the revisions of
// QualityProcedures and keeps the schedules of AuditPlans. This file reads flags and wires; package controllers does the
// rest.
package main

import (
	"crypto/tls"
	"errors"
	"flag"
	"fmt"
	"os"
	"time"
	_ "time/tzdata"

	"github.com/KimMachineGun/automemlimit/memlimit"
	"k8s.io/client-go/rest"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/metrics/filters"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"

	"chuan.dev/chuan/controllers"
)

// gracePeriod is how long work in progress may take after a signal to stop. The pod's own grace is longer.
const gracePeriod = 20 * time.Second

func main() {
	settings, err := parseFlags(os.Args[1:], os.Stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return
	case err != nil:
		fmt.Fprintln(os.Stderr, "manager:", err)
		os.Exit(2)
	}
	ctrl.SetLogger(settings.logger())
	// The heap stays below nine tenths of the container's memory. Outside a container there is no limit to stay below.
	if _, err := memlimit.Set(); err != nil {
		ctrl.Log.V(1).Info("No memory limit to stay below", "cause", err.Error())
	}
	if err := run(settings); err != nil {
		ctrl.Log.Error(err, "The manager cannot go on")
		os.Exit(1)
	}
}

func run(s *settings) error {
	config, err := ctrl.GetConfig()
	if err != nil {
		return fmt.Errorf("find the cluster: run in one, or set KUBECONFIG: %w", err)
	}
	// The API server's own fairness limits the manager; a limit of the client's would only slow it down.
	config.QPS = -1
	manager, err := newManager(config, s)
	if err != nil {
		return err
	}
	if err := controllers.KindsServed(manager.GetRESTMapper()); err != nil {
		return err
	}
	if err := controllers.Setup(manager, controllers.Options{Workload: s.workload, Concurrency: s.concurrency}); err != nil {
		return err
	}
	ctrl.Log.Info("Starting", "version", version(), "workflowdImage", s.workload.Image)
	return manager.Start(ctrl.SetupSignalHandler())
}

func newManager(config *rest.Config, s *settings) (ctrl.Manager, error) {
	scheme, err := controllers.NewScheme()
	if err != nil {
		return nil, err
	}
	grace := gracePeriod
	manager, err := ctrl.NewManager(config, ctrl.Options{
		Scheme:                        scheme,
		Cache:                         controllers.CacheOptions(s.namespaces, s.syncPeriod),
		Client:                        controllers.ClientOptions(),
		Metrics:                       metricsOptions(s),
		HealthProbeBindAddress:        s.probeAddress,
		LeaderElection:                s.leaderElect,
		LeaderElectionID:              "manager.qms.chuan.dev",
		LeaderElectionNamespace:       s.leaderNamespace,
		LeaderElectionReleaseOnCancel: true,
		// A flood of other requests must not cost the lease.
		LeaderElectionConfig:    rest.CopyConfig(config),
		GracefulShutdownTimeout: &grace,
	})
	if err != nil {
		return nil, fmt.Errorf("make the manager: %w", err)
	}
	return manager, nil
}

// metricsOptions serve metrics over TLS to those whom the API server lets read them. HTTP/2 stays off: nothing here needs
// it, and its resets have been a way to exhaust servers.
func metricsOptions(s *settings) metricsserver.Options {
	options := metricsserver.Options{BindAddress: s.metricsAddress}
	if s.metricsSecure {
		options.SecureServing = true
		options.FilterProvider = filters.WithAuthenticationAndAuthorization
		options.TLSOpts = []func(*tls.Config){func(c *tls.Config) { c.NextProtos = []string{"http/1.1"} }}
	}
	return options
}
