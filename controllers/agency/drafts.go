package agency

import (
	"errors"
	"maps"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/handler"

	"chuan.dev/chuan/controllers/internal/errclass"
)

// draftTime is how long a report is held back that says no more than that something is on its way: a service starts,
// procedures are being examined. Mostly it has come by then, so that one report is written instead of two. In the meantime
// the status speaks of an older generation, which every reader of kstatus takes for progress.
const draftTime = 3 * time.Second

// passingError is an error that is about to pass.
type passingError struct{ error }

// passing returns the error of waiting for something that is on its way.
func passing(reason, message string) error {
	return errclass.NewWaiting(reason, 0, passingError{errors.New(message)})
}

// onlyPassing says whether there are errors and all of them are about to pass.
func onlyPassing(all []error) bool {
	for _, err := range all {
		if joined, ok := err.(interface{ Unwrap() []error }); ok {
			if !onlyPassing(joined.Unwrap()) {
				return false
			}
			continue
		}
		if _, ok := errors.AsType[passingError](err); !ok {
			return false
		}
	}
	return len(all) > 0
}

// reportPriority is the priority of a pass that writes what was held back: below that of agencies whose objects are still to
// be made, also when these are many and new to the operator.
const reportPriority = handler.LowPriority - 1

// drafts are the reports that are held back, by agency. The zero value is ready for use.
type drafts struct {
	mu   sync.Mutex
	held map[types.NamespacedName]draft
}

// draft is a report that is held back.
type draft struct {
	// since is when it was first held back, with what was made until then.
	since time.Time
	// made is the inventory that it was to list. The next pass must know of the evidence key, which cannot be looked up.
	made inventory
}

// merged returns the objects of both inventories; what the second knows of an object counts.
func merged(before, after inventory) inventory {
	all := inventory{}
	maps.Copy(all, after)
	for id, uid := range before {
		if all[id] == "" {
			all[id] = uid
		}
	}
	return all
}

// get returns the draft of an agency; the zero draft when there is none.
func (d *drafts) get(agency types.NamespacedName) draft {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.held[agency]
}

// hold keeps a report back and returns for how long, or 0 when it has been kept back long enough. The time begins anew with
// every object that was made, of which there are a few only.
func (d *drafts) hold(agency types.NamespacedName, made inventory, now time.Time) time.Duration {
	d.mu.Lock()
	defer d.mu.Unlock()
	held, found := d.held[agency]
	all := merged(held.made, made)
	if !found || len(all) > len(held.made) {
		held.since = now
	}
	held.made = all
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
