package scenario

import (
	"net/http"
	"time"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/faults"
)

// Plan is what a request meets ahead of the services' own behaviour. The zero Plan
// leaves everything to the services.
type Plan struct {
	Rule  string   // what decided; empty if nothing did
	Chaos bool     // it was the chaos dial
	Why   []string // what was looked at and why it did or didn't decide

	Outcome *contract.Outcome         // to be had by name
	Rows    map[int]*contract.Outcome // to be had by rows of the batch, by their index
	Reply   *Reply                    // an answer of the scenario's own, instead of the service's
	Patch   func(body any) any        // over the service's decoded answer; nil for none
	// OffContract says that the scenario declares its answer as one that the
	// documents don't have, so it is not checked against a schema.
	OffContract bool

	Headers http.Header // over the answer's; without values one that is taken away
	Pad     int         // bytes by which the body is longer
	Wrong   string      // why the rule can't be followed; empty if it can

	Send Send // of a call: how it is sent

	Before  func(c *contract.Call) error // what changes in the state first, in the same transaction
	Advance time.Duration                // how far the clock moves before that
	Faults  []faults.Fault               // in the order of their weight
}

// Reply is an answer that a scenario writes itself.
type Reply struct {
	Status int
	Header http.Header
	Body   []byte
}
