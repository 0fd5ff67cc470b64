package scenario

import (
	"regexp"
	"strings"

	"github.com/expr-lang/expr/ast"
	"gopkg.in/yaml.v3"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/scenario/expression"
)

// plainPad is the usual expression of an item. It is worked out without the expression
// language: a document may have thousands of it.
var plainPad = regexp.MustCompile(`^pad\(\s*([A-Za-z_][A-Za-z0-9_]*)\s*,\s*([0-9]{1,3})\s*\)$`)

// fill replaces the ${…} of a scalar that use only known values. The others stay, and the known
// values are noted for their evaluation.
func (m maker) fill(n node, known map[string]any) {
	if len(known) == 0 {
		return
	}
	var made strings.Builder
	rest, left := n.Value, false
	var only any
	for {
		before, after, there := strings.Cut(rest, "${")
		made.WriteString(before)
		if !there {
			break
		}
		end, closed := closing(after)
		if !closed || strings.HasSuffix(before, "$") {
			made.WriteString("${")
			rest = after
			continue
		}
		at := len(n.Value) - len(after)
		v, is := m.value(within(n, at, after[:end]), known)
		if left = left || !is; !is {
			made.WriteString("${" + after[:end] + "}")
		} else {
			made.WriteString(AsText(v))
		}
		only, rest = v, after[end+1:]
		if before != "" || rest != "" {
			only = nil
		}
	}
	if left {
		m.seen[n.Node] = known
	}
	if made.String() == n.Value {
		return
	}
	n.Value = made.String()
	if typeOf(only) != "a text" { // a number or a truth value, as if it were written without quotes
		n.Style &^= yaml.DoubleQuotedStyle | yaml.SingleQuotedStyle
	}
}

// value of what stands between ${ and }; false if it sees more than known values.
func (m maker) value(n node, known map[string]any) (any, bool) {
	text := strings.TrimSpace(n.Value)
	if v, is := known[text]; is {
		return v, true
	}
	if pad := plainPad.FindStringSubmatch(text); pad != nil {
		if v, is := known[pad[1]]; is {
			if digits, err := padded(AsText(v), pad[2]); err == nil {
				return digits, true
			}
		}
	}
	if !m.seesOnly(text, known) {
		return nil, false
	}
	program, compiled := m.programs[text]
	if !compiled {
		t := &Template{known: known, makers: []contract.Maker{}}
		program = m.valueExpression(n, t, &scope{known: known, used: map[string]bool{}})
		m.programs[text] = program
	}
	if program == nil {
		return nil, true // it has been refused
	}
	t := &Template{known: known}
	in := &Values{Call: &contract.Call{}, budget: m.budget}
	in.budget.Begin()
	v, err := t.part(Part{Source: text, whole: program}, in)
	if err == nil {
		err = in.budget.Keep(v)
	}
	if err != nil {
		m.refuse(n, "${"+text+"}: "+firstLine(err), "a value that can be worked out")
		return nil, true
	}
	return v, true
}

// seesOnly reports whether an expression names known values and no others, and makes none
// but by pad.
func (m maker) seesOnly(text string, known map[string]any) bool {
	tree, err := expression.Parse(text)
	if err != nil {
		return false // it is reported where it is read
	}
	v := &foreign{known: known}
	ast.Walk(&tree.Node, v)
	return v.own && !v.others
}

// foreign looks for names of an expression that aren't known.
type foreign struct {
	known       map[string]any
	own, others bool
}

// Visit implements ast.Visitor.
func (v *foreign) Visit(at *ast.Node) {
	n, isName := (*at).(*ast.IdentifierNode)
	if !isName || n.Value == namePad {
		return
	}
	_, own := v.known[n.Value]
	v.own, v.others = v.own || own, v.others || !own
}
