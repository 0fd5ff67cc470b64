package scenario

import (
	"github.com/kzsim/kzsim/internal/clock"
	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/document"
	"github.com/kzsim/kzsim/internal/scenario/expression"
	"github.com/kzsim/kzsim/internal/schema"
)

// Try is one step of what a client sees. Exactly one of Call, Advance and Subject
// says what happens.
type Try struct {
	document.Position
	Call    *contract.Operation
	Repeat  int            // times that the call before is sent again, byte for byte; 0 for a new one
	With    any            // decoded JSON and Templates: path variables, query or body by their fields
	Request schema.Shape   // of all of these together
	Fill    bool           // required fields that With leaves out are to be filled in
	Headers map[string]any // text or *Template
	Expect  *Expect        // nil: whatever comes
	Save    []Save

	Advance clock.Move

	Subject any // text or *Template: whose answer
	Answer  string
}

// Expect is what an answer has to be, as far as it says anything.
type Expect struct {
	document.Position
	Outcome string
	Status  int
	Fault   string
	Header  map[string]any // text or *Template
	Body    any            // decoded JSON, Plain and *Template; a subset of the answer's
	HasBody bool
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
