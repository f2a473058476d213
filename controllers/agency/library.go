package agency

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"maps"
	"reflect"
	"slices"
	"sync"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/controllers/internal/revision"
	"chuan.dev/chuan/internal/calendar"
	"chuan.dev/chuan/internal/procedure"
	"chuan.dev/chuan/internal/workload"
)

// library knows the accepted procedures of every namespace. Reading a revision is costly and its text never changes, so
// what is needed of it is kept; what is derived from all revisions of a namespace is kept until one of them changes.
type library struct {
	reader client.Reader
	now    func() time.Time

	mu      sync.Mutex
	records map[string]map[types.UID]*record
	shelves map[string]*shelf
}

// record is what is kept of an accepted revision.
type record struct {
	revision  procedure.Revision
	candidate procedure.Candidate
	// profile is shared by the revisions of a procedure of which the same is to be known. It is nil when no dossier can
	// be led by the text, which was accepted, any more.
	profile  *procedure.Profile
	manifest workload.ProcedureManifest
	// compiled compiles the text when it is first asked for: by an agency that overrides something of it.
	compiled func() *procedure.Procedure
}

// shelf is the accepted procedures of one namespace on one day. What it says does not change; another one takes its place.
type shelf struct {
	day calendar.Day
	// candidates are the revisions in force and to come of all procedures: an agency adopts a procedure when any of
	// these covers it, so it does not lose one before the revision that says so is in force.
	candidates []procedure.Candidate
	// revisions are the same revisions, by procedure and in the order of their numbers.
	revisions map[string][]*record
	// known are the names of all procedures, accepted or not.
	known map[string]bool
	// unexamined says that a procedure has not been looked at yet by its controller.
	unexamined bool

	mu sync.Mutex
	// sizes says of the procedure sets that were asked for what keeps them from being stored.
	sizes map[string]error
}

func newLibrary(reader client.Reader, now func() time.Time) *library {
	return &library{
		reader: reader, now: now,
		records: map[string]map[types.UID]*record{}, shelves: map[string]*shelf{},
	}
}

// outdated makes the next look at a namespace read it again.
func (l *library) outdated(namespace string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.shelves, namespace)
}

// shelf returns the accepted procedures of a namespace.
func (l *library) shelf(ctx context.Context, namespace string) (*shelf, error) {
	today := calendar.DayOf(l.now(), defaultZone)
	l.mu.Lock()
	defer l.mu.Unlock()
	if kept := l.shelves[namespace]; kept != nil && kept.day == today {
		return kept, nil
	}
	read, err := l.read(ctx, namespace, today)
	if err != nil {
		return nil, err
	}
	l.shelves[namespace] = read
	return read, nil
}

func (l *library) read(ctx context.Context, namespace string, today calendar.Day) (*shelf, error) {
	var revisions appsv1.ControllerRevisionList
	err := l.reader.List(ctx, &revisions, client.InNamespace(namespace),
		client.HasLabels{v1alpha1.LabelProcedure}, client.UnsafeDisableDeepCopy)
	if err != nil {
		return nil, fmt.Errorf("list the accepted revisions of namespace %s: %w", namespace, err)
	}
	var procedures v1alpha1.QualityProcedureList
	if err := l.reader.List(ctx, &procedures, client.InNamespace(namespace), client.UnsafeDisableDeepCopy); err != nil {
		return nil, fmt.Errorf("list the procedures of namespace %s: %w", namespace, err)
	}
	read := &shelf{day: today, revisions: map[string][]*record{}, known: map[string]bool{}, sizes: map[string]error{}}
	kept := l.keep(ctx, namespace, revisions.Items)
	for i := range procedures.Items {
		p := &procedures.Items[i]
		read.known[p.Name] = true
		read.unexamined = read.unexamined || !examined(p) || !recordedIn(kept[p.Name], p.Status.AcceptedRevision)
	}
	read.fill(kept)
	return read, nil
}

// recordedIn says whether a revision is among the records of its procedure; so is no revision. The cache may report that
// one was accepted before it reports the record.
func recordedIn(records []*record, accepted *int32) bool {
	return accepted == nil || slices.ContainsFunc(records, func(r *record) bool { return r.revision.Revision == *accepted })
}

