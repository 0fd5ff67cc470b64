package scenario

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/document"
	"github.com/kzsim/kzsim/internal/scenario/expression"
)

// The names that ${…} knows beside those of values and of the services' makers.
const (
	NameOTP  = "otp"  // the code that 1414 last sent to a phone
	NameNow  = "now"  // the sandbox's time
	NameUUID = "uuid" // another one each time, or the one of a key
	nameDate = "date" // the day on the sandbox's clock
	namePad  = "pad"  // a number with zeros before it
)

// LastPhone is the argument of ${otp(phone)} where no value of that name is saved:
// the phone of the last request that had one.
const LastPhone = "phone"

var (
	builtinNames  = []string{NameOTP + "(phone)", NameNow, NameUUID}
	reservedNames = []string{NameOTP, NameNow, NameUUID}
	timeNames     = []string{NameNow, "hour", "minute", "weekday"}

	identifier = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
	otpCall    = regexp.MustCompile(`^otp\(\s*([A-Za-z0-9_]+)\s*\)$`)
	allDigits  = regexp.MustCompile(`^[0-9]+$`)
)

// makerNames are the functions that only values have.
func makerNames(makers []contract.Maker) []string {
	names := []string{namePad, NameUUID}
	for _, m := range makers {
		names = append(names, m.Name)
	}
	return names
}

// lone are the names that mean a value without brackets after them.
func lone(makers []contract.Maker) []string {
	names := []string{NameNow, NameUUID, nameDate}
	for _, m := range makers {
		if m.Takes == "" {
			names = append(names, m.Name)
		}
	}
	return names
}

// The functions by which an expression asks for what has no field in its environment: a
// value by its name, and a made one.
const (
	namedCall = "(named)"
	makeCall  = "(make)"
)

// naming is a visitor that makes calls of the names that the environment of an expression
// doesn't have.
type naming struct {
	names   *scope
	makers  []contract.Maker
	phone   bool // the phone of the last request is known
	refused *expression.Refusal

	before map[ast.Node]string // the names, by the calls that stand in their places
}

func (v *naming) option() expr.Option {
	v.before = map[ast.Node]string{}
	return expr.Patch(v)
}

// Visit implements ast.Visitor. The callee of a call is visited before the call.
func (v *naming) Visit(at *ast.Node) {
	switch n := (*at).(type) {
	case *ast.IdentifierNode:
		switch {
		case slices.Contains(v.names.names(), n.Value), n.Value == LastPhone && v.phone:
			v.names.used[n.Value] = true
			v.replace(at, namedCall, n.Value)
		case n.Value != NameNow && slices.Contains(lone(v.makers), n.Value):
			v.replace(at, makeCall, n.Value)
		}
	case *ast.CallNode:
		v.call(at, n)
	}
}

func (v *naming) replace(at *ast.Node, function, name string, more ...ast.Node) {
	call := &ast.CallNode{
		Callee: &ast.IdentifierNode{Value: function}, Arguments: append([]ast.Node{&ast.StringNode{Value: name}}, more...),
	}
	call.SetLocation((*at).Location())
	call.Callee.SetLocation((*at).Location())
	v.before[call] = name
	*at = call
}

// call of one of the functions that only values have.
func (v *naming) call(at *ast.Node, n *ast.CallNode) {
	name, replaced := v.before[n.Callee]
	if callee, is := n.Callee.(*ast.IdentifierNode); is {
		name = callee.Value
	} else if !replaced {
		return
	}
	if !slices.Contains(makerNames(v.makers), name) {
		return
	}
	least, most, form := v.takes(name)
	if got := len(n.Arguments); got < least || got > most {
		v.refuse(n.Callee, fmt.Sprintf("%s with %d values", name, got), form)
		return
	}
	v.replace(at, makeCall, name, n.Arguments...)
}

// takes answers how many values a function is given, and how it is written.
func (v *naming) takes(name string) (least, most int, form string) {
	if name == namePad {
		return 2, 2, "pad(i, 4): a number, and how many digits it has at least"
	}
	for _, m := range v.makers {
		if m.Name == name && m.Takes != "" {
			return 1, 1, fmt.Sprintf("%s(%s)", name, m.Takes)
		}
	}
	return 0, 1, fmt.Sprintf("%s, another one each time, or %[1]s(i), the same one for the same i", name)
}

func (v *naming) refuse(at ast.Node, found, expected string) {
	if v.refused == nil {
		v.refused = &expression.Refusal{From: at.Location().From, Found: found, Expected: expected}
	}
}

// checkPhone refuses the code of a phone to which no step before has sent one.
func (p *checker) checkPhone(n node, of string, in *scope) bool {
	digits := allDigits.MatchString(of)
	switch {
	case of != LastPhone && !digits:
		return p.checkNamed(n, Part{name: of}, in)
	case !in.sends && !slices.Contains(in.names(), of):
		p.refuse(n, quote(n.Value), "a call before it that sends a code: one with a "+LastPhone)
		return false
	case digits && in.sent != nil && !slices.ContainsFunc(in.sent, func(have string) bool { return subscriber(have) == subscriber(of) }):
		p.refuseWord(n, of, "a phone that a call before has named: "+strings.Join(in.sent, ", "), in.sent)
		return false
	}
	return true
}

// subscriber is what two spellings of a phone share.
func subscriber(phone string) string { return phone[max(len(phone)-10, 0):] }

// checkNamed refuses the name of no value.
func (p *checker) checkNamed(n node, part Part, in *scope) bool {
	if part.made || slices.Contains(in.names(), part.name) {
		return true
	}
	expected, names := "a value that an earlier step saved, or ${otp(phone)}, ${now}, ${uuid}", builtinNames
	if !in.steps {
		expected, names = "the name of a var or of an each, or ${now}, ${date}, ${uuid}, ${iin}", lone(p.table.Makers())
	}
	p.refuseMeant(n, quote("${"+part.name+"}"), expected, document.Meant(part.name, slices.Concat(in.names(), names)))
	return false
}
