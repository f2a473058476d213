package apply

import (
	"context"
	"os"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	appsac "k8s.io/client-go/applyconfigurations/apps/v1"
	coreac "k8s.io/client-go/applyconfigurations/core/v1"
	metaac "k8s.io/client-go/applyconfigurations/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"

	"chuan.dev/chuan/internal/testenv"
)

var env *testenv.Environment

func TestMain(m *testing.M) { os.Exit(testenv.Run(m, &env)) }

var (
	configMap   = corev1.SchemeGroupVersion.WithKind("ConfigMap")
	statefulSet = appsv1.SchemeGroupVersion.WithKind("StatefulSet")
	noon        = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
)

// fixture applies objects of one owner to the API server and reads them back as a cache that is up to date would.
type fixture struct {
	*testing.T
	client  client.Client
	applier *Applier
	owner   types.NamespacedName
}

func newFixture(t *testing.T) *fixture {
	c := env.Client(t)
	return &fixture{T: t, client: c, applier: New(c, "test"), owner: types.NamespacedName{Namespace: env.Namespace(t), Name: "xa-a"}}
}

func (f *fixture) settings(value string) Object {
	ac := coreac.ConfigMap("settings", f.owner.Namespace).WithData(map[string]string{"colour": value})
	return Object{Kind: configMap, Meta: ac.ObjectMetaApplyConfiguration, Configuration: ac}
}

func (f *fixture) set(image string) Object {
	labels := map[string]string{"app": "a"}
	ac := appsac.StatefulSet("a", f.owner.Namespace).WithSpec(appsac.StatefulSetSpec().
		WithReplicas(1).WithServiceName("a").
		WithSelector(metaac.LabelSelector().WithMatchLabels(labels)).
		WithTemplate(coreac.PodTemplateSpec().WithLabels(labels).WithSpec(coreac.PodSpec().
			WithContainers(coreac.Container().WithName("a").WithImage(image)))))
	return Object{Kind: statefulSet, Meta: ac.ObjectMetaApplyConfiguration, Configuration: ac}
}

// live reads an object; it is nil when there is none.
func (f *fixture) live(kind schema.GroupVersionKind, name string) metav1.Object {
	f.Helper()
	object := &metav1.PartialObjectMetadata{}
	object.SetGroupVersionKind(kind)
	err := f.client.Get(f.Context(), client.ObjectKey{Namespace: f.owner.Namespace, Name: name}, object)
	if client.IgnoreNotFound(err) != nil {
		f.Fatal(err)
	}
	if err != nil {
		return nil
	}
	return object
}

// apply applies an object over what is live, and says whether a call was made.
func (f *fixture) apply(object Object, live metav1.Object, now time.Time) Applied {
	f.Helper()
	applied, err := f.applier.Apply(f.Context(), f.owner, object, live, now)
	if err != nil {
		f.Fatal(err)
	}
	if applied.UID == "" {
		f.Error("the uid is not known")
	}
	return applied
}

func (f *fixture) want(what string, applied Applied, sent bool) {
	f.Helper()
	if applied.Sent != sent {
		f.Errorf("%s: call made: got %t, want %t", what, applied.Sent, sent)
	}
}

func TestGateOfAnObjectWithoutGeneration(t *testing.T) {
	f := newFixture(t)
	f.want("first apply", f.apply(f.settings("red"), nil, noon), true)
	f.want("not in the cache yet", f.apply(f.settings("red"), nil, noon.Add(time.Second)), false)
	seen := f.live(configMap, "settings")
	f.want("converged", f.apply(f.settings("red"), seen, noon), false)
	f.want("new intent", f.apply(f.settings("blue"), seen, noon), true)
	f.want("cache behind", f.apply(f.settings("blue"), seen, noon), false)

	var edited corev1.ConfigMap
	key := client.ObjectKey{Namespace: f.owner.Namespace, Name: "settings"}
	if err := f.client.Get(t.Context(), key, &edited); err != nil {
		t.Fatal(err)
	}
	edited.Data["colour"] = "green"
	if err := f.client.Update(t.Context(), &edited); err != nil {
		t.Fatal(err)
	}
	f.want("edited by someone", f.apply(f.settings("blue"), f.live(configMap, "settings"), noon), true)
	if err := f.client.Get(t.Context(), key, &edited); err != nil {
		t.Fatal(err)
	}
	if edited.Data["colour"] != "blue" {
		t.Errorf("colour is %q after drift was corrected, want blue", edited.Data["colour"])
	}

	edited.Data["size"] = "large"
	if err := f.client.Update(t.Context(), &edited); err != nil {
		t.Fatal(err)
	}
	f.want("someone else's field", f.apply(f.settings("blue"), f.live(configMap, "settings"), noon), true)
	f.want("which stays", f.apply(f.settings("blue"), f.live(configMap, "settings"), noon), false)

	if err := f.client.Delete(t.Context(), &edited); err != nil {
		t.Fatal(err)
	}
	f.want("deleted", f.apply(f.settings("blue"), nil, noon), true)
}

