package sqlite

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"chuan.dev/chuan/internal/store"
	"chuan.dev/chuan/internal/store/storetest"
)

// ownDisk says, in the environment, that this program runs where it may mount file systems of its own.
const ownDisk = "CHUAN_TEST_OWN_DISK"

// onOwnDisk runs a test once more in namespaces of its own, in which it may mount. It says whether this is that run.
func onOwnDisk(t *testing.T) bool {
	t.Helper()
	if os.Getenv(ownDisk) != "" {
		return true
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v")
	cmd.Env = append(os.Environ(), ownDisk+"=1")
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
	}
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "--- PASS: "+t.Name()) {
		t.Errorf("with a disk of its own: %v\n%s", err, out)
	}
	return false
}

// mount makes a directory a file system of its own, with options.
func mount(t *testing.T, options string) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, options); err != nil {
		t.Fatalf("mount: %v", err)
	}
	t.Cleanup(func() { _ = syscall.Unmount(dir, syscall.MNT_DETACH) })
	return dir
}

func remount(t *testing.T, dir string, flags uintptr, options string) {
	t.Helper()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", syscall.MS_REMOUNT|flags, options); err != nil {
		t.Fatalf("remount: %v", err)
	}
}

// goesOn makes sure that an agency works.
func goesOn(t *testing.T, s *Store) {
	t.Helper()
	if _, err := s.Create(t.Context(), storetest.New()); err != nil {
		t.Errorf("another agency cannot work: %v", err)
	}
}

func TestAFullDiskLosesNothing(t *testing.T) {
	if !onOwnDisk(t) {
		return
	}
	dir := mount(t, "size=2m")
	s, other := openFile(t, filepath.Join(dir, "a.db"), Options{}), openNew(t)
	acknowledged := int64(0)
	create := func() error {
		_, err := s.Create(t.Context(), storetest.New())
		if err == nil {
			acknowledged++
		}
		return err
	}
	whole := func(when string) {
		t.Helper()
		evidence, err := s.Verify(t.Context())
		if err != nil || evidence.Broken != nil || evidence.Dossiers != acknowledged {
			t.Errorf("%s: Verify = %+v, %v; want %d dossiers", when, evidence, err, acknowledged)
		}
	}
	var full error
	for full == nil && acknowledged < 100_000 {
		full = create()
	}
	if !errors.Is(full, store.ErrFull) {
		t.Fatalf("Create on a full disk, after %d: %v, want %v", acknowledged, full, store.ErrFull)
	}
	if acknowledged == 0 {
		t.Fatal("nothing was recorded before the disk was full")
	}
	if err := s.Healthy(t.Context()); !errors.Is(err, store.ErrFull) {
		t.Errorf("Healthy on a full disk: %v, want %v", err, store.ErrFull)
	}
	whole("full")
	goesOn(t, other)
	remount(t, dir, 0, "size=64m")
	if err := s.Healthy(t.Context()); err != nil {
		t.Errorf("Healthy with space again: %v", err)
	}
	if err := create(); err != nil {
		t.Errorf("Create with space again: %v", err)
	}
	whole("with space again")
	if err := s.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
	s = openFile(t, filepath.Join(dir, "a.db"), Options{})
	whole("opened again")
}

