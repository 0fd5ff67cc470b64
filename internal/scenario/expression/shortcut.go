package expression

import (
	"math"
	"reflect"
	"slices"
	"sync"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/vm/runtime"
)

// shortcut evaluates a node without the library's machine, which takes some ten times as
// long for a comparison such as body.amount > 1000. It spends from the budget what the
// machine would spend. Where it has no value for certain, the machine is asked: the errors
// are the library's.
type shortcut func(env any, b *Budget) (any, ending)

// ending is how a shortcut ends.
type ending int8

const (
	answered ending = iota // with the value that the machine answers
	failed                 // the machine answers an error
	unsure                 // it isn't known what the machine answers
)

// shortcutOf a metered tree; nil if it has something else than comparisons of fields with
// literals, and what joins them. The env is of the type that the tree was checked for.
func shortcutOf(n ast.Node, env reflect.Type) shortcut {
	switch n := n.(type) {
	case *ast.NilNode:
		return literal(nil)
	case *ast.BoolNode:
		return literal(n.Value)
	case *ast.StringNode:
		return literal(n.Value)
	case *ast.FloatNode:
		if n.Type().Kind() == reflect.Float64 && !math.IsNaN(n.Value) { // 0/0, which has no place in the order
			return literal(n.Value)
		}
	case *ast.IntegerNode:
		if n.Type().Kind() == reflect.Int {
			return literal(n.Value)
		}
	case *ast.IdentifierNode:
		return named(n.Value, env)
	case *ast.MemberNode:
		return member(n, env)
	case *ast.CallNode:
		return charged(n, env)
	case *ast.UnaryNode:
		if of := shortcutOf(n.Node, env); of != nil && (n.Operator == "not" || n.Operator == "!") {
			return negated(of)
		}
	case *ast.BinaryNode:
		return operation(n, env)
	}
	return nil
}

func literal(v any) shortcut {
	return func(any, *Budget) (any, ending) { return v, answered }
}

// named is a field of the environment.
func named(name string, env reflect.Type) shortcut {
	if env.Kind() != reflect.Struct {
		return nil
	}
	fields := fieldsOf(env)
	i := slices.IndexFunc(fields, func(f reflect.StructField) bool { return f.IsExported() && f.Tag.Get("expr") == name })
	if i < 0 {
		return nil
	}
	field := &runtime.Field{Index: fields[i].Index, Path: []string{name}}
	return func(env any, _ *Budget) (any, ending) { return runtime.FetchField(env, field), answered }
}

// environments are the fields of each type that an expression was compiled for.
var environments sync.Map // []reflect.StructField by reflect.Type

func fieldsOf(env reflect.Type) []reflect.StructField {
	if known, ok := environments.Load(env); ok {
		return known.([]reflect.StructField)
	}
	fields := reflect.VisibleFields(env)
	environments.Store(env, fields)
	return fields
}

func member(n *ast.MemberNode, env reflect.Type) shortcut {
	of := shortcutOf(n.Node, env)
	if of == nil || n.Optional {
		return nil
	}
	switch property := n.Property.(type) {
	case *ast.StringNode:
		name := property.Value
		return of.then(func(from any) (any, ending) { return entry(from, name) })
	case *ast.IntegerNode:
		return of.then(func(from any) (any, ending) { return item(from, property.Value) })
	}
	return nil
}

func entry(from any, name string) (any, ending) {
	switch from := from.(type) {
	case map[string]any:
		return from[name], answered
	case map[string]string:
		return from[name], answered
	}
	return nil, otherwise(from)
}

func item(from any, at int) (any, ending) {
	list, ok := from.([]any)
	if _, isText := from.(string); isText {
		return nil, unsure
	} else if !ok {
		return nil, otherwise(from)
	}
	if at < 0 {
		at += len(list)
	}
	if at < 0 || at >= len(list) {
		return nil, failed
	}
	return list[at], answered
}

// then goes on with the value, if there is one.
func (s shortcut) then(next func(v any) (any, ending)) shortcut {
	return func(env any, b *Budget) (any, ending) {
		v, how := s(env, b)
		if how != answered {
			return nil, how
		}
		return next(v)
	}
}

// otherwise is how an operation ends that takes no such values.
func otherwise(values ...any) ending {
	for _, v := range values {
		switch v.(type) {
		case nil, bool, int, float64, string, []any, map[string]any, map[string]string:
		default:
			return unsure
		}
	}
	return failed
}

// Looks are functions that an expression calls by their names, such as state.person(body.iin).
// They don't keep the list of what they are called with.
type Looks map[string]func(with ...any) (any, error)

// looked is the callee of a call of one of the functions of Looks; nil for other nodes.
func looked(n ast.Node) *ast.MemberNode {
	call, ok := n.(*ast.CallNode)
	if !ok {
		return nil
	}
	member, ok := call.Callee.(*ast.MemberNode)
	if !ok || member.Node.Type() != reflect.TypeFor[Looks]() {
		return nil
	}
	return member
}

// looks reports whether there is such a call.
func looks(n ast.Node) bool {
	return ast.Find(n, func(n ast.Node) bool { return looked(n) != nil }) != nil
}

// looksAlone are the names of the functions that such calls call, if there are no other names; none
// if there are.
func looksAlone(n ast.Node) (names []string) {
	other := ast.Find(n, func(n ast.Node) bool {
		name, ok := n.(*ast.IdentifierNode)
		if member := looked(n); member != nil {
			function, isText := member.Property.(*ast.StringNode)
			if isText {
				names = append(names, function.Value)
			}
			return !isText
		}
		return ok && name.Value != chargeName && name.Type() != reflect.TypeFor[Looks]()
	})
	if other != nil {
		return nil
	}
	return names
}

// look is such a call.
func look(n *ast.CallNode, env reflect.Type) shortcut {
	member := looked(n)
	if member == nil {
		return nil
	}
	name, ok := member.Property.(*ast.StringNode)
	from := shortcutOf(member.Node, env)
	if !ok || from == nil || member.Optional {
		return nil
	}
	with := make([]shortcut, len(n.Arguments))
	for i, arg := range n.Arguments {
		if with[i] = shortcutOf(arg, env); with[i] == nil {
			return nil
		}
	}
	return func(env any, b *Budget) (any, ending) {
		var room [2]any // for another look among the values uses that of the budget
		values := room[:0]
		for _, one := range with {
			v, how := one(env, b)
			if how != answered {
				return nil, how
			}
			values = append(values, v)
		}
		looks, how := from(env, b)
		if how != answered {
			return nil, how
		}
		is, ok := looks.(Looks)[name.Value]
		if !ok {
			return nil, unsure
		}
		b.with = append(b.with[:0], values...)
		v, err := is(b.with...)
		if err != nil {
			return nil, unsure
		}
		return v, answered
	}
}

// charged is a value that the meter has wrapped into a call.
func charged(n *ast.CallNode, env reflect.Type) shortcut {
	how := priceOf(n)
	if how == nil {
		return look(n, env)
	}
	of := shortcutOf(n.Arguments[0], env)
	if of == nil {
		return nil
	}
	return func(env any, b *Budget) (any, ending) {
		v, ended := of(env, b)
		if ended != answered {
			return nil, ended
		}
		return how.apply(b, v), answered
	}
}

// priceOf the value that a call of the meter's pays for; nil for other calls and rules.
func priceOf(n *ast.CallNode) *price {
	callee, ok := n.Callee.(*ast.IdentifierNode)
	if !ok || callee.Value != chargeName {
		return nil
	}
	with, _ := n.Arguments[1].(*ast.ConstantNode)
	how, _ := with.Value.(*price)
	return how
}