func TestGateOfAnObjectWithStatus(t *testing.T) {
	f := newFixture(t)
	f.want("first apply", f.apply(f.set("v1"), nil, noon), true)

	var running appsv1.StatefulSet
	key := client.ObjectKey{Namespace: f.owner.Namespace, Name: "a"}
	read := func() {
		t.Helper()
		if err := f.client.Get(t.Context(), key, &running); err != nil {
			t.Fatal(err)
		}
	}
	read()
	running.Status.Replicas, running.Status.ReadyReplicas = 1, 1
	if err := f.client.Status().Update(t.Context(), &running); err != nil {
		t.Fatal(err)
	}
	f.want("status moved", f.apply(f.set("v1"), f.live(statefulSet, "a"), noon), false)

	read()
	running.Spec.Template.Spec.Containers[0].Image = "edited"
	if err := f.client.Update(t.Context(), &running); err != nil {
		t.Fatal(err)
	}
	f.want("spec edited", f.apply(f.set("v1"), f.live(statefulSet, "a"), noon), true)
	read()
	if got := running.Spec.Template.Spec.Containers[0].Image; got != "v1" {
		t.Errorf("image %q after drift was corrected, want v1", got)
	}

	running.Annotations = map[string]string{"note": "x"}
	if err := f.client.Update(t.Context(), &running); err != nil {
		t.Fatal(err)
	}
	f.want("metadata edited", f.apply(f.set("v1"), f.live(statefulSet, "a"), noon), true)
	f.want("which stays", f.apply(f.set("v1"), f.live(statefulSet, "a"), noon), false)
}

func TestAnObjectThatNeverAppearsIsAppliedAgain(t *testing.T) {
	f := newFixture(t)
	f.apply(f.settings("red"), nil, noon)
	f.want("within the time to settle", f.apply(f.settings("red"), nil, noon.Add(settleTime)), false)
	f.want("after it", f.apply(f.settings("red"), nil, noon.Add(settleTime+time.Second)), true)
}

func TestForget(t *testing.T) {
	f := newFixture(t)
	f.apply(f.settings("red"), nil, noon)
	f.applier.Forget(f.owner)
	f.want("forgotten", f.apply(f.settings("red"), f.live(configMap, "settings"), noon), true)
}

func TestARefusedApplyIsNotRemembered(t *testing.T) {
	f := newFixture(t)
	object := f.settings("red")
	object.Meta.WithLabels(map[string]string{"not a label": "!"})
	if _, err := f.applier.Apply(t.Context(), f.owner, object, nil, noon); err == nil {
		t.Fatal("an invalid object was accepted")
	}
	if entries := len(f.applier.gate.entries); entries != 0 {
		t.Errorf("%d owners are remembered", entries)
	}
}

func TestNews(t *testing.T) {
	f := newFixture(t)
	news := f.applier.News(configMap.GroupKind(), func(client.Object) types.NamespacedName { return f.owner })
	f.apply(f.settings("red"), nil, noon)
	own := f.live(configMap, "settings").(client.Object)
	if news.Create(event.CreateEvent{Object: own}) {
		t.Error("the echo of an apply is news")
	}
	f.want("after the echo the object counts as seen", f.apply(f.settings("red"), nil, noon), true)

	own = f.live(configMap, "settings").(client.Object)
	if news.Update(event.UpdateEvent{ObjectOld: own, ObjectNew: own}) {
		t.Error("a resync is news")
	}
	edited := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: f.owner.Namespace, Name: "settings"}}
	patch := client.RawPatch(types.MergePatchType, []byte(`{"data":{"colour":"green"}}`))
	if err := f.client.Patch(context.Background(), edited, patch); err != nil {
		t.Fatal(err)
	}
	if !news.Update(event.UpdateEvent{ObjectOld: own, ObjectNew: edited}) {
		t.Error("an edit is no news")
	}
	if !news.Delete(event.DeleteEvent{Object: edited}) {
		t.Error("a deletion is no news")
	}
	if entries := len(f.applier.gate.entries); entries != 0 {
		t.Errorf("%d owners are remembered after their only object was deleted", entries)
	}
}

