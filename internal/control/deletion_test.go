package control_test

import (
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/kzsim/kzsim/internal/simulator"
)

// TestDeletionWhileSomebodyWaits: a held request and a waiting expectation end with
// the sandbox, at once, and say why.
func TestDeletionWhileSomebodyWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, func(opts *simulator.Options) { opts.Clock = nil })
		r.control("PUT", "/profile", `{"kyc.address_wait": "hold"}`, nil)
		held, expected := make(chan *httptest.ResponseRecorder, 1), make(chan *httptest.ResponseRecorder, 1)
		go func() { held <- r.do("POST", addressApprove, of(citizen)) }()
		go func() { expected <- r.expectation(`{on: abs.get_cli, within: 1m}`) }()
		synctest.Wait()
		began := r.sim.Pool.Now()
		if w := r.do("DELETE", "/_sim/sandboxes/default", ""); w.Code != 204 {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		w := <-held
		if outcome := w.Header().Get("Sim-Outcome"); w.Code != 503 || outcome != "" || !strings.Contains(w.Body.String(), "was reset or deleted") {
			t.Errorf("the held request: %d, outcome %q, %s", w.Code, outcome, w.Body)
		}
		if w := <-expected; w.Code != 409 || !strings.Contains(w.Body.String(), "the sandbox default was deleted meanwhile") {
			t.Errorf("the expectation: %d %s", w.Code, w.Body)
		}
		if took := r.sim.Pool.Now().Sub(began); took != 0 {
			t.Errorf("they wait for another %s", took)
		}
	})
}
