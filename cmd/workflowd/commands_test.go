package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"chuan.dev/chuan/internal/blob"
	"chuan.dev/chuan/internal/blob/blobtest"
	"chuan.dev/chuan/internal/service"
	"chuan.dev/chuan/internal/store"
	"chuan.dev/chuan/internal/store/sqlite"
	"chuan.dev/chuan/internal/store/storetest"
	"chuan.dev/chuan/internal/testenv"
	"chuan.dev/chuan/internal/vault"
)

// workflowd runs a command and returns what it wrote.
func workflowd(t *testing.T, args ...string) (code int, out, errs string) {
	t.Helper()
	var stdout, stderr output
	code = run(t.Context(), args, &stdout, &stderr)
	return code, stdout.String(), stderr.String()
}

// done runs a command that has to succeed.
func done(t *testing.T, args ...string) string {
	t.Helper()
	code, out, errs := workflowd(t, args...)
	if code != 0 {
		t.Fatalf("workflowd %s: exit code %d: %s", strings.Join(args, " "), code, errs)
	}
	return out
}

// data makes a data directory with the records of agencies, which stay open as those of a service, and a master key.
func data(t *testing.T, agencies map[string]string) string {
	t.Helper()
	directory := t.TempDir()
	master, err := vault.ReadOrMakeMaster(filepath.Join(directory, "master.key"))
	if err != nil {
		t.Fatal(err)
	}
	for name, code := range agencies {
		s, err := sqlite.Open(t.Context(), filepath.Join(directory, name+".db"), code, sqlite.Options{})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = s.Close() })
		blobs, err := blob.Open(filepath.Join(directory, "documents"), code, blob.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for i := range 3 {
			n := storetest.New()
			n.Code = func(serial int64) string { return fmt.Sprintf("%s-261123-%04d", code, serial) }
			kept, err := blobs.Put(t.Context(), bytes.NewReader(blobtest.PDF(1000+i)))
			if err != nil {
				t.Fatal(err)
			}
			n.Change.Blobs = []store.Hash{kept.Hash}
			if _, err := s.Create(t.Context(), n); err != nil {
				t.Fatal(err)
			}
		}
		keys := master.Agency(code)
		root := store.DayRoot{Day: "2026-11-23", From: 1, To: 3, KeyID: keys.KeyID()}
		if root.Root, err = store.Root(s.Leaves(t.Context(), 1, 3)); err != nil {
			t.Fatal(err)
		}
		root.Signature = keys.Sign(vault.PurposeRoot, root.Statement())
		if err := s.PutRoot(t.Context(), root); err != nil {
			t.Fatal(err)
		}
	}
	return directory
}

