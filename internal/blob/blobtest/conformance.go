// Package blobtest says what every store of documents has to do.
package blobtest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	"chuan.dev/chuan/internal/blob"
	"chuan.dev/chuan/internal/store"
)

// MaxSize is the greatest document that the stores under test take.
const MaxSize = 256 << 10

// Open opens a store of an agency, given by its code, at one place that is empty when a test begins.
type Open func(t *testing.T, agency string) blob.Store

// Run runs every test of a store against a driver. New makes an empty place.
func Run(t *testing.T, place func(t *testing.T) Open) {
	for name, test := range map[string]func(*testing.T, Open){
		"what is put is read":                 testPut,
		"what is not taken leaves nothing":    testRefused,
		"sorts by the bytes":                  testKinds,
		"what is not there":                   testAbsent,
		"deleted":                             testDelete,
		"listed":                              testAll,
		"agencies are kept apart":             testAgencies,
		"the same bytes at once":              testConcurrent,
		"a reader that fails leaves nothing":  testBrokenReader,
		"a context that ends leaves nothing":  testEndedContext,
		"what was put is there when reopened": testReopened,
	} {
		t.Run(name, func(t *testing.T) { test(t, place(t)) })
	}
}

// PDF returns a document of a number of bytes, which is enough for a PDF to be recognised.
func PDF(size int) []byte {
	return append([]byte("%PDF-1.7\n"), bytes.Repeat([]byte{0xe2}, max(0, size-9))...)
}

const agency = "H18.35.01"

// put keeps bytes that have to be taken.
func put(t *testing.T, s blob.Store, content []byte) blob.Blob {
	t.Helper()
	b, err := s.Put(t.Context(), bytes.NewReader(content))
	if err != nil {
		t.Fatalf("Put of %d bytes: %v", len(content), err)
	}
	return b
}

// read returns what is kept under a hash.
func read(t *testing.T, s blob.Store, hash store.Hash) ([]byte, blob.Blob) {
	t.Helper()
	r, b, err := s.Open(t.Context(), hash)
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	content, err := io.ReadAll(r)
	if err := errors.Join(err, r.Close()); err != nil {
		t.Fatalf("read: %v", err)
	}
	return content, b
}

// all returns the hashes of what is kept.
func all(t *testing.T, s blob.Store) map[store.Hash]blob.Blob {
	t.Helper()
	found := map[store.Hash]blob.Blob{}
	for b, err := range s.All(t.Context()) {
		if err != nil {
			t.Fatalf("All: %v", err)
		}
		if _, twice := found[b.Hash]; twice {
			t.Errorf("%s is listed twice", b.Hash)
		}
		found[b.Hash] = b
	}
	return found
}

func testPut(t *testing.T, open Open) {
	s := open(t, agency)
	for _, size := range []int{9, 3 << 10, 100_000, MaxSize} {
		content := PDF(size)
		kept := put(t, s, content)
		if kept.Hash != sha256.Sum256(content) || kept.Size != int64(size) || kept.MediaType != "application/pdf" || kept.At.IsZero() {
			t.Errorf("%d bytes were kept as %+v", size, kept)
		}
		got, b := read(t, s, kept.Hash)
		if !bytes.Equal(got, content) || b != kept {
			t.Errorf("%d bytes were read as %d, described as %+v, put as %+v", size, len(got), b, kept)
		}
	}
	first := put(t, s, PDF(10))
	if again := put(t, s, PDF(10)); again.Hash != first.Hash || again.At.Before(first.At) {
		t.Errorf("put again: %+v, before %+v", again, first)
	}
	if found := all(t, s); len(found) != 5 {
		t.Errorf("%d blobs are kept, want 5", len(found))
	}
}

