package scenario

import (
	"strconv"
	"strings"

	"github.com/kzsim/kzsim/internal/clock"
	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/document"
	"github.com/kzsim/kzsim/internal/scenario/expression"
	"github.com/kzsim/kzsim/internal/schema"
)

// Try is one step of what a client sees. Exactly one of Call, Advance, Subject, Incoming
// and Delivered says what happens.
type Try struct {
	document.Position
	Call    *contract.Operation
	Repeat  int            // times that the call before is sent again, byte for byte; 0 for a new one
	Clients int            // who send the call at once, each the same bytes; 0 for one alone
	With    any            // decoded JSON and Templates: path variables, query or body by their fields
	Request schema.Shape   // of all of these together
	Fill    bool           // required fields that With leaves out are to be filled in
	Headers map[string]any // text or *Template
	Expect  *Expect        // nil: any answer
	Save    []Save

	Advance clock.Move

	Incoming     string // reference of a demand that ends; empty for none
	Ends, Reason string // how, and for which reason

	Subject any // text or *Template: whose answer
	Answer  string

	Delivered *Delivered // calls that the services have made by now
}

// Delivered are calls that the services have made by themselves, as far as it says anything.
type Delivered struct {
	document.Position
	Operation   *contract.Operation
	Outcome     string // of the answer; empty for any
	Query, Body any    // decoded JSON, Plain and *Template, a subset of what was sent; nil for any
	Count       *Count // nil for at least one
}

// Expect is what an answer has to be, as far as it says anything.
type Expect struct {
	document.Position
	Answer
	Any       []Answer       // one of them; nil for any
	Header    map[string]any // text or *Template
	Body      any            // decoded JSON, Plain and *Template; a subset of the answer's
	HasBody   bool
	That      *Condition // of an answer
	Findings  *Count     // of the request
	Took      *Length    // of the sandbox's time
	One, Rest *Answer    // of several clients one is answered so, and all the others so
}

// Answer in a word: an outcome, a status or a fault. What is zero may be anything.
type Answer struct {
	Outcome string
	Status  int
	Fault   string
}

func (a Answer) String() string {
	switch {
	case a.Outcome != "":
		return a.Outcome
	case a.Fault != "":
		return a.Fault
	}
	return strconv.Itoa(a.Status)
}

// Came is an answer as a condition looks at it. Body is decoded JSON, nil if it is none.
type Came struct {
	Status int
	Header map[string][]string
	Body   any
	Raw    []byte
}

// OfAnswer reports whether a condition holds of an answer; if not, what was found.
func (c *Condition) OfAnswer(a Came) (found string, ok bool) {
	budget := new(expression.Budget)
	clause, found, ok := c.check(answerEnv{
		Scope: budget.Scope(), Body: plainNumbers(a.Body), Headers: firsts(a.Header), Status: a.Status, Raw: string(a.Raw),
	}, budget, new(expression.Memory))
	if !ok && len(c.clauses) > 1 {
		found = strings.TrimSuffix(clause+" is false: "+found, ": ")
	}
	return found, ok
}

// Plain is a scalar that was written without quotes in an expected body: it is met
// by a text, a number or a truth value that reads the same.
type Plain string

// Save keeps a value of the answer under a name.
type Save struct {
	document.Position
	Name string
	Text string
	expr *expression.Program
}

// Value of an answer. Body is decoded JSON, nil if it is none. To work the value out
// and to keep it has one budget; it fails when that is spent.
func (s Save) Value(status int, header map[string][]string, body any) (any, error) {
	budget := new(expression.Budget)
	v, err := s.expr.Run(responseEnv{
		Scope: budget.Scope(), Body: plainNumbers(body), Header: firsts(header), Status: status,
	})
	if err != nil {
		return nil, err
	}
	return v, budget.Keep(v)
}
