package service

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/store"
)

// buffers hold bodies and answers while they are read and written.
var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// keptBuffer bounds the buffers that are kept for the next request.
const keptBuffer = 64 << 10

// putBuffer gives a buffer back. What it held may be personal data, and nobody reads it again.
func putBuffer(b *bytes.Buffer) {
	if b.Cap() > keptBuffer {
		return
	}
	b.Reset()
	buffers.Put(b)
}

// writeJSON answers with a value.
func writeJSON(w http.ResponseWriter, status int, value any) error {
	b := buffers.Get().(*bytes.Buffer)
	defer putBuffer(b)
	if err := json.NewEncoder(b).Encode(value); err != nil {
		return err
	}
	writeBody(w, status, b.Bytes())
	return nil
}

// What is in every answer with JSON. Nobody changes the values: who wants others puts them in their place.
var (
	jsonType = []string{"application/json"}
	noStore  = []string{"no-store"}
)

// writeBody answers with JSON.
func writeBody(w http.ResponseWriter, status int, body []byte) {
	header := w.Header()
	header["Content-Type"], header["Cache-Control"] = jsonType, noStore
	header["Content-Length"] = []string{strconv.Itoa(len(body))}
	w.WriteHeader(status)
	// The client may have gone; there is nobody left to tell.
	_, _ = w.Write(body)
}

// readJSON reads the body of a request: one JSON value without fields that nobody knows.
func readJSON(r *http.Request, into any) error {
	if !isJSON(r.Header.Get("Content-Type")) {
		return notJSON()
	}
	b := buffers.Get().(*bytes.Buffer)
	defer putBuffer(b)
	if _, err := b.ReadFrom(r.Body); err != nil {
		return badJSON(err)
	}
	return decodeJSON(b.Bytes(), into)
}

// readOnce reads the body of a request that writes, and what makes sure that it is answered once.
func (d *desk) readOnce(r *http.Request, officer v1alpha1.ID, into any) (*store.Once, error) {
	if !isJSON(r.Header.Get("Content-Type")) {
		return nil, notJSON()
	}
	b := buffers.Get().(*bytes.Buffer)
	defer putBuffer(b)
	if _, err := b.ReadFrom(r.Body); err != nil {
		return nil, badJSON(err)
	}
	if err := decodeJSON(b.Bytes(), into); err != nil {
		return nil, err
	}
	return d.onceOf(r, officer, b.Bytes())
}

func notJSON() error {
	return problem(http.StatusUnsupportedMediaType, "not-json",
		"the body has to be JSON: send it with the header Content-Type: application/json",
		"nội dung yêu cầu phải là JSON (Content-Type: application/json)")
}

// isJSON says whether a content type is that of JSON. The plain one is told without parsing it.
func isJSON(contentType string) bool {
	if contentType == "application/json" {
		return true
	}
	kind, _, err := mime.ParseMediaType(contentType)
	return err == nil && kind == "application/json"
}

// decodeJSON reads one JSON value without fields that nobody knows.
func decodeJSON(content []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(content))
	decoder.DisallowUnknownFields()
	decoder.UseNumber()
	if err := decoder.Decode(into); err != nil {
		return badJSON(err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return problem(http.StatusBadRequest, "bad-json", "the body goes on after the JSON value: send one value",
			"nội dung yêu cầu có nhiều hơn một giá trị JSON")
	}
	return nil
}

// badJSON says where a body is not what it should be. It repeats the names of fields, never their values.
func badJSON(err error) error {
	var tooLarge *http.MaxBytesError
	var wrongType *json.UnmarshalTypeError
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &tooLarge):
		return err
	case errors.As(err, &wrongType):
		return problem(http.StatusBadRequest, "bad-json", "field %[1]q is not of the type %[2]s",
			"trường %[1]q không đúng kiểu %[2]s", wrongType.Field, wrongType.Type)
	case errors.As(err, &syntax):
		return problem(http.StatusBadRequest, "bad-json", "the body is not JSON: error at byte %[1]d",
			"nội dung yêu cầu không phải JSON hợp lệ: lỗi tại byte %[1]d", syntax.Offset)
	case strings.HasPrefix(err.Error(), "json: unknown field"):
		return problem(http.StatusBadRequest, "bad-json", "%[1]s: leave it out",
			"%[1]s: đề nghị bỏ trường này", strings.TrimPrefix(err.Error(), "json: "))
	default:
		return problem(http.StatusBadRequest, "bad-json", "the body is not a whole JSON value",
			"nội dung yêu cầu không phải JSON hợp lệ")
	}
}
