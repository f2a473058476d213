package service

import (
	"encoding/json"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
)

func TestTheDocumentIsServedAndTheOneOfTheDocumentation(t *testing.T) {
	b := start(t)
	written, err := os.ReadFile("../../docs/reference/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	if got := b.send("GET", documentPath+".json", "", nil).want(http.StatusOK, nil).Body.String(); got != string(written) {
		t.Error("docs/reference/openapi.json is not what is served: run hack/generate.sh")
	}
	text := b.send("GET", documentPath+".yaml", "", nil).want(http.StatusOK, nil).Body.String()
	if !strings.Contains(text, "openapi: 3.1.0") || !strings.Contains(text, "receiveDossier") {
		t.Errorf("as YAML: %.200s", text)
	}
}

func TestEveryOperationIsDescribed(t *testing.T) {
	text, err := Document()
	if err != nil {
		t.Fatal(err)
	}
	type described struct {
		OperationID string
		Summary     string
		Security    []map[string][]string
		RequestBody *struct{}
		Parameters  []struct{ Name, In string }
	}
	var d struct {
		OpenAPI string
		Paths   map[string]map[string]described
	}
	if err := json.Unmarshal(text, &d); err != nil {
		t.Fatal(err)
	}
	operations := new(Service).operations()
	for _, o := range operations {
		got, ok := d.Paths[o.path][strings.ToLower(o.method)]
		if !ok || got.OperationID != o.id || got.Summary == "" || (got.RequestBody != nil) != (o.body != nil) {
			t.Errorf("%s %s: described as %+v", o.method, o.path, got)
		}
		keyed := slices.ContainsFunc(got.Parameters, func(p struct{ Name, In string }) bool { return p.Name == onceHeader })
		if keyed != o.once {
			t.Errorf("%s %s: key described %v, want %v", o.method, o.path, keyed, o.once)
		}
	}
	if d.OpenAPI != "3.1.0" || len(operations) < 25 {
		t.Errorf("version %s with %d operations", d.OpenAPI, len(operations))
	}
}
