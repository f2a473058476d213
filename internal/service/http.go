package service

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

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
	return s.tracing.requests(s.observed(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.HasPrefix(r.URL.Path, "/api/"):
			api.ServeHTTP(w, r)
		case r.URL.Path == "/healthz", r.URL.Path == "/readyz", r.URL.Path == "/metrics":
			operation.ServeHTTP(w, r)
		default:
			pages.ServeHTTP(w, r)
		}
	})))
}

// answerHeader is where a request finds the header of its answer in its context: sessions are renewed there.
type answerHeader struct{}

// observed counts and logs what is answered, and survives a handler that panics. Requests are logged by their route and the
// agency they name: neither the path nor the query, which hold dossier codes, is logged, nor anything else that a client
// makes up.
func (s *Service) observed(next http.Handler) http.Handler {
	protection := s.protection()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		answer := &observedWriter{ResponseWriter: w, status: http.StatusOK}
		r = r.WithContext(context.WithValue(r.Context(), answerHeader{}, answer.Header()))
		defer func() {
			if failure := recover(); failure != nil {
				s.log.Error("a handler failed", "method", methodOf(r), "route", r.Pattern, "failure", failure)
				if !answer.begun {
					writeProblem(answer, problemOf(errors.New("panic")))
				}
			}
			route := r.Pattern
			if route == "" {
				route = "none"
			}
			s.tracing.answered(r, answer.status)
			took := time.Since(began)
			s.metrics.requests.WithLabelValues(route, strconv.Itoa(answer.status)).Inc()
			s.metrics.requestTime.WithLabelValues(route).Observe(took.Seconds())
			s.log.Log(r.Context(), levelOf(route), "answered", "method", methodOf(r), "route", route,
				"agency", s.agencyOf(r), "status", answer.status, "bytes", answer.bytes, "took", took)
		}()
		maps.Copy(answer.Header(), protection)
		if strangeAddress(r.URL) {
			writeProblem(answer, problem(http.StatusBadRequest, "address-wrong",
				"the address holds characters that no address here has: use one that this service gave",
				"địa chỉ có ký tự không hợp lệ"))
			return
		}
		r.Body = boundedBody{http.MaxBytesReader(answer, r.Body, maxBody), r.Body}
		next.ServeHTTP(answer, r)
	})
}

// boundedBody is the body of a request, of which so much can be read as most requests need.
type boundedBody struct {
	io.ReadCloser
	whole io.ReadCloser
}

// allowBody lets a handler read more of a body than others may, and take more time for it. It is called before anything is
// read.
func allowBody(w http.ResponseWriter, r *http.Request, most int64, within time.Duration) error {
	if bounded, ok := r.Body.(boundedBody); ok {
		r.Body = http.MaxBytesReader(w, bounded.whole, most)
	}
	connection, end := http.NewResponseController(w), time.Now().Add(within)
	err := errors.Join(connection.SetReadDeadline(end), connection.SetWriteDeadline(end.Add(answerTime)))
	if errors.Is(err, http.ErrNotSupported) {
		return nil
	}
	return err
}

// protection is the headers of every answer that keep browsers from doing more with it than they should. Pages put their own
// policy in the place of the one that allows nothing.
func (s *Service) protection() http.Header {
	header := http.Header{}
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("Cross-Origin-Opener-Policy", "same-origin")
	header.Set("Cross-Origin-Resource-Policy", "same-origin")
	header.Set("Content-Security-Policy", closedPolicy)
	if s.gate.public != nil && s.gate.public.Scheme == "https" {
		header.Set("Strict-Transport-Security", "max-age=31536000")
	}
	if s.config.DevelopmentSignIn {
		header.Set(DevelopmentHeader, "true")
	}
	return header
}

// strangeAddress says whether an address decodes to what is not text: no name, code or filter here holds such characters,
// and not every store can look for them.
func strangeAddress(address *url.URL) bool {
	query, err := url.QueryUnescape(address.RawQuery)
	return err != nil || !plain(address.Path) || !plain(query)
}

func plain(text string) bool {
	return utf8.ValidString(text) && !strings.ContainsFunc(text, unicode.IsControl)
}

// methodOf is the method of a request as it is logged.
func methodOf(r *http.Request) string {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return r.Method
	default:
		return "other"
	}
}

// agencyOf is the agency that a request names, if it is served.
func (s *Service) agencyOf(r *http.Request) string {
	a, ok := s.served.Load().agency(r.PathValue("agency"))
	if !ok {
		return ""
	}
	return a.name
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
