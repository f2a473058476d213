package crd_test

import (
	"bytes"
	"errors"
	"io"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"chuan.dev/chuan/internal/testenv"
)

const owner = client.FieldOwner("kubectl")

// render returns what kubectl apply -k would send of a directory, which is named from the root of the repository.
func render(t *testing.T, directory string) []*unstructured.Unstructured {
	t.Helper()
	command := exec.CommandContext(t.Context(), env.Kubectl(), "kustomize", filepath.Join("..", "..", "..", directory))
	var complaints bytes.Buffer
	command.Stderr = &complaints
	output, err := command.Output()
	if err != nil || complaints.Len() > 0 {
		t.Fatalf("kubectl kustomize %s: %v\n%s", directory, err, &complaints)
	}
	var objects []*unstructured.Unstructured
	for decoder := utilyaml.NewYAMLOrJSONDecoder(bytes.NewReader(output), 4096); ; {
		object := &unstructured.Unstructured{}
		if err := decoder.Decode(object); errors.Is(err, io.EOF) {
			return objects
		} else if err != nil {
			t.Fatalf("kubectl kustomize %s: %v", directory, err)
		}
		objects = append(objects, object)
	}
}

// warnings collects what the server warns of.
type warnings struct {
	mu    sync.Mutex
	texts []string
}

func (w *warnings) HandleWarningHeader(_ int, _, text string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.texts = append(w.texts, text)
}

// take returns the warnings since it was last asked.
func (w *warnings) take() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	texts := w.texts
	w.texts = nil
	return texts
}

// warnedClient returns a client and the warnings that it is given.
func warnedClient(t *testing.T) (client.Client, *warnings) {
	t.Helper()
	given := &warnings{}
	config := env.Config()
	config.WarningHandler = given
	c, err := client.New(config, client.Options{Scheme: testenv.Scheme(), FieldValidation: metav1.FieldValidationStrict})
	if err != nil {
		t.Fatal(err)
	}
	return c, given
}

// applyAll applies objects without storing them, except namespaces: what lies in a namespace needs it even then.
func applyAll(t *testing.T, objects []*unstructured.Unstructured) {
	t.Helper()
	c, given := warnedClient(t)
	for _, object := range objects {
		options := []client.ApplyOption{owner, client.ForceOwnership}
		if object.GetKind() != "Namespace" {
			options = append(options, client.DryRunAll)
		}
		if err := c.Apply(t.Context(), client.ApplyConfigurationFromUnstructured(object), options...); err != nil {
			t.Errorf("apply %s %s: %v", object.GetKind(), object.GetName(), err)
		}
		for _, text := range given.take() {
			t.Errorf("apply %s %s: warning: %s", object.GetKind(), object.GetName(), text)
		}
	}
}

func TestManifestsForKubectlAreAccepted(t *testing.T) {
	for _, test := range []struct {
		directory string
		// kinds are some that must be among the objects.
		kinds []string
	}{
		{"config/samples", kinds},
		{"config/default", []string{"CustomResourceDefinition", "Deployment", "NetworkPolicy", "ClusterRole"}},
		{"config/demo", []string{"CustomResourceDefinition", "Deployment", "NetworkPolicy", "ClusterRole"}},
		{"config/calendars", []string{"WorkCalendar"}},
		{"examples/dien-bien", kinds},
	} {
		t.Run(test.directory, func(t *testing.T) {
			objects := render(t, test.directory)
			for _, kind := range test.kinds {
				of(t, objects, kind)
			}
			if !slices.ContainsFunc(objects, isNamespace) {
				inNamespace(t, objects, env.Namespace(t))
			}
			applyAll(t, objects)
		})
	}
}

func isNamespace(object *unstructured.Unstructured) bool { return object.GetKind() == "Namespace" }

// inNamespace does what kubectl apply -n does.
func inNamespace(t *testing.T, objects []*unstructured.Unstructured, namespace string) {
	t.Helper()
	for _, object := range objects {
		namespaced, err := env.Client(t).IsObjectNamespaced(object)
		if err != nil {
			t.Fatal(err)
		}
		if namespaced {
			object.SetNamespace(namespace)
		}
	}
}

// of returns the first object of a kind.
func of(t *testing.T, objects []*unstructured.Unstructured, kind string) *unstructured.Unstructured {
	t.Helper()
	at := slices.IndexFunc(objects, func(object *unstructured.Unstructured) bool { return object.GetKind() == kind })
	if at < 0 {
		t.Fatalf("no %s among the %d objects", kind, len(objects))
	}
	return objects[at]
}

// The manager differs between the two in its arguments alone.
func TestDemoIsDefaultWithTheDevelopmentSignIn(t *testing.T) {
	want, got := render(t, "config/default"), render(t, "config/demo")
	if len(want) != len(got) {
		t.Fatalf("config/default has %d objects, config/demo %d", len(want), len(got))
	}
	for i, object := range want {
		if object.GetKind() == "Deployment" {
			containers := object.Object["spec"].(map[string]any)["template"].(map[string]any)["spec"].(map[string]any)["containers"]
			manager := containers.([]any)[0].(map[string]any)
			manager["args"] = append(manager["args"].([]any), "--development-sign-in")
		}
		wantSame(t, object, got[i])
	}
}

func wantSame(t *testing.T, want, got *unstructured.Unstructured) {
	t.Helper()
	if diff := cmp.Diff(want.Object, got.Object); diff != "" {
		t.Errorf("%s %s (-want +got):\n%s", want.GetKind(), want.GetName(), diff)
	}
}

func TestManagerMeetsPodSecurityRestricted(t *testing.T) {
	objects := render(t, "config/default")
	namespace, deployment := of(t, objects, "Namespace"), of(t, objects, "Deployment")
	c, given := warnedClient(t)
	if err := c.Apply(t.Context(), client.ApplyConfigurationFromUnstructured(namespace), owner, client.ForceOwnership); err != nil {
		t.Fatal(err)
	}
	template, _, err := unstructured.NestedMap(deployment.Object, "spec", "template")
	if err != nil {
		t.Fatal(err)
	}
	pod := &corev1.Pod{}
	if err := runtime.DefaultUnstructuredConverter.FromUnstructuredWithValidation(template, pod, true); err != nil {
		t.Fatal(err)
	}
	pod.Name, pod.Namespace = "manager", deployment.GetNamespace()

	// That the server does refuse other pods shows that it checks them.
	careless := pod.DeepCopy()
	careless.Spec.Containers[0].SecurityContext = nil
	if err := c.Create(t.Context(), careless, client.DryRunAll); !apierrors.IsForbidden(err) || !strings.Contains(err.Error(), "PodSecurity") {
		t.Fatalf("a container without a security context: got the answer %v, want PodSecurity to forbid it", err)
	}
	given.take()
	wantAccepted(t, c.Create(t.Context(), pod, client.DryRunAll))
	if texts := given.take(); len(texts) > 0 {
		t.Errorf("warnings: %q", texts)
	}
}
