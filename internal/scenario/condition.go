package scenario

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/parser"
	"github.com/expr-lang/expr/vm"

	"github.com/kzsim/kzsim/internal/contract"
)

// Condition is an expression over a request: body, query, path, header and now.
// It is compiled once, and safe for concurrent use.
type Condition struct {
	Text    string
	clauses []clause // all have to hold
}

// clause is one part of a conjunction. The sides of a comparison are there to
// tell why it didn't hold.
type clause struct {
	text  string
	whole *vm.Program
	sides []side
}

type side struct {
	text    string
	program *vm.Program
}

// requestEnv is what a condition sees.
type requestEnv struct {
	Body   any               `expr:"body"`
	Query  map[string]string `expr:"query"`
	Path   map[string]string `expr:"path"`
	Header map[string]string `expr:"header"`
	Now    time.Time         `expr:"now"`
}

// responseEnv is what a save sees.
type responseEnv struct {
	Body   any               `expr:"body"`
	Header map[string]string `expr:"header"`
	Status int               `expr:"status"`
}

// envOf a call.
func envOf(c *contract.Call) requestEnv {
	return requestEnv{
		Body: plainNumbers(c.Body), Query: firsts(c.Query), Path: c.Path, Header: firsts(c.Header), Now: c.Now,
	}
}

func firsts(lists map[string][]string) map[string]string {
	first := make(map[string]string, len(lists))
	for name, values := range lists {
		if len(values) > 0 {
			first[name] = values[0]
		}
	}
	return first
}

// plainNumbers makes numbers of json.Numbers, in a copy.
func plainNumbers(v any) any {
	switch v := v.(type) {
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return int(n)
		}
		n, _ := v.Float64() // a number that JSON takes and a float doesn't is infinite
		return n
	case map[string]any:
		object := make(map[string]any, len(v))
		for name, value := range v {
			object[name] = plainNumbers(value)
		}
		return object
	case []any:
		list := make([]any, len(v))
		for i, value := range v {
			list[i] = plainNumbers(value)
		}
		return list
	}
	return v
}

// The bounds of expressions. Compiling one takes more time than anything else in a
// document.
const (
	maxExpression     = 500    // values and operators of one
	maxExpressions    = 8_000  // of all in a document
	maxExpressionText = 10_000 // bytes of one
	maxPattern        = 200    // steps of a regular expression: its length, repetitions written out
	stepWeight        = 8      // values and operators that a step counts as: it may be taken for each character of a request
)

// compileOptions keep an expression from the machine's clock and from work that
// grows faster than the request.
func compileOptions(env any, more ...expr.Option) []expr.Option {
	return append([]expr.Option{
		expr.Env(env), expr.MaxNodes(maxExpression), expr.DisableBuiltin("now"), expr.DisableBuiltin("repeat"),
		expr.Patch(canonicalHeaders{}),
	}, more...)
}

// canonicalHeaders lets a header be named in any spelling: header["x-request-id"].
type canonicalHeaders struct{}

func (canonicalHeaders) Visit(at *ast.Node) {
	member, ok := (*at).(*ast.MemberNode)
	if !ok {
		return
	}
	root, isName := member.Node.(*ast.IdentifierNode)
	property, isText := member.Property.(*ast.StringNode)
	if isName && isText && root.Value == "header" {
		property.Value = http.CanonicalHeaderKey(property.Value)
	}
}

// compileCondition fails with the errors of the expression library.
func compileCondition(text string) (*Condition, error) {
	whole, err := expr.Compile(text, compileOptions(requestEnv{}, expr.AsBool())...)
	if err != nil {
		return nil, err
	}
	c := &Condition{Text: text}
	tree, err := parser.Parse(text)
	if err != nil {
		return nil, err
	}
	for _, part := range conjuncts(tree.Node) {
		one, ok := newClause(part)
		if !ok {
			c.clauses = []clause{{text: text, whole: whole}}
			return c, nil
		}
		c.clauses = append(c.clauses, one)
	}
	return c, nil
}

