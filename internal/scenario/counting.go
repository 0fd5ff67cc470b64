package scenario

import (
	"fmt"
	"strconv"

	"github.com/kzsim/kzsim/internal/chance"
	"github.com/kzsim/kzsim/internal/store"
)

// groups of the counters of a rule or a live fault.
type groups struct {
	decided string // requests in all, under the key all
	steps   string // requests that went through a list, by session, subject or sandbox; with `per` those that were decided, by that
	draws   string // draws by operation and subject: of a live fault, and of a choice without `per`
	within  string // requests within the quota of `over`, by `per`
	moments string // when the last of those came, by `per` and place
	once    string // answers that the rule waits for before it holds, under the key all
	until   string // answers that end it, likewise
	values  string // requests whose answers have values in them, by key
}

// all is the key of a group that has only one key.
const all = ""

func (g groups) all() []string {
	return []string{g.decided, g.steps, g.draws, g.within, g.moments, g.once, g.until, g.values}
}

func (g groups) count(counters *store.Counters) int { return counters.Get(g.decided, all) }

// drawnGroup is of how many requests of an operation and a subject came to a rule's
// probability or might have: one for all rules, so that they draw by one hash, and that what
// one of them decides doesn't shift what another draws.
const drawnGroup = "rules' draws"

// own is what a rule or a live fault has for itself.
type own struct {
	groups
	scope string       // distinguishes its draws from those of others
	thing chance.Thing // likewise, of those that are made for many at once
}

func ownOf(name, scope string) own {
	return own{groups{
		name, name + " steps", name + " draws", name + " within", name + " moments", name + " once", name + " until", name + " values",
	}, scope, chance.ThingOf(scope)}
}

// titleOf a rule in explanations; number is its place in the scenario, from 1.
func titleOf(r *Rule, number int) string {
	if r.Name != "" {
		return r.Name
	}
	return "rule " + strconv.Itoa(number)
}

// meet answers the step that a request meets; nil and why if the rule leaves it to
// others.
func (r *ruleInForce) meet(req *request) (*Step, string) {
	if ok, why := r.holds(req); !ok {
		return nil, why
	}
	if ok, why := r.matches(req); !ok {
		return nil, why
	}
	if !r.appliesTo(req.Operation) {
		_, why := req.isNot(func() string { return req.Operation.ID + " has none of its outcomes" })
		return nil, why
	}
	if ok, why := r.meetsRows(req); !ok {
		return nil, why
	}
	count := r.count(req, &r.own, r.counts())
	count.chances = &req.chances
	if req.byRow && r.Per == perRow {
		count.owner = &owner{key: req.rowsKey(req.rows)}
	}
	if ok, why := count.decides(); !ok {
		return nil, why
	}
	before := count.decided()
	if len(r.Do) == 1 {
		step, text := count.choose(&r.Do[0], before)
		return step, "decided" + count.of() + r.of(req, step) + ": " + text
	}
	key := count.owner.key
	if r.Per == "" {
		key = advanceKey(req)
		before = req.counters.Next(r.own.steps, key)
	}
	at := min(before, len(r.Do)-1)
	step, text := count.choose(&r.Do[at], before)
	return step, fmt.Sprintf("decided: step %d of %d for %s%s: %s", at+1, len(r.Do), key, r.of(req, step), text)
}

// values of a step for a request; nil if it has none. What is drawn depends on the request's
// key, and on how many requests with this key there were.
func (r *ruleInForce) values(req *request, step *Step) *Values {
	if len(step.values) == 0 {
		return nil
	}
	key := r.count(req, &r.own, true).owner.key
	if key == all {
		key = advanceKey(req)
	}
	if isFull(req.counters, r.own.values, key, MostKeys) {
		key = all
	}
	drawn := 0
	ordinal := req.counters.Next(r.own.values, key)
	return &Values{Call: req.Call, For: "rule/" + r.own.scope, Key: fmt.Sprintf("%s/%d", key, ordinal), Drawn: &drawn, req: req}
}

// counts reports whether it matters how many requests the rule has decided of one key.
func (r *Rule) counts() bool {
	return len(r.Do) > 1 || r.Times > 0 || r.Do[0].chooses()
}

// narrows reports whether a target leaves out some of the requests that match it.
func (t *Target) narrows() bool {
	return t.Probability < 1 || t.Share < 1 || t.Times > 0 || t.Over != nil || t.Once != nil || t.Until != nil
}

// count is what a target counts of a request.
type count struct {
	*Target
	*request
	*own
	owner   *owner       // of `per`, or everyone
	keyed   bool         // it counts what it has decided for each key
	chances *chance.Many // of a rule's probability; nil if the target draws by itself
}

