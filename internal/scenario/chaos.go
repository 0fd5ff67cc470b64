package scenario

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/document"
	"github.com/kzsim/kzsim/internal/faults"
)

// chaosFaults are the kinds that any network has, with their parameters. A hang is not
// among them: a client without a time-out would wait for ever.
var chaosFaults = []struct {
	kind   string
	params any
}{
	{"reset", nil}, {"close", nil}, {"truncate", nil}, {"garbage", nil}, {"lost-reply", nil},
	{"status", "502"}, {"status", "504"},
}

// chaosGroup counts requests by operation and subject, while chaos is on.
const chaosGroup = "chaos"

// Chaos is a share of the requests that get another result than the service's answer: of
// all requests that it is about, or with `per` all requests of that share of clients, persons
// or other keys. The zero value is no chaos.
type Chaos struct {
	Term
	Target
	Source []byte // as it was written
}

// chaosKind is what the dial may be set to.
func chaosKind(on field) *mapping {
	per := definition{name: "per", varies: true, kind: counted()}
	return &mapping{
		what: "a mapping such as {share: 0.05}", bonds: shares[1:],
		fields: slices.Concat([]field{
			{name: shareKey, kind: chaosShare(), required: "which share of the requests, such as 0.05 or 20%", about: "The share of the requests, or with `per` of those that it names."},
			on, forField, whenField,
			{name: perKey, kind: per, about: "Whose share it is: of so many all requests end in chaos, of the others none, by the seed."},
		}, termFields("it")),
	}
}

var chaosForm = regexp.MustCompile(`^(\+?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?)(%?)$`)

// chaosShare is a number from 0 to 1, or a percentage.
func chaosShare() *scalar {
	s := formed("share, such as 0.05 or `20%`", "a share from 0 to 1, such as 0.05, or from 0% to 100%", chaosForm, nil)
	return s.converted(func(m []string) (any, bool) {
		share, err := strconv.ParseFloat(m[1], 64)
		if m[5] != "" {
			share /= 100
		}
		return share, err == nil && share <= 1
	}, nil)
}

// ParseChaos reads what the dial is set to, YAML or JSON: {share}, a rule's `on`, `for`,
// `when` and `per`, a name and an end. Begin starts its term.
func ParseChaos(source []byte, opts Options) (Chaos, document.Findings) {
	p := newChecker("chaos", opts)
	c := Chaos{Source: source}
	if v, ok := p.live(source, "chaos", p.grammar.chaos); ok {
		c.Term = p.term(v)
		c.Target, _ = p.target(v)
		if c.Per == "" {
			c.Share, c.Probability = 1, c.Share
		}
	}
	return c, p.findings.InOrder()
}

// ChaosOf a share of all requests. The error is of one that isn't from 0 to 1.
func ChaosOf(share float64, opts Options) (Chaos, error) {
	if !(share >= 0 && share <= 1) {
		return Chaos{}, fmt.Errorf("chaos is a share from 0 to 1, not %g", share)
	}
	c, findings := ParseChaos(shareSource(share), opts)
	if findings.Broken() {
		return Chaos{}, findings
	}
	return c, nil
}

func shareSource(share float64) []byte { return fmt.Appendf(nil, `{"share": %g}`, share) }

// Begin the term of chaos at an instant of the sandbox's clock. The error is of an end that
// has passed.
func (c Chaos) Begin(now time.Time) (_ Chaos, err error) {
	c.Term, err = c.begin(now)
	return c, err
}

// Level is the share at an instant, from 0 to 1; 0 once it has ended.
func (c *Chaos) Level(now time.Time) float64 {
	if c.Ended(now) {
		return 0
	}
	return c.share()
}

func (c *Chaos) share() float64 {
	if c.Per == "" {
		return c.Probability
	}
	return c.Share
}

// IsOn reports whether it was put on. It may have ended.
func (c *Chaos) IsOn() bool { return c.share() > 0 }

// decide ends a share of the requests that nothing else has decided in one of their
// operation's documented errors or in a fault on the wire. Which ones follows from the
// seed, the operation, the subject and how often that was asked, or with `per` from what
// that names: other traffic doesn't shift it.
func (c *Chaos) decide(req *request, plan *Plan) {
	if !c.IsOn() || c.Ended(req.Now) || !slices.Contains(c.operations, req.Operation) {
		return
	}
	if !c.matches(req) {
		return
	}
	key := subjectKey(req)
	n := req.counters.Next(chaosGroup, key)
	if c.Per != "" && req.Seed.Float("chaos.share", req.whose(c.Per).key, 0) >= c.Share {
		return
	}
	if c.Per == "" && req.Seed.Float("chaos", key, n) >= c.Probability {
		return
	}
	plan.Chaos = true
	documented := documentedErrors(req.Operation)
	if len(documented) > 0 && req.Preferred == nil && req.Seed.Intn(2, "chaos.way", key, n) == 0 {
		plan.Outcome = documented[req.Seed.Intn(len(documented), "chaos.error", key, n)]
		plan.Rule = c.title() + ": " + plan.Outcome.Name
	} else {
		kinds := wireFaults()
		kind := kinds[req.Seed.Intn(len(kinds), "chaos.fault", key, n)]
		plan.Faults = append(plan.Faults, kind)
		plan.Rule = c.title() + ": " + kind.Kind()
	}
	plan.Why = append(plan.Why, fmt.Sprintf("%s, for request %d of %s", plan.Rule, n+1, key))
}

func (c *Chaos) title() string {
	if c.Name == "" {
		return "chaos"
	}
	return "chaos " + c.Name
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
