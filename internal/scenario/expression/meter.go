package expression

import (
	"reflect"
	"slices"

	"github.com/expr-lang/expr/ast"
)

// meter is a visitor that wraps the operands and calls whose time or memory grows with
// their values, so that the evaluation pays for them. A node may stand in two places of
// a tree: a < b < c is a < b and b < c.
type meter struct {
	done map[ast.Node]ast.Node // the metered node, by the node that was there
}

func newMeter() *meter { return &meter{map[ast.Node]ast.Node{}} }

// Visit implements ast.Visitor.
func (m *meter) Visit(at *ast.Node) {
	if metered, ok := m.done[*at]; ok {
		*at = metered
		return
	}
	before := *at
	switch n := before.(type) {
	case *ast.BinaryNode:
		m.operator(n)
	case *ast.MemberNode:
		n.Property = m.wrap(n.Property, printed)
	case *ast.SliceNode:
		n.From, n.To = m.wrap(n.From, printed), m.wrap(n.To, printed)
	case *ast.PairNode:
		n.Key = m.wrap(n.Key, printed)
	case *ast.CallNode: // a method, such as now.Format
		for i := range n.Arguments {
			n.Arguments[i] = m.pay(n.Arguments[i], parsed)
		}
	case *ast.BuiltinNode:
		*at = m.function(n)
	}
	m.done[before], m.done[*at] = *at, *at
}

// operator meters the operands. A comparison takes no longer than the smaller operand
// allows, so it is bounded if one of them is a literal.
func (m *meter) operator(n *ast.BinaryNode) {
	bounded := isLiteral(n.Left) || isLiteral(n.Right)
	switch n.Operator {
	case "==", "!=":
		if !bounded {
			n.Left = m.wrap(n.Left, compared)
		}
	case "<", "<=", ">", ">=", "startsWith", "endsWith":
		if !bounded {
			n.Left = m.wrap(n.Left, ordered)
		}
	case "in":
		n.Left, n.Right = m.wrap(n.Left, ordered), m.wrap(n.Right, compared)
	case "contains":
		n.Left, n.Right = m.pay(n.Left, searched), m.wrap(n.Right, ordered)
	case "matches":
		if pattern, ok := n.Right.(*ast.StringNode); ok {
			n.Left = m.pay(n.Left, patternPrice(pattern.Value))
		}
	case "+":
		n.Left, n.Right = m.pay(n.Left, joined), m.pay(n.Right, joined)
	}
}

// function meters a call of one of the language's functions.
func (m *meter) function(n *ast.BuiltinNode) ast.Node {
	how := functions[n.Name]
	if how.whole != nil {
		args := &ast.ArrayNode{Nodes: n.Arguments}
		args.SetLocation(n.Location())
		m.done[args] = args
		return m.call(args, how.whole, n)
	}
	if how.loop {
		m.loop(n, how)
		return n
	}
	for i := range n.Arguments {
		if len(how.args) > 0 {
			n.Arguments[i] = m.pay(n.Arguments[i], how.args[min(i, len(how.args)-1)])
		}
	}
	return n
}

// loop meters a function that goes through a list. It pays at the start, for all items,
// what its body costs for each; what depends on the size of an item is paid in the body.
func (m *meter) loop(n *ast.BuiltinNode, how use) {
	if n.Map != nil { // the optimizer has put map(filter(…), …) into one
		ast.Walk(&n.Map, m)
	}
	body := &tally{cost: cost{2, how.bytes}}
	for _, part := range append(slices.Clone(n.Arguments[1:]), n.Map) {
		ast.Walk(&part, body)
	}
	if how.sort {
		if by, ok := n.Arguments[1].(*ast.PredicateNode); ok {
			by.Node = m.wrap(by.Node, sorted)
		}
	}
	n.Arguments[0] = m.pay(n.Arguments[0], &loop{each: body.cost, sort: how.sort})
}

// wrap is pay for a node that isn't a literal.
func (m *meter) wrap(n ast.Node, how rule) ast.Node {
	if n == nil || isLiteral(n) {
		return n
	}
	return m.pay(n, how)
}

// pay puts a node into a call that spends what its value costs, unless the value is
// small for certain. The checker's type doesn't prove that: for the checker
// x ? 1 : body.text is a number.
func (m *meter) pay(n ast.Node, how rule) ast.Node {
	if isScalar(n) {
		return n
	}
	return m.call(n, how, n)
}

// call is a node that evaluates one and applies a rule to its value. To the compiler it
// has the type of the node that it replaces.
func (m *meter) call(n ast.Node, how rule, replaced ast.Node) ast.Node {
	callee := &ast.IdentifierNode{Value: chargeName}
	callee.SetType(reflect.TypeFor[func(value, rule any) any]())
	with := &ast.ConstantNode{Value: how}
	with.SetType(reflect.TypeOf(how))
	call := &ast.CallNode{Callee: callee, Arguments: []ast.Node{n, with}}
	call.SetNature(*replaced.Nature())
	call.SetLocation(replaced.Location())
	m.done[call] = call
	return call
}

// isLiteral reports whether a value stands in the expression, so that its size is
// bounded with the expression's.
func isLiteral(n ast.Node) bool {
	switch n.(type) {
	case *ast.StringNode, *ast.BytesNode, *ast.ConstantNode:
		return true
	}
	return isScalar(n)
}

// isScalar reports whether a value is a number, a truth value, an instant or nothing,
// for every request.
func isScalar(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.NilNode:
		return true
	case *ast.UnaryNode:
		return n.Operator != "+" // which does nothing
	case *ast.BinaryNode:
		return slices.Contains(scalarOperators, n.Operator)
	case *ast.BuiltinNode:
		return functions[n.Name].scalar
	}
	return false
}

// scalarOperators never answer a text or a list. The others may: +, and, or, ??.
var scalarOperators = []string{
	"==", "!=", "<", "<=", ">", ">=", "in", "contains", "startsWith", "endsWith", "matches", "-", "*", "/", "%", "**", "^",
}

// tally is a visitor that adds up what the nodes of a loop's body cost for one item,
// without what depends on the item.
type tally struct{ cost }

// Visit implements ast.Visitor.
func (t *tally) Visit(at *ast.Node) { t.cost = t.plus(constantCost(*at)) }

func constantCost(n ast.Node) cost {
	switch n := n.(type) {
	case *ast.MemberNode, *ast.SliceNode:
		return cost{4, 0}
	case *ast.StringNode:
		return cost{steps: 1 + len(n.Value)/64}
	case *ast.ConstantNode:
		return cost{steps: 1 + size(n.Value)}
	case *ast.ArrayNode:
		return cost{1 + len(n.Nodes), 24 + 24*len(n.Nodes)}
	case *ast.MapNode:
		return cost{4 + 4*len(n.Pairs), 384 + 96*len(n.Pairs)}
	case *ast.BuiltinNode:
		return cost{steps: 4}
	case *ast.CallNode:
		if _, method := n.Callee.(*ast.MemberNode); method {
			return cost{40, 256}
		}
	}
	return cost{steps: 1}
}
