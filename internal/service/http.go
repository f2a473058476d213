package service

import (
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// maxBody bounds the body of a request.
const maxBody = 1 << 20

// Handler returns the handler of everything the service answers: the API, the pages, and what operates it.
func (s *Service) Handler() http.Handler {
	operation := http.NewServeMux()
	operation.HandleFunc("GET /healthz", s.healthz)
	operation.HandleFunc("GET /readyz", s.readyz)
	operation.Handle("GET /metrics", promhttp.HandlerFor(s.metrics.registry, promhttp.HandlerOpts{}))
	api, pages := s.api(), s.pages()
	return s.observed(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.HasPrefix(r.URL.Path, "/api/"):
			api.ServeHTTP(w, r)
		case r.URL.Path == "/healthz", r.URL.Path == "/readyz", r.URL.Path == "/metrics":
			operation.ServeHTTP(w, r)
		default:
			pages.ServeHTTP(w, r)
		}
	}))
}

// observed counts and logs what is answered, and survives a handler that panics. Requests are logged by their route and the
// agency they name: neither the path nor the query, which hold dossier codes, is logged.
func (s *Service) observed(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		answer := &observedWriter{ResponseWriter: w, status: http.StatusOK}
		defer func() {
			if failure := recover(); failure != nil {
				s.log.Error("a handler failed", "method", r.Method, "route", r.Pattern, "failure", failure)
				if !answer.begun {
					writeProblem(answer, problemOf(errors.New("panic")))
				}
			}
			route := r.Pattern
			if route == "" {
				route = "none"
			}
			took := time.Since(began)
			s.metrics.requests.WithLabelValues(route, strconv.Itoa(answer.status)).Inc()
			s.metrics.requestTime.WithLabelValues(route).Observe(took.Seconds())
			s.log.Log(r.Context(), levelOf(route), "answered", "method", r.Method, "route", route,
				"agency", r.PathValue("agency"), "status", answer.status, "bytes", answer.bytes, "took", took)
		}()
		header := answer.Header()
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("Referrer-Policy", "no-referrer")
		if s.config.DevelopmentSignIn {
			header.Set("Chuan-Sign-In", "development")
		}
		r.Body = http.MaxBytesReader(answer, r.Body, maxBody)
		next.ServeHTTP(answer, r)
	})
}

// levelOf is the level at which a request is logged: what asks all the time, and asks for nothing of anybody, is left to
// who debugs.
func levelOf(route string) slog.Level {
	switch route {
	case "GET /healthz", "GET /readyz", "GET /metrics", "GET /assets/style.css":
		return slog.LevelDebug
	default:
		return slog.LevelInfo
	}
}

// observedWriter remembers what was answered.
type observedWriter struct {
	http.ResponseWriter
	status int
	bytes  int
	begun  bool
}

func (w *observedWriter) WriteHeader(status int) {
	if !w.begun {
		w.status, w.begun = status, true
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *observedWriter) Write(b []byte) (int, error) {
	w.begun = true
	n, err := w.ResponseWriter.Write(b)
	w.bytes += n
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (w *observedWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// writeJSON answers with a value.
func writeJSON(w http.ResponseWriter, status int, value any) error {
	encoded, err := json.Marshal(value)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	// The client may have gone; there is nobody left to tell.
	_, _ = w.Write(append(encoded, '\n'))
	return nil
}

// readJSON reads the body of a request: one JSON value without fields that nobody knows.
func readJSON(r *http.Request, into any) error {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/json" {
		return problem(http.StatusUnsupportedMediaType, "not-json",
			"the body has to be JSON: send it with the header Content-Type: application/json",
			"nội dung yêu cầu phải là JSON (Content-Type: application/json)")
	}
	decoder := json.NewDecoder(r.Body)
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
