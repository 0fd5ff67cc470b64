package scenario

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/document"
	"github.com/kzsim/kzsim/internal/scenario/expression"
)

// Condition is an expression over a request: body, query, path, header and the time.
// It is compiled once, and safe for concurrent use. Each evaluation has a budget:
// where that is spent the condition is false.
type Condition struct {
	Text    string
	clauses []clause        // all have to hold
	views   []contract.View // that it looks at the state by; nil if it doesn't
	counted []*Expectation  // answers that it asks the number of
}

// clause is one part of a conjunction. The sides of a comparison are kept to
// explain why it didn't hold.
type clause struct {
	text  string
	whole *expression.Program
	state bool // it is about what views show, and nothing else
	sides []side
}

type side struct {
	text    string
	program *expression.Program
}

// requestEnv is what a condition sees.
type requestEnv struct {
	expression.Scope
	Body   any               `expr:"body"`
	Query  map[string]string `expr:"query"`
	Path   map[string]string `expr:"path"`
	Header map[string]string `expr:"header"`
	timeEnv
	State expression.Looks `expr:"state"` // by the names of the views; none where a condition doesn't look
}

// timeEnv is what expressions see of the sandbox's time, in its zone.
type timeEnv struct {
	Now     time.Time `expr:"now"`
	Hour    int       `expr:"hour"`
	Minute  int       `expr:"minute"`
	Weekday string    `expr:"weekday"` // mon, tue, …
}

func timeOf(now time.Time) timeEnv {
	return timeEnv{now, now.Hour(), now.Minute(), strings.ToLower(now.Format("Mon"))}
}

// responseEnv is what a save sees.
type responseEnv struct {
	expression.Scope
	Body   any               `expr:"body"`
	Header map[string]string `expr:"header"`
	Status int               `expr:"status"`
}

// answerEnv is what a condition of an answer sees.
type answerEnv struct {
	expression.Scope
	Body    any               `expr:"body"`
	Headers map[string]string `expr:"headers"`
	Status  int               `expr:"status"`
	Raw     string            `expr:"raw"`
}

