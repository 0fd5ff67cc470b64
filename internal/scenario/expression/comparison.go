package expression

import (
	"fmt"
	"reflect"

	"github.com/expr-lang/expr/ast"
)

// Comparison of a part of an expression with what is written out there.
type Comparison struct {
	of      *Program // the part; of a search in a list, the list
	search  bool
	steps   []step // of a search, from an item to what is compared
	pays    rule   // what the expression pays for the part's value; nil if nothing
	holds   func(v any) (any, ending)
	texts   func(text string) bool // the same of a text; nil if there is nothing shorter for that
	keys    []Key                  // if it holds for the values with one of them alone
	bound   Bound                  // if it holds for numbers on one side alone
	edge    Edge                   // if it holds for texts with it alone
	failing string                 // for one value it fails with the same error as others with this
}

// Key of a text or a number that a comparison holds for. Values that are equal have equal
// keys; others may have them, too.
type Key struct {
	text   string
	number float64
}

// Bound of the numbers that a comparison holds for: those from a number on, or up to one.
type Bound struct {
	Number float64
	Side   Side
}

// Side of a number; the zero Side is no bound.
type Side int8

// The sides of a number, which is on both.
const (
	UpTo   Side = -1
	FromOn Side = 1
)

// Edge of the texts that a comparison holds for: with what they begin or, else, end.
type Edge struct {
	Text   string
	Begins bool
}

// TextKey is the key of a text.
func TextKey(text string) Key { return Key{text: text} }

// KeyOf a value. It is false if that isn't known: the value may be equal to a text or a number.
func KeyOf(v any) (k Key, known bool) {
	switch v := v.(type) {
	case string:
		return Key{text: v}, true
	case int:
		return Key{number: float64(v)}, true
	case float64:
		return Key{number: v}, true
	}
	// Nothing is equal to the empty text and to 0 in some lists of the library; a truth value, a
	// list or an object is equal to no text or number.
	return Key{}, otherwise(v) == failed
}

// NumberOf a value, if it is one. That isn't known of a value that may be a number of another
// kind, nor of 0/0, which has no place in the order.
func NumberOf(v any) (number float64, is, known bool) {
	switch v := v.(type) {
	case int:
		return float64(v), true, true
	case float64:
		return v, true, v == v
	}
	return 0, false, otherwise(v) == failed
}

// keysOf texts and numbers; none if one of the values is something else.
func keysOf(values ...any) (keys []Key) {
	for _, v := range values {
		switch v.(type) {
		case string, int, float64:
			k, _ := KeyOf(v)
			keys = append(keys, k)
		default:
			return nil
		}
	}
	return keys
}

// step to an entry of an object or an item of a list.
type step struct {
	name string
	at   int
	item bool
}

func (s step) of(v any) (any, ending) {
	if s.item {
		return item(v, s.at)
	}
	return entry(v, s.name)
}

// About is the same for comparisons of the same part: Ask answers them alike.
func (c *Comparison) About() string { return fmt.Sprint(c.of.name, c.search, c.steps) }

// Keys are those of the values that the comparison holds for; none if it isn't told by them.
func (c *Comparison) Keys() []Key { return c.keys }

// Bound of the numbers that the comparison holds for; of other values it holds for none that
// are known. Without a Side it isn't told by that.
func (c *Comparison) Bound() Bound { return c.bound }

// Edge of the texts that the comparison holds for; of other values it holds for none that are
// known. Without a Text it isn't told by that, nor is the comparison of a list's items.
func (c *Comparison) Edge() Edge {
	if c.search {
		return Edge{}
	}
	return c.edge
}

// MayHold reports whether the comparison may be true of a value. Where it is false, the
// comparison is false or an error.
func (c *Comparison) MayHold(v any) bool {
	if text, ok := v.(string); ok && c.texts != nil {
		return c.texts(text)
	}
	is, how := c.holds(v)
	holds, _ := is.(bool)
	return how == unsure || how == answered && holds
}

// part is what is compared, without what the meter has put around it.
func part(n ast.Node) (of ast.Node, pays rule) {
	if call, ok := n.(*ast.CallNode); ok {
		if how := priceOf(call); how != nil {
			return call.Arguments[0], how
		}
	}
	return n, nil
}

// comparisonOf a metered node takes it apart, but for the part's program. It is false for
// anything else than a comparison with a literal or a list of them.
func comparisonOf(n ast.Node) (c Comparison, of ast.Node, ok bool) {
	b, ok := n.(*ast.BinaryNode)
	if !ok {
		return c, nil, false
	}
	if b.Operator == "in" {
		list, ok := b.Right.(*ast.ConstantNode)
		if !ok {
			return c, nil, false
		}
		of, c.pays = part(b.Left)
		c.holds, c.keys = contents(list.Value)
		c.failing = fmt.Sprintf("in %T", list.Value)
		return c, of, c.holds != nil
	}
	is, ok := operators[b.Operator]
	if !ok {
		return c, nil, false
	}
	operand, literal, compare, side := b.Left, b.Right, is.compare, is.side
	with, ok := literalOf(literal)
	if text, isText := with.(string); isText {
		c.texts = func(of string) bool { return is.texts(of, text) }
		if b.Operator == "startsWith" || b.Operator == "endsWith" {
			c.edge = Edge{text, b.Operator == "startsWith"}
		}
	}
	if !ok {
		operand, literal = literal, operand
		compare, side = func(x, y any) (any, ending) { return is.compare(y, x) }, -side
		with, ok = literalOf(literal)
	}
	of, c.pays = part(operand)
	c.holds = func(v any) (any, ending) { return compare(v, with) }
	if number, is, _ := NumberOf(with); is && side != 0 {
		c.bound = Bound{number, side}
	}
	c.failing = fmt.Sprintf("%s %T %t", b.Operator, with, literal == b.Left)
	if b.Operator == "==" {
		c.keys = keysOf(with)
	}
	return c, of, ok
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
		return n.Value, n.Type().Kind() == reflect.Int
	case *ast.FloatNode:
		return n.Value, n.Type().Kind() == reflect.Float64 && n.Value == n.Value // not 0/0, which has no place in the order
	}
	return nil, false
}
