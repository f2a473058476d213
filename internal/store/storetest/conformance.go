// Package storetest is what every driver of package store has to fulfil.
package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"chuan.dev/chuan/internal/store"
)

// Day is a moment of a working day, in UTC.
var Day = time.Date(2026, time.November, 23, 2, 0, 0, 0, time.UTC)

// New returns a dossier that comes in, with an open step of the role "mot-cua".
func New() store.New {
	return store.New{
		Revision: store.Revision{Digest: "d1", Procedure: "cap-ban-sao", Number: 1, Text: []byte(`{"code":"QT-01"}`)},
		Period:   "261123",
		Code:     func(serial int64) string { return fmt.Sprintf("H18.35.01-261123-%04d", serial) },
		Change: store.Change{
			Events: []store.Event{{
				Seq: 1, At: Day, Type: "received", Officer: "an", Role: "mot-cua", To: "B1", Data: []byte(`{"forms":{"don":{"soBan":2}}}`),
			}},
			Head: store.Head{Procedure: "cap-ban-sao", Revision: 1, Digest: "d1", Open: true, ReceivedAt: Day},
			Work: []store.WorkItem{{Branch: "main", Step: "B1", Role: "mot-cua", EnteredAt: Day, Due: Day.Add(time.Hour)}},
		},
	}
}

// Next returns what happens next to a dossier: it goes to another step.
func Next(d store.Dossier, step string) store.Addition {
	last := d.Events[len(d.Events)-1]
	head := d.Head
	head.Due = Day.Add(8 * time.Hour)
	at := last.At.Add(time.Minute)
	return store.Addition{
		Code: d.Code, Version: last.Seq, Hash: last.Hash,
		Change: store.Change{
			Events: []store.Event{{
				Seq: last.Seq + 1, At: at, Type: "moved", Officer: "an", Role: "mot-cua", Action: "chuyen",
				From: "B1", To: step, Data: []byte(`{}`),
			}},
			Head: head,
			Work: []store.WorkItem{{Branch: "main", Step: step, Role: "thu-ly", EnteredAt: at, Expires: at.Add(time.Hour)}},
		},
	}
}

// Run runs the whole suite. open opens a store that is empty, and is closed by the caller's cleanup.
func Run(t *testing.T, open func(t *testing.T) store.Store) {
	for name, test := range map[string]func(*testing.T, store.Store){
		"a dossier is read as it was recorded":        readBack,
		"what is not there is not found":              notFound,
		"a stale addition is a conflict":              conflict,
		"serial numbers have no gaps":                 serials,
		"writers get in each other's way in one only": race,
		"the inbox shows who may act":                 inbox,
		"what has run out is found":                   expired,
		"the chains are verified":                     verified,
		"a change that nobody waits for is left out":  abandoned,
		"a store says when it is closed":              closed,
	} {
		t.Run(name, func(t *testing.T) { test(t, open(t)) })
	}
}

func create(t *testing.T, s store.Store) store.Dossier {
	t.Helper()
	written, err := s.Create(t.Context(), New())
	if err != nil {
		t.Fatalf("Create: %v", err)
	}
	return load(t, s, written.Code)
}

func load(t *testing.T, s store.Store, code string) store.Dossier {
	t.Helper()
	d, err := s.Load(t.Context(), code)
	if err != nil {
		t.Fatalf("Load: %v", err)
	}
	return d
}

func add(t *testing.T, s store.Store, a store.Addition) {
	t.Helper()
	if _, err := s.Append(t.Context(), a); err != nil {
		t.Fatalf("Append: %v", err)
	}
}

