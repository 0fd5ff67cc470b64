// Package contract holds the table that everything else is derived from: the
// operations of the three services and the outcomes each of them may have.
//
// A service package declares its part of the table as values; the gateway routes
// and validates by it, the scenario checker knows its names, the documents print
// it. Nothing about an operation is said anywhere else.
package contract

import (
	"net/http"
	"slices"
	"sync/atomic"
)

// Confidence says how sure it is that the real service behaves this way.
type Confidence string

// From the documents, from public material about the real system, or a guess.
const (
	Documented Confidence = "documented"
	Observed   Confidence = "observed"
	Assumed    Confidence = "assumed"
)

// Effect says what a call does beyond its answer, for users who run a suite against a
// real endpoint: only Reads is harmless there.
type Effect string

// The effects, from harmless to not.
const (
	Reads    Effect = "reads"    // nothing changes and nothing is paid
	Costs    Effect = "costs"    // a paid look-up, or one that can be had once
	Writes   Effect = "writes"   // something is stored or changed
	Messages Effect = "messages" // a person gets a message
)

// Source names the place in the documents that an operation comes from.
type Source struct {
	Document string `json:"document"` // KZ Info, Address, E-Document, K2, ABS
	Section  string `json:"section"`
}

// Operation is one entry of the table.
type Operation struct {
	ID      string // service and name: kyc.address.get
	Method  string
	Path    string // as the document prints it; {name} is a variable
	Summary string
	Source  Source
	Effect  Effect
	Request string // schema of the body or, for GET, of the query as an object of strings
	Rows    string // JSON pointer of the array whose elements are judged one by one ("" is the root)
	Batch   bool   // the operation takes rows, at Rows
	Session string // request field that names a session, if there is one
	// Normalise, where there is one, puts a decoded body that the profile lets
	// through in another shape into the documented one (Call.Body), before the
	// request schema judges it.
	Normalise func(*Call)
	Variants  Variants // what a path variable may be
	Outcomes  []Outcome
	Handle    Handler
	Ledger    []int

	service  *Service
	asked    func() asked      // of Request
	names    map[string]string // of the members that it mentions, to themselves
	rowsAt   []string          // names of the members that lead to Rows
	reserved []Reserved        // those of the service that this operation has
}

// Variants are the documented values of a path variable.
type Variants struct {
	Variable string
	Values   []string
}

// Outcome is one way in which an operation can answer.
type Outcome struct {
	Name       string
	Status     int    // HTTP
	Schema     string // of the body; empty for a file or an empty body
	When       string // the condition, in a sentence
	Confidence Confidence
	Ledger     []int

	Text      string // error_text or the text of a KYC error, to the byte
	OtherText string // as some deployments write Text; empty if all write it alike
	Code      int    // error_code of a K2 or ABS body
	Row       *Row   // what each refused row says, where rows are judged one by one

	// Reports and Marks distinguish the outcome from others with the same status, schema,
	// code and text: see Table.Classify.
	Reports Report
	Marks   []Mark

	// Unshaped says that the outcome is about a request, or a row of it, that
	// isn't of the operation's shape.
	Unshaped bool

	// Arrange brings the state to where this success is true when it is asked for
	// by name; the operation's own behaviour then answers it. Nil where the
	// behaviour answers it without help.
	Arrange Arranger
	// Fixed is the body of a success that says that there is nothing. Asked for
	// by name it is answered without a look at the state.
	Fixed any

	fixed any                    // Fixed as a client decodes it
	last  *atomic.Pointer[known] // the last short body that was found to fit Schema
}

// Success is an outcome with HTTP 200 that a document shows or describes.
func Success(name, schema, when string, ledger ...int) Outcome {
	return Outcome{Name: name, Status: http.StatusOK, Schema: schema, When: when, Confidence: Documented, Ledger: ledger}
}

// Arranged adds how a success comes true when it is asked for by name.
func Arranged(o Outcome, arrange Arranger) Outcome {
	o.Arrange = arrange
	return o
}

// Row is the error of one row of a batch.
type Row struct {
	Code int
	Text string
}

// IsError reports whether the outcome is a failure for the client.
func (o Outcome) IsError() bool { return o.Status >= 400 || o.Code != 0 }

// Service that the operation belongs to.
func (o *Operation) Service() *Service { return o.service }

// Outcome by its name.
func (o *Operation) Outcome(name string) (*Outcome, bool) {
	for i := range o.Outcomes { // which are few
		if out := &o.Outcomes[i]; out.Name == name {
			return out, true
		}
	}
	return nil, false
}

// OutcomeByStatus is the first outcome with an HTTP status.
func (o *Operation) OutcomeByStatus(status int) (*Outcome, bool) {
	i := slices.IndexFunc(o.Outcomes, func(out Outcome) bool { return out.Status == status })
	if i < 0 {
		return nil, false
	}
	return &o.Outcomes[i], true
}

// OutcomeNames in the order of the table.
func (o *Operation) OutcomeNames() []string {
	names := make([]string, len(o.Outcomes))
	for i, out := range o.Outcomes {
		names[i] = out.Name
	}
	return names
}

// ReadsQuery reports whether the request is a query string instead of a body.
func (o *Operation) ReadsQuery() bool { return o.Method == "GET" }
