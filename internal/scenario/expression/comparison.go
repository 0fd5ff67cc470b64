package expression

import (
	"slices"

	"github.com/expr-lang/expr/ast"
)

// Comparison of a field with a literal.
type Comparison struct {
	Field    ast.Node
	Operator string
	Literal  any

	compare func(x, y any) (any, ending)
	swapped bool // the literal comes first
}

// freeComparisons take nothing from the budget: they look at no more of a value than the
// literal has.
var freeComparisons = []string{"==", "!=", "<", "<=", ">", ">=", "startsWith", "endsWith"}

// ComparisonOf takes a comparison apart. It is false for anything else than one of a field
// with a literal, and for those that take something from the budget.
func ComparisonOf(n ast.Node) (Comparison, bool) {
	b, ok := n.(*ast.BinaryNode)
	if !ok || !slices.Contains(freeComparisons, b.Operator) {
		return Comparison{}, false
	}
	c := Comparison{Field: b.Left, Operator: b.Operator, compare: operators[b.Operator].compare}
	if c.Literal, ok = literalOf(b.Right); !ok {
		c.Field, c.swapped = b.Right, true
		c.Literal, ok = literalOf(b.Left)
	}
	return c, ok && isField(c.Field)
}

// MayHold reports whether the comparison may be true of a value. Where it is false, the
// comparison is false or an error.
func (c *Comparison) MayHold(v any) bool {
	x, y := v, c.Literal
	if c.swapped {
		x, y = y, x
	}
	is, how := c.compare(x, y)
	return how == unsure || how == answered && is == true
}

func literalOf(n ast.Node) (any, bool) {
	switch n := n.(type) {
	case *ast.NilNode:
		return nil, true
	case *ast.BoolNode:
		return n.Value, true
	case *ast.StringNode:
		return n.Value, true
	case *ast.IntegerNode:
		return n.Value, true
	case *ast.FloatNode:
		return n.Value, true
	}
	return nil, false
}

// isField reports whether a value is a name, or a field or an item of one.
func isField(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.IdentifierNode:
		return true
	case *ast.MemberNode:
		_, isText := n.Property.(*ast.StringNode)
		_, isNumber := n.Property.(*ast.IntegerNode)
		return (isText || isNumber) && !n.Optional && isField(n.Node)
	}
	return false
}
