package expression

import (
	"crypto/sha256"
	"fmt"
	"io"
	"reflect"
	"strings"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/compiler"
	"github.com/expr-lang/expr/conf"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"
)

// Compared answers the part that the whole program compares with what is written out; nil
// if it is something else.
func (p *Program) Compared() *Program {
	if p.compares == nil {
		return nil
	}
	return p.compares.of
}

// May answers comparisons of which one has to hold where the program's value is true; none
// if there are no such comparisons.
func (p *Program) May() []Comparison { return p.may }

// analyse finds the comparisons in the metered tree of a program, and compiles what is
// compared.
func (p *Program) analyse(tree *parser.Tree, config *conf.Config) error {
	options := *config
	options.Expect = reflect.Invalid
	a := &analysis{tree.Source, &options, map[string]*Program{}}
	may, known, err := a.may(tree.Node)
	if err != nil || !known {
		return err
	}
	p.may = may
	if _, _, ok := comparisonOf(tree.Node); ok {
		p.compares = &may[0]
		p.compares.failing += placeOf(tree.Node, tree.Source)
	}
	return nil
}

// analysis of a tree, with the programs of its parts by their names.
type analysis struct {
	source file.Source
	config *conf.Config
	parts  map[string]*Program
}

// may answers comparisons of which one has to hold where a node is true.
func (a *analysis) may(n ast.Node) (all []Comparison, known bool, err error) {
	switch n := n.(type) {
	case *ast.BinaryNode:
		switch n.Operator {
		case "or", "||":
			return a.either(n)
		case "and", "&&":
			if all, known, err = a.may(n.Left); known || err != nil {
				return all, known, err
			}
			return a.may(n.Right)
		}
		c, of, ok := comparisonOf(n)
		return a.one(c, of, ok)
	case *ast.BuiltinNode:
		c, of, ok := searchOf(n)
		return a.one(c, of, ok)
	}
	return nil, false, nil
}

func (a *analysis) either(n *ast.BinaryNode) ([]Comparison, bool, error) {
	left, known, err := a.may(n.Left)
	if err != nil || !known {
		return nil, false, err
	}
	right, known, err := a.may(n.Right)
	return append(left, right...), known, err
}

// one comparison of a part.
func (a *analysis) one(c Comparison, of ast.Node, ok bool) (_ []Comparison, known bool, err error) {
	if !ok {
		return nil, false, nil
	}
	c.of, err = a.part(of)
	return []Comparison{c}, err == nil, err
}

func (a *analysis) part(n ast.Node) (*Program, error) {
	name := nameOf(n)
	if known, ok := a.parts[name]; ok {
		return known, nil
	}
	code, err := compiler.Compile(&parser.Tree{Node: n, Source: a.source}, a.config)
	if err != nil {
		return nil, err
	}
	p := &Program{code: code, short: shortcutOf(n, reflect.TypeOf(a.config.EnvObject)), looks: looks(n), name: name, place: placeOf(n, a.source)}
	a.parts[name] = p
	return p, nil
}

// nameOf a part, by what it says. The dump shows 5 and 5.0 in a list alike, so the constants
// are added.
func nameOf(n ast.Node) string {
	hash := sha256.New()
	io.WriteString(hash, ast.Dump(n))
	ast.Find(n, func(n ast.Node) bool {
		if constant, ok := n.(*ast.ConstantNode); ok {
			fmt.Fprintf(hash, "%#v", constant.Value)
		}
		return false
	})
	return string(hash.Sum(nil)[:16])
}

// placeOf a part in its source, with which errors are the same: they name lines and columns.
func placeOf(n ast.Node, source file.Source) string {
	hash := sha256.New()
	if text := source.String(); strings.Contains(text, "\n") {
		io.WriteString(hash, text)
	}
	ast.Find(n, func(n ast.Node) bool {
		fmt.Fprint(hash, n.Location().From, " ")
		return false
	})
	return string(hash.Sum(nil)[:16])
}

// searchOf a list: any(…) of a comparison of its items, or of one among others.
func searchOf(n *ast.BuiltinNode) (c Comparison, list ast.Node, ok bool) {
	if n.Name != "any" || n.Map != nil {
		return c, nil, false
	}
	by, ok := n.Arguments[1].(*ast.PredicateNode)
	if !ok {
		return c, nil, false
	}
	c, ok = ofItem(by.Node)
	list, _ = part(n.Arguments[0])
	return c, list, ok
}

// ofItem is a comparison of an item that has to hold where a predicate is true of it.
func ofItem(n ast.Node) (c Comparison, ok bool) {
	b, ok := n.(*ast.BinaryNode)
	if !ok {
		return c, false
	}
	if b.Operator == "and" || b.Operator == "&&" {
		if c, ok = ofItem(b.Left); ok {
			return c, true
		}
		return ofItem(b.Right)
	}
	c, of, ok := comparisonOf(b)
	if !ok {
		return c, false
	}
	c.search = true
	c.steps, ok = stepsTo(of)
	return c, ok
}

// stepsTo a field of an item: names, and numbers in lists.
func stepsTo(n ast.Node) (steps []step, ok bool) {
	switch n := n.(type) {
	case *ast.PointerNode:
		return nil, n.Name == ""
	case *ast.MemberNode:
		steps, ok = stepsTo(n.Node)
		if !ok || n.Optional {
			return nil, false
		}
		switch property := n.Property.(type) {
		case *ast.StringNode:
			return append(steps, step{name: property.Value}), true
		case *ast.IntegerNode:
			return append(steps, step{at: property.Value, item: true}), true
		}
	}
	return nil, false
}
