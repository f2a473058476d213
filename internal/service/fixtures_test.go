package service

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// bench is a service under test, with directories and a clock of its own.
type bench struct {
	t       *testing.T
	config  Config
	service *Service
	handler http.Handler
	log     *journal

	mu  sync.Mutex
	now time.Time
}

// journal collects the log.
type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (j *journal) Write(b []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(b)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.String()
}

// start starts a service over the manifests of testdata, on Monday the first of June 2026 at eight in Điện Biên.
func start(t *testing.T, change ...func(*Config)) *bench {
	t.Helper()
	b := &bench{t: t, log: &journal{}, now: time.Date(2026, time.June, 1, 1, 0, 0, 0, time.UTC)}
	b.config = Config{
		Manifests: filepath.Join(t.TempDir(), "manifests"), Data: filepath.Join(t.TempDir(), "data"),
		DevelopmentSignIn: true, Now: b.clock, Recheck: time.Hour,
		Logger: slog.New(slog.NewTextHandler(b.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	if err := os.CopyFS(b.config.Manifests, os.DirFS("testdata/manifests")); err != nil {
		t.Fatal(err)
	}
	for _, c := range change {
		c(&b.config)
	}
	b.restart()
	t.Cleanup(func() {
		if err := b.service.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return b
}

// restart starts the service, or ends it and starts it again.
func (b *bench) restart() {
	b.t.Helper()
	if b.service != nil {
		if err := b.service.Close(); err != nil {
			b.t.Fatalf("Close: %v", err)
		}
	}
	s, err := New(b.t.Context(), b.config)
	if err != nil {
		b.t.Fatalf("New: %v", err)
	}
	b.service, b.handler = s, s.Handler()
}

func (b *bench) clock() time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.now
}

func (b *bench) pass(d time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.now = b.now.Add(d)
}

// manifest is the path of a file of manifests.
func (b *bench) manifest(name string) string { return filepath.Join(b.config.Manifests, name) }

// edit replaces text in a file of manifests, and takes the manifests up.
func (b *bench) edit(name, before, after string) {
	b.t.Helper()
	text, err := os.ReadFile(b.manifest(name))
	if err != nil {
		b.t.Fatal(err)
	}
	if !strings.Contains(string(text), before) {
		b.t.Fatalf("%s does not contain %q", name, before)
	}
	b.write(name, strings.ReplaceAll(string(text), before, after))
}

// write writes a file of manifests, and takes the manifests up.
func (b *bench) write(name, text string) {
	b.t.Helper()
	if err := os.WriteFile(b.manifest(name), []byte(text), 0o600); err != nil {
		b.t.Fatal(err)
	}
	b.reload()
}

func (b *bench) reload() { b.service.reload(context.Background()) }

// answer is what the service answered.
type answer struct {
	*httptest.ResponseRecorder
	t *testing.T
}

// send sends a request by an officer, who may be empty.
func (b *bench) send(method, path, officer string, body any, header ...string) answer {
	b.t.Helper()
	var content io.Reader
	if body != nil {
		text, ok := body.(string)
		if !ok {
			encoded, err := json.Marshal(body)
			if err != nil {
				b.t.Fatal(err)
			}
			text = string(encoded)
		}
		content = strings.NewReader(text)
	}
	r := httptest.NewRequestWithContext(b.t.Context(), method, path, content)
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if officer != "" {
		r.Header.Set(OfficerHeader, officer)
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	recorder := httptest.NewRecorder()
	b.handler.ServeHTTP(recorder, r)
	return answer{recorder, b.t}
}

// want checks the status and reads the body into a value.
func (a answer) want(status int, into any) answer {
	a.t.Helper()
	if a.Code != status {
		a.t.Fatalf("status %d, want %d: %s", a.Code, status, a.Body)
	}
	if into != nil {
		if err := json.Unmarshal(a.Body.Bytes(), into); err != nil {
			a.t.Fatalf("answer %s: %v", a.Body, err)
		}
	}
	return a
}

// problem checks that the answer is a problem with a status and a code.
func (a answer) problem(status int, code string) Problem {
	a.t.Helper()
	var p Problem
	a.want(status, &p)
	if p.Code != code || p.Status != status || p.Type != problemType+code || p.Detail == "" || p.DetailVi == "" {
		a.t.Fatalf("problem %+v, want %s in both languages", p, code)
	}
	if kind := a.Header().Get("Content-Type"); kind != "application/problem+json" {
		a.t.Errorf("content type %s", kind)
	}
	return p
}

const api = "/api/v1/agencies/"

// personal is what must never be seen by others.
var personal = []string{"Lò Văn Xôm", "011234567890", "0912345678"}

// application is the body by which a complete dossier is received.
func application() map[string]any {
	return map[string]any{
		"procedure": "xac-nhan", "channel": "counter",
		"applicant": map[string]any{"name": personal[0], "phone": personal[2]},
		"forms": map[string]any{"to-khai": map[string]any{
			"hoTen": personal[0], "soDinhDanh": personal[1], "soTang": 2,
		}},
		"documents": []map[string]any{{"id": "so-do", "copies": 2}},
	}
}

// receive takes in a dossier of agency xa-a.
func (b *bench) receive() DossierView {
	b.t.Helper()
	var v DossierView
	b.send("POST", api+"xa-a/dossiers", "an", application()).want(http.StatusCreated, &v)
	return v
}

// act takes an action that must be accepted.
func (b *bench) act(v DossierView, officer, action string, more ...map[string]any) DossierView {
	b.t.Helper()
	body := map[string]any{"action": action, "version": v.Version}
	for _, m := range more {
		maps.Copy(body, m)
	}
	var after DossierView
	b.send("POST", api+"xa-a/dossiers/"+v.Code+"/actions", officer, body).want(http.StatusOK, &after)
	return after
}

// metric returns the line of a metric.
func (b *bench) metric(name string) string {
	b.t.Helper()
	for line := range strings.Lines(b.send("GET", "/metrics", "", nil).Body.String()) {
		if strings.HasPrefix(line, name+" ") || strings.HasPrefix(line, name+"{") {
			return strings.TrimSpace(line)
		}
	}
	return ""
}

// paid is the fee of the procedure.
var paid = map[string]any{"payments": []map[string]any{{"fee": "le-phi", "amount": 75000, "currency": "VND", "method": "cash"}}}

func appraised(conclusion string) map[string]any {
	return map[string]any{"forms": map[string]any{"phieu": map[string]any{"ketLuan": conclusion}}}
}

// mountBundle puts the manifests of testdata, compressed, into a directory as a kubelet does.
func mountBundle(t *testing.T, dir, version string, replaced map[string]string) {
	t.Helper()
	content := filepath.Join(dir, version)
	if _, err := os.Lstat(filepath.Join(dir, "..data")); err != nil {
		if err := errors.Join(os.RemoveAll(dir), os.Mkdir(dir, 0o700)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(content, 0o700); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("testdata/manifests/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		name := filepath.Base(file)
		text, ok := replaced[name]
		if !ok {
			read, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			text = string(read)
		}
		compress(t, filepath.Join(content, name+".gz"), text)
		link := filepath.Join(dir, name+".gz")
		if err := os.Symlink(filepath.Join("..data", name+".gz"), link); err != nil && !errors.Is(err, os.ErrExist) {
			t.Fatal(err)
		}
	}
	swap := filepath.Join(dir, "..data_tmp")
	if err := errors.Join(os.Symlink(version, swap), os.Rename(swap, filepath.Join(dir, "..data"))); err != nil {
		t.Fatal(err)
	}
}

func compress(t *testing.T, path, text string) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	w := gzip.NewWriter(f)
	_, err = w.Write([]byte(text))
	if err := errors.Join(err, w.Close(), f.Close()); err != nil {
		t.Fatal(err)
	}
}

// remarshal reads a value that was decoded without its type.
func remarshal(t *testing.T, from, into any) {
	t.Helper()
	text, err := json.Marshal(from)
	if err == nil {
		err = json.Unmarshal(text, into)
	}
	if err != nil {
		t.Fatal(err)
	}
}
