// Package delivery calls other systems for the services: it sends their pushes to the
// client's endpoints, sends the questions of their processes, and stores the results in the
// run's store. Both belong to K2 in the documents (ledger 61, 116, 121).
//
// A push is sent when its body has changed. A newer push replaces one that still waits,
// since each is complete. A question is sent when it is due, and its process
// takes the answer in the transaction that stores it. A call ends when the other system
// gives an answer of the contract (a success to a push, any outcome to a question); else it
// is tried again, at times of the sandbox's clock, until the tries are used up. A call
// that was under way when a run was left is made again, under the same id.
package delivery

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/kzsim/kzsim/internal/contract"
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

// Delivery is one call to the endpoint of its operation. It does not contain the
// address of the endpoint: a snapshot has no addresses.
type Delivery struct {
	ID        string          `json:"id"`                // del-000001, by run
	Operation string          `json:"operation"`         // of the contract
	Process   string          `json:"process,omitempty"` // that asks; empty for a push
	About     string          `json:"about,omitempty"`   // what it asks about
	Subject   string          `json:"subject,omitempty"` // calls of one subject keep their order; empty: About is the subject
	At        time.Time       `json:"at"`                // the sandbox's time when it was made
	State     State           `json:"state"`
	Next      time.Time       `json:"next,omitzero"` // the sandbox's time of the next try
	Order     Order           `json:"order,omitempty"`
	Query     string          `json:"query,omitempty"`
	Body      json.RawMessage `json:"body,omitempty"`
	Attempts  []Attempt       `json:"attempts"`
	Repeats   string          `json:"repeats,omitempty"` // the id of the delivery that was asked for again
}

// question that the delivery asks.
func (d Delivery) question() contract.Question {
	return contract.Question{Process: d.Process, About: d.About, Subject: d.Subject, Operation: d.Operation, Query: d.Query, Body: d.Body}
}

// Attempt is one try.
type Attempt struct {
	At      time.Time `json:"at"`                // the sandbox's time
	Took    float64   `json:"took_ms"`           // of the machine's time
	Status  int       `json:"status,omitempty"`  // HTTP; 0 if nothing was answered
	Outcome string    `json:"outcome,omitempty"` // of the operation; empty if the answer is none
	Answer  string    `json:"answer,omitempty"`  // the beginning of the body, unless it is a file
	Error   string    `json:"error,omitempty"`   // why it doesn't count
}

// Clone copies what the value shares.
func (d Delivery) Clone() Delivery {
	d.Body = slices.Clone(d.Body)
	d.Attempts = append([]Attempt{}, d.Attempts...)
	return d
}

// end a delivery in a state.
func (d *Delivery) end(in State) { d.State, d.Next = in, time.Time{} }

// tried once more: taken, to be tried again after a pause, or given up. One that is over stays
// so.
func (d *Delivery) tried(attempt Attempt, now time.Time) {
	d.Attempts = append(d.Attempts, attempt)
	switch n := len(d.Attempts); {
	case d.State != Waiting:
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

// How many deliveries a run remembers that are over, the newest, and how many bytes of their
// bodies: a push holds a whole list.
const (
	kept      = 300
	keptBytes = 8 << 20
)

var (
	deliveries = store.DefineRecord[Delivery]("deliveries") // by id
	// latest leads from a push's operation to its latest delivery.
	latest = store.DefineRecord[string]("latest-deliveries")
	// waiting leads from the instant of the next try to the delivery.
	waiting = store.DefineRecord[string]("waiting-deliveries")
)

// Records that deliveries keep in a run.
func Records() []store.Definition {
	return []store.Definition{deliveries.Definition(), latest.Definition(), waiting.Definition()}
}

// latestOf a push's operation; false before the first.
func latestOf(r store.Reader, operation string) (Delivery, bool) {
	id, ok := latest.Get(r, operation)
	if !ok {
		return Delivery{}, false
	}
	return deliveries.Get(r, id)
}

// group counts the deliveries of a run.
const group = "deliveries"

// post a call, which waits for its first try. The oldest are removed if there are too many.
func post(tx *store.Tx, q contract.Question, now time.Time) Delivery {
	d := Delivery{Operation: q.Operation, Process: q.Process, About: q.About, Subject: q.Subject, Query: q.Query, Body: q.Body}
	d.begin(tx, now)
	if d.Process == "" {
		latest.Put(tx, d.Operation, d.ID)
	}
	forget(tx)
	return d
}

// begin a delivery under an id of its own.
func (d *Delivery) begin(tx *store.Tx, now time.Time) {
	d.ID = idOf(tx.Counters().Next(group, "") + 1)
	d.At, d.Next, d.State, d.Order, d.Attempts = now, now, Waiting, InTurn, []Attempt{}
	put(tx, *d)
}

// put stores a delivery as it is now.
func put(tx *store.Tx, d Delivery) {
	if old, ok := deliveries.Get(tx, d.ID); ok && old.State == Waiting {
		waiting.Delete(tx, old.waitingKey())
	}
	deliveries.Put(tx, d.ID, d)
	if d.State == Waiting {
		waiting.Put(tx, d.waitingKey(), d.ID)
	}
}

// waitsAt reports whether the delivery waits under a key. In a snapshot that was changed by hand it may
// be another one, which no try of the call would take away.
func (d Delivery) waitsAt(key string) bool { return d.State == Waiting && d.waitingKey() == key }

func (d Delivery) waitingKey() string { return store.InstantKey(d.Next) + " " + d.ID }

// forget the oldest deliveries that are over, beyond what is kept.
func forget(tx *store.Tx) {
	var over []Delivery
	bytes := 0
	for _, value := range tx.Scan(deliveries.Name(), "") { // no copy is needed
		d := value.(Delivery)
		if bytes += len(d.Body); d.State != Waiting && !isLatest(tx, d.ID) {
			over = append(over, d)
		}
	}
	for i := 0; i < len(over) && (len(over)-i > kept || bytes > keptBytes); i++ {
		deliveries.Delete(tx, over[i].ID)
		bytes -= len(over[i].Body)
	}
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
