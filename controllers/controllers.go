// Package controllers puts the operator together: which kinds it knows, what its caches hold, and its controllers.
package controllers

import (
	"context"
	"fmt"
	"net/http"
	"time"

	apimeta "k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/healthz"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/controllers/agency"
	"chuan.dev/chuan/controllers/auditplan"
	"chuan.dev/chuan/controllers/qualityprocedure"
	"chuan.dev/chuan/internal/workload"
)

// Options of all controllers.
type Options struct {
	// Workload is what all agencies' services have in common.
	Workload workload.Options
	// Concurrency is the number of agencies that are worked on at once.
	Concurrency int
}

// NewScheme returns the kinds that the operator knows.
func NewScheme() (*runtime.Scheme, error) {
	scheme := runtime.NewScheme()
	if err := clientgoscheme.AddToScheme(scheme); err != nil {
		return nil, fmt.Errorf("register the kinds of Kubernetes: %w", err)
	}
	if err := v1alpha1.AddToScheme(scheme); err != nil {
		return nil, fmt.Errorf("register the kinds of %s: %w", v1alpha1.Group, err)
	}
	return scheme, nil
}

// CacheOptions keep the caches small: only what the controllers read, without managed fields. No namespace means all of
// them; a sync period of zero means the library's default.
func CacheOptions(namespaces []string, syncPeriod time.Duration) cache.Options {
	options := cache.Options{
		DefaultTransform: cache.TransformStripManagedFields(),
		ByObject:         agency.CacheByObject(),
	}
	if syncPeriod > 0 {
		options.SyncPeriod = &syncPeriod
	}
	if len(namespaces) > 0 {
		options.DefaultNamespaces = map[string]cache.Config{}
		for _, namespace := range namespaces {
			options.DefaultNamespaces[namespace] = cache.Config{}
		}
	}
	return options
}

// ClientOptions keep every read of the controllers in the caches, and every write strict.
func ClientOptions() client.Options {
	return client.Options{FieldValidation: "Strict"}
}

// Setup adds all controllers and the health checks to a manager.
func Setup(manager ctrl.Manager, options Options) error {
	if err := agency.Setup(manager, agency.Options{Workload: options.Workload, Concurrency: options.Concurrency}); err != nil {
		return err
	}
	if err := qualityprocedure.Setup(manager, qualityprocedure.Options{}); err != nil {
		return fmt.Errorf("set up the controller of procedures: %w", err)
	}
	if err := auditplan.Setup(manager, auditplan.Options{}); err != nil {
		return fmt.Errorf("set up the controller of audit plans: %w", err)
	}
	if err := manager.AddHealthzCheck("ping", healthz.Ping); err != nil {
		return fmt.Errorf("add the liveness check: %w", err)
	}
	if err := manager.AddReadyzCheck("kinds", kindsServed(manager.GetRESTMapper())); err != nil {
		return fmt.Errorf("add the readiness check of the kinds: %w", err)
	}
	if err := manager.AddReadyzCheck("caches", cachesSynced(manager.GetCache())); err != nil {
		return fmt.Errorf("add the readiness check of the caches: %w", err)
	}
	return nil
}

// kindsServed checks that the API server serves the kinds of Chuan.
func kindsServed(mapper apimeta.RESTMapper) healthz.Checker {
	return func(*http.Request) error { return KindsServed(mapper) }
}

// KindsServed says which kind of Chuan the API server does not serve, and what to do; nil when it serves them all.
func KindsServed(mapper apimeta.RESTMapper) error {
	for _, kind := range []string{
		v1alpha1.AgencyKind, v1alpha1.QualityProcedureKind, v1alpha1.AuditPlanKind,
		v1alpha1.WorkCalendarKind, v1alpha1.LegalDocumentKind,
	} {
		gk := v1alpha1.GroupVersion.WithKind(kind)
		if _, err := mapper.RESTMapping(gk.GroupKind(), gk.Version); err != nil {
			return fmt.Errorf("the API server does not serve %s of %s: install the CRDs with kubectl apply --server-side -k config/crd: %w",
				kind, v1alpha1.GroupVersion, err)
		}
	}
	return nil
}

// cachesSynced checks that the caches show what the API server had when they began.
func cachesSynced(caches cache.Cache) healthz.Checker {
	const patience = time.Second
	return func(request *http.Request) error {
		ctx, cancel := context.WithTimeout(request.Context(), patience)
		defer cancel()
		if !caches.WaitForCacheSync(ctx) {
			return fmt.Errorf("the caches have not been filled yet: the manager may lack the right to list or watch a kind; see its log")
		}
		return nil
	}
}