func readBack(t *testing.T, s store.Store) {
	d := create(t, s)
	want := New().Change
	store.Seal(d.Code, store.Hash{}, want.Events)
	if diff := cmp.Diff(store.Dossier{Code: "H18.35.01-261123-0001", Head: want.Head, Events: want.Events}, d); diff != "" {
		t.Errorf("dossier after Create (-want +got):\n%s", diff)
	}
	a := Next(d, "B2")
	add(t, s, a)
	got := load(t, s, d.Code)
	if diff := cmp.Diff(a.Change.Head, got.Head); diff != "" {
		t.Errorf("head after Append (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(append(want.Events, a.Change.Events...), got.Events); diff != "" {
		t.Errorf("events after Append (-want +got):\n%s", diff)
	}
	r, err := s.Revision(t.Context(), "d1")
	if err != nil {
		t.Fatalf("Revision: %v", err)
	}
	if diff := cmp.Diff(New().Revision, r); diff != "" {
		t.Errorf("revision (-want +got):\n%s", diff)
	}
}

func notFound(t *testing.T, s store.Store) {
	_, noDossier := s.Load(t.Context(), "H18.35.01-261123-0001")
	_, noRevision := s.Revision(t.Context(), "d1")
	addition := Next(store.Dossier{Code: "H18.35.01-261123-0001", Events: New().Change.Events}, "B2")
	_, noAddition := s.Append(t.Context(), addition)
	for what, err := range map[string]error{
		"Load": noDossier, "Revision": noRevision, "Append": noAddition,
	} {
		if !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%s: %v, want %v", what, err, store.ErrNotFound)
		}
	}
}

func conflict(t *testing.T, s store.Store) {
	d := create(t, s)
	add(t, s, Next(d, "B2"))
	if _, err := s.Append(t.Context(), Next(d, "B3")); !errors.Is(err, store.ErrConflict) {
		t.Errorf("second addition to the same version: %v, want %v", err, store.ErrConflict)
	}
	if got := load(t, s, d.Code).Events[1].To; got != "B2" {
		t.Errorf("the dossier went to %s, want B2", got)
	}
}

func serials(t *testing.T, s store.Store) {
	const dossiers = 200
	codes := make([]string, dossiers)
	var group sync.WaitGroup
	for i := range dossiers {
		group.Go(func() {
			n := New()
			if i%10 == 0 {
				// A dossier whose record is refused must not use up a number.
				n.Change.Events = append(n.Change.Events, n.Change.Events[0])
			}
			written, _ := s.Create(context.Background(), n)
			codes[i] = written.Code
		})
	}
	group.Wait()
	codes = slices.DeleteFunc(codes, func(code string) bool { return code == "" })
	slices.Sort(codes)
	if len(codes) != dossiers-dossiers/10 {
		t.Fatalf("%d dossiers were recorded, want %d", len(codes), dossiers-dossiers/10)
	}
	for i, code := range codes {
		if want := New().Code(int64(i + 1)); code != want {
			t.Fatalf("code %d is %s, want %s", i, code, want)
		}
	}
	other := New()
	other.Period = "261124"
	other.Code = func(serial int64) string { return fmt.Sprintf("H18.35.01-261124-%04d", serial) }
	if got, err := s.Create(t.Context(), other); err != nil || got.Code != "H18.35.01-261124-0001" {
		t.Errorf("first dossier of another day: %s, %v", got.Code, err)
	}
}

func race(t *testing.T, s store.Store) {
	d := create(t, s)
	const officers, rounds = 16, 20
	for range rounds {
		d = load(t, s, d.Code)
		results := make([]error, officers)
		var group sync.WaitGroup
		for i := range officers {
			group.Go(func() { _, results[i] = s.Append(context.Background(), Next(d, "B2")) })
		}
		group.Wait()
		won := 0
		for _, err := range results {
			switch {
			case err == nil:
				won++
			case !errors.Is(err, store.ErrConflict):
				t.Fatalf("Append: %v, want %v", err, store.ErrConflict)
			}
		}
		if won != 1 {
			t.Fatalf("%d of %d additions to one version were recorded, want 1", won, officers)
		}
	}
	if got := load(t, s, d.Code); len(got.Events) != rounds+1 || store.Verify(got) != nil {
		t.Errorf("%d events, %v; want %d in a whole chain", len(got.Events), store.Verify(got), rounds+1)
	}
}

