// Package histories has tests alone. Several clients ask one sandbox at the same time,
// by the services' endpoints and the control API, while it is reset, restored from
// snapshots and given other scenarios. What they asked and what they were answered is
// a history.
//
// A history has an order if its operations can be put one after the other so that a
// sandbox that does them one by one gives exactly these answers; an operation that
// ended before another was called comes before it. If every history has an order the
// sandbox is linearizable. porcupine searches for the order. The models here say what
// a sandbox answers that does one operation at a time.
//
//	go test ./internal/histories                                             # 50 histories of each kind
//	HISTORIES=2000 go test ./internal/histories                              # more of them
//	HISTORY_SEED=17 go test ./internal/histories -run TestHistories/payments # seed 17 alone, 50 times
//
// A seed decides what each client does, not in which order the clients get on.
package histories_test

import (
	"os"
	"strconv"
	"testing"
	"time"
)

// usualHistories is how many histories of a kind are recorded. More take long: see .ci/run.
const usualHistories = 50

// undecided is how long porcupine may search for the order of one history.
const undecided = 20 * time.Second

// seeds of the histories to record: 1, 2, 3 and so on, or the one that
// HISTORY_SEED names, again and again. HISTORIES says how many.
func seeds(t *testing.T) []uint64 {
	t.Helper()
	all := make([]uint64, number(t, "HISTORIES", usualHistories))
	only := number(t, "HISTORY_SEED", 0)
	for i := range all {
		all[i] = uint64(i + 1)
		if only != 0 {
			all[i] = uint64(only)
		}
	}
	return all
}

// number that an environment variable holds.
func number(t *testing.T, variable string, usual int) int {
	t.Helper()
	text := os.Getenv(variable)
	if text == "" {
		return usual
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		t.Fatalf("%s is %q, expected a number from 1", variable, text)
	}
	return n
}