func (t *Target) count(req *request, own *own, counts bool) count {
	c := count{Target: t, request: req, own: own, owner: &req.everyone}
	if t.Per != "" {
		c.owner, c.keyed = req.whose(t.Per), counts
	}
	return c
}

// of names whose requests are counted; nothing if all of them are.
func (c count) of() string {
	if c.Per == "" {
		return ""
	}
	return " for " + c.owner.key
}

// decides answers whether the criteria hold that count: per, times, share, over and
// probability.
func (c count) decides() (bool, string) {
	if c.keyed && isFull(c.counters, c.steps, c.owner.key, MostKeys) {
		return c.isNot(func() string { return c.full(MostKeys) })
	}
	if c.Times > 0 {
		if n := c.times(); n >= c.Times {
			return c.isNot(func() string { return fmt.Sprintf("times: it has decided %d%s, all that it may", n, c.of()) })
		}
	}
	if c.Share < 1 {
		if c.owner.shares(c.Seed).Float(c.thing) >= c.Share {
			return c.isNot(func() string { return fmt.Sprintf("share: %s is not among the %s", c.owner.key, inPercent(c.Share)) })
		}
	}
	if c.Over != nil {
		if beyond, why := c.beyond(); !beyond {
			return false, why
		}
	}
	if c.Probability >= 1 {
		return true, ""
	}
	chances := c.chances
	if chances == nil {
		many := c.draw(c.draws)
		chances = &many
	}
	drawn := chances.Float(c.thing)
	if drawn < c.Probability {
		return true, ""
	}
	return c.isNot(func() string { return fmt.Sprintf("probability: it drew %.3f, not below %g", drawn, c.Probability) })
}

// isDrawn reports whether a request is among the rule's share and probability; true if that
// isn't known yet. It changes nothing, and takes less time than anything else that a rule asks.
func (r *ruleInForce) isDrawn(req *request) bool {
	if r.Share < 1 && r.Per != perRow && req.whose(r.Per).shares(req.Seed).Float(r.own.thing) >= r.Share {
		return false
	}
	return r.Probability >= 1 || r.Over != nil || req.chances.Float(r.own.thing) < r.Probability
}

// draw for the request, which is counted in a group by its operation and subject.
func (r *request) draw(group string) chance.Many {
	key := r.direction + subjectKey(r)
	return r.Seed.Many("scenario/probability", key, r.counters.Next(group, key))
}

// times that the target has decided, in all or for each of `per`.
func (c count) times() int {
	if !c.keyed {
		return c.groups.count(c.counters)
	}
	return c.counters.Get(c.steps, c.owner.key)
}

// decided counts a request that the target decides, and answers how many it has decided
// before: in all, or for each of `per`.
func (c count) decided() int {
	before := c.counters.Next(c.groups.decided, all)
	if !c.keyed {
		return before
	}
	return c.counters.Next(c.steps, c.owner.key)
}

// The bounds of what a rule or a live fault counts: counters are kept for as long as it
// is in force, and a client may send another key each time.
const (
	MostKeys    = 10_000  // of `per`
	MostMoments = 100_000 // of requests within the quotas of all keys
)

// isFull reports whether a group has as many keys as it may, and not this one.
func isFull(counters *store.Counters, group, key string, most int) bool {
	return counters.Size(group) >= most && counters.Get(group, key) == 0
}

func (c count) full(most int) string {
	return fmt.Sprintf("per: it counts for %d already, which is the most; it leaves %s to others", most, c.owner.key)
}

// beyond answers whether a request is beyond the quota. One that is within it is counted,
// one beyond it is not: of each key the moments of the last requests within the quota are
// kept in turn.
func (c count) beyond() (bool, string) {
	key := c.owner.key
	if most := min(MostKeys, MostMoments/c.Over.Most); isFull(c.counters, c.within, key, most) {
		return c.isNot(func() string { return c.full(most) })
	}
	now := int(c.Now.UnixMicro()) + 1 // above 0: a clock begins in 1970
	before := c.counters.Get(c.within, key)
	place := key + " #" + strconv.Itoa(before%c.Over.Most)
	if first := c.counters.Get(c.moments, place); before >= c.Over.Most && now-first < int(c.Over.Length.Microseconds()) {
		return true, ""
	}
	c.counters.Next(c.within, key)
	c.counters.Put(c.moments, place, now)
	return c.isNot(func() string { return fmt.Sprintf("over: request%s is within %s", c.of(), c.Over) })
}
