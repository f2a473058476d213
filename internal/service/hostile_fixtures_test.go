package service

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// route is a route of the service as the hostile clients know it. A new route is added here, and every test of this file and
// the fuzz test try it.
type route struct {
	method, path string
	// officer who may use it; empty where everybody may.
	officer string
	// query are the parameters that it knows.
	query []string
	// body is what it takes; nil where it takes none.
	body func() map[string]any
}

// routes are all routes. In the paths, {agency}, {procedure} and {code} stand for what is there.
var routes = []route{
	{method: "GET", path: "/"},
	{method: "GET", path: "/assets/style.css"},
	{method: "GET", path: "/healthz"},
	{method: "GET", path: "/readyz"},
	{method: "GET", path: "/metrics"},
	{method: "GET", path: "/{agency}"},
	{method: "GET", path: "/{agency}/thu-tuc/{procedure}"},
	{method: "GET", path: "/{agency}/ho-so", query: []string{"ma", "kiem"}},
	{method: "GET", path: "/{agency}/dang-nhap"},
	{method: "GET", path: "/{agency}/dang-nhap/ve", query: []string{"code", "state", "error", "error_description"}},
	{method: "POST", path: "/{agency}/dang-nhap"},
	{method: "POST", path: "/{agency}/dang-xuat"},
	{method: "GET", path: "/api/v1/agencies"},
	{method: "GET", path: "/api/v1/agencies/{agency}/procedures"},
	{method: "GET", path: "/api/v1/agencies/{agency}/procedures/{procedure}"},
	{method: "GET", path: "/api/v1/agencies/{agency}/inbox", officer: "an", query: []string{"role", "limit"}},
	{method: "GET", path: "/api/v1/agencies/{agency}/evidence"},
	{method: "GET", path: "/api/v1/agencies/{agency}/dossiers/{code}", officer: "an"},
	{method: "POST", path: "/api/v1/agencies/{agency}/dossiers", officer: "an", body: fullApplication},
	{method: "POST", path: "/api/v1/agencies/{agency}/dossiers/{code}/actions", officer: "an", body: fullAction},
}

// fullApplication is a dossier with every field that may be handed in.
func fullApplication() map[string]any {
	body := application()
	body["applicant"] = map[string]any{
		"name": personal[0], "identityNumber": personal[1], "address": "Bản A", "phone": personal[2], "email": "xom@xa-a.example",
	}
	return body
}

// fullAction is an action with every field that it may have. It is the one that asks for something to be added.
func fullAction() map[string]any {
	return map[string]any{
		"action": "bo-sung", "step": "B1", "reason": "Thiếu sơ đồ", "assignee": "", "version": 1,
		"forms":     map[string]any{"to-khai": map[string]any{"hoTen": personal[0], "soDinhDanh": personal[1], "soTang": 2}},
		"documents": []any{map[string]any{"id": "so-do", "copies": 1}},
	}
}

// mark is in everything hostile that is sent, and must never be seen in the log.
const mark = "qx7Kv"

// hostile are strings that have done harm somewhere.
var hostile = map[string]string{
	"SQL":            mark + `'; DROP TABLE dossier; --`,
	"SQL or":         mark + `" OR "1"="1`,
	"LIKE":           mark + `%_\%`,
	"script":         mark + `<script>alert(1)</script>`,
	"attribute":      mark + `" onmouseover="alert(1)`,
	"entity":         mark + `&lt;b&gt;&#60;`,
	"template":       mark + `{{.Officer}}{{template "layout"}}`,
	"expression":     mark + `${7*7}#{7*7}<%= 7*7 %>`,
	"CEL":            mark + `' || true || '`,
	"format":         mark + `%s%n%x%!d(MISSING)`,
	"header":         mark + "\r\nX-Injected: 1\r\n\r\n<html>",
	"path":           mark + `../../../../etc/passwd`,
	"Windows path":   mark + `..\..\windows\win.ini`,
	"NUL":            mark + "\x00x",
	"escape":         mark + "\x1b[31m\a\b",
	"log line":       mark + "\n{\"level\":\"ERROR\",\"msg\":\"made up\"}",
	"shell":          mark + "$(id)`id`;id|id",
	"LDAP":           mark + `*)(uid=*))(|(uid=*`,
	"right to left":  mark + "\u202etxt.exe",
	"invisible":      mark + "\u200b\ufeff\u2060",
	"decomposed":     mark + "Lo\u0300 Va\u0306n",
	"line separator": mark + "\u2028\u2029\u0085",
	"astral":         mark + "\U0001F4A9\U00020000",
	"JSON":           mark + `","officer":"giang","x":"`,
	"JNDI":           mark + `${jndi:ldap://x/a}`,
	"long":           mark + strings.Repeat("x", 70_000),
	"spaces":         " " + mark + " \t ",
}

