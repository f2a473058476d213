package service

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
)

// metrics are what the service counts. Labels are routes, statuses, event types and the names of the agencies served:
// their number does not grow with use, and none is personal.
type metrics struct {
	registry *prometheus.Registry

	manifestsValid  prometheus.Gauge
	manifestsLoaded prometheus.Gauge
	agencies        prometheus.Gauge
	requests        *prometheus.CounterVec
	requestTime     *prometheus.HistogramVec
	events          *prometheus.CounterVec
	commitTime      prometheus.Histogram
	commitChanges   prometheus.Histogram
	writable        *prometheus.GaugeVec
	integrity       *prometheus.GaugeVec
	// spans makes a span of a commit; nil without traces.
	spans func(changes int, took time.Duration)
}

func newMetrics() *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		manifestsValid: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "chuan_manifests_valid",
			Help: "1 while the manifests as they are now are served; 0 while the last good ones are served instead.",
		}),
		manifestsLoaded: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "chuan_manifests_loaded_timestamp_seconds",
			Help: "When the manifests that are served were loaded.",
		}),
		agencies: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "chuan_agencies", Help: "Agencies that are served.",
		}),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "chuan_http_requests_total", Help: "Requests answered, by route and status.",
		}, []string{"route", "status"}),
		requestTime: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "chuan_http_request_duration_seconds", Help: "Time taken to answer, by route.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10},
		}, []string{"route"}),
		events: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "chuan_dossier_events_total", Help: "Events recorded, by agency and type.",
		}, []string{"agency", "type"}),
		commitTime: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "chuan_store_commit_duration_seconds", Help: "Time taken to bring changes to the disk.",
			Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, 1},
		}),
		commitChanges: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "chuan_store_commit_changes", Help: "Changes that were committed together.",
			Buckets: []float64{1, 2, 4, 8, 16, 32, 64, 128, 256},
		}),
		writable: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "chuan_store_writable", Help: "1 while an agency's records can be written, as far as is known.",
		}, []string{"agency"}),
		integrity: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "chuan_store_integrity",
			Help: "1 when chains, roots and database of an agency's records were whole at the check after the start, else 0.",
		}, []string{"agency"}),
	}
	m.registry.MustRegister(
		m.manifestsValid, m.manifestsLoaded, m.agencies, m.requests, m.requestTime, m.events, m.commitTime,
		m.commitChanges, m.writable, m.integrity,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	)
	return m
}

// committed is told of every commit of a store.
func (m *metrics) committed(changes int, took time.Duration) {
	m.commitChanges.Observe(float64(changes))
	m.commitTime.Observe(took.Seconds())
	if m.spans != nil {
		m.spans(changes, took)
	}
}

// forget drops what was counted of an agency that is no longer served.
func (m *metrics) forget(agency string) {
	m.events.DeletePartialMatch(prometheus.Labels{"agency": agency})
	m.writable.DeleteLabelValues(agency)
	m.integrity.DeleteLabelValues(agency)
}
