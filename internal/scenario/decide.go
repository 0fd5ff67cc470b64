package scenario

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/kzsim/kzsim/internal/chance"
	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/document"
	"github.com/kzsim/kzsim/internal/scenario/expression"
	"github.com/kzsim/kzsim/internal/store"
)

// Decide what a request meets: by the scenario's rules, by live faults, by chaos.
// Its counters change in the transaction of the request.
func (s *Settings) Decide(c *contract.Call, counters *store.Counters) Plan {
	if len(s.rules) == 0 && len(s.Faults) == 0 && !s.Chaos.IsOn() {
		return Plan{}
	}
	req := &request{Call: c, counters: counters, start: s.Start}
	var plan Plan
	if req.Preferred != nil {
		plan.Why = []string{"rules: the request asks for its outcome itself (Prefer)"}
	} else {
		plan = s.decideByRule(req)
	}
	req.quiet = true // nothing further is explained
	if met := s.decideLive(req, &plan); plan.Rule == "" && !met {
		s.Chaos.decide(req, &plan)
	}
	return plan
}

// decideLive adds the live faults that a request meets, and reports whether it meets any.
func (s *Settings) decideLive(req *request, plan *Plan) bool {
	met := s.meeting(req)
	for _, f := range met {
		plan.Faults = append(plan.Faults, f.Faults...)
		plan.Why = append(plan.Why, fmt.Sprintf("%s: decided: %s", f.title(), f.text))
	}
	return len(met) > 0
}

// maxWhy bounds an explanation, in lines.
const maxWhy = 50

// decideByRule lets the first rule decide that matches. Once the explanation is full, it looks
// only at the rules that the request may meet.
func (s *Settings) decideByRule(req *request) Plan {
	at := s.byOperation[req.direction+req.Operation.ID]
	if at == nil {
		return Plan{}
	}
	if at.draws {
		req.chances = req.draw(drawnGroup)
	}
	req.memory.Expect(at.looks)
	var why []string
	explained := min(maxWhy, len(at.rules))
	for _, rule := range at.rules[:explained] {
		step, reason := req.meets(rule)
		why = append(why, rule.title+": "+reason)
		if step != nil {
			return rule.decided(req, step, why)
		}
	}
	if explained == len(at.rules) {
		return Plan{Why: why}
	}
	req.quiet, req.known = true, s.known(req)
	for rule := range at.after(explained, req) {
		if !rule.isDrawn(req) || !rule.fitsState(req) {
			continue
		}
		if step, _ := req.meets(rule); step != nil {
			return rule.decided(req, step, why)
		}
	}
	return Plan{Why: why}
}

// meets is the rule's meet. A request that is held is not decided again, so it doesn't wait for what
// a rule has looked at.
func (r *request) meets(rule *ruleInForce) (step *Step, why string) {
	if r.Tx == nil {
		return rule.meet(r)
	}
	r.Tx.Unwaited(func() { step, why = rule.meet(r) })
	return step, why
}

// decided is what a step of the rule means for the request.
func (r *ruleInForce) decided(req *request, step *Step, why []string) Plan {
	plan := step.plan(req.Call, r.values(req, step))
	r.planRows(req, step, &plan)
	plan.Rule, plan.Why = r.title, why
	return plan
}

// request is a call while it is decided on, with what several rules ask about.
type request struct {
	*contract.Call
	counters  *store.Counters // nil where nothing is counted
	start     time.Time
	direction string // journal.Out for a call that a service makes
	env       *requestEnv
	boxed     any                 // the same, in the interface that expressions take
	budget    *expression.Budget  // of all expressions
	memory    expression.Memory   // of its conditions
	now       string              // its time, in words
	fields    map[string][]string // values by the names that were asked for
	plains    map[string][]string // those, numbers that are equal alike
	quiet     bool                // why a rule doesn't decide isn't explained any more
	rows      []int               // of the batch, that the rule under way meets
	byRow     bool                // it meets those alone
	owners    map[string]*owner   // whose request it is, by `per`
	everyone  owner               // without it
	chances   chance.Many         // of the rules' probabilities
	known     *store.Known        // of the state; nil if nothing is
	until     time.Time           // what the views have shown since it was zero, if no commit changes it
}

