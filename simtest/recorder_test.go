package simtest_test

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/kzsim/kzsim/simtest"
)

// recorder is a test that tells what it was told instead of failing.
type recorder struct {
	mu       sync.Mutex
	failures []string
	logs     []string
	cleanups []func()
}

// record what a test does, to its end.
func record(test func(simtest.TB)) *recorder {
	r := &recorder{}
	over := make(chan struct{})
	go func() { // Fatalf ends the goroutine, as testing has it
		defer close(over)
		defer func() {
			for _, fn := range slices.Backward(r.cleanups) {
				fn()
			}
		}()
		test(r)
	}()
	<-over
	return r
}

func (r *recorder) Helper() {}

func (r *recorder) Cleanup(fn func()) { r.cleanups = append(r.cleanups, fn) }

func (r *recorder) Failed() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.failures) > 0
}

func (r *recorder) Logf(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.logs = append(r.logs, fmt.Sprintf(format, args...))
}

func (r *recorder) Errorf(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.failures = append(r.failures, fmt.Sprintf(format, args...))
}

func (r *recorder) Fatalf(format string, args ...any) {
	r.Errorf(format, args...)
	runtime.Goexit()
}

// said is everything that the test said.
func (r *recorder) said() string { return strings.Join(slices.Concat(r.failures, r.logs), "\n") }
