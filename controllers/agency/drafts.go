package agency

import (
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/types"
)

// draftTime is how long a report is held back that says no more than that a service is starting. Most services have started
// by then, so that one report is written instead of two. In the meantime the status speaks of an older generation, which
// every reader of kstatus takes for progress.
const draftTime = 3 * time.Second

// drafts are the reports that are held back, by agency. The zero value is ready for use.
type drafts struct {
	mu   sync.Mutex
	held map[types.NamespacedName]draft
}

// draft is a report that is held back.
type draft struct {
	// since is when it was first held back.
	since time.Time
	// made is the inventory that it was to list. The next pass must know of the evidence key, which cannot be looked up.
	made inventory
}

// get returns the draft of an agency; the zero draft when there is none.
func (d *drafts) get(agency types.NamespacedName) draft {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.held[agency]
}

// hold keeps a report back and returns for how long, or 0 when it has been kept back long enough.
func (d *drafts) hold(agency types.NamespacedName, made inventory, now time.Time) time.Duration {
	d.mu.Lock()
	defer d.mu.Unlock()
	held, found := d.held[agency]
	if !found {
		held.since = now
	}
	held.made = made
	if d.held == nil {
		d.held = map[types.NamespacedName]draft{}
	}
	d.held[agency] = held
	return max(0, draftTime-now.Sub(held.since))
}

// drop lets go of the draft of an agency.
func (d *drafts) drop(agency types.NamespacedName) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.held, agency)
}
