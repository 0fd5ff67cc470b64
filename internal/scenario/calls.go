package scenario

import (
	"fmt"
	"slices"

	"gopkg.in/yaml.v3"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/faults"
	"github.com/kzsim/kzsim/internal/journal"
	"github.com/kzsim/kzsim/internal/store"
)

// Send says how often, and in which order, a call is sent.
type Send string

// The ways.
const (
	Once      Send = ""
	Twice     Send = "twice"      // again as soon as it is answered; the first answer counts
	AfterNext Send = "after-next" // not before another call of the sandbox has been made
)

// MeetsCalls reports whether anything in force is about calls that services make.
func (s *Settings) MeetsCalls() bool {
	isOut := func(t *Target) bool { return t.Direction == journal.Out }
	return slices.ContainsFunc(s.rules, func(r *ruleInForce) bool { return isOut(&r.Target) }) ||
		slices.ContainsFunc(s.Faults, func(f LiveFault) bool { return isOut(&f.Target) })
}

// DecideCall is Decide for a call that a service makes. Only rules and live faults with
// direction: out are about it; chaos is not.
func (s *Settings) DecideCall(c *contract.Call, counters *store.Counters) Plan {
	req := &request{Call: c, counters: counters, start: s.Start, direction: journal.Out}
	plan := s.decideByRule(req)
	s.decideLive(req, &plan)
	return plan
}

// checkDirection refuses what only requests can meet in a rule about calls, and the other
// way round.
func (p *checker) checkDirection(direction, do value, r *Rule) {
	for i, s := range r.Do {
		n := do.node
		if do.Kind == yaml.SequenceNode {
			n = do.items[i].node
		}
		ofRequests := s.Outcome != "" || s.Status != 0 || s.Reply != nil || s.Subject != "" || !s.Advance.IsZero() || s.Headers != nil || s.Pad > 0 || s.Given != nil
		switch {
		case r.Direction == journal.Out && ofRequests:
			nearest := ""
			if s.Status != 0 {
				nearest = fmt.Sprintf("{fault: {status: %d}}", s.Status)
			}
			p.refuseMeant(n, s.text, "what a call can meet: fault, send, patch or pass; its answer is the other system's", nearest)
		case !direction.there() && s.Send != Once:
			p.refuse(n, "send: "+string(s.Send), "direction: out beside `on`, since it is about calls that K2 makes itself")
		}
		p.checkOnWire(n, r.Target, s.Faults)
	}
}

// checkOnWire refuses faults of the service, which are not faults of the wire, in rules and live
// faults about calls.
func (p *checker) checkOnWire(n node, t Target, list []faults.Fault) {
	for _, f := range list {
		if why := ofTheService[f.Kind()]; why != "" && t.Direction == journal.Out {
			p.refuse(n, "the fault "+f.Kind(), "a fault of the wire: "+why)
			return
		}
	}
}

// ofTheService are the faults of requests alone, and why.
var ofTheService = map[string]string{
	"stale-read":  "what another system answers from is its own matter",
	"calls-first": "a request that comes has caused the calls, say it of that request",
}
