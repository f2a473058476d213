package archive_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"chuan.dev/chuan/internal/archive"
	"chuan.dev/chuan/internal/blob"
	"chuan.dev/chuan/internal/blob/blobtest"
	"chuan.dev/chuan/internal/store"
	"chuan.dev/chuan/internal/store/sqlite"
	"chuan.dev/chuan/internal/store/storetest"
	"chuan.dev/chuan/internal/vault"
)

const code = "H18.35.01"

// agency is an agency with records, documents and keys.
type agency struct {
	path  string
	store *sqlite.Store
	blobs blob.Store
	keys  *vault.Keys
}

// newAgency makes an agency with four dossiers of three events each, two documents and a root for each of two days.
func newAgency(t *testing.T) *agency {
	t.Helper()
	directory := t.TempDir()
	a := &agency{path: filepath.Join(directory, "xa-a.db"), keys: vault.Master{1}.Agency(code)}
	var err error
	if a.store, err = sqlite.Open(t.Context(), a.path, code, sqlite.Options{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.store.Close() })
	if a.blobs, err = blob.Open(filepath.Join(directory, "documents"), code, blob.Options{}); err != nil {
		t.Fatal(err)
	}
	for i := range 4 {
		n := storetest.New()
		if i < 2 {
			kept, err := a.blobs.Put(t.Context(), bytes.NewReader(blobtest.PDF(1000+i)))
			if err != nil {
				t.Fatal(err)
			}
			n.Change.Blobs = []store.Hash{kept.Hash}
		}
		written, err := a.store.Create(t.Context(), n)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			d, err := a.store.Load(t.Context(), written.Code)
			if err != nil {
				t.Fatal(err)
			}
			next := storetest.Next(d, "B2")
			next.Change.Events[0].Data = fmt.Appendf(nil, `{"reason":"bước %d của %s"}`, len(d.Events), d.Code)
			if _, err := a.store.Append(t.Context(), next); err != nil {
				t.Fatal(err)
			}
		}
		if i%2 == 1 {
			a.seal(t, fmt.Sprintf("2026-11-2%d", i))
		}
	}
	return a
}

// seal puts a root over the events that have none.
func (a *agency) seal(t *testing.T, day string) {
	t.Helper()
	roots, err := a.store.Roots(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	root := store.DayRoot{Day: day, From: 1, KeyID: a.keys.KeyID()}
	if len(roots) > 0 {
		last := roots[len(roots)-1]
		root.From, root.Prev = last.To+1, last.Root
	}
	if root.To, err = a.store.Tail(t.Context()); err != nil {
		t.Fatal(err)
	}
	if root.Root, err = store.Root(a.store.Leaves(t.Context(), root.From, root.To)); err != nil {
		t.Fatal(err)
	}
	root.Signature = a.keys.Sign(vault.PurposeRoot, root.Statement())
	if err := a.store.PutRoot(t.Context(), root); err != nil {
		t.Fatal(err)
	}
}

// shelf is the documents of the agency.
func (a *agency) shelf(t *testing.T) archive.Shelf {
	t.Helper()
	var all []archive.Document
	for b, err := range a.blobs.All(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, archive.Document{Hash: b.Hash, Size: b.Size})
	}
	return archive.Shelf{All: archive.Sorted(all), Open: func(ctx context.Context, hash store.Hash) (io.ReadCloser, error) {
		r, _, err := a.blobs.Open(ctx, hash)
		return r, err
	}}
}

// write writes an archive of the agency.
func (a *agency) write(t *testing.T) (string, archive.Manifest) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "xa-a.tar")
	m, broken, err := archive.Write(t.Context(), path, archive.Source{
		Name: "xa-a", Agency: code, Store: a.store, Shelf: a.shelf(t), PublicKey: a.keys.Public(), Now: storetest.Day,
	}, nil)
	if err != nil || broken != nil {
		t.Fatalf("Write: %v, %+v", err, broken)
	}
	return path, m
}

// inspect verifies a file.
func inspect(t *testing.T, path string, key ed25519.PublicKey) archive.Report {
	t.Helper()
	report, err := archive.InspectFile(t.Context(), path, t.TempDir(), key, nil)
	if err != nil {
		t.Fatalf("InspectFile: %v", err)
	}
	return report
}

