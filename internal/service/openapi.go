package service

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/yaml"
)

// documentPath is where the document that describes the API stands, as JSON and as YAML.
const documentPath = "/api/v1/openapi"

// document is the description of the API as it is served, compressed: it is made when it is first asked for, and nothing of
// what it is made from stays in memory.
var document = sync.OnceValues(func() ([]byte, error) {
	text, err := Document()
	if err != nil {
		return nil, err
	}
	var compressed bytes.Buffer
	w := gzip.NewWriter(&compressed)
	if _, err := w.Write(text); err != nil {
		return nil, err
	}
	err = w.Close()
	return bytes.Clone(compressed.Bytes()), err
})

func (s *Service) getDocument(w http.ResponseWriter, r *http.Request) error {
	compressed, err := document()
	if err != nil {
		return err
	}
	plain, err := gzip.NewReader(bytes.NewReader(compressed))
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "public, max-age=300")
	if strings.HasSuffix(r.URL.Path, ".yaml") {
		var text bytes.Buffer
		if err := yaml.Convert(&text, plain); err != nil {
			return err
		}
		w.Header().Set("Content-Type", "application/yaml")
		_, err = text.WriteTo(w)
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	_, err = io.Copy(w, plain) //nolint:gosec // it was compressed by this program
	return err
}

// Document is the description of the API in OpenAPI 3.1, made from the operations and their types.
func Document() ([]byte, error) {
	registry := huma.NewMapRegistry("#/components/schemas/", schemaName)
	d := &huma.OpenAPI{
		OpenAPI: "3.1.0",
		Info: &huma.Info{
			Title: "Chuan workflow service", Version: "v1",
			Description: "The dossiers of administrative procedures of an agency. Errors are problems (RFC 9457) with stable " +
				"codes, in English and in Vietnamese. Times are RFC 3339 in the agency's zone.",
		},
		Components: &huma.Components{
			Schemas: registry,
			SecuritySchemes: map[string]*huma.SecurityScheme{
				string(officers): {
					Type: "apiKey", In: "cookie", Name: "__Host-chuan",
					Description: "The session of an officer who has signed in. Requests that write need what protects the session, too.",
				},
				string(operator): {Type: "http", Scheme: "bearer", Description: "The evidence key of the agency."},
			},
		},
	}
	problems := &huma.Response{
		Description: "A problem (RFC 9457).",
		Content:     map[string]*huma.MediaType{"application/problem+json": {Schema: schemaOf(registry, Problem{})}},
	}
	taken := map[string]bool{}
	for _, o := range new(Service).operations() {
		d.AddOperation(o.described(registry, problems))
		if o.body != nil && o.body != (rawBytes{}) {
			reach(registry, schemaOf(registry, o.body), taken)
		}
	}
	// Bodies with unknown fields are refused. Answers may have more fields one day.
	for name, schema := range registry.Map() {
		if schema.AdditionalProperties == false && !taken[name] {
			schema.AdditionalProperties = nil
		}
	}
	text, err := json.MarshalIndent(d, "", "  ")
	return append(text, '\n'), err
}

// reach adds the names of everything that a schema refers to.
func reach(registry huma.Registry, schema *huma.Schema, names map[string]bool) {
	if schema == nil {
		return
	}
	if schema.Ref != "" {
		name := schema.Ref[strings.LastIndexByte(schema.Ref, '/')+1:]
		if names[name] {
			return
		}
		names[name] = true
		schema = registry.SchemaFromRef(schema.Ref)
	}
	reach(registry, schema.Items, names)
	for _, property := range schema.Properties {
		reach(registry, property, names)
	}
	if values, ok := schema.AdditionalProperties.(*huma.Schema); ok {
		reach(registry, values, names)
	}
}

// Lists are never null in this API.
func init() { huma.DefaultArrayNullable = false }

// schemaName is the name of a type in the document. Types of other packages may have the name of one of this package.
func schemaName(t reflect.Type, hint string) string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	name := huma.DefaultSchemaNamer(t, hint)
	path := t.PkgPath()
	if t.Name() == "" || path == "" || strings.HasSuffix(path, "/service") {
		return name
	}
	from := path[strings.LastIndexByte(path, '/')+1:]
	if from == "v1alpha1" {
		return "Procedure" + name
	}
	return strings.ToUpper(from[:1]) + from[1:] + name
}

func schemaOf(registry huma.Registry, value any) *huma.Schema {
	return registry.Schema(reflect.TypeOf(value), true, "")
}

// mediaOf is what is sent or answered.
func mediaOf(registry huma.Registry, value any) map[string]*huma.MediaType {
	if value == (rawBytes{}) {
		return map[string]*huma.MediaType{"application/octet-stream": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}}
	}
	return map[string]*huma.MediaType{"application/json": {Schema: schemaOf(registry, value)}}
}

// described is an operation as the document has it.
func (o *operation) described(registry huma.Registry, problems *huma.Response) *huma.Operation {
	status := o.status
	if status == 0 {
		status = http.StatusOK
	}
	answer := &huma.Response{Description: http.StatusText(status)}
	if o.answer != nil {
		answer.Content = mediaOf(registry, o.answer)
	}
	described := &huma.Operation{
		OperationID: o.id, Method: o.method, Path: o.path, Tags: []string{o.tag}, Summary: o.summary, Description: o.description,
		Parameters: o.parameters(),
		Responses:  map[string]*huma.Response{strconv.Itoa(status): answer, "default": problems},
	}
	if o.body != nil {
		described.RequestBody = &huma.RequestBody{
			Required: true, Content: mediaOf(registry, o.body),
		}
	}
	if o.who != everybody {
		described.Security = []map[string][]string{{string(o.who): {}}}
	}
	return described
}

// parameters are those of the path, the query and the header.
func (o *operation) parameters() []*huma.Param {
	var params []*huma.Param
	for part := range strings.SplitSeq(o.path, "/") {
		if name, ok := strings.CutPrefix(part, "{"); ok {
			params = append(params, &huma.Param{
				Name: strings.TrimSuffix(name, "}"), In: "path", Required: true, Schema: &huma.Schema{Type: huma.TypeString},
			})
		}
	}
	for _, p := range o.query {
		schema := &huma.Schema{Type: huma.TypeString, Format: p.format}
		if p.kind != "" {
			schema.Type = p.kind
		}
		for _, v := range p.values {
			schema.Enum = append(schema.Enum, v)
		}
		params = append(params, &huma.Param{
			Name: p.name, In: "query", Description: p.description, Required: p.required, Schema: schema,
		})
	}
	if o.once {
		params = append(params, &huma.Param{
			Name: onceHeader, In: "header", Schema: &huma.Schema{Type: huma.TypeString},
			Description: "A key that the client makes for this request and sends again when it tries again, for a day at least. " +
				"The same key with the same body is answered as before, with the header " + repeatedHeader + ": true; " +
				"with another body it is refused. It is optional; without it a request that is sent twice may be done twice, " +
				"unless its version keeps it from that.",
		})
	}
	return params
}
