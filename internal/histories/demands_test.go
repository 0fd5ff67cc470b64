package histories_test

import (
	"fmt"
	"math/rand/v2"
	"time"
)

// demands of both directions: those that K2 makes for a loan, and those of other
// banks that are registered in the ABS.
func demands() kind {
	const strict = `
profile: {k2.unknown: error, abs.unknown: error}
given:
`
	const first = strict + `
  k2:
    loans: [{contract_number: KD0000000001, dbz_dt: 2014-02-08, iinbin: "901123300258", debt: 100}]
`
	const second = strict + `
  k2:
    exclusions: [{iin: "901123300258", dbz_num: KD0000000001}]
  abs:
    payment_demands: [{refer: PTP2, iinbin: "901123300258", doc_at: 2021-01-04, amount: 200, state: refused, reason_code: "01"}]
`
	made := outgoing{loaded: true, debt: 100}.follow(0)
	refused := incoming{document: 200, abs: "refused", k2: "Отозвано"}
	return kind{
		name: "demands",
		scenarios: [2]scenario{
			{"first", scenarioText("first", first), demandState{out: made}},
			{"second", scenarioText("second", second), demandState{out: outgoing{excluded: true}, in: [2]incoming{1: refused}}},
		},
		draw: func(r *rand.Rand) request {
			if r.IntN(2) == 0 {
				return drawOutgoing(r)
			}
			return drawIncoming(r)
		},
		advances: []time.Duration{demandStep / 2, demandStep},
		reads:    []request{listOutgoing{}, listRegistered{}, listIncoming{}},
		outcomes: []string{
			"accepted", "unknown-contract", "not-found", "found", "none", // K2's own demands
			"registered", "duplicate-refer", "refused", "returned", "unknown-refer", "wrong-state", "unknown-reference", "page",
		},
	}
}

// demandState is what there is of one loan's demands, and of two other banks'.
type demandState struct {
	out outgoing
	in  [2]incoming
}

func (s demandState) String() string { return fmt.Sprintf("%+v %+v", s.out, s.in) }
