//go:build !race

package main

import "testing"

// mostAllocations of a request in the handler: what is counted, and one in a hundred more of
// the large ones. Counts are the same on every machine, times are not; the race detector makes more.
var mostAllocations = map[string]float64{
	"k2loan_sync_debt": 23, "k2extreq_pay_from_eko": 44, "address.approve": 27, "get_all_pt_from_abs": 1236, "get_pdf": 269,
}

func TestAllocations(t *testing.T) {
	for _, op := range operations(1_000) {
		ask := newCaller(t).asks(op)
		n := 0
		got := testing.AllocsPerRun(200, func() { ask(n); n++ })
		if most := mostAllocations[op.name]; got > most || got < most/2 {
			t.Errorf("%s makes %.0f allocations, at most %.0f and not much less are expected", op.name, got, most)
		}
	}
}