// environment of the request's expressions, made once for all of them: with the state, if
// one of them looks at that by views.
func (r *request) environment(views []contract.View) *requestEnv {
	if r.env == nil {
		env := envOf(r.Call, r.budgetOf())
		r.env = &env
	}
	if views != nil && r.env.State == nil {
		r.env.State, r.boxed = r.looks(views), nil
	}
	return r.env
}

// seen is the environment as expressions take it. To put it into an interface copies it, so
// that is done once, too.
func (r *request) seen(views []contract.View) any {
	env := r.environment(views)
	if r.boxed == nil {
		r.boxed = *env
	}
	return r.boxed
}

func (r *request) budgetOf() *expression.Budget {
	if r.budget == nil {
		r.budget = new(expression.Budget)
	}
	return r.budget
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

// plain values of a field: numbers that are equal are alike.
func (r *request) plain(name string) []string {
	plain, known := r.plains[name]
	if known {
		return plain
	}
	for _, v := range r.values(name) {
		plain = append(plain, document.PlainNumber(v))
	}
	if r.plains == nil {
		r.plains = map[string][]string{}
	}
	r.plains[name] = plain
	return plain
}

// time of the request in words, which are made once.
func (r *request) time() string {
	if r.now == "" {
		r.now = r.Now.Format(time.RFC3339)
	}
	return r.now
}

// isNot answers that a criterion doesn't hold, and why if that is explained.
func (r *request) isNot(why func() string) (bool, string) {
	if r.quiet {
		return false, ""
	}
	return false, why()
}

// matches answers whether a rule's criteria hold that don't count anything; if not, which
// one failed, with both values.
func (r *ruleInForce) matches(req *request) (bool, string) {
	if ok, why := r.names(req); !ok {
		return false, why
	}
	if r.Between != nil && !r.period.holds(req.Now) {
		return req.isNot(func() string { return "between: it is " + req.time() + ", not " + r.window })
	}
	if r.When != nil {
		return r.When.holds(req)
	}
	return true, ""
}

// matches reports the same of a live fault or of chaos, which isn't explained.
func (t *Target) matches(req *request) bool {
	if ok, _ := t.names(req); !ok || t.Between != nil && !t.Between.period(req.start).holds(req.Now) {
		return false
	}
	return t.When == nil || t.When.isTrue(req)
}

// names answers whether the request has what `for` asks for.
func (t *Target) names(req *request) (bool, string) {
	for _, m := range t.For {
		if ok, why := m.holds(req); !ok {
			return false, why
		}
	}
	return true, ""
}

func (m Meeting) holds(req *request) (bool, string) {
	found, ok := m.in(req)
	if ok || req.quiet {
		return ok, ""
	}
	return false, "for: " + m.Field + " is " + found + ", not " + strings.Join(m.Values, " or ")
}

// in reports whether a request has the field with one of its values, and what it
// has there.
func (m Meeting) in(req *request) (found string, ok bool) {
	ok = slices.ContainsFunc(req.plain(m.Field), func(v string) bool { return m.plain[v] })
	if req.quiet {
		return "", ok
	}
	return inShort(req.values(m.Field)), ok
}

// mostShown bounds how many values an explanation names: a batch may hold tens of
// thousands.
const mostShown = 5

func inShort(values []string) string {
	switch len(values) {
	case 0:
		return "none"
	case 1:
		return cut(values[0])
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

// period is from an instant on, until before another.
type period struct{ from, until time.Time }

func (p period) holds(now time.Time) bool { return !now.Before(p.from) && now.Before(p.until) }

func (p period) String() string {
	return "from " + p.from.Format(time.RFC3339) + " until " + p.until.Format(time.RFC3339)
}

// period of the window, which may count from a start.
func (w *Window) period(start time.Time) period {
	if w.Relative {
		return period{start.Add(w.FromStart), start.Add(w.UntilStart)}
	}
	return period{w.From, w.Until}
}
