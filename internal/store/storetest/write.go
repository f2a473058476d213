package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"chuan.dev/chuan/internal/store"
)

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

func without(t *testing.T, s store.Store) {
	d := put(t, s, func(n *store.New) {
		n.Revision = store.Revision{}
		n.Change.Head = store.Head{Kind: store.KindPetition, Channel: "online", Open: true, ReceivedAt: Day}
		n.Change.Work = nil
		n.Key = []byte("wrapped")
	})
	want := store.Head{Kind: store.KindPetition, Channel: "online", Open: true, ReceivedAt: Day}
	if diff := cmp.Diff(want, d.Head); diff != "" || string(d.Key) != "wrapped" {
		t.Errorf("petition with key %q (-want +got):\n%s", d.Key, diff)
	}
	if _, err := s.Revision(t.Context(), ""); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("Revision without a digest: %v, want %v", err, store.ErrNotFound)
	}
	// An empty kind means a dossier.
	if d := put(t, s, func(n *store.New) { n.Change.Head.Kind = "" }); d.Head.Kind != store.KindDossier {
		t.Errorf("a record without a kind has kind %q, want %q", d.Head.Kind, store.KindDossier)
	}
	// Everything of a head is kept.
	a := Next(d, "B2")
	a.Change.Head = store.Head{
		Kind: store.KindPetition, Channel: "post", Outcome: "xong", Result: "granted", ReceivedAt: Day,
		AcceptedAt: Day.Add(1 * time.Hour), Due: Day.Add(2 * time.Hour), FinishedAt: Day.Add(3 * time.Hour),
		EndedAt: Day.Add(4 * time.Hour), DisposeAfter: Day.Add(5 * time.Hour),
	}
	add(t, s, a)
	if diff := cmp.Diff(a.Change.Head, load(t, s, d.Code).Head); diff != "" {
		t.Errorf("head after Append (-want +got):\n%s", diff)
	}
}

// branches moves open work about: what is open afterwards is exactly what the last change says.
func branches(t *testing.T, s store.Store) {
	d := create(t, s)
	item := func(branch, step string) store.WorkItem {
		return store.WorkItem{Branch: branch, Step: step, Role: "thu-ly", EnteredAt: Day, Due: Day.Add(time.Hour)}
	}
	for i, work := range [][]store.WorkItem{
		{item("main/B2.0", "A1"), item("main/B2.1", "A2"), item("main/B2.2", "A3")},
		{item("main/B2.0", "A1"), item("main/B2.1", "A4"), item("main/B2.2", "A3")},
		{item("main/B2.0", "A5"), item("main/B2.2", "A3")},
		{item("main", "B3")},
		nil,
		{item("main", "B4")},
	} {
		a := Next(d, "B2")
		a.Change.Work = work
		add(t, s, a)
		d = load(t, s, d.Code)
		page, err := s.Inbox(t.Context(), store.InboxQuery{Limit: 10})
		if err != nil {
			t.Fatal(err)
		}
		var got []store.WorkItem
		for _, w := range page.Items {
			got = append(got, w.Item)
		}
		slices.SortFunc(got, func(a, b store.WorkItem) int { return strings.Compare(a.Branch, b.Branch) })
		if diff := cmp.Diff(work, got); diff != "" {
			t.Errorf("open work after change %d (-want +got):\n%s", i, diff)
		}
	}
}

func disposed(t *testing.T, s store.Store) {
	key, blob := hash("identity number"), hash("document")
	d := put(t, s, func(n *store.New) {
		n.Key = []byte("wrapped")
		n.Change.Keys, n.Change.Blobs = []store.Hash{key}, []store.Hash{blob}
	})
	other := put(t, s, func(n *store.New) { n.Key, n.Change.Keys = []byte("other"), []store.Hash{key} })
	a := Next(d, "")
	a.Change.Dispose, a.Change.Work, a.Change.Head.Disposed, a.Change.Head.Open = true, nil, true, false
	add(t, s, a)
	got := load(t, s, d.Code)
	if got.Key != nil || !got.Head.Disposed || len(got.Events) != 2 || store.Verify(got) != nil {
		t.Errorf("after its disposal: key %q, disposed %v, %d events", got.Key, got.Head.Disposed, len(got.Events))
	}
	if codes := codesOf(t, s, store.Query{Key: &key, Limit: 10}); !slices.Equal(codes, []string{other.Code}) {
		t.Errorf("found by the key of what was disposed of: %v, want %s", codes, other.Code)
	}
	if cited, err := s.Cites(t.Context(), blob); err != nil || cited {
		t.Errorf("Cites after the disposal = %v, %v", cited, err)
	}
	if string(load(t, s, other.Code).Key) != "other" {
		t.Error("another dossier has lost its key")
	}
}

func rebased(t *testing.T, s store.Store) {
	d := create(t, s)
	a := Next(d, "B2")
	a.Change.Rebase = &store.Revision{Digest: "d2", Procedure: "cap-ban-sao", Number: 2, Text: []byte(`{"code":"QT-01","v":2}`)}
	a.Change.Head.Revision, a.Change.Head.Digest = 2, "d2"
	add(t, s, a)
	if diff := cmp.Diff(a.Change.Head, load(t, s, d.Code).Head); diff != "" {
		t.Errorf("head after the rebase (-want +got):\n%s", diff)
	}
	for digest, number := range map[string]int32{"d1": 1, "d2": 2} {
		if r, err := s.Revision(t.Context(), digest); err != nil || r.Number != number {
			t.Errorf("Revision(%s) = %d, %v; want %d", digest, r.Number, err, number)
		}
	}
}

func cited(t *testing.T, s store.Store) {
	blob := hash("document")
	if cites, err := s.Cites(t.Context(), blob); err != nil || cites {
		t.Errorf("Cites before = %v, %v", cites, err)
	}
	d := create(t, s)
	a := Next(d, "B2")
	a.Change.Blobs = []store.Hash{blob, hash("other document")}
	add(t, s, a)
	// The same document may be handed in again.
	a = Next(load(t, s, d.Code), "B3")
	a.Change.Blobs = []store.Hash{blob}
	add(t, s, a)
	if cites, err := s.Cites(t.Context(), blob); err != nil || !cites {
		t.Errorf("Cites = %v, %v; want true", cites, err)
	}
}
