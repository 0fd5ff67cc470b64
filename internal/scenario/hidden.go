package scenario

import (
	"slices"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/document"
)

// checkHidden finds the rules that are never reached.
func (p *checker) checkHidden(rules []*Rule) {
	before := coverers{rules: rules, by: map[criterion][]int{}}
	for i, r := range rules {
		if hiding, ok := before.hiding(r); ok {
			p.find(document.Finding{
				Position: r.Position, Found: "a rule that is never reached: " + hiding.String() + " before it always wins",
				Expected: "this rule first, or fewer requests for that one", Severity: document.Error,
			})
		}
		before.add(i)
	}
}

// coverers are the rules that may hide others, by their first criterion: of thousands
// of rules that name one person each, a rule is compared with few.
type coverers struct {
	rules []*Rule
	by    map[criterion][]int
}

// criterion of a rule: the text of its `when`, and the first field of its `for` with one of
// the values; empty where it has none.
type criterion struct{ when, field, value string }

// add a rule by its number.
func (c coverers) add(i int) {
	r := c.rules[i]
	switch {
	case !r.mayCover():
	case len(r.For) == 0:
		at := criterion{when: r.whenText()}
		c.by[at] = append(c.by[at], i)
	default:
		for _, v := range r.For[0].sorted {
			at := criterion{r.whenText(), r.For[0].subject(), v}
			c.by[at] = append(c.by[at], i)
		}
	}
}

// of a rule those that may hide it, in their order.
func (c coverers) of(r *Rule) (all []int) {
	for _, when := range slices.Compact([]string{"", r.whenText()}) {
		all = append(all, c.by[criterion{when: when}]...)
		for _, m := range r.For {
			if len(m.sorted) > 0 {
				all = append(all, c.by[criterion{when, m.subject(), m.sorted[0]}]...)
			}
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// hiding answers which rule of the same layer leaves a rule nothing to decide. A
// document's rule before a used file's, or a case's before its document's, may
// hide it on purpose.
func (c coverers) hiding(r *Rule) (*Rule, bool) {
	var hiding *Rule
	before := c.of(r)
	for _, op := range r.operations {
		if !r.appliesTo(op) {
			continue
		}
		i := slices.IndexFunc(before, func(i int) bool { return c.rules[i].layer == r.layer && c.rules[i].covers(r, op) })
		if i < 0 {
			return nil, false
		}
		hiding = c.rules[before[i]]
	}
	return hiding, hiding != nil
}

// mayCover reports whether a rule decides every request that it is about.
func (r *Rule) mayCover() bool { return !r.wrong && !r.narrows() && r.Between == nil && r.Rows == nil }

func (r *Rule) whenText() string {
	if r.When == nil {
		return ""
	}
	return r.When.Text
}

// covers reports whether a rule that may cover others decides every request of an operation
// that another could decide.
func (r *Rule) covers(other *Rule, op *contract.Operation) bool {
	switch {
	case r.Direction != other.Direction, !slices.Contains(r.operations, op) || !r.appliesTo(op):
		return false
	case r.When != nil && other.whenText() != r.When.Text:
		return false
	}
	for _, m := range r.For {
		if !slices.ContainsFunc(other.For, m.includes) {
			return false
		}
	}
	return true
}

// subject is the field, under one name if several name the person.
func (m Meeting) subject() string {
	if slices.Contains(subjectFields, m.Field) {
		return subjectFields[0]
	}
	return m.Field
}

// includes reports whether a meeting holds wherever another one does.
func (m Meeting) includes(other Meeting) bool {
	if m.subject() != other.subject() {
		return false
	}
	mine := m.sorted
	for _, v := range other.sorted {
		for len(mine) > 0 && mine[0] < v {
			mine = mine[1:]
		}
		if len(mine) == 0 || mine[0] != v {
			return false
		}
	}
	return true
}
