package service

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"chuan.dev/chuan/internal/blob/blobtest"
	"chuan.dev/chuan/internal/dossier"
)

// upload sends a document.
func (b *bench) upload(content io.Reader, officer string) answer {
	b.t.Helper()
	r := httptest.NewRequestWithContext(b.t.Context(), http.MethodPost, api+"xa-a/documents", content)
	r.Header.Set("Content-Type", "text/html")
	if officer != "" {
		r.Header.Set(OfficerHeader, officer)
	}
	recorder := httptest.NewRecorder()
	b.handler.ServeHTTP(recorder, r)
	return answer{recorder, b.t}
}

// attached receives a dossier and attaches a document to it.
func (b *bench) attached(content []byte) (DossierView, Uploaded) {
	b.t.Helper()
	var up Uploaded
	b.upload(bytes.NewReader(content), "an").want(http.StatusCreated, &up)
	v := b.receive()
	b.send("POST", api+"xa-a/dossiers/"+v.Code+"/supplement", "an", map[string]any{
		"version":     v.Version,
		"attachments": []map[string]any{{"document": "so-do", "sha256": up.SHA256, "name": `sơ "đồ" nhà ông Xôm.pdf`}},
	}).want(http.StatusOK, &v)
	return v, up
}

// files are the documents that are kept of agency xa-a.
func (b *bench) files() []string {
	b.t.Helper()
	a, _ := b.service.served.Load().agency("xa-a")
	var found []string
	for kept, err := range a.records.blobs.All(b.t.Context()) {
		if err != nil {
			b.t.Fatal(err)
		}
		found = append(found, kept.Hash.String())
	}
	return found
}

// age makes a document as old as if it had been kept some time ago.
func (b *bench) age(sha256 string, by time.Duration) {
	b.t.Helper()
	found, err := filepath.Glob(filepath.Join(b.config.Data, "documents", "*", sha256[:2], sha256[2:]))
	if err != nil || len(found) != 1 {
		b.t.Fatalf("the file of a document: %v, %v", found, err)
	}
	then := time.Now().Add(-by)
	if err := os.Chtimes(found[0], then, then); err != nil {
		b.t.Fatal(err)
	}
}

// clear deletes what nobody cites.
func (b *bench) clear() {
	a, _ := b.service.served.Load().agency("xa-a")
	b.service.clearOrphansOf(b.t.Context(), a)
}