// envOf a call.
func envOf(c *contract.Call, budget *expression.Budget) requestEnv {
	return requestEnv{
		Scope: budget.Scope(),
		Body:  plainNumbers(c.Body), Query: firsts(c.Query), Path: c.Path, Header: firsts(c.Header), timeEnv: timeOf(c.Now),
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
func plainNumbers(v any) any { return document.Mapped(v, plainNumber) }

func plainNumber(v any) any {
	number, ok := v.(json.Number)
	if !ok {
		return v
	}
	if n, err := number.Int64(); err == nil {
		return int(n)
	}
	n, _ := number.Float64() // a number that JSON takes and a float doesn't is infinite
	return n
}

// maxExpressions bounds the weight of all expressions of a document. To compile them
// takes more time than anything else in it.
const maxExpressions = 8_000

// compileExpression fails as expression.Compile does.
func compileExpression(text string, env any, options ...expr.Option) (*expression.Program, error) {
	return expression.Compile(text, env, append(options, expr.Patch(canonicalHeaders{}))...)
}

// canonicalHeaders lets a header be named in any spelling: header["x-request-id"], or headers.
type canonicalHeaders struct{}

func (canonicalHeaders) Visit(at *ast.Node) {
	member, ok := (*at).(*ast.MemberNode)
	if !ok {
		return
	}
	root, isName := member.Node.(*ast.IdentifierNode)
	property, isText := member.Property.(*ast.StringNode)
	if isName && isText && (root.Value == "header" || root.Value == "headers") {
		property.Value = http.CanonicalHeaderKey(property.Value)
	}
}

// compileCondition over what an environment has; it fails as expression.Compile does.
func compileCondition(text string, env any) (*Condition, error) {
	whole, err := compileExpression(text, env, expr.AsBool())
	if err != nil {
		return nil, err
	}
	c := &Condition{Text: text}
	tree, err := expression.Parse(text)
	if err != nil {
		return nil, err
	}
	parts := conjuncts(tree.Node)
	if len(parts) == 1 {
		c.clauses = []clause{newClause(parts[0], whole, env)}
		return c, nil
	}
	for _, part := range parts {
		program, err := compileExpression(part.String(), env, expr.AsBool())
		if err != nil {
			c.clauses = []clause{{text: text, whole: whole, state: isOfState(whole)}}
			return c, nil
		}
		c.clauses = append(c.clauses, newClause(part, program, env))
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

// newClause of a part and its program.
func newClause(n ast.Node, whole *expression.Program, env any) clause {
	c := clause{text: n.String(), whole: whole, state: isOfState(whole)}
	b, ok := n.(*ast.BinaryNode)
	if !ok || !slices.Contains(comparisons, b.Operator) {
		return c
	}
	for _, operand := range []ast.Node{b.Left, b.Right} {
		if isLiteral(operand) {
			continue
		}
		var err error
		program := whole.Compared()
		if program == nil {
			program, err = compileExpression(operand.String(), env)
		}
		if err == nil {
			c.sides = append(c.sides, side{operand.String(), program})
		}
	}
	return c
}

func isLiteral(n ast.Node) bool {
	switch n.(type) {
	case *ast.StringNode, *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.NilNode, *ast.ConstantNode, *ast.ArrayNode:
		return true
	}
	return false
}

// holds reports whether the condition is true of a request; if not, why.
func (c *Condition) holds(req *request) (bool, string) {
	if req.quiet {
		return c.isTrue(req), ""
	}
	clause, found, ok := c.check(req.seen(c.views), req.budgetOf(), &req.memory)
	switch {
	case ok:
		return true, ""
	case found == "":
		return false, "when " + clause + " is false"
	}
	return false, "when " + clause + " is false: " + found
}

// isTrue is holds without an explanation.
func (c *Condition) isTrue(req *request) bool {
	seen := req.seen(c.views)
	req.budgetOf().Begin()
	for _, one := range c.clauses {
		if !req.memory.Holds(one.whole, seen) {
			return false
		}
	}
	return true
}

// check returns which clause isn't true in an environment, and what was found there
// instead: the values of its sides, or an error; empty if there is nothing to show.
func (c *Condition) check(seen any, budget *expression.Budget, memory *expression.Memory) (clause, found string, ok bool) {
	budget.Begin()
	for _, one := range c.clauses {
		v, err := memory.Run(one.whole, seen)
		if err != nil {
			return one.text, one.failed(err, seen, memory), false
		}
		if v != true {
			return one.text, one.values(seen, memory), false
		}
	}
	return "", "", true
}

var fetchedOfNil = regexp.MustCompile(`^cannot fetch (\S+) from <nil>`)

// failed says why a clause has no value: in most cases nothing is where it looks.
func (c clause) failed(err error, env any, memory *expression.Memory) string {
	text := firstLine(err)
	if m := fetchedOfNil.FindStringSubmatch(text); m != nil {
		return fmt.Sprintf("nothing is there that has %s; ?.%[1]s is nil then", m[1])
	}
	if strings.HasPrefix(text, "invalid operation: <nil>") {
		return cmp.Or(c.values(env, memory), text)
	}
	return text
}

// values of the sides, as far as the budget allows.
func (c clause) values(env any, memory *expression.Memory) string {
	texts := make([]string, 0, 2) // the most that there are: on the stack
	for _, s := range c.sides {
		if v, err := memory.Run(s.program, env); err == nil {
			texts = append(texts, s.text+" is "+showValue(v))
		}
	}
	return strings.Join(texts, ", ")
}

func firstLine(err error) string {
	if located := errors.Unwrap(err); located != nil {
		err = located
	}
	line, _, _ := strings.Cut(err.Error(), "\n")
	return cutTo(line, maxError)
}
