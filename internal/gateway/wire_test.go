package gateway_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/faults"
	"github.com/kzsim/kzsim/internal/sandbox"
	"github.com/kzsim/kzsim/internal/scenario"
)

// On a frozen clock a late answer comes when the clock gets there, and the client
// that advanced it finds the exchange in the journal.
func TestDelayIsSandboxTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDemo(t, frozen)
		d.rule(fault(t, "delay", "10s"))
		answered := d.background(put("901123300258", "late"))
		synctest.Wait()
		if diff := cmp.Diff(map[string]string{"901123300258": "late"}, d.stored()); diff != "" {
			t.Errorf("stored before the answer (-want +got):\n%s", diff)
		}
		advance(t, d, 9999*time.Millisecond)
		if kept, _ := d.sandbox.Journal.Exchanges(); len(kept) != 0 || d.sandbox.Held() != 1 {
			t.Fatalf("%d exchanges and %d held a moment before the time, want 0 and 1", len(kept), d.sandbox.Held())
		}
		advance(t, d, time.Millisecond)
		if e := d.last(); e.Status != 200 || e.Held != 10*time.Second || e.Fault != "delay" {
			t.Errorf("status %d, held %s, fault %q", e.Status, e.Held, e.Fault)
		}
		if err := <-answered; err != nil {
			t.Error(err)
		}
		synctest.Wait()
		if held := d.sandbox.Held(); held != 0 {
			t.Errorf("%d places are still taken", held)
		}
	})
}

func advance(t *testing.T, d *demo, by time.Duration) {
	t.Helper()
	if _, err := d.sandbox.Run().Clock.Advance(by); err != nil {
		t.Fatal(err)
	}
}

func TestDribbleByTheClock(t *testing.T) {
	for _, c := range []struct {
		params any
		want   []timedWrite
	}{
		{map[string]any{"chunk": 20, "every": "2s"}, []timedWrite{
			{2 * time.Second, `{"status":"STORED","`}, {4 * time.Second, `text":"0123456789"}`},
		}},
		{map[string]any{"chunk": 20, "over": "10s"}, []timedWrite{
			{5 * time.Second, `{"status":"STORED","`}, {10 * time.Second, `text":"0123456789"}`},
		}},
	} {
		synctest.Test(t, func(t *testing.T) {
			d := newDemo(t, frozen)
			d.rule(fault(t, "dribble", c.params))
			w := &timedWriter{clock: d.sandbox.Run().Clock, header: http.Header{}}
			go d.gateway.ServeHTTP(w, put("901123300258", "0123456789"))
			synctest.Wait()
			if !w.status.Equal(start) {
				t.Errorf("the headers came at %s, want at once", w.status)
			}
			advance(t, d, time.Minute)
			if diff := cmp.Diff(c.want, w.writes); diff != "" {
				t.Errorf("%v (-want +got):\n%s", c.params, diff)
			}
		})
	}
}

// What hangs ends with its time, with the client or with the sandbox's life; it
// never stands in the way of an advance.
func TestHangEnds(t *testing.T) {
	for _, c := range []struct {
		name    string
		params  any
		end     func(t *testing.T, d *demo, leave func())
		journal int
	}{
		{"by its time", "1m", func(t *testing.T, d *demo, _ func()) { advance(t, d, time.Minute) }, 1},
		{"by the client", nil, func(t *testing.T, d *demo, leave func()) { advance(t, d, 1000*time.Hour); leave() }, 1},
		{"by a reset", nil, func(t *testing.T, d *demo, _ func()) {
			if _, err := d.sandbox.Reset(); err != nil {
				t.Error(err)
			}
		}, 0},
		{"by a deletion", "1m", func(t *testing.T, d *demo, _ func()) {
			if err := d.pool.Delete(sandbox.DefaultID); err != nil {
				t.Error(err)
			}
		}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := newDemo(t, frozen)
				d.rule(fault(t, "hang", c.params))
				r, leave := cancellable(put("901123300258", "x"))
				defer leave()
				over := d.background(r)
				synctest.Wait()
				if d.sandbox.Held() != 1 {
					t.Error("a hanging request takes no place")
				}
				c.end(t, d, leave)
				if err := <-over; !errors.Is(err, errAborted) {
					t.Errorf("error %v, want a broken connection", err)
				}
				synctest.Wait()
				if kept, _ := d.sandbox.Journal.Exchanges(); len(kept) != c.journal {
					t.Errorf("%d exchanges in the journal, want %d", len(kept), c.journal)
				}
				if len(d.stored()) != 0 {
					t.Error("the request reached the service")
				}
			})
		})
	}
}

