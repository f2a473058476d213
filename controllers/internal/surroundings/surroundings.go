// Package surroundings keeps what objects are held against that is the same for many of them: the law and the calendars.
// Both are read from caches and change a few times a year; what is made of them is kept until they do.
package surroundings

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"maps"
	"slices"
	"sync"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/calendar"
)

// mostCalendars bounds how many calendars are kept. Agencies that differ from their series have one of their own.
const mostCalendars = 2000

// Law is the legal documents at one time. It does not change; when they do, there is another one.
type Law struct {
	// Documents by their names.
	Documents map[string]*v1alpha1.LegalDocumentSpec
	// Mandatory says at which levels there are administrative procedures that every people's committee must have.
	Mandatory map[v1alpha1.AgencyLevel]bool
	version   uint64
}

// Calendars is the WorkCalendars at one time. It does not change; when they do, there is another one.
type Calendars struct {
	years   []v1alpha1.WorkCalendarSpec
	version uint64

	mu    sync.Mutex
	built map[string]built
}

// built is a calendar that was built, or why it could not be.
type built struct {
	calendar *calendar.Calendar
	err      error
}

// Keeper reads the surroundings.
type Keeper struct {
	reader client.Reader

	mu        sync.Mutex
	law       *Law
	calendars *Calendars
}

// NewKeeper returns a Keeper that reads from a cache.
func NewKeeper(reader client.Reader) *Keeper { return &Keeper{reader: reader} }

// Law returns the law as it stands: the same one as before when nothing has changed.
func (k *Keeper) Law(ctx context.Context) (*Law, error) {
	var list v1alpha1.LegalDocumentList
	if err := k.reader.List(ctx, &list, client.UnsafeDisableDeepCopy); err != nil {
		return nil, fmt.Errorf("list the legal documents: %w", err)
	}
	version := uint64(len(list.Items))
	for i := range list.Items {
		version += versionOf(&list.Items[i])
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.law == nil || k.law.version != version {
		k.law = newLaw(list.Items)
		k.law.version = version
	}
	return k.law, nil
}

func newLaw(documents []v1alpha1.LegalDocument) *Law {
	law := &Law{
		Documents: make(map[string]*v1alpha1.LegalDocumentSpec, len(documents)), Mandatory: map[v1alpha1.AgencyLevel]bool{},
	}
	for i := range documents {
		law.Documents[documents[i].Name] = &documents[i].Spec
		for k := range documents[i].Spec.Catalogue {
			for _, level := range documents[i].Spec.Catalogue[k].Levels {
				law.Mandatory[level] = true
			}
		}
	}
	return law
}

// Calendars returns the WorkCalendars as they stand: the same ones as before when nothing has changed.
func (k *Keeper) Calendars(ctx context.Context) (*Calendars, error) {
	var list v1alpha1.WorkCalendarList
	if err := k.reader.List(ctx, &list, client.UnsafeDisableDeepCopy); err != nil {
		return nil, fmt.Errorf("list the calendars: %w", err)
	}
	version := uint64(len(list.Items))
	for i := range list.Items {
		version += versionOf(&list.Items[i])
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.calendars == nil || k.calendars.version != version {
		k.calendars = &Calendars{version: version, built: map[string]built{}}
		for i := range list.Items {
			k.calendars.years = append(k.calendars.years, list.Items[i].Spec)
		}
	}
	return k.calendars, nil
}

// versionOf stands for one version of an object. The sum of those of a list is that of the list, in whatever order the cache
// gives it.
func versionOf(object client.Object) uint64 {
	hash := fnv.New64a()
	for _, part := range []string{object.GetName(), string(object.GetUID()), object.GetResourceVersion()} {
		hash.Write([]byte(part))
		hash.Write([]byte{0})
	}
	return hash.Sum64()
}

// Series returns the names of the series that there are, sorted.
func (c *Calendars) Series() []v1alpha1.ID {
	names := map[v1alpha1.ID]bool{}
	for i := range c.years {
		names[c.years[i].Series] = true
	}
	return slices.Sorted(maps.Keys(names))
}

// Of returns the calendar by which an agency works: the same one as before, also when it is another agency that says the
// same. The error is that of [calendar.New].
func (c *Calendars) Of(local v1alpha1.AgencyCalendar) (*calendar.Calendar, error) {
	key, err := keyOf(local)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	kept, found := c.built[key]
	if !found {
		kept.calendar, kept.err = calendar.New(c.years, local)
		if len(c.built) >= mostCalendars {
			clear(c.built)
		}
		c.built[key] = kept
	}
	return kept.calendar, kept.err
}

// keyOf writes down what a calendar is built from, beside the years of the series.
func keyOf(local v1alpha1.AgencyCalendar) (string, error) {
	if len(local.WorkingHours)+len(local.Exceptions) == 0 {
		return string(local.Series), nil
	}
	local.Exceptions = slices.SortedFunc(slices.Values(local.Exceptions), func(a, b v1alpha1.CalendarException) int {
		return cmp.Compare(a.Date, b.Date)
	})
	key, err := json.Marshal(local)
	if err != nil {
		return "", fmt.Errorf("encode the calendar of an agency: %w", err)
	}
	return string(key), nil
}
