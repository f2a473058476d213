package service

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"chuan.dev/chuan/internal/vault"
)

// consult is a step in which the commune xa-a asks its neighbour.
const consult = `  - id: B2A
    kind: consult
    title: Lấy ý kiến xã bên cạnh
    role: lanh-dao
    agency: {name: xa-b}
    time: 1wd
    silence: consent
    sends: {forms: [to-khai], documents: [so-do]}
    notify: [sms, email]
    message: Hồ sơ {{dossier}} của {{to-khai.hoTen}} ({{to-khai.soTang}} tầng) đang lấy ý kiến, hẹn {{due}}
    actions:
    - {id: dong-y, title: Đồng ý, to: B3}
    - {id: khong-dong-y, title: Không đồng ý, to: B3, requires: {reason: true}, sets: {outcome: tu-choi}}
`

// asksNeighbour changes the procedure so that its step B2 leads to a question to another agency.
func asksNeighbour(c *Config) {
	file := filepath.Join(c.Manifests, "xac-nhan.yaml")
	text, err := os.ReadFile(file)
	if err != nil {
		panic(err)
	}
	changed := strings.Replace(string(text), "  - id: B3\n", consult+"  - id: B3\n", 1)
	changed = strings.ReplaceAll(changed, "title: Đạt, to: B3", "title: Đạt, to: B2A")
	if err := os.WriteFile(file, []byte(changed), 0o600); err != nil {
		panic(err)
	}
}

// only leaves one of the two agencies in the manifests.
func only(first bool) func(*Config) {
	return func(c *Config) {
		file := filepath.Join(c.Manifests, "agencies.yaml")
		text, err := os.ReadFile(file)
		if err != nil {
			panic(err)
		}
		a, b, _ := strings.Cut(string(text), "---\n")
		if !first {
			a = b
		}
		if err := os.WriteFile(file, []byte(a), 0o600); err != nil {
			panic(err)
		}
	}
}

// following lets a service send and take messages until the test ends.
func (b *bench) following() *bench {
	b.t.Helper()
	ctx, stop := context.WithCancel(b.t.Context())
	ended := make(chan struct{})
	service := b.service
	go func() {
		defer close(ended)
		service.post.run(ctx)
	}()
	b.t.Cleanup(func() { stop(); <-ended })
	return b
}

// eventually waits until something is so. Services are woken in between, as time does.
func eventually(t *testing.T, what string, is func() bool, wake ...*bench) {
	t.Helper()
	for begun := time.Now(); !is(); {
		if time.Since(begun) > 30*time.Second {
			for _, b := range wake {
				t.Log(b.log.String())
			}
			t.Fatalf("never: %s", what)
		}
		for _, b := range wake {
			for _, a := range b.service.served.Load().agencies {
				b.service.post.sender.Wake(a.name)
			}
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// questions are the questions that an agency was asked.
func (b *bench) questions(agency string) []AsideEntry {
	b.t.Helper()
	var list AsideRegister
	b.send("GET", api+agency+"/consultations", "an", nil).want(http.StatusOK, &list)
	return list.Items
}

func (b *bench) dossier(code string) DossierView {
	b.t.Helper()
	var v DossierView
	b.send("GET", api+"xa-a/dossiers/"+code, "an", nil).want(http.StatusOK, &v)
	return v
}

// ask brings a dossier to the step that asks the neighbour.
func (b *bench) ask() DossierView {
	b.t.Helper()
	v := b.act(b.receive(), "an", "nhan")
	return b.act(v, "chi", "dat", appraised("dat"))
}

// answer answers a question that xa-b was asked.
func (b *bench) answer(code, action, reason string) answer {
	b.t.Helper()
	var v ConsultationView
	b.send("GET", api+"xa-b/consultations/"+code, "an", nil).want(http.StatusOK, &v)
	return b.send("POST", api+"xa-b/consultations/"+code+"/actions", "an",
		map[string]any{"version": v.Version, "action": "answer", "answer": action, "reason": reason}, "Idempotency-Key", code+action)
}

func at(v DossierView, step string) bool {
	return len(v.Steps) == 1 && string(v.Steps[0].Step) == step
}

// nothingPersonalOnDisk checks that no file of the records holds personal data in the open.
func (b *bench) nothingPersonalOnDisk() {
	b.t.Helper()
	files, err := filepath.Glob(filepath.Join(b.config.Data, "*.db*"))
	if err != nil || len(files) == 0 {
		b.t.Fatalf("files %v: %v", files, err)
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			b.t.Fatal(err)
		}
		for _, word := range append(slices.Clone(personal), "Trong vùng bảo vệ") {
			for _, form := range []string{word, base64.StdEncoding.EncodeToString([]byte(word))[:8]} {
				if bytes.Contains(content, []byte(form)) {
					b.t.Errorf("%s holds %q", filepath.Base(file), form)
				}
			}
		}
	}
}

// pair are two services, each of one agency, that reach each other over HTTP.
type pair struct {
	a, b *bench
	// down takes the network of the second away; envelopes are the messages that came to it.
	down      atomic.Bool
	envelopes chan []byte
	url       string
}

func startPair(t *testing.T) *pair {
	t.Helper()
	p := &pair{envelopes: make(chan []byte, 100)}
	files := [2]string{filepath.Join(t.TempDir(), "peers.yaml"), filepath.Join(t.TempDir(), "peers.yaml")}
	for _, file := range files {
		if err := os.WriteFile(file, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	with := func(file string) func(*Config) { return func(c *Config) { c.PeersFile = file } }
	p.a = start(t, asksNeighbour, only(true), with(files[0]))
	p.b = start(t, only(false), with(files[1]))
	a := httptest.NewServer(p.a.handler)
	b := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if p.down.Load() {
			panic(http.ErrAbortHandler)
		}
		var text bytes.Buffer
		if _, err := text.ReadFrom(r.Body); err != nil {
			panic(http.ErrAbortHandler)
		}
		r.Body = http.NoBody
		copied := r.Clone(r.Context())
		copied.Body = readCloser{bytes.NewReader(text.Bytes())}
		select {
		case p.envelopes <- text.Bytes():
		default:
		}
		p.b.handler.ServeHTTP(w, copied)
	}))
	t.Cleanup(a.Close)
	t.Cleanup(b.Close)
	p.url = b.URL
	write := func(file, name, code, url string, of *bench) {
		key := base64.StdEncoding.EncodeToString(of.keys(name).Public())
		text := fmt.Sprintf("agencies: [{code: %s, name: %s, url: '%s', plainHTTP: true, keys: [%s]}]\n", code, name, url, key)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(files[0], "xa-b", "H18.35.02", b.URL, p.b)
	write(files[1], "xa-a", "H18.35.01", a.URL, p.a)
	p.a.following()
	p.b.following()
	return p
}

type readCloser struct{ *bytes.Reader }

func (readCloser) Close() error { return nil }

// keys are the keys of an agency.
func (b *bench) keys(agency string) *vault.Keys {
	b.t.Helper()
	a, ok := b.service.served.Load().agency(agency)
	if !ok {
		b.t.Fatalf("no agency %s", agency)
	}
	return a.records.keys
}

// pass lets time pass for both.
func (p *pair) pass(d time.Duration) {
	p.a.pass(d)
	p.b.pass(d)
}
