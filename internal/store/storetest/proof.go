package storetest

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"chuan.dev/chuan/internal/store"
)

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

// collect returns the hashes of a sequence.
func collect(t *testing.T, hashes iter.Seq2[store.Hash, error]) (all []store.Hash) {
	t.Helper()
	for h, err := range hashes {
		if err != nil {
			t.Fatalf("Leaves: %v", err)
		}
		all = append(all, h)
	}
	return all
}

func leaves(t *testing.T, s store.Store) {
	if tail, err := s.Tail(t.Context()); err != nil || tail != 0 {
		t.Errorf("Tail of nothing = %d, %v", tail, err)
	}
	var want []store.Hash
	for range 3 {
		d := create(t, s)
		want = append(want, d.Events[0].Hash, add(t, s, Next(d, "B2")).Hash)
	}
	if tail, err := s.Tail(t.Context()); err != nil || tail != 6 {
		t.Errorf("Tail = %d, %v; want 6", tail, err)
	}
	if diff := cmp.Diff(want, collect(t, s.Leaves(t.Context(), 1, 6))); diff != "" {
		t.Errorf("all leaves (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want[2:4], collect(t, s.Leaves(t.Context(), 3, 4))); diff != "" {
		t.Errorf("leaves 3 and 4 (-want +got):\n%s", diff)
	}
	if got := collect(t, s.Leaves(t.Context(), 7, 6)); len(got) != 0 {
		t.Errorf("leaves of nothing: %v", got)
	}
	var missing error
	for _, err := range s.Leaves(t.Context(), 6, 7) {
		missing = err
	}
	if !errors.Is(missing, store.ErrNotFound) {
		t.Errorf("leaves with one that is not there: %v, want %v", missing, store.ErrNotFound)
	}
}

// rootOf makes the root of a day that follows another.
func rootOf(t *testing.T, s store.Store, day string, last store.DayRoot, to int64) store.DayRoot {
	t.Helper()
	root, err := store.Root(s.Leaves(t.Context(), last.To+1, to))
	if err != nil {
		t.Fatalf("Root: %v", err)
	}
	return store.DayRoot{
		Day: day, From: last.To + 1, To: to, Root: root, Prev: last.Root, KeyID: "k1", Signature: []byte("signed"),
	}
}

func roots(t *testing.T, s store.Store) {
	for range 5 {
		create(t, s)
	}
	first := rootOf(t, s, "2026-11-23", store.DayRoot{}, 3)
	idle := rootOf(t, s, "2026-11-24", first, 3)
	third := rootOf(t, s, "2026-11-26", idle, 5)
	for _, r := range []store.DayRoot{first, idle} {
		if err := s.PutRoot(t.Context(), r); err != nil {
			t.Fatalf("PutRoot(%s): %v", r.Day, err)
		}
	}
	wrong := map[string]store.DayRoot{"the same day": idle, "an earlier day": first}
	for name, alter := range map[string]func(*store.DayRoot){
		"a gap":               func(r *store.DayRoot) { r.From++ },
		"an overlap":          func(r *store.DayRoot) { r.From-- },
		"another predecessor": func(r *store.DayRoot) { r.Prev = first.Root },
		"what is not there":   func(r *store.DayRoot) { r.To++ },
		"less than nothing":   func(r *store.DayRoot) { r.To = r.From - 2 },
	} {
		r := third
		alter(&r)
		wrong[name] = r
	}
	for name, r := range wrong {
		if err := s.PutRoot(t.Context(), r); !errors.Is(err, store.ErrConflict) {
			t.Errorf("PutRoot of %s: %v, want %v", name, err, store.ErrConflict)
		}
	}
	if err := s.PutRoot(t.Context(), third); err != nil {
		t.Fatalf("PutRoot(%s): %v", third.Day, err)
	}
	for after, want := range map[string][]store.DayRoot{
		"": {first, idle, third}, "2026-11-24": {third}, "2026-11-26": nil,
	} {
		got, err := s.Roots(t.Context(), after)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("roots after %q (-want +got):\n%s", after, diff)
		}
	}
	if evidence, err := s.Verify(t.Context()); err != nil || evidence.Broken != nil {
		t.Errorf("Verify with roots = %+v, %v", evidence, err)
	}
}

