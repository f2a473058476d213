package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"chuan.dev/chuan/internal/store"
	"chuan.dev/chuan/internal/store/storetest"
)

const agency = storetest.Agency

func openFile(t *testing.T, path string, o Options) *Store {
	t.Helper()
	s, err := Open(t.Context(), path, agency, o)
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func openNew(t *testing.T) *Store {
	t.Helper()
	return openFile(t, filepath.Join(t.TempDir(), "xa a?b%20.db"), Options{})
}

// writing is the writer's connection, while the writer does nothing.
func writing(t *testing.T, s *Store) *sql.Conn {
	t.Helper()
	if err := s.writer.wake(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s.writer.conn
}

// exec runs a statement in the writer's own connection.
func (s *Store) exec(t *testing.T, statement string, args ...any) error {
	t.Helper()
	_, err := writing(t, s).ExecContext(t.Context(), statement, args...)
	return err
}

func TestConformance(t *testing.T) {
	storetest.Run(t, storetest.Harness{
		Open: func(t *testing.T) store.Store { return openNew(t) },
		Exec: func(t *testing.T, s store.Store, statement string) error { return s.(*Store).exec(t, statement) },
		Refused: []string{
			`UPDATE event SET officer = 'binh'`,
			`DELETE FROM event`,
			`INSERT OR REPLACE INTO event SELECT * FROM event`,
			`INSERT OR REPLACE INTO event (dossier, seq, at, type, officer, role, action, origin, target, data, prev, hash)
				SELECT dossier, seq, at, type, 'binh', role, action, origin, target, data, prev, hash FROM event`,
			`INSERT OR REPLACE INTO event (id, dossier, seq, at, type, officer, role, action, origin, target, data, prev, hash)
				SELECT id, dossier, seq + 9, at, type, 'binh', role, action, origin, target, data, prev, hash FROM event`,
			`INSERT INTO event SELECT * FROM event WHERE true ON CONFLICT DO UPDATE SET officer = 'binh'`,
			`REPLACE INTO dossier SELECT * FROM dossier`,
			`DELETE FROM dossier`,
			`UPDATE dossier SET code = 'x'`,
			`UPDATE dossier SET received_at = 1`,
			`UPDATE dossier SET kind = 'petition'`,
			`UPDATE dossier SET data_key = x'00'`,
			`UPDATE revision SET text = '{}'`,
			`DELETE FROM revision`,
			`REPLACE INTO revision SELECT * FROM revision`,
			`UPDATE day_root SET signature = x'00'`,
			`DELETE FROM day_root`,
			`REPLACE INTO day_root SELECT * FROM day_root`,
		},
	})
}

func TestFileIsPrivateAndKeepsItsSecret(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	s := openFile(t, path, Options{})
	secret := s.Secret()
	if len(secret) != 32 {
		t.Fatalf("the secret has %d bytes, want 32", len(secret))
	}
	writing(t, s)
	for _, name := range []string{path, path + "-wal"} {
		info, err := os.Stat(name)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: mode %v, %v; want 0600", name, info.Mode().Perm(), err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatalf("Close: %v", err)
	}
	if _, err := os.Stat(path + "-wal"); !os.IsNotExist(err) {
		t.Errorf("the log was not brought into the file: %v", err)
	}
	if again := openFile(t, path, Options{}); string(again.Secret()) != string(secret) {
		t.Error("the secret changed when the file was opened again")
	}
}

func TestAFileIsNamedByAPathFromHere(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.Mkdir("data", 0o700); err != nil {
		t.Fatal(err)
	}
	s := openFile(t, filepath.Join("data", "a.db"), Options{})
	if err := s.Backup(t.Context(), "copy.db"); err != nil {
		t.Errorf("Backup: %v", err)
	}
	if _, err := os.Stat(filepath.Join("data", "a.db")); err != nil {
		t.Error(err)
	}
}

func TestOpenRefusesTheFileOfAnotherAgency(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	if err := openFile(t, path, Options{}).Close(); err != nil {
		t.Fatal(err)
	}
	_, err := Open(t.Context(), path, "H18.35.02", Options{})
	if err == nil || !strings.Contains(err.Error(), "belongs to the agency with the code "+agency) {
		t.Errorf("Open with another code: %v", err)
	}
}

func TestOpenRefusesANewerFileAndWhatIsNoFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	s := openFile(t, path, Options{})
	if err := s.exec(t, `PRAGMA user_version = 999`); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), path, agency, Options{}); err == nil || !strings.Contains(err.Error(), "version 999") {
		t.Errorf("Open of a newer file: %v", err)
	}
	garbage := filepath.Join(t.TempDir(), "b.db")
	if err := os.WriteFile(garbage, []byte(strings.Repeat("not a database ", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), garbage, agency, Options{}); !errors.Is(err, store.ErrUnwritable) {
		t.Errorf("Open of what is no database: %v, want %v", err, store.ErrUnwritable)
	}
}

func TestSettings(t *testing.T) {
	s := openNew(t)
	for pragma, want := range map[string]string{
		"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "busy_timeout": "5000",
	} {
		var got string
		if err := writing(t, s).QueryRowContext(t.Context(), "PRAGMA "+pragma).Scan(&got); err != nil || got != want {
			t.Errorf("%s of the writer is %s (%v), want %s", pragma, got, err, want)
		}
	}
	if _, err := s.read.ExecContext(t.Context(), `INSERT INTO counter VALUES ('x', 1)`); err == nil {
		t.Error("a reader wrote")
	}
}