func inbox(t *testing.T, s store.Store) {
	for i, assignee := range []string{"", "binh", "an", "gone"} {
		n := New()
		n.Change.Work[0].Assignee = assignee
		n.Change.Work[0].Due = Day.Add(time.Duration(4-i) * time.Hour)
		if i == 0 {
			n.Change.Work[0].Due = time.Time{}
		}
		if _, err := s.Create(t.Context(), n); err != nil {
			t.Fatal(err)
		}
	}
	q := store.InboxQuery{Role: "mot-cua", Officer: "an", Holders: []string{"an", "binh"}, Limit: 10}
	if got, want := assignees(t, s, q, false), []string{"gone", "an", ""}; !slices.Equal(got, want) {
		t.Errorf("inbox of an holds work of %q, want %q", got, want)
	}
	q.Limit = 2
	if got, want := assignees(t, s, q, true), []string{"gone", "an"}; !slices.Equal(got, want) {
		t.Errorf("first two of the inbox are work of %q, want %q", got, want)
	}
	q.Role = "thu-ly"
	if got := assignees(t, s, q, false); len(got) != 0 {
		t.Errorf("inbox of another role holds work of %q, want none", got)
	}
}

func assignees(t *testing.T, s store.Store, q store.InboxQuery, wantMore bool) []string {
	t.Helper()
	work, err := s.Inbox(t.Context(), q)
	if more := work.Next != ""; err != nil || more != wantMore {
		t.Fatalf("Inbox: more=%v, %v; want more=%v", more, err, wantMore)
	}
	var names []string
	for _, w := range work.Items {
		names = append(names, w.Item.Assignee)
	}
	return names
}

func expired(t *testing.T, s store.Store) {
	d := create(t, s)
	a := Next(d, "CHO")
	add(t, s, a)
	runsOut := a.Change.Work[0].Expires
	for _, c := range []struct {
		now  time.Time
		want []string
	}{
		{runsOut.Add(-time.Millisecond), nil},
		{runsOut, []string{d.Code}},
		{runsOut, []string{d.Code}},
	} {
		got, err := s.Expired(t.Context(), c.now, 10)
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("Expired(%s) = %v, %v; want %v", c.now, got, err, c.want)
		}
	}
	d = load(t, s, d.Code)
	done := Next(d, "B3")
	done.Change.Work[0].Expires = time.Time{}
	add(t, s, done)
	for range 2 {
		if got, err := s.Expired(t.Context(), runsOut, 10); err != nil || len(got) != 0 {
			t.Errorf("Expired after it was seen to = %v, %v; want none", got, err)
		}
	}
	other := create(t, s)
	add(t, s, Next(other, "CHO"))
	if got, err := s.Expired(t.Context(), runsOut, 10); err != nil || !slices.Equal(got, []string{other.Code}) {
		t.Errorf("Expired with another one = %v, %v; want %s", got, err, other.Code)
	}
}

func verified(t *testing.T, s store.Store) {
	var heads []store.Hash
	for range 3 {
		d := create(t, s)
		add(t, s, Next(d, "B2"))
		evidence, err := s.Verify(t.Context())
		if err != nil || evidence.Broken != nil {
			t.Fatalf("Verify: %v, %+v", err, evidence.Broken)
		}
		n := int64(len(heads) + 1)
		if evidence.Dossiers != n || evidence.Events != 2*n || slices.Contains(heads, evidence.Head) {
			t.Errorf("evidence of %d dossiers: %+v", n, evidence)
		}
		heads = append(heads, evidence.Head)
	}
}

func abandoned(t *testing.T, s store.Store) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Create(ctx, New()); !errors.Is(err, context.Canceled) {
		t.Errorf("Create with a context that has ended: %v, want %v", err, context.Canceled)
	}
	if d := create(t, s); d.Code != New().Code(1) {
		t.Errorf("the next dossier is %s, want the first number", d.Code)
	}
}

func closed(t *testing.T, s store.Store) {
	if err := s.Close(); err != nil {
		t.Fatalf("Close: %v", err)
	}
	if _, err := s.Create(t.Context(), New()); !errors.Is(err, store.ErrClosed) {
		t.Errorf("Create after Close: %v, want %v", err, store.ErrClosed)
	}
}
