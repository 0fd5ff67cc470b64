package scenario

import (
	"iter"
	"slices"
)

// placed are the rules about one operation, in their order, with an index by what they ask
// of a request: of a thousand rules that name one person each, a request looks at few.
type placed struct {
	rules     []*ruleInForce
	open      []int // those that ask for nothing that the index has
	questions map[string]*question
}

// question is a field of the request whose values `for` names, or what conditions compare
// with texts. A rule whose question has another answer doesn't decide.
type question struct {
	answers func(req *request) []string
	rules   map[string][]int // by an answer
}

// asked is a question of one rule, and the answers with which it may decide.
type asked struct {
	name    string
	answers func(req *request) []string
	values  []string
}

func (r *Rule) asked() []asked {
	var all []asked
	for _, m := range r.For {
		one := asked{name: "for " + m.Field, answers: func(req *request) []string { return req.plain(m.Field) }}
		for value := range m.plain {
			one.values = append(one.values, value)
		}
		all = append(all, one)
	}
	if r.When == nil {
		return all
	}
	for _, c := range r.When.clauses {
		if c.equals == nil {
			break // what it spends before a later clause is asked, others can't spend
		}
		all = append(all, asked{"when " + c.sides[0].text, c.sides[0].answers, []string{*c.equals}})
	}
	return all
}

// add a rule under that of its questions that leaves out the most requests: the answer
// that the fewest other rules have.
func (p *placed) add(r *ruleInForce) {
	at := len(p.rules)
	p.rules = append(p.rules, r)
	questions := r.asked()
	if len(questions) == 0 {
		p.open = append(p.open, at)
		return
	}
	best := slices.MinFunc(questions, func(a, b asked) int { return p.others(a) - p.others(b) })
	if p.questions == nil {
		p.questions = map[string]*question{}
	}
	q := p.questions[best.name]
	if q == nil {
		q = &question{best.answers, map[string][]int{}}
		p.questions[best.name] = q
	}
	for _, value := range best.values {
		q.rules[value] = append(q.rules[value], at)
	}
}

// others are how many rules a request may meet that may meet this one.
func (p *placed) others(a asked) (most int) {
	if q := p.questions[a.name]; q != nil {
		for _, value := range a.values {
			most = max(most, len(q.rules[value]))
		}
	}
	return most
}

// after so many rules, those that a request may meet, in their order.
func (p *placed) after(count int, req *request) iter.Seq[*ruleInForce] {
	var found []int
	for _, q := range p.questions {
		for _, answer := range q.answers(req) {
			found = append(found, q.rules[answer]...)
		}
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
