package scenario

import (
	"cmp"
	"iter"
	"math"
	"slices"

	"github.com/kzsim/kzsim/internal/scenario/expression"
)

// placed are the rules about one operation, in their order, with an index by what they ask
// of a request: of a thousand rules that name one person each, a request looks at few. A rule
// that the index leaves out spends nothing of the request's budget.
type placed struct {
	rules     []*ruleInForce
	asks      []int // of each rule
	draws     bool  // one of them has a probability
	looks     int   // how many of those that are explained look at the state of a thing of their own
	open      []int // those that ask for nothing that the index has
	questions []*question
	byName    map[string]*question
}

// question is for the values of a field that `for` names, or of a part that conditions compare
// with what is written out in them. Of a rule that asks it, the answer has to have a value that
// the rule wants.
type question struct {
	ask      func(req *request, comparisons int) answer
	state    bool                     // it is about the state alone
	rules    []int                    // all of them
	byKey    map[expression.Key][]int // those that want one of the values with a key
	fromOn   []bound                  // those that want a number from one on
	upTo     []bound                  // those that want one up to another
	begins   edges                    // those that want a text that begins so
	ends     edges                    // those that want one that ends so
	compared []compared               // those that want another comparison
}

// edges of the texts that rules want.
type edges struct {
	rules   map[string][]int
	lengths []int // of the edges, each once; in order
}

func (e *edges) add(text string, rule int) {
	if e.rules == nil {
		e.rules = map[string][]int{}
	}
	e.rules[text] = append(e.rules[text], rule)
	if at, known := slices.BinarySearch(e.lengths, len(text)); !known {
		e.lengths = slices.Insert(e.lengths, at, len(text))
	}
}

// of a text, the rules by its edge of each length.
func (e *edges) of(text string, edge func(length int) string) (rules []int) {
	for _, length := range e.lengths {
		if length > len(text) {
			break
		}
		rules = append(rules, e.rules[edge(length)]...)
	}
	return rules
}

// bound of the numbers that a rule wants.
type bound struct {
	number float64
	rule   int
}

type answer struct {
	texts   []string
	values  []any // of what conditions compare
	unknown bool  // each rule may decide
}

type compared struct {
	expression.Comparison
	rule int
}

// wish is what a rule wants of the answer to a question.
type wish struct {
	name   string
	ask    func(req *request, comparisons int) answer
	state  bool                   // it is about the state alone
	keys   []expression.Key       // a value with one of these
	wanted *expression.Comparison // or, without keys, that this may hold of a value
}

// wishes of a rule. Of each list of them one has to come true.
func (r *Rule) wishes() (all [][]wish) {
	for _, m := range r.For {
		one := wish{name: "for " + m.Field, ask: func(req *request, _ int) answer { return answer{texts: req.plain(m.Field)} }}
		for value := range m.plain {
			one.keys = append(one.keys, expression.TextKey(value))
		}
		all = append(all, []wish{one})
	}
	if r.When == nil {
		return all
	}
	for _, clause := range r.When.clauses {
		if may := clause.whole.May(); may != nil {
			all = append(all, r.When.wishes(may, clause.state))
		}
	}
	return all
}

// wishes of a condition, of which one comparison has to hold.
func (c *Condition) wishes(may []expression.Comparison, state bool) []wish {
	all := make([]wish, len(may))
	for i := range may {
		one := &may[i]
		ask := func(req *request, comparisons int) answer {
			values, known := req.memory.Ask(one, req.seen(c.views), comparisons)
			return answer{values: values, unknown: !known}
		}
		all[i] = wish{"when " + one.About(), ask, state, one.Keys(), one}
	}
	return all
}

// add a rule under those of its wishes by which a request looks at the fewest others.
func (p *placed) add(r *ruleInForce) {
	at := len(p.rules)
	p.rules = append(p.rules, r)
	p.asks = append(p.asks, r.asks)
	if r.asks >= 0 && at < maxWhy {
		p.looks++
	}
	p.draws = p.draws || r.Probability < 1
	wishes := r.wishes()
	if len(wishes) == 0 {
		p.open = append(p.open, at)
		return
	}
	for _, one := range slices.MinFunc(wishes, func(a, b []wish) int { return p.others(a) - p.others(b) }) {
		p.question(one).add(at, one)
	}
}

// question of a wish.
func (p *placed) question(of wish) *question {
	q := p.byName[of.name]
	if q == nil {
		q = &question{ask: of.ask, state: of.state, byKey: map[expression.Key][]int{}}
		if p.byName == nil {
			p.byName = map[string]*question{}
		}
		p.byName[of.name] = q
		p.questions = append(p.questions, q)
	}
	return q
}

func (q *question) add(rule int, w wish) {
	q.state = q.state && w.state
	if len(q.rules) == 0 || q.rules[len(q.rules)-1] != rule {
		q.rules = append(q.rules, rule)
	}
	for _, key := range w.keys {
		q.byKey[key] = append(q.byKey[key], rule)
	}
	if len(w.keys) > 0 {
		return
	}
	b, edge := w.wanted.Bound(), w.wanted.Edge()
	switch {
	case b.Side == expression.FromOn:
		q.fromOn = append(q.fromOn, bound{b.Number, rule})
	case b.Side == expression.UpTo:
		q.upTo = append(q.upTo, bound{b.Number, rule})
	case edge.Text != "" && edge.Begins:
		q.begins.add(edge.Text, rule)
	case edge.Text != "":
		q.ends.add(edge.Text, rule)
	default:
		q.compared = append(q.compared, compared{*w.wanted, rule})
	}
}

