package expression

import (
	"math/bits"
	"reflect"
)

// cost is what something takes from a budget.
type cost struct{ steps, bytes int }

func (c cost) plus(other cost) cost { return cost{c.steps + other.steps, c.bytes + other.bytes} }

// within the most that may be spent.
func (c cost) within(steps, bytes int) cost { return cost{min(c.steps, steps), min(c.bytes, bytes)} }

// rule spends what a value costs where an expression uses it, and answers the value
// with which the evaluation goes on.
type rule interface {
	apply(b *Budget, v any) any
}

// fieldItems is how many items of a list a field of an object counts for.
const fieldItems = 3

// price is for work that grows with the size of a value.
type price struct {
	call   cost // each time
	text   cost // for 64 bytes of text
	item   cost // for an item of a list, at any level; zero if the work doesn't look at them
	copies bool // an item is copied once more for each list around it
}

func (p *price) apply(b *Budget, v any) any {
	if text, ok := v.(string); ok { // by far the most frequent
		p.applyText(b, text)
		return v
	}
	w := walk{price: p, budget: b}
	b.spend(p.call, 1)
	w.value(v, 1)
	b.spend(cost{bytes: w.bytes}, 1)
	if w.tooDeep {
		panic(errNesting)
	}
	return v
}

func (p *price) applyText(b *Budget, text string) { b.spend(p.call.plus(p.ofText(len(text))), 1) }

func (p *price) ofText(size int) cost {
	const unit = 64
	return cost{(p.text.steps*size + unit - 1) / unit, (p.text.bytes*size + unit - 1) / unit}
}

// walk computes the cost of a value. It spends steps as it goes, because the walk is work, too.
// It judges bytes and levels at the end: the fields of an object come in any order, and
// the error must not depend on it.
type walk struct {
	*price
	budget  *Budget
	bytes   int
	tooDeep bool
}

func (w *walk) value(v any, level int) {
	switch v := v.(type) {
	case string:
		w.spend(w.ofText(len(v)), 1)
	case []byte:
		w.spend(w.ofText(len(v)), 1)
	case []any:
		if w.enters(len(v), level) {
			for _, item := range v {
				w.value(item, level+1)
			}
		}
	case []string:
		if w.enters(len(v), level) {
			for _, item := range v {
				w.spend(w.ofText(len(item)), 1)
			}
		}
	case map[string]any:
		if w.enters(len(v)*fieldItems, level) {
			for name, item := range v {
				w.spend(w.ofText(len(name)), 1)
				w.value(item, level+1)
			}
		}
	case map[string]string:
		if w.enters(len(v)*fieldItems, level) {
			for name, item := range v {
				w.spend(w.ofText(len(name)+len(item)), 1)
			}
		}
	default:
		w.enters(size(v), level)
	}
}

// enters counts the items of a list or object and reports whether to walk them.
func (w *walk) enters(items, level int) bool {
	if w.item == (cost{}) {
		return false
	}
	if level > maxNesting {
		w.tooDeep = true
		return false
	}
	if w.copies {
		items *= level
	}
	w.spend(w.item, items)
	return true
}

func (w *walk) spend(c cost, times int) {
	w.budget.spend(cost{steps: c.steps}, times)
	w.bytes += c.bytes * times
}

// size of a list, an object or a text; 0 for anything else.
func size(v any) int {
	switch v := v.(type) {
	case []any:
		return len(v)
	case string:
		return len(v)
	}
	switch r := reflect.ValueOf(v); r.Kind() {
	case reflect.Slice, reflect.Array, reflect.Map:
		return r.Len()
	}
	return 0
}

// loop is for a function that does the same with each item of a list. All items are
// paid for at the start, even if a search ends before the last one.
type loop struct {
	each cost
	sort bool // the items are sorted, too
}

// loopState is the memory of a loop itself, in bytes.
const loopState = 256

func (l *loop) apply(b *Budget, v any) any {
	items := size(v)
	b.spend(cost{1, loopState}, 1)
	b.spend(l.each, items)
	if l.sort {
		b.spend(cost{steps: 2 * bits.Len(uint(items))}, items)
	}
	return v
}

// both applies one rule after the other.
type both [2]rule

func (r *both) apply(b *Budget, v any) any { return r[1].apply(b, r[0].apply(b, v)) }
