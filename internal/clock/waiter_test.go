package clock_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/clock"
)

// These tests run in bubbles of testing/synctest: the machine's time there is
// made up, too, and a deadlock fails the test at once.

func newClock(t *testing.T, s clock.Settings) *clock.Clock {
	t.Helper()
	c, err := clock.New(s)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func frozen(t *testing.T) *clock.Clock {
	t.Helper()
	return newClock(t, clock.Settings{Mode: clock.Frozen, Start: start})
}

func advance(t *testing.T, c *clock.Clock, by time.Duration) {
	t.Helper()
	if _, err := c.Advance(by); err != nil {
		t.Error(err)
	}
}

// log is what waiters did, in order. It fails the test if two of them are at
// work in one moment.
type log struct {
	t       *testing.T
	clock   *clock.Clock
	working atomic.Int32

	mu    sync.Mutex
	lines []string
}

func newLog(t *testing.T, c *clock.Clock) *log { return &log{t: t, clock: c} }

// work notes who works and when, after all others that could run have run.
func (l *log) work(name string) {
	if l.working.Add(1) != 1 {
		l.t.Errorf("%s works while somebody else does", name)
	}
	line := fmt.Sprintf("%s at %s", name, l.clock.Now().Sub(start))
	for range 20 {
		ready := make(chan struct{})
		go close(ready)
		<-ready
	}
	l.mu.Lock()
	l.lines = append(l.lines, line)
	l.mu.Unlock()
	l.working.Add(-1)
}

func (l *log) want(lines ...string) {
	l.t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	if diff := cmp.Diff(lines, l.lines); diff != "" {
		l.t.Errorf("what was done (-want +got):\n%s", diff)
	}
}

// wait starts a party that waits once, then works.
func (l *log) wait(ctx context.Context, name string, after time.Duration, other <-chan struct{}) {
	go func() {
		w := l.clock.Waiter()
		defer w.Close()
		if err := w.Until(ctx, start.Add(after), other); err != nil {
			name += " (" + err.Error() + ")"
		}
		l.work(name)
	}()
	synctest.Wait()
}

func TestAdvanceWakesInTheOrderOfDueAndSequenceOneAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := frozen(t)
		l := newLog(t, c)
		for i, after := range []time.Duration{30, 10, 20, 10, 10, 30, 61} {
			l.wait(t.Context(), string(rune('a'+i)), after*time.Second, nil)
		}
		if n := c.Waiting(); n != 7 {
			t.Errorf("%d wait, want 7", n)
		}
		advance(t, c, 10*time.Second)
		l.want("b at 10s", "d at 10s", "e at 10s")
		advance(t, c, 50*time.Second)
		l.want("b at 10s", "d at 10s", "e at 10s", "c at 20s", "a at 30s", "f at 30s")
		if n := c.Waiting(); n != 1 {
			t.Errorf("%d wait, want 1", n)
		}
		wantNow(t, c, start.Add(time.Minute))
		advance(t, c, time.Second)
	})
}

func TestSetToALaterStartWakesOnTheWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := frozen(t)
		l := newLog(t, c)
		l.wait(t.Context(), "late", 20*time.Second, nil)
		l.wait(t.Context(), "early", 10*time.Second, nil)
		if err := c.Set(clock.Settings{Mode: clock.Frozen, Start: start.Add(time.Minute)}); err != nil {
			t.Fatal(err)
		}
		l.want("early at 10s", "late at 20s")
	})
}

func TestAWaiterThatWaitsAgainWithinAnAdvance(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := frozen(t)
		l := newLog(t, c)
		tick := func(name string, every time.Duration) {
			go func() {
				w := c.Waiter()
				defer w.Close()
				for range 3 {
					_ = w.Until(t.Context(), c.Now().Add(every), nil)
					l.work(name)
				}
			}()
			synctest.Wait()
		}
		tick("slow", 20*time.Second)
		tick("fast", 10*time.Second)
		advance(t, c, time.Hour)
		// At 20 s "slow" has waited for longer, so it comes first.
		l.want("fast at 10s", "slow at 20s", "fast at 20s", "fast at 30s", "slow at 40s", "slow at 1m0s")
		wantNow(t, c, start.Add(time.Hour))
	})
}

// A held request whose time has come again at the same instant still lets the
// others of that instant have theirs.
func TestAWaiterThatWaitsAgainForTheSameInstantComesLast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := frozen(t)
		l := newLog(t, c)
		go func() {
			w := c.Waiter()
			defer w.Close()
			for range 2 {
				_ = w.Until(t.Context(), start.Add(time.Second), nil)
				l.work("twice")
			}
		}()
		synctest.Wait()
		l.wait(t.Context(), "once", time.Second, nil)
		advance(t, c, time.Minute)
		l.want("twice at 1s", "once at 1s", "twice at 1s")
	})
}

// What one waiter does may be what another waits for beside the time: that one
// has its turn before the clock goes on.
func TestAWaiterStirredByAnotherHasItsTurnAtTheSameInstant(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := frozen(t)
		l := newLog(t, c)
		changed := make(chan struct{})
		go func() {
			w := c.Waiter()
			defer w.Close()
			_ = w.Until(t.Context(), start.Add(10*time.Second), nil)
			l.work("writer")
			close(changed)
		}()
		synctest.Wait()
		l.wait(t.Context(), "later", 20*time.Second, nil)
		l.wait(t.Context(), "reader 1", time.Hour, changed)
		l.wait(t.Context(), "reader 2", 2*time.Hour, changed)
		advance(t, c, 30*time.Second)
		l.want("writer at 10s", "reader 1 at 10s", "reader 2 at 10s", "later at 20s")
	})
}