func testRefused(t *testing.T, open Open) {
	s := open(t, agency)
	for name, c := range map[string]struct {
		content []byte
		want    error
	}{
		"one byte too many": {PDF(MaxSize + 1), blob.ErrTooLarge},
		"far too many":      {PDF(4 * MaxSize), blob.ErrTooLarge},
		"nothing":           {nil, blob.ErrType},
		"a page":            {[]byte("<!DOCTYPE html><script>alert(1)</script>"), blob.ErrType},
		"a drawing":         {[]byte(`<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>`), blob.ErrType},
		"a program":         {append([]byte("\x7fELF\x02\x01\x01"), make([]byte, 100)...), blob.ErrType},
		"an archive":        {append([]byte("PK\x03\x04\x14\x00"), make([]byte, 100)...), blob.ErrType},
		"a script":          {[]byte("#!/bin/sh\nrm -rf /\n"), blob.ErrType},
		"bytes":             {[]byte{0, 1, 2, 3, 4, 5, 6, 7}, blob.ErrType},
	} {
		if _, err := s.Put(t.Context(), bytes.NewReader(c.content)); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	if found := all(t, s); len(found) != 0 {
		t.Errorf("it was kept all the same: %v", found)
	}
}

func testKinds(t *testing.T, open Open) {
	s := open(t, agency)
	for want, content := range map[string]string{
		"image/png":                   "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
		"image/jpeg":                  "\xff\xd8\xff\xe0\x00\x10JFIF",
		"image/tiff":                  "II*\x00\x08\x00\x00\x00",
		"text/plain":                  "Đơn đề nghị cấp giấy phép xây dựng",
		"text/xml":                    `<?xml version="1.0"?><HDon><DLHDon/></HDon>`,
		"application/pkcs7-signature": "-----BEGIN PKCS7-----\nMIIB",
	} {
		kept := put(t, s, []byte(content))
		if _, b := read(t, s, kept.Hash); kept.MediaType != want || b.MediaType != want {
			t.Errorf("kept as %s, read as %s, want %s", kept.MediaType, b.MediaType, want)
		}
	}
}

func testAbsent(t *testing.T, open Open) {
	s := open(t, agency)
	if _, _, err := s.Open(t.Context(), store.Hash{1}); !errors.Is(err, blob.ErrNotFound) {
		t.Errorf("Open: %v, want %v", err, blob.ErrNotFound)
	}
	if err := s.Delete(t.Context(), store.Hash{1}); err != nil {
		t.Errorf("Delete: %v", err)
	}
	if found := all(t, s); len(found) != 0 {
		t.Errorf("an empty store lists %v", found)
	}
}

func testDelete(t *testing.T, open Open) {
	s := open(t, agency)
	gone, stays := put(t, s, PDF(10)), put(t, s, PDF(11))
	for range 2 {
		if err := s.Delete(t.Context(), gone.Hash); err != nil {
			t.Fatalf("Delete: %v", err)
		}
	}
	if _, _, err := s.Open(t.Context(), gone.Hash); !errors.Is(err, blob.ErrNotFound) {
		t.Errorf("Open of a deleted blob: %v", err)
	}
	if found := all(t, s); len(found) != 1 || found[stays.Hash].Size != 11 {
		t.Errorf("left are %v", found)
	}
	if back := put(t, s, PDF(10)); back.Hash != gone.Hash {
		t.Errorf("put again: %+v", back)
	}
}

func testAll(t *testing.T, open Open) {
	s := open(t, agency)
	want := map[store.Hash]blob.Blob{}
	for size := range 30 {
		kept := put(t, s, PDF(9+size))
		want[kept.Hash] = kept
	}
	found := all(t, s)
	for hash, kept := range want {
		if b := found[hash]; b.Size != kept.Size || !b.At.Equal(kept.At) {
			t.Errorf("%s is listed as %+v, was kept as %+v", hash, b, kept)
		}
	}
	if len(found) != len(want) {
		t.Errorf("%d are listed, want %d", len(found), len(want))
	}
	for _, err := range s.All(t.Context()) {
		if err != nil {
			t.Errorf("the first of All: %v", err)
		}
		break
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for _, err := range s.All(ended) {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("All after the end of the context: %v", err)
		}
	}
}

func testAgencies(t *testing.T, open Open) {
	a, b := open(t, agency), open(t, agency+"1")
	kept := put(t, a, PDF(10))
	if _, _, err := b.Open(t.Context(), kept.Hash); !errors.Is(err, blob.ErrNotFound) {
		t.Errorf("another agency's store opens it: %v", err)
	}
	put(t, b, PDF(10))
	if err := b.Delete(t.Context(), kept.Hash); err != nil {
		t.Fatal(err)
	}
	if content, _ := read(t, a, kept.Hash); len(content) != 10 {
		t.Errorf("%d bytes are left", len(content))
	}
	if len(all(t, b)) != 0 {
		t.Error("another agency's store lists it")
	}
}

func testConcurrent(t *testing.T, open Open) {
	s := open(t, agency)
	content := PDF(50_000)
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			b, err := s.Put(t.Context(), iotest.OneByteReader(bytes.NewReader(content)))
			if err != nil || b.Size != 50_000 {
				t.Errorf("Put: %+v, %v", b, err)
			}
		})
	}
	group.Wait()
	if got, _ := read(t, s, sha256.Sum256(content)); !bytes.Equal(got, content) {
		t.Errorf("%d bytes were read", len(got))
	}
	if found := all(t, s); len(found) != 1 {
		t.Errorf("%d blobs are kept, want 1", len(found))
	}
}

func testBrokenReader(t *testing.T, open Open) {
	s := open(t, agency)
	broken := errors.New("the line broke")
	for _, size := range []int{0, 100, 50_000} {
		r := io.MultiReader(bytes.NewReader(PDF(size)[:size]), iotest.ErrReader(broken))
		if _, err := s.Put(t.Context(), r); !errors.Is(err, broken) {
			t.Errorf("after %d bytes: %v, want %v", size, err, broken)
		}
	}
	if found := all(t, s); len(found) != 0 {
		t.Errorf("half a document was kept: %v", found)
	}
}

func testEndedContext(t *testing.T, open Open) {
	s := open(t, agency)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Put(ctx, strings.NewReader(string(PDF(100)))); !errors.Is(err, context.Canceled) {
		t.Errorf("Put: %v, want %v", err, context.Canceled)
	}
	if found := all(t, s); len(found) != 0 {
		t.Errorf("it was kept: %v", found)
	}
}

func testReopened(t *testing.T, open Open) {
	kept := put(t, open(t, agency), PDF(1000))
	if content, b := read(t, open(t, agency), kept.Hash); !bytes.Equal(content, PDF(1000)) || b != kept {
		t.Errorf("read %d bytes as %+v, kept as %+v", len(content), b, kept)
	}
}
