package scenario

import (
	"fmt"
	"sync"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/faults"
)

// chaosFaults are the kinds that any network has, with their parameters. A hang is
// none of them: whoever waits without a limit would wait for ever.
var chaosFaults = []struct {
	kind   string
	params any
}{
	{"reset", nil}, {"close", nil}, {"truncate", nil}, {"garbage", nil}, {"lost-reply", nil},
	{"status", "502"}, {"status", "504"},
}

// chaosGroup counts requests by operation and subject, while chaos is on.
const chaosGroup = "chaos"

// decideByChaos ends a share of the requests that nothing else has decided in one
// of their operation's documented errors or in a fault on the wire. Which ones
// follows from the seed, the operation, the subject and how often that was asked:
// other traffic doesn't shift it.
func decideByChaos(share float64, req *request, plan *Plan) {
	if share == 0 {
		return
	}
	key := subjectKey(req)
	n := req.counters.Next(chaosGroup, key)
	if req.Seed.Float("chaos", key, n) >= share {
		return
	}
	plan.Chaos = true
	documented := documentedErrors(req.Operation)
	if len(documented) > 0 && req.Preferred == nil && req.Seed.Intn(2, "chaos.way", key, n) == 0 {
		plan.Outcome = documented[req.Seed.Intn(len(documented), "chaos.error", key, n)]
		plan.Rule = "chaos: " + plan.Outcome.Name
	} else {
		kinds := wireFaults()
		kind := kinds[req.Seed.Intn(len(kinds), "chaos.fault", key, n)]
		plan.Faults = append(plan.Faults, kind)
		plan.Rule = "chaos: " + kind.Kind()
	}
	plan.Why = append(plan.Why, fmt.Sprintf("%s, for request %d of %s", plan.Rule, n+1, key))
}

func documentedErrors(op *contract.Operation) []*contract.Outcome {
	var all []*contract.Outcome
	for i := range op.Outcomes {
		if o := &op.Outcomes[i]; o.IsError() && o.Confidence == contract.Documented {
			all = append(all, o)
		}
	}
	return all
}

// wireFaults are chaosFaults as faults. That each of them is one, a test says.
var wireFaults = sync.OnceValue(func() []faults.Fault {
	var all []faults.Fault
	for _, c := range chaosFaults {
		if f, err := faults.Parse(c.kind, c.params); err == nil {
			all = append(all, f)
		}
	}
	return all
})
