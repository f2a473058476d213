package service

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"time"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/blob"
	"chuan.dev/chuan/internal/calendar"
	"chuan.dev/chuan/internal/dossier"
	"chuan.dev/chuan/internal/procedure"
	"chuan.dev/chuan/internal/rule"
	"chuan.dev/chuan/internal/store"
	"chuan.dev/chuan/internal/vault"
)

// agency is one agency as it is served. It is never changed: a change of the manifests makes a new one, which shares the
// records.
type agency struct {
	name       string
	spec       *v1alpha1.AgencySpec
	calendar   *calendar.Calendar
	procedures []*adopted // in the order of names
	records    *records
}

// adopted is a procedure by which an agency works, with its revisions in the order of their numbers.
type adopted struct {
	name      string
	revisions []*revision
}

// revision is a compiled revision of a procedure.
type revision struct {
	number        int32
	effectiveFrom v1alpha1.Date
	digest        string
	procedure     *procedure.Procedure
	// text is the revision as it is kept with the records.
	text func() (store.Revision, error)
}

// records are the records of an agency while it is served. They outlive the agency value that refers to them, and are
// closed once nobody uses them any more.
type records struct {
	store.Store
	// inUse is held for reading by who uses the store, and for writing to close it.
	inUse  sync.RWMutex
	closed bool

	// keys of the agency, and the bytes of its documents.
	keys  *vault.Keys
	blobs blob.Store
	// documents that come and go, and the roots of days.
	documents documents
	sealing   rootSeal
	// post brings messages to other agencies and to applicants.
	post *post

	// cited are the revisions that open dossiers cite, compiled, by digest.
	cited sync.Map
	// memory of the dossiers in which somebody has just worked.
	memory
	// counted is held while all records are gone through to count them.
	counted sync.Mutex
	// reviewed says how far open dossiers were looked through after a change of the manifests.
	reviewed review
}

// use says whether the records are open, and keeps them so until the returned function is called.
func (r *records) use() (release func(), ok bool) {
	r.inUse.RLock()
	if r.closed {
		r.inUse.RUnlock()
		return nil, false
	}
	return r.inUse.RUnlock, true
}

// visit is use by work in the background, which comes seldom and leaves no connection open behind it.
func (r *records) visit() (leave func(), ok bool) {
	release, ok := r.use()
	if !ok {
		return nil, false
	}
	return func() {
		if s, ok := r.Store.(interface{ Rest() }); ok {
			s.Rest()
		}
		release()
	}, true
}

// close closes the records when nobody uses them any more.
func (r *records) close() error {
	r.inUse.Lock()
	defer r.inUse.Unlock()
	if r.closed {
		return nil
	}
	r.closed = true
	return r.Close()
}

// office is what decisions have to know of the agency at an instant.
func (a *agency) office(now time.Time) dossier.Office {
	return dossier.Office{
		Calendar: a.calendar, Officers: a.spec.Officers, Today: a.day(now), Disadvantaged: a.disadvantaged(),
	}
}

// disadvantaged says whether the longer limits of disadvantaged areas hold.
func (a *agency) disadvantaged() bool { return a.spec.Disadvantaged != nil && *a.spec.Disadvantaged }

// limit is the statutory limit that the agency promises.
func (a *agency) limit(p *procedure.Procedure) v1alpha1.WorkDuration {
	return v1alpha1.WorkDuration(p.LimitFor(a.disadvantaged()).String())
}

// procedure returns an adopted procedure.
func (a *agency) procedure(name string) (*adopted, bool) {
	i := slices.IndexFunc(a.procedures, func(p *adopted) bool { return p.name == name })
	if i < 0 {
		return nil, false
	}
	return a.procedures[i], true
}

// inForce returns the revision under which dossiers are received on the agency's day of an instant, and those that will
// take its place. The first is nil when none is in force yet.
func (a *agency) inForce(p *adopted, now time.Time) (current *revision, coming []*revision) {
	known := make([]procedure.Revision, 0, len(p.revisions))
	for _, r := range p.revisions {
		known = append(known, procedure.Revision{Revision: r.number, EffectiveFrom: r.effectiveFrom})
	}
	today, later := procedure.InForce(known, a.day(now))
	if today != nil {
		current = p.revision(today.Revision)
	}
	for _, r := range later {
		coming = append(coming, p.revision(r.Revision))
	}
	return current, coming
}

func (p *adopted) revision(number int32) *revision {
	i := slices.IndexFunc(p.revisions, func(r *revision) bool { return r.number == number })
	if i < 0 {
		return nil
	}
	return p.revisions[i]
}

// day is the agency's day of an instant.
func (a *agency) day(t time.Time) calendar.Day { return calendar.DayOf(t, a.calendar.Location()) }

// officer returns an officer of the agency.
func (a *agency) officer(id v1alpha1.ID) (v1alpha1.Officer, bool) {
	i := slices.IndexFunc(a.spec.Officers, func(o v1alpha1.Officer) bool { return o.ID == id })
	if i < 0 {
		return v1alpha1.Officer{}, false
	}
	return a.spec.Officers[i], true
}

// revisionOf returns the compiled text that a dossier cites: from the manifests when they still have it, and from the
// agency's records when they have moved on.
func (a *agency) revisionOf(ctx context.Context, head store.Head) (*procedure.Procedure, error) {
	if p, ok := a.procedure(head.Procedure); ok {
		for _, r := range p.revisions {
			if r.digest == head.Digest {
				return r.procedure, nil
			}
		}
	}
	if known, ok := a.records.cited.Load(head.Digest); ok {
		return known.(*procedure.Procedure), nil
	}
	kept, err := a.records.Revision(ctx, head.Digest)
	if err != nil {
		return nil, err
	}
	var spec v1alpha1.QualityProcedureSpec
	if err := json.Unmarshal(kept.Text, &spec); err != nil {
		return nil, fmt.Errorf("revision %d of %s as it was kept: %w", kept.Number, kept.Procedure, err)
	}
	compiled, findings := procedure.CompileAccepted(kept.Procedure, &spec)
	if compiled == nil {
		return nil, fmt.Errorf("revision %d of %s as it was kept cannot be followed by this program: %s",
			kept.Number, kept.Procedure, rule.Errors(findings)[0])
	}
	a.records.cited.Store(head.Digest, compiled)
	return compiled, nil
}

// textOf is a revision as it is kept with the records. It is written when it is first needed.
func textOf(r *revision) func() (store.Revision, error) {
	return sync.OnceValues(func() (store.Revision, error) {
		text := *r.procedure.Spec
		text.Suspend = nil
		encoded, err := json.Marshal(&text)
		if err != nil {
			return store.Revision{}, fmt.Errorf("revision %d of %s: %w", r.number, r.procedure.Name, err)
		}
		return store.Revision{Digest: r.digest, Procedure: r.procedure.Name, Number: r.number, Text: encoded}, nil
	})
}

// withOfficer is an office in which an officer has the roles of this session.
func withOfficer(o dossier.Office, officer v1alpha1.Officer) dossier.Office {
	i := slices.IndexFunc(o.Officers, func(known v1alpha1.Officer) bool { return known.ID == officer.ID })
	if i >= 0 && slices.Equal(o.Officers[i].Roles, officer.Roles) {
		return o
	}
	if i < 0 {
		o.Officers = append(slices.Clip(o.Officers), officer)
		return o
	}
	o.Officers = slices.Clone(o.Officers)
	o.Officers[i] = officer
	return o
}
