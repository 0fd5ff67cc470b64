package metrics

import (
	"strings"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/kzsim/kzsim/internal/sandbox"
)

// state is what is asked of the pool at each scrape, and counted nowhere.
type state struct{ pool *sandbox.Pool }

var (
	sandboxes = prometheus.NewDesc("sim_sandboxes",
		"Sandboxes that exist, by the owner that they were made with.", []string{"owner"}, nil)
	held = prometheus.NewDesc("sim_held_requests",
		"Requests that wait for their answer now, by the owner of their sandbox.", []string{"owner"}, nil)
	journalBytes = prometheus.NewDesc("sim_journal_bytes",
		"Memory that the journals of all sandboxes take together, roughly.", nil, nil)
	journalBudget = prometheus.NewDesc("sim_journal_budget_bytes",
		"Memory that the journals of all sandboxes may take together.", nil, nil)
	journalDropped = prometheus.NewDesc("sim_journal_dropped_total",
		"Exchanges that the journals have dropped, the oldest first, for want of room.", nil, nil)
	stateBytes = prometheus.NewDesc("sim_state_bytes",
		"Memory that the states of all sandboxes take together, roughly.", nil, nil)
	stateBudget = prometheus.NewDesc("sim_state_budget_bytes",
		"Memory that the states of all sandboxes may take together.", nil, nil)
)

// Describe implements prometheus.Collector.
func (s state) Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{sandboxes, held, journalBytes, journalBudget, journalDropped, stateBytes, stateBudget} {
		to <- d
	}
}

// Collect implements prometheus.Collector.
func (s state) Collect(to chan<- prometheus.Metric) {
	counts, holding := map[string]int{}, map[string]int{}
	for _, sb := range s.pool.List() {
		owner := strings.ToValidUTF8(sb.Owner(), "?") // a label is UTF-8
		counts[owner]++
		holding[owner] += sb.Held()
	}
	for owner, n := range counts {
		to <- prometheus.MustNewConstMetric(sandboxes, prometheus.GaugeValue, float64(n), owner)
		to <- prometheus.MustNewConstMetric(held, prometheus.GaugeValue, float64(holding[owner]), owner)
	}
	used, dropped := s.pool.Budget().Usage()
	to <- prometheus.MustNewConstMetric(journalBytes, prometheus.GaugeValue, float64(used))
	to <- prometheus.MustNewConstMetric(journalBudget, prometheus.GaugeValue, float64(s.pool.Budget().Max()))
	to <- prometheus.MustNewConstMetric(journalDropped, prometheus.CounterValue, float64(dropped))
	states, most := s.pool.StateMemory()
	to <- prometheus.MustNewConstMetric(stateBytes, prometheus.GaugeValue, float64(states))
	to <- prometheus.MustNewConstMetric(stateBudget, prometheus.GaugeValue, float64(most))
}