// quarry is a service behind a real listener, with its log as JSON.
type quarry struct {
	*bench
	address string
	client  *http.Client
	seen    *journal
}

// expose starts a service with the development sign-in behind the server that the program uses.
func expose(t *testing.T, change ...func(*http.Server)) *quarry {
	t.Helper()
	q := &quarry{seen: &journal{}}
	q.bench = start(t, func(c *Config) {
		c.Logger = slog.New(slog.NewJSONHandler(q.seen, &slog.HandlerOptions{Level: slog.LevelDebug}))
	})
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := NewServer(q.service, "")
	for _, c := range change {
		c(server)
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	q.address = listener.Addr().String()
	q.client = &http.Client{
		Transport:     &http.Transport{},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	t.Cleanup(func() {
		q.client.CloseIdleConnections()
		_ = server.Close()
		if err := <-served; !errors.Is(err, http.ErrServerClosed) {
			t.Errorf("the server ended with %v", err)
		}
		q.checkLog()
	})
	return q
}

// checkLog checks that the log is one JSON object a line and holds nothing that was sent.
func (q *quarry) checkLog() {
	q.t.Helper()
	for line := range strings.Lines(q.seen.String()) {
		if !json.Valid([]byte(line)) {
			q.t.Errorf("a line of the log is not JSON: %q", line)
		}
		for _, secret := range append([]string{mark, "made up", "xom@xa-a.example"}, personal...) {
			if strings.Contains(line, secret) {
				q.t.Errorf("the log contains %q: %s", secret, line)
			}
		}
		if strings.Contains(line, "a handler failed") {
			q.t.Errorf("a handler panicked: %s", line)
		}
	}
}

// reply is what was answered.
type reply struct {
	status int
	header http.Header
	text   string
}

// ask sends a request to an address that is escaped already.
func (q *quarry) ask(method, target, officer string, body []byte, header ...string) reply {
	q.t.Helper()
	r, err := http.NewRequestWithContext(q.t.Context(), method, "http://"+q.address+target, bytes.NewReader(body))
	if err != nil {
		q.t.Fatal(err)
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if officer != "" {
		r.Header.Set(OfficerHeader, officer)
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Add(header[i], header[i+1])
	}
	answer, err := q.client.Do(r)
	if err != nil {
		q.t.Fatalf("%s %.80s: %v", method, target, err)
	}
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		q.t.Fatal(err)
	}
	q.pass(rested) // so that limits do not stand in the way of what is tried next
	return reply{answer.StatusCode, answer.Header, string(text)}
}

// rested is long enough for a limit to let one more request pass.
const rested = time.Second

// harmless checks that an answer is not a failure, and that nothing which was sent has become markup or a header.
func (q *quarry) harmless(what string, r reply) {
	q.t.Helper()
	if r.status >= 500 {
		q.t.Errorf("%s: status %d: %.300s", what, r.status, r.text)
	}
	if r.header.Get("X-Injected") != "" {
		q.t.Errorf("%s: a header was injected", what)
	}
	kind := r.header.Get("Content-Type")
	for _, markup := range []string{"<script", `" onmouseover="`} {
		if strings.HasPrefix(kind, "text/html") && strings.Contains(r.text, markup) {
			q.t.Errorf("%s: the page contains %s", what, markup)
		}
	}
	if r.status >= 400 && kind == "application/problem+json" {
		var p Problem
		if err := json.Unmarshal([]byte(r.text), &p); err != nil || p.Code == "" || p.Status != r.status {
			q.t.Errorf("%s: problem %s", what, r.text)
		}
	}
}

// fill puts what is there into the path of a route.
func fill(path, code string) string {
	return strings.NewReplacer("{agency}", "xa-a", "{procedure}", "xac-nhan", "{code}", code).Replace(path)
}
