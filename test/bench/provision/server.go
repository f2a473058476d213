package main

import (
	"context"
	"fmt"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/envtest"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"chuan.dev/chuan/config/crd"
	"chuan.dev/chuan/controllers"
)

// objectsEach is the number of objects that an agency gets.
const objectsEach = 7

// kinds are those of the objects that an agency gets, the last one first.
var kinds = []schema.GroupVersionKind{
	appsv1.SchemeGroupVersion.WithKind("StatefulSet"),
	networkingv1.SchemeGroupVersion.WithKind("NetworkPolicy"),
	corev1.SchemeGroupVersion.WithKind("Service"),
	corev1.SchemeGroupVersion.WithKind("ConfigMap"),
	corev1.SchemeGroupVersion.WithKind("ServiceAccount"),
	corev1.SchemeGroupVersion.WithKind("Secret"),
}

// server is an etcd and an API server with our kinds.
type server struct {
	environment *envtest.Environment
	config      *rest.Config
	client      client.Client
}

func startServer() (*server, error) {
	progress("starting etcd and an API server")
	definitions, err := definitions()
	if err != nil {
		return nil, err
	}
	s := &server{environment: &envtest.Environment{
		CRDs:                     definitions,
		ControlPlaneStartTimeout: time.Minute, ControlPlaneStopTimeout: time.Minute,
	}}
	// Every agency has a Service, and envtest's own range has room for 253.
	s.environment.ControlPlane.GetAPIServer().Configure().Set("service-cluster-ip-range", "10.0.0.0/12")
	if s.config, err = s.environment.Start(); err != nil {
		return nil, fmt.Errorf("start an API server (KUBEBUILDER_ASSETS names the directory of its binaries, which go run . assets in hack/cluster prints): %w", err)
	}
	s.config.QPS = -1
	scheme, err := controllers.NewScheme()
	if err != nil {
		s.stop()
		return nil, err
	}
	if s.client, err = client.New(s.config, client.Options{Scheme: scheme}); err != nil {
		s.stop()
		return nil, err
	}
	return s, nil
}

func (s *server) stop() {
	if err := s.environment.Stop(); err != nil {
		progress("stopping the API server: %v", err)
	}
}

// definitions returns the CRDs of our kinds.
func definitions() ([]*apiextensionsv1.CustomResourceDefinition, error) {
	entries, err := crd.Bases.ReadDir("bases")
	if err != nil {
		return nil, err
	}
	var all []*apiextensionsv1.CustomResourceDefinition
	for _, entry := range entries {
		text, err := crd.Bases.ReadFile("bases/" + entry.Name())
		if err != nil {
			return nil, err
		}
		definition := &apiextensionsv1.CustomResourceDefinition{}
		if err := yaml.Unmarshal(text, definition); err != nil {
			return nil, fmt.Errorf("read %s: %w", entry.Name(), err)
		}
		all = append(all, definition)
	}
	return all, nil
}

// count returns how many objects of a kind there are, at the cost of reading one of them.
func (s *server) count(ctx context.Context, kind schema.GroupVersionKind) (int, error) {
	var list metav1.PartialObjectMetadataList
	list.SetGroupVersionKind(kind.GroupVersion().WithKind(kind.Kind + "List"))
	if err := s.client.List(ctx, &list, client.InNamespace(namespace), client.Limit(1)); err != nil {
		return 0, err
	}
	remaining := int64(0)
	if list.RemainingItemCount != nil {
		remaining = *list.RemainingItemCount
	}
	return len(list.Items) + int(remaining), nil
}

// present waits until there are n objects of every kind. The StatefulSet is the last that an agency gets, so it is
// waited for first.
func (s *server) present(ctx context.Context, n int) error {
	shown := time.Now()
	for _, kind := range kinds {
		err := poll(ctx, 200*time.Millisecond, func() (bool, error) {
			got, err := s.count(ctx, kind)
			if err == nil && got < n && time.Since(shown) > 2*time.Second {
				shown = time.Now()
				progress("  %d of %d %ss", got, n, kind.Kind)
			}
			return got >= n, err
		})
		if err != nil {
			return fmt.Errorf("wait for %d %ss: %w", n, kind.Kind, err)
		}
	}
	return nil
}
