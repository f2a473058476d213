package postgres

import (
	"errors"
	"testing"

	"chuan.dev/chuan/internal/store"
	"chuan.dev/chuan/internal/store/storetest"
)

func TestWhatAWriterRemembersIsNotTrustedAfterAnotherReplicaHasWritten(t *testing.T) {
	uri := newDatabase(t)
	one, other := openAgency(t, openDatabase(t, Options{URI: uri}), agency), openAgency(t, openDatabase(t, Options{URI: uri}), agency)
	d := warm(t, one)
	if !one.writer.known.alone {
		t.Fatal("the writer does not write by memory")
	}
	stale := next(d, store.Hash{0xfe})
	if _, err := other.Append(t.Context(), next(d, store.Hash{0xff})); err != nil {
		t.Fatal(err)
	}
	if _, err := one.Append(t.Context(), stale); !errors.Is(err, store.ErrConflict) {
		t.Errorf("Append to what another replica has moved on: %v, want %v", err, store.ErrConflict)
	}
	for i, s := range []*Store{other, one, one, one, other, one} {
		want := storetest.New().Code(int64(i + 2))
		if w, err := s.Create(t.Context(), storetest.New()); err != nil || w.Code != want {
			t.Errorf("Create %d: %s, %v; want %s", i, w.Code, err, want)
		}
	}
	if evidence, err := one.Verify(t.Context()); err != nil || evidence.Broken != nil || evidence.Dossiers != 7 {
		t.Errorf("Verify = %+v, %v; want 7 dossiers", evidence, err)
	}
}

func TestARequestThatWasAnsweredLongAgoIsRepeatedByMemoryToo(t *testing.T) {
	s := openNew(t)
	d := warm(t, s)
	first := next(d, store.Hash{0xff})
	if _, err := s.Append(t.Context(), first); err != nil {
		t.Fatal(err)
	}
	again := next(loaded(t, s, d.Code), store.Hash{0xff})
	w, err := s.Append(t.Context(), again)
	if !errors.Is(err, store.ErrRepeated) || w.Version != first.Version+1 {
		t.Errorf("the same request at a later version: %+v, %v; want %v with version %d", w, err, store.ErrRepeated, first.Version+1)
	}
	if got := loaded(t, s, d.Code); len(got.Events) != len(d.Events)+1 {
		t.Errorf("%d events, want %d", len(got.Events), len(d.Events)+1)
	}
}

func TestOpenStepsAreReplacedOneByOne(t *testing.T) {
	s := openNew(t)
	d := warm(t, s)
	item := func(branch, step string) store.WorkItem {
		return store.WorkItem{Branch: branch, Step: step, Role: "clerk", EnteredAt: storetest.Day}
	}
	for i, work := range [][]store.WorkItem{
		{item("a", "1"), item("b", "1")},
		{item("a", "1"), item("b", "2"), item("c", "1")},
		{item("c", "1")},
		{},
		{item("b", "3")},
	} {
		a := next(d, store.Hash{0xf0, byte(i)})
		a.Change.Work = work
		if _, err := s.Append(t.Context(), a); err != nil {
			t.Fatal(err)
		}
		d = loaded(t, s, d.Code)
		page, err := s.Inbox(t.Context(), store.InboxQuery{Role: "clerk", Limit: 10})
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]string{}
		for _, w := range page.Items {
			got[w.Item.Branch] = w.Item.Step
		}
		if len(got) != len(work) {
			t.Errorf("change %d: open steps %v, want %v", i, got, work)
		}
		for _, w := range work {
			if got[w.Branch] != w.Step {
				t.Errorf("change %d: open steps %v, want %v", i, got, work)
			}
		}
	}
}