func TestNewsDuringAnApply(t *testing.T) {
	c := call{owner: types.NamespacedName{Namespace: "n", Name: "a"}, id: identity{kind: configMap.GroupKind(), name: "settings"}}
	version := func(v string) *metav1.ObjectMeta { return &metav1.ObjectMeta{UID: "u", ResourceVersion: v} }
	answer := entry{uid: "u", resourceVersion: "10", version: versionOf(version("10")), applied: noon}
	tests := map[string]struct {
		heard     []string
		deleted   bool
		overtaken bool
		entries   int
		seen      bool
	}{
		"nothing":                       {entries: 1},
		"the echo":                      {heard: []string{"10"}, entries: 1, seen: true},
		"an edit before it":             {heard: []string{"9"}, entries: 1, seen: true},
		"an edit after it":              {heard: []string{"10", "11"}, overtaken: true, entries: 1, seen: true},
		"an edit after it, out of turn": {heard: []string{"11", "10"}, overtaken: true, entries: 1, seen: true},
		"a deletion":                    {heard: []string{"10"}, deleted: true, overtaken: true},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			g := newGate()
			g.depart(c)
			for _, v := range tc.heard {
				if !g.recognises(c, version(v)) {
					t.Errorf("version %s was let through while the apply was under way", v)
				}
			}
			if tc.deleted {
				g.deleted(c)
			}
			if got := g.land(c, answer); got != tc.overtaken {
				t.Errorf("overtaken: got %t, want %t", got, tc.overtaken)
			}
			if len(g.entries) != tc.entries || g.entries[c.owner][c.id].seen != tc.seen || len(g.flights) != 0 {
				t.Errorf("entries %v, flights %v", g.entries, g.flights)
			}
		})
	}
	t.Run("the apply fails", func(t *testing.T) {
		g := newGate()
		g.depart(c)
		if g.fail(c) {
			t.Error("overtaken although nothing was heard")
		}
		g.depart(c)
		g.recognises(c, version("11"))
		if !g.fail(c) {
			t.Error("what was heard during a failed apply is lost")
		}
	})
}

func TestVersionOf(t *testing.T) {
	base := func() *metav1.ObjectMeta {
		return &metav1.ObjectMeta{UID: "u", ResourceVersion: "5", Generation: 2, Labels: map[string]string{"a": "b"}}
	}
	tests := map[string]struct {
		change func(*metav1.ObjectMeta)
		moves  bool
	}{
		"nothing":                        {func(*metav1.ObjectMeta) {}, false},
		"resourceVersion":                {func(m *metav1.ObjectMeta) { m.ResourceVersion = "6" }, false},
		"generation":                     {func(m *metav1.ObjectMeta) { m.Generation = 3 }, true},
		"uid":                            {func(m *metav1.ObjectMeta) { m.UID = "v" }, true},
		"label":                          {func(m *metav1.ObjectMeta) { m.Labels["a"] = "c" }, true},
		"label became annotation":        {func(m *metav1.ObjectMeta) { m.Annotations, m.Labels = m.Labels, nil }, true},
		"owner":                          {func(m *metav1.ObjectMeta) { m.OwnerReferences = []metav1.OwnerReference{{UID: "o"}} }, true},
		"deletion":                       {func(m *metav1.ObjectMeta) { m.DeletionTimestamp = &metav1.Time{} }, true},
		"resourceVersion, no generation": {func(m *metav1.ObjectMeta) { m.Generation, m.ResourceVersion = 0, "6" }, true},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			changed := base()
			tc.change(changed)
			if moved := versionOf(changed) != versionOf(base()); moved != tc.moves {
				t.Errorf("moved: got %t, want %t", moved, tc.moves)
			}
		})
	}
}
