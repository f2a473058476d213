package apply

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"hash"
	"maps"
	"slices"
	"sync"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/resourceversion"
)

// settleTime is how long an object that was applied may take to appear in the cache.
const settleTime = 30 * time.Second

// digest is a hash of an intent or of a version: the first half of a SHA-256.
type digest [sha256.Size / 2]byte

// identity is an object among those of one owner. All are in the owner's namespace.
type identity struct {
	kind schema.GroupKind
	name string
}

// entry is what is remembered of one object.
type entry struct {
	intent          digest
	version         digest
	uid             types.UID
	resourceVersion string
	applied         time.Time
	seen            bool
}

// call is an object of an owner to which a call is under way, or might be.
type call struct {
	owner types.NamespacedName
	id    identity
}

// flight is what is heard of an object while an apply is under way: the echo of the apply may come before its answer does.
type flight struct {
	// newest is the greatest resourceVersion that was heard of; empty when none was.
	newest string
	// deleted says that the object was deleted.
	deleted bool
}

// gate remembers what was applied, by owner.
type gate struct {
	mu      sync.Mutex
	entries map[types.NamespacedName]map[identity]entry
	flights map[call]*flight
}

func newGate() *gate {
	return &gate{entries: map[types.NamespacedName]map[identity]entry{}, flights: map[call]*flight{}}
}

// passes says whether an intent has to be applied, and returns the uid of the object where it has not. Live is the object
// in the cache, nil when there is none.
func (g *gate) passes(c call, intent digest, live metav1.Object, now time.Time) (types.UID, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	e, found := g.entries[c.owner][c.id]
	switch {
	case !found || e.intent != intent:
		return "", true
	case live == nil:
		return e.uid, e.seen || now.Sub(e.applied) > settleTime
	case older(live.GetResourceVersion(), e.resourceVersion):
		return e.uid, false
	default:
		return e.uid, versionOf(live) != e.version
	}
}

// depart begins an apply.
func (g *gate) depart(c call) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.flights[c] = &flight{}
}

// land ends an apply and keeps what it came to. It says whether it was overtaken: whether someone has changed or deleted
// the object since.
func (g *gate) land(c call, e entry) (overtaken bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	f := g.flights[c]
	delete(g.flights, c)
	if f.deleted {
		g.drop(c)
		return true
	}
	if g.entries[c.owner] == nil {
		g.entries[c.owner] = map[identity]entry{}
	}
	e.seen = e.seen || f.newest != ""
	g.entries[c.owner][c.id] = e
	return f.newest != "" && older(e.resourceVersion, f.newest)
}

// fail ends an apply that was not answered, or refused. It says whether anything was heard of the object meanwhile.
func (g *gate) fail(c call) (overtaken bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	f := g.flights[c]
	delete(g.flights, c)
	g.drop(c)
	return f.deleted || f.newest != ""
}

// recognises says whether an object that came from a watch needs no look: because it is what the last apply made of it, or
// older, or because an apply is under way, which will look at its end.
func (g *gate) recognises(c call, object metav1.Object) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if f := g.flights[c]; f != nil {
		if f.newest == "" || older(f.newest, object.GetResourceVersion()) {
			f.newest = object.GetResourceVersion()
		}
		return true
	}
	e, found := g.entries[c.owner][c.id]
	if !found {
		return false
	}
	if older(object.GetResourceVersion(), e.resourceVersion) {
		return true
	}
	if versionOf(object) != e.version {
		return false
	}
	if !e.seen {
		e.seen = true
		g.entries[c.owner][c.id] = e
	}
	return true
}

// deleted drops an object that a watch reports as gone.
func (g *gate) deleted(c call) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if f := g.flights[c]; f != nil {
		f.deleted = true
		return
	}
	g.drop(c)
}

// drop forgets one object, and with the last one its owner.
func (g *gate) drop(c call) {
	delete(g.entries[c.owner], c.id)
	if len(g.entries[c.owner]) == 0 {
		delete(g.entries, c.owner)
	}
}

// forget drops all objects of an owner.
func (g *gate) forget(owner types.NamespacedName) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.entries, owner)
}

// older says whether a resourceVersion comes before another. Where that cannot be told, it does not.
func older(a, b string) bool {
	order, err := resourceversion.CompareResourceVersion(a, b)
	return err == nil && order < 0
}

// versionOf returns what moves when anyone changes an object in a way that may concern its owner.
func versionOf(object metav1.Object) digest {
	sum := sha256.New()
	fmt.Fprintf(sum, "%s\n", object.GetUID())
	if object.GetGeneration() == 0 {
		fmt.Fprintf(sum, "%s\n", object.GetResourceVersion())
		return digest(sum.Sum(nil)[:sha256.Size/2])
	}
	fmt.Fprintf(sum, "%d %t\n", object.GetGeneration(), object.GetDeletionTimestamp() != nil)
	writeMap(sum, object.GetLabels())
	writeMap(sum, object.GetAnnotations())
	for _, owner := range object.GetOwnerReferences() {
		fmt.Fprintf(sum, "%s %t\n", owner.UID, owner.Controller != nil && *owner.Controller)
	}
	return digest(sum.Sum(nil)[:sha256.Size/2])
}

func writeMap(sum hash.Hash, values map[string]string) {
	for _, key := range slices.Sorted(maps.Keys(values)) {
		fmt.Fprintf(sum, "%q=%q\n", key, values[key])
	}
	fmt.Fprintln(sum)
}

// intentOf returns the hash of an apply configuration.
func intentOf(configuration any) (digest, error) {
	content, err := json.Marshal(configuration)
	if err != nil {
		return digest{}, err
	}
	sum := sha256.Sum256(content)
	return digest(sum[:sha256.Size/2]), nil
}
