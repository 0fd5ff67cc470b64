package expression

import "regexp/syntax"

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
