package scenario

import (
	"fmt"
	"maps"
	"sync"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/faults"
	"github.com/kzsim/kzsim/internal/sandbox"
)

// chaos ends a share of the requests in one of their operation's documented errors
// or in a fault on the wire. Which ones follows from the seed, the operation, the
// subject and how often that was asked: other traffic doesn't shift it.
type chaos struct {
	mu    sync.Mutex
	share float64
	asked map[string]int
}

// chaosFaults are the kinds that any network has, with their parameters. A hang is
// none of them: whoever waits without a limit would wait for ever.
var chaosFaults = []struct {
	kind   string
	params any
}{
	{"reset", nil}, {"close", nil}, {"truncate", nil}, {"garbage", nil}, {"lost-reply", nil},
	{"status", "502"}, {"status", "504"},
}

// Chaos is the share of requests that end in chaos.
func (r *Runtime) Chaos() float64 {
	r.chaos.mu.Lock()
	defer r.chaos.mu.Unlock()
	return r.chaos.share
}

// SetChaos changes the share; 0 turns chaos off.
func (r *Runtime) SetChaos(share float64) error {
	if !(share >= 0 && share <= 1) {
		return fmt.Errorf("chaos is a share from 0 to 1, not %g", share)
	}
	r.chaos.set(share)
	return nil
}

func (c *chaos) set(share float64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.share = share
}

// ordinal counts a request; false if chaos is off.
func (c *chaos) ordinal(key string) (n int, share float64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.share == 0 {
		return 0, 0
	}
	if c.asked == nil {
		c.asked = map[string]int{}
	}
	n = c.asked[key]
	c.asked[key]++
	return n, c.share
}

// decide may end a request that nothing else has decided.
func (c *chaos) decide(req *request, plan *sandbox.Plan) {
	key := subjectKey(req)
	n, share := c.ordinal(key)
	if share == 0 || req.Seed.Float("chaos", key, n) >= share {
		return
	}
	plan.Chaos = true
	documented := documentedErrors(req.Operation)
	if len(documented) > 0 && !req.preferred && req.Seed.Intn(2, "chaos.way", key, n) == 0 {
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

func (c *chaos) counters() map[string]int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return maps.Clone(c.asked)
}

func (c *chaos) restore(asked map[string]int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.asked = maps.Clone(asked)
}
