package simulator

import (
	"errors"
	"io"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestLimits: what the system is told of a deadline, where each of its calls does one byte and ends as stands here.
func TestLimits(t *testing.T) {
	never, soon, late := time.Time{}, time.Unix(10, 0), time.Unix(20, 0)
	passed := os.ErrDeadlineExceeded
	for name, test := range map[string]struct {
		known, deadline time.Time
		ends            []error
		told            []time.Time
		want            error
	}{
		"there is none":                    {known: never, deadline: never, ends: []error{nil}},
		"the system knows none":            {known: never, deadline: soon, ends: []error{nil}, told: []time.Time{soon}},
		"the system knows it":              {known: soon, deadline: soon, ends: []error{nil}},
		"it knows a later one":             {known: late, deadline: soon, ends: []error{nil}, told: []time.Time{soon}},
		"it knows an earlier one":          {known: soon, deadline: late, ends: []error{nil}},
		"it knows one, and there is none":  {known: soon, deadline: never, ends: []error{nil}},
		"the earlier one passes":           {known: soon, deadline: late, ends: []error{passed, nil}, told: []time.Time{late}},
		"one passes, and there is none":    {known: soon, deadline: never, ends: []error{passed, nil}, told: []time.Time{never}},
		"the right one passes":             {known: soon, deadline: soon, ends: []error{passed}, want: passed},
		"both pass":                        {known: soon, deadline: late, ends: []error{passed, passed}, told: []time.Time{late}, want: passed},
		"it ends otherwise":                {known: soon, deadline: late, ends: []error{io.EOF}, want: io.EOF},
		"an earlier one passes, it breaks": {known: soon, deadline: late, ends: []error{passed, io.ErrClosedPipe}, told: []time.Time{late}, want: io.ErrClosedPipe},
	} {
		t.Run(name, func(t *testing.T) {
			var told []time.Time
			l := limit{told: test.known, tell: func(t time.Time) error { told = append(told, t); return nil }}
			if err := l.set(test.deadline); err != nil || told != nil {
				t.Fatal("the system is told of a deadline while nothing is on", err)
			}
			var mu sync.Mutex
			mu.Lock()
			var did []byte
			done, err := l.keep(&mu, func(p []byte) (int, error) {
				if !mu.TryLock() {
					t.Fatal("the mutex is locked meanwhile")
				}
				mu.Unlock()
				did = append(did, p[0])
				return 1, test.ends[len(did)-1]
			}, []byte("bytes"))
			if diff := cmp.Diff(test.told, told); diff != "" {
				t.Errorf("the system is told (-want +got):\n%s", diff)
			}
			if want := "bytes"[:len(test.ends)]; string(did) != want || done != len(want) || !errors.Is(err, test.want) {
				t.Errorf("did %q, said %d and %v, want %q and %v", did, done, err, want, test.want)
			}
			if mu.TryLock() || l.on != 0 {
				t.Error("the mutex is not locked afterwards, or a call counts as on")
			}
		})
	}
}
