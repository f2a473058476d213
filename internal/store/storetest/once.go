package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"chuan.dev/chuan/internal/store"
)

// books numbers results while some changes are refused: a number that was not used is given again.
func books(t *testing.T, s store.Store) {
	const dossiers = 40
	numbers := make([]int64, dossiers)
	var group sync.WaitGroup
	for i := range dossiers {
		d := create(t, s)
		group.Go(func() {
			a := Next(d, "B2")
			a.Change.Numbering = &store.Numbering{Book: "GPXD-UBND/2026", Put: func(number int64, events []store.Event) error {
				if i%8 == 0 {
					return errors.New("the number cannot be printed")
				}
				events[0].Data = fmt.Appendf(nil, `{"result":{"number":%d}}`, number)
				numbers[i] = number
				return nil
			}}
			if i%8 == 1 {
				a.Version++
			}
			written, err := s.Append(context.Background(), a)
			if refused := i%8 < 2; (err != nil) != refused {
				t.Errorf("Append %d: %v, refused: %v", i, err, refused)
			}
			if err != nil {
				numbers[i] = 0
				return
			}
			want := fmt.Sprintf(`{"result":{"number":%d}}`, numbers[i])
			if got := load(t, s, d.Code); string(got.Events[1].Data) != want || store.Verify(got) != nil || got.Events[1].Hash != written.Hash {
				t.Errorf("dossier %d holds %s, want %s in a whole chain", i, got.Events[1].Data, want)
			}
		})
	}
	group.Wait()
	numbers = slices.DeleteFunc(numbers, func(n int64) bool { return n == 0 })
	slices.Sort(numbers)
	for i, n := range numbers {
		if n != int64(i+1) {
			t.Fatalf("numbers of the book: %v", numbers)
		}
	}
	if want := dossiers - dossiers/4; len(numbers) != want {
		t.Errorf("%d numbers were given, want %d", len(numbers), want)
	}
}

func request(key, asks string) *store.Once {
	return &store.Once{Key: hash(key), Request: hash(asks), At: Day}
}

func once(t *testing.T, s store.Store) {
	n := New()
	n.Change.Once = request("k1", "create")
	if _, err := s.Answered(t.Context(), *n.Change.Once); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("Answered before: %v, want %v", err, store.ErrNotFound)
	}
	first, err := s.Create(t.Context(), n)
	if err != nil {
		t.Fatal(err)
	}
	want := first
	want.Events = nil
	d := load(t, s, first.Code)
	a := Next(d, "B2")
	a.Change.Once = request("k2", "append")
	second := add(t, s, a)
	second.Events = nil
	for name, c := range map[string]struct {
		write func() (store.Written, error)
		want  store.Written
		err   error
	}{
		"create again":       {func() (store.Written, error) { return s.Create(t.Context(), n) }, want, store.ErrRepeated},
		"append again":       {func() (store.Written, error) { return s.Append(t.Context(), a) }, second, store.ErrRepeated},
		"answered as create": {func() (store.Written, error) { return s.Answered(t.Context(), *n.Change.Once) }, want, nil},
		"answered as append": {func() (store.Written, error) { return s.Answered(t.Context(), *a.Change.Once) }, second, nil},
		"another request with the key": {func() (store.Written, error) {
			b := Next(d, "B3")
			b.Change.Once = request("k2", "something else")
			return s.Append(t.Context(), b)
		}, store.Written{}, store.ErrReused},
		"asked whether another request was answered": {func() (store.Written, error) {
			return s.Answered(t.Context(), *request("k1", "something else"))
		}, store.Written{}, store.ErrReused},
	} {
		got, err := c.write()
		if !errors.Is(err, c.err) {
			t.Errorf("%s: %v, want %v", name, err, c.err)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	if got := load(t, s, d.Code); len(got.Events) != 2 {
		t.Errorf("the dossier has %d events, want 2", len(got.Events))
	}
	// What was refused has not used up its key.
	stale := Next(d, "B3")
	stale.Change.Once = request("k3", "stale")
	if _, err := s.Append(t.Context(), stale); !errors.Is(err, store.ErrConflict) {
		t.Errorf("stale addition with a key: %v, want %v", err, store.ErrConflict)
	}
	if _, err := s.Answered(t.Context(), *stale.Change.Once); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("Answered of what was refused: %v, want %v", err, store.ErrNotFound)
	}
}

func onceRace(t *testing.T, s store.Store) {
	const rounds, clients = 10, 16
	for round := range rounds {
		codes := make([]string, clients)
		results := make([]error, clients)
		var group sync.WaitGroup
		for i := range clients {
			group.Go(func() {
				n := New()
				n.Change.Once = request(fmt.Sprint("key", round), "create")
				written, err := s.Create(context.Background(), n)
				codes[i], results[i] = written.Code, err
			})
		}
		group.Wait()
		won := 0
		for i, err := range results {
			switch {
			case err == nil:
				won++
			case !errors.Is(err, store.ErrRepeated):
				t.Fatalf("Create: %v, want %v", err, store.ErrRepeated)
			}
			if codes[i] != codes[0] || codes[i] != New().Code(int64(round+1)) {
				t.Fatalf("round %d: answers name the dossiers %v", round, codes)
			}
		}
		if won != 1 {
			t.Fatalf("round %d: %d of %d were recorded, want 1", round, won, clients)
		}
	}
}
