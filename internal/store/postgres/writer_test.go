package postgres

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"chuan.dev/chuan/internal/store"
	"chuan.dev/chuan/internal/store/storetest"
)

// hold takes the agency's row, as another replica does that writes, until the returned function is called.
func hold(t *testing.T, s *Store) (release func()) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), s.db.options.URI)
	if err != nil {
		t.Fatal(err)
	}
	tx, err := conn.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, statement := range []string{setAgency, lockAgency} {
		if _, err := tx.Exec(t.Context(), statement, s.code); err != nil {
			t.Fatal(err)
		}
	}
	return sync.OnceFunc(func() { _ = conn.Close(context.Background()) })
}

// busy waits until the writer has begun a batch, which waits for the row.
func busy(t *testing.T, s *Store) {
	t.Helper()
	for s.db.write.Stat().AcquiredConns() == 0 {
		if _, err := s.Tail(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

// await waits until so many changes are queued behind those that are being written.
func await(t *testing.T, s *Store, queued int) {
	t.Helper()
	for len(s.writer.queue) < queued {
		if _, err := s.Tail(t.Context()); err != nil {
			t.Fatalf("readers wait for the writer: %v", err)
		}
	}
}

func TestAFullQueueSaysSo(t *testing.T) {
	s := openAgency(t, openDatabase(t, Options{URI: newDatabase(t), Queue: 2, Batch: 1}), agency)
	release := hold(t, s)
	defer release()
	var group sync.WaitGroup
	write := func() {
		group.Go(func() {
			if _, err := s.Create(context.Background(), storetest.New()); err != nil {
				t.Errorf("Create of a dossier that found a place: %v", err)
			}
		})
	}
	write()
	busy(t, s)
	write()
	write()
	await(t, s, 2)
	if _, err := s.Create(t.Context(), storetest.New()); !errors.Is(err, store.ErrBusy) {
		t.Errorf("Create with a full queue: %v, want %v", err, store.ErrBusy)
	}
	release()
	group.Wait()
}

func TestWhatWaitsIsCommittedTogether(t *testing.T) {
	var mu sync.Mutex
	var commits []int
	s := openAgency(t, openDatabase(t, Options{URI: newDatabase(t), Batch: 8, Committed: func(changes int, _ time.Duration) {
		mu.Lock()
		defer mu.Unlock()
		commits = append(commits, changes)
	}}), agency)
	release := hold(t, s)
	defer release()
	var group sync.WaitGroup
	write := func(spoil func(*store.New)) {
		group.Go(func() {
			n := storetest.New()
			if spoil != nil {
				spoil(&n)
			}
			if _, err := s.Create(context.Background(), n); (err != nil) != (spoil != nil) {
				t.Errorf("Create: %v, spoiled: %v", err, spoil != nil)
			}
		})
	}
	write(nil)
	busy(t, s)
	// A text that PostgreSQL cannot keep spoils the transaction of all.
	write(func(n *store.New) { n.Change.Events[0].Officer = "an\x00" })
	await(t, s, 1)
	for range 11 {
		write(nil)
	}
	await(t, s, 12)
	release()
	group.Wait()
	evidence, err := s.Verify(t.Context())
	if err != nil || evidence.Broken != nil || evidence.Dossiers != 12 {
		t.Errorf("Verify = %+v, %v; want 12 dossiers", evidence, err)
	}
	mu.Lock()
	defer mu.Unlock()
	// The first alone; the batch with the bad one falls apart into its members; the rest stays together.
	if got := fmt.Sprint(commits); got != "[1 1 1 1 1 1 1 1 4]" {
		t.Errorf("changes by commit: %s", got)
	}
}
