package contract

import (
	"encoding/json"
	"time"
)

// Process is what a service does by itself as time passes: it asks operations of another
// system, and the answers move it on. It is in force in a sandbox that has targets for
// those operations, see Call.Asks.
type Process struct {
	Name string   // k2.loan
	Asks []string // ids of the operations, in the order in which they are asked
	// Next takes the questions that are due at the call's instant, at most so many, and
	// answers when the next one is; zero if no time brings one. A question is given once.
	Next func(c *Call, most int) (due []Question, next time.Time)
	// Hear takes the result of a question.
	Hear func(*Call, Question, Heard)
}

// Question is one call of an operation of another system.
type Question struct {
	Process   string          `json:"process"`
	About     string          `json:"about"`             // the thing that is asked about: a contract's number
	Subject   string          `json:"subject,omitempty"` // about which calls keep their order, if it isn't that thing
	Operation string          `json:"operation"`
	Query     string          `json:"query,omitempty"` // encoded, its parameters as the document orders them
	Body      json.RawMessage `json:"body,omitempty"`
}

// Heard is the result of a question: a documented answer, or none after the last try.
type Heard struct {
	Outcome string // the operation's; empty if there was no documented answer
	Body    []byte // of an answer that is no file
	File    []byte // an answer that is one; nil too for one that is longer than is kept
}

// Asks reports whether the call's sandbox has a target for an operation.
func (c *Call) Asks(operation string) bool { return c.Targets[operation] }
