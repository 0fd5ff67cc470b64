package scenario

import (
	"iter"
	"slices"

	"github.com/kzsim/kzsim/internal/scenario/expression"
)

// placed are the rules about one operation, in their order, with an index by what they ask
// of a request: of a thousand rules that name one person each, a request looks at few.
type placed struct {
	rules     []*ruleInForce
	open      []int // those that ask for nothing that the index has
	questions map[string]*question
}

// question is for the values of a field: that `for` names, or that conditions compare with
// literals. A rule whose question has another answer doesn't decide.
type question struct {
	ask      func(req *request) answer
	byText   map[string][]int // rules that want one of the texts
	compared []compared       // rules that want another comparison
}

type answer struct {
	texts  []string
	value  any  // of a condition's field
	failed bool // there is no value: no comparison holds
}

type compared struct {
	expression.Comparison
	rule int
}

// asked is a question of one rule.
type asked struct {
	name   string
	ask    func(req *request) answer
	texts  []string               // one of them has to be among the answers
	wanted *expression.Comparison // or this has to hold
}

// asked are the questions of a rule: each has to be answered as it wants.
func (r *Rule) asked() []asked {
	var all []asked
	for _, m := range r.For {
		one := asked{name: "for " + m.Field, ask: func(req *request) answer { return answer{texts: req.plain(m.Field)} }}
		for value := range m.plain {
			one.texts = append(one.texts, value)
		}
		all = append(all, one)
	}
	if r.When == nil {
		return all
	}
	for _, c := range r.When.clauses {
		if c.compares == nil {
			break // it may spend from the budget that later conditions have, so it is evaluated
		}
		one := asked{name: "when " + c.sides[0].text, ask: c.sides[0].answer, wanted: c.compares}
		if text, ok := c.compares.Literal.(string); ok && c.compares.Operator == "==" {
			one.texts, one.wanted = []string{text}, nil
		}
		all = append(all, one)
	}
	return all
}

// add a rule under that of its questions by which a request looks at the fewest others.
func (p *placed) add(r *ruleInForce) {
	at := len(p.rules)
	p.rules = append(p.rules, r)
	questions := r.asked()
	if len(questions) == 0 {
		p.open = append(p.open, at)
		return
	}
	best := slices.MinFunc(questions, func(a, b asked) int { return p.others(a) - p.others(b) })
	q := p.questions[best.name]
	if q == nil {
		q = &question{ask: best.ask, byText: map[string][]int{}}
		if p.questions == nil {
			p.questions = map[string]*question{}
		}
		p.questions[best.name] = q
	}
	for _, text := range best.texts {
		q.byText[text] = append(q.byText[text], at)
	}
	if best.wanted != nil {
		q.compared = append(q.compared, compared{*best.wanted, at})
	}
}

// others are how many rules a request looks at beside this one.
func (p *placed) others(a asked) (most int) {
	q := p.questions[a.name]
	switch {
	case q == nil:
		return 0
	case a.wanted != nil:
		return len(q.compared)
	}
	for _, text := range a.texts {
		most = max(most, len(q.byText[text]))
	}
	return most
}

// of an answer, the rules that may decide.
func (q *question) of(a answer) (rules []int) {
	for _, text := range a.texts {
		rules = append(rules, q.byText[text]...)
	}
	if a.failed {
		return rules
	}
	for i := range q.compared {
		if c := &q.compared[i]; c.MayHold(a.value) {
			rules = append(rules, c.rule)
		}
	}
	return rules
}

// after so many rules, those that a request may meet, in their order.
func (p *placed) after(count int, req *request) iter.Seq[*ruleInForce] {
	var found []int
	for _, q := range p.questions {
		found = append(found, q.of(q.ask(req))...)
	}
	slices.Sort(found)
	found, open := from(count, slices.Compact(found)), from(count, p.open)
	return func(yield func(*ruleInForce) bool) {
		for len(found)+len(open) > 0 {
			next := &open
			if len(open) == 0 || len(found) > 0 && found[0] < open[0] {
				next = &found
			}
			at := (*next)[0]
			*next = (*next)[1:]
			if !yield(p.rules[at]) {
				return
			}
		}
	}
}

// from a place on, of places in their order.
func from(place int, places []int) []int {
	at, _ := slices.BinarySearch(places, place)
	return places[at:]
}
