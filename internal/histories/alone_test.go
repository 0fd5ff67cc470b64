package histories_test

import (
	"strings"
	"testing"

	"github.com/anishathalye/porcupine"
)

// TestOneClientAlone: the models say what the services do while nothing else happens,
// and the requests meet the outcomes that they are to meet.
func TestOneClientAlone(t *testing.T) {
	for _, k := range kinds() {
		t.Run(k.name, func(t *testing.T) {
			t.Parallel()
			met := map[string]bool{}
			for seed := range uint64(40) {
				h, err := k.record(k.plan(seed, 1, stepsAlone))
				if err != nil {
					t.Fatal(err)
				}
				if k.check(h) != porcupine.Ok {
					t.Fatalf("seed %d\n%s", seed, k.explain(h))
				}
				for _, e := range h {
					outcome, _, _ := strings.Cut(e.said, " ")
					met[outcome] = true
				}
			}
			for _, outcome := range k.outcomes {
				if !met[outcome] {
					t.Errorf("no request met the outcome %s", outcome)
				}
			}
		})
	}
}
