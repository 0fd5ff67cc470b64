package scenario

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/faults"
)

// try is one step of what a client does and sees.
func (g *grammar) try() *byKey {
	expect := definition{name: "expect", varies: true, kind: &choice{
		words: "[what has to come](#expect)", scalar: orStatus(expectedWord()), mapping: g.explain("expect", g.expect()),
	}}
	expectField := field{name: "expect", kind: expect, about: "What has to come."}
	save := field{name: "save", kind: saveKind(), about: "Names for values of the answer, for ${…} in later steps."}
	call := &mapping{what: "a step", fields: []field{
		{
			name: "call", kind: operation(false), about: "The operation that is asked.", required: "the operation that is asked",
			operations: func(p *checker, v value) []*contract.Operation {
				p.called = p.fitting(v.Value)
				return p.called
			},
		},
		{
			name: "with", kind: definition{name: "with", varies: true, kind: anything{"mapping, or a list where the body is one", requestSchema}},
			about: "Fields of the path, the query or the body. Required ones that are left out are filled in.", unless: expectsUnshapedSchema,
		},
		{name: "headers", kind: headers, about: "Of the request."},
		{
			name: parallelKey, kind: whole(fmt.Sprintf("a number of clients, from 2 to %d", maxClients), 2, maxClients),
			about: "How many clients send the call at once, each the same bytes. Without `one` or `rest` all have to be answered as expected.",
		},
		expectField, save,
	}, bonds: []bond{{has: parallelKey, bars: "save", why: "a call of one client: the answers to several may differ"}}}
	repeat := &mapping{what: "a step", fields: []field{
		{
			name: "repeat", kind: whole("a whole number, 1 or more", 1, maxCount), about: "Send the request before again, so many times.", required: "how many times",
			operations: func(p *checker, _ value) []*contract.Operation {
				if p.called == nil {
					return p.table.Operations()
				}
				return p.called
			},
		},
		expectField, save,
	}}
	move := &mapping{what: "a step", fields: []field{{name: moveKey, kind: advanceKind, about: "Move the clock.", required: "how far"}}}
	events := strings.Join(g.table.EventNames(), " or ")
	answer := oneOf(g.table.EventNames()...)
	answers := &mapping{what: "a step", fields: []field{
		{name: "subject", kind: text("IIN", "an IIN"), about: "Whose answer to 1414 it is.", required: "whose answer it is: an IIN"},
		{name: "answer", kind: answer, about: "What the subject answers.", required: events},
	}}
	steps := []*mapping{call, repeat, move, answers, ending(), g.deliveredStep()}
	g.explain("try", merged(steps))
	return &byKey{
		what: "a step such as {call: kyc.address.get, expect: found}", none: "a step without call, repeat, advance, subject, incoming or delivered", tells: "what happens", all: steps,
	}
}

// merged are the fields of several mappings, each once, for the reference.
func merged(all []*mapping) *mapping {
	whole := &mapping{}
	for _, m := range all {
		for _, f := range m.fields {
			if !slices.Contains(whole.names(), f.name) {
				f.required = ""
				whole.fields = append(whole.fields, f)
			}
		}
	}
	return whole
}

// severalIn matches what people write between two of which one has to come.
var severalIn = regexp.MustCompile(` *(?:\bor\b|\|+|,|/) *`)

func expectedWord() *scalar {
	s := word("outcome or fault",
		func(p *checker) []string { return slices.Concat(outcomes(p.operations), faults.Names()) },
		func(p *checker, word string) string {
			return "an outcome of " + p.outcomesOf(" (%s)") + " or a fault" + p.elsewhere(word)
		})
	s.what = "an outcome, a fault, a status, or a mapping such as {any: [found, 503]}"
	one := s.parse
	s.parse = func(p *checker, n node) (any, bool) {
		if words := severalIn.Split(n.Value, -1); len(words) > 1 && !slices.ContainsFunc(words, func(w string) bool {
			return !allDigits.MatchString(w) && !hasOutcome(p.operations, w) && !slices.Contains(faults.Names(), w)
		}) {
			p.refuseMeant(n, quote(n.Value), "one outcome, fault or status, or several in any", "{any: ["+strings.Join(words, ", ")+"]}")
			return nil, false
		}
		return one(p, n)
	}
	return s
}

