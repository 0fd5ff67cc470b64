package faults

import (
	"net/http"
	"time"
)

// Wire is what an answer meets on its way to the client. The zero Wire carries
// it over whole and at once.
type Wire struct {
	Kinds []string // of the faults, in their order; without those that found nothing to do
	Unmet []string // of faults that found nothing to do, once for each
	Notes []string // what was drawn or chosen, for the journal

	Reach      Reach // how far the request gets
	CallsFirst bool  // the calls that it has caused are made before anything is sent

	Delay   time.Duration // on the sandbox's clock, before anything is sent
	Replace *Response     // instead of the service's answer
	Cut     *Cut          // how much of the body is sent; nil for all of it
	Pace    *Pace         // how fast; nil for at once
	End     End           // how the connection ends
	Silent  bool          // it ends before anything is sent
	For     time.Duration // with Hang: how long, on the sandbox's clock; 0 until the client leaves
}

// Reach says how far a request gets before things go wrong.
type Reach string

// The reaches.
const (
	Served   Reach = ""         // the service answers and keeps what it did
	Stale    Reach = "stale"    // the service answers from the state before the last write, and keeps nothing
	Unserved Reach = "unserved" // the service never sees the request
)

// End is how a connection ends.
type End string

// The ends.
const (
	Open  End = ""      // as HTTP has it: it may serve the next request
	Close End = "close" // orderly (TCP FIN)
	Reset End = "reset" // at once (TCP RST)
	Hang  End = "hang"  // not: nothing more comes, then it closes
)

// Response is an answer that stands in for the service's.
type Response struct {
	Status int         // HTTP; 0 for the service's own
	Header http.Header // instead of the service's of these names; an empty list removes one
	Body   []byte
}

// Cut is where a body ends too early. The announced length stays that of the
// whole.
type Cut struct {
	Bytes   int
	Percent float64 // of the body, instead of Bytes if it is above 0
}

// Of is how many bytes of a body are sent: always fewer than there are.
func (c Cut) Of(length int) int {
	n := c.Bytes
	if c.Percent > 0 {
		n = int(float64(length) * c.Percent / 100)
	}
	return max(0, min(n, length-1))
}

// Pace is how slowly a body is sent. A pause of the sandbox's time comes before
// each chunk.
type Pace struct {
	Chunk int           // bytes; 0 for a tenth of the body
	Every time.Duration // the pause
	Over  time.Duration // instead of Every: all pauses together
}

const chunksOfABody = 10

// Of is the pace for a body of a length: bytes and the pause before them.
func (p Pace) Of(length int) (chunk int, every time.Duration) {
	chunk = p.Chunk
	if chunk == 0 {
		chunk = max(1, (length+chunksOfABody-1)/chunksOfABody)
	}
	if p.Over == 0 {
		return chunk, p.Every
	}
	chunks := max(1, (length+chunk-1)/chunk)
	return chunk, p.Over / time.Duration(chunks)
}

func (w *Wire) note(text string) { w.Notes = append(w.Notes, text) }

// body is the answer as the faults before have left it.
func (w *Wire) body(in Input) []byte {
	if w.Replace != nil {
		return w.Replace.Body
	}
	return in.Body
}

// setBody changes the answer's body and leaves its status and headers.
func (w *Wire) setBody(body []byte) {
	if w.Replace == nil {
		w.Replace = &Response{}
	}
	w.Replace.Body = body
}

// answered reports whether the answer is not the service's.
func (w *Wire) answered() bool { return w.Replace != nil && w.Replace.Status != 0 }

// end lets the connection end in one way, unless it ends in another already.
// Where a part of the body is let through, it ends after that part.
func (w *Wire) end(how End) {
	if w.End != Open {
		return
	}
	w.End = how
	w.Silent = w.Cut == nil
	if w.Silent {
		w.Reach = Unserved
	}
}
