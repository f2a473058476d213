package exchange

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"chuan.dev/chuan/internal/vault"
)

var monday = time.Date(2026, time.June, 1, 1, 0, 0, 0, time.UTC)

func keys(code string) *vault.Keys { return vault.Master{1}.Agency(code) }

func envelope() Envelope {
	return Sign(Envelope{
		Sender: "H18.35.01", Receiver: "H18.35.02", Number: 7, Kind: "consultation.question", At: monday, Body: []byte(`{"a":1}`),
	}, keys("H18.35.01"))
}

func TestEnvelope(t *testing.T) {
	known := []ed25519.PublicKey{keys("other").Public(), keys("H18.35.01").Public()}
	text, err := json.Marshal(envelope())
	if err != nil {
		t.Fatal(err)
	}
	read, err := Read(text)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(envelope(), read); diff != "" {
		t.Errorf("through JSON (-want +got):\n%s", diff)
	}
	if err := Verify(&read, "H18.35.02", known); err != nil {
		t.Errorf("Verify: %v", err)
	}
	for name, c := range map[string]struct {
		change func(*Envelope)
		keys   []ed25519.PublicKey
		want   error
	}{
		"another receiver":   {func(e *Envelope) { e.Receiver = "H18.35.03" }, known, ErrMisdirected},
		"another sender":     {func(e *Envelope) { e.Sender = "H18.35.09" }, known, ErrForged},
		"another number":     {func(e *Envelope) { e.Number++ }, known, ErrForged},
		"another kind":       {func(e *Envelope) { e.Kind = "consultation.reply" }, known, ErrForged},
		"another time":       {func(e *Envelope) { e.At = e.At.Add(time.Millisecond) }, known, ErrForged},
		"another body":       {func(e *Envelope) { e.Body = []byte(`{"a":2}`) }, known, ErrForged},
		"another key's name": {func(e *Envelope) { e.Key = keys("other").KeyID() }, known, ErrForged},
		"signed by another":  {func(e *Envelope) { *e = Sign(*e, keys("evil")) }, known, ErrForged},
		"no signature":       {func(e *Envelope) { e.Signature = nil }, known, ErrForged},
		"nobody's keys":      {func(*Envelope) {}, nil, ErrUnknownSender},
	} {
		e := envelope()
		c.change(&e)
		if err := Verify(&e, "H18.35.02", c.keys); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	for name, change := range map[string]func(*Envelope){
		"no sender": func(e *Envelope) { e.Sender = "" }, "no receiver": func(e *Envelope) { e.Receiver = "" },
		"no kind": func(e *Envelope) { e.Kind = "" }, "no number": func(e *Envelope) { e.Number = 0 },
		"no time": func(e *Envelope) { e.At = time.Time{} }, "a long code": func(e *Envelope) { e.Sender = strings.Repeat("H", maxCode+1) },
		"a large body": func(e *Envelope) { e.Body = make([]byte, MaxBody+1) },
	} {
		e := envelope()
		change(&e)
		text, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Read(text); !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, text := range []string{"", "null", "[]", "{}", string(text) + "{}", strings.Replace(string(text), "{", `{"more":1,`, 1)} {
		if _, err := Read([]byte(text)); !errors.Is(err, ErrMalformed) {
			t.Errorf("%.40q: %v", text, err)
		}
	}
}

// key is a public key as a peers file has it.
func key(code string) string { return base64.StdEncoding.EncodeToString(keys(code).Public()) }

func TestPeersFile(t *testing.T) {
	good := fmt.Sprintf("agencies:\n- {code: H18.20, name: so-van-hoa, url: 'https://qms.example.vn/x/', keys: [%s]}\n"+
		"notifications: {url: 'http://notify:8080/v1', plainHTTP: true, tokenFile: /t}\n", key("H18.20"))
	p, err := ParsePeers([]byte(good))
	if err != nil {
		t.Fatal(err)
	}
	a, ok := p.ByName("so-van-hoa")
	if b, _ := p.ByCode("H18.20"); !ok || b.Name != a.Name || !a.PublicKeys()[0].Equal(keys("H18.20").Public()) {
		t.Errorf("peers %+v", p)
	}
	if at := a.MessagesURL(); at != "https://qms.example.vn/x/api/v1/agencies/so-van-hoa/messages" {
		t.Errorf("address %s", at)
	}
	if _, ok := p.ByCode("H18.21"); ok {
		t.Error("somebody who is not there is found")
	}
	for name, c := range map[string][3]string{
		"unknown field":    {"url: 'https", "uri: 'https", "uri"},
		"no code":          {"code: H18.20", "code: ''", "code:"},
		"a path as a name": {"name: so-van-hoa", "name: a/b", "name:"},
		"no TLS":           {"https://qms", "http://qms", "plainHTTP"},
		"a user":           {"https://qms", "https://u:p@qms", "user"},
		"another scheme":   {"https://qms", "ftp://qms", "scheme"},
		"no keys":          {"keys: [" + key("H18.20") + "]", "keys: []", "public key"},
		"a short key":      {key("H18.20"), "AAAA", "32 bytes"},
		"twice":            {"notifications:", "- {code: H18.20, name: b, url: 'https://b', keys: [" + key("b") + "]}\nnotifications:", "every agency once"},
	} {
		if _, err := ParsePeers([]byte(strings.Replace(good, c[0], c[1], 1))); err == nil || !strings.Contains(err.Error(), c[2]) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestPeersFileIsFollowed(t *testing.T) {
	file := filepath.Join(t.TempDir(), "peers.yaml")
	entry := func(name string) string {
		return fmt.Sprintf("- {code: %s, name: %s, url: 'https://%s', keys: [%s]}\n", strings.ToUpper(name), name, name, key(name))
	}
	put := func(text string) {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := OpenDirectory(file, slog.New(slog.DiscardHandler)); err == nil {
		t.Error("a file that is not there is opened")
	}
	put("agencies:\n" + entry("a"))
	d, err := OpenDirectory(file, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	put("agencies:\n" + entry("a") + entry("bb"))
	if _, ok := d.Now().ByCode("BB"); !ok {
		t.Error("a change is not taken up")
	}
	put("agencies: {")
	if _, ok := d.Now().ByCode("BB"); !ok {
		t.Error("a broken file takes the last good one away")
	}
	put("agencies: []")
	if _, ok := d.Now().ByCode("BB"); ok {
		t.Error("the mended file is not taken up")
	}
}

func TestPost(t *testing.T) {
	status, header, body := 0, "", ""
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if header != "" {
			w.Header().Set(ExpectedHeader, header)
		}
		if status/100 == 3 {
			w.Header().Set("Location", "/elsewhere")
		}
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}))
	defer server.Close()
	to := Peer{Name: "b", URL: server.URL}
	for _, c := range []struct {
		status       int
		header, body string
		want         string
	}{
		{200, "", `{}`, ""},
		{409, "4", `{}`, "from number 4"},
		{409, "x", `{}`, "a number that is none"},
		{409, "", `{"code":"stale-version"}`, "409, stale-version"},
		{403, "", `{"code":"signature-wrong"}`, "403, signature-wrong"},
		{503, "", `{"code":"Lò Văn Xôm"}`, "it answers 503"},
		{307, "", ``, "it answers 307"},
	} {
		status, header, body = c.status, c.header, c.body
		err := Post(t.Context(), NewClient(), to, envelope())
		if (c.want == "") != (err == nil) || err != nil && (!strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "Xôm")) {
			t.Errorf("%d %s: %v, want %q", c.status, c.body, err, c.want)
		}
	}
	server.Close()
	if err := Post(t.Context(), NewClient(), to, envelope()); err == nil || strings.Contains(err.Error(), "/api/") {
		t.Errorf("nobody there: %v", err)
	}
}
