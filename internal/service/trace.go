package service

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// tracing sends spans of what the service does: requests by their route, commits, and deliveries of messages. No span says
// anything of a dossier, an officer or an applicant. A nil value, which is the default, does nothing and costs nothing.
type tracing struct {
	provider *sdktrace.TracerProvider
	tracer   trace.Tracer
	parents  propagation.TextMapPropagator
}

// newTracing sends spans to an endpoint by OTLP over HTTP; it returns nil when there is none.
func newTracing(ctx context.Context, endpoint string) (*tracing, error) {
	if endpoint == "" {
		return nil, nil
	}
	at, err := url.Parse(endpoint)
	if err != nil || at.Host == "" || at.Scheme != "http" && at.Scheme != "https" {
		return nil, fmt.Errorf("trace endpoint %q: give a URL as http://collector:4318/v1/traces", endpoint)
	}
	exporter, err := otlptracehttp.New(ctx, otlptracehttp.WithEndpointURL(endpoint))
	if err != nil {
		return nil, fmt.Errorf("trace endpoint %s: %w", at.Redacted(), err)
	}
	provider := sdktrace.NewTracerProvider(sdktrace.WithBatcher(exporter),
		sdktrace.WithResource(resource.NewSchemaless(attribute.String("service.name", "workflowd"))))
	return &tracing{
		provider: provider, tracer: provider.Tracer("chuan.dev/chuan/internal/service"), parents: propagation.TraceContext{},
	}, nil
}

// lastSpans bounds the time in which the spans that wait are sent at the end.
const lastSpans = 3 * time.Second

// close sends the spans that wait, if they can be sent soon.
func (t *tracing) close() error {
	if t == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), lastSpans)
	defer cancel()
	return t.provider.Shutdown(ctx)
}

// requests makes a span of every request.
func (t *tracing) requests(next http.Handler) http.Handler {
	if t == nil {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx := t.parents.Extract(r.Context(), propagation.HeaderCarrier(r.Header))
		ctx, span := t.tracer.Start(ctx, methodOf(r), trace.WithSpanKind(trace.SpanKindServer),
			trace.WithAttributes(attribute.String("http.request.method", methodOf(r))))
		defer span.End()
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// answered names the span of a request by its route, which is known once it is answered.
func (t *tracing) answered(r *http.Request, status int) {
	if t == nil {
		return
	}
	span := trace.SpanFromContext(r.Context())
	if r.Pattern != "" {
		span.SetName(r.Pattern)
		span.SetAttributes(attribute.String("http.route", r.Pattern))
	}
	span.SetAttributes(attribute.Int("http.response.status_code", status))
	if status >= http.StatusInternalServerError {
		span.SetStatus(codes.Error, "")
	}
}

// committed makes a span of a commit that has just ended.
func (t *tracing) committed(changes int, took time.Duration, now time.Time) {
	if t == nil {
		return
	}
	_, span := t.tracer.Start(context.Background(), "store commit", trace.WithTimestamp(now.Add(-took)),
		trace.WithAttributes(attribute.Int("chuan.changes", changes)))
	span.End(trace.WithTimestamp(now))
}

// delivery makes a span of an attempt to deliver a message. The returned function ends it.
func (t *tracing) delivery(ctx context.Context, kind string) (context.Context, func(error)) {
	if t == nil {
		return ctx, func(error) {}
	}
	ctx, span := t.tracer.Start(ctx, "deliver "+kind, trace.WithSpanKind(trace.SpanKindProducer))
	return ctx, func(err error) {
		if err != nil {
			// Errors may hold addresses; the log has them.
			span.SetStatus(codes.Error, "not delivered")
		}
		span.End()
	}
}
