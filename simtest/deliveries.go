package simtest

import (
	"context"
	"fmt"
	"time"

	"github.com/kzsim/kzsim/internal/delivery"
)

// Delivery is something that a service has sent by itself to an endpoint of
// Deliver.
type Delivery struct {
	ID        string // del-000001
	Operation string
	Body      string    // JSON
	State     string    // waiting, delivered, given-up or overtaken
	Next      time.Time // the sandbox's time of the next try, if it waits for one
	Tries     []string  // why each didn't count; empty for the one that did
}

// longestTry is how long Deliveries waits for the tries that are due.
const longestTry = time.Minute

// Deliveries in the order in which they were made, once all that there is to send
// now has been tried. What failed is tried again at times of the sandbox's clock.
func (s *Sim) Deliveries() []Delivery {
	s.t.Helper()
	s.tried()
	_, made := s.process.Callers.Of(s.sandbox)
	all := make([]Delivery, len(made))
	for i, d := range made {
		all[i] = delivered(d)
	}
	return all
}

// tried waits until all that there is to send now has been tried.
func (s *Sim) tried() {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), longestTry)
	defer cancel()
	if err := s.process.Callers.Settle(ctx, s.sandbox); err != nil {
		s.t.Errorf("simtest: the client's endpoint has not answered within %s", longestTry)
	}
}

func delivered(d delivery.Told) Delivery {
	out := Delivery{ID: d.ID, Operation: d.Operation, Body: string(d.Body), State: string(d.State), Next: d.Next}
	for _, try := range d.Attempts {
		out.Tries = append(out.Tries, try.Error)
	}
	return out
}

// String is for a test's output.
func (d Delivery) String() string {
	return fmt.Sprintf("%s %s %s after %d tries %q: %s", d.ID, d.Operation, d.State, len(d.Tries), d.Tries, short(d.Body))
}
