package agency

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"chuan.dev/chuan/api/v1alpha1"
)

// longestRun is how long an operator takes at most until it has made all its calls for one agency.
const longestRun = 20 * time.Second

// TestCrashAtEveryCall stops the operator at its k-th call, for every k: once so that the call is not made, and once so
// that it is made and its answer is lost. A new operator, which knows nothing, must come to the same end as one that was
// not interrupted.
func TestCrashAtEveryCall(t *testing.T) {
	want, calls := uninterrupted(t)
	if calls < 8 {
		t.Fatalf("an agency took %d calls, want at least one for each of its objects and its status", calls)
	}
	for k := 1; k <= calls; k++ {
		for _, made := range []bool{false, true} {
			t.Run(fmt.Sprintf("call %d, made %t", k, made), func(t *testing.T) {
				w := populated(t)
				crash := &crashing{at: k, made: made, dead: make(chan struct{})}
				w.wrap = crash.wrap
				stop := w.run(Options{})
				select {
				case <-crash.dead:
				case <-time.After(longestRun):
					// Fewer calls were enough this time: a slow run reports on what is still starting, a fast one does not.
				}
				stop()
				key := w.evidenceKey()

				w.wrap = nil
				w.run(Options{})
				w.ready("xa-a")
				w.quiet()
				if diff := cmp.Diff(want, w.snapshot()); diff != "" {
					t.Errorf("the end differs (-uninterrupted +interrupted):\n%s", diff)
				}
				if got := w.evidenceKey(); key != "" && got != key {
					t.Error("the evidence key was replaced")
				}
			})
		}
	}
}

func populated(t *testing.T) *world {
	w := newWorld(t)
	w.calendars(2026, 2027)
	w.accept(w.propose("ban-sao", nil))
	w.create(w.agency("xa-a", "ban-sao"))
	return w
}

func uninterrupted(t *testing.T) (end map[string]string, calls int) {
	w := populated(t)
	counter := &crashing{at: -1}
	w.wrap = counter.wrap
	w.run(Options{})
	w.made("xa-a")
	calls = counter.total()
	w.ready("xa-a")
	w.quiet()
	return w.snapshot(), calls
}

func (w *world) evidenceKey() string {
	var secret corev1.Secret
	if w.get("xa-a-evidence", &secret) != nil {
		return ""
	}
	return string(secret.Data["key"])
}

// crashing is a client of which the k-th call that changes something is the last.
type crashing struct {
	client.Client
	at   int
	made bool
	dead chan struct{}

	mu    sync.Mutex
	calls int
}

var errCrashed = errors.New("the operator has crashed")

func (c *crashing) wrap(inner client.Client) client.Client {
	c.Client = inner
	return c
}

func (c *crashing) total() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.calls
}

func (c *crashing) call(do func() error) error {
	c.mu.Lock()
	c.calls++
	number := c.calls
	c.mu.Unlock()
	switch {
	case c.at < 0 || number < c.at:
		return do()
	case number == c.at:
		defer close(c.dead)
		if c.made {
			// Whether it succeeds is not known to the operator.
			_ = do()
		}
	}
	return errCrashed
}

func (c *crashing) Apply(ctx context.Context, object runtime.ApplyConfiguration, options ...client.ApplyOption) error {
	return c.call(func() error { return c.Client.Apply(ctx, object, options...) })
}

func (c *crashing) Create(ctx context.Context, object client.Object, options ...client.CreateOption) error {
	return c.call(func() error { return c.Client.Create(ctx, object, options...) })
}

func (c *crashing) Delete(ctx context.Context, object client.Object, options ...client.DeleteOption) error {
	return c.call(func() error { return c.Client.Delete(ctx, object, options...) })
}

func (c *crashing) Status() client.SubResourceWriter {
	return crashingStatus{SubResourceWriter: c.Client.Status(), crash: c}
}

type crashingStatus struct {
	client.SubResourceWriter
	crash *crashing
}

func (s crashingStatus) Patch(ctx context.Context, object client.Object, patch client.Patch, options ...client.SubResourcePatchOption) error {
	return s.crash.call(func() error { return s.SubResourceWriter.Patch(ctx, object, patch, options...) })
}

// snapshot returns everything in the namespace as text, without what differs from run to run: uids, times, versions, the
// name of the namespace, random bytes.
func (w *world) snapshot() map[string]string {
	w.Helper()
	all := map[string]string{}
	for _, list := range []client.ObjectList{
		&v1alpha1.AgencyList{}, &corev1.ServiceAccountList{}, &corev1.ConfigMapList{}, &corev1.SecretList{},
		&corev1.ServiceList{}, &networkingv1.NetworkPolicyList{}, &appsv1.StatefulSetList{},
	} {
		if err := w.client.List(w.Context(), list, client.InNamespace(w.namespace)); err != nil {
			w.Fatal(err)
		}
		items, err := meta.ExtractList(list)
		if err != nil {
			w.Fatal(err)
		}
		for _, item := range items {
			object := item.(client.Object)
			kind := strings.TrimSuffix(strings.TrimPrefix(fmt.Sprintf("%T", list), "*v1."), "List")
			all[kind+"/"+object.GetName()] = w.normalised(object)
		}
	}
	return all
}

var (
	volatile = regexp.MustCompile(`(?m)^\s*(-\s)?(uid|resourceVersion|creationTimestamp|lastTransitionTime|generation|clusterIP|key|requested-at): .*\n`)
	address  = regexp.MustCompile(`\b10\.\d+\.\d+\.\d+`)
	codeForm = regexp.MustCompile(`H18\.\d\d\.\d\d\.\d\d`)
)

func (w *world) normalised(object client.Object) string {
	object.SetManagedFields(nil)
	if cm, ok := object.(*corev1.ConfigMap); ok {
		cm.Data = map[string]string{}
		for file, content := range cm.BinaryData {
			cm.Data[file] = w.unpacked(content)
		}
		cm.BinaryData = nil
	}
	text, err := yaml.Marshal(object)
	if err != nil {
		w.Fatal(err)
	}
	plain := volatile.ReplaceAllString(string(text), "")
	plain = strings.NewReplacer("namespace: "+w.namespace, "namespace: NAMESPACE", w.namespace+".svc", "NAMESPACE.svc", string(w.series()), "SERIES").Replace(plain)
	return codeForm.ReplaceAllString(address.ReplaceAllString(plain, "ADDRESS"), "CODE")
}

func (w *world) unpacked(content []byte) string {
	reader, err := gzip.NewReader(bytes.NewReader(content))
	if err != nil {
		w.Fatal(err)
	}
	text, err := io.ReadAll(reader)
	if err != nil {
		w.Fatal(err)
	}
	return string(text)
}
