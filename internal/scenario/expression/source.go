package expression

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"
	"github.com/expr-lang/expr/parser/lexer"
)

// The bounds of an expression's source.
const (
	MaxSource = 4000 // characters
	MaxNodes  = 500  // values and operators, the middle of a < b < c twice
	MaxDepth  = 50   // brackets within brackets
)

// Refusal says what the language doesn't allow in an expression, and where.
type Refusal struct {
	From            int // characters before it
	Found, Expected string
}

func (r *Refusal) Error() string { return "found " + r.Found + ", expected " + r.Expected }

// Parse reads an expression within the bounds of the language. It fails with a
// *Refusal, or with an error of the expression library.
func Parse(text string) (*parser.Tree, error) {
	if n := utf8.RuneCountInString(text); n > MaxSource {
		return nil, &Refusal{0, fmt.Sprintf("an expression of %d characters", n), fmt.Sprintf("at most %d", MaxSource)}
	}
	if from, deep := tooDeep(text); deep {
		return nil, &Refusal{from, "a bracket within more than " + strconv.Itoa(MaxDepth) + " others", "fewer brackets within brackets"}
	}
	tree, err := parser.Parse(text)
	if err != nil {
		return nil, err
	}
	if refused := check(tree.Node); refused != nil {
		return nil, refused
	}
	return tree, nil
}

// tooDeep answers where brackets pass MaxDepth. The parser calls itself for each bracket,
// and a stack that overflows ends the process.
func tooDeep(text string) (from int, deep bool) {
	tokens, _ := lexer.Lex(file.NewSource(text)) // the parser reports what is wrong with them
	depth := 0
	for _, token := range tokens {
		if token.Kind != lexer.Bracket {
			continue
		}
		if strings.Contains("([{", token.Value) {
			depth++
		} else {
			depth--
		}
		if depth > MaxDepth {
			return token.From, true
		}
	}
	return 0, false
}

// Unclosed is the innermost bracket of a text that isn't closed, and how many characters come
// before it; empty if there is none.
func Unclosed(text string) (bracket string, from int) {
	tokens, _ := lexer.Lex(file.NewSource(text))
	var open []lexer.Token
	for _, token := range tokens {
		switch {
		case token.Kind != lexer.Bracket:
		case strings.Contains("([{", token.Value):
			open = append(open, token)
		case len(open) > 0:
			open = open[:len(open)-1]
		}
	}
	if len(open) == 0 {
		return "", 0
	}
	last := open[len(open)-1]
	return last.Value, last.From
}

// check answers the first thing that the language doesn't allow.
func check(root ast.Node) (refused *Refusal) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case *Refusal:
			refused = r
		default:
			panic(r)
		}
	}()
	ast.Walk(&root, &language{})
	return nil
}

// language is a visitor that refuses with a panic, because only a panic ends a walk:
// a < b < c holds b twice, so the walk of nested comparisons doubles with each level.
type language struct{ nodes int }

// Visit implements ast.Visitor.
func (l *language) Visit(at *ast.Node) {
	if l.nodes++; l.nodes > MaxNodes {
		panic(&Refusal{0, fmt.Sprintf("an expression of more than %d values and operators", MaxNodes), "a shorter expression"})
	}
	switch n := (*at).(type) {
	case *ast.IdentifierNode:
		if n.Value == "$env" {
			refuse(n, strconv.Quote(n.Value), "the name of a value")
		}
	case *ast.BuiltinNode:
		if _, known := functions[n.Name]; !known && n.Name != "now" { // now is a value here
			refuse(n, "the function "+n.Name, "a function of the language: "+strings.Join(Functions(), ", "))
		}
	case *ast.PredicateNode:
		if holdsPredicate(n.Node) {
			refuse(n, "a search within a search", "one search over a list")
		}
	case *ast.BinaryNode:
		switch n.Operator {
		case "..":
			refuse(n, "a range", "an expression without ranges")
		case "matches":
			checkPattern(n.Right)
		}
	}
}

func refuse(at ast.Node, found, expected string) {
	panic(&Refusal{at.Location().From, found, expected})
}

func checkPattern(n ast.Node) {
	pattern, ok := n.(*ast.StringNode)
	if !ok {
		refuse(n, "a pattern that is not written out", "a pattern in quotes after matches")
	}
	if len(pattern.Value) > MaxPattern {
		refuse(n, fmt.Sprintf("a pattern of %d bytes", len(pattern.Value)), fmt.Sprintf("at most %d", MaxPattern))
	}
	prog, err := compilePattern(pattern.Value)
	if err == nil && len(prog.Inst) > MaxInstructions { // the library reports an error
		refuse(n, fmt.Sprintf("a pattern of %d instructions", len(prog.Inst)),
			fmt.Sprintf("at most %d: a{100} is a hundred", MaxInstructions))
	}
}

// holdsPredicate reports whether there is a search. The work of a search within a search
// grows with the square of the request.
func holdsPredicate(n ast.Node) bool {
	return ast.Find(n, func(n ast.Node) bool { _, is := n.(*ast.PredicateNode); return is }) != nil
}
