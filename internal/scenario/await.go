package scenario

import (
	"fmt"
	"slices"

	"github.com/kzsim/kzsim/internal/store"
)

// The keys of what has to be answered before a rule holds, or ends it.
const (
	onceKey  = "once"
	untilKey = "until"
)

// awaited are the keys of a rule that is in force from a moment, or up to one.
func (g *grammar) awaited() []field {
	moment := g.moment()
	g.explain("moment", moment.kind.(*mapping))
	return []field{
		{name: onceKey, kind: moment, about: "It holds from the moment on when that has been answered."},
		{name: untilKey, kind: moment, about: "It holds until that has been answered."},
	}
}

func (g *grammar) moment() definition {
	return definition{name: "moment", kind: &mapping{
		what: "a moment such as {on: kyc.address.get, outcome: found, count: 3}", words: "[moment](#once-and-until)",
		fields: []field{
			onField, forField, whenField,
			{name: "outcome", kind: outcomeKind, about: "The outcome that counts; any if left out."},
			{name: "count", kind: whole("a whole number, 1 or more", 1, maxCount), about: "How many such answers it takes.", without: "1"},
		},
	}}
}

// moment that a rule waits for; nil if it waits for none.
func (p *checker) moment(v value) *Expectation {
	if !v.there() || v.wrong {
		return nil
	}
	count := max(1, int(as[uint64](v.at("count"))))
	e := &Expectation{Position: p.at(v.Node), Count: Count{count, count}, Outcome: as[string](v.at("outcome"))}
	var ok bool
	if e.Target, ok = p.target(v); !ok {
		return nil
	}
	return e
}

// await what a rule in force waits for.
func (s *Settings) await(r *ruleInForce) {
	if r.Once != nil {
		r.once = r.Once.String()
	}
	if r.Until != nil {
		r.until = r.Until.String()
	}
	waits := []expectationInForce{{r.Once, r.own.once}, {r.Until, r.own.until}}
	for _, e := range r.countedAnswers() {
		if group := answersGroup(e); !slices.Contains(s.answers, group) {
			s.answers = append(s.answers, group)
			waits = append(waits, expectationInForce{e, group})
		}
	}
	for _, one := range waits {
		if one.Expectation == nil {
			continue
		}
		if s.awaited == nil {
			s.awaited = map[string][]expectationInForce{}
		}
		for _, op := range one.operations {
			s.awaited[op.ID] = append(s.awaited[op.ID], one)
		}
	}
}

// countedAnswers are those that the expressions of a rule ask the number of.
func (r *Rule) countedAnswers() []*Expectation {
	var all []*Expectation
	for _, c := range []*Condition{r.When, r.Rows} {
		if c != nil {
			all = append(all, c.counted...)
		}
	}
	for _, step := range r.Do {
		for _, t := range step.values {
			all = append(all, t.counted...)
		}
	}
	return all
}

// Awaits reports whether a rule waits for answers of an operation.
func (s *Settings) Awaits(operation string) bool { return len(s.awaited[operation]) > 0 }

// CountAwaited counts an answer for the rules that wait for it. It is called in the
// transaction in which the service answers: a later one finds it counted.
func (s *Settings) CountAwaited(a Answered, counters *store.Counters) {
	for _, e := range s.awaited[a.Operation] {
		if counters.Get(e.group, all) < e.Count.AtLeast && e.Holds(a, s.Start) {
			counters.Next(e.group, all)
		}
	}
}

// holds reports whether the moment has come from which the rule holds, and the one has
// not at which it ends; if not, why.
func (r *ruleInForce) holds(req *request) (bool, string) {
	if r.Once != nil {
		if n := req.counters.Get(r.own.once, all); n < r.Once.Count.AtLeast {
			return req.isNot(func() string { return fmt.Sprintf("once: answered so far is %d, not %s", n, r.once) })
		}
	}
	if r.Until != nil && req.counters.Get(r.own.until, all) >= r.Until.Count.AtLeast {
		return req.isNot(func() string { return fmt.Sprintf("until: answered is %s", r.until) })
	}
	return true, ""
}
