// Package delivery sends what the services send by themselves to the client's own
// endpoints, and remembers in the run's store how that went. K2's list of exclusions is
// the one such push in the documents (ledger 61, 116).
//
// A push goes out when what it says has changed. It is delivered when the endpoint
// answers a success that the contract knows; else it is tried again, at times of
// the sandbox's clock, until there is something newer to say or the tries are used
// up. Each list is whole, so a newer one takes the place of one that still waits.
package delivery

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/kzsim/kzsim/internal/store"
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

// Delivery is one body on its way to the endpoint of its operation. Where that is
// isn't part of it: a snapshot holds no addresses.
type Delivery struct {
	ID        string          `json:"id"`        // del-000001, by run
	Operation string          `json:"operation"` // of the contract
	At        time.Time       `json:"at"`        // the sandbox's time when it was made
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

// Clone copies what the value shares.
func (d Delivery) Clone() Delivery {
	d.Body = slices.Clone(d.Body)
	d.Attempts = append([]Attempt{}, d.Attempts...)
	return d
}

// end a delivery in a state.
func (d *Delivery) end(in State) { d.State, d.Next = in, time.Time{} }

// tried once more: taken, to be tried again after a pause, or given up.
func (d *Delivery) tried(attempt Attempt, now time.Time) {
	d.Attempts = append(d.Attempts, attempt)
	switch n := len(d.Attempts); {
	case attempt.Error == "":
		d.end(Delivered)
	case n > len(pauses):
		d.end(GivenUp)
	default:
		d.Next = now.Add(pauses[n-1])
	}
}

// pauses between the tries, of the sandbox's time (ledger 116).
var pauses = []time.Duration{time.Second, 5 * time.Second, 30 * time.Second, 2 * time.Minute, 10 * time.Minute}

// How many deliveries a run remembers, the newest, and how many bytes of their bodies:
// each holds a whole list.
const (
	kept      = 100
	keptBytes = 8 << 20
)

var (
	deliveries = store.DefineRecord[Delivery]("deliveries") // by id
	// latest leads from an operation to its latest delivery.
	latest = store.DefineRecord[string]("latest-deliveries")
)

// Records that deliveries keep in a run.
func Records() []store.Definition {
	return []store.Definition{deliveries.Definition(), latest.Definition()}
}

// latestOf an operation; false before the first.
func latestOf(r store.Reader, operation string) (Delivery, bool) {
	id, ok := latest.Get(r, operation)
	if !ok {
		return Delivery{}, false
	}
	return deliveries.Get(r, id)
}

// group counts the deliveries of a run.
const group = "deliveries"

// post makes a delivery of a body. The oldest go that there is no room for.
func post(tx *store.Tx, operation string, body []byte, now time.Time) Delivery {
	n := tx.Counters().Next(group, "") + 1
	d := Delivery{
		ID: idOf(n), Operation: operation, At: now, State: Waiting, Next: now, Body: body, Attempts: []Attempt{},
	}
	deliveries.Put(tx, d.ID, d)
	latest.Put(tx, operation, d.ID)
	bytes := 0
	for i := n; i > 0; i-- {
		old, found := tx.Get(deliveries.Name(), idOf(i)) // no copy is needed
		if !found {
			break // those before it went, too
		}
		bytes += len(old.(Delivery).Body)
		if (i <= n-kept || bytes > keptBytes) && !isLatest(tx, idOf(i)) {
			deliveries.Delete(tx, idOf(i))
		}
	}
	return d
}

func idOf(n int) string { return fmt.Sprintf("del-%06d", n) }

func isLatest(r store.Reader, id string) bool {
	for _, other := range latest.All(r) {
		if other == id {
			return true
		}
	}
	return false
}