func TestLeavingAndResettingDuringADelay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDemo(t, frozen)
		d.rule(fault(t, "delay", "1m"))
		r, leave := cancellable(put("901123300258", "x"))
		over := d.background(r)
		synctest.Wait()
		leave()
		if err := <-over; !errors.Is(err, errAborted) {
			t.Errorf("error %v, want a broken connection", err)
		}
		synctest.Wait()
		e := d.last()
		if e.Status != 0 || e.Outcome != "stored" || e.Fault != "delay" || !slices.Contains(e.Why, "the client left before the answer") {
			t.Errorf("the journal has status %d, outcome %q, fault %q, why %q", e.Status, e.Outcome, e.Fault, e.Why)
		}

		late := make(chan *httptest.ResponseRecorder)
		go func() { late <- d.ask(put("901123300266", "x")) }()
		synctest.Wait()
		if _, err := d.sandbox.Reset(); err != nil {
			t.Fatal(err)
		}
		if answer := <-late; answer.Code != http.StatusServiceUnavailable || !strings.Contains(answer.Body.String(), "reset") {
			t.Errorf("%d %s, want a 503 that tells of the reset", answer.Code, answer.Body)
		}
	})
}

// A service's own waiting and a fault's take one place, one after the other.
func TestAHeldAnswerMayBeLateToo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDemoWith(t, frozen, sandbox.Limits{Held: 1})
		d.follow(func(c *contract.Call) scenario.Plan {
			if c.Operation.ID != "demo.wait" {
				return scenario.Plan{}
			}
			return scenario.Plan{Rule: "late", Faults: []faults.Fault{fault(t, "delay", "10s")}}
		})
		over := d.background(httptest.NewRequest("GET", "/demo/wait?iin=901123300258", nil))
		synctest.Wait()
		advance(t, d, 5*time.Second)
		d.ask(put("901123300258", "x"))
		synctest.Wait()
		advance(t, d, 10*time.Second)
		if err := <-over; err != nil {
			t.Error(err)
		}
		if e := d.last(); e.Outcome != "found" || e.Held != 15*time.Second {
			t.Errorf("outcome %q after %s, want found after 15s", e.Outcome, e.Held)
		}
	})
}

func TestNoPlaceForWhatWaits(t *testing.T) {
	for kind, params := range map[string]any{"delay": "1s", "hang": nil, "dribble": "1s"} {
		synctest.Test(t, func(t *testing.T) {
			d := newDemoWith(t, frozen, sandbox.Limits{Held: 1})
			free, err := d.sandbox.Hold()
			if err != nil {
				t.Fatal(err)
			}
			d.rule(fault(t, kind, params))
			answer := d.ask(read("901123300258"))
			if answer.Code != http.StatusServiceUnavailable || answer.Header().Get("Retry-After") != "1" || !strings.Contains(answer.Body.String(), "--max-held") {
				t.Errorf("%s: %d %s, want a 503 of the simulator", kind, answer.Code, answer.Body)
			}
			free()
		})
	}
}

func TestAdvanceReturnsAfterTheJournal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDemo(t, frozen)
		d.rule(fault(t, "delay", "1s"))
		d.waits = make(chan struct{}) // the answer is written, the request isn't over
		go d.gateway.ServeHTTP(httptest.NewRecorder(), read("901123300258"))
		synctest.Wait()
		var done atomic.Bool
		go func() {
			_, _ = d.sandbox.Run().Clock.Advance(time.Second)
			done.Store(true)
		}()
		synctest.Wait()
		if done.Load() {
			t.Error("the clock was advanced before the exchange was in the journal")
		}
		close(d.waits)
		synctest.Wait()
		if !done.Load() {
			t.Error("the advance does not return")
		}
	})
}