// examined says whether the controller of procedures has looked at a procedure at least once.
func examined(p *v1alpha1.QualityProcedure) bool { return p.Status.ObservedGeneration > 0 }

// keep returns the records of revisions by procedure, reading those that are new and dropping those that are gone. One
// that cannot be read is left out: it is as if it had not been accepted.
func (l *library) keep(ctx context.Context, namespace string, revisions []appsv1.ControllerRevision) map[string][]*record {
	before, kept := l.records[namespace], map[types.UID]*record{}
	byProcedure := map[string][]*record{}
	for i := range revisions {
		r := before[revisions[i].UID]
		if r == nil {
			var err error
			if r, err = newRecord(&revisions[i]); err != nil {
				ctrl.LoggerFrom(ctx).Error(err, "Leaving out an accepted revision that cannot be read",
					"namespace", namespace, "controllerRevision", revisions[i].Name)
				continue
			}
			r.profile = known(r.profile, slices.Values(byProcedure[r.candidate.Name]), maps.Values(before))
		}
		kept[revisions[i].UID] = r
		byProcedure[r.candidate.Name] = append(byProcedure[r.candidate.Name], r)
	}
	l.records[namespace] = kept
	return byProcedure
}

// known returns the profile of another record that says the same, or else the profile itself.
func known(profile *procedure.Profile, among ...iter.Seq[*record]) *procedure.Profile {
	for _, records := range among {
		for r := range records {
			if profile != nil && r.candidate.Name == profile.Name && reflect.DeepEqual(r.profile, profile) {
				return r.profile
			}
		}
	}
	return profile
}

func newRecord(r *appsv1.ControllerRevision) (*record, error) {
	number, err := revision.Of(r)
	if err != nil {
		return nil, err
	}
	text, err := revision.Read(r)
	if err != nil {
		return nil, err
	}
	name := r.Labels[v1alpha1.LabelProcedure]
	manifest, err := workload.NewProcedureManifest(name, text.Labels, &text.Spec)
	if err != nil {
		return nil, err
	}
	var profile *procedure.Profile
	if compiled, _ := procedure.CompileAccepted(name, &text.Spec); compiled != nil {
		profile = compiled.Profile()
	}
	raw := appsv1.ControllerRevision{ObjectMeta: metav1.ObjectMeta{Name: r.Name}, Data: r.Data}
	return &record{
		revision:  number,
		candidate: procedure.Candidate{Name: name, Labels: text.Labels, AppliesTo: text.Spec.AppliesTo},
		profile:   profile,
		manifest:  manifest,
		compiled: sync.OnceValue(func() *procedure.Procedure {
			text, err := revision.Read(&raw)
			if err != nil {
				return nil // it was read before
			}
			compiled, _ := procedure.CompileAccepted(name, &text.Spec)
			return compiled
		}),
	}, nil
}

// fill puts the revisions on the shelf that are in force on its day or will be.
func (s *shelf) fill(byProcedure map[string][]*record) {
	for name, records := range byProcedure {
		numbers := make([]procedure.Revision, 0, len(records))
		for _, r := range records {
			numbers = append(numbers, r.revision)
		}
		current, coming := procedure.InForce(numbers, s.day)
		if current != nil {
			coming = append([]procedure.Revision{*current}, coming...)
		}
		for _, number := range coming {
			i := slices.IndexFunc(records, func(r *record) bool { return r.revision == number })
			s.revisions[name] = append(s.revisions[name], records[i])
			s.candidates = append(s.candidates, records[i].candidate)
		}
	}
	slices.SortStableFunc(s.candidates, func(a, b procedure.Candidate) int { return cmp.Compare(a.Name, b.Name) })
}

// manifests returns the revisions that a set of procedures holds.
func (s *shelf) manifests(members []string) []workload.ProcedureManifest {
	var manifests []workload.ProcedureManifest
	for _, name := range members {
		for _, r := range s.revisions[name] {
			manifests = append(manifests, r.manifest)
		}
	}
	return manifests
}

// fits says whether a set of procedures can be stored: nil, or a [*workload.BundleTooLargeError]. Many agencies ask for the
// same set.
func (s *shelf) fits(set string, members []string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	err, found := s.sizes[set]
	if !found {
		_, err = workload.PartCount(s.manifests(members))
		s.sizes[set] = err
	}
	return err
}
