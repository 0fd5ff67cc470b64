package scenario

import (
	"fmt"
	"strconv"

	"github.com/kzsim/kzsim/internal/store"
)

// groups of the counters of a rule or a live fault.
type groups struct {
	decided string // requests in all, under the key all
	steps   string // requests that went through a list, by session, subject or sandbox; with `per` those that were decided, by that
	draws   string // draws by operation and subject, where there is a probability
	within  string // requests within the quota of `over`, by `per`
	moments string // when the last of those came, by `per` and place
	once    string // answers that the rule waits for before it holds, under the key all
	until   string // answers that end it, likewise
	values  string // requests whose answers have values in them, by key
}

// all is the key of a group that has only one key.
const all = ""

func groupsOf(name string) groups {
	return groups{name, name + " steps", name + " draws", name + " within", name + " moments", name + " once", name + " until", name + " values"}
}

func (g groups) all() []string {
	return []string{g.decided, g.steps, g.draws, g.within, g.moments, g.once, g.until, g.values}
}

func (g groups) count(counters *store.Counters) int { return counters.Get(g.decided, all) }

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
	count := r.count(req, r.groups, r.id, r.counts())
	if req.byRow && r.Per == perRow {
		count.key = req.rowsKey(req.rows)
	}
	if ok, why := count.decides(); !ok {
		return nil, why
	}
	before := count.decided()
	if len(r.Do) == 1 {
		step, text := count.choose(&r.Do[0], before)
		return step, "decided" + count.of() + r.of(req, step) + ": " + text
	}
	key := count.key
	if r.Per == "" {
		key = advanceKey(req)
		before = req.counters.Next(r.groups.steps, key)
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
	c := r.count(req, r.groups, r.id, true)
	if c.key == all {
		c.key = advanceKey(req)
	}
	if c.isFull(c.groups.values, MostKeys) {
		c.key = all
	}
	drawn := 0
	ordinal := req.counters.Next(c.groups.values, c.key)
	return &Values{Call: req.Call, For: "rule/" + r.id, Key: fmt.Sprintf("%s/%d", c.key, ordinal), Drawn: &drawn, req: req}
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
	groups
	scope string // distinguishes its draws from those of other rules
	key   string // of `per`; all without it
	keyed bool   // it counts what it has decided for each key
}

func (t *Target) count(req *request, g groups, scope string, counts bool) count {
	c := count{Target: t, request: req, groups: g, scope: scope, key: all}
	if t.Per != "" {
		c.key, c.keyed = req.whose(t.Per), counts
	}
	return c
}

// of names whose requests are counted; nothing if all of them are.
func (c count) of() string {
	if c.Per == "" {
		return ""
	}
	return " for " + c.key
}

// decides answers whether the criteria hold that count: per, times, share, over and
// probability.
func (c count) decides() (bool, string) {
	if c.keyed && c.isFull(c.steps, MostKeys) {
		return c.isNot(func() string { return c.full(MostKeys) })
	}
	if n := c.times(); c.Times > 0 && n >= c.Times {
		return c.isNot(func() string { return fmt.Sprintf("times: it has decided %d%s, all that it may", n, c.of()) })
	}
	if c.Share < 1 {
		if drawn := c.Seed.Float("scenario/share/"+c.scope, c.key, 0); drawn >= c.Share {
			return c.isNot(func() string { return fmt.Sprintf("share: %s is not among the %g%%", c.key, c.Share*100) })
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
	key := subjectKey(c.request)
	drawn := c.Seed.Float("scenario/"+c.scope, key, c.counters.Next(c.draws, key))
	if drawn < c.Probability {
		return true, ""
	}
	return c.isNot(func() string { return fmt.Sprintf("probability: it drew %.3f, not below %g", drawn, c.Probability) })
}

// times that the target has decided, in all or for each of `per`.
func (c count) times() int {
	if !c.keyed {
		return c.groups.count(c.counters)
	}
	return c.counters.Get(c.steps, c.key)
}

// decided counts a request that the target decides, and answers how many it has decided
// before: in all, or for each of `per`.
func (c count) decided() int {
	before := c.counters.Next(c.groups.decided, all)
	if !c.keyed {
		return before
	}
	return c.counters.Next(c.steps, c.key)
}

// The bounds of what a rule or a live fault counts: counters are kept for as long as it
// is in force, and a client may send another key each time.
const (
	MostKeys    = 10_000  // of `per`
	MostMoments = 100_000 // of requests within the quotas of all keys
)

// isFull reports whether a group has as many keys as it may, and not this one.
func (c count) isFull(group string, most int) bool {
	return c.counters.Size(group) >= most && c.counters.Get(group, c.key) == 0
}

func (c count) full(most int) string {
	return fmt.Sprintf("per: it counts for %d already, which is the most; it leaves %s to others", most, c.key)
}

// beyond answers whether a request is beyond the quota. One that is within it is counted,
// one beyond it is not: of each key the moments of the last requests within the quota are
// kept in turn.
func (c count) beyond() (bool, string) {
	if most := min(MostKeys, MostMoments/c.Over.Most); c.isFull(c.within, most) {
		return c.isNot(func() string { return c.full(most) })
	}
	now := int(c.Now.UnixMicro()) + 1 // above 0: a clock begins in 1970
	before := c.counters.Get(c.within, c.key)
	place := c.key + " #" + strconv.Itoa(before%c.Over.Most)
	if first := c.counters.Get(c.moments, place); before >= c.Over.Most && now-first < int(c.Over.Length.Microseconds()) {
		return true, ""
	}
	c.counters.Next(c.within, c.key)
	c.counters.Put(c.moments, place, now)
	return c.isNot(func() string { return fmt.Sprintf("over: request%s is within %s", c.of(), c.Over) })
}
