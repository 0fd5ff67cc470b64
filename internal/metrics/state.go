package metrics

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/VictoriaMetrics/metrics"

	"github.com/kzsim/kzsim/internal/sandbox"
)

// writeState writes what is asked of the pool when Prometheus reads, and counted nowhere.
func writeState(w io.Writer, pool *sandbox.Pool) {
	counts, holding := map[string]int{}, map[string]int{}
	here, away := pool.All()
	for _, sb := range here {
		owner := strings.ToValidUTF8(sb.Owner(), "?") // a label is UTF-8
		counts[owner]++
		holding[owner] += sb.Held()
	}
	for _, a := range away {
		counts[strings.ToValidUTF8(a.Owner(), "?")]++
	}
	writeByOwner(w, "sim_sandboxes", counts)
	left, opened := pool.Left()
	metrics.WriteGaugeUint64(w, "sim_sandboxes_away", uint64(len(away)))
	metrics.WriteCounterUint64(w, "sim_sandboxes_left_total", left)
	metrics.WriteCounterUint64(w, "sim_sandboxes_opened_total", opened)
	writeByOwner(w, "sim_held_requests", holding)
	used, dropped := pool.Budget().Usage()
	metrics.WriteGaugeUint64(w, "sim_journal_bytes", uint64(used))
	metrics.WriteGaugeUint64(w, "sim_journal_budget_bytes", uint64(pool.Budget().Max()))
	metrics.WriteCounterUint64(w, "sim_journal_dropped_total", dropped)
	if archive := pool.Archive(); archive != nil {
		waits, lost := archive.Counts()
		metrics.WriteGaugeUint64(w, "sim_journal_unwritten", uint64(waits))
		metrics.WriteCounterUint64(w, "sim_journal_lost_total", lost)
	}
	states, most := pool.StateMemory()
	metrics.WriteGaugeUint64(w, "sim_state_bytes", uint64(states))
	metrics.WriteGaugeUint64(w, "sim_state_budget_bytes", uint64(most))
}

func writeByOwner(w io.Writer, metric string, counts map[string]int) {
	metrics.WriteMetadataIfNeeded(w, metric, "gauge")
	for _, owner := range slices.Sorted(maps.Keys(counts)) {
		fmt.Fprintf(w, "%s %d\n", labelled(metric, "owner", owner), counts[owner])
	}
}