// A change that was there before the advance is seen at the time before it, too,
// and so is a client that has left.
func TestAdvanceLetsFirstHappenWhatWasStirredBefore(t *testing.T) {
	for range 50 {
		synctest.Test(t, func(t *testing.T) {
			c := frozen(t)
			changed := make(chan struct{})
			ctx, cancel := context.WithCancel(t.Context())
			saw := make(chan string, 2)
			wait := func(ctx context.Context, other <-chan struct{}) {
				w := c.Waiter()
				defer w.Close()
				err := w.Until(ctx, start.Add(time.Hour), other)
				saw <- fmt.Sprint(c.Now().Sub(start), " ", err)
			}
			go wait(ctx, nil)
			go wait(t.Context(), changed)
			synctest.Wait()
			cancel()
			close(changed)
			advance(t, c, 2*time.Hour)
			got := []string{<-saw, <-saw}
			slices.Sort(got)
			if diff := cmp.Diff([]string{"0s <nil>", "0s context canceled"}, got); diff != "" {
				t.Errorf("what the waiters saw (-want +got):\n%s", diff)
			}
		})
	}
}

// Whoever is at work when an advance begins, however it was woken, finishes
// first.
func TestAdvanceWaitsForWhoeverIsAtWork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := frozen(t)
		changed, proceed, advanced := make(chan struct{}), make(chan struct{}), make(chan struct{})
		go func() {
			w := c.Waiter()
			defer w.Close()
			_ = w.Until(t.Context(), start.Add(time.Hour), changed)
			<-proceed
			wantNow(t, c, start)
		}()
		close(changed)
		synctest.Wait()
		go func() {
			advance(t, c, time.Hour)
			close(advanced)
		}()
		synctest.Wait()
		wantNow(t, c, start)
		close(proceed)
		<-advanced
		wantNow(t, c, start.Add(time.Hour))
	})
}

// TestAdvanceWaitsForAWorker: a worker is at work before its first wait, until it is
// closed. To close it once more changes nothing for the next.
func TestAdvanceWaitsForAWorker(t *testing.T) {
	for name, finish := range map[string]func(*clock.Waiter){
		"that waits": func(w *clock.Waiter) { _ = w.Until(context.Background(), start.Add(time.Minute), nil) },
		"that ends":  func(*clock.Waiter) {},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := frozen(t)
				for hours := range time.Duration(2) {
					w := c.Worker()
					go advance(t, c, time.Hour)
					synctest.Wait()
					wantNow(t, c, start.Add(hours*time.Hour))
					finish(w)
					w.Close()
					w.Close()
					synctest.Wait()
					wantNow(t, c, start.Add((hours+1)*time.Hour))
				}
			})
		})
	}
}

// TestNextRequest: what a worker waits for is no request's.
func TestNextRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := frozen(t)
		ctx, end := context.WithCancel(t.Context())
		worker, request := c.Worker(), c.Waiter()
		go func() { _ = worker.Until(ctx, start.Add(time.Minute), nil) }()
		synctest.Wait()
		if due, waiting := c.NextRequest(); waiting != 0 {
			t.Errorf("a request is due at %s, want none", due)
		}
		go func() { _ = request.Until(ctx, start.Add(time.Hour), nil) }()
		synctest.Wait()
		if due, waiting := c.NextRequest(); waiting != 1 || !due.Equal(start.Add(time.Hour)) {
			t.Errorf("a request is due at %s, want an hour later", due)
		}
		end()
		synctest.Wait()
		worker.Close()
		request.Close()
	})
}

func TestUntilReturnsAtOnce(t *testing.T) {
	ended, end := context.WithCancel(t.Context())
	end()
	closed := make(chan struct{})
	close(closed)
	for _, test := range []struct {
		name  string
		ctx   context.Context
		due   time.Time
		other <-chan struct{}
		want  error
	}{
		{"due now", t.Context(), start, nil, nil},
		{"due long ago", t.Context(), time.Time{}, nil, nil},
		{"other is ready", t.Context(), start.Add(time.Hour), closed, nil},
		{"the context has ended", ended, start.Add(time.Hour), nil, context.Canceled},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := frozen(t)
			w := c.Waiter()
			defer w.Close()
			if err := w.Until(test.ctx, test.due, test.other); !errors.Is(err, test.want) {
				t.Errorf("%v, want %v", err, test.want)
			}
			if n := c.Waiting(); n != 0 {
				t.Errorf("%d wait still", n)
			}
		})
	}
}

// TestUntilAfterAnAdvance: an advance that is over keeps no waiter from going on: not one
// whose time has come, and not one whose wait ends for another reason.
func TestUntilAfterAnAdvance(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := frozen(t)
		advance(t, c, time.Hour)
		l := newLog(t, c)
		l.wait(t.Context(), "due within the advance", time.Minute, nil)
		l.wait(t.Context(), "due now", time.Hour, nil)
		closed := make(chan struct{})
		close(closed)
		l.wait(t.Context(), "changed", 2*time.Hour, closed)
		l.want("due within the advance at 1h0m0s", "due now at 1h0m0s", "changed at 1h0m0s")
	})
}
