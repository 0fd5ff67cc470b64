// Package delivery sends what the services send by themselves to the client's own
// endpoints, and remembers how that went. K2's list of exclusions is the one such
// push in the documents (ledger 61, 116).
//
// A push goes out when what it says has changed. It is delivered when the endpoint
// answers a success that the contract knows; else it is tried again, at times of
// the sandbox's clock, until there is something newer to say or the tries are used
// up. Each list is whole, so a newer one takes the place of one that still waits.
package delivery

import (
	"encoding/json"
	"time"
)

// State of a delivery.
type State string

// Waiting is the only state that isn't final.
const (
	Waiting   State = "waiting"   // for its first try, or for the next
	Delivered State = "delivered" // the endpoint has taken it
	GivenUp   State = "given-up"  // every try failed
	Overtaken State = "overtaken" // a newer one was made before this was taken
)

// Delivery is one body on its way to one endpoint.
type Delivery struct {
	ID        string          `json:"id"`        // del-000001, by sandbox
	Operation string          `json:"operation"` // of the contract
	URL       string          `json:"url"`
	At        time.Time       `json:"at"` // the sandbox's time when it was made
	State     State           `json:"state"`
	Next      time.Time       `json:"next,omitzero"` // the sandbox's time of the next try
	Body      json.RawMessage `json:"body"`
	Attempts  []Attempt       `json:"attempts"`
}

// Attempt is one try.
type Attempt struct {
	At     time.Time `json:"at"`               // the sandbox's time
	Took   float64   `json:"took_ms"`          // of the machine's time
	Status int       `json:"status,omitempty"` // HTTP; 0 if nothing was answered
	Answer string    `json:"answer,omitempty"` // the beginning of the body
	Error  string    `json:"error,omitempty"`  // why it doesn't count
}

// clone is a copy that doesn't change any more.
func (d *Delivery) clone() Delivery {
	c := *d
	c.Attempts = append([]Attempt{}, d.Attempts...)
	return c
}

// pauses between the tries, of the sandbox's time (ledger 116).
var pauses = []time.Duration{time.Second, 5 * time.Second, 30 * time.Second, 2 * time.Minute, 10 * time.Minute}

// kept is how many deliveries a sandbox remembers, the newest: each holds a whole list.
const kept = 100
