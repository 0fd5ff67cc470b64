package clock_test

import (
	"context"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/kzsim/kzsim/internal/chance"
	"github.com/kzsim/kzsim/internal/clock"
)

func TestThousandsOfWaiters(t *testing.T) {
	const waiters, rounds = 2000, 2
	synctest.Test(t, func(t *testing.T) {
		c := frozen(t)
		var seen []time.Time // guarded by nothing but the clock's promise of one at a time
		var done atomic.Int32
		for i := range waiters {
			go func() {
				w := c.Waiter()
				defer w.Close()
				for round := range rounds {
					after := chance.Seed(1).Intn(int(time.Minute), "after", strconv.Itoa(i), round)
					_ = w.Until(t.Context(), start.Add(time.Duration(round+1)*time.Hour+time.Duration(after)), nil)
					seen = append(seen, c.Now())
				}
				done.Add(1)
			}()
		}
		synctest.Wait()
		advance(t, c, rounds*time.Hour+time.Minute)
		if n := done.Load(); n != waiters {
			t.Errorf("the advance came back when %d of %d were done", n, waiters)
		}
		if len(seen) != waiters*rounds {
			t.Errorf("%d wakings, want %d", len(seen), waiters*rounds)
		}
		for i := 1; i < len(seen); i++ {
			if seen[i].Before(seen[i-1]) {
				t.Fatalf("waking %d was at %s, the one before at %s", i, seen[i], seen[i-1])
			}
		}
	})
}

// Waiters come, are woken, leave by their context or by what else they wait for,
// and wait again, while the clock is advanced and set from several sides: nothing
// is lost and nobody hangs.
func TestNothingHangs(t *testing.T) {
	for _, mode := range []clock.Settings{
		{Mode: clock.Frozen, Start: start},
		{Mode: clock.Speed, Speed: 10_000, Start: start},
	} {
		t.Run(string(mode.Mode), func(t *testing.T) {
			c := newClock(t, mode)
			stop := make(chan struct{})
			var wg, movers sync.WaitGroup
			for i := range 20 {
				wg.Go(func() { visits(t, c, strconv.Itoa(i)) })
			}
			for i := range 3 {
				movers.Go(func() { move(t, c, i, stop) })
			}
			wg.Wait()
			close(stop)
			movers.Wait()
			if n := c.Waiting(); n != 0 {
				t.Errorf("%d wait still", n)
			}
			advance(t, c, time.Hour) // would hang if one of them still counted as busy
		})
	}
}

// visits is one party's forty waits, some of which end before their time.
func visits(t *testing.T, c *clock.Clock, key string) {
	w := c.Waiter()
	for n := range 40 {
		ctx, cancel := context.WithCancel(t.Context())
		other := make(chan struct{})
		chosen := chance.Seed(1).Intn(6, "end", key, n)
		switch chosen {
		case 0:
			go cancel()
		case 1:
			go close(other)
		case 2:
			w.Close()
			w = c.Waiter()
		case 3:
			cancel()
		}
		due := c.Now().Add(time.Duration(chance.Seed(1).Intn(int(time.Minute), "due", key, n)))
		if err := w.Until(ctx, due, other); err == nil && chosen > 1 && c.Now().Before(due) {
			t.Errorf("visit %d of %s is over before its time", n, key)
		}
		cancel()
	}
	w.Close()
	w.Close() // the deferred one, after an early one
}

func move(t *testing.T, c *clock.Clock, how int, stop <-chan struct{}) {
	for n := 0; ; n++ {
		select {
		case <-stop:
			return
		default:
		}
		if how == 0 && n%10 == 0 {
			_ = c.Set(clock.Settings{Mode: c.Settings().Mode, Speed: c.Settings().Speed, Start: c.Now().Add(time.Minute)})
			continue
		}
		advance(t, c, time.Duration(how)*time.Second)
	}
}
