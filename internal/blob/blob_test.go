package blob_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"chuan.dev/chuan/internal/blob"
	"chuan.dev/chuan/internal/blob/blobtest"
	"chuan.dev/chuan/internal/store"
	"chuan.dev/chuan/internal/testenv"
)

const agency = "H18.35.01"

// at opens stores at a location.
func at(location string) blobtest.Open {
	return func(t *testing.T, agency string) blob.Store {
		t.Helper()
		s, err := blob.Open(location, agency, blob.Options{MaxSize: blobtest.MaxSize, Spool: t.TempDir()})
		if err != nil {
			t.Fatalf("Open: %v", err)
		}
		return s
	}
}

func TestDisk(t *testing.T) {
	blobtest.Run(t, func(t *testing.T) blobtest.Open { return at(filepath.Join(t.TempDir(), "documents")) })
}

func TestBucket(t *testing.T) {
	location := testenv.Bucket(t)
	blobtest.Run(t, func(t *testing.T) blobtest.Open {
		// A place of its own in the bucket for every test.
		return at(strings.Replace(location, "/documents?", "/documents/"+strings.ReplaceAll(t.Name(), " ", "-")+"?", 1))
	})
}

func TestOpenRefuses(t *testing.T) {
	t.Setenv("AWS_ACCESS_KEY_ID", "key")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "")
	for name, c := range map[string]struct{ location, agency, want string }{
		"nothing":            {"", agency, "name the directory"},
		"another scheme":     {"https://host/bucket", agency, "give a directory or s3+https://HOST/BUCKET"},
		"no bucket":          {"s3+https://host", agency, "names no host or no bucket"},
		"no host":            {"s3+https:///bucket", agency, "names no host or no bucket"},
		"keys in the URL":    {"s3+https://key:hunter2@host/bucket", agency, "leave the keys out"},
		"what is no URL":     {"s3+https://key:hunter2@ho st/%zz", agency, "no URL"},
		"no keys":            {"s3+https://host/bucket", agency, "AWS_SECRET_ACCESS_KEY is not set"},
		"a path as agency":   {t.TempDir(), "../H18", "cannot name a directory"},
		"a parent as agency": {t.TempDir(), "..", "cannot name a directory"},
		"no agency":          {t.TempDir(), "", "cannot name a directory"},
	} {
		_, err := blob.Open(c.location, c.agency, blob.Options{})
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

func TestWhatTheDiskAlteredIsNotReadAsIfItWereWhole(t *testing.T) {
	directory := t.TempDir()
	s := at(directory)(t, agency)
	kept, err := s.Put(t.Context(), bytes.NewReader(blobtest.PDF(5000)))
	if err != nil {
		t.Fatal(err)
	}
	name := kept.Hash.String()
	path := filepath.Join(directory, agency, name[:2], name[2:])
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	content[4000] ^= 1
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	r, _, err := s.Open(t.Context(), kept.Hash)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(r); !errors.Is(err, blob.ErrAltered) {
		t.Errorf("read: %v, want %v", err, blob.ErrAltered)
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	// Whoever has the document hands it in again, and it is whole.
	if _, err := s.Put(t.Context(), bytes.NewReader(blobtest.PDF(5000))); err != nil {
		t.Fatal(err)
	}
	r, _, err = s.Open(t.Context(), kept.Hash)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(r); err != nil {
		t.Errorf("read of what was put again: %v", err)
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestFilesArePrivateAndWhatWasLeftBehindIsCleared(t *testing.T) {
	directory := t.TempDir()
	s := at(directory)(t, agency)
	if _, err := s.Put(t.Context(), bytes.NewReader(blobtest.PDF(100))); err != nil {
		t.Fatal(err)
	}
	old := filepath.Join(directory, agency, "incoming", "old")
	busy := filepath.Join(directory, agency, "incoming", "busy")
	stray := filepath.Join(directory, agency, "ab", "stray")
	if err := os.MkdirAll(filepath.Dir(stray), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{old, busy, stray} {
		if err := os.WriteFile(path, []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	yesterday := time.Now().Add(-25 * time.Hour)
	if err := os.Chtimes(old, yesterday, yesterday); err != nil {
		t.Fatal(err)
	}
	s = at(directory)(t, agency)
	if _, err := os.Stat(old); !os.IsNotExist(err) {
		t.Errorf("what was left behind is there: %v", err)
	}
	if _, err := os.Stat(busy); err != nil {
		t.Errorf("what is being written was deleted: %v", err)
	}
	listed := 0
	for _, err := range s.All(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		listed++
	}
	if listed != 1 {
		t.Errorf("%d blobs are listed, want 1", listed)
	}
	err := filepath.Walk(filepath.Join(directory, agency), func(path string, info os.FileInfo, err error) error {
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %v", path, info.Mode())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestABucketThatCannotBeReachedIsSaidToBe(t *testing.T) {
	location := testenv.Bucket(t)
	t.Setenv("AWS_SECRET_ACCESS_KEY", "wrong")
	s := at(location)(t, agency)
	if _, err := s.Put(t.Context(), bytes.NewReader(blobtest.PDF(100))); err == nil || errors.Is(err, blob.ErrNotFound) {
		t.Errorf("Put with a wrong key: %v", err)
	}
	if _, _, err := s.Open(t.Context(), store.Hash{1}); err == nil || errors.Is(err, blob.ErrNotFound) {
		t.Errorf("Open with a wrong key: %v", err)
	}
}
