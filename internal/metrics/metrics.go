// Package metrics is the metrics of a running simulator for Prometheus. Each simulator has
// a set of its own, so that one process can have several.
package metrics

import (
	"cmp"
	"io"
	"net/http"
	"strings"
	"sync"

	"github.com/VictoriaMetrics/metrics"

	"github.com/kzsim/kzsim/internal/journal"
	"github.com/kzsim/kzsim/internal/sandbox"
)

// none stands for an operation or outcome that a request hasn't reached.
const none = "none"

// buckets of the time that requests take, in seconds of the machine's time. Most
// take less than a millisecond; faults hold some for minutes.
var buckets = []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60}

// Metrics of one simulator. It is safe for concurrent use. docs/control-api.md has a table
// of them.
type Metrics struct {
	set *metrics.Set
	mu  sync.RWMutex
	of  map[answered]series
}

// answered is what requests are counted by.
type answered struct{ operation, outcome string }

// series of an operation and an outcome: looking them up by their names takes longer than counting.
type series struct {
	requests *metrics.Counter
	took     *metrics.PrometheusHistogram
}

// New makes the metrics of a pool's sandboxes. Build labels what is running.
func New(pool *sandbox.Pool, build map[string]string) *Metrics {
	metrics.ExposeMetadata(true)
	m := &Metrics{set: metrics.NewSet(), of: map[answered]series{}}
	m.set.NewGauge(labelled("sim_build_info", "commit", build["commit"], "go", build["go"], "version", build["version"]),
		func() float64 { return 1 })
	m.set.RegisterMetricsWriter(func(w io.Writer) { writeState(w, pool) })
	m.set.RegisterMetricsWriter(metrics.WriteProcessMetrics)
	return m
}

// Observe a request that is over.
func (m *Metrics) Observe(e *journal.Exchange) {
	operation := cmp.Or(e.Operation, none)
	s := m.series(answered{operation, cmp.Or(e.Outcome, none)})
	s.requests.Inc()
	s.took.Update(e.Took.Seconds())
	if e.Fault != "" {
		m.set.GetOrCreateCounter(labelled("sim_faults_total", "fault", e.Fault, "operation", operation)).Inc()
	}
}

func (m *Metrics) series(a answered) series {
	m.mu.RLock()
	s, known := m.of[a]
	m.mu.RUnlock()
	if known {
		return s
	}
	s = series{
		m.set.GetOrCreateCounter(labelled("sim_requests_total", "operation", a.operation, "outcome", a.outcome)),
		m.set.GetOrCreatePrometheusHistogramExt(labelled("sim_request_duration_seconds", "operation", a.operation), buckets),
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.of[a] = s
	return s
}

// escaped is a label's value as the format has it.
var escaped = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`)

// labelled is a metric with its labels, each a name and a value.
func labelled(metric string, labels ...string) string {
	var room [160]byte
	text := append(room[:0], metric...)
	for i := 0; i < len(labels); i += 2 {
		between := byte(',')
		if i == 0 {
			between = '{'
		}
		text = append(append(append(text, between), labels[i]...), `="`...)
		text = append(append(text, escaped.Replace(labels[i+1])...), '"')
	}
	return string(append(text, '}'))
}

// Handler serves the metrics in the format that Prometheus reads.
func (m *Metrics) Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
		m.set.WritePrometheus(w)
	})
}
