package service

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"testing"
)

// plan is a small document.
const plan = "%PDF-1.4\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n"

// askWith brings a dossier with a document to the step that asks the neighbour.
func (b *bench) askWith() (v DossierView, sha string) {
	b.t.Helper()
	d, release, err := b.service.desk("xa-a")
	if err != nil {
		b.t.Fatal(err)
	}
	defer release()
	if _, err := d.records.blobs.Put(b.t.Context(), strings.NewReader(plan)); err != nil {
		b.t.Fatal(err)
	}
	hash := sha256.Sum256([]byte(plan))
	sha = hex.EncodeToString(hash[:])
	body := application()
	body["attachments"] = []map[string]any{{"document": "so-do", "sha256": sha, "name": "sơ đồ.pdf"}}
	b.send("POST", api+"xa-a/dossiers", "an", body).want(http.StatusCreated, &v)
	return b.act(b.act(v, "an", "nhan"), "chi", "dat", appraised("dat")), sha
}

func TestDocumentIsFetchedFromTheAsker(t *testing.T) {
	p := startPair(t)
	v, sha := p.a.askWith()
	eventually(t, "the question arrives", func() bool { return len(p.b.questions("xa-b")) == 1 }, p.a)
	code := p.b.questions("xa-b")[0].Code
	var asked ConsultationView
	p.b.send("GET", api+"xa-b/consultations/"+code, "an", nil).want(http.StatusOK, &asked)
	if files := asked.Question.Documents[0].Files; len(files) != 1 || files[0].SHA256 != sha || files[0].Name != "sơ đồ.pdf" {
		t.Fatalf("files %+v", files)
	}
	path := api + "xa-b/consultations/" + code + "/files/"
	for range 2 {
		got := p.b.send("GET", path+sha, "an", nil).want(http.StatusOK, nil)
		if got.Body.String() != plan || got.Header().Get("Content-Disposition") != "attachment" {
			t.Errorf("document %q, header %v", got.Body, got.Header())
		}
	}
	p.b.send("GET", path+strings.Repeat("0", 64), "an", nil).want(http.StatusNotFound, nil)
	// Nobody gets it without the signature of the agency that was asked.
	enclosure := api + "xa-a/enclosures/" + v.Code + "/" + sha
	p.a.send("GET", enclosure, "", nil).problem(http.StatusForbidden, "signature-wrong")
	p.a.send("GET", enclosure, "", nil, "Chuan-Agency", "H18.35.02", "Chuan-Time", "1780275600000", "Chuan-Key",
		p.b.keys("xa-b").KeyID(), "Chuan-Signature", "AAAA").problem(http.StatusForbidden, "signature-wrong")
}

func TestDocumentWithinOneService(t *testing.T) {
	b := start(t, asksNeighbour).following()
	_, sha := b.askWith()
	eventually(t, "the question arrives", func() bool { return len(b.questions("xa-b")) == 1 }, b)
	got := b.send("GET", api+"xa-b/consultations/"+b.questions("xa-b")[0].Code+"/files/"+sha, "an", nil).want(http.StatusOK, nil)
	if got.Body.String() != plan {
		t.Errorf("document %q", got.Body)
	}
}
