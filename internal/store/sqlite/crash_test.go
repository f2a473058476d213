package sqlite

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"chuan.dev/chuan/internal/store"
	"chuan.dev/chuan/internal/store/storetest"
)

// crashFile names, in the environment, the file into which this program is to write until it is killed.
const crashFile = "CHUAN_TEST_CRASH_FILE"

func TestMain(m *testing.M) {
	if path := os.Getenv(crashFile); path != "" {
		if err := writeUntilKilled(path); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	os.Exit(m.Run())
}

// writeUntilKilled records dossiers as fast as it can and prints every version that was acknowledged.
func writeUntilKilled(path string) error {
	ctx := context.Background()
	s, err := Open(ctx, path, agency, Options{})
	if err != nil {
		return err
	}
	var mu sync.Mutex
	acknowledge := func(code string, version int64) {
		mu.Lock()
		defer mu.Unlock()
		fmt.Println(code, version)
	}
	officer := func() error {
		for {
			written, err := s.Create(ctx, storetest.New())
			if err != nil {
				return err
			}
			code := written.Code
			acknowledge(code, 1)
			d, err := s.Load(ctx, code)
			if err != nil {
				return err
			}
			if _, err := s.Append(ctx, storetest.Next(d, "B2")); err != nil {
				return err
			}
			acknowledge(code, 2)
		}
	}
	failed := make(chan error)
	for range 8 {
		go func() { failed <- officer() }()
	}
	return <-failed
}

func TestKilledAtAnyMomentItLosesNothingAcknowledged(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	acknowledged := map[string]int64{}
	for round := range 5 {
		// Each round dies a little later than the one before, so that the kills fall into different moments.
		runAndKill(t, path, 40+60*round, acknowledged)
		s, err := Open(t.Context(), path, agency, Options{})
		if err != nil {
			t.Fatalf("round %d: Open: %v", round, err)
		}
		checkLedger(t, s, acknowledged)
		if err := s.Close(); err != nil {
			t.Fatalf("round %d: Close: %v", round, err)
		}
	}
}

// runAndKill lets a process write and kills it after it has acknowledged a number of changes.
func runAndKill(t *testing.T, path string, after int, acknowledged map[string]int64) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), crashFile+"="+path)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for n := 0; lines.Scan(); n++ {
		var code string
		var version int64
		if _, err := fmt.Sscan(lines.Text(), &code, &version); err != nil {
			t.Fatalf("ledger line %q: %v", lines.Text(), err)
		}
		acknowledged[code] = max(acknowledged[code], version)
		if n == after {
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := cmd.Wait(); err == nil {
		t.Fatal("the writing process ended by itself")
	}
}

func checkLedger(t *testing.T, s *Store, acknowledged map[string]int64) {
	t.Helper()
	evidence, err := s.Verify(t.Context())
	if err != nil || evidence.Broken != nil {
		t.Fatalf("Verify after a kill: %+v, %v", evidence.Broken, err)
	}
	if evidence.Dossiers < int64(len(acknowledged)) {
		t.Errorf("%d dossiers are there, %d were acknowledged", evidence.Dossiers, len(acknowledged))
	}
	for code, version := range acknowledged {
		d, err := s.Load(t.Context(), code)
		if err != nil {
			t.Fatalf("acknowledged dossier %s: %v", code, err)
		}
		if int64(len(d.Events)) < version || store.Verify(d) != nil {
			t.Errorf("dossier %s has %d events, version %d was acknowledged", code, len(d.Events), version)
		}
	}
}