func TestAnArchiveMovesAnAgency(t *testing.T) {
	a := newAgency(t)
	path, m := a.write(t)
	if m.Records.Dossiers != 4 || m.Records.Events != 12 || m.Records.Roots != 2 || m.Documents.Count != 2 || m.Documents.Size != 2001 {
		t.Errorf("manifest %+v", m)
	}
	if again, _ := a.write(t); !sameFile(t, path, again) {
		t.Error("the same records made another archive")
	}
	read, err := archive.Open(t.Context(), path, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(m, *read.Manifest, cmp.AllowUnexported(archive.Records{})); diff != "" {
		t.Errorf("the manifest was read otherwise than it was written:\n%s", diff)
	}
	target := filepath.Join(t.TempDir(), "b.db")
	into, err := sqlite.Open(t.Context(), target, code, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	blobs, err := blob.Open(t.TempDir(), code, blob.Options{AnyType: true})
	if err != nil {
		t.Fatal(err)
	}
	copied, err := read.Restore(t.Context(), into, func(ctx context.Context, hash store.Hash, content io.Reader) error {
		kept, err := blobs.Put(ctx, content)
		if kept.Hash != hash {
			t.Errorf("document %s was kept as %s", hash, kept.Hash)
		}
		return err
	}, nil)
	if err != nil || copied.Evidence.Head.String() != m.Records.Head || copied.Tally.Events != 12 || copied.Tally.Blobs != 2 {
		t.Errorf("restored %+v, %v", copied, err)
	}
	if !bytes.Equal(into.Secret(), a.store.Secret()) {
		t.Error("the secret did not move with the records")
	}
	if err := errors.Join(read.Close(), into.Close()); err != nil {
		t.Fatal(err)
	}
	report := inspect(t, target, a.keys.Public())
	if report.Broken != nil || report.Head != m.Records.Head || report.Roots.KeyID != a.keys.KeyID() || report.Roots.Covered != 12 {
		t.Errorf("what was restored: %+v", report)
	}
}

func sameFile(t *testing.T, a, b string) bool {
	t.Helper()
	one, err := os.ReadFile(a)
	if err != nil {
		t.Fatal(err)
	}
	other, err := os.ReadFile(b)
	if err != nil {
		t.Fatal(err)
	}
	return bytes.Equal(one, other)
}

func TestAnArchiveIsInspected(t *testing.T) {
	a := newAgency(t)
	path, m := a.write(t)
	report := inspect(t, path, nil)
	want := archive.Report{
		Agency: code, Name: "xa-a", MadeAt: &m.MadeAt, Dossiers: 4, Events: 12, Head: m.Records.Head,
		Roots:     archive.RootsReport{Count: 2, First: "2026-11-21", Last: "2026-11-23", Covered: 12, KeyID: a.keys.KeyID()},
		Documents: &m.Documents,
	}
	if diff := cmp.Diff(want, report); diff != "" {
		t.Errorf("report:\n%s", diff)
	}
	other := vault.Master{2}.Agency(code).Public()
	if broken := inspect(t, path, other).Broken; broken == nil || !strings.Contains(broken.Detail, "is signed by the key "+a.keys.KeyID()) {
		t.Errorf("with another key: %+v", broken)
	}
}

func TestDocumentsThatAreMissingAreSaidToBe(t *testing.T) {
	a := newAgency(t)
	gone := a.shelf(t).All[0].Hash
	if err := a.blobs.Delete(t.Context(), gone); err != nil {
		t.Fatal(err)
	}
	absent, err := archive.Missing(t.Context(), a.store, a.shelf(t))
	if err != nil || len(absent) != 1 || absent[0] != gone {
		t.Errorf("missing are %v, %v", absent, err)
	}
	path, m := a.write(t)
	if m.Documents.Missing != 1 || m.Documents.FirstMissing[0] != gone.String() || m.Documents.Count != 1 {
		t.Errorf("manifest %+v", m.Documents)
	}
	if report := inspect(t, path, nil); report.Broken != nil || report.Documents.Missing != 1 {
		t.Errorf("report %+v", report)
	}
}

// What came along with a question of another agency is fetched when somebody wants to see it.
func TestDocumentsOfQuestionsMayBeElsewhere(t *testing.T) {
	a := newAgency(t)
	n := storetest.New()
	n.Period, n.Code = "LT/261123", func(int64) string { return "H18.35.01-LT-261123-0001" }
	n.Change.Head.Kind, n.Change.Blobs = store.KindConsultation, []store.Hash{{1}}
	if _, err := a.store.Create(t.Context(), n); err != nil {
		t.Fatal(err)
	}
	if absent, err := archive.Missing(t.Context(), a.store, a.shelf(t)); err != nil || len(absent) > 0 {
		t.Errorf("missing are %v, %v; want none", absent, err)
	}
	if _, m := a.write(t); m.Documents.Missing != 0 || m.Documents.Count != 2 {
		t.Errorf("manifest %+v", m.Documents)
	}
}

func TestWriteLeavesNothingBehindAndTakesNoPlace(t *testing.T) {
	a := newAgency(t)
	directory := t.TempDir()
	path := filepath.Join(directory, "x.tar")
	source := archive.Source{Name: "xa-a", Agency: code, Store: a.store, Shelf: a.shelf(t), Now: storetest.Day}
	broken := errors.New("the shelf fell")
	source.Shelf.Open = func(context.Context, store.Hash) (io.ReadCloser, error) { return nil, broken }
	if _, _, err := archive.Write(t.Context(), path, source, nil); !errors.Is(err, broken) {
		t.Errorf("Write: %v", err)
	}
	if entries, err := os.ReadDir(directory); err != nil || len(entries) != 0 {
		t.Errorf("it left %v, %v", entries, err)
	}
	if err := os.WriteFile(path, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	source.Shelf = a.shelf(t)
	if _, _, err := archive.Write(t.Context(), path, source, nil); !errors.Is(err, os.ErrExist) {
		t.Errorf("Write over a file: %v", err)
	}
	if content, err := os.ReadFile(path); err != nil || string(content) != "mine" {
		t.Errorf("the file is now %d bytes, %v", len(content), err)
	}
}
