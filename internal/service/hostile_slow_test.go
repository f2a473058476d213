package service

import (
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// hurried makes the bounds on times short, so that a test does not have to wait for them.
func hurried(s *http.Server) {
	s.ReadHeaderTimeout, s.ReadTimeout = 50*time.Millisecond, 200*time.Millisecond
}

func TestEveryTimeOfAConnectionIsBounded(t *testing.T) {
	s := NewServer(start(t).service, "127.0.0.1:0")
	for name, d := range map[string]time.Duration{
		"head": s.ReadHeaderTimeout, "request": s.ReadTimeout, "answer": s.WriteTimeout, "rest": s.IdleTimeout,
	} {
		if d <= 0 || d > 5*time.Minute {
			t.Errorf("the time for the %s of a connection is %s", name, d)
		}
	}
	if s.MaxHeaderBytes <= 0 || s.MaxHeaderBytes > 64<<10 || s.Addr != "127.0.0.1:0" {
		t.Errorf("head of %d bytes, address %s", s.MaxHeaderBytes, s.Addr)
	}
}

// TestSlowClients: whoever holds a connection without saying what they want loses it.
func TestSlowClients(t *testing.T) {
	q := expose(t, hurried)
	const head = "POST /api/v1/agencies/xa-a/dossiers HTTP/1.1\r\nHost: x\r\nChuan-Officer: an\r\nContent-Type: application/json\r\n"
	for name, said := range map[string]string{
		"nothing":     "",
		"half a line": "GET /xa-a HT",
		"half a head": "GET /xa-a HTTP/1.1\r\nHost: x\r\nX-A: " + mark,
		"half a body": head + "Content-Length: 1000\r\n\r\n{\"procedure\":\"" + mark,
		"no body":     head + "Content-Length: 1000\r\n\r\n",
		"half chunks": head + "Transfer-Encoding: chunked\r\n\r\n5\r\n{\"pro",
	} {
		t.Run(name, func(t *testing.T) {
			connection, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", q.address)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = connection.Close() }()
			if _, err := io.WriteString(connection, said); err != nil {
				t.Fatal(err)
			}
			// The end of a test that would else hang.
			if err := connection.SetReadDeadline(time.Now().Add(time.Minute)); err != nil {
				t.Fatal(err)
			}
			answer, err := io.ReadAll(connection)
			var late net.Error
			if errors.As(err, &late) && late.Timeout() {
				t.Fatal("the connection stays open")
			}
			if text := string(answer); text != "" && !strings.HasPrefix(text, "HTTP/1.1 4") {
				t.Errorf("answer %.200s", text)
			}
		})
	}
}

// TestABodyWithoutEnd: it is read as far as it may be long.
func TestABodyWithoutEnd(t *testing.T) {
	q := expose(t)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+q.address+api+"xa-a/dossiers",
		io.MultiReader(strings.NewReader(`{"reason":"`+mark), endless{}))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set(OfficerHeader, "an")
	answer, err := q.client.Do(r)
	if err != nil {
		// The server may have closed the connection before the client had read the answer.
		return
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode < 400 || answer.StatusCode >= 500 {
		t.Errorf("status %s", answer.Status)
	}
}

// endless never ends.
type endless struct{}

func (endless) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = 'x'
	}
	return len(b), nil
}