func (g *grammar) expect() *mapping {
	fault := word("fault", func(*checker) []string { return faults.Names() },
		func(*checker, string) string { return "a fault: " + strings.Join(faults.Names(), ", ") }).expecting("a fault, such as reset")
	word := definition{name: "answer", varies: true, kind: orStatus(expectedWord())}
	return &mapping{what: "an expectation", fields: []field{
		{name: "outcome", kind: expectedOutcome, about: "By its name in the table."},
		{name: "status", kind: statusKind, about: "Of what came over the wire."},
		{name: "body", kind: anything{"what the body has at least", same(object{})}, about: "A subset of the answer's body."},
		{name: "headers", kind: headers, about: "Headers of the answer, each with its whole value."},
		{name: "header", kind: headers, about: "The same as `headers`."},
		{name: "fault", kind: fault, about: "One that the request met."},
		{
			name: "any", kind: definition{name: "answers", varies: true, kind: &list{
				what: "a list of outcomes, faults or statuses, such as [found, 503]", words: "list of outcomes, faults or statuses", empty: "at least one of them", of: word,
			}}, about: "What came is one of these.",
		},
		{name: "that", kind: text("expression", "an expression over what came, such as len(body) == 50"), about: "An expression over `status`, `headers`, `body` (decoded) and `raw` (the text as it was sent)."},
		{name: "findings", kind: countKind(), about: "How many remarks the simulator has about the request."},
		{name: "took", kind: lengthKind("<2s"), about: "How long the answer took, on the sandbox's clock."},
		{name: "one", kind: word, about: "With `parallel`: exactly one of the answers is this."},
		{name: "rest", kind: word, about: "With `parallel`: each of the other answers is this."},
	}, bonds: []bond{
		{has: "header", bars: "headers", why: "one of them"},
		{has: "any", bars: "outcome", why: "one of them: any lists what may come"},
		{has: "any", bars: "status", why: "one of them: any lists what may come"},
		{has: "any", bars: "fault", why: "one of them: any lists what may come"},
		{has: "rest", needs: []string{"one"}, why: "one: what the other answer is"},
	}}
}

// parallelKey is how many clients send a call, of which there are at most maxClients.
const (
	parallelKey = "parallel"
	maxClients  = 64
)

// What HTTP takes for a header (RFC 9110, 5.1 and 5.5).
var (
	headerName  = regexp.MustCompile("^[!#$%&'*+.^_`|~0-9A-Za-z-]+$")
	headerValue = regexp.MustCompile(`^[^\x00-\x08\x0a-\x1f\x7f]+$`)
)

var headers = definition{name: "headers", kind: &named{
	what: "a mapping of header names and values", words: "mapping", key: formed("name", "a header's name", headerName, nil),
	of: headerText(),
}}

func headerText() *scalar {
	s := formed("text", "a value that HTTP can carry: no line breaks, no control characters", headerValue, nil)
	s.what = "a header's value"
	s.editor = same(object{"type": anys("string", "number", "boolean"), "pattern": headerValue.String()})
	return s
}

func saveKind() *named {
	key := formed("name", "a name of letters, digits and _", identifier, nil)
	plain := key.parse
	key.parse = func(p *checker, n node) (any, bool) {
		if slices.Contains(reservedNames, n.Value) {
			p.refuse(n, quote(n.Value), "another name: ${"+n.Value+"} has a meaning of its own")
			return nil, false
		}
		return plain(p, n)
	}
	key.editor = same(object{"pattern": identifier.String(), "not": object{"enum": anys(reservedNames...)}})
	return &named{
		what: "a mapping of names and what they keep, such as {session: body.backend_session_id}", words: "mapping of a name and an expression",
		key: key, of: text("expression", "an expression over body, header and status"),
	}
}

// outcomesOf names the operations under way and, if they are few, their outcomes in a
// form.
func (p *checker) outcomesOf(form string) string {
	const few = 4
	of := ids(p.operations)
	if len(p.operations) > few {
		return of
	}
	return of + fmt.Sprintf(form, strings.Join(outcomes(p.operations), ", "))
}
