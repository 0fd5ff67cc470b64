package contract

import (
	"github.com/kzsim/kzsim/internal/store"
)

// Service is one of the simulated services: its part of the table.
type Service struct {
	Name        string // kyc, k2, abs
	Title       string
	Prefix      string // what the paths of the service begin with
	Operations  []Operation
	Switches    []Switch
	Reserved    []Reserved
	Fixtures    []Fixture
	Views       []View
	Makers      []Maker
	Collections []store.Definition
	Machines    []*Machine
	Pushes      []Push
	Processes   []Process
	Invariants  []Invariant
	Events      []Event
	Dialect     Dialect
}

// Push is what a service sends to its client by itself, each time that it changes.
type Push struct {
	Operation string                 // of the table; the client serves an endpoint like it
	Body      func(store.Reader) any // that is sent, as the state stands
}

// Event is what a person does beside the client's requests: the person answers a
// message of 1414. Scenarios and tests let it happen by its name.
type Event struct {
	Name string // approve, reject
	// Happen lets a person (an IIN) do it. The error says that there is nothing that
	// the person could do it to.
	Happen func(c *Call, iin string) error
}

// Dialect is how a service says that something is wrong. Each function answers
// the body; the status is the outcome's.
type Dialect struct {
	// Malformed is the outcome that every operation of the service has for a
	// request of the wrong shape.
	Malformed Outcome
	// Envelope is how an error's body is read, whichever operation it comes from.
	Envelope Envelope
	// SayMalformed is the answer to a request that isn't of the operation's shape.
	SayMalformed func(*Call, Problem) any
	// SayError is the body of an error outcome, with the rows that it concerns.
	SayError func(*Call, Outcome, []RowError) any
	// StatusOf is the HTTP status of an outcome where the profile may change it; nil where
	// every answer has its outcome's own.
	StatusOf func(*Call, Outcome) int
	// Admits reports whether a request has the login that the profile asks for; nil where
	// the service never asks for one.
	Admits func(*Call) bool
	// SayTransport is the body of an answer that never reaches an operation: an
	// unknown path or method, a body too large or of another content type. It
	// answers the HTTP status that the service uses for it, too.
	SayTransport func(status int, text string) (int, any)
}

// RowError is one refused row of a batch.
type RowError struct {
	Index     int // of the row in the request, from 0
	Code      int
	Text      string
	RequestID any // as the request had it, nil if it had none
}

// Reserved is a value that causes an outcome without any set-up, as the test cards
// of a payment provider do.
type Reserved struct {
	On      []string `json:"on"`    // operation ids
	Field   string   `json:"field"` // name of the request's field, in the body, a row, the query or the path
	Value   string   `json:"value"`
	Outcome string   `json:"outcome"`
	About   string   `json:"about,omitempty"`
}

// Fixture is one kind of thing that can be true at the start of a scenario.
type Fixture struct {
	Name   string // as in a scenario's `given`: subjects, k2.loans
	Schema string // of one item
	Key    string // the field by which an item is found again; empty where several may have one value
	About  string
	// Apply makes one item true in the state. Item is decoded JSON that fits the
	// schema; an error says what is wrong with its value.
	Apply func(*Call, any) error
}
