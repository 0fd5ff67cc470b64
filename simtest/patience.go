package simtest

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"time"

	"github.com/kzsim/kzsim/internal/clock"
	"github.com/kzsim/kzsim/internal/sandbox"
)

// traffic is what is under way in a sandbox whose time passes on demand.
type traffic struct {
	mu      sync.Mutex
	flights map[*flight]struct{}
}

// flight is a request whose handler is at work.
type flight struct {
	until time.Time // of the sandbox's clock: when its client gives up
}

// begin a flight whose client waits for so long from now on. No other client's waiting
// moves the clock between the two.
func (t *traffic) begin(f *flight, c *clock.Clock, wait time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	f.until = c.Now().Add(wait)
	if t.flights == nil {
		t.flights = map[*flight]struct{}{}
	}
	t.flights[f] = struct{}{}
}

func (t *traffic) over(f *flight) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.flights, f)
}

// pass lets time pass up to the next thing that happens, an answer or the end of a
// client's patience, if all that is under way waits for it. It is asked by one who
// waits, too.
func (t *traffic) pass(c *clock.Clock, own *flight) {
	t.mu.Lock()
	defer t.mu.Unlock()
	set := c.Settings()
	next, waiting := c.Next()
	if !waiting || c.Waiting() < len(t.flights) || set.Mode != clock.Frozen || !own.until.After(set.Start) {
		return
	}
	for f := range t.flights {
		if f.until.After(set.Start) && f.until.Before(next) {
			next = f.until
		}
	}
	set.Start = next
	_ = c.Set(set) // the clock refuses to go back: waiters that are due already continue by themselves
}

// patience is how long a client waits for something: on a clock that stands still
// it is the client's waiting that moves it.
type patience struct {
	client  context.Context
	traffic *traffic // nil where time passes by itself, or by the test alone
	sandbox *sandbox.Sandbox
	clock   *clock.Clock
	flight  *flight
	longest time.Duration // of the sandbox's time, before the client gives up
	limit   time.Duration // the client's own; 0 if it has none
}

// longest is how long a client may wait that sets itself no limit. A service that
// hangs would let it wait for ever, and the test with it.
const longest = time.Hour

func (s *Sim) patience(client context.Context) patience {
	p := patience{client: client, sandbox: s.sandbox, clock: s.sandbox.Run().Clock, flight: &flight{}}
	if s.manual || p.clock.Settings().Mode != clock.Frozen {
		return p
	}
	p.traffic = &s.traffic
	p.longest = longest
	if deadline, ok := client.Deadline(); ok {
		p.limit = deadline.Sub(s.process.clock.Now())
		p.longest = p.limit
	}
	return p
}

// begin and over stand around the handler's work.
func (p patience) begin() {
	if p.traffic != nil {
		p.traffic.begin(p.flight, p.clock, p.longest)
	}
}

func (p patience) over() {
	if p.traffic != nil {
		p.traffic.over(p.flight)
	}
}

// wait for a change. The error says that there is none in time.
func (p patience) wait(changed <-chan struct{}) error {
	if p.traffic == nil {
		select {
		case <-changed:
			return nil
		case <-p.client.Done():
			return p.client.Err()
		}
	}
	for {
		news := p.sandbox.Journal.Changed()
		// A deadline is reckoned on the sandbox's clock; on the machine's a slow machine
		// would decide. It is looked at before the change: others move the clock beyond it
		// as soon as the answer is there.
		spent := !p.clock.Now().Before(p.flight.until)
		select {
		case <-changed:
			return nil
		default:
		}
		if err := p.client.Err(); err != nil && !errors.Is(err, context.DeadlineExceeded) {
			return err
		}
		if spent {
			return p.exhausted()
		}
		if p.sandbox.Held() == 0 {
			p.rest(changed, news)
			continue
		}
		p.traffic.pass(p.clock, p.flight)
		runtime.Gosched() // to the goroutines at work
	}
}

// rest while no request waits for the time to pass. One that begins to wait is news in
// the journal.
func (p patience) rest(changed, news <-chan struct{}) {
	select {
	case <-changed:
	case <-news:
	case <-p.client.Done():
	}
}

func (p patience) exhausted() error {
	if p.limit == 0 {
		return fmt.Errorf("simtest: no answer within %s, and the client sets no time-out: it would wait for ever", longest)
	}
	return timeout{p.limit}
}

// timeout is what a client meets whose deadline is over on the sandbox's clock.
type timeout struct{ after time.Duration }

func (t timeout) Error() string {
	shown := t.after.Round(time.Millisecond)
	if shown > time.Second { // the client's time-out began a moment before
		shown = shown.Round(100 * time.Millisecond)
	}
	return fmt.Sprintf("no answer within %s of the sandbox's time", shown)
}

// Timeout and Temporary make it a net.Error.
func (timeout) Timeout() bool   { return true }
func (timeout) Temporary() bool { return true }

// Is lets errors.Is find the error that a real deadline leads to.
func (timeout) Is(target error) bool { return target == context.DeadlineExceeded }
