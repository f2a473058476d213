package service

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	"google.golang.org/protobuf/proto"
)

func TestTracesSayNothingOfAnybody(t *testing.T) {
	var mu sync.Mutex
	var sent bytes.Buffer
	names := map[string]bool{}
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body := io.Reader(r.Body)
		if r.Header.Get("Content-Encoding") == "gzip" {
			var err error
			if body, err = gzip.NewReader(r.Body); err != nil {
				t.Errorf("body: %v", err)
				return
			}
		}
		text, err := io.ReadAll(body)
		var request collector.ExportTraceServiceRequest
		if err == nil {
			err = proto.Unmarshal(text, &request)
		}
		if err != nil {
			t.Errorf("spans: %v", err)
		}
		mu.Lock()
		defer mu.Unlock()
		sent.Write(text)
		for _, resource := range request.GetResourceSpans() {
			for _, scope := range resource.GetScopeSpans() {
				for _, span := range scope.GetSpans() {
					names[span.GetName()] = true
				}
			}
		}
	}))
	defer server.Close()
	b := start(t, asksNeighbour, func(c *Config) { c.TraceEndpoint = server.URL + "/v1/traces" }).following()
	v := b.ask()
	eventually(t, "the question arrives", func() bool { return len(b.questions("xa-b")) == 1 }, b)
	if err := b.service.tracing.provider.ForceFlush(t.Context()); err != nil {
		t.Fatal(err)
	}
	mu.Lock()
	defer mu.Unlock()
	for _, name := range []string{
		"POST /api/v1/agencies/{agency}/dossiers", "POST /api/v1/agencies/{agency}/dossiers/{code}/actions", "store commit",
		"deliver consultation.question",
	} {
		if !names[name] {
			t.Errorf("no span %q among %v", name, names)
		}
	}
	for _, word := range append([]string{v.Code, "xa-a"}, personal...) {
		if strings.Contains(sent.String(), word) {
			t.Errorf("the spans say %q", word)
		}
	}
}

func TestTraceEndpointThatIsNone(t *testing.T) {
	for _, endpoint := range []string{"collector:4318", "ftp://collector", "http://", "::"} {
		if _, err := newTracing(t.Context(), endpoint); err == nil {
			t.Errorf("%q is taken", endpoint)
		}
	}
	if off, err := newTracing(t.Context(), ""); off != nil || err != nil {
		t.Errorf("without an endpoint: %v %v", off, err)
	}
}
