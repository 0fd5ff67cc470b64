package scenario

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/expr-lang/expr/ast"
	"gopkg.in/yaml.v3"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/document"
	"github.com/kzsim/kzsim/internal/scenario/expression"
	"github.com/kzsim/kzsim/internal/schema"
)

// Template is a text with ${…} in it. Value works it out.
type Template struct {
	document.Position
	Parts []Part
	// Shape of the place where the text stands: it says whether a text that is
	// nothing but one ${…} is sent as a number.
	Shape schema.Shape

	known   map[string]any   // values that were known when the document was read, by their names
	makers  []contract.Maker // functions of the services
	views   []contract.View  // that it looks at the state by; nil if it doesn't
	counted []*Expectation   // answers that it asks the number of
}

// Part of a template: a literal text, or what stands between ${ and }.
type Part struct {
	Text   string // of a literal
	Source string // what stands there otherwise

	name  string              // of a value, where it is nothing but that
	made  bool                // the name is a function's
	whole *expression.Program // of the expression, where it is more than a name
}

// scope is what the ${…} of a place see.
type scope struct {
	saved []string       // the names of values that are there when the text is needed
	known map[string]any // values that are known already, by their names
	used  map[string]bool
	steps bool     // they are those of a try
	sends bool     // a code has been sent
	sent  []string // the phones that it may have been sent to; nil if they aren't known

	ofRequest []*contract.Operation // whose requests they see, with the state; nil for none
	made      []*Template           // so far
}

// names of all values that are seen.
func (s *scope) names() []string {
	return append(slices.Clone(s.saved), slices.Sorted(maps.Keys(s.known))...)
}

func (p *checker) template(n node, s schema.Shape, in *scope) *Template {
	if known := p.seen[n.Node]; known != nil {
		defer func(outer map[string]any) { in.known = outer }(in.known)
		in.known = known
	}
	t := &Template{Position: p.at(n.Node), Shape: s, known: in.known, makers: p.table.Makers()}
	rest := n.Value
	for {
		before, after, there := strings.Cut(rest, "${")
		if !there {
			break
		}
		if text, is := strings.CutSuffix(before, "$"); is { // $${x} is the text ${x}
			t.add(Part{Text: text + "${"})
			rest = after
			continue
		}
		t.add(Part{Text: before})
		end, closed := closing(after)
		if !closed {
			p.refuse(n, quote("${"+after[:end]), "a closing } after the name")
			return t
		}
		at := len(n.Value) - len(after)
		t.add(p.placeholder(n, at, after[:end], t, in))
		rest = after[end+1:]
	}
	t.add(Part{Text: rest})
	in.made = append(in.made, t)
	return t
}

// scopeOf the values of a rule for these operations.
func scopeOf(ops []*contract.Operation) *scope {
	return &scope{ofRequest: ops, used: map[string]bool{}}
}

// closing bracket of what follows a ${: brackets within it and texts in quotes are
// passed over. Where there is none, the answer is where the name ends.
func closing(text string) (end int, closed bool) {
	depth := 0
	var in rune // the quote of the text under way
	escaped := false
	for i, r := range text {
		switch {
		case escaped:
			escaped = false
		case in != 0:
			if escaped = r == '\\' && in != '`'; r == in {
				in = 0
			}
		case r == '"' || r == '\'' || r == '`':
			in = r
		case r == '{':
			depth++
		case r == '}' && depth == 0:
			return i, true
		case r == '}':
			depth--
		}
	}
	return len(text), false
}

func (t *Template) add(part Part) {
	if part != (Part{}) {
		t.Parts = append(t.Parts, part)
	}
}

// placeholder is what stands between ${ and }, so many bytes into a scalar.
func (p *checker) placeholder(n node, at int, text string, t *Template, in *scope) Part {
	part := Part{Source: strings.TrimSpace(text)}
	if identifier.MatchString(part.Source) {
		saved := slices.Contains(in.names(), part.Source)
		part.name, part.made = part.Source, !saved && slices.Contains(lone(t.makers), part.Source)
		if saved || part.made || in.ofRequest == nil && !slices.Contains(timeNames, part.name) {
			in.used[part.name] = true
			p.checkNamed(n, part, in)
			return part
		}
		part.name = ""
	}
	if m := otpCall.FindStringSubmatch(part.Source); m != nil && in.ofRequest == nil {
		in.used[m[1]] = true
		if !p.checkPhone(n, m[1], in) {
			return Part{}
		}
		if allDigits.MatchString(m[1]) { // a phone is no number
			text = NameOTP + `("` + m[1] + `")`
		}
	}
	part.whole = p.valueExpression(within(n, at, text), t, in)
	if part.whole == nil {
		return Part{}
	}
	return part
}

// within is a part of a scalar as a node of its own, so that what is wrong in it is put to
// where it stands.
func within(n node, at int, text string) node {
	part := *n.Node
	part.Value = text
	before := n.Value[:at]
	if n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
		part.Line += strings.Count(before, "\n")
	} else {
		part.Column += utf8.RuneCountInString(before)
	}
	return node{&part, n.path}
}

// valueExpression compiles an expression of a template; nil if it was refused.
func (p *checker) valueExpression(n node, t *Template, in *scope) *expression.Program {
	names, roots := slices.Concat(in.names(), makerNames(t.makers)), map[string]schema.Shape{}
	if in.sends {
		names = append(names, LastPhone)
	}
	var env any = stepValueEnv{}
	outer := p.state
	p.state = nil
	if in.ofRequest != nil {
		names, env = append(slices.Clone(requestNames), names...), requestValueEnv{}
		roots = p.requestRoots(in.ofRequest)
		p.state = &seen{views: p.table.Views(), told: map[ast.Node]bool{}}
	}
	if in.ofRequest == nil {
		names = append(names, timeNames...)
	}
	defer func() { p.state = outer }()
	if !p.expression(n, n.Value, roots, names) {
		return nil
	}
	rewriting := &naming{names: in, makers: t.makers, phone: in.sends}
	program, err := compileExpression(n.Value, env, rewriting.option())
	switch {
	case rewriting.refused != nil:
		err = rewriting.refused
	case err == nil && p.state != nil && p.state.looks:
		t.views, t.counted = p.state.views, append(t.counted, p.state.counted...)
	}
	if err != nil {
		p.refuseExpression(n, err, names)
		return nil
	}
	return program
}

// send notes the phone of a call.
func (s *scope) send(with any) {
	fields, _ := with.(map[string]any)
	switch phone := fields[LastPhone].(type) {
	case string, json.Number:
		if !s.sends || s.sent != nil {
			s.sent = append(s.sent, fmt.Sprint(phone))
		}
	default:
		s.sent = nil
	}
	s.sends = true
}
