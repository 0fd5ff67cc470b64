package scenario

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"
	"gopkg.in/yaml.v3"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/document"
	"github.com/kzsim/kzsim/internal/scenario/expression"
	"github.com/kzsim/kzsim/internal/schema"
)

var (
	requestNames  = append([]string{"body", "query", "path", "header"}, timeNames...)
	responseNames = []string{"body", "header", "status"}
	answerNames   = []string{"body", "headers", "raw", "status"}
	unknownName   = regexp.MustCompile(`^unknown name (\S+)`)
	// unexpectedToken is how the library says that something stands where it can't.
	unexpectedToken = regexp.MustCompile(`^unexpected token \w+\("(.*)"\)`)
)

func (p *checker) condition(n node, ops []*contract.Operation) *Condition {
	text, ok := p.text(n, "an expression such as body.amount > 1000")
	if !ok {
		return nil
	}
	roots := p.requestRoots(ops)
	if p.state != nil {
		p.state = &seen{views: p.table.Views(), told: map[ast.Node]bool{}}
	}
	if !p.expression(n, text, roots, requestNames) || !p.isTruth(n, text, roots) {
		return nil
	}
	c, err := compileCondition(text, requestEnv{})
	if err != nil {
		p.refuseExpression(n, err, requestNames)
	}
	if c != nil && p.state != nil && p.state.looks {
		c.views, c.counted = p.state.views, p.state.counted
	}
	return c
}

// requestRoots are what is known of what an expression sees of a request.
func (p *checker) requestRoots(ops []*contract.Operation) map[string]schema.Shape {
	return map[string]schema.Shape{"body": p.requestsShape(ops, false), "query": p.requestsShape(ops, true), "path": pathShape(ops)}
}

// isTruth refuses an expression that is a field of another type.
func (p *checker) isTruth(n node, text string, roots map[string]schema.Shape) bool {
	tree, err := expression.Parse(text)
	if err != nil {
		return true // it is reported elsewhere
	}
	v := fieldVisitor{roots: roots}
	_, is, ok := v.shapeOf(tree.Node)
	if ok && !is.Allows("boolean") {
		p.refuse(n, fmt.Sprintf("an expression whose value is %s", expectedType(is)), "one that is true or false, such as "+text+" == …")
		return false
	}
	return true
}

// requestsShape is what a request of one of the operations may be that read a query, or else a body.
func (p *checker) requestsShape(ops []*contract.Operation, query bool) schema.Shape {
	var shapes []schema.Shape
	for _, op := range ops {
		if op.ReadsQuery() == query {
			shapes = append(shapes, p.requestShape(op))
		}
	}
	return schema.Any(shapes...)
}

func pathShape(ops []*contract.Operation) schema.Shape {
	var names []string
	for _, op := range ops {
		names = append(names, pathVariables(op)...)
	}
	return schema.Texts(names...)
}

// expression checks what the expression library can't know: the bounds of the
// language and the fields.
func (p *checker) expression(n node, text string, roots map[string]schema.Shape, names []string) bool {
	tree, err := expression.Parse(text)
	if err != nil {
		p.refuseExpression(n, err, names)
		return false
	}
	if *p.terms += expression.Weight(tree.Node); *p.terms > maxExpressions {
		p.refuse(n, fmt.Sprintf("more than %d values and operators in the expressions up to here", maxExpressions),
			"fewer or shorter expressions, or patterns")
		return false
	}
	v := &fieldVisitor{roots: roots, state: p.state, fitting: p.fitting, operations: p.operationIDs, refuse: func(at ast.Node, found, expected string, known []string) {
		f := document.Finding{Position: p.within(n, tree.Source, at.Location().From), Path: n.path, Found: found, Expected: expected, Severity: document.Error}
		if len(known) > 0 {
			f.Nearest = document.Meant(strings.Trim(found, `"`), known)
		}
		p.find(f)
	}}
	before := len(*p.findings)
	ast.Walk(&tree.Node, v)
	v.stateNames()
	return len(*p.findings) == before
}

// refuseExpression reports the error of an expression at its place in the document.
func (p *checker) refuseExpression(n node, err error, names []string) {
	var refused *expression.Refusal
	if errors.As(err, &refused) {
		p.find(document.Finding{
			Position: p.within(n, file.NewSource(n.Value), refused.From), Path: n.path, Severity: document.Error,
			Found: refused.Found, Expected: refused.Expected,
		})
		return
	}
	if given, ok := strings.CutPrefix(err.Error(), "expected bool, but got "); ok {
		p.refuse(n, "an expression whose value is "+article(given), "one that is true or false")
		return
	}
	var at *file.Error
	if !errors.As(err, &at) {
		p.refuse(n, err.Error(), "an expression over "+strings.Join(names, ", "))
		return
	}
	from, found, expected, nearest := plainly(n.Value, at, names)
	p.find(document.Finding{
		Position: p.within(n, file.NewSource(n.Value), from), Path: n.path, Severity: document.Error,
		Found: found, Expected: expected, Nearest: nearest,
	})
}

// article names the library's types for people.
func article(kind string) string {
	switch kind {
	case "int", "float64":
		return "a number"
	case "string":
		return "a text"
	}
	if strings.HasPrefix(kind, "[]") {
		return "a list"
	}
	return "of another type (" + kind + ")"
}

// within is the place of a character of a scalar. Of a scalar that goes over
// several lines only the line is known.
func (p *checker) within(n node, source file.Source, from int) document.Position {
	at := p.at(n.Node)
	before := string([]rune(source.String())[:min(from, utf8.RuneCountInString(source.String()))])
	if n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
		at.Line, at.Column = at.Line+1+strings.Count(before, "\n"), 1
		return at
	}
	if !n.plain() {
		at.Column++
	}
	at.Column += utf8.RuneCountInString(before)
	return at
}