// withKey makes an empty data directory with the master key of another one.
func withKey(t *testing.T, from string) string {
	t.Helper()
	directory := t.TempDir()
	key, err := os.ReadFile(filepath.Join(from, "master.key"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(directory, "master.key"), key, 0o600); err != nil {
		t.Fatal(err)
	}
	return directory
}

var heads = regexp.MustCompile(`head ([0-9a-f]{64})`)

// headOf is the head of all chains that a command printed.
func headOf(t *testing.T, out string) string {
	t.Helper()
	found := heads.FindStringSubmatch(out)
	if found == nil {
		t.Fatalf("it prints no head: %s", out)
	}
	return found[1]
}

func TestABackupIsRestored(t *testing.T) {
	from := data(t, map[string]string{"xa-a": "H18.35.01", "xa-b": "H18.35.02"})
	backup := t.TempDir()
	out := done(t, "backup", "--data", from, "--to", backup)
	for _, want := range []string{"xa-a (H18.35.01): 3 dossiers, 3 events, 3 documents in " + backup, "xa-b (H18.35.02)"} {
		if !strings.Contains(out, want) {
			t.Errorf("it does not print %q: %s", want, out)
		}
	}
	to := withKey(t, from)
	out = done(t, "restore", backup, "--data", to)
	before, after := done(t, "check", "--data", from), done(t, "check", "--data", to)
	if before != after || !strings.Contains(after, "whole: 3 dossiers, 3 events, roots of 1 days to 2026-11-23 signed by the key") {
		t.Errorf("before:\n%safter:\n%s", before, after)
	}
	if !strings.Contains(out, headOf(t, before)) {
		t.Errorf("restore prints %s", out)
	}
	code, _, errs := workflowd(t, "restore", backup, "--data", to)
	if code != exitFailed || strings.Count(errs, "has records here already, and nothing was changed") != 2 {
		t.Errorf("a second restore: exit code %d: %s", code, errs)
	}
	if entries, err := filepath.Glob(filepath.Join(to, ".*")); err != nil || len(entries) != 0 {
		t.Errorf("it left %v, %v", entries, err)
	}
	if again := done(t, "check", "--data", to); again != after {
		t.Errorf("the refused restore changed something:\n%s", again)
	}
	if info, err := os.Stat(filepath.Join(to, "xa-a.db")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file of the records has mode %v, %v", info.Mode(), err)
	}
}

func TestAnAgencyMovesBetweenDrivers(t *testing.T) {
	server := testenv.PostgresFor(t)
	uri := filepath.Join(t.TempDir(), "uri")
	if err := os.WriteFile(uri, []byte(server.URI()+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	from := data(t, map[string]string{"xa-a": "H18.35.01"})
	files := t.TempDir()
	head := headOf(t, done(t, "check", "--data", from))
	done(t, "export", "xa-a", "--data", from, "--to", filepath.Join(files, "1.tar"))
	middle := withKey(t, from)
	inDatabase := []string{"--data", middle, "--database-uri-file", uri}
	if out := done(t, append([]string{"import", filepath.Join(files, "1.tar")}, inDatabase...)...); headOf(t, out) != head {
		t.Errorf("import into the database: %s", out)
	}
	if code, _, errs := workflowd(t, append([]string{"import", filepath.Join(files, "1.tar")}, inDatabase...)...); code != exitFailed ||
		!strings.Contains(errs, "nothing was changed") {
		t.Errorf("a second import: exit code %d: %s", code, errs)
	}
	if out := done(t, append([]string{"check", "--agency", "H18.35.01"}, inDatabase...)...); headOf(t, out) != head {
		t.Errorf("check of the database: %s", out)
	}
	done(t, append([]string{"export", "H18.35.01", "--to", filepath.Join(files, "2.tar")}, inDatabase...)...)
	to := withKey(t, from)
	if out := done(t, "import", filepath.Join(files, "2.tar"), "--name", "xa-a", "--data", to); headOf(t, out) != head {
		t.Errorf("import into a directory: %s", out)
	}
	if out := done(t, "check", "--data", to); headOf(t, out) != head {
		t.Errorf("check of the directory: %s", out)
	}
	if code, _, errs := workflowd(t, append([]string{"check", "--agency", "H18.99"}, inDatabase...)...); code != exitFailed ||
		!strings.Contains(errs, "no records of an agency with the code H18.99") {
		t.Errorf("an agency that the database does not have: exit code %d: %s", code, errs)
	}
}

func TestImportRefuses(t *testing.T) {
	from := data(t, map[string]string{"xa-a": "H18.35.01"})
	file := filepath.Join(t.TempDir(), "a.tar")
	done(t, "export", "xa-a", "--data", from, "--to", file)
	t.Run("where a service works", func(t *testing.T) {
		to := withKey(t, from)
		lock, err := service.LockData(to)
		if err != nil {
			t.Fatal(err)
		}
		code, _, errs := workflowd(t, "import", file, "--data", to)
		if err := lock.Close(); err != nil {
			t.Fatal(err)
		}
		if code != exitFailed || !strings.Contains(errs, "another workflowd works in this data directory") {
			t.Errorf("exit code %d: %s", code, errs)
		}
	})
	t.Run("under another master key", func(t *testing.T) {
		to := withKey(t, data(t, nil))
		code, _, errs := workflowd(t, "import", file, "--data", to)
		if code != exitFailed || !strings.Contains(errs, "made under another master key") {
			t.Errorf("exit code %d: %s", code, errs)
		}
		if _, err := os.Stat(filepath.Join(to, "xa-a.db")); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("it made a file all the same: %v", err)
		}
	})
	t.Run("without one it says so", func(t *testing.T) {
		_, _, errs := workflowd(t, "import", file, "--data", t.TempDir())
		if !strings.Contains(errs, "There is no master key here") {
			t.Error(errs)
		}
	})
	t.Run("an empty file of records gives way", func(t *testing.T) {
		to := withKey(t, from)
		s, err := sqlite.Open(t.Context(), filepath.Join(to, "xa-a.db"), "H18.35.01", sqlite.Options{})
		if err := errors.Join(err, s.Close()); err != nil {
			t.Fatal(err)
		}
		done(t, "import", file, "--data", to)
	})
	t.Run("a plain file is taken", func(t *testing.T) {
		done(t, "import", filepath.Join(from, "xa-a.db"), "--name", "xa-c", "--data", withKey(t, from))
	})
}

func TestCheckFindsWhatIsMissing(t *testing.T) {
	from := data(t, map[string]string{"xa-a": "H18.35.01", "xa-b": "H18.35.02"})
	if err := os.RemoveAll(filepath.Join(from, "documents", "H18.35.01")); err != nil {
		t.Fatal(err)
	}
	code, out, errs := workflowd(t, "check", "--data", from)
	if code != exitFailed || !strings.Contains(errs, "xa-a: 3 documents that its records cite are not there") ||
		!strings.Contains(out, "xa-b (H18.35.02): whole") {
		t.Errorf("exit code %d: %s%s", code, out, errs)
	}
	code, out, errs = workflowd(t, "backup", "--data", from, "--to", t.TempDir())
	if code != exitFailed || !strings.Contains(errs, "agency xa-a: 3 documents") || strings.Count(out, "3 dossiers") != 2 {
		t.Errorf("backup: exit code %d: %s%s", code, out, errs)
	}
}

func TestCommandsSayWhatIsWrong(t *testing.T) {
	empty := t.TempDir()
	from := data(t, map[string]string{"xa-a": "H18.35.01"})
	taken := filepath.Join(t.TempDir(), "x.tar")
	if err := os.WriteFile(taken, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		args []string
		code int
		want string
	}{
		"backup to nowhere":       {[]string{"backup", "--data", from}, exitUsage, "--to is missing"},
		"backup of all to a file": {[]string{"backup", "--data", from, "--to", taken}, exitUsage, "no directory"},
		"backup of nothing":       {[]string{"backup", "--data", empty, "--to", empty}, exitFailed, "there are no records in " + empty},
		"backup of nobody":        {[]string{"backup", "--data", from, "--agency", "xa-z", "--to", taken}, exitFailed, "no records of an agency xa-z"},
		"backup onto a file":      {[]string{"backup", "--data", from, "--agency", "xa-a", "--to", taken}, exitFailed, "is there already"},
		"backup with arguments":   {[]string{"backup", "xa-a", "--to", empty}, exitUsage, `unexpected argument "xa-a"`},
		"an unknown flag":         {[]string{"backup", "--too", empty}, exitUsage, "-too"},
		"export of nobody":        {[]string{"export", "--to", taken}, exitUsage, "name one agency"},
		"export to nowhere":       {[]string{"export", "xa-a", "--data", from}, exitUsage, "--to is missing"},
		"restore of nothing":      {[]string{"restore", "--data", empty}, exitUsage, "name the files of the backups"},
		"restore of an empty one": {[]string{"restore", empty, "--data", empty}, exitFailed, "has no backups"},
		"restore of no archive":   {[]string{"restore", taken, "--data", empty}, exitFailed, "it is no archive of records"},
		"import of nothing":       {[]string{"import"}, exitUsage, "name one file"},
		"import under a path":     {[]string{"import", filepath.Join(from, "xa-a.db"), "--name", "../x", "--data", empty}, exitUsage, "give the name"},
		"check of a database":     {[]string{"check", "--database-uri-file", taken}, exitUsage, "--agency is missing"},
		"a database of no URI":    {[]string{"check", "--agency", "H18", "--database-uri-file", taken}, exitFailed, "database"},
		"no such command":         {[]string{"bakcup"}, exitUsage, `unexpected argument "bakcup"`},
	} {
		t.Run(name, func(t *testing.T) {
			code, _, errs := workflowd(t, c.args...)
			if code != c.code || !strings.Contains(errs, c.want) {
				t.Errorf("exit code %d, want %d; it says %q, not %q", code, c.code, errs, c.want)
			}
		})
	}
	for _, command := range commands() {
		if out := done(t, command.name, "--help"); !strings.Contains(out, "Examples:") || !strings.Contains(out, "Exit codes:") {
			t.Errorf("%s --help: %s", command.name, out)
		}
	}
}