// mostOfThing is how many rules about one thing of the state are evaluated one by one, since it is
// mostly known what they come to.
const mostOfThing = 32

// order what is looked for by its place. To evaluate one rule is no more work than to ask. No rule is
// added after that.
func (p *placed) order() {
	p.questions = slices.DeleteFunc(p.questions, func(q *question) bool {
		few := len(q.rules) == 1 || q.state && len(q.rules) <= mostOfThing
		if few {
			p.open = append(p.open, q.rules...)
		}
		return few
	})
	slices.Sort(p.open)
	p.open = slices.Compact(p.open)
	p.byName = nil
	for _, q := range p.questions {
		slices.SortFunc(q.fromOn, func(a, b bound) int { return cmp.Compare(a.number, b.number) })
		slices.SortFunc(q.upTo, func(a, b bound) int { return cmp.Compare(b.number, a.number) })
	}
}

// comparisons are how many rules want something else than a key.
func (q *question) comparisons() int {
	return len(q.fromOn) + len(q.upTo) + len(q.begins.lengths) + len(q.ends.lengths) + len(q.compared)
}

// others are how many rules a request looks at beside the one that has the wishes.
func (p *placed) others(wishes []wish) (all int) {
	for _, w := range wishes {
		q := p.byName[w.name]
		switch {
		case q == nil && w.state:
			all++ // it is looked at where a question leaves it out
		case q == nil:
		case len(w.keys) == 0:
			all += q.comparisons()
		default:
			most := 0
			for _, key := range w.keys {
				most = max(most, len(q.byKey[key]))
			}
			all += most
		}
	}
	return all
}

// of a request, the rules that may decide.
func (q *question) of(req *request) (rules []int) {
	a := q.ask(req, q.comparisons())
	if a.unknown {
		return q.rules
	}
	var seen map[expression.Key]bool // of several values, so that equal ones find their rules once
	if len(a.texts)+len(a.values) > 1 {
		seen = map[expression.Key]bool{}
	}
	find := func(key expression.Key) {
		if found := q.byKey[key]; len(found) > 0 && !seen[key] {
			rules = append(rules, found...)
			if seen != nil {
				seen[key] = true
			}
		}
	}
	for _, text := range a.texts {
		find(expression.TextKey(text))
	}
	for _, v := range a.values {
		key, known := expression.KeyOf(v)
		if !known && len(q.byKey)+len(q.begins.rules)+len(q.ends.rules) > 0 {
			return q.rules
		}
		find(key)
		if text, ok := v.(string); ok {
			rules = append(rules, q.begins.of(text, func(length int) string { return text[:length] })...)
			rules = append(rules, q.ends.of(text, func(length int) string { return text[len(text)-length:] })...)
		}
	}
	within, known := q.within(a.values)
	if !known {
		return q.rules
	}
	rules = append(rules, within...)
	for i := range q.compared {
		if c := &q.compared[i]; slices.ContainsFunc(a.values, c.MayHold) {
			rules = append(rules, c.rule)
		}
	}
	return rules
}

// within their bounds, the rules that want one of the values; false if that isn't known.
func (q *question) within(values []any) (rules []int, known bool) {
	if len(q.fromOn)+len(q.upTo) == 0 {
		return nil, true
	}
	low, high := math.Inf(1), math.Inf(-1)
	for _, v := range values {
		number, is, known := expression.NumberOf(v)
		if !known {
			return nil, false
		}
		if is {
			low, high = min(low, number), max(high, number)
		}
	}
	for _, b := range q.fromOn {
		if b.number > high {
			break
		}
		rules = append(rules, b.rule)
	}
	for _, b := range q.upTo {
		if b.number < low {
			break
		}
		rules = append(rules, b.rule)
	}
	return rules, true
}

// after so many rules, those that a request may meet, in their order.
func (p *placed) after(count int, req *request) iter.Seq[*ruleInForce] {
	var found []int
	for _, q := range p.questions {
		found = append(found, q.of(req)...)
	}
	slices.Sort(found)
	found, open := from(count, slices.Compact(found)), from(count, p.open)
	return func(yield func(*ruleInForce) bool) {
		for found, open := p.unlessKnown(req, found), p.unlessKnown(req, open); len(found)+len(open) > 0; {
			next := open
			if len(open) == 0 || len(found) > 0 && found[0] < open[0] {
				next = found
			}
			at := next[0]
			found, open = p.unlessKnown(req, behind(at, found)), p.unlessKnown(req, behind(at, open))
			if !yield(p.rules[at]) {
				return
			}
		}
	}
}

// unlessKnown are places from the first on whose rule isn't known not to fit the state.
func (p *placed) unlessKnown(req *request, places []int) []int {
	known, asks := req.known, p.asks
	for i, at := range places {
		if !known.No(asks[at]) {
			return places[i:]
		}
	}
	return nil
}

// behind a place, of places of which none is before it.
func behind(place int, places []int) []int {
	if len(places) > 0 && places[0] == place {
		return places[1:]
	}
	return places
}

// from a place on, of places in their order.
func from(place int, places []int) []int {
	at, _ := slices.BinarySearch(places, place)
	return places[at:]
}
