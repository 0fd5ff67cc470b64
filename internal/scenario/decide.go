package scenario

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/sandbox"
)

// Runtime decides what the requests of one sandbox meet: by the rules of a
// scenario, by live faults, by chaos. It implements sandbox.Script and is safe for
// concurrent use.
type Runtime struct {
	table *contract.Table
	start time.Time // the sandbox's time when the scenario was loaded

	rules atomic.Pointer[ruleSet]
	live  liveFaults
	chaos chaos

	replacing sync.Mutex
}

// ruleSet is a scenario with the counters of its rules.
type ruleSet struct {
	scenario *Scenario
	rules    []*counted
	of       map[string][]*counted // by operation, in order
}

// New makes a runtime with all counters at zero. Start is the sandbox's time.
func New(s *Scenario, table *contract.Table, start time.Time) *Runtime {
	r := &Runtime{table: table, start: start}
	r.rules.Store(newRuleSet(s))
	return r
}

func newRuleSet(s *Scenario) *ruleSet {
	set := &ruleSet{scenario: s, of: map[string][]*counted{}}
	for i, rule := range s.Rules {
		c := &counted{Rule: rule, number: i + 1}
		set.rules = append(set.rules, c)
		for _, op := range rule.operations {
			set.of[op.ID] = append(set.of[op.ID], c)
		}
	}
	return set
}

// Scenario in force.
func (r *Runtime) Scenario() *Scenario { return r.rules.Load().scenario }

// Start is the sandbox's time when the scenario was loaded.
func (r *Runtime) Start() time.Time { return r.start }

// Decided is how many requests each rule of the scenario has decided.
func (r *Runtime) Decided() []int {
	var all []int
	for _, rule := range r.rules.Load().rules {
		rule.mu.Lock()
		all = append(all, rule.count.Decided)
		rule.mu.Unlock()
	}
	return all
}

// Replace puts other rules in force. A rule that was there before, by its name or,
// if it has none, by what it says, goes on counting.
func (r *Runtime) Replace(s *Scenario) {
	r.replacing.Lock()
	defer r.replacing.Unlock()
	next := newRuleSet(s)
	counters := r.rules.Load().counters()
	next.restore(counters)
	r.rules.Store(next)
}

// Decide implements sandbox.Script.
func (r *Runtime) Decide(c *contract.Call) sandbox.Plan {
	req := &request{Call: c, start: r.start, preferred: c.Preferred != nil}
	var plan sandbox.Plan
	if req.preferred {
		plan.Why = []string{"rules: the request asks for its outcome itself (Prefer)"}
	} else {
		plan = r.decideByRule(req)
	}
	met := r.live.meeting(req)
	for _, f := range met {
		plan.Faults = append(plan.Faults, f.Faults...)
		plan.Why = append(plan.Why, fmt.Sprintf("live %s: decided: %s", f.ID, f.Kinds()))
	}
	if plan.Rule == "" && len(met) == 0 {
		r.chaos.decide(req, &plan)
	}
	return plan
}

// maxWhy bounds an explanation, in lines.
const maxWhy = 50

// decideByRule lets the first rule decide that matches.
func (r *Runtime) decideByRule(req *request) sandbox.Plan {
	var why []string
	for _, rule := range r.rules.Load().of[req.Operation.ID] {
		step, reason := rule.meet(req)
		if len(why) < maxWhy {
			why = append(why, rule.title()+": "+reason)
		}
		if step != nil {
			plan := step.plan(req.Call)
			plan.Rule, plan.Why = rule.title(), why
			return plan
		}
	}
	return sandbox.Plan{Why: why}
}

// request is a call while it is decided on, with what several rules ask about.
type request struct {
	*contract.Call
	start     time.Time
	preferred bool // the answer is asked for by name
	env       *requestEnv
	fields    map[string][]string // values by the names that were asked for
}

func (r *request) environment() requestEnv {
	if r.env == nil {
		env := envOf(r.Call)
		r.env = &env
	}
	return *r.env
}

// values of a field of the request. A batch is searched once, not for each rule.
func (r *request) values(name string) []string {
	if slices.Contains(subjectFields, name) {
		name = subjectFields[0]
	}
	values, known := r.fields[name]
	switch {
	case known:
		return values
	case name == subjectFields[0]:
		values = r.Subjects()
	default:
		values = r.FieldValues(name)
	}
	if r.fields == nil {
		r.fields = map[string][]string{}
	}
	r.fields[name] = values
	return values
}

// matches answers whether a target's criteria hold that don't count anything; if
// not, which one failed, with both values.
func (t *Target) matches(req *request) (bool, string) {
	for _, m := range t.For {
		if ok, why := m.holds(req); !ok {
			return false, why
		}
	}
	if t.Between != nil {
		if ok, why := t.Between.holds(req.Now, req.start); !ok {
			return false, why
		}
	}
	if t.When != nil {
		return t.When.holds(req.environment())
	}
	return true, ""
}

func (m Meeting) holds(req *request) (bool, string) {
	found, ok := m.in(req)
	if ok {
		return true, ""
	}
	return false, fmt.Sprintf("for %s: it is %s, not %s", m.Field, found, strings.Join(m.Values, " or "))
}

// in reports whether a request has the field with one of its values, and what it
// has there.
func (m Meeting) in(req *request) (found string, ok bool) {
	have := req.values(m.Field)
	ok = slices.ContainsFunc(have, func(v string) bool { return slices.Contains(m.Values, v) })
	return inShort(have), ok
}

// mostShown bounds how many values an explanation names: a batch may hold tens of
// thousands.
const mostShown = 5

func inShort(values []string) string {
	if len(values) == 0 {
		return "none"
	}
	shown := make([]string, min(len(values), mostShown))
	for i := range shown {
		shown[i] = cut(values[i])
	}
	text := strings.Join(shown, ", ")
	if more := len(values) - len(shown); more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

func (w *Window) holds(now, start time.Time) (bool, string) {
	from, until := w.From, w.Until
	if w.Relative {
		from, until = start.Add(w.FromStart), start.Add(w.UntilStart)
	}
	if !now.Before(from) && now.Before(until) {
		return true, ""
	}
	return false, fmt.Sprintf("between: it is %s, not from %s until %s",
		now.Format(time.RFC3339), from.Format(time.RFC3339), until.Format(time.RFC3339))
}