// fieldVisitor looks at the fields that an expression names.
type fieldVisitor struct {
	roots map[string]schema.Shape // what is known of body, query and path
	state *seen                   // nil where the state isn't seen
	named []ast.Node              // where it is named

	fitting    func(pattern string) []*contract.Operation
	operations func() []string
	refuse     func(at ast.Node, found, expected string, known []string)
}

// Visit implements ast.Visitor.
func (v *fieldVisitor) Visit(at *ast.Node) {
	switch n := (*at).(type) {
	case *ast.IdentifierNode:
		if isState(n) {
			v.named = append(v.named, n)
		}
	case *ast.CallNode:
		v.stateCall(n)
	case *ast.MemberNode:
		v.member(n)
	case *ast.BinaryNode:
		v.binary(n)
	}
}

func (v *fieldVisitor) member(n *ast.MemberNode) {
	property, isText := n.Property.(*ast.StringNode)
	if !isText || v.stateField(n, property) {
		return
	}
	if slices.Contains(wordOperators, property.Value) {
		v.refuse(n.Property, quote(property.Value), fmt.Sprintf("it as an operator, without a dot and brackets: … %s \"…\"", property.Value), nil)
		return
	}
	root, s, ok := v.shapeOf(n.Node)
	_, named := s.Field(property.Value)
	switch {
	case !ok || named:
		return
	case !s.Known():
		expected := "no field here: the requests have none in their " + root
		for _, other := range slices.Sorted(maps.Keys(v.roots)) {
			if _, there := v.roots[other].Field(property.Value); there {
				expected = fmt.Sprintf("%s.%s: that is where the requests have it", other, property.Value)
			}
		}
		v.refuse(n.Property, quote(property.Value), expected, nil)
		return
	case !s.Allows("object"):
		v.refuse(n.Property, quote(property.Value), fmt.Sprintf("no field here: %s is %s", n.Node, expectedType(s)), nil)
		return
	case s.Open():
		return
	}
	v.refuse(n.Property, quote(property.Value), "a field of the "+root+": "+strings.Join(s.Fields(), ", "), s.Fields())
}

// shapeOf a value that an expression names, with the name at its root. It is false
// where that isn't known: a function's value, an element that a predicate sees.
func (v *fieldVisitor) shapeOf(n ast.Node) (root string, s schema.Shape, ok bool) {
	switch n := n.(type) {
	case *ast.IdentifierNode:
		s, ok := v.roots[n.Value]
		return n.Value, s, ok
	case *ast.ChainNode:
		return v.shapeOf(n.Node)
	case *ast.MemberNode:
		root, s, ok := v.shapeOf(n.Node)
		if !ok {
			return root, s, false
		}
		switch property := n.Property.(type) {
		case *ast.StringNode:
			field, named := s.Field(property.Value)
			return root, field, named && field.Known()
		case *ast.IntegerNode:
			item := s.Item(property.Value)
			return root, item, item.Known()
		}
	}
	return "", schema.Shape{}, false
}

var weekdays = []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}

// clock refuses comparisons with an hour, a minute or a day of the week that there isn't.
func (v *fieldVisitor) clock(n *ast.BinaryNode) {
	if n.Operator != "==" && n.Operator != "!=" && n.Operator != "in" {
		return
	}
	for _, pair := range [][2]ast.Node{{n.Left, n.Right}, {n.Right, n.Left}} {
		name, isName := pair[0].(*ast.IdentifierNode)
		values := []ast.Node{pair[1]}
		if list, isList := pair[1].(*ast.ArrayNode); isList {
			values = list.Nodes
		}
		for _, value := range values {
			text, isText := value.(*ast.StringNode)
			number, isNumber := value.(*ast.IntegerNode)
			switch {
			case isName && isText && name.Value == "weekday" && !slices.Contains(weekdays, text.Value):
				v.refuse(value, quote(text.Value), "a day of the week: "+strings.Join(weekdays, ", "), weekdays)
			case isName && isNumber && name.Value == "hour" && (number.Value < 0 || number.Value > 23):
				v.refuse(value, value.String(), "an hour from 0 to 23", nil)
			case isName && isNumber && name.Value == "minute" && (number.Value < 0 || number.Value > 59):
				v.refuse(value, value.String(), "a minute from 0 to 59", nil)
			}
		}
	}
}

var equalities = []string{"==", "!=", "<", "<=", ">", ">="}

// binary refuses comparisons that are always false because text is compared with
// a number.
func (v *fieldVisitor) binary(n *ast.BinaryNode) {
	v.clock(n)
	if !slices.Contains(equalities, n.Operator) {
		return
	}
	for _, pair := range [][2]ast.Node{{n.Left, n.Right}, {n.Right, n.Left}} {
		_, s, ok := v.shapeOf(pair[0])
		if !ok || len(s.Types()) == 0 {
			continue
		}
		switch literal := pair[1].(type) {
		case *ast.IntegerNode, *ast.FloatNode:
			if !s.Allows("number") && !s.Allows("integer") {
				v.refuse(literal, literal.String()+", a number", fmt.Sprintf("a text: %s is one, so write %q in quotes", pair[0], literal), nil)
			}
		case *ast.StringNode:
			if !s.Allows("string") {
				v.refuse(literal, literal.String()+", a text", fmt.Sprintf("%s: %s is one, so leave the quotes out", expectedType(s), pair[0]), nil)
			}
		}
	}
}
