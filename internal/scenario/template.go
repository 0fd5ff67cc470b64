package scenario

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/kzsim/kzsim/internal/document"
	"github.com/kzsim/kzsim/internal/schema"
)

// Template is a text with ${…} in it.
type Template struct {
	document.Position
	Parts []Part
	// Shape of the place where the text stands: it says whether a text that is
	// nothing but one ${…} is sent as a number.
	Shape schema.Shape
}

// Part of a template: a literal text, or a name with its argument.
type Part struct {
	Text string
	Name string // of a saved value, or otp, now, uuid; empty for a literal
	Of   string // the phone of an otp: digits, a saved value, or phone for the last one that was sent
}

// The names that ${…} knows without a save.
const (
	NameOTP  = "otp"  // the code that 1414 last sent to a phone
	NameNow  = "now"  // the sandbox's time
	NameUUID = "uuid" // another one each time
)

// LastPhone is the argument of ${otp(phone)} where no value of that name is saved:
// the phone of the last request that had one.
const LastPhone = "phone"

var builtinNames = []string{NameOTP + "(phone)", NameNow, NameUUID}

// scope is what has been saved by the steps so far.
type scope struct {
	saved []string
	used  map[string]bool
	sends bool     // a code has been sent
	sent  []string // the phones that it may have been sent to; nil if they aren't known
}

var (
	placeholder = regexp.MustCompile(`\$?\$\{([^{}]*)\}?`)
	identifier  = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
	otpCall     = regexp.MustCompile(`^otp\(\s*([A-Za-z0-9_]+)\s*\)$`)
	allDigits   = regexp.MustCompile(`^[0-9]+$`)
)

func (p *checker) template(n node, s schema.Shape, in *scope) *Template {
	t := &Template{Position: p.at(n.Node), Shape: s}
	rest := n.Value
	for {
		at := placeholder.FindStringSubmatchIndex(rest)
		if at == nil {
			break
		}
		whole, inner := rest[at[0]:at[1]], rest[at[2]:at[3]]
		t.add(Part{Text: rest[:at[0]]})
		rest = rest[at[1]:]
		switch {
		case strings.HasPrefix(whole, "$$"):
			t.add(Part{Text: whole[1:]}) // $${x} is the text ${x}
		case !strings.HasSuffix(whole, "}"):
			p.refuse(n, quote(whole), "a closing } after the name")
		default:
			t.add(p.placeholder(n, strings.TrimSpace(inner), in))
		}
	}
	t.add(Part{Text: rest})
	return t
}

func (t *Template) add(part Part) {
	if part != (Part{}) {
		t.Parts = append(t.Parts, part)
	}
}

func (p *checker) placeholder(n node, text string, in *scope) Part {
	if m := otpCall.FindStringSubmatch(text); m != nil {
		p.checkPhone(n, m[1], in)
		in.used[m[1]] = true
		return Part{Name: NameOTP, Of: m[1]}
	}
	if text != NameNow && text != NameUUID {
		p.checkSaved(n, text, in)
	}
	in.used[text] = true
	return Part{Name: text}
}

// checkPhone refuses the code of a phone to which no step before has sent one.
func (p *checker) checkPhone(n node, of string, in *scope) {
	digits := allDigits.MatchString(of)
	switch {
	case of != LastPhone && !digits:
		p.checkSaved(n, of, in)
	case !in.sends && !slices.Contains(in.saved, of):
		p.refuse(n, quote(n.Value), "a call before it that sends a code: one with a "+LastPhone)
	case digits && in.sent != nil && !slices.ContainsFunc(in.sent, func(have string) bool { return subscriber(have) == subscriber(of) }):
		p.refuseWord(n, of, "a phone that a call before has named: "+strings.Join(in.sent, ", "), in.sent)
	}
}

// subscriber is what two spellings of a phone share.
func subscriber(phone string) string { return phone[max(len(phone)-10, 0):] }

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

func (p *checker) checkSaved(n node, name string, in *scope) {
	if slices.Contains(in.saved, name) {
		return
	}
	p.find(document.Finding{
		Position: p.at(n.Node), Path: n.path, Found: quote("${" + name + "}"), Severity: document.Error,
		Expected: "a value that an earlier step saved, or ${otp(phone)}, ${now}, ${uuid}",
		Nearest:  document.Meant(name, slices.Concat(in.saved, builtinNames)),
	})
}
