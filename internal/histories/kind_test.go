package histories_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

// kind of histories: which requests the clients send, and what they mean.
type kind struct {
	name string
	// scenarios that are put in force. A sandbox starts with the first.
	scenarios [2]scenario
	// draw is the next request of a client.
	draw func(*rand.Rand) request
	// advances are the steps by which the clock is moved.
	advances []time.Duration
	// reads show all that the requests of this kind change.
	reads []request
	// outcomes that the requests meet.
	outcomes []string
}

// kinds of histories that are recorded.
func kinds() []kind { return []kind{payments(), exclusions(), addresses(), demands()} }

// scenario is a document, and what a sandbox holds that has begun with it.
type scenario struct {
	name     string
	document string
	given    state
}

// state is what the services of a sandbox hold, as far as the requests of a kind show
// it. Two states with the same text are the same. A state is never changed.
type state interface{ fmt.Stringer }

// world is one run of a sandbox: all that a snapshot keeps.
type world struct {
	now   time.Duration // since the start of the scenarios' clock
	rules string        // name of the scenario whose rules are in force
	state state
	text  string // of all this
}

// become is the world with another state.
func (w world) become(s state) world {
	w.state = s
	return w.described()
}

// described is the world with its text.
func (w world) described() world {
	w.text = w.now.String() + " " + w.rules + " {" + w.state.String() + "}"
	return w
}

func (w world) String() string { return w.text }

// outcome is the answer with which a service tells no more than its outcome.
func (w world) outcome(name string) string { return named(name, w.rules) }

// request is an operation that meets one run of a sandbox.
type request interface {
	fmt.Stringer
	// send the request; the answer is in the words of serve.
	send(*client) string
	// serve is the world after the request, and the answer, in a sandbox that does one
	// request at a time.
	serve(world) (world, string)
}

// late is a request that depends on what its client was answered before.
type late interface{ meant(*client) request }

// start is the instant at which the scenarios' clocks stand.
var start = time.Date(2024, time.March, 1, 9, 0, 0, 0, time.FixedZone("", 5*60*60))

// since is an instant of a sandbox's clock, counted from the start.
func since(format, text string) string {
	at, err := time.Parse(format, text)
	if err != nil {
		return text
	}
	return at.Sub(start).String()
}

// scenarioText is a document with a rule that puts the scenario's name on every
// answer.
func scenarioText(name, rest string) string {
	return fmt.Sprintf(`version: 1
scenario: %[1]s
clock: {start: %[2]q, mode: frozen}
rules:
  - {name: %[1]s, on: "*", do: pass}
%[3]s`, name, start.Format(time.RFC3339), strings.TrimLeft(rest, "\n"))
}