// sound also asks for the verification of a root that does not stand for its events.
func sound(t *testing.T, s store.Store) {
	create(t, s)
	if err := s.Check(t.Context()); err != nil {
		t.Errorf("Check: %v", err)
	}
	if err := s.Healthy(t.Context()); err != nil {
		t.Errorf("Healthy: %v", err)
	}
	r := rootOf(t, s, "2026-11-23", store.DayRoot{}, 1)
	r.Root[0] ^= 1
	if err := s.PutRoot(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	evidence, err := s.Verify(t.Context())
	if err != nil || evidence.Broken == nil || !strings.Contains(evidence.Broken.Detail, "2026-11-23") {
		t.Errorf("Verify with a wrong root = %+v, %v", evidence.Broken, err)
	}
}

func refusesToForget(t *testing.T, h Harness) {
	s := h.Open(t)
	d := put(t, s, func(n *store.New) { n.Key = []byte("wrapped") })
	add(t, s, Next(d, "B2"))
	if err := s.PutRoot(t.Context(), rootOf(t, s, "2026-11-23", store.DayRoot{}, 2)); err != nil {
		t.Fatal(err)
	}
	if len(h.Refused) == 0 {
		t.Fatal("the driver names no statement that its database refuses")
	}
	for _, statement := range h.Refused {
		if err := h.Exec(t, s, statement); err == nil || !strings.Contains(err.Error(), "never") {
			t.Errorf("%s: %v, want a refusal", statement, err)
		}
	}
	if evidence, err := s.Verify(t.Context()); err != nil || evidence.Broken != nil || evidence.Events != 2 {
		t.Errorf("Verify = %+v, %v", evidence, err)
	}
}

// full fills a store with records of every sort.
func full(t *testing.T, s store.Store) {
	t.Helper()
	codes, _ := population(t, s)
	for i, code := range codes {
		a := Next(load(t, s, code), "B2")
		a.Change.Keys, a.Change.Blobs = []store.Hash{hash(fmt.Sprint("number", i))}, []store.Hash{hash(fmt.Sprint("document", i))}
		a.Change.Messages = []store.Outgoing{to("A", fmt.Sprint("m", i)), to("B", "")}
		a.Change.Incoming = &store.Incoming{Sender: "C", Number: int64(i + 1)}
		a.Change.Numbering = &store.Numbering{Book: "SO/2026", Put: func(int64, []store.Event) error { return nil }}
		add(t, s, a)
	}
	disposal := Next(load(t, s, codes[4]), "")
	disposal.Change.Dispose, disposal.Change.Head.Disposed, disposal.Change.Work = true, true, nil
	add(t, s, disposal)
	_, ids := waiting(t, s, Day, 10)
	sent(t, s, store.Delivery{ID: ids[0], At: Day})
	sent(t, s, store.Delivery{ID: ids[1], Next: Day, Failure: "no answer"})
	first := rootOf(t, s, "2026-11-23", store.DayRoot{}, 7)
	for _, r := range []store.DayRoot{first, rootOf(t, s, "2026-11-24", first, 13)} {
		if err := s.PutRoot(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
}

func records(t *testing.T, s store.Store) (all []store.Record) {
	t.Helper()
	for r, err := range s.Records(t.Context()) {
		if err != nil {
			t.Fatalf("Records: %v", err)
		}
		all = append(all, r)
	}
	return all
}

// reachable makes sure that every dossier of a full store is found by its key, and its document by its hash.
func reachable(t *testing.T, s store.Store) {
	t.Helper()
	for i := range 6 {
		key, kept := hash(fmt.Sprint("number", i)), i != 4 // which was disposed of
		page, err := s.Find(t.Context(), store.Query{Key: &key, Limit: 10})
		if err != nil || (len(page.Items) == 1) != kept {
			t.Errorf("the key of dossier %d finds %d, %v; want it to be there: %t", i, len(page.Items), err, kept)
		}
		cited, err := s.Cites(t.Context(), hash(fmt.Sprint("document", i)))
		if err != nil || cited != kept {
			t.Errorf("the document of dossier %d is cited: %t, %v; want %t", i, cited, err, kept)
		}
	}
}

func copied(t *testing.T, h Harness) {
	src, dst := h.Open(t), h.Open(t)
	full(t, src)
	before, err := src.Verify(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	got, err := store.Copy(t.Context(), dst, src)
	if err != nil {
		t.Fatalf("Copy: %v", err)
	}
	want := store.Tally{
		Revisions: 1, Dossiers: 6, Events: 13, Work: 5, Keys: 6, Blobs: 5, Counters: 2, Messages: 12, Incoming: 6, Roots: 2,
	}
	if diff := cmp.Diff(store.Copied{Tally: want, Evidence: before}, got); diff != "" {
		t.Errorf("copied (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(records(t, src), records(t, dst), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("records (-before +after):\n%s", diff)
	}
	reachable(t, dst)
	if string(dst.Secret()) != string(src.Secret()) {
		t.Error("the secret did not come with the records")
	}
	// The copy goes on where the records end.
	d := create(t, dst)
	if d.Code != New().Code(7) {
		t.Errorf("the next dossier of the copy is %s", d.Code)
	}
	if tail, err := dst.Tail(t.Context()); err != nil || tail != 14 {
		t.Errorf("Tail of the copy = %d, %v; want 14", tail, err)
	}
	late := Next(load(t, dst, New().Code(1)), "B3")
	late.Change.Incoming = &store.Incoming{Sender: "C", Number: 1}
	if w, err := dst.Append(t.Context(), late); !errors.Is(err, store.ErrRepeated) || w.Code != New().Code(1) {
		t.Errorf("a message that came before the move: %s, %v; want %v", w.Code, err, store.ErrRepeated)
	}
	if _, err := store.Copy(t.Context(), dst, src); !errors.Is(err, store.ErrConflict) {
		t.Errorf("Copy into a store that is not empty: %v, want %v", err, store.ErrConflict)
	}
}

// altered is a store of which the records read otherwise.
type altered struct {
	store.Store
	alter func(*store.Record)
}

func (a altered) Records(ctx context.Context) iter.Seq2[store.Record, error] {
	return func(yield func(store.Record, error) bool) {
		for r, err := range a.Store.Records(ctx) {
			if err == nil {
				a.alter(&r)
			}
			if !yield(r, err) {
				return
			}
		}
	}
}

func copiedBroken(t *testing.T, h Harness) {
	src, dst := h.Open(t), h.Open(t)
	full(t, src)
	_, err := store.Copy(t.Context(), dst, altered{src, func(r *store.Record) {
		if r.Dossier != nil && r.Dossier.Code == New().Code(2) {
			r.Dossier.Events[1].Officer = "binh"
		}
	}})
	if !errors.Is(err, store.ErrDamaged) || !strings.Contains(err.Error(), New().Code(2)) {
		t.Errorf("Copy of broken records: %v, want %v", err, store.ErrDamaged)
	}
	if evidence, err := dst.Verify(t.Context()); err != nil || evidence.Dossiers != 0 {
		t.Errorf("after a copy that failed: %+v, %v", evidence, err)
	}
}

func restoredPartly(t *testing.T, h Harness) {
	src, dst := h.Open(t), h.Open(t)
	full(t, src)
	all := records(t, src)
	sequence := func(records []store.Record) iter.Seq2[store.Record, error] {
		return func(yield func(store.Record, error) bool) {
			for _, r := range records {
				if !yield(r, nil) {
					return
				}
			}
		}
	}
	other := *all[0].Meta
	other.Agency = "H99.99.99"
	cut := errors.New("the file was cut off")
	for name, c := range map[string]iter.Seq2[store.Record, error]{
		"nothing at all":            sequence(nil),
		"without a beginning":       sequence(all[1:]),
		"the beginning only":        sequence(all[:1]),
		"one dossier missing":       sequence(slices.Delete(slices.Clone(all), 3, 4)),
		"one dossier twice":         sequence(slices.Insert(slices.Clone(all), 3, all[3])),
		"those of another agency":   sequence(append([]store.Record{{Meta: &other}}, all[1:]...)),
		"an error on the way":       func(yield func(store.Record, error) bool) { _ = yield(all[0], nil) && yield(store.Record{}, cut) },
		"a beginning in the middle": sequence(slices.Insert(slices.Clone(all), 3, all[0])),
	} {
		if err := dst.Restore(t.Context(), c); err == nil {
			t.Errorf("Restore of %s was accepted", name)
		}
		if evidence, err := dst.Verify(t.Context()); err != nil || evidence.Dossiers != 0 || evidence.Events != 0 {
			t.Fatalf("after the restoration of %s: %+v, %v", name, evidence, err)
		}
	}
	if err := dst.Restore(t.Context(), sequence(all)); err != nil {
		t.Errorf("Restore of everything: %v", err)
	}
}
