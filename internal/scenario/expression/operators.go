package expression

import (
	"cmp"
	"reflect"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/vm/runtime"
)

// operation is a shortcut of two operands.
func operation(n *ast.BinaryNode, env reflect.Type) shortcut {
	left := shortcutOf(n.Left, env)
	if left == nil {
		return nil
	}
	texts := textOf(n.Left, env)
	if n.Operator == "in" {
		return among(left, texts, n.Right)
	}
	right := shortcutOf(n.Right, env)
	if right == nil {
		return nil
	}
	switch n.Operator {
	case "and", "&&":
		return left.unless(false, right)
	case "or", "||":
		return left.unless(true, right)
	}
	is, ok := operators[n.Operator]
	if !ok {
		return nil
	}
	if with, ok := n.Right.(*ast.StringNode); ok && texts != nil {
		return texts.holds(func(x string) bool { return is.texts(x, with.Value) })
	}
	return func(env any, b *Budget) (any, ending) {
		x, how := left(env, b)
		if how != answered {
			return nil, how
		}
		y, how := right(env, b)
		if how != answered {
			return nil, how
		}
		return is.compare(x, y)
	}
}

// unless the value is the given one, which it is then, it is the value of the next.
func (s shortcut) unless(given bool, next shortcut) shortcut {
	return func(env any, b *Budget) (any, ending) {
		v, how := s(env, b)
		if how != answered {
			return nil, how
		}
		is, ok := v.(bool)
		switch {
		case !ok:
			return nil, failed
		case is == given:
			return is, answered
		}
		return next(env, b)
	}
}

func negated(s shortcut) shortcut {
	return s.then(func(v any) (any, ending) {
		is, ok := v.(bool)
		if !ok {
			return nil, failed
		}
		return !is, answered
	})
}

// operator compares two values, and does the same with two texts.
type operator struct {
	compare func(x, y any) (any, ending)
	texts   func(x, y string) bool
	side    Side // of the second number, on which the first one is; zero if that isn't told
}

// operators of which each is one value for all expressions: a thousand of them are evaluated
// one after the other.
var operators = map[string]operator{
	"==": {compare: func(x, y any) (any, ending) { return runtime.Equal(x, y), answered }, texts: func(x, y string) bool { return x == y }},
	"!=": {compare: func(x, y any) (any, ending) { return !runtime.Equal(x, y), answered }, texts: func(x, y string) bool { return x != y }},
	"<":  inOrder(UpTo, func(order int) bool { return order < 0 }), "<=": inOrder(UpTo, func(order int) bool { return order <= 0 }),
	">": inOrder(FromOn, func(order int) bool { return order > 0 }), ">=": inOrder(FromOn, func(order int) bool { return order >= 0 }),
	"contains": searching(strings.Contains), "startsWith": searching(strings.HasPrefix), "endsWith": searching(strings.HasSuffix),
}

// inOrder compares numbers or texts: order is below 0 if the first is the smaller one.
func inOrder(side Side, holds func(order int) bool) operator {
	texts := func(x, y string) bool { return holds(strings.Compare(x, y)) }
	floats := func(x, y float64) (any, ending) {
		if x != x || y != y { // 0/0, which has no place in the order
			return nil, unsure
		}
		return holds(cmp.Compare(x, y)), answered
	}
	return operator{func(x, y any) (any, ending) {
		switch x := x.(type) {
		case string:
			if y, ok := y.(string); ok {
				return texts(x, y), answered
			}
		case int:
			switch y := y.(type) {
			case int:
				return holds(cmp.Compare(x, y)), answered
			case float64:
				return floats(float64(x), y)
			}
		case float64:
			switch y := y.(type) {
			case int:
				return floats(x, float64(y))
			case float64:
				return floats(x, y)
			}
		}
		return nil, otherwise(x, y)
	}, texts, side}
}

// searching looks for one text in another; there is no text in nothing.
func searching(texts func(text, part string) bool) operator {
	return operator{compare: func(x, y any) (any, ending) {
		text, isText := x.(string)
		part, hasPart := y.(string)
		switch {
		case isText && hasPart:
			return texts(text, part), answered
		case runtime.IsNil(x) || runtime.IsNil(y):
			return false, answered
		}
		return nil, otherwise(x, y)
	}, texts: texts}
}

// among the values of a list that is written out.
func among(of shortcut, texts textShortcut, list ast.Node) shortcut {
	constant, ok := list.(*ast.ConstantNode)
	if !ok {
		return nil
	}
	if values, ok := constant.Value.(map[string]struct{}); ok && texts != nil {
		return texts.holds(func(text string) bool { _, has := values[text]; return has })
	}
	if has, _ := contents(constant.Value); has != nil {
		return of.then(has)
	}
	return nil
}

// contents of a list that is written out: what tells whether it has a value, and the keys of
// its values; nil if it is no list, or if one of its values has no key.
func contents(list any) (has func(v any) (any, ending), keys []Key) {
	switch values := list.(type) {
	case map[string]struct{}: // the library's list of texts alone, in which nothing is the empty one
		for text := range values {
			keys = append(keys, TextKey(text))
		}
		return func(v any) (any, ending) {
			text, ok := v.(string)
			if !ok && v != nil {
				return nil, otherwise(v)
			}
			_, has := values[text]
			return has, answered
		}, keys
	case map[int]struct{}: // likewise of numbers
		for number := range values {
			keys = append(keys, keysOf(number)...)
		}
		return func(v any) (any, ending) {
			number, ok := v.(int)
			if !ok {
				return nil, unsure
			}
			_, has := values[number]
			return has, answered
		}, keys
	case []any:
		return func(v any) (any, ending) {
			return slices.ContainsFunc(values, func(one any) bool { return runtime.Equal(one, v) }), answered
		}, keysOf(values...)
	}
	return nil, nil
}

// textShortcut is a shortcut of a text, which isn't put into an interface: that would
// allocate memory for each evaluation.
type textShortcut func(env any, b *Budget) (string, ending)

// textOf a field of a header, a query or a path; nil for anything else.
func textOf(n ast.Node, env reflect.Type) textShortcut {
	switch n := n.(type) {
	case *ast.MemberNode:
		name, ok := n.Property.(*ast.StringNode)
		from := shortcutOf(n.Node, env)
		if !ok || n.Optional || from == nil || n.Node.Type() != reflect.TypeFor[map[string]string]() {
			return nil
		}
		return func(env any, b *Budget) (string, ending) {
			fields, how := from(env, b)
			if how != answered {
				return "", how
			}
			texts, ok := fields.(map[string]string)
			if !ok {
				return "", unsure
			}
			return texts[name.Value], answered
		}
	case *ast.CallNode:
		how := priceOf(n)
		if how == nil {
			return nil
		}
		of := textOf(n.Arguments[0], env)
		if of == nil {
			return nil
		}
		return func(env any, b *Budget) (string, ending) {
			v, ended := of(env, b)
			if ended == answered {
				how.applyText(b, v)
			}
			return v, ended
		}
	}
	return nil
}

// holds for a text is a shortcut that a test of the text answers.
func (t textShortcut) holds(test func(text string) bool) shortcut {
	return func(env any, b *Budget) (any, ending) {
		text, how := t(env, b)
		if how != answered {
			return nil, how
		}
		return test(text), answered
	}
}
