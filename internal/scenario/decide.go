package scenario

import (
	"fmt"
	"slices"
	"strings"
	"time"

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
		plan.Why = append(plan.Why, fmt.Sprintf("%s: decided: %s", f.title(), f.Kinds()))
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
	var why []string
	explained := min(maxWhy, len(at.rules))
	for _, rule := range at.rules[:explained] {
		step, reason := rule.meet(req)
		why = append(why, rule.title()+": "+reason)
		if step != nil {
			return rule.decided(req, step, why)
		}
	}
	if explained == len(at.rules) {
		return Plan{Why: why}
	}
	req.quiet = true
	for _, rule := range at.after(explained, req) {
		if step, _ := rule.meet(req); step != nil {
			return rule.decided(req, step, why)
		}
	}
	return Plan{Why: why}
}

// decided is what a step of the rule means for the request.
func (r *ruleInForce) decided(req *request, step *Step, why []string) Plan {
	plan := step.plan(req.Call, r.values(req, step))
	r.planRows(req, step, &plan)
	plan.Rule, plan.Why = r.title(), why
	return plan
}

// request is a call while it is decided on, with what several rules ask about.
type request struct {
	*contract.Call
	counters  *store.Counters // nil where nothing is counted
	start     time.Time
	direction string // journal.Out for a call that a service makes
	env       *requestEnv
	budget    *expression.Budget  // of all expressions
	fields    map[string][]string // values by the names that were asked for
	plains    map[string][]string // those, numbers that are equal alike
	quiet     bool                // why a rule doesn't decide isn't explained any more
	rows      []int               // of the batch, that the rule under way meets
	byRow     bool                // it meets those alone
	keys      map[string]string   // whose request it is, by `per`
}

func (r *request) environment() requestEnv {
	if r.env == nil {
		env := envOf(r.Call, r.budgetOf())
		r.env = &env
	}
	return *r.env
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

// isNot answers that a criterion doesn't hold, and why if that is explained.
func (r *request) isNot(why func() string) (bool, string) {
	if r.quiet {
		return false, ""
	}
	return false, why()
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
		if !t.Between.holds(req.Now, req.start) {
			return req.isNot(func() string { return t.Between.passed(req.Now, req.start) })
		}
	}
	if t.When != nil {
		return t.When.holds(req.environmentFor(t.When.views), req.quiet)
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

func (w *Window) holds(now, start time.Time) bool {
	from, until := w.bounds(start)
	return !now.Before(from) && now.Before(until)
}

func (w *Window) bounds(start time.Time) (from, until time.Time) {
	if w.Relative {
		return start.Add(w.FromStart), start.Add(w.UntilStart)
	}
	return w.From, w.Until
}

// passed says that an instant is outside the window.
func (w *Window) passed(now, start time.Time) string {
	from, until := w.bounds(start)
	return fmt.Sprintf("between: it is %s, not from %s until %s", now.Format(time.RFC3339), from.Format(time.RFC3339), until.Format(time.RFC3339))
}