func conjuncts(n ast.Node) []ast.Node {
	if b, ok := n.(*ast.BinaryNode); ok && (b.Operator == "and" || b.Operator == "&&") {
		return slices.Concat(conjuncts(b.Left), conjuncts(b.Right))
	}
	return []ast.Node{n}
}

var comparisons = []string{"==", "!=", "<", "<=", ">", ">=", "in", "matches", "contains", "startsWith", "endsWith"}

func newClause(n ast.Node) (clause, bool) {
	c := clause{text: n.String()}
	var err error
	if c.whole, err = expr.Compile(c.text, compileOptions(requestEnv{}, expr.AsBool())...); err != nil {
		return c, false
	}
	b, ok := n.(*ast.BinaryNode)
	if !ok || !slices.Contains(comparisons, b.Operator) {
		return c, true
	}
	for _, operand := range []ast.Node{b.Left, b.Right} {
		if isLiteral(operand) {
			continue
		}
		if program, err := expr.Compile(operand.String(), compileOptions(requestEnv{})...); err == nil {
			c.sides = append(c.sides, side{operand.String(), program})
		}
	}
	return c, true
}

func isLiteral(n ast.Node) bool {
	switch n.(type) {
	case *ast.StringNode, *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.NilNode, *ast.ConstantNode, *ast.ArrayNode:
		return true
	}
	return false
}

// holds reports whether the condition is true of a request; if not, why.
func (c *Condition) holds(env requestEnv) (bool, string) {
	clause, found, ok := c.check(env)
	switch {
	case ok:
		return true, ""
	case found == "":
		return false, "when " + clause + " is false"
	}
	return false, "when " + clause + " is false: " + found
}

// check answers which clause isn't true of a request, and what was found there
// instead: the values of its sides, or an error; empty if there is nothing to tell.
func (c *Condition) check(env requestEnv) (clause, found string, ok bool) {
	for _, one := range c.clauses {
		v, err := expr.Run(one.whole, env)
		if err != nil {
			return one.text, firstLine(err), false
		}
		if v != true {
			return one.text, one.values(env), false
		}
	}
	return "", "", true
}

func (c clause) values(env requestEnv) string {
	var texts []string
	for _, s := range c.sides {
		if v, err := expr.Run(s.program, env); err == nil {
			texts = append(texts, s.text+" is "+showValue(v))
		}
	}
	return strings.Join(texts, ", ")
}

// maxShown bounds a value in an explanation, in characters.
const maxShown = 80

func showValue(v any) string {
	if at, ok := v.(time.Time); ok {
		return at.Format(time.RFC3339Nano)
	}
	left := maxShown
	raw, err := json.Marshal(beginning(v, &left))
	if err != nil {
		return fmt.Sprintf("%v", v)
	}
	return cut(string(raw))
}

// beginning is as much of a value as can be shown: of its parts so many are left, each
// of which takes a character or more.
func beginning(v any, left *int) any {
	*left--
	switch v := v.(type) {
	case string:
		return v[:min(len(v), maxShown*utf8.UTFMax)]
	case []any:
		list := v[:0:0]
		for i := 0; i < len(v) && *left >= 0; i++ {
			list = append(list, beginning(v[i], left))
		}
		return list
	case map[string]any:
		return beginningOf(v, left)
	case map[string]string:
		return beginningOf(v, left)
	}
	return v
}

func beginningOf[V any](members map[string]V, left *int) any {
	object := map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(members)) {
		if *left < 0 {
			break
		}
		object[name] = beginning(members[name], left)
	}
	return object
}

// cut a text that is too long to be shown.
func cut(text string) string { return shortened(text, maxShown) }

// shortened is a text, or its first characters and an ellipsis.
func shortened(text string, most int) string {
	count := 0
	for at := range text {
		if count == most {
			return text[:at] + "…"
		}
		count++
	}
	return text
}

func firstLine(err error) string {
	text := err.Error()
	var located interface{ Unwrap() error }
	if errors.As(err, &located) && located.Unwrap() != nil {
		text = located.Unwrap().Error()
	}
	for i, r := range text {
		if r == '\n' {
			return text[:i]
		}
	}
	return text
}
