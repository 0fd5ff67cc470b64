package expression

import (
	"regexp/syntax"

	"github.com/expr-lang/expr/ast"
)

// The bounds of a pattern. The price of a text grows with the number of instructions.
const (
	MaxPattern      = 500 // bytes
	MaxInstructions = 500
)

// compilePattern compiles a pattern as package regexp does, to see how much work it
// is.
func compilePattern(pattern string) (*syntax.Prog, error) {
	parsed, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return nil, err
	}
	return syntax.Compile(parsed.Simplify())
}

// Weight of an expression: its values and operators, and the instructions of its
// patterns. To compile an expression takes time that grows with it.
func Weight(root ast.Node) int {
	w := &weight{}
	ast.Walk(&root, w)
	return w.total
}

type weight struct{ total int }

// Visit implements ast.Visitor.
func (w *weight) Visit(at *ast.Node) {
	w.total++
	matches, ok := (*at).(*ast.BinaryNode)
	if !ok || matches.Operator != "matches" {
		return
	}
	if pattern, ok := matches.Right.(*ast.StringNode); ok {
		if prog, err := compilePattern(pattern.Value); err == nil { // the library reports an error
			w.total += len(prog.Inst)
		}
	}
}

// patternPrice is what a text costs that a pattern is tried on: at each character
// each instruction may be at work. A pattern that begins with ^ and has no choices,
// such as ^[0-9]{12}$, is at one instruction at a time.
func patternPrice(pattern string) rule {
	prog, err := compilePattern(pattern)
	if err != nil {
		return ordered // the library refuses the pattern, too
	}
	atWork := 1
	if prog.StartCond()&syntax.EmptyBeginText == 0 {
		atWork = len(prog.Inst)
	}
	for _, inst := range prog.Inst {
		if inst.Op == syntax.InstAlt || inst.Op == syntax.InstAltMatch {
			atWork = len(prog.Inst)
		}
	}
	return &price{call: cost{steps: 4}, text: cost{steps: 32 * atWork}}
}
