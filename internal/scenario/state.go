package scenario

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/expr-lang/expr/ast"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/scenario/expression"
	"github.com/kzsim/kzsim/internal/store"
)

// stateName is what expressions call the state by, countName the number of answers there.
const (
	stateName = "state"
	countName = "count"
)

// answersGroup of the counter of answers of an operation, and with an outcome.
func answersGroup(e *Expectation) string { return "answers " + e.On + " " + e.Outcome }

// looks into the state that the request finds.
func (r *request) looks(views []contract.View) expression.Looks {
	budget, event, room := r.budgetOf(), new(contract.Call), make([]string, 0, maxTakes)
	found := expression.Looks{countName: func(with ...any) (any, error) {
		budget.Call()
		words := texts(room, with)
		e := &Expectation{Target: Target{On: words[0]}}
		if len(words) > 1 {
			e.Outcome = words[1]
		}
		return r.counters.Get(answersGroup(e), all), nil
	}}
	for _, v := range views {
		found[v.Name] = func(with ...any) (any, error) {
			budget.Call()
			return r.look(event, v, texts(room, with)), nil
		}
	}
	return found
}

// maxTakes is how much there is room for of what looks ask with. A view that takes more gets room
// each time.
const maxTakes = 2

// longestKey bounds what a look asks with, in bytes: nothing in the state has a longer key.
const longestKey = 1 << 10

// look by a view, in the place of the last event. What it changes on the way, such as a session
// whose time is over, is taken back.
func (r *request) look(event *contract.Call, v contract.View, with []string) any {
	if r.Tx == nil || slices.ContainsFunc(with, func(text string) bool { return len(text) > longestKey }) {
		return nil
	}
	mark := r.Tx.Mark()
	defer r.Tx.Rewind(mark)
	shown := v.Look(r.Call.EventIn(event), with)
	r.until = store.Earlier(r.until, event.Until())
	return plainNumbers(shown)
}

// texts of what an expression hands over, in a place if that has room.
func texts(place []string, with []any) []string {
	for _, one := range with {
		text := ""
		switch one := one.(type) {
		case string:
			text = one
		case int:
			text = strconv.Itoa(one)
		case float64:
			if one == math.Trunc(one) && math.Abs(one) < 1<<53 {
				text = strconv.FormatInt(int64(one), 10)
			}
		}
		place = append(place, text)
	}
	return place
}

// seen is the part of the state that the expressions of a rule may read, and what one reads.
type seen struct {
	views   []contract.View
	looks   bool
	counted []*Expectation
	told    map[ast.Node]bool // the names in places where they are allowed
}

// known are the words that may stand after state.
func (s *seen) known() []string {
	words := []string{countName}
	for _, v := range s.views {
		words = append(words, v.Name)
	}
	return words
}

// call of a view: its name, and what it is asked with.
func (v *fieldVisitor) stateCall(n *ast.CallNode) {
	member, ok := n.Callee.(*ast.MemberNode)
	if !ok || !isState(member.Node) || v.state == nil {
		return
	}
	name, ok := member.Property.(*ast.StringNode)
	if !ok {
		return
	}
	v.state.told[member.Node], v.state.looks = true, true
	if name.Value == countName {
		v.stateCount(n)
		return
	}
	view, ok := v.state.view(name.Value)
	switch {
	case !ok:
		v.refuse(name, quote(name.Value), "one of "+strings.Join(v.state.known(), ", "), v.state.known())
	case len(n.Arguments) != len(view.Takes):
		v.refuse(name, fmt.Sprintf("%s with %d values", name.Value, len(n.Arguments)),
			fmt.Sprintf("state.%s(%s)", name.Value, strings.Join(view.Takes, ", ")), nil)
	}
}

func (s *seen) view(name string) (contract.View, bool) {
	i := slices.IndexFunc(s.views, func(v contract.View) bool { return v.Name == name })
	if i < 0 {
		return contract.View{}, false
	}
	return s.views[i], true
}

// stateCount: what is counted is written out, so that it is known when the scenario is
// loaded.
func (v *fieldVisitor) stateCount(n *ast.CallNode) {
	var words []string
	for _, arg := range n.Arguments {
		if text, ok := arg.(*ast.StringNode); ok {
			words = append(words, text.Value)
		}
	}
	if len(words) != len(n.Arguments) || len(words) < 1 || len(words) > 2 {
		v.refuse(n.Callee, "count without words in quotes", `state.count("kyc.address.get", "found"): an operation or a pattern, and an outcome`, nil)
		return
	}
	e := &Expectation{Target: Target{On: words[0], Probability: 1, Share: 1}, Count: Count{maxCount, maxCount}}
	if e.operations = v.fitting(e.On); len(e.operations) == 0 {
		v.refuse(n.Arguments[0], quote(e.On), "an operation, or a pattern such as kyc.address.*", v.operations())
		return
	}
	if len(words) > 1 {
		if e.Outcome = words[1]; !hasOutcome(e.operations, e.Outcome) {
			known := outcomes(e.operations)
			v.refuse(n.Arguments[1], quote(e.Outcome), "an outcome of "+ids(e.operations), known)
			return
		}
	}
	v.state.counted = append(v.state.counted, e)
}

// stateField of what a view shows.
func (v *fieldVisitor) stateField(n *ast.MemberNode, property *ast.StringNode) bool {
	call, ok := n.Node.(*ast.CallNode)
	if !ok || v.state == nil {
		return false
	}
	callee, ok := call.Callee.(*ast.MemberNode)
	if !ok || !isState(callee.Node) {
		return false
	}
	name, _ := callee.Property.(*ast.StringNode)
	if name == nil {
		return true
	}
	view, known := v.state.view(name.Value)
	var fields []string
	for _, f := range view.Fields {
		fields = append(fields, f.Name)
	}
	switch {
	case name.Value == countName || known && fields == nil:
		v.refuse(property, quote(property.Value), "no field here: state."+name.Value+" has none", nil)
	case known && !slices.Contains(fields, property.Value):
		v.refuse(property, quote(property.Value), "what state."+name.Value+" shows: "+strings.Join(fields, ", "), fields)
	}
	return true
}

// stateNames refuses the state where it is not asked for something.
func (v *fieldVisitor) stateNames() {
	for _, n := range v.named {
		if v.state == nil {
			v.refuse(n, quote(stateName), "a value that is seen here: the state is seen by rules", nil)
		} else if !v.state.told[n] {
			v.refuse(n, quote(stateName), `what of the state: state.`+strings.Join(v.state.known(), "(…), state.")+"(…)", nil)
		}
	}
}

func isState(n ast.Node) bool {
	name, ok := n.(*ast.IdentifierNode)
	return ok && name.Value == stateName
}
