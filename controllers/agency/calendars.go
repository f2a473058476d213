package agency

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/controllers/internal/errclass"
	"chuan.dev/chuan/internal/calendar"
	"chuan.dev/chuan/internal/workload"
)

// resolveCalendars finds the years of the agency's series that its service needs: the last year, for dossiers that are
// still open, and all from this year on.
func (r *Reconciler) resolveCalendars(ctx context.Context, s *scope) error {
	series := s.before.Spec.Calendar.Series
	var all v1alpha1.WorkCalendarList
	err := r.client.List(ctx, &all, client.MatchingFields{indexSeries: string(series)}, client.UnsafeDisableDeepCopy)
	if err != nil {
		return fmt.Errorf("list the calendars of series %s: %w", series, err)
	}
	s.zone = zoneOf(all.Items)
	s.today = calendar.DayOf(s.now, s.zone)
	s.wakeOn(calendar.NewDay(s.today.Year()+1, time.January, 1))
	s.calendars = needed(all.Items, s.today.Year())
	s.workable, err = checkCalendars(s.calendars, s.before.Spec.Calendar, s.today.Year())
	if err != nil {
		s.calendarUnresolved(err)
		return err
	}
	s.calendarResolved(s.today.Year())
	return nil
}

// checkCalendars says whether deadlines can be computed today, and what keeps the calendar from being resolved: a missing
// year is waited for, a calendar that makes no sense stalls.
func checkCalendars(years []*v1alpha1.WorkCalendar, local v1alpha1.AgencyCalendar, thisYear int) (workable bool, err error) {
	if !slices.ContainsFunc(years, isYear(thisYear)) {
		return false, missingYear(local.Series, thisYear)
	}
	specs := make([]v1alpha1.WorkCalendarSpec, 0, len(years))
	for _, year := range years {
		specs = append(specs, year.Spec)
	}
	if _, err := calendar.New(specs, local); err != nil {
		return false, errclass.NewTerminal(v1alpha1.ReasonInvalidSpec, oneLine(err))
	}
	if !slices.ContainsFunc(years, isYear(thisYear+1)) {
		return true, missingYear(local.Series, thisYear+1)
	}
	return true, nil
}

// oneLine puts joined errors, which stand on a line each, on one line of a condition.
func oneLine(err error) error {
	return errors.New(strings.ReplaceAll(err.Error(), "\n", "; "))
}

func missingYear(series v1alpha1.ID, year int) error {
	return errclass.NewWaiting(v1alpha1.ReasonDependencyNotFound, 0, fmt.Errorf(
		"series %q has no WorkCalendar for %d: add it, with standing Provisional as long as the year's notice is not published",
		series, year))
}

// needed returns the unbroken run of years of a series that begins with last year, or this one, and is in the order of
// years. A year after a gap is of no use until the gap is closed. The calendars are those of the cache and not to be
// changed.
func needed(all []v1alpha1.WorkCalendar, thisYear int) []*v1alpha1.WorkCalendar {
	byYear := map[int][]*v1alpha1.WorkCalendar{}
	for i := range all {
		year := int(all[i].Spec.Year)
		byYear[year] = append(byYear[year], &all[i])
	}
	years := byName(byYear[thisYear-1])
	for year := thisYear; len(byYear[year]) > 0; year++ {
		years = append(years, byName(byYear[year])...)
	}
	return years
}

func byName(calendars []*v1alpha1.WorkCalendar) []*v1alpha1.WorkCalendar {
	slices.SortFunc(calendars, func(a, b *v1alpha1.WorkCalendar) int { return cmp.Compare(a.Name, b.Name) })
	return calendars
}

func isYear(year int) func(*v1alpha1.WorkCalendar) bool {
	return func(c *v1alpha1.WorkCalendar) bool { return int(c.Spec.Year) == year }
}

// zoneOf returns the zone of a series. Without a calendar, or with one whose zone is unknown, the default zone counts.
func zoneOf(series []v1alpha1.WorkCalendar) *time.Location {
	zone := ""
	if len(series) > 0 {
		zone = slices.MaxFunc(series, func(a, b v1alpha1.WorkCalendar) int {
			return cmp.Compare(a.Spec.Year, b.Spec.Year)
		}).Spec.TimeZone
	}
	location, err := calendar.LoadZone(zone)
	if err != nil {
		return defaultZone
	}
	return location
}

// defaultZone is that of the calendar package. It is always known: the programs carry the time zones with them.
var defaultZone = func() *time.Location {
	location, err := calendar.LoadZone("")
	if err != nil {
		return time.FixedZone(calendar.DefaultTimeZone, 7*60*60)
	}
	return location
}()

// almanac keeps the manifests of calendars, of which many agencies have the same ones. The zero value is ready for use.
type almanac struct {
	mu   sync.Mutex
	kept map[string]leaf
}

// leaf is the manifest of a calendar at one version.
type leaf struct {
	uid             types.UID
	resourceVersion string
	manifest        workload.Manifest
}

// manifests returns the manifests of calendars, in their order.
func (a *almanac) manifests(calendars []*v1alpha1.WorkCalendar) ([]workload.Manifest, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.kept == nil {
		a.kept = map[string]leaf{}
	}
	manifests := make([]workload.Manifest, 0, len(calendars))
	for _, c := range calendars {
		kept := a.kept[c.Name]
		if kept.uid != c.UID || kept.resourceVersion != c.ResourceVersion {
			written, err := workload.CalendarManifest(c)
			if err != nil {
				return nil, err
			}
			kept = leaf{uid: c.UID, resourceVersion: c.ResourceVersion, manifest: written}
			a.kept[c.Name] = kept
		}
		manifests = append(manifests, kept.manifest)
	}
	return manifests, nil
}

// drop forgets a calendar that is gone.
func (a *almanac) drop(name string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.kept, name)
}
