// Package metrics is what a running simulator tells Prometheus. Each simulator has
// a registry of its own, so that several can live in one process.
package metrics

import (
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/kzsim/kzsim/internal/journal"
	"github.com/kzsim/kzsim/internal/sandbox"
)

// none stands for an operation or outcome that a request hasn't reached.
const none = "none"

// buckets of the time that requests take, in seconds of the machine's time. Most
// take less than a millisecond; faults hold some for minutes.
var buckets = []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60}

// Metrics of one simulator. It is safe for concurrent use.
type Metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	faults   *prometheus.CounterVec
	duration *prometheus.HistogramVec
}

// New makes the metrics of a pool's sandboxes. Build labels what is running.
func New(pool *sandbox.Pool, build map[string]string) *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "sim_requests_total", Help: "Requests to the services, by operation and outcome; none for what reached neither.",
		}, []string{"operation", "outcome"}),
		faults: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "sim_faults_total", Help: "Answers that went wrong on the wire on purpose, by operation and kinds of faults.",
		}, []string{"operation", "fault"}),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "sim_request_duration_seconds", Buckets: buckets,
			Help: "Time from a request to the end of its answer, waiting on purpose included.",
		}, []string{"operation"}),
	}
	info := prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "sim_build_info", Help: "What is running; always 1.", ConstLabels: build,
	}, func() float64 { return 1 })
	m.registry.MustRegister(m.requests, m.faults, m.duration, info, state{pool},
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Observe a request that is over.
func (m *Metrics) Observe(e *journal.Exchange) {
	operation, outcome := orNone(e.Operation), orNone(e.Outcome)
	m.requests.WithLabelValues(operation, outcome).Inc()
	m.duration.WithLabelValues(operation).Observe(e.Took.Seconds())
	if e.Fault != "" {
		m.faults.WithLabelValues(operation, e.Fault).Inc()
	}
}

func orNone(name string) string {
	if name == "" {
		return none
	}
	return name
}

// Handler serves the metrics in the formats that Prometheus reads.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{Registry: m.registry})
}