func TestVerifyFindsWhatWasDoneBehindItsBack(t *testing.T) {
	for name, c := range map[string]struct {
		statements []string
		want       string
	}{
		"altered event": {
			[]string{`DROP TRIGGER event_is_final`, `UPDATE event SET officer = 'binh' WHERE seq = 2`},
			"its content is not what was recorded",
		},
		"last event taken away": {
			[]string{`DROP TRIGGER event_stays`, `DELETE FROM event WHERE seq = 2`},
			"its record ends with event 1, but version 2 was recorded",
		},
		"dossier taken away": {
			[]string{
				`PRAGMA foreign_keys = OFF`, `DROP TRIGGER event_stays`, `DROP TRIGGER dossier_stays`,
				`DELETE FROM event WHERE dossier = 1`, `DELETE FROM dossier WHERE id = 1`,
			},
			"4 events were numbered, 2 are there, 2 of them belong to a dossier",
		},
		"head set back": {
			[]string{`UPDATE dossier SET version = 1 WHERE id = 2`},
			"its record ends with event 2, but version 1 was recorded",
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := openNew(t)
			for range 2 {
				written, err := s.Create(t.Context(), storetest.New())
				if err != nil {
					t.Fatal(err)
				}
				d, err := s.Load(t.Context(), written.Code)
				if err != nil {
					t.Fatal(err)
				}
				if _, err := s.Append(t.Context(), storetest.Next(d, "B2")); err != nil {
					t.Fatal(err)
				}
			}
			before, err := s.Verify(t.Context())
			if err != nil || before.Broken != nil {
				t.Fatalf("Verify before: %+v, %v", before, err)
			}
			for _, statement := range c.statements {
				if err := s.exec(t, statement); err != nil {
					t.Fatalf("%s: %v", statement, err)
				}
			}
			after, err := s.Verify(t.Context())
			if err != nil || after.Broken == nil || after.Broken.Detail != c.want {
				t.Errorf("Verify after: %+v, %v; want %q", after.Broken, err, c.want)
			}
		})
	}
}

// hold keeps the writer busy until the returned function is called.
func hold(t *testing.T, s *Store) (release func()) {
	t.Helper()
	began, end := make(chan struct{}), make(chan struct{})
	var once sync.Once
	go func() {
		_ = s.writer.submit(context.Background(), func(context.Context, *statements) error {
			once.Do(func() { close(began) })
			<-end
			return nil
		})
	}()
	<-began
	return sync.OnceFunc(func() { close(end) })
}

func TestAFullQueueSaysSo(t *testing.T) {
	s := openFile(t, filepath.Join(t.TempDir(), "a.db"), Options{Queue: 2})
	release := hold(t, s)
	defer release()
	var group sync.WaitGroup
	for range 2 {
		group.Go(func() {
			if _, err := s.Create(context.Background(), storetest.New()); err != nil {
				t.Errorf("Create of a dossier that found a place: %v", err)
			}
		})
	}
	for len(s.writer.queue) < 2 {
		if _, err := s.Expired(t.Context(), storetest.Day, 1); err != nil {
			t.Fatalf("readers wait for the writer: %v", err)
		}
	}
	if _, err := s.Create(t.Context(), storetest.New()); !errors.Is(err, store.ErrBusy) {
		t.Errorf("Create with a full queue: %v, want %v", err, store.ErrBusy)
	}
	release()
	group.Wait()
}

func TestWhatWaitsIsCommittedTogether(t *testing.T) {
	var mu sync.Mutex
	var commits []int
	s := openFile(t, filepath.Join(t.TempDir(), "a.db"), Options{Batch: 8, Committed: func(changes int, _ time.Duration) {
		mu.Lock()
		defer mu.Unlock()
		commits = append(commits, changes)
	}})
	release := hold(t, s)
	defer release()
	var group sync.WaitGroup
	for i := range 12 {
		group.Go(func() {
			n := storetest.New()
			if i == 5 {
				n.Change.Events = append(n.Change.Events, n.Change.Events[0])
			}
			_, err := s.Create(context.Background(), n)
			if (err != nil) != (i == 5) {
				t.Errorf("Create %d: %v", i, err)
			}
		})
	}
	for len(s.writer.queue) < 12 {
		if _, err := s.Expired(t.Context(), storetest.Day, 1); err != nil {
			t.Fatal(err)
		}
	}
	release()
	group.Wait()
	evidence, err := s.Verify(t.Context())
	if err != nil || evidence.Broken != nil || evidence.Dossiers != 11 {
		t.Errorf("Verify = %+v, %v; want 11 dossiers", evidence, err)
	}
	mu.Lock()
	defer mu.Unlock()
	// The held change alone; the batch with the bad one falls apart into its members; the other stays together.
	if got := fmt.Sprint(commits); got != "[1 1 1 1 1 1 1 1 4]" && got != "[1 8 1 1 1]" {
		t.Errorf("changes by commit: %s", got)
	}
}
