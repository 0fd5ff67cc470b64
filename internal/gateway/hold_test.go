package gateway_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/kzsim/kzsim/internal/sandbox"
)

// TestAWriteWakesThoseWhoWaitForIt, and not the two hundred other held requests.
func TestAWriteWakesThoseWhoWaitForIt(t *testing.T) {
	const others = 200
	synctest.Test(t, func(t *testing.T) {
		d := newDemoWith(t, frozen, sandbox.Limits{Held: others + 1})
		wait := func(iin string) <-chan error {
			return d.background(httptest.NewRequest("GET", "/demo/wait?iin="+iin, nil))
		}
		over := wait("901123300258")
		for i := range others {
			wait(fmt.Sprintf("%012d", i))
		}
		synctest.Wait()
		before := asked.Load()
		d.ask(put("901123300266", "for nobody"))
		synctest.Wait()
		if n := asked.Load() - before; n != 0 || d.sandbox.Held() != others+1 {
			t.Errorf("%d of %d were asked again", n, d.sandbox.Held())
		}
		d.ask(put("901123300258", "for one"))
		synctest.Wait()
		if n := asked.Load() - before; n != 1 || d.sandbox.Held() != others {
			t.Errorf("%d were asked again and %d are held", n, d.sandbox.Held())
		}
		if err := <-over; err != nil {
			t.Error(err)
		}
		if answer := d.ask(read("901123300258")); answer.Code != http.StatusOK {
			t.Errorf("%d", answer.Code)
		}
		if _, err := d.sandbox.Reset(); err != nil {
			t.Fatal(err)
		}
	})
}

// TestHeldRequestsTakeNoTurn: large bodies whose answers are delayed keep no other one
// from being decoded.
func TestHeldRequestsTakeNoTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDemoWith(t, frozen, sandbox.Limits{Held: 256})
		d.rule(fault(t, "delay", "10s"))
		const held = 5
		for i := range held {
			d.background(put(fmt.Sprintf("%012d", i), strings.Repeat("x", 100<<10)))
		}
		synctest.Wait()
		if n := d.sandbox.Held(); n != held {
			t.Errorf("%d are held, want %d", n, held)
		}
		if _, err := d.sandbox.Reset(); err != nil {
			t.Fatal(err)
		}
	})
}

// BenchmarkWriteBesideHeld is a write beside two hundred and fifty held requests.
func BenchmarkWriteBesideHeld(b *testing.B) {
	const held = 250
	d := newDemoWith(b, frozen, sandbox.Limits{Held: held})
	for i := range held {
		d.background(httptest.NewRequest("GET", fmt.Sprintf("/demo/wait?iin=%012d", i), nil))
	}
	for d.sandbox.Held() < held {
	}
	for i := 0; b.Loop(); i++ {
		d.ask(put(fmt.Sprintf("9%011d", i), "x"))
	}
	_, _ = d.sandbox.Reset()
}
