package histories_test

import (
	"testing"

	"github.com/anishathalye/porcupine"
)

// TestOneClientAlone: the models say what the services do while nothing happens at
// the same time.
func TestOneClientAlone(t *testing.T) {
	for _, k := range kinds() {
		t.Run(k.name, func(t *testing.T) {
			t.Parallel()
			for seed := range uint64(20) {
				h, err := k.record(k.plan(seed, 1))
				if err != nil {
					t.Fatal(err)
				}
				if k.check(h) != porcupine.Ok {
					t.Fatalf("seed %d\n%s", seed, k.explain(h))
				}
			}
		})
	}
}