func TestADocumentIsUploadedCitedAndDownloaded(t *testing.T) {
	b := start(t)
	content := blobtest.PDF(2 << 20)
	v, up := b.attached(content)
	if up.Size != 2<<20 || up.MediaType != "application/pdf" {
		t.Errorf("uploaded as %+v", up)
	}
	path := api + "xa-a/dossiers/" + v.Code + "/documents/" + up.SHA256
	got := b.send("GET", path, "dung", nil).want(http.StatusOK, nil)
	if !bytes.Equal(got.Body.Bytes(), content) {
		t.Errorf("%d bytes came back", got.Body.Len())
	}
	for name, want := range map[string]string{
		"Content-Type": "application/pdf", "Content-Length": "2097152", "X-Content-Type-Options": "nosniff",
		"Content-Security-Policy": "default-src 'none'; sandbox", "Cache-Control": "no-store",
		"Content-Disposition": "attachment; filename*=utf-8''s%C6%A1%20%22%C4%91%E1%BB%93%22%20nh%C3%A0%20%C3%B4ng%20X%C3%B4m.pdf",
	} {
		if got := got.Header().Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	b.send("GET", path, "", nil).problem(http.StatusUnauthorized, "sign-in-needed")
	other := b.receive()
	b.send("GET", api+"xa-a/dossiers/"+other.Code+"/documents/"+up.SHA256, "an", nil).problem(http.StatusNotFound, "document-not-found")
	for _, hash := range []string{strings.Repeat("0", 64), "x", up.SHA256[:63] + "z", "..%2f" + up.SHA256} {
		b.send("GET", api+"xa-a/dossiers/"+v.Code+"/documents/"+hash, "an", nil).problem(http.StatusNotFound, "document-not-found")
	}
	if strings.Contains(b.log.String(), "Xôm") || strings.Contains(b.log.String(), up.SHA256) {
		t.Error("the log names a document")
	}
}

func TestUploadsThatAreNotTaken(t *testing.T) {
	b := start(t, func(c *Config) { c.MaxDocument = 10_000 })
	cut := io.MultiReader(bytes.NewReader(blobtest.PDF(5000)), iotest.ErrReader(errors.New("the line broke")))
	b.upload(cut, "an").problem(http.StatusBadRequest, "document-cut-off")
	b.upload(bytes.NewReader(blobtest.PDF(10_001)), "an").problem(http.StatusRequestEntityTooLarge, "document-too-large")
	b.upload(io.MultiReader(bytes.NewReader(blobtest.PDF(20_000))), "an").problem(http.StatusRequestEntityTooLarge, "document-too-large")
	b.upload(strings.NewReader("<html><script>alert(1)</script></html>"), "an").problem(http.StatusUnsupportedMediaType, "document-type")
	b.upload(strings.NewReader(""), "an").problem(http.StatusUnsupportedMediaType, "document-type")
	b.upload(bytes.NewReader(blobtest.PDF(10)), "").problem(http.StatusUnauthorized, "sign-in-needed")
	if left := b.files(); len(left) != 0 {
		t.Errorf("kept all the same: %v", left)
	}
	b.upload(bytes.NewReader(blobtest.PDF(10_000)), "an").want(http.StatusCreated, nil)
	a, _ := b.service.served.Load().agency("xa-a")
	a.records.documents.transfers.Store(maxTransfers)
	b.upload(bytes.NewReader(blobtest.PDF(10)), "an").problem(http.StatusServiceUnavailable, "busy")
	if a.records.documents.transfers.Load() != maxTransfers {
		t.Error("a refused transfer counts")
	}
}

func TestDocumentsThatNobodyCitesAreCleared(t *testing.T) {
	b := start(t)
	v, cited := b.attached(blobtest.PDF(100))
	var unused, young Uploaded
	b.upload(bytes.NewReader(blobtest.PDF(200)), "an").want(http.StatusCreated, &unused)
	b.upload(bytes.NewReader(blobtest.PDF(300)), "an").want(http.StatusCreated, &young)
	b.age(cited.SHA256, 100*time.Hour)
	b.age(unused.SHA256, 23*time.Hour+time.Minute)
	b.clear()
	if left := b.files(); len(left) != 3 {
		t.Fatalf("left are %v", left)
	}
	// What is about to be deleted is not cited any more; what is cited may be cited again.
	again := func(sha256 string) answer {
		return b.send("POST", api+"xa-a/dossiers/"+v.Code+"/supplement", "an", map[string]any{
			"version": v.Version, "attachments": []map[string]any{{"sha256": sha256}},
		})
	}
	again(unused.SHA256).problem(http.StatusUnprocessableEntity, "attachment-unknown")
	again(cited.SHA256).want(http.StatusOK, &v)
	b.age(unused.SHA256, 25*time.Hour)
	a, _ := b.service.served.Load().agency("xa-a")
	a.records.documents.arriving.RLock()
	b.clear()
	if left := b.files(); len(left) != 3 {
		t.Errorf("while a document was coming in, %d are left, want 3", len(left))
	}
	a.records.documents.arriving.RUnlock()
	b.clear()
	if left := b.files(); len(left) != 2 {
		t.Errorf("left are %v", left)
	}
	b.send("GET", api+"xa-a/dossiers/"+v.Code+"/documents/"+cited.SHA256, "an", nil).want(http.StatusOK, nil)
	b.upload(bytes.NewReader(blobtest.PDF(200)), "an").want(http.StatusCreated, nil)
	again(unused.SHA256).want(http.StatusOK, nil)
}

func TestTheDocumentsOfADisposedRecordGoUnlessAnotherCitesThem(t *testing.T) {
	b := start(t)
	shared := blobtest.PDF(100)
	first, both := b.attached(shared)
	second, _ := b.attached(shared)
	var own Uploaded
	b.upload(bytes.NewReader(blobtest.PDF(200)), "an").want(http.StatusCreated, &own)
	a, _ := b.service.served.Load().agency("xa-a")
	d, release, err := b.service.desk("xa-a")
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	found, err := d.open(t.Context(), first.Code)
	if err != nil {
		t.Fatal(err)
	}
	b.service.discardDisposed(t.Context(), d, append(found.state.Attachments, dossier.Attachment{SHA256: own.SHA256}))
	if left := b.files(); len(left) != 1 || left[0] != both.SHA256 {
		t.Errorf("left are %v, want %s", left, both.SHA256)
	}
	hash, err := hashOf(both.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	if err := a.records.blobs.Delete(t.Context(), hash); err != nil {
		t.Fatal(err)
	}
	b.send("GET", api+"xa-a/dossiers/"+second.Code+"/documents/"+both.SHA256, "an", nil).problem(http.StatusGone, "document-gone")
}

func TestAStoreOfDocumentsThatIsGoneIsSaidToBe(t *testing.T) {
	b := start(t)
	if err := os.RemoveAll(filepath.Join(b.config.Data, "documents")); err != nil {
		t.Fatal(err)
	}
	b.upload(bytes.NewReader(blobtest.PDF(100)), "an").problem(http.StatusServiceUnavailable, "documents-failed")
}
