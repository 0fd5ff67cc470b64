package scenario

import "slices"

// placed are the rules about one operation, in their order, with an index by what the first
// criterion of `for` asks for: of a thousand rules that name one person each, a request
// looks at few.
type placed struct {
	rules []*ruleInForce
	open  []int                       // without `for`
	named map[string]map[string][]int // by field and value, numbers that are equal alike
}

func (p *placed) add(r *ruleInForce) {
	at := len(p.rules)
	p.rules = append(p.rules, r)
	if len(r.For) == 0 {
		p.open = append(p.open, at)
		return
	}
	first := r.For[0]
	if p.named == nil {
		p.named = map[string]map[string][]int{}
	}
	if p.named[first.Field] == nil {
		p.named[first.Field] = map[string][]int{}
	}
	for value := range first.plain {
		p.named[first.Field][value] = append(p.named[first.Field][value], at)
	}
}

// after so many rules, those that a request may meet, in their order.
func (p *placed) after(count int, req *request) []*ruleInForce {
	places := slices.Clone(p.open)
	for field, values := range p.named {
		for _, v := range req.plain(field) {
			places = append(places, values[v]...)
		}
	}
	slices.Sort(places)
	var all []*ruleInForce
	for _, at := range slices.Compact(places) {
		if at >= count {
			all = append(all, p.rules[at])
		}
	}
	return all
}
