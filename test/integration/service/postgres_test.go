// Package service_test runs the whole service on a real PostgreSQL server, as two replicas that answer in turn.
package service_test

import (
	"context"
	"encoding/json"
	"fmt"
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

	"chuan.dev/chuan/internal/service"
	"chuan.dev/chuan/internal/testenv"
)

var server *testenv.Postgres

func TestMain(m *testing.M) { os.Exit(testenv.RunPostgres(m, &server)) }

// The paths of the two agencies of the tests, and what must not be seen by others.
const (
	first  = "/api/v1/agencies/xa-a"
	second = "/api/v1/agencies/xa-b"

	applicant = "Lò Văn Xôm"
	identity  = "011234567890"
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
    actions:
    - {id: dong-y, title: Đồng ý, to: B3}
    - {id: khong-dong-y, title: Không đồng ý, to: B3, requires: {reason: true}, sets: {outcome: tu-choi}}
`

// office is a service of several replicas, of which each request reaches the next one.
type office struct {
	t        *testing.T
	dir      string
	uri      string
	replicas []*service.Service
	asked    int
	log      strings.Builder

	mu  sync.Mutex
	now time.Time
}

// start starts two replicas on an empty database, on Monday the first of June 2026 at eight in Điện Biên.
func start(t *testing.T, name string) *office {
	t.Helper()
	uri, err := server.Database(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	o := &office{t: t, dir: t.TempDir(), uri: uri, now: time.Date(2026, time.June, 1, 1, 0, 0, 0, time.UTC)}
	o.manifests()
	for file, text := range map[string]string{"uri": uri + "\n", "evidence.key": "s3cret"} {
		if err := os.WriteFile(filepath.Join(o.dir, file), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	o.join()
	o.join()
	return o
}

// manifests are those of the service's own tests, with a step that asks the neighbour and a numbered result.
func (o *office) manifests() {
	o.t.Helper()
	dir := filepath.Join(o.dir, "manifests")
	if err := os.CopyFS(dir, os.DirFS("../../../internal/service/testdata/manifests")); err != nil {
		o.t.Fatal(err)
	}
	file := filepath.Join(dir, "xac-nhan.yaml")
	text, err := os.ReadFile(file)
	if err != nil {
		o.t.Fatal(err)
	}
	changed := strings.NewReplacer(
		"  - id: B3\n", consult+"  - id: B3\n",
		"title: Đạt, to: B3", "title: Đạt, to: B2A",
		"title: Giấy xác nhận, result: granted", `title: Giấy xác nhận, result: granted, number: "{seq:000}/XN-UBND"`,
	).Replace(string(text))
	if err := os.WriteFile(file, []byte(changed), 0o600); err != nil {
		o.t.Fatal(err)
	}
}

// join starts one more replica, which runs until the test ends.
func (o *office) join() {
	o.t.Helper()
	s, err := service.New(o.t.Context(), service.Config{
		Manifests: filepath.Join(o.dir, "manifests"), Data: filepath.Join(o.dir, fmt.Sprintf("data-%d", len(o.replicas))),
		Documents: filepath.Join(o.dir, "documents"), MasterKeyFile: filepath.Join(o.dir, "master.key"),
		DatabaseURIFile: filepath.Join(o.dir, "uri"), EvidenceKeyFile: filepath.Join(o.dir, "evidence.key"),
		DevelopmentSignIn: true, Now: o.clock, Recheck: time.Hour, Logger: slog.New(slog.NewTextHandler(o, nil)),
	})
	if err != nil {
		o.t.Fatal(err)
	}
	running, stop := context.WithCancel(o.t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		s.Run(running)
	}()
	o.t.Cleanup(func() {
		stop()
		<-ended
		if err := s.Close(); err != nil {
			o.t.Error(err)
		}
	})
	o.replicas = append(o.replicas, s)
}

// Write takes the log of the replicas.
func (o *office) Write(line []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.log.Write(line)
}

func (o *office) logged() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.log.String()
}

func (o *office) clock() time.Time {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.now
}

func (o *office) pass(d time.Duration) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.now = o.now.Add(d)
}

// ask sends a request to the next replica, checks the status, and reads the answer into a value.
func (o *office) ask(method, path, officer string, body any, status int, into any, header ...string) {
	o.t.Helper()
	var content strings.Builder
	if body != nil {
		if err := json.NewEncoder(&content).Encode(body); err != nil {
			o.t.Fatal(err)
		}
	}
	r := httptest.NewRequestWithContext(o.t.Context(), method, path, strings.NewReader(content.String()))
	r.Header.Set("Content-Type", "application/json")
	if officer != "" {
		r.Header.Set(service.OfficerHeader, officer)
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	answer := httptest.NewRecorder()
	o.asked++
	o.replicas[o.asked%len(o.replicas)].Handler().ServeHTTP(answer, r)
	if answer.Code != status {
		o.t.Fatalf("%s %s: status %d, want %d: %s\n%s", method, path, answer.Code, status, answer.Body, o.logged())
	}
	if into == nil {
		return
	}
	if err := json.Unmarshal(answer.Body.Bytes(), into); err != nil {
		o.t.Fatalf("%s %s: %v: %s", method, path, err, answer.Body)
	}
}

// eventually waits until something is so that the replicas do by themselves.
func (o *office) eventually(what string, is func() bool) {
	o.t.Helper()
	limit, cancel := context.WithTimeout(o.t.Context(), time.Minute)
	defer cancel()
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for !is() {
		select {
		case <-limit.Done():
			o.t.Fatalf("never: %s\n%s", what, o.logged())
		case <-again.C:
		}
	}
}

// application is the body by which a complete dossier is received.
func application() map[string]any {
	return map[string]any{
		"procedure": "xac-nhan", "channel": "counter", "applicant": map[string]any{"name": applicant},
		"forms":     map[string]any{"to-khai": map[string]any{"hoTen": applicant, "soDinhDanh": identity, "soTang": 2}},
		"documents": []map[string]any{{"id": "so-do", "copies": 2}},
	}
}

func (o *office) receive(header ...string) service.DossierView {
	o.t.Helper()
	var v service.DossierView
	o.ask("POST", first+"/dossiers", "an", application(), http.StatusCreated, &v, header...)
	return v
}

// act takes an action on the version that was seen.
func (o *office) act(v service.DossierView, officer, action string, more map[string]any) service.DossierView {
	o.t.Helper()
	body := map[string]any{"action": action, "version": v.Version}
	maps.Copy(body, more)
	var after service.DossierView
	o.ask("POST", first+"/dossiers/"+v.Code+"/actions", officer, body, http.StatusOK, &after)
	return after
}

func (o *office) dossier(code string) service.DossierView {
	o.t.Helper()
	var v service.DossierView
	o.ask("GET", first+"/dossiers/"+code, "an", nil, http.StatusOK, &v)
	return v
}

var (
	appraised = map[string]any{"forms": map[string]any{"phieu": map[string]any{"ketLuan": "dat"}}}
	paid      = map[string]any{"payments": []map[string]any{{"fee": "le-phi", "amount": 75000, "currency": "VND", "method": "cash"}}}
)
