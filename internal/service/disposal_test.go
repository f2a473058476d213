package service

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"chuan.dev/chuan/internal/archive"
	"chuan.dev/chuan/internal/blob/blobtest"
	"chuan.dev/chuan/internal/store"
)

// kept is the data key of a dossier as it is kept.
func (b *bench) kept(code string) []byte {
	b.t.Helper()
	record, err := b.agency("xa-a").records.Load(b.t.Context(), code)
	if err != nil {
		b.t.Fatal(err)
	}
	return record.Key
}

// found are the codes under which an identity number is found.
func (b *bench) found(number string) (codes []string) {
	b.t.Helper()
	var register Register
	b.send("POST", api+"xa-a/dossiers/search", "chi", map[string]any{"identityNumber": number}).want(http.StatusOK, &register)
	for _, e := range register.Items {
		codes = append(codes, e.Code)
	}
	return codes
}

// What disposal takes away is gone for whoever has the service, its files and the master key. What it leaves proves what was.
func TestDisposalTakesAwayWhatIsPersonalAndLeavesTheProof(t *testing.T) {
	b := start(t, func(c *Config) { c.EvidenceKeyFile = c.Manifests + "/../key" })
	writeFile(t, b.config.EvidenceKeyFile, "s3cret")
	v, both := b.attached(blobtest.PDF(100))
	other, _ := b.attached(blobtest.PDF(100))
	var own Uploaded
	b.upload(bytes.NewReader(blobtest.PDF(200)), "an").want(http.StatusCreated, &own)
	v = b.must(v, "an", "supplement", map[string]any{"attachments": []map[string]any{{"document": "so-do", "sha256": own.SHA256, "name": "x.pdf"}}})
	v, other = b.settle(v), b.settle(other)
	key := b.kept(v.Code)
	if len(key) == 0 || len(b.found(personal[1])) != 2 || len(b.files()) != 2 {
		t.Fatalf("before: key of %d bytes, found %v, files %v", len(key), b.found(personal[1]), b.files())
	}
	b.pass(24 * time.Hour)
	b.seal()
	b.pass(21 * 366 * 24 * time.Hour)
	v = b.must(v, "an", "dispose", map[string]any{"minutes": "12/BB-UBND", "date": "2047-01-05"})
	if v.Disposal == nil || v.Disposal.Minutes != "12/BB-UBND" || v.Status != statusEnded || v.Result != "granted" {
		t.Errorf("disposed of as %+v, %s %s", v.Disposal, v.Status, v.Result)
	}
	if codes := b.found(personal[1]); len(codes) != 1 || codes[0] != other.Code {
		t.Errorf("found %v, want %s", codes, other.Code)
	}
	if left := b.files(); len(left) != 1 || left[0] != both.SHA256 {
		t.Errorf("documents %v, want %s that another dossier cites", left, both.SHA256)
	}
	b.send("GET", api+"xa-a/dossiers/"+v.Code+"/documents/"+own.SHA256, "an", nil).problem(http.StatusGone, "document-gone")
	b.seal()
	var evidence EvidenceView
	b.send("GET", api+"xa-a/evidence", "", nil, "Authorization", "Bearer s3cret").want(http.StatusOK, &evidence)
	if !evidence.Verified || evidence.Dossiers != 2 {
		t.Errorf("evidence %+v", evidence)
	}
	b.archived(key)
	b.restart()
	b.unreadable(v.Code, key)
}

// archived checks that an archive of the records verifies and holds a key no more.
func (b *bench) archived(key []byte) {
	b.t.Helper()
	a := b.agency("xa-a")
	path := filepath.Join(b.t.TempDir(), "xa-a.tar")
	_, broken, err := archive.Write(b.t.Context(), path, archive.Source{
		Name: a.name, Agency: a.spec.Code, Store: a.records.Store, Shelf: b.shelf(), PublicKey: a.records.keys.Public(), Now: b.clock(),
	}, nil)
	if err != nil || broken != nil {
		b.t.Fatalf("archive: %v, broken %v", err, broken)
	}
	report, err := archive.InspectFile(b.t.Context(), path, b.t.TempDir(), nil, nil)
	if err != nil || report.Broken != nil || report.Dossiers != 2 || report.Roots.Count == 0 {
		b.t.Errorf("inspected: %+v, %v", report, err)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		b.t.Fatal(err)
	}
	if bytes.Contains(content, key) {
		b.t.Error("the archive holds the key of the record that was disposed of")
	}
}

// shelf are the documents of agency xa-a as an archive takes them.
func (b *bench) shelf() archive.Shelf {
	b.t.Helper()
	blobs := b.agency("xa-a").records.blobs
	var all []archive.Document
	for kept, err := range blobs.All(b.t.Context()) {
		if err != nil {
			b.t.Fatal(err)
		}
		all = append(all, archive.Document{Hash: kept.Hash, Size: kept.Size})
	}
	return archive.Shelf{All: archive.Sorted(all), Open: func(ctx context.Context, hash store.Hash) (io.ReadCloser, error) {
		content, _, err := blobs.Open(ctx, hash)
		return content, err
	}}
}

// unreadable checks that neither the service nor its files give away what was personal in a dossier.
func (b *bench) unreadable(code string, key []byte) {
	b.t.Helper()
	if kept := b.kept(code); kept != nil {
		b.t.Errorf("a data key of %d bytes is kept", len(kept))
	}
	text := b.send("GET", api+"xa-a/dossiers/"+code, "an", nil).want(http.StatusOK, nil).Body.String()
	for _, secret := range personal {
		if strings.Contains(text, secret) {
			b.t.Errorf("the record shows %q", secret)
		}
	}
	files, err := filepath.Glob(filepath.Join(b.config.Data, "xa-a.db*"))
	if err != nil || len(files) == 0 {
		b.t.Fatalf("files %v: %v", files, err)
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			b.t.Fatal(err)
		}
		if bytes.Contains(content, key) {
			b.t.Errorf("%s holds the key of the record that was disposed of", filepath.Base(file))
		}
	}
}
