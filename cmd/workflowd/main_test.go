package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// output is what a program prints while it runs.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(b)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

const manifests = "../../internal/service/testdata/manifests"

func TestWrongFlagsAndManifests(t *testing.T) {
	broken := t.TempDir()
	if err := os.WriteFile(filepath.Join(broken, "agency.yaml"), []byte("apiVersion: qms.chuan.dev/v1alpha1\nkind: Agency\nspec: {titel: x}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		args []string
		code int
		want []string
	}{
		"help":          {[]string{"--help"}, 0, nil},
		"no manifests":  {nil, exitManifests, []string{"--manifests is missing"}},
		"unknown flag":  {[]string{"--manifest", "x"}, exitManifests, []string{"-manifest"}},
		"argument":      {[]string{"--manifests", manifests, "x"}, exitManifests, []string{`unexpected argument "x"`}},
		"log format":    {[]string{"--manifests", manifests, "--log-format", "xml"}, exitManifests, []string{`"xml"`}},
		"no network":    {[]string{"--manifests", manifests, "--trusted-proxies", "10.0.0.0/8,x"}, exitManifests, []string{`"x" is no network`}},
		"no directory":  {[]string{"--manifests", "nowhere"}, exitManifests, []string{"nowhere"}},
		"bad manifests": {[]string{"--manifests", broken}, exitManifests, []string{"agency.yaml:3:", "titel"}},
		"bad address":   {[]string{"--manifests", manifests, "--listen", "256.0.0.1:0"}, exitFailed, []string{"256.0.0.1"}},
	} {
		t.Run(name, func(t *testing.T) {
			var stdout, stderr output
			args := append([]string{"--data", t.TempDir()}, c.args...)
			if code := run(t.Context(), args, &stdout, &stderr); code != c.code {
				t.Errorf("exit code %d, want %d: %s", code, c.code, stderr.String())
			}
			for _, want := range c.want {
				if !strings.Contains(stderr.String(), want) {
					t.Errorf("it does not say %q: %s", want, stderr.String())
				}
			}
			if name == "help" && (!strings.Contains(stdout.String(), "Examples:") || !strings.Contains(stdout.String(), "-manifests")) {
				t.Errorf("help: %s", stdout.String())
			}
		})
	}
}

func TestItServesUntilItIsAskedToEnd(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	data := t.TempDir()
	args := []string{"--manifests", manifests, "--data", data, "--listen", address, "--log-format", "json", "--development-sign-in"}
	var stdout, stderr output
	ended := make(chan int)
	go func() { ended <- run(ctx, args, &stdout, &stderr) }()
	body := get(t, "http://"+address+"/readyz")
	var ready struct{ Ready bool }
	if err := json.Unmarshal(body, &ready); err != nil || !ready.Ready {
		t.Errorf("readyz: %s", body)
	}
	for _, want := range []string{"serves 2 agencies", "http://" + address + "/", "DEVELOPMENT"} {
		if !strings.Contains(stdout.String(), want) {
			t.Errorf("it does not print %q: %s", want, stdout.String())
		}
	}
	var second output
	if code := run(t.Context(), args, io.Discard, &second); code != exitFailed || !strings.Contains(second.String(), "another workflowd") {
		t.Errorf("a second one in the same directory: %d %s", code, second.String())
	}
	stop()
	select {
	case code := <-ended:
		if code != 0 {
			t.Errorf("exit code %d: %s", code, stderr.String())
		}
	case <-time.After(drainTime):
		t.Fatal("it did not end")
	}
	if _, err := os.Stat(filepath.Join(data, "xa-a.db-wal")); !os.IsNotExist(err) {
		t.Errorf("the log of the records was not brought into their file: %v", err)
	}
}

// get asks until there is an answer.
func get(t *testing.T, url string) []byte {
	t.Helper()
	client := &http.Client{Timeout: time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := client.Do(r)
		if err != nil {
			if time.Now().After(deadline) {
				t.Fatal(err)
			}
			continue
		}
		body, err := io.ReadAll(answer.Body)
		_ = answer.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		return body
	}
}
