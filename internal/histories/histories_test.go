package histories_test

import (
	"testing"

	"github.com/anishathalye/porcupine"
)

// TestHistories records a history for each seed and looks for its order.
func TestHistories(t *testing.T) {
	for _, k := range kinds() {
		t.Run(k.name, func(t *testing.T) {
			t.Parallel()
			var tally tally
			for _, seed := range seeds(t) {
				h, err := k.record(k.plan(seed, clientsOfHistory, stepsOfClient))
				if err != nil {
					t.Fatal(err)
				}
				result := k.check(h)
				if result != porcupine.Ok && tally.isFirst() {
					t.Logf("%s, seed %d: %s, no order of its operations explains the answers\n%s", k.name, seed, result, k.explain(h))
				}
				tally.add(seed, h, result)
			}
			tally.report(t, k.name)
		})
	}
}

// tally of the histories of a kind.
type tally struct {
	histories, operations, cut int
	wrong, unclear             []uint64 // seeds
}

func (y *tally) isFirst() bool { return len(y.wrong)+len(y.unclear) == 0 }

func (y *tally) add(seed uint64, h history, result porcupine.CheckResult) {
	y.histories++
	y.operations += len(h)
	for _, e := range h {
		if e.said == ended {
			y.cut++
		}
	}
	switch result {
	case porcupine.Illegal:
		y.wrong = append(y.wrong, seed)
	case porcupine.Unknown:
		y.unclear = append(y.unclear, seed)
	}
}

// report fails the test unless every history has an order.
func (y *tally) report(t *testing.T, name string) {
	t.Helper()
	t.Logf("%s: %d histories of %d operations, %d of them cut off by a reset", name, y.histories, y.operations, y.cut)
	if y.isFirst() {
		return
	}
	t.Errorf("%s: of %d histories %d have no order, seeds %v; %d were not decided in %s, seeds %v\n"+
		"one seed alone: HISTORY_SEED=%d go test ./internal/histories -run TestHistories/%s",
		name, y.histories, len(y.wrong), y.wrong, len(y.unclear), undecided, y.unclear, append(y.wrong, y.unclear...)[0], name)
}
