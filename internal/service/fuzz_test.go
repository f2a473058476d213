package service

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// FuzzHTTP sends any bytes that can be read as a request: to the handler of everything, as an officer or as nobody. It never
// panics and never fails, and what the API refuses it refuses with a problem.
func FuzzHTTP(f *testing.F) {
	manifests, data := filepath.Join(f.TempDir(), "manifests"), f.TempDir()
	if err := os.CopyFS(manifests, os.DirFS("testdata/manifests")); err != nil {
		f.Fatal(err)
	}
	now := time.Date(2026, time.June, 1, 1, 0, 0, 0, time.UTC)
	s, err := New(f.Context(), Config{Manifests: manifests, Data: data, DevelopmentSignIn: true, Now: func() time.Time {
		now = now.Add(rested)
		return now
	}})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() {
		if err := s.Close(); err != nil {
			f.Error(err)
		}
	})
	handler := s.Handler()
	code := firstCode(f, handler)
	for _, r := range routes {
		f.Add(seed(f, r, code))
	}
	for _, raw := range []string{
		"GET /%2e%2e/ HTTP/1.1\r\nHost: x\r\n\r\n", "GET /xa-a/ho-so?ma=%00 HTTP/1.1\r\nHost: x\r\n\r\n",
		"CONNECT x:1 HTTP/1.1\r\nHost: x:1\r\n\r\n", "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", "GET http://x/api/ HTTP/1.0\r\n\r\n",
		"POST /xa-a/dang-nhap HTTP/1.1\r\nHost: x\r\nSec-Fetch-Site: none\r\nContent-Type: application/x-www-form-urlencoded\r\n" +
			"Content-Length: 9\r\n\r\ncan-bo=an",
		"GET /api/v1/agencies/xa-a/inbox?role=mot-cua HTTP/1.1\r\nHost: x\r\nCookie: chuan_session_xa-a=AAAA\r\n\r\n",
	} {
		f.Add([]byte(raw))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		if len(raw) > 64<<10 {
			return
		}
		r, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(raw)))
		if err != nil {
			return
		}
		r.RemoteAddr = "192.0.2.1:1234"
		a := httptest.NewRecorder()
		handler.ServeHTTP(a, r.WithContext(t.Context()))
		if a.Code >= http.StatusInternalServerError {
			t.Fatalf("status %d: %s", a.Code, a.Body)
		}
		refused := a.Code >= http.StatusBadRequest && strings.HasPrefix(r.URL.Path, "/api/")
		if refused && a.Header().Get("Content-Type") != "application/problem+json" {
			t.Fatalf("status %d with content type %q: %s", a.Code, a.Header().Get("Content-Type"), a.Body)
		}
		if a.Header().Get("X-Content-Type-Options") != "nosniff" || a.Header().Get(DevelopmentHeader) != "true" {
			t.Fatalf("headers %v", a.Header())
		}
	})
}

// firstCode receives a dossier and returns its code.
func firstCode(f *testing.F, handler http.Handler) string {
	f.Helper()
	reception := seed(f, route{method: "POST", path: api + "{agency}/dossiers", officer: "an", body: fullApplication}, "")
	r, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(reception)))
	if err != nil {
		f.Fatal(err)
	}
	a := httptest.NewRecorder()
	handler.ServeHTTP(a, r)
	var v DossierView
	if err := json.Unmarshal(a.Body.Bytes(), &v); err != nil || v.Code == "" {
		f.Fatal(errors.Join(err, errors.New(a.Body.String())))
	}
	return v.Code
}

// seed is a sound request for a route, as bytes.
func seed(f *testing.F, r route, code string) []byte {
	f.Helper()
	query := url.Values{}
	for _, parameter := range r.query {
		query.Set(parameter, "mot-cua")
	}
	target := fill(r.path, code) + "?" + query.Encode()
	request := httptest.NewRequestWithContext(f.Context(), r.method, target, nil)
	var body []byte
	if r.body != nil {
		encoded, err := json.Marshal(r.body())
		if err != nil {
			f.Fatal(err)
		}
		body = encoded
		request = httptest.NewRequestWithContext(f.Context(), r.method, target, bytes.NewReader(body))
		request.Header.Set("Content-Type", "application/json")
	}
	if r.officer != "" {
		request.Header.Set(OfficerHeader, r.officer)
	}
	var raw bytes.Buffer
	if err := request.Write(&raw); err != nil {
		f.Fatal(err)
	}
	return raw.Bytes()
}