func TestAReadOnlyDiskIsReadOnly(t *testing.T) {
	if !onOwnDisk(t) {
		return
	}
	dir := mount(t, "size=16m")
	path := filepath.Join(dir, "a.db")
	s, other := openFile(t, path, Options{}), openNew(t)
	goesOn(t, s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	remount(t, dir, syscall.MS_RDONLY, "")
	if _, err := Open(t.Context(), path, agency, Options{}); !errors.Is(err, store.ErrUnwritable) || !strings.Contains(err.Error(), path) {
		t.Errorf("Open on a disk that is read-only: %v, want %v", err, store.ErrUnwritable)
	}
	r, err := OpenReadOnly(t.Context(), path)
	if err != nil {
		t.Fatalf("OpenReadOnly: %v", err)
	}
	t.Cleanup(func() { _ = r.Close() })
	if evidence, err := r.Verify(t.Context()); err != nil || evidence.Dossiers != 1 || evidence.Broken != nil {
		t.Errorf("Verify = %+v, %v", evidence, err)
	}
	if _, err := r.Create(t.Context(), storetest.New()); !errors.Is(err, store.ErrReadOnly) {
		t.Errorf("Create: %v, want %v", err, store.ErrReadOnly)
	}
	if err := r.Healthy(t.Context()); !errors.Is(err, store.ErrReadOnly) {
		t.Errorf("Healthy: %v, want %v", err, store.ErrReadOnly)
	}
	goesOn(t, other)
}

func TestAClockThatJumpsBackDoesNoHarm(t *testing.T) {
	s := openNew(t)
	back := storetest.Day.AddDate(-1, 0, 0)
	first, err := s.Create(t.Context(), storetest.New())
	if err != nil {
		t.Fatal(err)
	}
	n := storetest.New()
	n.Change.Events[0].At, n.Change.Head.ReceivedAt = back, back
	second, err := s.Create(t.Context(), n)
	if err != nil {
		t.Fatal(err)
	}
	d, err := s.Load(t.Context(), first.Code)
	if err != nil {
		t.Fatal(err)
	}
	a := storetest.Next(d, "CHO")
	a.Change.Events[0].At, a.Change.Work[0].EnteredAt = back, back
	a.Change.Work[0].Expires = back.Add(time.Hour)
	a.Change.Once = &store.Once{Key: store.Hash{1}, At: back}
	if _, err := s.Append(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	if evidence, err := s.Verify(t.Context()); err != nil || evidence.Broken != nil || evidence.Events != 3 {
		t.Errorf("Verify = %+v, %v", evidence, err)
	}
	if codes, err := s.Expired(t.Context(), back.Add(time.Hour), 10); err != nil || len(codes) != 1 || codes[0] != first.Code {
		t.Errorf("Expired = %v, %v", codes, err)
	}
	if _, err := s.Answered(t.Context(), *a.Change.Once); err != nil {
		t.Errorf("Answered: %v", err)
	}
	page, err := s.Find(t.Context(), store.Query{Limit: 10})
	if err != nil || len(page.Items) != 2 || page.Items[0].Code != second.Code {
		t.Errorf("Find = %+v, %v; want the one with the earlier time first", page.Items, err)
	}
}

// damaged makes a file of many dossiers and alters the first page that holds some text. It returns the file's path.
func damaged(t *testing.T, text string, alter func(page []byte)) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a.db")
	s := openFile(t, path, Options{})
	for range 300 {
		n := storetest.New()
		n.Change.Events[0].Data = []byte(`{"forms":{"don":{"lyDo":"` + strings.Repeat("x", 300) + `"}}}`)
		if _, err := s.Create(t.Context(), n); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	// Pages above the leaves still hold what they held before they were split.
	const size, leaf = 4096, 13
	for at := 4 * size; at+size <= len(file); at += size {
		if page := file[at : at+size]; page[0] == leaf && bytes.Contains(page, []byte(text)) {
			alter(page)
			if err := os.WriteFile(path, file, 0o600); err != nil {
				t.Fatal(err)
			}
			return path
		}
	}
	t.Fatalf("no page holds %q", text)
	return ""
}

func TestADamagedPageIsFound(t *testing.T) {
	path := damaged(t, strings.Repeat("x", 300), func(page []byte) { clear(page[:2000]) })
	other := openNew(t)
	s, err := Open(t.Context(), path, agency, Options{})
	if err != nil {
		t.Fatalf("a file with a damaged page cannot be opened, although others can be read: %v", err)
	}
	t.Cleanup(func() { _ = s.Close() })
	if err := s.Check(t.Context()); !errors.Is(err, store.ErrDamaged) || !strings.Contains(err.Error(), "backup") {
		t.Errorf("Check: %v, want %v", err, store.ErrDamaged)
	}
	evidence, err := s.Verify(t.Context())
	if evidence.Broken == nil && !errors.Is(err, store.ErrDamaged) {
		t.Errorf("Verify = %+v, %v; want a break or %v", evidence, err, store.ErrDamaged)
	}
	goesOn(t, other)
}

func TestAlteredBytesAreFound(t *testing.T) {
	path := damaged(t, strings.Repeat("x", 300), func(page []byte) {
		at := bytes.Index(page, []byte("xxx"))
		page[at] = 'y'
	})
	s := openFile(t, path, Options{})
	evidence, err := s.Verify(t.Context())
	if err != nil || evidence.Broken == nil || evidence.Broken.Seq != 1 || evidence.Broken.Code == "" {
		t.Errorf("Verify = %+v, %v; want the event that was altered", evidence.Broken, err)
	}
}
